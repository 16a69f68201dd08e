package console

import (
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/export"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

// exportRecords is a register's list as a file, masked as on the screen.
func (c *Console) exportRecords(ctx context.Context, in *listRecordsIn) (*filing[ledger.Record], error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err == nil {
		err = c.addressed(in)
	}
	if err != nil {
		return nil, err
	}
	_, q, err := c.recordQuery(ctx, p, e, in, policy.RecordExport)
	if err != nil {
		return nil, err
	}
	q.After = ""
	if _, err := c.Ledger.Count(ctx, e, q); err != nil { // what is wrong with the filters is told before the file begins
		return nil, err
	}
	l := lang(ctx)
	s := &filing[ledger.Record]{name: e.Title.In(l), marked: e.Personal(), seen: look{target: "register/" + e.ID()}}
	s.each = func(ctx context.Context, do func(ledger.Record) error) error {
		for r, err := range c.Ledger.Each(ctx, e, q) {
			if err == nil {
				r.Values = e.Shown(r, false)
				err = do(r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	s.columns = c.recordColumns(ctx, e, l)
	return s, nil
}

func (c *Console) recordColumns(ctx context.Context, e *ledger.Entity, l string) []column[ledger.Record] {
	own := func(name string, of func(ledger.Record) any) column[ledger.Record] {
		t, ok := ledger.OwnTitle(name)
		if !ok {
			t = fault.Text{ZH: name, EN: name}
		}
		return column[ledger.Record]{name, t, of}
	}
	named := c.named(ctx)
	out := []column[ledger.Record]{own("key", func(r ledger.Record) any { return r.Key })}
	for _, f := range e.Fields {
		out = append(out, column[ledger.Record]{f.Name, f.Label(), func(r ledger.Record) any { return c.fileCell(ctx, f, r.Values[f.Name], l) }})
	}
	return append(out,
		own("office", func(r ledger.Record) any { return some(c.Ledger.OfficeTitle(ctx, r.Office)) }),
		own("created_at", func(r ledger.Record) any { return fileTime(r.CreatedAt) }),
		own("created_by", func(r ledger.Record) any { return some(named(r.CreatedBy, r.CreatedName)) }),
		own("updated_at", func(r ledger.Record) any { return fileTime(r.UpdatedAt) }),
		own("updated_by", func(r ledger.Record) any { return some(named(r.UpdatedBy, r.UpdatedName)) }))
}

// fileCell is a value as a cell: numbers and dates are themselves, all else its words.
func (c *Console) fileCell(ctx context.Context, f *ledger.Compiled, v any, l string) any {
	text, isText := v.(string)
	switch kind := f.Holds().Kind; {
	case v == nil:
		return nil
	case kind == ledger.Money:
		return export.Number(f.Format(v, l))
	case kind == ledger.Integer || kind == ledger.Rating || kind == ledger.Number:
		return v
	case kind == ledger.Date && isText:
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return export.Day(t)
		}
	case kind == ledger.Time && isText:
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t.In(region.Beijing)
		}
	case kind == ledger.Office && isText:
		return c.Ledger.OfficeTitle(ctx, text)
	}
	return some(f.Format(v, l))
}
