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
	at      string
	values  Values
	refused []string // fields that could not be read
}

// refusedBy are the fields that faults stand at.
func refusedBy(faults []*fault.Error) (out []string) {
	for _, f := range faults {
		out = append(out, f.Where[strings.LastIndexByte(f.Where, '.')+1:])
	}
	return out
}

type seedKind struct{ l *Ledger }

func (seedKind) Section() spec.Section {
	return spec.Section{Name: "seed", Shape: spec.Named, New: func() any { return new(Seed) }}
}

func (seedKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("seed", fault.T("初始记录", "seed"), old, new), nil
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
			if f.Code == "value.missing" && slices.Contains(r.refused, f.Where) {
				continue // told already
			}
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
		rows, faults = append(rows, seedRow{place("rows", i), v, refusedBy(bad)}), append(faults, bad...)
	}
	return rows, faults
}

// among says which file of the folder was meant.
func among(file string, names []string) fault.Text {
	if len(names) == 0 {
		return fault.T("请把该文件放入应用包的文件夹", "put the file into the pack's folder")
	}
	return spec.Meant(file, names)
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
		fail("seed.file", fault.T("文件夹中没有 %q", "there is no %q in the folder", spec.Clip(s.File, 40)), among(s.File, names))
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
			fail("seed.column", fault.T("%s 的列 %q 不是登记表 %s 的字段", "the column %[2]q of %[1]s is no field of the register %[3]s", s.File, spec.Clip(h, 40), e.Name), spec.MeantOf(h, e.Words()))
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
		rows = append(rows, seedRow{fmt.Sprintf("%s:%d", s.File, line), v, refusedBy(bad)})
	}
	return rows, faults
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
			v, err := k.l.meant(ctx, tx, e, r.values)
			if err == nil {
				_, err = k.l.Create(ctx, tx, by, e, v, k.l.opt.Now())
			}
			if err != nil {
				return placed(new.Entry("seed", d.Name), r.at, err)
			}
		}
	}
	return nil
}

// placed is what is wrong with a record of a seed, at its line.
func placed(entry spec.Entry, at string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Errorf("ledger: seed %s, %s: %w", entry.Name, at, err)
	}
	where := func(x *fault.Error) *fault.Error {
		if strings.HasPrefix(at, "rows[") {
			return x.At("%s", entry.Place(at+"."+x.Where))
		}
		return x.At("%s", at)
	}
	out := *where(f)
	out.Parts = nil
	for _, p := range f.Parts {
		out.Parts = append(out.Parts, where(p))
	}
	return &out
}
