package duckdb

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// sampler keeps up to most rows for every rule while rows are judged, so that nobody has to
// look for them in what was written. A row that broke several rules counts for each. Which
// of many rows it keeps is chance: the threads see them in no order.
type sampler struct {
	most int
	mu   sync.Mutex
	have []int           // samples per bit
	full []atomic.Uint64 // per word: the bits of which there are enough
	out  []query.Sample
}

func newSampler(most, words int) *sampler {
	return &sampler{most: most, have: make([]int, words*query.Places), full: make([]atomic.Uint64, words)}
}

// look keeps those of n rows that broke a rule of which there are not enough samples yet.
func (s *sampler) look(words [][]uint64, raw []row.Texts, n int) {
	if s.most == 0 {
		return
	}
	for i := range n {
		for w := range words {
			if words[w][i]&^s.full[w].Load() != 0 {
				s.keep(words, raw, i)
				break
			}
		}
	}
}

func (s *sampler) keep(words [][]uint64, raw []row.Texts, i int) {
	sample := query.Sample{Cells: make([]*string, len(raw))}
	for w := range words {
		sample.Bits = append(sample.Bits, bitsOf(w, words[w][i])...)
	}
	for k := range raw {
		if b, ok := cell(&raw[k], i); ok {
			text := string(b)
			sample.Cells[k] = &text
		}
	}
	s.add(sample)
}

// add keeps a sample where one of its rules still lacks some.
func (s *sampler) add(sample query.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(sample.Bits, func(b int) bool { return s.have[b] < s.most }) {
		return
	}
	for _, b := range sample.Bits {
		if s.have[b]++; s.have[b] >= s.most {
			word, mask := place(b)
			s.full[word].Or(mask)
		}
	}
	s.out = append(s.out, sample)
}

// bitsOf gives the numbers of a word's bits.
func bitsOf(word int, set uint64) (out []int) {
	for ; set != 0; set &= set - 1 {
		out = append(out, word*query.Places+bits.TrailingZeros64(set))
	}
	return out
}

// Mended gives up to n raw values of an item that cleaning changes, each with what it
// becomes.
func (d *DB) Mended(ctx context.Context, in query.Input, clean row.Named, n int) (out [][2]string, err error) {
	s, err := d.session()
	if err != nil {
		return nil, err
	}
	defer s.close()
	g := query.Governed{Input: in, Types: row.Schema{{Name: clean.Name, Type: row.TextType}}}
	p := &printer{column: func(c row.Col) (string, row.Type, error) {
		if c.Name != clean.Name {
			return "", row.Type{}, fmt.Errorf("duckdb: cleaning of one item reads another")
		}
		return rawName(0), row.TextType, nil
	}}
	from, err := p.input(&g, false)
	if err != nil {
		return nil, err
	}
	sql, _, err := p.expr(clean.X)
	if err != nil {
		return nil, err
	}
	sql = "SELECT DISTINCT " + rawName(0) + ", c FROM (SELECT " + rawName(0) + ", " + sql + " AS c FROM (" + from + ")) WHERE c <> " + rawName(0) + " LIMIT " + fmt.Sprint(n)
	return out, s.each(ctx, sql, p.args, func(v []any) error {
		out = append(out, [2]string{v[0].(string), v[1].(string)})
		return nil
	})
}
