package ledger

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Kinds are the kinds of this room: entity, list, form, import and seed. l is needed only
// where packs are installed, not for checking them.
func Kinds(l *Ledger) []pack.Kind {
	return []pack.Kind{entityKind{}, listKind{}, formKind{}, importKind{}, seedKind{l: l}}
}

// List is the section list: the columns of a register's list, how it is sorted and what it
// is filtered by. The list that is called as its register replaces the usual one.
type List struct {
	Entity  string     `yaml:"entity,omitempty" json:"entity" jsonschema:"title=登记表"` // else its own name
	Title   spec.Label `yaml:"title,omitempty" json:"title" jsonschema:"title=名称"`
	Columns Words      `yaml:"columns,omitempty" json:"columns" jsonschema:"title=列"`
	Filters Words      `yaml:"filters,omitempty" json:"filters" jsonschema:"title=筛选"`
	// Sort is a column; - before it shows the greatest or latest first.
	Sort string `yaml:"sort,omitempty" json:"sort" jsonschema:"title=排序"`
	// Where holds for every record of the list: field: value, or several values.
	Where spec.Map[Words] `yaml:"where,omitempty" json:"where" jsonschema:"title=固定条件"`
}

// Form is the section form, under the name of its register: the fields of its form in groups.
// Fields it does not name are not asked.
type Form struct {
	Entity string      `yaml:"-" json:"entity" jsonschema:"-"` // the register, whose name it has
	Title  spec.Label  `yaml:"title,omitempty" json:"title" jsonschema:"title=名称"`
	Groups []FormGroup `yaml:"groups" json:"groups" jsonschema:"title=分组"`
}

// FormGroup is some fields under one heading.
type FormGroup struct {
	Title  spec.Label `yaml:"title,omitempty" json:"title" jsonschema:"title=名称"`
	Fields Words      `yaml:"fields" json:"fields" jsonschema:"title=字段"`
}

const usualColumns = 6

// ListOf is a register's list: what its pack declares, else a good one made of its fields.
func ListOf(p *pack.Pack, e *Entity) List {
	out, _ := ListNamed(p, e, e.Name)
	return out
}

// ListsOf are the further lists that a pack declares of a register.
func ListsOf(p *pack.Pack, e *Entity) (out []pack.Named[*List]) {
	for _, l := range pack.All[*List](p, "list") {
		if l.Name != e.Name && l.Value.Entity == e.Name {
			out = append(out, l)
		}
	}
	return out
}

// ListNamed is one of a register's lists; not ok where the register has none of that name.
func ListNamed(p *pack.Pack, e *Entity, name string) (List, bool) {
	l, ok := pack.Get[*List](p, "list", name)
	if name != e.Name && (!ok || l.Entity != e.Name) {
		return List{}, false
	}
	out := List{Entity: e.Name, Title: e.Title, Sort: "-created_at"}
	if ok {
		out = *l
		out.Entity, out.Title = e.Name, l.Title.Else(e.Title)
		if out.Sort == "" {
			out.Sort = "-created_at"
		}
	}
	if len(out.Columns) == 0 {
		out.Columns = e.usualColumns()
	}
	if out.Filters == nil {
		for _, f := range e.Fields {
			if k := f.Holds().Kind; f.Class() == "" && slices.Contains([]Kind{Enum, Code, Office, Region, Bool, Date}, k) {
				out.Filters = append(out.Filters, f.Name)
			}
		}
	}
	return out, true
}

func (e *Entity) usualColumns() Words {
	out := Words{"key"}
	for _, f := range e.Fields {
		if k := f.Holds().Kind; len(out) <= usualColumns && k != Area && k != Table && k != Files && k != Point {
			out = append(out, f.Name)
		}
	}
	return append(out, "created_at")
}

// FormOf is a register's form: what its pack declares, else one group of all that is asked.
func FormOf(p *pack.Pack, e *Entity) Form {
	if f, ok := pack.Get[*Form](p, "form", e.Name); ok {
		out := *f
		out.Entity, out.Title = e.Name, f.Title.Else(e.Title)
		return out
	}
	var g FormGroup
	for _, f := range e.Fields {
		if !f.Computes() && f.Visible != "false" {
			g.Fields = append(g.Fields, f.Name)
		}
	}
	return Form{Entity: e.Name, Title: e.Title, Groups: []FormGroup{g}}
}

// plainKind is what kinds have in common that keep nothing in the store.
type plainKind struct{}

func (plainKind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }

