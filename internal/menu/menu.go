// Package menu owns where the applications of packs stand in the navigation: the section menu
// of a pack, and a good menu for a pack that declares none. It knows what packs declare,
// never what anybody may use of it.
//
// Read first: Of.
package menu

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Item is one entry of the section menu, in order: where it leads is one of flow, register
// and list. Without the section there is the desk of the pack's cases, where it has a flow,
// and then each register.
type Item struct {
	Title spec.Label `yaml:"title,omitempty" json:"title" jsonschema:"title=名称"`
	// Flow leads to the desk of a flow's cases.
	Flow string `yaml:"flow,omitempty" json:"flow" jsonschema:"title=流程"`
	// Register leads to a register's own list.
	Register string `yaml:"register,omitempty" json:"register" jsonschema:"title=登记表"`
	// List leads to a declared list.
	List string `yaml:"list,omitempty" json:"list" jsonschema:"title=列表"`
}

// To is where an entry of a menu leads: to the desk of a pack's cases, all of them where Flow
// is "", or to a register, by its own list where List is "".
type To struct {
	Title    fault.Text
	Desk     bool
	Flow     string
	Register string
	List     string
}

// Kinds are the kinds of this room.
func Kinds() []pack.Kind { return []pack.Kind{kind{}} }

// Of is a pack's menu: what it declares, else a good one made of what it has.
func Of(p *pack.Pack) (out []To) {
	items := pack.All[*Item](p, "menu")
	if len(items) == 0 {
		return usual(p)
	}
	for _, x := range items {
		out = append(out, x.Value.to(p))
	}
	return out
}

func (x *Item) to(p *pack.Pack) To {
	if x.Flow != "" {
		return To{Title: x.Title.Else(p.Title).Text(), Desk: true, Flow: x.Flow}
	}
	name := x.Register
	list := ""
	title := x.Title
	if x.List != "" {
		l, _ := pack.Get[*ledger.List](p, "list", x.List)
		if name = l.Entity; name == "" {
			name = x.List
		}
		if list = x.List; list == name {
			list = ""
		}
		if title.ZH == "" {
			title = l.Title
		}
	}
	if title.ZH == "" {
		return To{Title: registerTitle(p, name), Register: name, List: list}
	}
	return To{Title: title.Text(), Register: name, List: list}
}

func usual(p *pack.Pack) (out []To) {
	if len(p.Names("flow")) > 0 {
		out = append(out, To{Title: p.Title.Text(), Desk: true})
	}
	for _, e := range ledger.AllOf(p) {
		out = append(out, To{Title: registerTitle(p, e.Name), Register: e.Name})
	}
	return out
}

// endings are those of titles that say already that it is a register.
var endings = []string{"台账", "登记", "登记表", "名册", "名单", "清单", "目录", "库"}

// registerTitle is what a register is called in a menu, beside the desk of the same matters.
func registerTitle(p *pack.Pack, name string) fault.Text {
	e, ok := ledger.Of(p, name)
	if !ok {
		return fault.Text{ZH: name, EN: name}
	}
	t := e.Title.Or(e.Name).Text()
	if slices.ContainsFunc(endings, func(s string) bool { return strings.HasSuffix(t.ZH, s) }) {
		return t
	}
	return fault.Text{ZH: t.ZH + "台账", EN: t.EN + " register"}
}

type kind struct{}

// Section is part of pack.Kind.
func (kind) Section() spec.Section {
	return spec.Section{Name: "menu", Shape: spec.Listed, New: func() any { return new(Item) }}
}

// Check is part of pack.Kind.
func (kind) Check(p *pack.Pack, e spec.Entry) (out []*fault.Error) {
	x := e.Value.(*Item)
	led := 0
	for _, to := range []struct{ at, name, section string }{{"flow", x.Flow, "flow"}, {"register", x.Register, "entity"}, {"list", x.List, "list"}} {
		if to.name == "" {
			continue
		}
		led++
		if !p.Has(to.section, to.name) {
			out = append(out, fault.New(fault.Invalid, "menu.to", fault.T("没有 %s %q", "there is no %s %q", to.section, spec.Clip(to.name, 40))).At("%s", to.at).Fix(spec.Meant(to.name, p.Names(to.section))))
		}
	}
	if led != 1 && !e.Broken {
		out = append(out, fault.New(fault.Invalid, "menu.one", fault.T("菜单项须指向 flow、register、list 之一", "an entry leads to one of flow, register and list")).
			Fix(fault.T("例如 - {title: 坑洼, register: hole}", "such as - {title: 坑洼, register: hole}")))
	}
	return out
}

// Diff is part of pack.Kind.
func (kind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	if a, b := text(old), text(new); a != b && old != nil && new != nil {
		return []pack.Change{{Kind: "menu", Name: "menu", Act: pack.Changed, Text: fault.T("修改菜单", "changes the menu")}}, nil
	}
	return nil, nil
}

func text(p *pack.Pack) (out string) {
	for _, e := range p.Entries("menu") {
		out += fmt.Sprintf("%s\n", e.Text())
	}
	return out
}

// Apply is part of pack.Kind.
func (kind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }
