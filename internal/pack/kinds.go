package pack

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Own are the kinds of this room: the manifest, code lists and roles.
func Own() []Kind { return []Kind{manifestKind{}, codesKind{}, rolesKind{}} }

// Role is a duty of the pack. Its holders reach what is their office's and below it.
type Role struct {
	Title spec.Label `yaml:"title" json:"title"`
	Duty  spec.Label `yaml:"duty,omitempty" json:"duty"`
	Reach string     `yaml:"reach,omitempty" json:"reach" jsonschema:"enum=office,enum=descendants,enum=all"`
}

// UnmarshalYAML reads a bare title or a mapping.
func (r *Role) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return r.Title.UnmarshalYAML(n)
	}
	type plain Role
	return n.Decode((*plain)(r))
}

// Name checks a name that becomes part of a table's or a column's.
func Name(name string, most int) *fault.Error {
	if err := ident.Check(name); err != nil {
		return fault.From(err).Fix(wellFormed(name))
	}
	if len(name) > most || strings.Contains(name, "__") {
		return fault.New(fault.Invalid, "pack.name", fault.T("名称 %q 超过 %d 位或含连续下划线", "the name %q is longer than %d or has two underscores in a row", name, most)).
			Fix(fault.T("请改短", "choose a shorter one"))
	}
	return nil
}

// wellFormed is a name as it might have been meant: in lower case, with underscores.
func wellFormed(name string) fault.Text {
	as := strings.ToLower(strings.NewReplacer("-", "_", " ", "_", ".", "_").Replace(name))
	if ident.Check(as) != nil {
		return fault.T("例如 street_light；中文写在 title 中", "such as street_light; the words for people stand in title")
	}
	return fault.T("是否应为 %q？", "did you mean %q?", as)
}

// Lengths of names.
const (
	MostPackName   = 20
	MostEntityName = 20
	MostFieldName  = 40
)

type manifestKind struct{}

func (manifestKind) Section() spec.Section {
	return spec.Section{Name: "pack", Shape: spec.One, New: func() any { return new(Manifest) }}
}

var versionForm = regexp.MustCompile(`^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$`)

func (manifestKind) Check(_ *Pack, e spec.Entry) (out []*fault.Error) {
	m := e.Value.(*Manifest)
	if m.ID != "" {
		if err := Name(m.ID, MostPackName); err != nil {
			out = append(out, err.At("id"))
		}
	} else if !e.Broken {
		out = append(out, fault.New(fault.Invalid, "pack.id", fault.T("缺少 id", "id is missing")).Fix(fault.T("例如 id: pothole", "such as id: pothole")))
	}
	if !versionForm.MatchString(m.Version) && (m.Version != "" || !e.Broken) {
		out = append(out, fault.New(fault.Invalid, "pack.version", fault.T("版本须写作 1.0.0", "a version is written as 1.0.0")).At("version").
			Fix(fault.T("请写三段数字", "write three numbers")))
	}
	if m.Title.ZH == "" && !e.Broken {
		out = append(out, fault.New(fault.Invalid, "pack.title", fault.T("缺少 title", "title is missing")).At("title").Fix(fault.T("请填写应用的名称", "give the application's name")))
	}
	if m.Calendar != "" && m.Calendar != "cn-gov" {
		out = append(out, fault.New(fault.Invalid, "pack.calendar", fault.T("没有日历 %q", "there is no calendar %q", m.Calendar)).At("calendar").
			Fix(fault.T("可用的日历：cn-gov（国务院办公厅公布的节假日安排）", "there is cn-gov, the State Council's calendar")))
	}
	return out
}

func (manifestKind) Diff(context.Context, bun.IDB, *Pack, *Pack) ([]Change, error) { return nil, nil }
func (manifestKind) Apply(context.Context, store.Tx, *Pack, *Pack) error           { return nil }

type codesKind struct{}

func (codesKind) Section() spec.Section {
	return spec.Section{Name: "codes", Shape: spec.Named, New: func() any { return new(CodeList) }}
}

func (codesKind) Check(_ *Pack, e spec.Entry) (out []*fault.Error) {
	if err := Name(e.Name, MostFieldName); err != nil {
		out = append(out, err)
	}
	list := *e.Value.(*CodeList)
	seen := map[string]bool{}
	for i, c := range list {
		at := fmt.Sprintf("[%d].code", i)
		switch {
		case c.Code == "" && !e.Broken:
			out = append(out, fault.New(fault.Invalid, "pack.code", fault.T("缺少 code", "code is missing")).At("%s", at).Fix(fault.T("请填写代码", "give the code")))
		case seen[c.Code]:
			out = append(out, fault.New(fault.Invalid, "pack.code.twice", fault.T("代码 %s 重复", "the code %s is there twice", c.Code)).At("%s", at).Fix(fault.T("请删去其中一个", "remove one")))
		}
		if c.Name.ZH == "" && !e.Broken {
			out = append(out, fault.New(fault.Invalid, "pack.code.name", fault.T("代码 %s 缺少 name", "the code %s has no name", c.Code)).At("[%d]", i).Fix(fault.T("请填写名称", "give its name")))
		}
		seen[c.Code] = true
	}
	if len(list) == 0 && !e.Broken {
		out = append(out, fault.New(fault.Invalid, "pack.codes.empty", fault.T("代码集为空", "the code list is empty")).Fix(fault.T("请至少写一个代码", "write one code at least")))
	}
	return out
}

