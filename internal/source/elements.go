package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

// elements cuts a JSON array, or JSON lines, into its elements without reading them.
type elements struct {
	r     *bufio.Reader
	name  string
	max   int
	lines bool
	begun bool
	line  int64 // of the next byte
	off   int64
	buf   []byte
}

func newElements(r io.Reader, name, format string, maxLine int) *elements {
	return &elements{r: bufio.NewReaderSize(r, 256<<10), name: name, max: maxLine, lines: format == JSONL, line: 1}
}

func faultJSON(name string, line int64, text fault.Text) error {
	return invalid("json", text).At("%s:%d", name, line).
		Fix(fault.T("请提交 JSON 数组，或每行一个 JSON 对象的文件", "send a JSON array, or a file with one JSON object a line"))
}

// next gives an element with the line it begins on; io.EOF at the end. The bytes are valid
// until the next call.
func (e *elements) next() (line int64, raw []byte, err error) {
	e.buf = e.buf[:0]
	at := place{e.off, e.line}
	if e.lines {
		line, err = e.nextLine()
	} else {
		line, err = e.nextInArray()
	}
	if err != nil {
		return 0, nil, err
	}
	if !utf8.Valid(e.buf) {
		at.line = line
		return 0, nil, faultDamaged(e.name, UTF8, at)
	}
	return line, e.buf, nil
}

// nextLine takes the next line that is not blank.
func (e *elements) nextLine() (int64, error) {
	for {
		line := e.line
		part, err := e.r.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			if err := e.add(line, part); err != nil {
				return 0, err
			}
			part, err = e.r.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		ended := err == nil
		if err := e.add(line, part); err != nil {
			return 0, err
		}
		e.line++
		e.buf = bytes.TrimSpace(e.buf)
		if len(e.buf) > 0 {
			return line, nil
		}
		if !ended {
			return 0, io.EOF
		}
	}
}

func (e *elements) add(line int64, b []byte) error {
	e.off += int64(len(b))
	if len(e.buf)+len(b) > e.max {
		return faultLine(e.name, place{e.off, line}, e.max)
	}
	e.buf = append(e.buf, b...)
	return nil
}

func (e *elements) byte() (byte, error) {
	c, err := e.r.ReadByte()
	if err == nil {
		e.off++
		if c == '\n' {
			e.line++
		}
	}
	return c, err
}

// mark skips blanks.
func (e *elements) mark() (byte, error) {
	for {
		c, err := e.byte()
		if err != nil || c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, err
		}
	}
}

func (e *elements) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return faultJSON(e.name, e.line, fault.T("JSON 数组没有结束，文件可能不完整", "the JSON array does not end; the file may be incomplete"))
	}
	return err
}

func (e *elements) nextInArray() (int64, error) {
	c, err := e.mark()
	if err != nil {
		return 0, e.cut(err)
	}
	if !e.begun { // c is the opening bracket: the format was told by it
		e.begun = true
		if c, err = e.mark(); err != nil {
			return 0, e.cut(err)
		}
	} else if c == ',' {
		if c, err = e.mark(); err != nil {
			return 0, e.cut(err)
		}
		if c == ']' {
			return 0, e.stray()
		}
	} else if c != ']' {
		return 0, e.stray()
	}
	if c == ']' {
		return 0, e.after()
	}
	line := e.line
	return line, e.value(line, c)
}

func (e *elements) stray() error {
	return faultJSON(e.name, e.line, fault.T("第 %d 行的 JSON 格式有误", "the JSON on line %d is malformed", e.line))
}

// after wants nothing behind the array.
func (e *elements) after() error {
	_, err := e.mark()
	if err == nil {
		return faultJSON(e.name, e.line, fault.T("JSON 数组结束后还有内容", "something follows the JSON array"))
	}
	return err
}

// value takes one value that begins with c, by brackets and quotes alone.
func (e *elements) value(line int64, c byte) error {
	depth, quoted := 0, false
	for {
		e.buf = append(e.buf, c)
		if len(e.buf) > e.max {
			return faultLine(e.name, place{e.off, line}, e.max)
		}
		switch {
		case quoted && c == '\\':
			next, err := e.byte()
			if err != nil {
				return e.cut(err)
			}
			e.buf = append(e.buf, next)
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth <= 0 && !quoted {
			next, err := e.r.Peek(1)
			if err != nil {
				return e.cut(err)
			}
			if bytes.IndexByte([]byte(", \t\r\n]"), next[0]) >= 0 {
				return nil
			}
		}
		var err error
		if c, err = e.byte(); err != nil {
			return e.cut(err)
		}
	}
}
