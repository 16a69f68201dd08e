package ledger

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Seed is the section seed: records that come with the pack, written here or in a CSV file
// of the folder. They are entered once, when the seed is first installed; what people do
// with them afterwards stays.
type Seed struct {
	Entity string           `yaml:"entity,omitempty" json:"entity" jsonschema:"title=登记表"`
	File   string           `yaml:"file,omitempty" json:"file" jsonschema:"title=CSV 文件"` // headers are fields
	Rows   []map[string]any `yaml:"rows,omitempty" json:"rows" jsonschema:"title=记录"`
}

const mostSeeds = 5000

// row is one record of a seed with the place it stands at.
type seedRow struct {
	at     string
	values Values
}

type seedKind struct{ l *Ledger }

func (seedKind) Section() spec.Section {
	return spec.Section{Name: "seed", Shape: spec.Named, New: func() any { return new(Seed) }}
}

func (seedKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return changes("seed", "初始记录", "seed", old, new), nil
}

func (seedKind) Check(p *pack.Pack, entry spec.Entry) []*fault.Error {
	s := entry.Value.(*Seed)
	e, out := about(p, entry, s.Entity)
	if e == nil {
		return out
	}
	rows, faults := s.rows(p, e)
	out = append(out, faults...)
	if len(cut(p, e)) > 0 {
		return out
	}
	for _, r := range rows {
		whole := e.Begin(time.Time{})
		for k, v := range r.values {
			whole[k] = v
		}
		var all *fault.Error
		err := e.Check(whole, time.Time{})
		if !errors.As(err, &all) {
			continue
		}
		parts := all.Parts
		if len(parts) == 0 {
			parts = []*fault.Error{all}
		}
		for _, f := range parts {
			if s.File != "" {
				out = append(out, fault.New(f.Kind, f.Code, fault.Text{ZH: r.at + " " + f.Text.ZH, EN: r.at + " " + f.Text.EN}).At("file").Fix(f.Remedy))
			} else {
				out = append(out, f.At("%s.%s", r.at, f.Where))
			}
		}
	}
	return out
}

// rows reads a seed's records: texts as cells are, all else as it is written.
func (s *Seed) rows(p *pack.Pack, e *Entity) (rows []seedRow, faults []*fault.Error) {
	if s.File != "" && len(s.Rows) > 0 || s.File == "" && len(s.Rows) == 0 {
		return nil, []*fault.Error{fault.New(fault.Invalid, "seed.source", fault.T("须写 rows 或 file 其中之一", "write either rows or file")).Fix(fault.T("请改写", "write one of them"))}
	}
	if s.File != "" {
		return s.file(p, e)
	}
	for i, r := range s.Rows {
		v, bad := e.written(place("rows", i), r, cut(p, e)...)
		rows, faults = append(rows, seedRow{place("rows", i), v}), append(faults, bad...)
	}
	return rows, faults
}

func (s *Seed) file(p *pack.Pack, e *Entity) (rows []seedRow, faults []*fault.Error) {
	fail := func(code string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, code, text).At("file").Fix(fix))
	}
	data, ok := p.Files[s.File]
	if !ok {
		var names []string
		for n := range p.Files {
			if strings.HasSuffix(n, ".csv") {
				names = append(names, n)
			}
		}
		slices.Sort(names)
		fail("seed.file", fault.T("文件夹中没有 %q", "there is no %q in the folder", spec.Clip(s.File, 40)), spec.Meant(s.File, names))
		return nil, faults
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	head, err := r.Read()
	if err != nil {
		fail("seed.csv", fault.T("%s 不是可读的 CSV", "%s is no CSV that can be read", s.File), fault.T("首行应为字段名", "the first line has the fields' names"))
		return nil, faults
	}
	for _, h := range head {
		if f, ok := e.by[h]; !ok || f.Computes() {
			fail("seed.column", fault.T("%s 的列 %q 不是登记表 %s 的字段", "the column %[2]q of %[1]s is no field of the register %[3]s", s.File, spec.Clip(h, 40), e.Name), spec.Meant(h, e.Names()))
		}
	}
	for len(faults) == 0 && len(rows) < mostSeeds {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, faults
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			fail("seed.csv", fault.T("%s 第 %d 行无法读取", "line %[2]d of %[1]s cannot be read", s.File, line), fault.T("请检查引号和列数", "check quotes and the number of columns"))
			return rows, faults
		}
		row := map[string]any{}
		for i, h := range head {
			row[h] = cells[i]
		}
		v, bad := e.written("", row, cut(p, e)...)
		for _, b := range bad {
			faults = append(faults, fault.New(b.Kind, b.Code, fault.Text{ZH: fmt.Sprintf("%s 第 %d 行 %s", s.File, line, b.Text.ZH), EN: fmt.Sprintf("%s, line %d: %s", s.File, line, b.Text.EN)}).At("file").Fix(b.Remedy))
		}
		rows = append(rows, seedRow{fmt.Sprintf("%s:%d", s.File, line), v})
	}
	return rows, faults
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
			x := unknownField(in, name).Fix(spec.Meant(name, e.Names()))
			faults = append(faults, x)
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
	}
	return v, nil
}

// Written reads values as they are written in a pack's tests and seeds: codes by code or
// name, amounts in yuan, dates in the usual ways. The faults name fields.
func (e *Entity) Written(row map[string]any) (Values, error) {
	v, faults := e.written("", row)
	return v, invalid(faults)
}

// Apply enters the records of seeds that were not entered before.
func (k seedKind) Apply(ctx context.Context, tx store.Tx, _, new *pack.Pack) error {
	by := people.Actor{Kind: people.LocalKind, ID: "pack:" + new.ID, Name: new.Title.In("zh")}
	for _, d := range pack.All[*Seed](new, "seed") {
		name := d.Value.Entity
		if name == "" {
			name = d.Name
		}
		e, ok := Of(new, name)
		if !ok {
			continue
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO ledger_seed (pack, seed) VALUES (?, ?) ON CONFLICT (pack, seed) DO NOTHING`, new.ID, d.Name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue
		}
		rows, faults := d.Value.rows(new, e)
		if err := invalid(faults); err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := k.l.Create(ctx, tx, by, e, r.values, k.l.opt.Now()); err != nil {
				return fmt.Errorf("ledger: seed %s, %s: %w", d.Name, r.at, err)
			}
		}
	}
	return nil
}
