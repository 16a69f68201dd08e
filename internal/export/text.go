package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// text is a CSV file.
type text struct {
	to    *csv.Writer
	cells []string
	mark  *Mark
}

func newText(w io.Writer, o Options) (File, error) {
	if !o.NoBOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	f := &text{to: csv.NewWriter(w), cells: make([]string, len(o.Columns)), mark: o.Mark}
	for i, c := range o.Columns {
		f.cells[i] = Guarded(c.Title)
	}
	return f, f.to.Write(f.cells)
}

// Row is part of File.
func (f *text) Row(cells []any) error {
	for i := range f.cells {
		f.cells[i] = written(cells[i])
	}
	return f.to.Write(f.cells)
}

// End writes the mark as a last record, as wide as the others: whoever reads the file by its
// header reads on, and a file that was cut off lacks it.
func (f *text) End(more ...[2]string) error {
	if f.mark != nil {
		var b strings.Builder
		b.WriteString(f.mark.Name)
		for _, l := range append(f.mark.Lines[:len(f.mark.Lines):len(f.mark.Lines)], more...) {
			b.WriteString(f.mark.Join[1] + l[0] + f.mark.Join[0] + l[1])
		}
		clear(f.cells)
		f.cells[0] = Guarded(b.String())
		if err := f.to.Write(f.cells); err != nil {
			return err
		}
	}
	f.to.Flush()
	return f.to.Error()
}

// Close is part of File.
func (f *text) Close() error { return nil }

func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return Guarded(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case Number:
		return number(v)
	case Day:
		return time.Time(v).Format(time.DateOnly)
	case time.Time:
		return v.Format(time.DateTime)
	}
	panic("export: a cell of no kind")
}

// number is a number as it is; what only claims to be one is text.
func number(n Number) string {
	if !plain(string(n)) {
		return Guarded(string(n))
	}
	return string(n)
}

// plain says whether a text is a decimal such as -12.50.
func plain(s string) bool {
	s = strings.TrimPrefix(s, "-")
	left, right, point := strings.Cut(s, ".")
	return digits(left) && (!point || digits(right))
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// openers begin a formula in one spreadsheet or another, as the first character or after
// what it skips.
const openers = "=+-@\t\r\n＝＋－＠"

// Guarded is a text that no spreadsheet takes for a formula: one that begins as a formula does
// gets an apostrophe before it.
func Guarded(s string) string {
	if first, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune(openers, first) {
		return "'" + s
	}
	return s
}
