package xlsx

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

type kind uint8

const (
	start kind = iota + 1
	end
	text
)

// token is valid until the next one is read.
type token struct {
	kind  kind
	name  []byte // local, of a tag
	empty bool   // a start tag that is its own end
	attrs []byte
	text  []byte // decoded
}

var (
	errXML     = errors.New("xlsx: malformed XML")
	errDoctype = errors.New("xlsx: a document type is not allowed")
	errToken   = errors.New("xlsx: a tag or text is too long")
)

// scanner reads the XML of spreadsheets: UTF-8, no document types, no entities of its
// own. It allocates nothing per token.
type scanner struct {
	r       io.Reader
	max     int
	buf     []byte
	i       int // the next byte to look at
	eof     bool
	tok     token
	decoded []byte
}

func newScanner(r io.Reader, maxText int) *scanner {
	return &scanner{r: r, max: max(maxText, 64<<10), buf: make([]byte, 0, 64<<10)}
}

// more brings further bytes behind buf[i:]; false at the end.
func (s *scanner) more() (bool, error) {
	if s.eof {
		return false, nil
	}
	if s.i > 0 {
		n := copy(s.buf, s.buf[s.i:])
		s.buf, s.i = s.buf[:n], 0
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) > s.max {
			return false, errToken
		}
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if errors.Is(err, io.EOF) {
			s.eof = true
			return n > 0, nil
		}
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, io.ErrNoProgress
}

// find gives the index in buf of sep at or after buf[i+from]; −1 at the end.
func (s *scanner) find(from int, sep string) (int, error) {
	for {
		if s.i+from <= len(s.buf) {
			if j := bytes.Index(s.buf[s.i+from:], []byte(sep)); j >= 0 {
				return s.i + from + j, nil
			}
		}
		from = max(from, len(s.buf)-s.i-len(sep)+1)
		ok, err := s.more()
		if err != nil {
			return -1, err
		}
		if !ok {
			return -1, nil
		}
	}
}

func (s *scanner) next() (*token, error) {
	for {
		if s.i == len(s.buf) {
			ok, err := s.more()
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, io.EOF
			}
		}
		if s.buf[s.i] != '<' {
			return s.chars()
		}
		for len(s.buf)-s.i < 9 { // enough to tell "<![CDATA["
			if ok, err := s.more(); err != nil {
				return nil, err
			} else if !ok {
				break
			}
		}
		here := s.buf[s.i:]
		switch {
		case bytes.HasPrefix(here, []byte("<?")):
			if err := s.pass("?>"); err != nil {
				return nil, err
			}
		case bytes.HasPrefix(here, []byte("<!--")):
			if err := s.pass("-->"); err != nil {
				return nil, err
			}
		case bytes.HasPrefix(here, []byte("<![CDATA[")):
			return s.cdata()
		case bytes.HasPrefix(here, []byte("<!")):
			return nil, errDoctype
		default:
			return s.tag()
		}
	}
}

func (s *scanner) pass(sep string) error {
	j, err := s.find(2, sep)
	if err == nil && j < 0 {
		err = errXML
	}
	if err == nil {
		s.i = j + len(sep)
	}
	return err
}

func (s *scanner) chars() (*token, error) {
	j, err := s.find(0, "<")
	if err != nil {
		return nil, err
	}
	if j < 0 {
		j = len(s.buf)
	}
	raw := s.buf[s.i:j]
	s.i = j
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return nil, errXML
	}
	s.tok = token{kind: text, text: raw}
	if bytes.IndexByte(raw, '&') >= 0 {
		s.decoded, err = unescape(s.decoded[:0], raw)
		s.tok.text = s.decoded
	}
	return &s.tok, err
}

func (s *scanner) cdata() (*token, error) {
	j, err := s.find(9, "]]>")
	if err != nil {
		return nil, err
	}
	if j < 0 {
		return nil, errXML
	}
	s.tok = token{kind: text, text: s.buf[s.i+9 : j]}
	s.i = j + 3
	return &s.tok, nil
}

func (s *scanner) tag() (*token, error) {
	j, err := s.tagEnd()
	if err != nil {
		return nil, err
	}
	inner := s.buf[s.i+1 : j]
	s.i = j + 1
	s.tok = token{kind: start}
	if len(inner) > 0 && inner[0] == '/' {
		s.tok.kind, inner = end, inner[1:]
	} else if len(inner) > 0 && inner[len(inner)-1] == '/' {
		s.tok.empty, inner = true, inner[:len(inner)-1]
	}
	name := inner
	if k := bytes.IndexAny(inner, " \t\r\n"); k >= 0 {
		name, s.tok.attrs = inner[:k], inner[k:]
	}
	if k := bytes.IndexByte(name, ':'); k >= 0 {
		name = name[k+1:]
	}
	if s.tok.name = name; len(name) == 0 {
		return nil, errXML
	}
	return &s.tok, nil
}

// tagEnd finds the > that is not within an attribute's quotes.
func (s *scanner) tagEnd() (int, error) {
	from := 1
	for {
		j, err := s.find(from, ">")
		if err != nil {
			return 0, err
		}
		if j < 0 {
			return 0, errXML
		}
		if !openQuote(s.buf[s.i:j]) {
			return j, nil
		}
		from = j - s.i + 1
	}
}

func openQuote(b []byte) bool {
	var q byte
	for _, c := range b {
		switch {
		case q == 0 && (c == '"' || c == '\''):
			q = c
		case c == q:
			q = 0
		}
	}
	return q != 0
}

// raw gives an attribute by its local name as it is written; nil when it is not there.
func (t *token) raw(name string) []byte {
	b := t.attrs
	for {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimSpace(b[:eq])
		if k := bytes.IndexByte(key, ':'); k >= 0 {
			if string(key[:k]) == "xmlns" {
				key = nil
			} else {
				key = key[k+1:]
			}
		}
		b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return nil
		}
		n := bytes.IndexByte(b[1:], b[0])
		if n < 0 {
			return nil
		}
		if string(key) == name {
			return b[1 : 1+n]
		}
		b = b[n+2:]
	}
}

// attr gives an attribute's text; "" when it is not there.
func (t *token) attr(name string) string {
	b, err := unescape(nil, t.raw(name))
	if err != nil || !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

func unescape(dst, b []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, b...), nil
		}
		dst = append(dst, b[:i]...)
		b = b[i+1:]
		n := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if n < 1 {
			return dst, errXML
		}
		r, err := entity(string(b[:n]))
		if err != nil {
			return dst, err
		}
		dst = utf8.AppendRune(dst, r)
		b = b[n+1:]
	}
}

func entity(name string) (rune, error) {
	switch name {
	case "amp":
		return '&', nil
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	if name[0] != '#' || len(name) < 2 {
		return 0, errXML
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, errXML
	}
	return rune(n), nil
}
