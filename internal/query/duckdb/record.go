package duckdb

import (
	"bufio"
	"bytes"
	"io"
)

// records walks over delimited text as the engine does, and knows the line where each
// record begins. What it gives is valid until the next record. Most records have no quote
// in them and are not copied.
type records struct {
	r                    *bufio.Reader
	delim, quote, escape byte  // 0: there is none
	line                 int64 // of the next byte
	began                int64
	text                 []byte // the record as it lies in the file, without its line end
	flat                 []byte // its fields, quotes undone, one after the other
	ends                 []int  // of the fields in flat; none where the record has no quote
	own, long            []byte
	err                  error
}

// oneOr gives the only byte of s, or other where it is empty.
func oneOr(s string, other byte) byte {
	if s == "" {
		return other
	}
	return s[0]
}

// skip passes over one line.
func (r *records) skip() bool {
	_, err := r.whole()
	return err == nil
}

// whole reads one line with its end; what is beyond the longest line is dropped.
func (r *records) whole() ([]byte, error) {
	line, err := r.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		r.long = append(r.long[:0], line...)
		for err == bufio.ErrBufferFull {
			if line, err = r.r.ReadSlice('\n'); len(r.long) < longest {
				r.long = append(r.long, line...)
			}
		}
		line = r.long
	}
	if len(line) > 0 {
		r.line++
		return line, nil
	}
	return nil, err
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
		r.flat, r.ends = r.flat[:0], r.ends[:0]
		if r.quote != 0 && bytes.IndexByte(line, r.quote) >= 0 {
			r.own = append(r.own[:0], line...)
			r.split()
		} else {
			r.text = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
		}
		if len(r.text) > 0 {
			return true
		}
	}
}

// split takes the record that begins in own apart, reading on where a quoted field goes
// over the line's end.
func (r *records) split() {
	quoted, fresh, i := false, true, 0
	end := func() { r.ends = append(r.ends, len(r.flat)) }
	for {
		if i >= len(r.own) {
			if !quoted || len(r.own) > longest {
				break
			}
			more, err := r.whole()
			if err != nil {
				break
			}
			r.own = append(r.own, more...)
			continue
		}
		c, last := r.own[i], i+1 == len(r.own)
		i++
		switch {
		case quoted && r.escape != 0 && c == r.escape && !last && r.own[i] == r.quote:
			r.flat = append(r.flat, r.quote)
			i++
		case quoted && c == r.quote:
			quoted = false
		case quoted:
			r.flat = append(r.flat, c)
		case fresh && c == r.quote:
			quoted, fresh = true, false
		case c == r.delim:
			end()
			fresh = true
		case c == '\n' || c == '\r' && (last || r.own[i] == '\n'):
			end()
			r.text = r.own[:i-1]
			return
		default:
			r.flat, fresh = append(r.flat, c), false
		}
	}
	end()
	r.text = bytes.TrimRight(r.own, "\r\n")
}

// key joins the fields that are fed, with the delimiter between; every says that all are.
// buf is used where they must be copied. ok is false where the record has another number
// of fields.
func (r *records) key(buf []byte, fed []bool, every bool) (key []byte, ok bool) {
	if len(r.ends) == 0 && every {
		return r.text, true
	}
	buf, from, k := buf[:0], 0, 0
	add := func(field []byte) {
		if k < len(fed) && fed[k] {
			buf = append(append(buf, field...), r.delim)
		}
		k++
	}
	for _, end := range r.ends {
		add(r.flat[from:end])
		from = end
	}
	for rest := r.text; len(r.ends) == 0; {
		i := bytes.IndexByte(rest, r.delim)
		if i < 0 {
			add(rest)
			break
		}
		add(rest[:i])
		rest = rest[i+1:]
	}
	return bytes.TrimSuffix(buf, []byte{r.delim}), k == len(fed)
}
