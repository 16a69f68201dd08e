package pack

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/spec"
)

// Set is a word in a declaration of a listed section, and what it becomes.
type Set struct {
	Entry spec.Entry
	Path  string // when[2].then.state
	Value string // words, by blanks, where a list stands
}

// Rewritten gives the files of a pack with some words of it exchanged, all else as their
// authors wrote it.
func Rewritten(p *Pack, sets []Set) (map[string][]byte, error) {
	files, byFile := maps.Clone(p.Files), map[string][]Set{}
	for _, s := range sets {
		byFile[s.Entry.File] = append(byFile[s.Entry.File], s)
	}
	for file, all := range byFile {
		text, err := edited(files[file], func(t *tree) error { return t.setAll(file, all) })
		if err != nil {
			return nil, err
		}
		files[file] = text
	}
	return files, nil
}

// setAll goes from the end of the file to its beginning: what is written moves what stands
// behind it on its line.
func (t *tree) setAll(file string, all []Set) error {
	type place struct {
		n     *yaml.Node
		value string
	}
	var places []place
	for _, s := range all {
		n := t.at(file, s.Entry)
		for _, step := range strings.FieldsFunc(s.Path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
			if n == nil {
				break
			}
			if i, err := strconv.Atoi(step); err == nil && n.Kind == yaml.SequenceNode {
				if i >= len(n.Content) {
					return errByHand
				}
				n = n.Content[i]
				continue
			}
			n = child(n, step)
		}
		if n == nil {
			return errByHand.At("%s", s.Entry.Place(s.Path))
		}
		places = append(places, place{n, s.Value})
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.n.Line != b.n.Line {
			return b.n.Line - a.n.Line
		}
		return b.n.Column - a.n.Column
	})
	for _, p := range places {
		t.put(p.n, p.value)
	}
	return nil
}

// at is the node of an entry in the file.
func (t *tree) at(file string, e spec.Entry) *yaml.Node {
	for _, d := range t.docs {
		list := child(d.Content[0], e.Section)
		if list == nil || list.Kind != yaml.SequenceNode {
			continue
		}
		for _, n := range list.Content {
			if fmt.Sprintf("%s:%d:%d", file, n.Line, n.Column) == e.Place("") {
				return n
			}
		}
	}
	return nil
}

// put writes a word, or a list of words, in place of a scalar or a list.
func (t *tree) put(n *yaml.Node, value string) {
	was := t.text(n)
	words := strings.Fields(value)
	switch {
	case n.Kind == yaml.ScalarNode && (len(words) == 1 || strings.ContainsRune(value, ':')):
		if n.Style == 0 && strings.ContainsRune(value, ':') {
			n.Style = yaml.DoubleQuotedStyle
		}
		n.Value = value
	default:
		*n = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Line: n.Line, Column: n.Column, LineComment: n.LineComment}
		for _, w := range words {
			n.Content = append(n.Content, word(w))
		}
	}
	t.swap(n.Line, n.Column, was, t.text(n))
}

// text is a word or a list on one line as it is written.
func (t *tree) text(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		switch n.Style {
		case yaml.DoubleQuotedStyle:
			return `"` + n.Value + `"`
		case yaml.SingleQuotedStyle:
			return "'" + n.Value + "'"
		}
		return n.Value
	}
	var words []string
	for _, c := range n.Content {
		words = append(words, t.text(c))
	}
	return "[" + strings.Join(words, ", ") + "]"
}
