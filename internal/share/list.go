package share

import (
	"context"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Question is what a list or a count asks for.
type Question struct {
	Filters []policy.RowRule `json:"filters,omitempty"`
	Sort    string           `json:"sort,omitempty"` // an item, with "-" before it the last first
	Cursor  string           `json:"cursor,omitempty"`
	Limit   int              `json:"limit,omitempty"`
}

const (
	usualLimit  = 100
	mostLimit   = 1000
	mostFilters = 20
)

// List answers a page of the rows that meet the filters.
func (e *Engine) List(ctx context.Context, c Caller, service string, q Question) (Answer, error) {
	return e.answer(ctx, c, service, "list", func(p *plan) (found, error) { return e.list(ctx, c, p, q) })
}

// Count answers how many rows meet the filters.
func (e *Engine) Count(ctx context.Context, c Caller, service string, q Question) (Answer, error) {
	return e.answer(ctx, c, service, "count", func(p *plan) (found, error) {
		where, err := p.where(c, q)
		if err != nil {
			return found{}, err
		}
		t, err := e.tableNow(ctx, p, 0)
		if err != nil {
			return found{}, err
		}
		rows, err := e.rows(ctx, t, row.Query{Select: []row.Named{{Name: "n", Agg: row.Count}}, Where: where})
		if err != nil {
			return found{}, err
		}
		f := found{snapshot: t.snapshot, bare: true, rows: 0, body: []byte(`{"count":`)}
		var n any = int64(0)
		if len(rows) == 1 && len(rows[0]) == 1 {
			n = rows[0][0]
		}
		f.body = append(appendValue(f.body, n, row.IntType), '}')
		return f, nil
	})
}

// where joins the grant's rows with the caller's conditions, each on an item the service
// lets filter by and the grant shows whole.
func (p *plan) where(c Caller, q Question) (row.Expr, error) {
	if q.Limit < 0 || q.Limit > mostLimit {
		return nil, ErrBody.At("limit")
	}
	if len(q.Filters) > mostFilters {
		return nil, ErrBody.At("filters")
	}
	all := []row.Expr{p.decision.Where()}
	for _, r := range q.Filters {
		it, ok := p.item(r.Item)
		if !ok || !slices.Contains(p.service.Filter, r.Item) {
			return nil, filterFault(ErrFilter, p, r.Item)
		}
		if err := p.open(c, r.Item); err != nil {
			return nil, err
		}
		if !p.decision.Plain(r.Item) {
			return nil, ErrFilter.At("%s", r.Item)
		}
		if !slices.Contains(comparisons, r.Op) {
			return nil, ErrBody.At("filters")
		}
		x, err := policy.Condition(r, it)
		if err != nil {
			return nil, fault.From(err).At("%s", r.Item)
		}
		all = append(all, x)
	}
	return row.F(row.And, all...), nil
}

var comparisons = []policy.RowOp{policy.RowEq, policy.RowIn, policy.RowUnder, policy.RowGe, policy.RowLe}

// filterFault names the item only where the directory has it: what callers write may be
// anything.
func filterFault(f *fault.Error, p *plan, name string) error {
	if _, ok := p.directory.Item(name); ok {
		return f.At("%s", name)
	}
	return f
}

// dataset is a table at one snapshot.
type dataset struct {
	snapshot int64
	files    []lake.File
	schema   row.Schema
}

// tableNow plans a snapshot, 0 for the current one. A table that was never loaded has no
// rows; one that lacks what the decision needs is stale.
func (e *Engine) tableNow(ctx context.Context, p *plan, at int64) (dataset, error) {
	t := table(p.service.Directory)
	snaps, err := e.opt.Lake.Snapshots(ctx, t)
	if err != nil && fault.KindOf(err) != fault.Missing {
		return dataset{}, err
	}
	if err != nil || len(snaps) == 0 {
		return dataset{schema: p.directory.Columns()}, nil
	}
	d := dataset{snapshot: snaps[0].ID}
	if at != 0 {
		if d.snapshot = at; !slices.ContainsFunc(snaps, func(s lake.Snapshot) bool { return s.ID == at }) {
			return d, ErrExpired
		}
	}
	if d.schema, err = e.opt.Lake.Schema(ctx, t); err != nil {
		return d, err
	}
	if _, err := p.decision.Over(d.schema); err != nil {
		return d, ErrStale.Wrap(err)
	}
	d.files, err = e.opt.Lake.Files(ctx, t, d.snapshot)
	return d, err
}

// rows asks the engine, a few calls at a time.
func (e *Engine) rows(ctx context.Context, t dataset, q row.Query) ([][]any, error) {
	select {
	case e.readers <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-e.readers }()
	return query.Values(ctx, e.opt.Reader, q, t.files, t.schema)
}

func (e *Engine) list(ctx context.Context, c Caller, p *plan, q Question) (found, error) {
	if q.Limit == 0 {
		q.Limit = usualLimit
	}
	if q.Limit < 1 || q.Limit > mostLimit {
		return found{}, ErrBody.At("limit")
	}
	where, err := p.where(c, q)
	if err != nil {
		return found{}, err
	}
	pg, err := e.page(c, p, q)
	if err != nil {
		return found{}, err
	}
	t, err := e.tableNow(ctx, p, pg.Snapshot)
	if err != nil {
		return found{}, err
	}
	pg.Snapshot = t.snapshot
	sel := p.decision.Select()
	width := len(sel)
	sel = append(sel, row.Named{Name: query.FileColumn, X: row.Column(query.FileColumn)}, row.Named{Name: query.PosColumn, X: row.Column(query.PosColumn)})
	if pg.Sort != "" {
		sel = append(sel, row.Named{Name: "_sort", X: row.Column(pg.Sort)})
	}
	rows, err := e.rows(ctx, t, row.Query{Select: sel, Where: pg.after(where), Order: pg.order(), Limit: q.Limit + 1})
	if err != nil {
		return found{}, err
	}
	f := found{snapshot: t.snapshot, body: append(make([]byte, 0, 4096), `{"rows":[`...)}
	mask := p.decision.Masked()
	next := ""
	for i, cells := range rows {
		if i == q.Limit || i > 0 && len(f.body) > mostBytes-(64<<10) {
			if next, err = e.seal(c, p, q, pg.at(rows[i-1][width:])); err != nil {
				return found{}, err
			}
			break
		}
		if i > 0 {
			f.body = append(f.body, ',')
		}
		f.body = p.appendShown(f.body, mask(cells[:width]))
		f.rows++
	}
	f.body = append(f.body, `],"next":`...)
	if next == "" {
		f.body = append(f.body, "null}"...)
	} else {
		f.body = append(append(append(f.body, '"'), next...), `"}`...)
	}
	return f, nil
}

// sorted reads the sort of a question.
func sorted(s string) (item string, desc bool) {
	item, desc = strings.CutPrefix(s, "-")
	return item, desc
}
