package ingest

import (
	"context"
	"fmt"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Doubt is one thing Verify found wrong.
type Doubt struct {
	Batch     string `json:"batch,omitempty"`
	Directory string `json:"directory"`
	What      string `json:"what"`
}

// Verify proves the books: for every batch that nothing works on, rows in = published +
// quarantined + held + replayed, and the tables hold just the rows the books say.
func (e *Engine) Verify(ctx context.Context, db query.Engine) (checked int, doubts []Doubt, err error) {
	books := map[string]map[string]*Batch{} // directory → batch
	err = e.each(ctx, Filter{}, func(b *Batch) error {
		if books[b.Directory] == nil {
			books[b.Directory] = map[string]*Batch{}
		}
		books[b.Directory][string(b.ID)] = b
		checked++
		if !b.Balanced() {
			doubts = append(doubts, Doubt{string(b.ID), b.Directory, fmt.Sprintf("read %d = published %d + quarantined %d + held %d + replayed %d does not hold",
				b.In, b.Published, b.Quarantined, b.Held, b.Replayed)})
		}
		return nil
	})
	if err != nil {
		return checked, doubts, err
	}
	for directory, batches := range books {
		v, err := e.Catalog.Get(ctx, directory)
		if err != nil {
			return checked, doubts, err
		}
		more, err := e.verifyTables(ctx, db, v.Directory, batches)
		if err != nil {
			return checked, doubts, err
		}
		doubts = append(doubts, more...)
	}
	return checked, doubts, nil
}

func (e *Engine) verifyTables(ctx context.Context, db query.Engine, d catalog.Directory, books map[string]*Batch) (doubts []Doubt, err error) {
	for _, space := range []ident.Space{ident.Published, ident.Quarantine} {
		held, err := e.count(ctx, db, ident.Ref{Space: space, Name: d.Name})
		if err != nil {
			return nil, err
		}
		for batch, n := range held {
			if books[batch] == nil {
				doubts = append(doubts, Doubt{batch, d.Name, fmt.Sprintf("%d rows of an unknown batch in %s", n, space)})
			}
		}
		for batch, b := range books {
			want, n := b.Published, held[batch]
			switch {
			case space == ident.Quarantine:
				want = b.Quarantined
			case b.State == Held && b.job != nil:
				want = b.job.Standing
			}
			replaced := space == ident.Published && d.Load != nil && d.Load.Mode != "append" && n < want
			if n != want && !replaced && !b.State.Running() {
				doubts = append(doubts, Doubt{batch, d.Name, fmt.Sprintf("%d rows in %s where the books say %d", n, space, want)})
			}
		}
	}
	return doubts, nil
}

// count gives the rows of each batch in a table.
func (e *Engine) count(ctx context.Context, db query.Engine, t ident.Ref) (map[string]int64, error) {
	out := map[string]int64{}
	files, err := e.Lake.Files(ctx, t, 0)
	if err != nil || len(files) == 0 {
		return out, fault.Except(fault.Missing, err)
	}
	schema, err := e.Lake.Schema(ctx, t)
	if err != nil {
		return nil, err
	}
	q := row.Query{From: t, Select: []row.Named{{Name: "batch", X: row.Column(query.BatchColumn)}, {Name: "n", Agg: row.Count}},
		Group: []row.Expr{row.Column(query.BatchColumn)}}
	rows, err := query.Values(ctx, db, q, files, schema)
	for _, r := range rows {
		batch, _ := r[0].(string)
		n, _ := r[1].(int64)
		out[batch] = n
	}
	return out, err
}
