package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"sync/atomic"
)

const (
	headSize  = 2 << 20   // what guesses may read
	blockSize = 512 << 10 // stays in a core's cache while it is written, hashed and scanned
	blocks    = 6
)

// block is a run of bytes that two readers look at before it is filled again.
type block struct {
	b    []byte
	left atomic.Int32
}

// pump reads src once: every block is given to write (nil: nothing is written), hashed,
// and scanned, the latter two beside the reading.
type pump struct {
	name  string
	write func(b []byte) error
	tick  func(done int64)
	max   int64 // bytes; 0: no limit
	line  int
}

type pumped struct {
	hash string
	n    int64
	scan *scan
}

func (p pump) run(ctx context.Context, src io.Reader, size int64) (pumped, error) {
	first := int64(headSize)
	if size >= 0 {
		first = min(first, size+1)
	}
	free := make(chan *block, blocks)
	hashing, scanning := make(chan *block, blocks), make(chan *block, blocks)
	sum, found := make(chan string, 1), make(chan *scan, 1)
	go func() { sum <- hashAll(hashing, free) }()
	go func() { found <- scanAll(scanning, free, p.line) }()

	var got pumped
	err := p.read(ctx, src, &got.n, first, free, func(b *block) {
		b.left.Store(2)
		hashing <- b
		scanning <- b
	})
	close(hashing)
	close(scanning)
	got.hash, got.scan = <-sum, <-found
	return got, err
}

func (p pump) read(ctx context.Context, src io.Reader, n *int64, first int64, free chan *block, give func(*block)) error {
	lines := lineWatch{limit: p.line}
	for made := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var b *block
		switch {
		case made == 0:
			b = &block{b: make([]byte, first)}
		case made < blocks:
			b = &block{b: make([]byte, blockSize)}
		default:
			b = <-free
		}
		made++
		m, err := io.ReadFull(src, b.b[:cap(b.b)])
		b.b = b.b[:m]
		*n += int64(m)
		if p.max > 0 && *n > p.max {
			return faultLarge(p.name, p.max)
		}
		if m > 0 {
			if long := lines.pass(b.b); long != nil {
				return faultLine(p.name, *long, p.line)
			}
			if p.write != nil {
				if werr := p.write(b.b); werr != nil {
					return werr
				}
			}
			give(b)
			if p.tick != nil {
				p.tick(*n)
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return readFault(p.name, err)
		}
	}
}

func (b *block) done(free chan *block) {
	if b.left.Add(-1) == 0 && cap(b.b) == blockSize {
		free <- b
	}
}

func hashAll(in <-chan *block, free chan *block) string {
	h := sha256.New()
	for b := range in {
		h.Write(b.b)
		b.done(free)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// scanAll scans what its first block says is UTF-8 delimited text; of anything else there
// is nothing to scan yet.
func scanAll(in <-chan *block, free chan *block, maxLine int) *scan {
	var s *scanner
	begun := false
	for b := range in {
		if !begun {
			begun = true
			s = beginScan(b.b, len(b.b) < headSize, maxLine)
		}
		if s != nil {
			s.feed(b.b)
		}
		b.done(free)
	}
	if s == nil {
		return nil
	}
	return s.end()
}

func beginScan(head []byte, whole bool, maxLine int) *scanner {
	if formatOf(head) != CSV || utf16Order(head) != "" {
		return nil
	}
	text := bytes.TrimPrefix(head, bom)
	g := guessDialect(text, whole)
	s := newScanner(g.dialect, maxLine)
	s.guess = &g
	return s
}
