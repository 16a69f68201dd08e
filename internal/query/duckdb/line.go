package duckdb

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/chengshu/chengshu/internal/query"
)

// Lines finds the lines of a text input where the rows of samples begin, by reading the
// files once more until all are found; for inputs other than text it finds none. The rows
// that the engine judged first are the first of the file, so it seldom reads far. Of two
// rows alike either sample may get the first one's line.
func (d *DB) Lines(ctx context.Context, g query.Governed, samples []query.Sample) error {
	f := newFinder(&g, samples)
	for _, path := range g.Rejects {
		if err := f.rejects(path); err != nil {
			return err
		}
	}
	if g.Format != "csv" {
		return nil
	}
	for _, path := range g.Files {
		if f.left == 0 {
			break
		}
		if err := f.read(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

type finder struct {
	in      query.Input
	want    map[uint64][]int // hash of a row's cells as they follow in the file → samples
	whole   map[uint64][]int // hash of a whole line → samples
	fed     []bool           // per column of the file whether it feeds an item
	every   bool             // all do
	samples []query.Sample
	left    int // samples without a line
}

func newFinder(g *query.Governed, samples []query.Sample) *finder {
	f := &finder{in: g.Input, want: map[uint64][]int{}, whole: map[uint64][]int{}, fed: make([]bool, len(g.Columns)), samples: samples, left: len(samples)}
	items := make([]int, len(g.Columns)) // per column that feeds an item, its number
	for item, column := range feeds(g) {
		if column >= 0 {
			items[column], f.fed[column] = item, true
		}
	}
	f.every = !slices.Contains(f.fed, false)
	for i, s := range samples {
		if len(s.Bits) == 1 && s.Bits[0] == g.ParseBit {
			h := xxh3.HashString(*s.Cells[0])
			f.whole[h] = append(f.whole[h], i)
			continue
		}
		var key []byte
		for k, item := range items {
			if !f.fed[k] {
				continue
			}
			if c := s.Cells[item]; c != nil {
				key = append(key, *c...)
			}
			key = append(key, f.delim())
		}
		h := xxh3.Hash(key[:max(len(key)-1, 0)])
		f.want[h] = append(f.want[h], i)
	}
	return f
}

func (f *finder) delim() byte { return oneOr(f.in.Delim, ',') }

func (f *finder) found(samples []int, line int64) {
	for _, i := range samples {
		if f.samples[i].Line == 0 {
			f.samples[i].Line = line
			f.left--
			return
		}
	}
}

func (f *finder) rejects(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	dec := json.NewDecoder(file)
	for {
		var r struct {
			Line int64  `json:"line"`
			Raw  string `json:"raw"`
		}
		if err := dec.Decode(&r); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		f.found(f.whole[xxh3.HashString(r.Raw)], r.Line)
	}
}

func (f *finder) read(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := &records{r: bufio.NewReaderSize(file, 1<<20), delim: f.delim(), quote: oneOr(f.in.Quote, 0), escape: oneOr(f.in.Escape, 0), line: 1}
	for range f.in.Skip {
		if !r.skip() {
			return nil
		}
	}
	buf := make([]byte, 0, 4096)
	for n := 0; f.left > 0 && r.next(); n++ {
		if n%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(f.whole) > 0 {
			f.found(f.whole[xxh3.Hash(r.text)], r.began)
		}
		if key, ok := r.key(buf, f.fed, f.every); ok {
			f.found(f.want[xxh3.Hash(key)], r.began)
		}
	}
	return r.err
}