func (codesKind) Diff(_ context.Context, _ bun.IDB, old, new *Pack) (out []Change, _ error) {
	names := compare(old, new, "codes")
	for _, n := range names.added {
		out = append(out, Change{Kind: "codes", Name: n, Act: Added, Text: fault.T("新增代码集 %s", "adds the code list %s", n)})
	}
	for _, n := range names.both {
		a, _ := old.Codes(n)
		b, _ := new.Codes(n)
		for _, c := range b {
			if o, was := a.Find(c.Code); !was {
				out = append(out, Change{Kind: "codes", Name: n + "." + c.Code, Act: Added, Text: fault.T("代码集 %s 新增 %s %s", "the code list %s gets %s %s", n, c.Code, c.Name.Text())})
			} else if o.Name != c.Name {
				out = append(out, Change{Kind: "codes", Name: n + "." + c.Code, Act: Changed, Text: fault.T("代码集 %s 的 %s 改称 %s", "%s: %s is called %s now", n, c.Code, c.Name.Text())})
			}
			if o, was := a.Find(c.Code); was {
				if d := c.attributes(o); len(d) > 0 {
					out = append(out, Change{Kind: "codes", Name: n + "." + c.Code, Act: Changed, Text: fault.T("代码集 %s 的 %s 有修改：%s", "%s: %s is changed: %s", n, c.Name.Text(), Told(d))})
				}
			}
		}
		for _, c := range a {
			if _, stays := b.Find(c.Code); !stays {
				out = append(out, Change{Kind: "codes", Name: n + "." + c.Code, Act: Removed, Text: fault.T("代码集 %s 删除 %s %s", "the code list %s loses %s %s", n, c.Code, c.Name.Text())})
			}
		}
	}
	for _, n := range names.removed {
		out = append(out, Change{Kind: "codes", Name: n, Act: Removed, Text: fault.T("删除代码集 %s", "removes the code list %s", n)})
	}
	return out, nil
}

// attributes are those that differ from what they were.
func (c Code) attributes(was Code) (out []spec.Difference) {
	names := slices.Collect(maps.Keys(c.Attrs))
	for n := range was.Attrs {
		if _, stays := c.Attrs[n]; !stays {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		if from, to := was.Attrs[n], c.Attrs[n]; from != to {
			out = append(out, spec.Difference{Path: n, From: from, To: to})
		}
	}
	return out
}

func (codesKind) Apply(context.Context, store.Tx, *Pack, *Pack) error { return nil }

type rolesKind struct{}

func (rolesKind) Section() spec.Section {
	return spec.Section{Name: "roles", Shape: spec.Named, New: func() any { return new(Role) }}
}

var reaches = []string{ReachOffice, ReachDescendants, ReachAll}

func (rolesKind) Check(_ *Pack, e spec.Entry) (out []*fault.Error) {
	if err := Name(e.Name, MostEntityName); err != nil {
		out = append(out, err)
	}
	r := e.Value.(*Role)
	if r.Title.ZH == "" && !e.Broken {
		out = append(out, fault.New(fault.Invalid, "pack.role.title", fault.T("角色 %s 缺少名称", "the role %s has no title", e.Name)).Fix(fault.T("例如 %s: 坐席", "such as %s: 坐席", e.Name)))
	}
	if r.Reach != "" && !slices.Contains(reaches, r.Reach) {
		out = append(out, fault.New(fault.Invalid, "pack.role.reach", fault.T("没有范围 %q", "there is no reach %q", r.Reach)).At("reach").Fix(spec.Meant(r.Reach, reaches)))
	}
	return out
}

func (rolesKind) Diff(_ context.Context, _ bun.IDB, old, new *Pack) (out []Change, _ error) {
	names := compare(old, new, "roles")
	for _, n := range names.added {
		r, _ := new.Role(n)
		out = append(out, Change{Kind: "roles", Name: n, Act: Added, Text: fault.T("新增角色 %s", "adds the role %s", r.Title.Text())})
	}
	for _, n := range names.both {
		r, _ := new.Role(n)
		if d := spec.Differences(old.Entry("roles", n), new.Entry("roles", n)); len(d) > 0 {
			out = append(out, Change{Kind: "roles", Name: n, Act: Changed, Text: fault.T("角色 %s 有修改：%s", "the role %s is changed: %s", r.Title.Text(), Told(d))})
		}
	}
	for _, n := range names.removed {
		r, _ := old.Role(n)
		out = append(out, Change{Kind: "roles", Name: n, Act: Removed, Text: fault.T("取消角色 %s，持有者不再有其权限", "takes the role %s away from whoever holds it", r.Title.Text())})
	}
	return out, nil
}

func (rolesKind) Apply(context.Context, store.Tx, *Pack, *Pack) error { return nil }

// names of a section, compared.
type names struct{ added, removed, both []string }

func compare(old, new *Pack, section string) (out names) {
	var a, b []string
	if old != nil {
		a = old.Names(section)
	}
	if new != nil {
		b = new.Names(section)
	}
	for _, n := range b {
		if slices.Contains(a, n) {
			out.both = append(out.both, n)
		} else {
			out.added = append(out.added, n)
		}
	}
	for _, n := range a {
		if !slices.Contains(b, n) {
			out.removed = append(out.removed, n)
		}
	}
	return out
}
