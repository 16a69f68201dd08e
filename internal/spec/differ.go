package spec

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Difference is one place in which two declarations are not alike; From is empty for what was
// not there, To for what is not there any more.
type Difference struct{ Path, From, To string }

// Differences tells where a declaration says something else than another: by the innermost
// places, in the order of the new one.
func Differences(old, new Entry) (out []Difference) {
	var walk func(path string, a, b *yaml.Node)
	walk = func(path string, a, b *yaml.Node) {
		switch {
		case a != nil && b != nil && a.Kind == b.Kind && a.Kind == yaml.MappingNode:
			keys := keysOf(b)
			for _, k := range keysOf(a) {
				if !slices.Contains(keys, k) {
					keys = append(keys, k)
				}
			}
			for _, k := range keys {
				walk(strings.TrimPrefix(path+"."+k, "."), child(a, k), child(b, k))
			}
		case a != nil && b != nil && a.Kind == b.Kind && a.Kind == yaml.SequenceNode:
			for i := range max(len(a.Content), len(b.Content)) {
				walk(path+"["+strconv.Itoa(i)+"]", at(a, i), at(b, i))
			}
		default:
			if from, to := inLine(a), inLine(b); from != to {
				out = append(out, Difference{path, from, to})
			}
		}
	}
	walk("", old.node, new.node)
	return out
}

func at(n *yaml.Node, i int) *yaml.Node {
	if i >= len(n.Content) {
		return nil
	}
	return n.Content[i]
}

// inLine is a part of a declaration on one line, not too long.
func inLine(n *yaml.Node) string {
	const most = 40
	if n == nil {
		return ""
	}
	if n.Kind == yaml.ScalarNode {
		return Clip(n.Value, most)
	}
	flow := shell(n)
	flow.Style, flow.Content = yaml.FlowStyle, n.Content
	b, err := yaml.Marshal(flow)
	if err != nil {
		return err.Error()
	}
	return Clip(strings.Join(strings.Fields(string(b)), " "), most)
}
