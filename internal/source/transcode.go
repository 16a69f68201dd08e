package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// undecodable is a byte that does not belong to the encoding, by its offset in the file.
type undecodable struct{ off, line int64 }

func (u *undecodable) Error() string {
	return fmt.Sprintf("source: byte %d, line %d cannot be decoded", u.off, u.line)
}

// transcoder turns a text into UTF-8 while it is read.
type transcoder struct {
	src io.Reader
	// step decodes what it can; false means src[read] does not belong. With last set
	// nothing follows src, else it may leave a character that is cut off.
	step func(dst, src []byte, last bool) (wrote, read int, ok bool)
	skip int // bytes of the byte order mark

	in, out  []byte
	from, to int // of in
	give     []byte
	off      int64
	lines    int64
	last     bool
}

func (t *transcoder) Read(p []byte) (int, error) {
	for len(t.give) == 0 {
		if t.last && t.from == t.to {
			return 0, io.EOF
		}
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.give)
	t.give = t.give[n:]
	return n, nil
}

func (t *transcoder) fill() error {
	if t.in == nil {
		t.in, t.out = make([]byte, 256<<10), make([]byte, 512<<10)
	}
	if !t.last {
		t.to = copy(t.in, t.in[t.from:t.to])
		t.from = 0
		n, err := io.ReadFull(t.src, t.in[t.to:])
		t.to += n
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			t.last, err = true, nil
		}
		if err != nil {
			return err
		}
		n = min(t.skip, t.to)
		t.from, t.off, t.skip = n, t.off+int64(n), 0
	}
	wrote, read, ok := t.step(t.out, t.in[t.from:t.to], t.last)
	t.give = t.out[:wrote]
	t.lines += int64(bytes.Count(t.give, []byte{'\n'}))
	t.from += read
	t.off += int64(read)
	if !ok && wrote == 0 {
		return &undecodable{t.off, t.lines + 1}
	}
	return nil
}

// utf16Step decodes UTF-16; half a pair of surrogates does not belong.
func utf16Step(big bool) func(dst, src []byte, last bool) (int, int, bool) {
	lo, hi := 0, 1
	if big {
		lo, hi = 1, 0
	}
	unit := func(b []byte) rune { return rune(b[lo]) | rune(b[hi])<<8 }
	return func(dst, src []byte, last bool) (w, r int, ok bool) {
		for r+2 <= len(src) && w+utf8.UTFMax <= len(dst) {
			u := unit(src[r:])
			if u < utf8.RuneSelf {
				dst[w] = byte(u)
				w, r = w+1, r+2
				continue
			}
			n := 2
			if utf16.IsSurrogate(u) {
				if r+4 > len(src) {
					return w, r, !last
				}
				if u = utf16.DecodeRune(u, unit(src[r+2:])); u == utf8.RuneError {
					return w, r, false
				}
				n = 4
			}
			w += utf8.EncodeRune(dst[w:], u)
			r += n
		}
		return w, r, !last || r == len(src) || w+utf8.UTFMax > len(dst)
	}
}
