package export

import (
	"archive/zip"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

const (
	mostCell   = 32_767 // UTF-16 units
	mostDigits = 15     // that a number of a spreadsheet keeps
	usualWidth = 16
)

// book is an XLSX file. Its rows wait in a temporary file until the last: a sheet comes after
// what names it.
type book struct {
	to        io.Writer
	file      *excelize.File
	rows      *excelize.StreamWriter
	mark      *Mark
	n         int
	cells     []any
	day, time int // styles
	bold      int
}

func newBook(w io.Writer, o Options) (_ File, err error) {
	b := &book{to: w, file: excelize.NewFile(excelize.Options{TmpDir: o.Temp}), mark: o.Mark, cells: make([]any, len(o.Columns))}
	defer func() {
		if err != nil {
			_ = b.file.Close()
		}
	}()
	// The library would gather the whole file in a buffer of its own; ours lets it through.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{{&b.day, excelize.Style{CustomNumFmt: new("yyyy-mm-dd")}}, {&b.time, excelize.Style{CustomNumFmt: new("yyyy-mm-dd hh:mm:ss")}},
		{&b.bold, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF1F6"}}}}} {
		if *s.into, err = b.file.NewStyle(&s.style); err != nil {
			return nil, err
		}
	}
	name, err := b.sheets(o)
	if err != nil {
		return nil, err
	}
	if b.rows, err = b.file.NewStreamWriter(name); err != nil {
		return nil, err
	}
	return b, b.head(o.Columns)
}

// sheets makes the mark's sheet, which is the first one sees, and that of the rows.
func (b *book) sheets(o Options) (name string, err error) {
	const first = "Sheet1"
	name = sheetName(o.Name)
	if b.mark == nil {
		return name, b.file.SetSheetName(first, name)
	}
	mark := sheetName(b.mark.Name)
	if strings.EqualFold(mark, name) {
		name += "_"
	}
	if err = b.file.SetSheetName(first, mark); err != nil {
		return "", err
	}
	if _, err = b.file.NewSheet(name); err != nil {
		return "", err
	}
	foot := strings.ReplaceAll(b.mark.Foot, "&", "&&")
	return name, b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L" + foot + "&R&P / &N"})
}

func (b *book) head(columns []Column) error {
	for i, c := range columns {
		width := c.Width
		if width == 0 {
			width = max(usualWidth, 2*len([]rune(c.Title))+2)
		}
		if err := b.rows.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return err
		}
	}
	if err := b.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, c := range columns {
		b.cells[i] = excelize.Cell{StyleID: b.bold, Value: c.Title}
	}
	return b.rows.SetRow("A1", b.cells)
}

// Row is part of File.
func (b *book) Row(cells []any) error {
	if b.n == MostRows {
		return ErrRows
	}
	b.n++
	for i := range b.cells {
		var err error
		if b.cells[i], err = b.cell(cells[i]); err != nil {
			return err
		}
	}
	return b.rows.SetRow("A"+strconv.Itoa(b.n+1), b.cells)
}

func (b *book) cell(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return str(v)
	case bool:
		return v, nil
	case int64:
		if text := strconv.FormatInt(v, 10); len(strings.TrimPrefix(text, "-")) > mostDigits {
			return text, nil // a number would lose its last digits
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return strconv.FormatFloat(v, 'f', -1, 64), nil
		}
		return v, nil
	case Number:
		n, err := strconv.ParseFloat(string(v), 64)
		if err != nil || !plain(string(v)) || len(strings.Trim(strings.ReplaceAll(string(v), ".", ""), "-")) > mostDigits {
			return str(string(v))
		}
		return n, nil
	case Day:
		return b.moment(time.Time(v), b.day, time.DateOnly), nil
	case time.Time:
		return b.moment(v, b.time, time.DateTime), nil
	}
	panic("export: a cell of no kind")
}

// moment is a time as a spreadsheet counts it; one before its calendar begins is text.
func (b *book) moment(t time.Time, style int, form string) any {
	t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	if t.Year() < 1901 || t.Year() > 9999 {
		return t.Format(form)
	}
	return excelize.Cell{StyleID: style, Value: t}
}

func str(s string) (any, error) {
	if len(s) > mostCell && len(utf16.Encode([]rune(s))) > mostCell {
		return nil, errLong
	}
	return s, nil
}

// End is part of File.
func (b *book) End(more ...[2]string) error {
	if b.mark != nil {
		if err := b.sign(append(b.mark.Lines[:len(b.mark.Lines):len(b.mark.Lines)], more...)); err != nil {
			return err
		}
	}
	if err := b.rows.Flush(); err != nil {
		return err
	}
	_, err := b.file.WriteTo(b.to)
	return err
}

func (b *book) sign(lines [][2]string) error {
	sheet := sheetName(b.mark.Name)
	for i, width := range []float64{20, 90} {
		column := string(rune('A' + i))
		if err := b.file.SetColWidth(sheet, column, column, width); err != nil {
			return err
		}
	}
	for i, l := range lines {
		for k, s := range l {
			at := string(rune('A'+k)) + strconv.Itoa(i+1)
			if err := b.file.SetCellStr(sheet, at, s); err != nil {
				return err
			}
			if k == 0 {
				if err := b.file.SetCellStyle(sheet, at, at, b.bold); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Close removes what was kept aside.
func (b *book) Close() error { return b.file.Close() }

// sheetName is a name as a workbook takes it.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return '_'
		}
		return r
	}, s), "' ")
	for len(utf16.Encode([]rune(s))) > 31-1 { // one is left for what tells two apart
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	if s == "" {
		return "_"
	}
	return s
}