// about finds the register that a declaration is about.
func about(p *pack.Pack, e spec.Entry, named string) (*Entity, []*fault.Error) {
	at, name := "entity", named
	if name == "" {
		at, name = "", e.Name
	}
	if x, ok := Of(p, name); ok {
		return x, nil
	}
	if p.Has("entity", name) {
		return nil, nil
	}
	fix := fault.T("请先声明 entity", "declare an entity first")
	if names := p.Names("entity"); len(names) > 0 {
		fix = spec.Meant(name, names)
	}
	return nil, []*fault.Error{fault.New(fault.Invalid, "list.entity", fault.T("没有登记表 %q", "there is no register %q", spec.Clip(name, 40))).At("%s", at).Fix(fix)}
}

// cut gives the fields of a register that were written but cut out, since they were wrong.
func cut(p *pack.Pack, e *Entity) (out []string) {
	for _, x := range p.Entries("entity") {
		if x.Name == e.Name && x.Broken {
			return x.Keys("fields")
		}
	}
	return nil
}

// columnsThere checks names of columns; more are those a register has besides its fields.
func columnsThere(p *pack.Pack, e *Entity, at string, names, more []string) (out []*fault.Error) {
	known, gone := append(e.Names(), more...), cut(p, e)
	words := e.Words(more...)
	for i, n := range names {
		if !slices.Contains(known, n) && !slices.Contains(gone, n) {
			out = append(out, fault.New(fault.Invalid, "list.column", fault.T("登记表 %s 没有字段 %q", "the register %s has no field %q", e.Name, spec.Clip(n, 40))).At("%s", place(at, i)).Fix(spec.MeantOf(n, words)))
		}
	}
	return out
}

var ownNames = []string{"key", "office", "region", "created_at", "updated_at", "created_by", "updated_by"}

type listKind struct{ plainKind }

func (listKind) Section() spec.Section {
	return spec.Section{Name: "list", Shape: spec.Named, New: func() any { return new(List) }}
}

func (listKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("list", fault.T("列表", "list"), old, new), nil
}

func (listKind) Check(p *pack.Pack, entry spec.Entry) []*fault.Error {
	l := entry.Value.(*List)
	e, out := about(p, entry, l.Entity)
	if e == nil {
		return out
	}
	out = append(out, columnsThere(p, e, "columns", l.Columns, ownNames)...)
	out = append(out, columnsThere(p, e, "filters", l.Filters, ownNames)...)
	if name := strings.TrimPrefix(l.Sort, "-"); l.Sort != "" {
		bad := columnsThere(p, e, "sort", []string{name}, ownNames)
		for _, b := range bad {
			out = append(out, b.At("sort"))
		}
		if _, err := e.order(Query{Sort: name}); len(bad) == 0 && err != nil && !slices.Contains(cut(p, e), name) {
			out = append(out, fault.From(err).At("sort"))
		}
	}
	for _, w := range l.Where {
		if _, err := e.conditions(Query{Where: []Filter{{w.Name, Is, w.Value}}}); err != nil && !slices.Contains(cut(p, e), w.Name) {
			out = append(out, fault.From(err).At("where.%s", w.Name))
		}
	}
	return out
}

// Fixed are the conditions that hold for every record of the list.
func (l List) Fixed() (out []Filter) {
	for _, w := range l.Where {
		out = append(out, Filter{w.Name, Is, w.Value})
	}
	return out
}

type formKind struct{ plainKind }

func (formKind) Section() spec.Section {
	return spec.Section{Name: "form", Shape: spec.Named, New: func() any { return new(Form) }}
}

func (formKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("form", fault.T("表单", "form"), old, new), nil
}

func (formKind) Check(p *pack.Pack, entry spec.Entry) []*fault.Error {
	x := entry.Value.(*Form)
	e, out := about(p, entry, "")
	if e == nil {
		return out
	}
	seen := map[string]bool{}
	for i, g := range x.Groups {
		at := place(place("groups", i), "fields")
		out = append(out, columnsThere(p, e, at, g.Fields, nil)...)
		for j, n := range g.Fields {
			if seen[n] {
				out = append(out, fault.New(fault.Invalid, "form.twice", fault.T("字段 %s 重复", "the field %s is there twice", n)).At("%s", place(at, j)).Fix(fault.T("请删去其中一个", "remove one of them")))
			}
			seen[n] = true
			if f, ok := e.by[n]; ok && f.Computes() {
				out = append(out, fault.New(fault.Invalid, "form.computed", fault.T("%s 是计算字段，不填写", "%s is computed and not asked", n)).At("%s", place(at, j)).Fix(fault.T("请删去", "remove it")))
			}
		}
	}
	if entry.Broken {
		return out
	}
	for _, f := range e.Fields {
		if f.Required == "true" && f.Initial == nil && !f.today && !seen[f.Name] && f.Visible != "false" {
			out = append(out, fault.New(fault.Invalid, "form.missing", fault.T("表单缺少必填字段 %s", "the form lacks the field %s, which is required", f.Name)).At("groups").Fix(fault.T("请加入该字段，或给它默认值", "add it, or give it a default")))
		}
	}
	return out
}
