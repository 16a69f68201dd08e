package pack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// FieldDraft is a field that is added to a register without writing YAML by hand.
type FieldDraft struct {
	Entity   string
	Name     string
	Title    spec.Label
	Type     string // as it is declared: text(60), code(road_class)
	Options  []Option
	Required bool
	Personal string // kind of personal information
}

// Option is a word of an enum with its title.
type Option struct {
	Value string
	Title spec.Label
}

// Edit is what was written into a file of a pack.
type Edit struct {
	File string
	Line int    // where the field stands now
	Text string // the declaration, as it was written
}

// AddField gives the pack as it would be with one more field and a version that was never
// used: the files as their authors wrote them, comments and order kept, with what is new in
// its place. It installs nothing.
func (s *Packs) AddField(ctx context.Context, id string, d FieldDraft) (*Pack, Edit, error) {
	old, err := s.Current(id)
	if err != nil {
		return nil, Edit{}, err
	}
	files := maps.Clone(old.Files)
	edit, err := addField(old, files, d)
	if err != nil {
		return nil, edit, err
	}
	next, err := s.unused(ctx, old)
	if err != nil {
		return nil, edit, err
	}
	if err := rewrite(old, files, "pack", "", func(t *tree, n *yaml.Node) error { return t.replace(child(n, "version"), next) }); err != nil {
		return nil, edit, err
	}
	fsys, err := FS(files)
	if err != nil {
		return nil, edit, err
	}
	p, err := s.Read(fsys)
	if err != nil {
		return nil, edit, err
	}
	for _, e := range p.Entries("entity") {
		if e.Name == d.Entity {
			_, _ = fmt.Sscanf(strings.TrimPrefix(e.Place("fields."+d.Name), edit.File+":"), "%d", &edit.Line)
		}
	}
	return p, edit, nil
}

// unused is the next patch version that this pack never had.
func (s *Packs) unused(ctx context.Context, p *Pack) (string, error) {
	var v [3]int
	_, _ = fmt.Sscanf(p.Version, "%d.%d.%d", &v[0], &v[1], &v[2])
	for {
		v[2]++
		next := fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2])
		_, err := s.At(ctx, p.ID, next)
		if errors.Is(err, ErrMissing) {
			return next, nil
		}
		if err != nil && fault.KindOf(err) != fault.Invalid { // one that is no longer readable was used as well
			return "", err
		}
	}
}

func addField(p *Pack, files map[string][]byte, d FieldDraft) (Edit, error) {
	if err := Name(d.Name, MostFieldName); err != nil {
		return Edit{}, err.At("name")
	}
	i := slices.IndexFunc(p.Entries("entity"), func(e spec.Entry) bool { return e.Name == d.Entity })
	if i < 0 {
		return Edit{}, fault.New(fault.Missing, "pack.edit.entity", fault.T("没有登记表 %q", "there is no register %q", d.Entity)).At("entity").Fix(spec.Meant(d.Entity, p.Names("entity")))
	}
	entry := p.Entries("entity")[i]
	if slices.Contains(entry.Keys("fields"), d.Name) {
		return Edit{}, fault.New(fault.Invalid, "pack.edit.twice", fault.T("已有字段 %s", "there is a field %s already", d.Name)).At("name").Fix(fault.T("请换一个名称", "choose another name"))
	}
	node := d.node()
	text, err := inline(node)
	if err != nil {
		return Edit{}, err
	}
	err = rewrite(p, files, "entity", d.Entity, func(t *tree, n *yaml.Node) error { return t.add(child(n, "fields"), d.Name, node) })
	if err != nil {
		return Edit{}, err
	}
	return Edit{File: entry.File, Text: d.Name + ": " + text}, askToo(p, files, d)
}

// askToo lets a form that names its fields ask for the new one as well: without that, nobody
// could fill it in.
func askToo(p *Pack, files map[string][]byte, d FieldDraft) error {
	if !slices.Contains(p.Names("form"), d.Entity) {
		return nil
	}
	return rewrite(p, files, "form", d.Entity, func(t *tree, n *yaml.Node) error {
		groups := child(n, "groups")
		if groups == nil || groups.Kind != yaml.SequenceNode || len(groups.Content) == 0 {
			return nil
		}
		fields := child(groups.Content[len(groups.Content)-1], "fields")
		if fields == nil {
			return nil
		}
		return t.push(fields, d.Name)
	})
}

// node is the field as a declaration on one line.
func (d FieldDraft) node() *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	put := func(key string, v *yaml.Node) { m.Content = append(m.Content, word(key), v) }
	if d.Title.ZH != "" {
		put("title", label(d.Title))
	}
	put("type", word(d.Type))
	if len(d.Options) > 0 {
		o := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, x := range d.Options {
			o.Content = append(o.Content, word(x.Value), label(x.Title))
		}
		put("options", o)
	}
	if d.Required {
		put("required", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
	if d.Personal != "" {
		put("personal", word(d.Personal))
	}
	return m
}

func word(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

func label(l spec.Label) *yaml.Node {
	if l.EN == "" {
		return word(l.ZH)
	}
	return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{word("zh"), word(l.ZH), word("en"), word(l.EN)}}
}

func inline(n *yaml.Node) (string, error) {
	b, err := yaml.Marshal(n)
	return strings.TrimSpace(string(b)), err
}
