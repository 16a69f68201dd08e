package spec

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// Place is file:line:column of a path such as items[3].type; where the path leads nowhere,
// of the deepest part of it that is there.
func (d Doc[T]) Place(path string) string { return d.place(d.find(path)) }

func (d Doc[T]) place(n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", d.File, n.Line, n.Column)
}

func (d Doc[T]) find(path string) *yaml.Node {
	n := d.root
	for _, step := range steps(path) {
		next := down(n, step)
		if next == nil {
			break
		}
		n = next
	}
	return n
}

// Locate turns the paths that a check of the value gave as places into file:line:column,
// in the fault and in its parts, and puts the parts in the order of the file; a fault
// without a place is put at the declaration. An error that is no fault, or a fault that is
// not Invalid, is returned as it is.
func (d Doc[T]) Locate(err error) error {
	var f *fault.Error
	if d.root == nil || !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	out := f.At("%s", d.Place(f.Where))
	out.Parts = slices.Clone(f.Parts)
	slices.SortStableFunc(out.Parts, func(a, b *fault.Error) int {
		m, n := d.find(a.Where), d.find(b.Where)
		return cmp.Or(cmp.Compare(m.Line, n.Line), cmp.Compare(m.Column, n.Column))
	})
	for i, p := range out.Parts {
		out.Parts[i] = p.At("%s", d.Place(p.Where))
	}
	return out
}

// steps splits items[3].type into items, 3, type.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

func down(n *yaml.Node, step string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		return child(n, step)
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}
