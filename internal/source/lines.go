package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// evenLines rewrites text whose line ends are mixed, which engines refuse: every record
// then ends with LF. A CR within a value stays, its field put in quotes; in a file that
// knows no other line end CR ends records.
//
// Where quotes are malformed those within them are evened too.
//
// Engines go by the first line end of the file, so that must be LF too: in records to be
// skipped those within quotes become LF, and where none is skipped a blank line leads.
func (w *work) evenLines(path string, d dialect, sc *scan, r *Ready) (string, error) {
	src, err := w.open(path, 0)
	if err != nil {
		return "", err
	}
	defer src.Close()
	made, err := w.create(".csv", func(dst *draft) error {
		out := bufio.NewWriterSize(writerFunc(dst.write), 1<<20)
		l := liner{out: out, d: d, crOnly: sc.lf == 0 && sc.crlf == 0, skip: r.Skip, all: sc.malformed > 0}
		if r.Skip == 0 && sc.lead != endLF {
			out.WriteByte('\n')
			r.Skip = 1
		}
		in := bufio.NewReaderSize(src, 1<<20)
		for {
			c, err := in.ReadByte()
			if errors.Is(err, io.EOF) {
				l.flush()
				return out.Flush()
			}
			if err != nil {
				return err
			}
			l.take(c)
		}
	})
	if err == nil && path != w.s.Path {
		err = os.Remove(path)
	}
	return made, err
}

type writerFunc func([]byte) error

func (f writerFunc) Write(b []byte) (int, error) {
	if err := f(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// liner evens line ends. Its writer keeps the first error for Flush.
type liner struct {
	out    *bufio.Writer
	d      dialect
	crOnly bool
	skip   int  // records still to be skipped by readers
	all    bool // nobody can say what lies within quotes: no CR may stay
	state  quoteState
	field  []byte
	quoted bool // the field began with a quote
	closed int  // length of the field up to its closing quote
}

func (l *liner) take(c byte) {
	switch l.state {
	case inside:
		l.field = append(l.field, c)
		switch c {
		case l.d.quote:
			l.state = leaving
		case l.d.escape:
			l.state = escaped
		}
		return
	case escaped:
		l.field = append(l.field, c)
		l.state = inside
		return
	case leaving:
		if c == l.d.quote && l.d.escape == l.d.quote {
			l.field = append(l.field, c)
			l.state = inside
			return
		}
		l.state, l.closed = outside, len(l.field)
	}
	l.plain(c)
}

func (l *liner) plain(c byte) {
	switch {
	case c == l.d.delim:
		l.flush()
		l.out.WriteByte(c)
	case c == '\n':
		l.field = bytes.TrimRight(l.field, "\r")
		l.end()
	case c == '\r' && l.crOnly:
		l.end()
	default:
		if c == l.d.quote && c != 0 && !l.quoted && len(bytes.TrimLeft(l.field, " ")) == 0 {
			l.state, l.quoted = inside, true
		}
		l.field = append(l.field, c)
	}
}

// end ends a record.
func (l *liner) end() {
	l.flush()
	l.out.WriteByte('\n')
	l.skip--
}

func (l *liner) flush() {
	if l.state == leaving {
		l.closed = len(l.field)
	}
	switch {
	case l.quoted:
		value := l.field[:l.closed]
		if l.skip > 0 || l.all {
			value = bytes.ReplaceAll(bytes.ReplaceAll(value, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		}
		l.out.Write(value)
		l.out.Write(bytes.ReplaceAll(l.field[l.closed:], []byte("\r"), []byte(" ")))
	case bytes.IndexByte(l.field, '\r') < 0:
		l.out.Write(l.field)
	case l.d.quote == 0 || l.skip > 0 || l.all:
		l.out.Write(bytes.ReplaceAll(l.field, []byte("\r"), []byte(" ")))
	default:
		l.out.WriteByte(l.d.quote)
		for _, c := range l.field {
			if c == l.d.quote || c == l.d.escape {
				l.out.WriteByte(l.d.escape)
			}
			l.out.WriteByte(c)
		}
		l.out.WriteByte(l.d.quote)
	}
	l.field, l.quoted, l.closed = l.field[:0], false, 0
}
