package spec

import (
	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// plain gives the document without aliases and merge keys: what follows sees one tree with
// a place for every node. An alias that contains itself, or aliases that would blow the
// tree up, are refused.
func (p *problems) plain(root *yaml.Node) (*yaml.Node, bool) {
	f := &flattener{p: p, left: maxAlias}
	out := f.node(root, 0, false)
	return out, !f.failed
}

type flattener struct {
	p      *problems
	left   int // nodes that aliases may still add
	failed bool
}

func (f *flattener) fail(n *yaml.Node, err *fault.Error) *yaml.Node {
	if !f.failed {
		f.p.add(n.Line, n.Column, err)
	}
	f.failed = true
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line, Column: n.Column}
}

func (f *flattener) node(n *yaml.Node, depth int, aliased bool) *yaml.Node {
	if f.failed {
		return n
	}
	if depth > maxDepth {
		return f.fail(n, tooDeep())
	}
	if aliased {
		if f.left--; f.left < 0 {
			return f.fail(n, fault.New(fault.Invalid, "spec.alias", fault.T(
				"别名展开过大", "the aliases expand to too much")).
				Fix(fault.T("请直接写出内容，少用 & 和 *", "write the content out instead of & and *")))
		}
	}
	switch n.Kind {
	case yaml.AliasNode:
		return f.node(n.Alias, depth+1, true)
	case yaml.MappingNode:
		return f.mapping(n, depth, aliased)
	case yaml.SequenceNode:
		out := shell(n)
		for _, c := range f.torn(n) {
			out.Content = append(out.Content, f.node(c, depth+1, aliased))
		}
		return out
	default:
		return shell(n)
	}
}

// mapping copies keys in order; those of merged mappings come last and give way to keys
// written here.
func (f *flattener) mapping(n *yaml.Node, depth int, aliased bool) *yaml.Node {
	out := shell(n)
	var merged []*yaml.Node
	content := f.torn(n)
	for i := 0; i+1 < len(content) && !f.failed; i += 2 {
		k, v := content[i], content[i+1]
		if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge" {
			merged = append(merged, f.merge(f.node(v, depth+1, aliased))...)
			continue
		}
		out.Content = append(out.Content, f.node(k, depth+1, aliased), f.node(v, depth+1, aliased))
	}
	for i := 0; i+1 < len(merged); i += 2 {
		if child(out, merged[i].Value) == nil {
			out.Content = append(out.Content, merged[i], merged[i+1])
		}
	}
	return out
}

// merge gives the pairs of what stands after <<: a mapping or a list of them.
func (f *flattener) merge(v *yaml.Node) []*yaml.Node {
	from := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		from = v.Content
	}
	var pairs []*yaml.Node
	for _, m := range from {
		if m.Kind != yaml.MappingNode {
			f.fail(m, fault.New(fault.Invalid, "spec.merge", fault.T(
				"<< 之后只能是键值组", "only a mapping may follow <<")).
				Fix(fault.T("请在 << 之后引用一个键值组", "refer to a mapping after <<")))
			return nil
		}
		pairs = append(pairs, m.Content...)
	}
	return pairs
}

// shell copies a node without its children and its anchor.
func shell(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content, c.Anchor, c.Alias = nil, "", nil
	return &c
}

// child is the value under a key of a mapping, nil when there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Kind == yaml.ScalarNode && n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
