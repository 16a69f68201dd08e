// Package source owns where rows come from. For files it spools the original exactly as
// received, looks at it (format, encoding, delimiter, header, a sample, each with the
// reason), and prepares what the engine reads: UTF-8 delimited text with a known dialect,
// or Parquet, and beside it the records that could not even be shaped into a row.
//
// It never judges values, never opens an engine, and leaves nothing behind after a fault.
//
// Read first: Spool, Look, Prepare.
package source

import (
	"errors"
	"io/fs"
	"os"

	"github.com/chengshu/chengshu/internal/fault"
)

// The formats a Shape names.
const (
	CSV     = "csv" // any delimited text
	XLSX    = "xlsx"
	JSON    = "json"  // one array of objects
	JSONL   = "jsonl" // one object a line
	Parquet = "parquet"
)

// The encodings a Shape names.
const (
	UTF8    = "UTF-8"
	UTF8BOM = "UTF-8-BOM"
	UTF16LE = "UTF-16LE"
	UTF16BE = "UTF-16BE"
	GBK     = "GBK"
	GB18030 = "GB18030"
)

// Options are the limits a source keeps. Zero values take the defaults.
type Options struct {
	Dir        string // spool folder, private to this process's owner; it must exist
	MaxBytes   int64  // of the original; 0: as much as the disk holds
	MaxLine    int    // bytes of one record; 16 MiB
	MaxColumns int    // 2,000
	MaxRatio   int    // unpacked : packed size of a workbook's part; 200
	MaxUnpack  int64  // bytes of a workbook unpacked, all parts; 8 GiB
	Sheet      string // worksheet by name; empty: the first shown that holds a table
}

func (o Options) defaults() Options {
	if o.MaxLine <= 0 {
		o.MaxLine = 16 << 20
	}
	if o.MaxColumns <= 0 {
		o.MaxColumns = 2000
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = 200
	}
	if o.MaxUnpack <= 0 {
		o.MaxUnpack = 8 << 30
	}
	return o
}

// Spooled is an original as received. One made by hand (Path, Name, Bytes) may be looked
// at and prepared too; what the spooling pass would have found is then found again.
type Spooled struct {
	Path  string // in the spool folder
	Name  string // as its sender called it, for people; no part of any path
	Hash  string // SHA-256, hex
	Bytes int64

	scan *scan // what the pass saw; nil when made by hand
}

// Remove deletes the original. One that is gone already is no error.
func (s *Spooled) Remove() error { return remove(s.Path) }

// Shape is what Look believes about a file. Callers may correct Delim, Quote, Escape,
// Encoding, Header, Skip and Columns before Prepare.
type Shape struct {
	Format       string
	Encoding     string // of text formats
	Delim        string // one character
	Quote        string // "" : no quoting
	Escape       string // inside quotes; usually the quote itself
	Header       bool
	Skip         int      // records before the data: title lines and the header
	Columns      []string // names from the header, else column_1 …; at least one
	Sample       [][]string
	RowsEstimate int64
	Sheets       []string // of a workbook, those that a spreadsheet shows, in order
	Sheet        string   // the one looked at
	Usual        string   // the one looked at unless another is asked for
	Reasons      map[string]fault.Text

	keys []string // of JSON objects, as they are written
}

// The keys of Shape.Reasons.
const (
	ReasonFormat    = "format"
	ReasonEncoding  = "encoding"
	ReasonDelimiter = "delimiter"
	ReasonQuote     = "quote"
	ReasonHeader    = "header"
	ReasonSheet     = "sheet"
)

// Ready is what an engine reads. Text is UTF-8 without other line ends than LF or CRLF.
type Ready struct {
	Format  string   // "csv" or "parquet"
	Files   []string // absolute
	Columns []string // of the files, in order
	Delim   string
	Quote   string
	Escape  string
	Skip    int      // lines before the data, header included
	Rejects []string // JSONL files {"line":n,"raw":"…"}: records that have no shape
	Rows    int64    // for progress only; 0 when unknown
	Bad     int64    // records in Rejects

	made []string // files beside the original that Remove deletes
}

// Remove deletes what Prepare wrote, never the original.
func (r *Ready) Remove() error {
	var errs []error
	for _, p := range r.made {
		errs = append(errs, remove(p))
	}
	return errors.Join(errs...)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
