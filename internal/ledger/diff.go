package ledger

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// entityKind is the section entity.
type entityKind struct{}

func (entityKind) Section() spec.Section {
	return spec.Section{Name: "entity", Shape: spec.Named, New: func() any { return new(Declaration) }}
}

func (entityKind) Check(p *pack.Pack, e spec.Entry) []*fault.Error {
	x, faults := compile(p, e)
	p.Keep(compiledAs(e.Name), x)
	return faults
}

// Diff says what comes with the new registers, and what would lose data: those lines forbid
// the plan.
func (entityKind) Diff(ctx context.Context, db bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	d := differ{ctx: ctx, db: db}
	for _, e := range AllOf(new) {
		was, ok := Of(old, e.Name)
		if !ok {
			d.add(e.Name, pack.Added, fault.T("新增登记表 %s", "adds the register %s", e.Title.Text()))
			continue
		}
		d.entity(was, e)
	}
	for _, e := range AllOf(old) {
		if _, ok := Of(new, e.Name); !ok {
			d.gone(e)
		}
	}
	return d.out, d.err
}

type differ struct {
	ctx context.Context
	db  bun.IDB
	out []pack.Change
	err error
}

func (d *differ) add(name string, act pack.Act, text fault.Text) {
	d.out = append(d.out, pack.Change{Kind: "entity", Name: name, Act: act, Text: text})
}

func (d *differ) forbid(name string, text, fix fault.Text) {
	d.out = append(d.out, pack.Change{Kind: "entity", Name: name, Act: pack.Forbidden, Text: text, Remedy: fix})
}

// count asks the table; 0 where it is not there yet.
func (d *differ) count(query string, args ...any) (n int64) {
	if d.err == nil {
		d.err = d.db.QueryRowContext(d.ctx, query, args...).Scan(&n)
	}
	return n
}

func (d *differ) gone(e *Entity) {
	if n := d.count("SELECT COUNT(*) FROM " + e.sql.table); n > 0 {
		d.forbid(e.Name, fault.T("登记表 %s 有 %d 条记录，不能删除", "the register %s has %d records and cannot go", e.Title.Text(), n),
			fault.T("请在新版本中保留该登记表", "keep it in the new version"))
		return
	}
	d.add(e.Name, pack.Removed, fault.T("删除登记表 %s（没有记录）", "removes the register %s, which has no records", e.Title.Text()))
}

func (d *differ) entity(old, new *Entity) {
	for _, f := range new.Fields {
		at := new.Name + "." + f.Name
		was, ok := old.by[f.Name]
		if !ok {
			d.newField(new, f, at)
			continue
		}
		d.field(old, new, was, f, at)
	}
	for _, f := range old.Fields {
		if _, ok := new.by[f.Name]; !ok {
			d.lostField(old, f)
		}
	}
	d.groups(old, new)
	if old.keyed != new.keyed {
		d.add(new.Name, pack.Changed, fault.T("%s 的编号规则改为 %s，已有编号不变", "%s: numbers are made as %s; those that are there stay", new.Title.Text(), new.keyed))
	}
}

// newField: records that are there will lack what is required; they may still be read, and
// are asked for it when next changed.
func (d *differ) newField(e *Entity, f *Compiled, at string) {
	text := fault.T("%s 新增字段 %s", "%s gets the field %s", e.Title.Text(), f.Label())
	if f.Required != "" && f.Required != "false" {
		if n := d.count("SELECT COUNT(*) FROM " + e.sql.table); n > 0 {
			text = fault.T("%s 新增必填字段 %s，已有 %d 条记录在下次修改时补填", "%s gets the required field %s; the %d records that are there are asked for it when next changed", e.Title.Text(), f.Label(), n)
		}
	}
	d.add(at, pack.Added, text)
}

func (d *differ) lostField(e *Entity, f *Compiled) {
	at := e.Name + "." + f.Name
	if f.Computes() {
		d.add(at, pack.Removed, fault.T("%s 删除计算字段 %s", "%s loses the computed field %s", e.Title.Text(), f.Label()))
		return
	}
	if n := d.filled(e, f); n > 0 {
		d.forbid(at, fault.T("%s 的字段 %s 在 %d 条记录中有值，不能删除", "%s: the field %s has values in %d records and cannot go", e.Title.Text(), f.Label(), n),
			fault.T("请在新版本中保留该字段；不再填写的可设 visible: false", "keep it in the new version; visible: false stops asking for it"))
		return
	}
	d.add(at, pack.Removed, fault.T("%s 删除字段 %s（没有值）", "%s loses the field %s, which has no values", e.Title.Text(), f.Label()))
}

