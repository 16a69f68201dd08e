package source

import (
	"bytes"
)

// place is a spot in a file.
type place struct {
	off  int64 // bytes from the beginning
	line int64 // from 1
}

// dialect is how delimited text is written; each is one ASCII byte, quote and escape 0
// for none.
type dialect struct{ delim, quote, escape byte }

// scan is what one pass over UTF-8 text found; nil places were not met.
type scan struct {
	dialect   dialect
	guess     *guess // what the first block said; nil when it was told
	bad       *place // first byte that is not UTF-8
	nul       *place
	long      *place  // first record over the limit
	open      *place  // quote that is never closed
	high      bool    // there was non-ASCII text before bad
	lead      lineEnd // the first of the file, within quotes or not
	lf, crlf  int64   // line ends outside quotes: LF alone, CRLF
	cr        int64   // CR alone, outside quotes
	lfs, crs  int64   // every LF and CR, within quotes or not
	records   int64
	malformed int64 // quotes followed by what may not follow them
}

// lineEnd is a kind of line end.
type lineEnd uint8

const (
	noEnd lineEnd = iota
	endLF
	endCRLF
	endCR
)

// uniform says that the engine takes the line ends right: all are LF or all are CRLF, and
// so is the first of the file, by which it goes even where that lies within quotes. Where
// quotes are malformed engines differ on what lies within them: there no other may be.
func (s *scan) uniform() bool {
	if s.malformed > 0 && s.crs > 0 && (s.crlf != s.lfs || s.crlf != s.crs) {
		return false
	}
	return s.cr == 0 && (s.crlf == 0 && s.lead <= endLF || s.lf == 0 && (s.lead == endCRLF || s.lead == noEnd))
}

// scanner walks text block by block, jumping from quote to quote.
type scanner struct {
	scan
	max   int
	utf   validator
	off   int64
	start int64 // of the record
	prev  byte  // last byte before the block
	state quoteState
	at    int64 // of the opening quote
	cut   int64 // just behind a CR that came first
}

type quoteState uint8

const (
	outside quoteState = iota
	inside
	leaving // a quote was met inside; the next byte decides
	escaped // the next byte is taken as it is
)

func newScanner(d dialect, maxLine int) *scanner {
	return &scanner{scan: scan{dialect: d}, max: maxLine, prev: '\n'}
}

// feed takes the next block; it keeps nothing of it. It stops looking after the first
// thing that makes the file unreadable.
func (s *scanner) feed(b []byte) {
	for len(b) > 0 && s.bad == nil && s.nul == nil && s.long == nil {
		n := min(len(b), s.max)
		s.piece(b[:n])
		b = b[n:]
	}
}

func (s *scanner) piece(b []byte) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		s.nul = s.spot(b, i)
		return
	}
	if i := s.utf.feed(b); i != clean {
		s.high = s.utf.high
		s.bad = s.spot(b, i)
		return
	}
	s.high = s.utf.high
	s.first(b)
	s.walk(b)
	s.off += int64(len(b))
	s.lfs += int64(bytes.Count(b, []byte{'\n'}))
	s.crs += int64(bytes.Count(b, []byte{'\r'}))
	s.prev = b[len(b)-1]
	s.tooLong(s.off)
}

// spot names byte i of the current piece; i may be a few bytes before it.
func (s *scanner) spot(b []byte, i int) *place {
	lf, cr := s.lfs, s.crs
	if i > 0 {
		lf += int64(bytes.Count(b[:i], []byte{'\n'}))
		cr += int64(bytes.Count(b[:i], []byte{'\r'}))
	}
	if lf == 0 {
		lf = cr
	}
	return &place{s.off + int64(i), lf + 1}
}

// first notes the first line end; one cut in two is told by the next piece.
func (s *scanner) first(b []byte) {
	if s.lead == endCR && s.off == s.cut && b[0] == '\n' {
		s.lead = endCRLF
	}
	if s.lead != noEnd {
		return
	}
	switch i := bytes.IndexAny(b, "\r\n"); {
	case i < 0:
	case b[i] == '\n':
		s.lead = endLF
	case i+1 < len(b) && b[i+1] == '\n':
		s.lead = endCRLF
	default:
		s.lead, s.cut = endCR, s.off+int64(i)+1
	}
}

