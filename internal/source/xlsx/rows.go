package xlsx

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Rows walks one sheet.
type Rows struct {
	b     *Book
	p     *part
	s     *scanner
	line  int64
	cells []string
	value []byte

	declared int64
}

const maxCols = 16384 // XFD

// Rows opens a sheet by name; "" is the first. Close must be called.
func (b *Book) Rows(name string) (*Rows, error) {
	for _, sh := range b.sheets {
		if name != "" && sh.name != name {
			continue
		}
		p, err := b.part(sh.part)
		if err != nil {
			return nil, err
		}
		r := &Rows{b: b, p: p, s: newScanner(p, b.limits.Cell)}
		if err := r.begin(); err != nil {
			p.r.Close()
			return nil, err
		}
		return r, nil
	}
	return nil, b.noSheet(name)
}

// Close ends the reading of the sheet.
func (r *Rows) Close() error { return r.p.r.Close() }

// Declared is the number of rows that the sheet says it has; 0 when it does not say.
func (r *Rows) Declared() int64 { return r.declared }

// Done is how many bytes of the workbook have been read, about.
func (r *Rows) Done() int64 {
	all := int64(r.p.f.UncompressedSize64)
	if all <= 0 {
		return 0
	}
	return int64(float64(r.b.size) * min(1, float64(r.p.n)/float64(all)))
}

// begin goes to the sheet's rows.
func (r *Rows) begin() error {
	for {
		t, err := r.s.next()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return r.b.told(err)
		}
		if t.kind == start && string(t.name) == "dimension" {
			r.declared = lastRow(t.attr("ref"))
		}
		if t.kind == start && string(t.name) == "sheetData" {
			if t.empty {
				r.s = nil
			}
			return nil
		}
	}
}

// Next gives the next row that holds anything, with its number in the sheet; blank cells
// at its end are cut off. The cells are valid until the next call. io.EOF is the end of a
// sheet that was read whole.
func (r *Rows) Next() (line int64, cells []string, err error) {
	for {
		if err := r.row(); err != nil {
			return 0, nil, err
		}
		for len(r.cells) > 0 && r.cells[len(r.cells)-1] == "" {
			r.cells = r.cells[:len(r.cells)-1]
		}
		if len(r.cells) > 0 {
			return r.line, r.cells, nil
		}
	}
}

func (r *Rows) row() error {
	r.cells = r.cells[:0]
	if r.s == nil {
		return io.EOF
	}
	for {
		t, err := r.s.next()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return r.b.told(err)
		}
		switch {
		case t.kind == end && string(t.name) == "sheetData":
			return r.finish()
		case t.kind == start && string(t.name) == "row":
			r.line++
			if n, err := strconv.ParseInt(string(t.raw("r")), 10, 64); err == nil && n > 0 {
				r.line = n
			}
			if !t.empty {
				return r.told(r.rowCells())
			}
		}
	}
}

// finish reads the part to its end, so that its check sum is known to be right.
func (r *Rows) finish() error {
	r.s = nil
	if _, err := io.Copy(io.Discard, r.p); err != nil {
		return r.b.told(err)
	}
	return io.EOF
}

func (r *Rows) told(err error) error {
	if err == nil {
		return nil
	}
	f := fault.From(r.b.told(err))
	return f.At("%s:%d", r.b.name, r.line)
}

func (r *Rows) rowCells() error {
	for {
		t, err := r.s.next()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch {
		case t.kind == end && string(t.name) == "row":
			return nil
		case t.kind == start && string(t.name) == "c":
			if err := r.cell(t); err != nil {
				return err
			}
		}
	}
}

// cell takes in one cell; cells left out before it are blank.
func (r *Rows) cell(t *token) error {
	col := len(r.cells)
	if ref := t.raw("r"); ref != nil {
		n, err := column(ref)
		if err != nil || n < col {
			return errXML
		}
		col = n
	}
	if col >= maxCols {
		return errXML
	}
	for len(r.cells) < col {
		r.cells = append(r.cells, "")
	}
	st, typ := plain, cellType(t.raw("t"))
	if i, err := strconv.Atoi(string(t.raw("s"))); err == nil && i >= 0 && i < len(r.b.styles) {
		st = r.b.styles[i]
	}
	if t.empty {
		r.cells = append(r.cells, "")
		return nil
	}
	v, err := r.content()
	if err != nil {
		return err
	}
	s, err := r.textOf(v, typ, st)
	r.cells = append(r.cells, s)
	return err
}

type cellKind uint8

const (
	numeric cellKind = iota
	sharedText
	ownText
	boolean
	isoDate
)

func cellType(b []byte) cellKind {
	switch string(b) {
	case "s":
		return sharedText
	case "b":
		return boolean
	case "d":
		return isoDate
	case "str", "inlineStr", "e":
		return ownText
	}
	return numeric
}

// content reads a cell's value, up to its end tag; formulas are passed over.
func (r *Rows) content() ([]byte, error) {
	r.value = r.value[:0]
	inValue := false
	for {
		t, err := r.s.next()
		if errors.Is(err, io.EOF) {
			return nil, io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		switch {
		case t.kind == text && inValue:
			if len(r.value)+len(t.text) > r.s.max {
				return nil, errToken
			}
			r.value = append(r.value, t.text...)
		case t.kind == start && !t.empty && string(t.name) == "v":
			inValue = true
		case t.kind == end && string(t.name) == "v":
			inValue = false
		case t.kind == start && !t.empty && string(t.name) == "is":
			if r.value, err = richText(r.s, r.value, "is"); err != nil {
				return nil, err
			}
		case t.kind == end && string(t.name) == "c":
			return r.value, nil
		}
	}
}

func (r *Rows) textOf(v []byte, kind cellKind, st style) (string, error) {
	if len(v) == 0 {
		return "", nil
	}
	switch kind {
	case sharedText:
		i, err := strconv.Atoi(string(v))
		if err != nil {
			return "", errXML
		}
		s, err := r.b.shared.at(i)
		return string(s), err
	case ownText:
		return string(unhex(v)), nil
	case boolean:
		if string(v) == "1" || string(v) == "true" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case isoDate:
		return strings.TrimSuffix(strings.Replace(string(v), "T", " ", 1), " 00:00:00"), nil
	}
	return number(string(v), st, r.b.d1904), nil
}

// column reads the letters of a cell's name: A is 0.
func column(ref []byte) (int, error) {
	n := 0
	for i, c := range ref {
		switch {
		case c >= 'A' && c <= 'Z' && i < 3:
			n = n*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && i > 0:
			return n - 1, nil
		default:
			return 0, errXML
		}
	}
	return 0, errXML
}

// lastRow reads the last row out of a range such as A1:F200.
func lastRow(ref string) int64 {
	_, last, _ := strings.Cut(ref, ":")
	n, err := strconv.ParseInt(strings.TrimLeft(last, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 10, 64)
	if err != nil {
		return 0
	}
	return max(0, n)
}