func (d *differ) filled(e *Entity, f *Compiled) int64 {
	return d.count("SELECT COUNT(*) FROM " + e.sql.table + " WHERE " + f.cells()[0][0] + " IS NOT NULL")
}

// widened are the changes of a type that keep every value.
var widened = map[Kind][]Kind{Enum: {Text}, Code: {Text}, Region: {Text}, Date: {Text}, Rating: {Integer}}

func (d *differ) field(oldE, e *Entity, was, f *Compiled, at string) {
	a, b := was.Holds(), f.Holds()
	if a.Kind != b.Kind {
		if n := d.filled(oldE, was); n > 0 && !slices.Contains(widened[a.Kind], b.Kind) && !was.Computes() {
			d.forbid(at, fault.T("%s 的字段 %s 由%s改为%s，%d 条记录的值会丢失", "%s: the field %s turns from %s to %s, which would lose the values of %d records",
				e.Title.Text(), f.Label(), a.Kind.Title(), b.Kind.Title(), n), fault.T("请新增一个字段，保留原字段", "add another field and keep this one"))
			return
		}
		if a.column() != b.column() || (a.Kind == Point) != (b.Kind == Point) {
			d.forbid(at, fault.T("%s 的字段 %s 不能由%s改为%s", "%s: the field %s cannot turn from %s to %s", e.Title.Text(), f.Label(), a.Kind.Title(), b.Kind.Title()),
				fault.T("请换一个字段名", "give the field another name"))
			return
		}
	}
	d.words(oldE, was, f, at)
	d.shorter(oldE, was, f, at)
	if !reflect.DeepEqual(was.Field, f.Field) {
		d.add(at, pack.Changed, fault.T("%s 修改字段 %s", "%s: the field %s is changed", e.Title.Text(), f.Label()))
	}
}

// words forbids to take away a word or a code that records hold.
func (d *differ) words(e *Entity, was, f *Compiled, at string) {
	if f.Type.Kind != Enum && f.Type.Kind != Code {
		return
	}
	for _, c := range was.Choices() {
		if _, ok := f.Word(c.Value); ok {
			continue
		}
		if n := d.count("SELECT COUNT(*) FROM "+e.sql.table+" WHERE f_"+was.Name+" = ?", c.Value); n > 0 {
			d.forbid(at, fault.T("%s 的 %s 在 %d 条记录中使用，不能删除", "%s: %s stands in %d records and cannot go", was.Label(), c.Title, n),
				fault.T("请保留该代码", "keep it"))
		}
	}
}

// shorter forbids a text that would be too short for what is there.
func (d *differ) shorter(e *Entity, was, f *Compiled, at string) {
	if f.Type.Kind != Text || was.Type.Kind != Text || f.mostLetters() >= was.mostLetters() {
		return
	}
	if n := d.count("SELECT COUNT(*) FROM "+e.sql.table+" WHERE LENGTH(f_"+was.Name+") > ?", f.mostLetters()); n > 0 {
		d.forbid(at, fault.T("%s 缩短为 %d 个字，%d 条记录更长", "%s is cut to %d characters; %d records have more", was.Label(), f.mostLetters(), n), fault.T("请不要缩短", "do not shorten it"))
	}
}

// groups forbids uniqueness that does not hold.
func (d *differ) groups(old, new *Entity) {
	for _, g := range new.groups {
		if slices.ContainsFunc(old.groups, func(o []string) bool { return slices.Equal(o, g) }) {
			continue
		}
		columns, where, known := make([]string, len(g)), make([]string, len(g)), true
		for i, n := range g {
			columns[i], where[i] = "f_"+n, "f_"+n+" IS NOT NULL"
			_, ok := old.by[n]
			known = known && ok
		}
		if !known {
			continue
		}
		by := strings.Join(columns, ", ")
		n := d.count(fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 AS one FROM %s WHERE %s GROUP BY %s HAVING COUNT(*) > 1) AS twins", old.sql.table, strings.Join(where, " AND "), by))
		if n > 0 {
			d.forbid(new.Name+"."+g[0], fault.T("%s 的 %s 有 %d 组重复，不能设为唯一", "%s: %s has %d groups of duplicates and cannot be unique", new.Title.Text(), strings.Join(g, "、"), n),
				fault.T("请先改正重复的记录", "mend the duplicates first"))
		}
	}
}

// Apply makes the tables what the declarations say. Nothing is dropped: a field that went
// keeps its column, and is seen again when it comes back.
func (entityKind) Apply(ctx context.Context, tx store.Tx, _, new *pack.Pack) error {
	for _, e := range AllOf(new) {
		if err := e.apply(ctx, tx); err != nil {
			return fmt.Errorf("ledger: table of %s: %w", e.ID(), err)
		}
	}
	return nil
}