func (s *scanner) tooLong(upTo int64) {
	if s.long == nil && upTo-s.start > int64(s.max) {
		s.long = &place{off: s.start, line: -1} // the line is counted when it is told
	}
}

func (s *scanner) walk(b []byte) {
	i := 0
	for i < len(b) {
		switch s.state {
		case outside:
			i = s.plain(b, i)
		case inside:
			i = s.quoted(b, i)
		case escaped:
			i++
			s.state = inside
		case leaving:
			if b[i] == s.dialect.quote && s.dialect.escape == s.dialect.quote {
				i++
				s.state = inside
				continue
			}
			if c := b[i]; c != s.dialect.delim && c != '\n' && c != '\r' && c != ' ' {
				s.malformed++
			}
			s.state = outside
		}
	}
}

// plain walks from i to just after the next opening quote, or to the end.
func (s *scanner) plain(b []byte, from int) int {
	i := from
	for s.dialect.quote != 0 {
		j := bytes.IndexByte(b[i:], s.dialect.quote)
		if j < 0 {
			break
		}
		if s.opens(b, i+j) {
			s.ends(b, from, i+j)
			s.state, s.at = inside, s.off+int64(i+j)
			return i + j + 1
		}
		i += j + 1
	}
	s.ends(b, from, len(b))
	return len(b)
}

// opens says whether the quote at i begins a field: nothing but blanks lies between it
// and a delimiter or line end.
func (s *scanner) opens(b []byte, i int) bool {
	for i--; i >= 0 && b[i] == ' '; i-- {
	}
	c := s.prev
	if i >= 0 {
		c = b[i]
	}
	return c == s.dialect.delim || c == '\n' || c == '\r' || s.off == 0 && isBOM(b, i)
}

func isBOM(b []byte, last int) bool {
	return last == 2 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF
}

// ends counts the line ends of b[from:to], which lies outside quotes.
func (s *scanner) ends(b []byte, from, to int) {
	seg := b[from:to]
	if len(seg) == 0 {
		return
	}
	if len(seg) == 1 && seg[0] == s.dialect.delim {
		return
	}
	before := s.prev
	if from > 0 {
		before = b[from-1]
	}
	lf := int64(bytes.Count(seg, []byte{'\n'}))
	cr := int64(bytes.Count(seg, []byte{'\r'}))
	both := int64(0)
	if before == '\r' && s.off+int64(from) > 0 && seg[0] == '\n' && s.cr > 0 {
		s.cr-- // counted as alone until its LF came
		both++
	}
	if cr > 0 {
		n := int64(bytes.Count(seg, []byte("\r\n")))
		both += n
		s.cr += cr - n
	}
	s.crlf += both
	s.lf += lf - both
	if lf+cr == 0 {
		return
	}
	at := s.off + int64(from)
	s.tooLong(at + int64(bytes.IndexAny(seg, "\r\n")))
	s.start = at + int64(bytes.LastIndexAny(seg, "\r\n")) + 1
}

// quoted walks from i to just after the next quote or escape, or to the end.
func (s *scanner) quoted(b []byte, i int) int {
	q, e := s.dialect.quote, s.dialect.escape
	j := bytes.IndexByte(b[i:], q)
	if e != q && e != 0 {
		upTo := len(b)
		if j >= 0 {
			upTo = i + j
		}
		if k := bytes.IndexByte(b[i:upTo], e); k >= 0 {
			s.state = escaped
			return i + k + 1
		}
	}
	if j < 0 {
		return len(b)
	}
	s.state = leaving
	return i + j + 1
}

// end closes the scan; b is nothing, the last block was fed.
func (s *scanner) end() *scan {
	if s.bad == nil && s.nul == nil && s.long == nil {
		if i := s.utf.end(); i != clean {
			s.bad = s.spot(nil, i)
		}
		if s.state == inside || s.state == escaped {
			s.open = &place{off: s.at, line: -1}
		}
		if s.records = s.lf + s.crlf; s.records == 0 {
			s.records = s.cr
		}
		if s.start < s.off {
			s.records++ // the last one has no line end
		}
	}
	r := s.scan
	return &r
}
