package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Written reads a record as it is written in a pack's seeds and tests: codes by code or name,
// amounts in yuan, dates in the usual ways, offices by name or title, other records by their
// number or by what stands for them. The faults name fields.
func (l *Ledger) Written(ctx context.Context, db bun.IDB, e *Entity, row map[string]any) (Values, error) {
	v, faults := e.written("", row)
	if len(faults) > 0 {
		return nil, invalid(faults)
	}
	return l.meant(ctx, db, e, v)
}

// CheckWritten is what can be told of that without a store. What is wrong with a field itself is
// told where it is declared.
func (e *Entity) CheckWritten(at string, row map[string]any) []*fault.Error {
	sure := maps.Clone(row)
	maps.DeleteFunc(sure, func(n string, _ any) bool {
		f := e.by[n]
		return f == nil || f.loose || f.unknown || f.Computes() || f.Type.Kind == Computed || f.Type.Kind == Files
	})
	v, faults := e.written(at, sure)
	for n, x := range v {
		if k := e.by[n].Type.Kind; k == Office || k == Reference {
			continue
		}
		if _, bad := e.by[n].take(place(at, n), x); bad != nil {
			faults = append(faults, bad)
		}
	}
	return faults
}

// written reads values as they are written in YAML, tests and files: scalars by Parse.
func (e *Entity) written(at string, row map[string]any, gone ...string) (Values, []*fault.Error) {
	out, faults := Values{}, []*fault.Error(nil)
	for name, v := range row {
		in := name
		if at != "" {
			in = at + "." + name
		}
		f, ok := e.by[name]
		if !ok && slices.Contains(gone, name) {
			continue
		}
		if !ok {
			faults = append(faults, unknownField(in, name).Fix(spec.MeantOf(name, e.Words())))
			continue
		}
		x, err := f.writtenValue(v)
		if err != nil {
			faults = append(faults, err.At("%s", in))
			continue
		}
		out[name] = x
	}
	return out, faults
}

func (f *Compiled) writtenValue(v any) (any, *fault.Error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		return f.Parse(x)
	case bool:
		if f.Holds().Kind == Bool {
			return x, nil
		}
		return f.Parse(fmt.Sprint(x))
	case int:
		return f.Parse(fmt.Sprint(x))
	case float64:
		return f.Parse(plain(x))
	case time.Time: // YAML reads dates by itself
		if f.Holds().Kind == Date || x.Equal(x.Truncate(24*time.Hour)) {
			return f.Parse(x.Format(time.DateOnly))
		}
		return f.Parse(x.Format(time.RFC3339))
	case []any:
		if f.Type.Kind == Table {
			return f.writtenRows(x)
		}
	}
	return v, nil
}

// writtenRows reads the rows of a table cell by cell; what is no row stays for the check.
func (f *Compiled) writtenRows(rows []any) (any, *fault.Error) {
	out := slices.Clone(rows)
	for i, r := range rows {
		row, ok := r.(map[string]any)
		if !ok {
			continue
		}
		kept := maps.Clone(row)
		for _, c := range f.Table {
			v, given := row[c.Name]
			if !given {
				continue
			}
			x, err := c.writtenValue(v)
			if err != nil {
				return nil, err
			}
			kept[c.Name] = x
		}
		out[i] = kept
	}
	return out, nil
}

// meant finds the offices and records that values name.
func (l *Ledger) meant(ctx context.Context, db bun.IDB, e *Entity, v Values) (Values, error) {
	out, faults := maps.Clone(v), []*fault.Error(nil)
	for _, f := range e.Fields {
		s, ok := v[f.Name].(string)
		if !ok || f.Type.Kind != Office && f.Type.Kind != Reference {
			continue
		}
		if f.Type.Kind == Office {
			if _, err := l.knownOffice(ctx, s); err != nil { // learns those that came meanwhile
				return nil, err
			}
		}
		x, bad, err := l.named(ctx, db, e, f, s, func(Record) bool { return true })
		if err != nil {
			return nil, err
		}
		if bad != nil {
			faults = append(faults, bad.At("%s", f.Name))
		}
		out[f.Name] = x
	}
	return out, invalid(faults)
}

// named is the office or the record that a text names: an office by its name or title, a record
// by its number, or by the field that stands for it where that one is indexed. What is not seen
// is not there.
func (l *Ledger) named(ctx context.Context, db bun.IDB, e *Entity, f *Compiled, text string, sees func(Record) bool) (string, *fault.Error, error) {
	if f.Type.Kind == Office {
		if l.opt.Offices == nil {
			return text, nil, nil
		}
		if _, ok := l.offices.title(text); ok {
			return text, nil, nil
		}
		if n, ok := l.offices.name(text); ok {
			return n, nil, nil
		}
		return "", f.bad("", "value.office", fault.T("没有该部门", "there is no such office"), fault.T("请填写已登记的部门名称", "write the name of an office that is entered")), nil
	}
	columns := []string{"key"}
	if to, ok := Of(e.pack, f.Type.Of); ok && len(to.Show) > 0 && to.leads(to.Show[0]) {
		columns = append(columns, "f_"+to.Show[0])
	}
	for _, c := range columns {
		found, err := alike(ctx, db, "SELECT id, office, created_by FROM "+tableOf(e.Pack, f.Type.Of)+" WHERE "+c+" = $1", text, sees)
		if err != nil {
			return "", nil, err
		}
		if len(found) == 1 {
			return found[0], nil, nil
		}
	}
	return "", f.bad("", "value.reference", fault.T("没有所关联的记录，或有多条", "there is no such record to refer to, or there are several"), fault.T("请填写该记录的编号", "write that record's number")), nil
}

// leads says whether a field is the first of an index, so that records are found by it.
func (e *Entity) leads(name string) bool {
	f := e.by[name]
	return f != nil && f.Holds().Kind == Text && (f.Index || slices.ContainsFunc(e.groups, func(g []string) bool { return g[0] == name }))
}

// alike are the ids of the records a query finds that are seen, two at most.
func alike(ctx context.Context, db bun.IDB, query, text string, sees func(Record) bool) (out []string, err error) {
	rows, err := rowsOf(ctx, db, query, text)
	if err != nil {
		return nil, fmt.Errorf("ledger: reference: %w", err)
	}
	defer rows.Close()
	for len(out) < 2 && rows.Next() {
		var r Record
		if err := rows.Scan(&r.ID, &r.Office, &r.CreatedBy); err != nil {
			return nil, fmt.Errorf("ledger: reference: %w", err)
		}
		if sees(r) {
			out = append(out, r.ID)
		}
	}
	return out, rows.Err()
}
