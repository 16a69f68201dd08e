package console

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

// words is a value as people read it: offices and regions by their names.
func (c *Console) words(f *ledger.Compiled, v any, l string) string {
	if s, ok := v.(string); ok {
		switch f.Holds().Kind {
		case ledger.Office:
			return c.Flow.Tree().Title(s)
		case ledger.Region:
			return c.Regions.Name(region.Code(s))
		}
	}
	return f.Format(v, l)
}

// wordsOf are the values of a record as people read them, by field; with the cells of its
// tables where they are asked for.
func (c *Console) wordsOf(e *ledger.Entity, v ledger.Values, l string, cells bool) map[string]string {
	out := make(map[string]string, len(v))
	for name, x := range v {
		if f, ok := e.Field(name); ok {
			out[name] = c.words(f, x, l)
		}
	}
	if cells {
		c.wordCells(e, v, out, l)
	}
	return out
}

// wordCells adds the cells of a record's tables, by field[row].column.
func (c *Console) wordCells(e *ledger.Entity, v ledger.Values, into map[string]string, l string) {
	for _, f := range e.Fields {
		rows, _ := v[f.Name].([]any)
		for i, r := range rows {
			row, _ := r.(map[string]any)
			for _, col := range f.Table {
				if x := row[col.Name]; x != nil {
					into[fmt.Sprintf("%s[%d].%s", f.Name, i, col.Name)] = c.words(col, x, l)
				}
			}
		}
	}
}

// referring is a record that refers to others.
type referring struct {
	values ledger.Values
	words  map[string]string
	linked *[]string
}

// referred is a record that others refer to.
type referred struct {
	words string
	open  bool // the asker reaches it
}

// otherOffice stands for a record that is not the reader's to see.
var otherOffice = fault.T("其他部门的记录", "a record of another office")

// refer words what records refer to, by its number and what stands for it, for whoever reaches it.
func (c *Console) refer(ctx context.Context, p *pack.Pack, e *ledger.Entity, all []referring) error {
	for _, f := range e.Fields {
		if f.Type.Kind != ledger.Reference {
			continue
		}
		var ids []string
		for _, r := range all {
			if id, ok := r.values[f.Name].(string); ok && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		found, err := c.referredBy(ctx, p, f, ids)
		if err != nil {
			return err
		}
		for _, r := range all {
			id, _ := r.values[f.Name].(string)
			if to, ok := found[id]; ok {
				r.words[f.Name] = to.words
				if to.open {
					*r.linked = append(*r.linked, f.Name)
				}
			}
		}
	}
	return nil
}

func (c *Console) referredBy(ctx context.Context, p *pack.Pack, f *ledger.Compiled, ids []string) (map[string]referred, error) {
	to, ok := ledger.Of(p, f.Type.Of)
	if !ok {
		return nil, nil
	}
	found, err := c.Ledger.GetAll(ctx, c.Store.Read(), to, ids)
	if err != nil {
		return nil, err
	}
	reach := c.reachOf(actor(ctx), p.ID, policy.RecordRead)
	out := make(map[string]referred, len(ids))
	for _, id := range ids {
		x := referred{words: otherOffice.In(lang(ctx))}
		if r, ok := found[id]; ok && reach.Has(r) {
			x = referred{strings.Join(append([]string{r.Key}, to.Heading(r.Values, lang(ctx))...), " · "), true}
		}
		out[id] = x
	}
	return out, nil
}

// referredIn are the records that the changes of a record name, by their ids.
func (c *Console) referredIn(ctx context.Context, p *pack.Pack, e *ledger.Entity, past []ledger.Past) (map[string]referred, error) {
	out := map[string]referred{}
	for _, f := range e.Fields {
		if f.Type.Kind != ledger.Reference {
			continue
		}
		var ids []string
		for _, x := range past {
			for _, d := range x.Changes {
				for _, v := range []any{d.From, d.To} {
					if id, ok := v.(string); ok && d.Field == f.Name && !slices.Contains(ids, id) {
						ids = append(ids, id)
					}
				}
			}
		}
		found, err := c.referredBy(ctx, p, f, ids)
		if err != nil {
			return nil, err
		}
		for id, x := range found {
			out[id] = x
		}
	}
	return out, nil
}

// difference is a change in words. Of a table only the rows that differ are told, of files
// those that came or went, each on a line.
func (c *Console) difference(f *ledger.Compiled, from, to any, refs map[string]referred, l string) (before, after string) {
	switch f.Type.Kind {
	case ledger.Reference:
		word := func(v any) string { id, _ := v.(string); return refs[id].words }
		return word(from), word(to)
	case ledger.Table, ledger.Files, ledger.Area:
		was, is := c.linesOf(f, from, l), c.linesOf(f, to, l)
		if before, after = besides(was, is), besides(is, was); before != after {
			return before, after
		}
	}
	return c.words(f, from, l), c.words(f, to, l)
}

// linesOf are the entries of a list, each in a line.
func (c *Console) linesOf(f *ledger.Compiled, v any, l string) (out []string) {
	all, _ := v.([]any)
	for _, x := range all {
		switch entry := x.(type) {
		case map[string]any:
			if f.Type.Kind == ledger.Files {
				name, _ := entry["name"].(string)
				out = append(out, name)
				continue
			}
			var cells []string
			for _, col := range f.Table {
				if cell := entry[col.Name]; cell != nil {
					cells = append(cells, col.Label().In(l)+" "+c.words(col, cell, l))
				}
			}
			out = append(out, strings.Join(cells, fault.T("，", ", ").In(l)))
		case []any:
			out = append(out, fault.T("%d 个顶点", "%d corners", max(0, len(entry)-1)).In(l))
		}
	}
	return out
}

// besides are the lines that do not stand among others.
func besides(lines, others []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return slices.Contains(others, s) }), "\n")
}
