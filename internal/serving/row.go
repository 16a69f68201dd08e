package serving

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/chengshu/chengshu/internal/row"
)

// A row's bytes are its cells in the order of the columns, each the uvarint of its length
// plus one, then its JSON; 0 is NULL. NULLs at the end are left out, so that a row has the
// same bytes before and after items were added to its table.

// AppendRow appends row i of the columns, and to ends where each cell ends.
func AppendRow(dst []byte, ends []int, columns []arrow.Array, i int) ([]byte, []int, error) {
	last := len(columns) - 1
	for last >= 0 && columns[last].IsNull(i) {
		last--
	}
	for c := 0; c <= last; c++ {
		var err error
		if dst, err = appendCell(dst, columns[c], i); err != nil {
			return dst, ends, err
		}
		ends = append(ends, len(dst))
	}
	return dst, ends, nil
}

// appendCell appends a cell with its length before it.
func appendCell(dst []byte, column arrow.Array, i int) ([]byte, error) {
	at := len(dst)
	dst = append(dst, 0)
	if column.IsNull(i) {
		return dst, nil
	}
	dst, err := AppendCell(dst, column, i)
	return measure(dst, at), err
}

// measure puts the length of what follows place at there, for which one byte was left.
func measure(dst []byte, at int) []byte {
	n := uint64(len(dst)-at-1) + 1
	if n < 0x80 {
		dst[at] = byte(n)
		return dst
	}
	var head [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(head[:], n)
	dst = append(dst, head[:size-1]...)
	copy(dst[at+size:], dst[at+1:len(dst)-size+1])
	copy(dst[at:], head[:size])
	return dst
}

// Cells are the cells of one row, ready to be sent. They must not be changed.
type Cells struct {
	columns row.Schema
	json    [][]byte // nil: NULL; fewer than columns: NULL
}

var errRow = errors.New("serving: a row cannot be read")

// ReadCells takes a row's bytes apart; the cells share them.
func ReadCells(b []byte, columns row.Schema) (Cells, error) {
	c := Cells{columns, make([][]byte, 0, len(columns))}
	for len(b) > 0 {
		cell, rest, err := NextCell(b)
		if err != nil {
			return c, err
		}
		c.json, b = append(c.json, cell), rest
	}
	if len(c.json) > len(columns) { // an item that came while the row was being read
		c.json = c.json[:len(columns)]
	}
	return c, nil
}

// NextCell cuts the first cell off a row's bytes; nil is NULL.
func NextCell(b []byte) (cell, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size)+1 {
		return nil, nil, errRow
	}
	if n == 0 {
		return nil, b[size:], nil
	}
	end := size + int(n) - 1
	return b[size:end:end], b[end:], nil
}

var null = []byte("null")

// JSON is cell i as it is sent.
func (c Cells) JSON(i int) []byte {
	if c.IsNull(i) {
		return null
	}
	return c.json[i]
}

// IsNull tells whether cell i is NULL.
func (c Cells) IsNull(i int) bool { return i >= len(c.json) || c.json[i] == nil }

// Value reads cell i back: nil, string, int64, float64, bool, time.Time or []*string;
// decimals as plain text with all their places.
func (c Cells) Value(i int) (any, error) {
	if c.IsNull(i) {
		return nil, nil
	}
	v, err := value(c.json[i], c.columns[i].Type)
	if err != nil {
		return nil, fmt.Errorf("serving: cell of %s: %w", c.columns[i].Name, errRow)
	}
	return v, nil
}

func value(b []byte, t row.Type) (any, error) {
	switch t.Kind {
	case row.Int:
		return strconv.ParseInt(string(b), 10, 64)
	case row.Decimal:
		return string(b), nil
	case row.Float:
		return strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	case row.Bool:
		return strconv.ParseBool(string(b))
	case row.TextList:
		var list []*string
		return list, json.Unmarshal(b, &list)
	}
	s, err := unquote(b)
	if err != nil {
		return nil, err
	}
	switch t.Kind {
	case row.Date:
		return dayOf(s)
	case row.Time:
		return timeOf(s)
	}
	return s, nil
}

// Text is cell i as text, of whatever type, without copying where it can; for masks and
// for comparing texts. NULL is "".
func (c Cells) Text(i int) string {
	if c.IsNull(i) {
		return ""
	}
	s, err := unquote(c.json[i])
	if err != nil {
		return string(c.json[i])
	}
	return s
}

// unquote reads a JSON text; a number is given as it stands.
func unquote(b []byte) (string, error) {
	if len(b) < 2 || b[0] != '"' {
		return string(b), nil
	}
	inner := unsafe.String(unsafe.SliceData(b[1:]), len(b)-2)
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	var s string
	return s, json.Unmarshal(b, &s)
}

// AppendText appends a text as a JSON text, for what masks put in a cell's place.
func AppendText(dst []byte, s string) []byte { return appendText(dst, s) }
