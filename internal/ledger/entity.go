package ledger

import (
	"regexp"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/spec"
)

// Entity is a register as its pack declares it, compiled. It never changes.
type Entity struct {
	Pack   string
	Name   string
	Title  spec.Label
	Help   spec.Label
	Fields []*Compiled
	Show   []string
	Merge  *Merge

	pack     *pack.Pack // it is of, for those its records refer to
	by       map[string]*Compiled
	computed []*Compiled // in the order in which they need each other
	key      pattern
	keyed    string // as it was written
	office   string // the field that says whose a record is
	region   string // the field that says where it is
	groups   [][]string
	vague    []string // fields that are written, but what they are was cut out
	sql      statements
}

// Compiled is a field with what was made of its declaration.
type Compiled struct {
	Name string
	Field

	Codes   pack.CodeList // of a code field
	Table   []*Compiled   // columns
	Initial any           // the default, nil where there is none or it is today

	pattern  *regexp.Regexp
	required *formula.Formula
	visible  *formula.Formula
	compute  *formula.Formula
	today    bool                      // the default
	unknown  bool                      // its type was cut out
	loose    bool                      // what it may be is not known for certain
	attrs    map[string]map[string]any // of its codes, as formulas read them
	gives    Type                      // of a computed field: what it holds
}

// Of gives a compiled register of a pack, which may be nil.
func Of(p *pack.Pack, name string) (*Entity, bool) {
	if p == nil {
		return nil, false
	}
	return pack.Compiled[*Entity](p, compiledAs(name))
}

func compiledAs(name string) string { return "entity." + name }

// AllOf gives every register of a pack, in order.
func AllOf(p *pack.Pack) (out []*Entity) {
	if p == nil {
		return nil
	}
	for _, name := range p.Names("entity") {
		if e, ok := Of(p, name); ok {
			out = append(out, e)
		}
	}
	return out
}

// Field gives a field by name.
func (e *Entity) Field(name string) (*Compiled, bool) {
	f, ok := e.by[name]
	return f, ok
}

// Names are the fields' names, in order.
func (e *Entity) Names() []string {
	out := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		out[i] = f.Name
	}
	return out
}

// Heading is what stands for a record: the values of what show names, in words, without those
// that are empty. They are nobody's personal information, and numbers of persons that slipped
// into them are covered as on its page.
func (e *Entity) Heading(v Values, lang string) (out []string) {
	for _, name := range e.Show {
		if f, ok := e.Field(name); ok && v[name] != nil {
			out = append(out, policy.HideStrays(f.Format(v[name], lang)))
		}
	}
	return out
}

// Words are the fields' names with their titles, and those of more.
func (e *Entity) Words(more ...string) (out []spec.Word) {
	for _, f := range e.Fields {
		out = append(out, spec.Word{Name: f.Name, Title: f.Label()})
	}
	for _, n := range more {
		t, _ := OwnTitle(n)
		out = append(out, spec.Word{Name: n, Title: t})
	}
	return out
}

// ID is the register across packs: PACK.ENTITY.
func (e *Entity) ID() string { return e.Pack + "." + e.Name }

// Personal says whether any field holds personal information.
func (e *Entity) Personal() bool {
	for _, f := range e.Fields {
		if f.Class() != "" {
			return true
		}
	}
	return false
}

// OfficeField and RegionField are the fields that say whose and where a record is; "" where
// none does.
func (e *Entity) OfficeField() string { return e.office }

// RegionField is the field that says where a record is.
func (e *Entity) RegionField() string { return e.region }

// Label is the field's title.
func (f *Compiled) Label() fault.Text { return f.Field.Title.Or(f.Name).Text() }

// Computes says that the field is computed and never asked.
func (f *Compiled) Computes() bool { return f.compute != nil || f.Formula != "" }

// Holds is the type of the field's values: of a computed one what its formula gives.
func (f *Compiled) Holds() Type {
	if f.Type.Kind == Computed {
		return f.gives
	}
	return f.Type
}

// Class is the kind of personal information in the field, "" where there is none. A person
// is personal whatever is declared.
func (f *Compiled) Class() string {
	if f.Personal == "" && f.Type.Kind == Person {
		return "id"
	}
	if f.Personal == "" {
		for _, c := range f.Table {
			if c.Class() != "" {
				return "other"
			}
		}
	}
	return f.Personal
}

// Title gives the word of an enum or the name of a code; ok where it is one.
func (f *Compiled) Word(value string) (fault.Text, bool) {
	if f.Type.Kind == Code {
		c, ok := f.Codes.Find(value)
		return c.Name.Text(), ok
	}
	for _, w := range f.Type.Words {
		if w == value {
			return fault.Text{ZH: w, EN: w}, true
		}
	}
	l, ok := f.Options.Get(value)
	return l.Or(value).Text(), ok
}

// Choices are what an enum or a code may be, in order.
func (f *Compiled) Choices() []Choice {
	var out []Choice
	for _, w := range f.Type.Words {
		out = append(out, Choice{w, fault.Text{ZH: w, EN: w}})
	}
	for _, o := range f.Options {
		out = append(out, Choice{o.Name, o.Value.Or(o.Name).Text()})
	}
	for _, c := range f.Codes {
		out = append(out, Choice{c.Code, c.Name.Text()})
	}
	return out
}

// Choice is one of the values of an enum or a code.
type Choice struct {
	Value string     `json:"value"`
	Title fault.Text `json:"title"`
}
