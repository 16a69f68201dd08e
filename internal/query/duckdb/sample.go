package duckdb

import (
	"context"
	"fmt"
	"math/bits"
	"strings"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Samples gives up to perRule rows for every rule that a staged row broke; a row that broke
// several counts for each. Published rows have no raw texts: their values stand for them.
func (d *DB) Samples(ctx context.Context, st query.Staged, perRule int) ([]query.Sample, error) {
	s, err := d.session()
	if err != nil {
		return nil, err
	}
	defer s.close()
	pick := &picker{session: s, staged: st, most: perRule, have: map[int]int{}, seen: map[string]bool{}}
	for _, files := range [][]lake.File{st.Bad, st.Good} {
		if err := pick.from(ctx, files); err != nil {
			return nil, err
		}
	}
	return pick.out, nil
}

type picker struct {
	*session
	staged query.Staged
	most   int
	have   map[int]int // samples per bit
	seen   map[string]bool
	out    []query.Sample
}

func (p *picker) from(ctx context.Context, files []lake.File) error {
	if len(files) == 0 {
		return nil
	}
	broken, err := p.broken(ctx, files)
	if err != nil {
		return err
	}
	for _, bit := range broken {
		if p.have[bit] >= p.most {
			continue
		}
		if err := p.pick(ctx, files, bit); err != nil {
			return err
		}
	}
	return nil
}

// broken gives the bits that are set anywhere.
func (p *picker) broken(ctx context.Context, files []lake.File) (out []int, err error) {
	pr := &printer{}
	from, err := pr.table(files, query.Table(nil, p.staged.Words), false)
	if err != nil {
		return nil, err
	}
	var words []string
	for w := range p.staged.Words {
		words = append(words, "coalesce(bit_or("+name(query.Broken(w))+"), 0)")
	}
	return out, p.each(ctx, "SELECT "+strings.Join(words, ", ")+" FROM "+from, pr.args, func(v []any) error {
		out = bitsOf(v)
		return nil
	})
}

// bitsOf gives the bits of words.
func bitsOf(words []any) (out []int) {
	for w, v := range words {
		n, _ := v.(int64)
		for u := uint64(n); u != 0; u &= u - 1 {
			out = append(out, w*query.Places+bits.TrailingZeros64(u))
		}
	}
	return out
}

func (p *picker) pick(ctx context.Context, files []lake.File, bit int) error {
	schema := query.Table(p.staged.Items, p.staged.Words)
	pr := &printer{}
	from, err := pr.table(files, schema, true)
	if err != nil {
		return err
	}
	var values, words []string
	for _, f := range p.staged.Items {
		values = append(values, "CAST("+name(f.Name)+" AS VARCHAR)")
	}
	for w := range p.staged.Words {
		words = append(words, name(query.Broken(w)))
	}
	word, mask := query.Place(bit)
	sql := fmt.Sprintf("SELECT %s, %s, coalesce(%s, [%s]), %s FROM %s WHERE (%s & %d) <> 0 LIMIT %d",
		name(query.FileColumn), name(query.PosColumn), name(query.RawColumn), strings.Join(values, ", "),
		strings.Join(words, ", "), from, name(query.Broken(word)), mask, p.most)
	return p.each(ctx, sql, pr.args, func(v []any) error {
		id := fmt.Sprint(v[0], v[1])
		if p.have[bit] >= p.most || p.seen[id] {
			return nil
		}
		p.seen[id] = true
		sample := query.Sample{Bits: bitsOf(v[3:])}
		cells, _ := v[2].([]any)
		for _, c := range cells {
			sample.Cells = append(sample.Cells, cellOf(c))
		}
		for _, b := range sample.Bits {
			p.have[b]++
		}
		p.out = append(p.out, sample)
		return nil
	})
}

func cellOf(v any) *string {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	return &s
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
