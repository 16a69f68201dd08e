package share

import (
	"context"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Sample is what a grant would show, were it made now.
type Sample struct {
	Columns  []SampleColumn
	Rows     [][]any // as the grantee would get them; invented columns are empty
	Matched  int64   // rows in the grant's range
	Total    int64
	Snapshot int64 // 0: the directory was never loaded
}

// SampleColumn is an item with its mask. Shown is what the mask leaves of an invented value,
// where whoever makes the grant may not see what it would show.
type SampleColumn struct {
	Item     string
	Mask     policy.Mask
	Invented bool
	Shown    string
}

// mostSample is how many rows a sample has.
const mostSample = 3

// Preview shows somebody who may make a grant what it would come to, over the first rows in
// its range. It shows them no cell their own view of the directory hides. It writes no entry
// in the audit: the door does, before the sample leaves.
func (e *Engine) Preview(ctx context.Context, by people.Actor, draft policy.Draft) (out Sample, err error) {
	v, err := e.opt.Catalog.Get(ctx, draft.Directory)
	if err != nil {
		return out, err
	}
	rights := v.Rights()
	if err := policy.Allowed(by, policy.GrantMake, policy.Target{Office: rights.Office}); err != nil {
		return out, err
	}
	view := policy.View(by, rights, true)
	if err := view.Err(); err != nil {
		return out, err
	}
	decision, err := policy.Preview(draft, rights, e.opt.Now(), e.opt.Salt)
	if err != nil {
		return out, err
	}
	for _, c := range decision.Columns {
		col := SampleColumn{Item: c.Item, Mask: c.Mask, Invented: c.Discloses(view)}
		if col.Invented {
			_, col.Shown = c.Mask.Example()
		}
		out.Columns = append(out.Columns, col)
	}
	return out, e.sample(ctx, &plan{service: Service{Declaration: Declaration{Directory: draft.Directory}}, directory: v.Directory, decision: decision}, &out)
}

func (e *Engine) sample(ctx context.Context, p *plan, out *Sample) error {
	t, err := e.tableNow(ctx, p, 0)
	if err != nil || len(t.files) == 0 {
		return err
	}
	out.Snapshot = t.snapshot
	count := []row.Named{{Name: "n", Agg: row.Count}}
	for into, where := range map[*int64]row.Expr{&out.Total: nil, &out.Matched: p.decision.Where()} {
		n, err := e.rows(ctx, t, row.Query{Select: count, Where: where})
		if err != nil {
			return err
		}
		*into, _ = n[0][0].(int64)
	}
	rows, err := e.rows(ctx, t, row.Query{Select: p.decision.Select(), Where: p.decision.Where(), Limit: mostSample,
		Order: []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}})
	if err != nil {
		return err
	}
	mask := p.decision.Masked()
	for _, cells := range rows {
		shown := mask(cells)
		for i, c := range out.Columns {
			if c.Invented {
				shown[i] = nil
			}
		}
		out.Rows = append(out.Rows, shown)
	}
	return nil
}
