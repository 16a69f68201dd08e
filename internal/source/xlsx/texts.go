package xlsx

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/chengshu/chengshu/internal/fault"
)

// texts are the shared texts of a workbook, read as far as they are asked for and kept in
// one piece of memory.
type texts struct {
	b    *Book
	part string
	p    *part
	s    *scanner
	blob []byte
	ends []uint32
	done bool
}

const (
	maxTexts = 1 << 30 // bytes
	maxCount = 1 << 25
)

func (t *texts) close() {
	if t != nil && t.p != nil {
		t.p.r.Close()
	}
}

// at gives text i.
func (t *texts) at(i int) ([]byte, error) {
	for i >= len(t.ends) && !t.done {
		if err := t.read(); err != nil {
			return nil, err
		}
	}
	if i < 0 || i >= len(t.ends) {
		return nil, t.b.broken(errors.New("no shared text " + strconv.Itoa(i)))
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.blob[from:t.ends[i]], nil
}

// read takes in the next text.
func (t *texts) read() error {
	if t.s == nil {
		if t.part == "" {
			t.done = true
			return nil
		}
		p, err := t.b.part(t.part)
		if err != nil {
			return err
		}
		t.p, t.s = p, newScanner(p, t.b.limits.Cell)
	}
	for {
		tok, err := t.s.next()
		if errors.Is(err, io.EOF) {
			t.done = true
			return nil
		}
		if err != nil {
			return t.b.told(err)
		}
		if tok.kind != start || string(tok.name) != "si" {
			continue
		}
		if !tok.empty {
			if t.blob, err = richText(t.s, t.blob, "si"); err != nil {
				return t.b.told(err)
			}
		}
		if len(t.blob) > maxTexts || len(t.ends) >= maxCount {
			return t.b.fault("xlsx.large", fault.T("工作簿中不同的文本过多，无法以工作簿形式读取", "the workbook holds too many different texts to be read as one"),
				fault.T("请另存为 CSV UTF-8 后提交", "save it as CSV UTF-8 and send that"))
		}
		t.ends = append(t.ends, uint32(len(t.blob)))
		return nil
	}
}

// richText appends the text of an element up to its end tag, phonetic hints left out.
func richText(s *scanner, dst []byte, until string) ([]byte, error) {
	inText, hint, from := false, false, len(dst)
	for {
		tok, err := s.next()
		if errors.Is(err, io.EOF) {
			return dst, io.ErrUnexpectedEOF
		}
		if err != nil {
			return dst, err
		}
		switch {
		case tok.kind == text && inText && !hint:
			if len(dst)-from+len(tok.text) > s.max {
				return dst, errToken
			}
			dst = append(dst, tok.text...)
		case tok.kind == start && !tok.empty && string(tok.name) == "t":
			inText = true
		case tok.kind == end && string(tok.name) == "t":
			inText = false
		case tok.kind == start && !tok.empty && string(tok.name) == "rPh":
			hint = true
		case tok.kind == end && string(tok.name) == "rPh":
			hint = false
		case tok.kind == end && string(tok.name) == until:
			return append(dst[:from], unhex(dst[from:])...), nil
		}
	}
}

// unhex reads the characters that XML cannot hold, written _x000D_, and the underscore,
// written _x005F_ where it might be taken for one of these.
func unhex(b []byte) []byte {
	at := bytes.Index(b, []byte("_x"))
	if at < 0 {
		return b
	}
	var out []byte
	for at >= 0 {
		out = append(out, b[:at]...)
		b = b[at:]
		n := 2
		if len(b) >= 7 && b[6] == '_' {
			if r, err := strconv.ParseUint(string(b[2:6]), 16, 16); err == nil && r > 0 && (r < ' ' || r == '_') {
				out = append(out, byte(r))
				b, n = b[7:], 0
			}
		}
		out = append(out, b[:n]...)
		b = b[n:]
		at = bytes.Index(b, []byte("_x"))
	}
	return append(out, b...)
}
