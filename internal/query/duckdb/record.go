package duckdb

import (
	"bufio"
	"bytes"
	"io"
)

// records splits delimited text as the engine does, and knows the line where each record
// begins.
type records struct {
	r                    *bufio.Reader
	delim, quote, escape string
	line                 int64 // of the next byte
	began                int64
	text                 []byte   // the record as it lies in the file, without its line end
	cells                []string // its fields, quotes undone
	err                  error
}

// skip passes over one line.
func (r *records) skip() bool {
	_, err := r.whole()
	return err == nil
}

// whole reads one line with its end.
func (r *records) whole() ([]byte, error) {
	var out []byte
	for {
		part, err := r.r.ReadSlice('\n')
		if len(out) < longest {
			out = append(out, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(out) > 0 {
			r.line++
			return out, nil
		}
		return nil, err
	}
}

// next moves to the next record that is not a blank line.
func (r *records) next() bool {
	for {
		r.began = r.line
		line, err := r.whole()
		if err != nil {
			if err != io.EOF {
				r.err = err
			}
			return false
		}
		r.text, r.cells = nil, r.cells[:0]
		r.split(line)
		if len(r.text) > 0 {
			return true
		}
	}
}

// split takes a record apart, reading on where a quoted field goes over the line's end.
func (r *records) split(line []byte) {
	r.text = append(r.text, line...)
	var cell []byte
	quoted, fresh := false, true
	for i := 0; ; {
		if i >= len(r.text) {
			more, err := r.whole()
			if !quoted || err != nil || len(r.text) > longest {
				break
			}
			r.text = append(r.text, more...)
			continue
		}
		rest := r.text[i:]
		switch {
		case quoted && r.escape != "" && r.quote != "" && bytes.HasPrefix(rest, []byte(r.escape+r.quote)):
			cell = append(cell, r.quote...)
			i += len(r.escape) + len(r.quote)
		case quoted && bytes.HasPrefix(rest, []byte(r.quote)):
			quoted = false
			i += len(r.quote)
		case quoted:
			cell = append(cell, rest[0])
			i++
		case fresh && r.quote != "" && bytes.HasPrefix(rest, []byte(r.quote)):
			quoted, fresh = true, false
			i += len(r.quote)
		case bytes.HasPrefix(rest, []byte(r.delim)):
			r.cells = append(r.cells, string(cell))
			cell, fresh = cell[:0], true
			i += len(r.delim)
		case rest[0] == '\n' || rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n'):
			r.cells = append(r.cells, string(cell))
			r.text = r.text[:i]
			return
		default:
			cell, fresh = append(cell, rest[0]), false
			i++
		}
	}
	r.cells = append(r.cells, string(cell))
	r.text = bytes.TrimRight(r.text, "\r\n")
}
