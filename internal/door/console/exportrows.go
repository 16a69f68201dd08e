package console

import (
	"context"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/export"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// exports registers the files of all lists.
func (c *Console) exports() {
	give(c, exported[rowsIn, []any]{what: "rows", path: "directories/{name}/rows", summary: "导出已发布数据 / Published rows as a file", open: c.exportRows})
	give(c, exported[quarantineIn, quarantineRow]{what: "quarantine", path: "batches/{id}/quarantine", summary: "导出问题数据 / Quarantined rows as a file", open: c.exportQuarantine})
	c.exportLists()
}

// exportRows is the published rows of a directory, masked as on the screen.
func (c *Console) exportRows(ctx context.Context, in *rowsIn) (*filing[[]any], error) {
	t, err := c.published(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := allowed(ctx, "export-rows", t.directory.Office); err != nil {
		return nil, err
	}
	alive, err := c.alive(ctx, t.files, t.schema)
	if err != nil {
		return nil, err
	}
	s := &filing[[]any]{name: t.directory.Title, seen: t.look(), marked: t.directory.Sensitive(), about: aboutRows(ctx, t.directory, t.plain)}
	for _, n := range alive {
		s.rows += n
	}
	for i, it := range t.directory.Items {
		s.columns = append(s.columns, column[[]any]{it.Name, fault.Text{ZH: it.Title, EN: it.Title}, func(cells []any) any { return filed(cells[i], it.Type) }})
	}
	masked := t.view.Masked()
	s.each = func(ctx context.Context, do func([]any) error) error {
		for _, f := range t.files {
			if err := c.eachRow(ctx, t, f, func(cells []any) error { return do(masked(cells)) }); err != nil {
				return err
			}
		}
		return nil
	}
	return s, nil
}

// rowWindow is how many rows the engine puts into their order at once.
const rowWindow = 200_000

// eachRow reads a file in the order of its rows, a window of them at a time.
func (c *Console) eachRow(ctx context.Context, t publishedTable, f lake.File, do func([]any) error) error {
	pos := row.Column(query.PosColumn)
	for from := int64(0); from < f.Rows; from += rowWindow {
		q := row.Query{Select: t.columns(), Order: []row.Order{{X: pos}},
			Where: row.F(row.And, row.F(row.Ge, pos, row.Num(from)), row.F(row.Lt, pos, row.Num(from+rowWindow)))}
		if err := query.Each(ctx, c.Reader, q, []lake.File{f}, t.schema, do); err != nil {
			return err
		}
	}
	return nil
}

// filed is a cell of a row as a file has it: what its type says, unless a mask made text of it.
func filed(v any, t row.Type) any {
	switch v := v.(type) {
	case string:
		if t.Kind == row.Decimal {
			return export.Number(v)
		}
	case time.Time:
		if t.Kind == row.Date {
			return export.Day(v)
		}
	case []*string:
		texts := make([]string, 0, len(v))
		for _, s := range v {
			if s != nil {
				texts = append(texts, *s)
			}
		}
		return strings.Join(texts, "；")
	}
	return v
}

// aboutRows says of rows what class they are of and how persons are shown.
func aboutRows(ctx context.Context, d catalog.Directory, plain bool) (out [][2]string) {
	l := lang(ctx)
	line := func(title, value fault.Text) { out = append(out, [2]string{title.In(l), value.In(l)}) }
	line(fault.T("目录", "directory"), fault.T("%s（%s）", "%s (%s)", d.Title, d.Name))
	if level := d.Highest(); level != "" {
		line(fault.T("数据级别", "grade"), wordOf(catalog.Levels(), level))
	}
	if d.Sensitive() {
		shown := fault.T("已脱敏", "masked")
		if plain {
			shown = fault.T("原值", "as it is")
		}
		line(fault.T("个人信息", "personal items"), shown)
		line(fault.T("要求", "duty"), fault.T("仅供本次用途使用，用毕删除，不得转给他人", "for this purpose alone; delete it afterwards, pass it on to nobody"))
	}
	return out
}

// exportQuarantine is the quarantined rows of a batch with what is wrong with each.
func (c *Console) exportQuarantine(ctx context.Context, in *quarantineIn) (*filing[quarantineRow], error) {
	q, err := c.quarantineOf(ctx, "export-quarantine", in.ID, in.Rule)
	if err != nil {
		return nil, err
	}
	if q.plain, err = unmasked(ctx, in.Plain, q.office); err != nil {
		return nil, err
	}
	d := q.directory
	about := append(aboutRows(ctx, d, q.plain), [2]string{fault.T("批次", "batch").In(lang(ctx)), q.batch.Label})
	s := &filing[quarantineRow]{name: d.Title + fault.T("问题数据", " quarantine").In(lang(ctx)), seen: q.look(), marked: d.Sensitive(), about: about, each: q.each}
	if _, s.rows, err = q.tally(ctx); err != nil {
		return nil, err
	}
	for i, it := range d.Items {
		s.columns = append(s.columns, column[quarantineRow]{it.Name, fault.Text{ZH: it.Title, EN: it.Title}, func(r quarantineRow) any { return rawCell(r, i) }})
	}
	s.columns = append(s.columns,
		column[quarantineRow]{"_reasons", fault.T("原因", "reasons"), func(r quarantineRow) any { return strings.Join(r.Why, "；") }},
		column[quarantineRow]{"_rules", fault.T("规则", "rules"), func(r quarantineRow) any { return strings.Join(r.Rules, ", ") }})
	return s, nil
}

// rawCell is a cell as it came; of a line that could not be parsed the first is all of it.
func rawCell(r quarantineRow, i int) any {
	switch {
	case r.Raw != "" && i == 0:
		return r.Raw
	case i >= len(r.Cells) || r.Cells[i] == nil:
		return nil
	}
	return *r.Cells[i]
}

// each reads the rows file by file in their order.
func (q *quarantineQuery) each(ctx context.Context, do func(quarantineRow) error) error {
	for _, f := range q.files {
		for from := int64(0); from < f.Rows; from += rowWindow {
			pos := row.Column(query.PosColumn)
			where := row.F(row.And, q.where, row.F(row.Ge, pos, row.Num(from)), row.F(row.Lt, pos, row.Num(from+rowWindow)))
			err := query.Each(ctx, q.c.Reader, row.Query{Select: q.columns(), Where: where, Order: []row.Order{{X: pos}}}, []lake.File{f}, q.schema,
				func(cells []any) error { return do(q.row(cells)) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}
