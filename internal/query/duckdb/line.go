package duckdb

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"sort"

	"github.com/zeebo/xxh3"

	"github.com/chengshu/chengshu/internal/query"
)

// Lines finds the lines of a text input where the rows of samples begin, by reading the
// files once more; for inputs other than text it finds none. Meant for small files. Of two
// rows alike both samples may get the first one's line.
func (d *DB) Lines(ctx context.Context, in query.Input, samples []query.Sample) error {
	f := finder{want: map[uint64][]int{}, whole: map[uint64][]int{}, fed: fedColumns(in), samples: samples}
	for i, s := range samples {
		if len(s.Cells) == 1 && len(in.Columns) > 1 {
			if s.Cells[0] != nil {
				h := xxh3.HashString(*s.Cells[0])
				f.whole[h] = append(f.whole[h], i)
			}
			continue
		}
		var cells []string
		for _, c := range s.Cells {
			if c != nil {
				cells = append(cells, *c)
			}
		}
		h := fingerprint(cells)
		f.want[h] = append(f.want[h], i)
	}
	for _, path := range in.Rejects {
		if err := f.rejects(path); err != nil {
			return err
		}
	}
	if in.Format != "csv" {
		return nil
	}
	for _, path := range in.Files {
		if err := f.read(ctx, path, in); err != nil {
			return err
		}
	}
	return nil
}

type finder struct {
	want    map[uint64][]int // fingerprint of a row's cells → samples
	whole   map[uint64][]int // hash of a whole line → samples
	fed     []bool
	samples []query.Sample
}

// fedColumns says which columns of the file feed an item: the first of each name.
func fedColumns(in query.Input) []bool {
	fed, seen := make([]bool, len(in.Columns)), map[string]bool{"": true}
	for k, c := range in.Columns {
		fed[k] = !seen[c]
		seen[c] = true
	}
	return fed
}

// fingerprint is a fingerprint of a row's texts that does not depend on their order: the sample
// has the items' order, the file its own.
func fingerprint(cells []string) uint64 {
	hs := make([]uint64, 0, len(cells))
	for _, c := range cells {
		if c != "" {
			hs = append(hs, xxh3.HashString(c))
		}
	}
	sort.Slice(hs, func(a, b int) bool { return hs[a] < hs[b] })
	sum := uint64(len(hs))
	for _, h := range hs {
		sum = sum*0x9E3779B97F4A7C15 + h
	}
	return sum
}

func (f *finder) found(samples []int, line int64) {
	for _, i := range samples {
		if f.samples[i].Line == 0 {
			f.samples[i].Line = line
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

func (f *finder) read(ctx context.Context, path string, in query.Input) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := &records{r: bufio.NewReaderSize(file, 1<<20), delim: in.Delim, quote: in.Quote, escape: in.Escape, line: 1}
	if r.delim == "" {
		r.delim = ","
	}
	for range in.Skip {
		if !r.skip() {
			return nil
		}
	}
	for n := 0; r.next(); n++ {
		if n%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(f.whole) > 0 {
			f.found(f.whole[xxh3.Hash(r.text)], r.began)
		}
		if len(r.cells) != len(f.fed) {
			continue
		}
		var cells []string
		for k, c := range r.cells {
			if f.fed[k] {
				cells = append(cells, c)
			}
		}
		if len(f.want) > 0 {
			f.found(f.want[fingerprint(cells)], r.began)
		}
	}
	return r.err
}
