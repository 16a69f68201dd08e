// Package export writes rows as the files people open in a spreadsheet. Text stays text: no
// cell of a file is ever a formula, whatever its row held. It keeps nothing in memory but the
// row at hand, and must never decide who may see what it is given.
//
// Read first: New, File, Mark.
package export

import (
	"io"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Format is the form of a file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Kinds of cells that are no text. A time is written as its clock shows it, in no zone; an
// int64, a float64 and a bool are themselves, nil is empty, and a string is text always.
type (
	Number string    // a plain decimal, such as 3120.50
	Day    time.Time // a date without a time of day
)

// Column is one column of a file.
type Column struct {
	Title string
	Width int // of XLSX, in characters; 0: as most
}

// Mark says in the file who took it, when, and what it holds; nil: the file does not say.
type Mark struct {
	Name  string // of the sheet that has it
	Lines [][2]string
	Foot  string    // at the foot of every printed page
	Join  [2]string // between a line's two halves, and between lines that stand in one
}

// Options are what a file is made of.
type Options struct {
	Format  Format
	Name    string // of the sheet of rows
	Columns []Column
	Mark    *Mark
	NoBOM   bool   // of CSV: left out, Excel knows the text as UTF-8
	Temp    string // folder of what does not fit into memory; its files go with Close
}

// File is one that is being written. Whoever makes one must Close it, whole or not; it is
// whole when End gave no error.
type File interface {
	Row(cells []any) error
	// End adds lines to the mark, which nobody knew before the last row, and writes the rest.
	End(more ...[2]string) error
	Close() error
}

// MostRows is how many rows a sheet of XLSX takes under its header.
const MostRows = 1<<20 - 1

var (
	// ErrRows is more rows than a sheet takes.
	ErrRows = fault.New(fault.Invalid, "export.rows", fault.T("超过 1,048,575 行，一个 XLSX 工作表放不下", "more than 1,048,575 rows do not fit into a sheet of XLSX")).
		Fix(fault.T("请改为导出 CSV，或缩小筛选范围", "export CSV, or narrow the filters"))
	errLong = fault.New(fault.Invalid, "export.cell", fault.T("有单元格超过 32,767 字，XLSX 放不下", "a cell is longer than the 32,767 characters XLSX takes")).
		Fix(fault.T("请改为导出 CSV", "export CSV"))
	errFormat = fault.New(fault.Invalid, "export.format", fault.T("没有该导出格式", "there is no such format")).At("format").
			Fix(fault.T("可用：xlsx、csv", "use xlsx or csv"))
)

// Parse reads the name of a format.
func Parse(s string) (Format, error) {
	if f := Format(s); f == XLSX || f == CSV {
		return f, nil
	}
	return "", errFormat
}

// New begins a file with its header.
func New(w io.Writer, o Options) (File, error) {
	switch o.Format {
	case XLSX:
		return newBook(w, o)
	case CSV:
		return newText(w, o)
	}
	return nil, errFormat
}

// Type is the media type of a format.
func (f Format) Type() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}
