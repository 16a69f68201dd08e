package spec

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// torn gives the parts of a list in [ ] or a mapping in { } with those put together again that
// a comma within brackets cut in two: {type: enum(low, high)}. Each is told, and what follows
// reads it as it was meant.
func (f *flattener) torn(n *yaml.Node) []*yaml.Node {
	if n.Style&yaml.FlowStyle == 0 {
		return n.Content
	}
	width := 1 // nodes of one part
	if n.Kind == yaml.MappingNode {
		width = 2
	}
	var out []*yaml.Node
	for i := 0; i < len(n.Content); i += width {
		part := n.Content[i : i+width]
		value := part[width-1]
		text, used := joined(value, n.Content[i+width:], width)
		if used > 0 {
			whole := *value
			whole.Value = text
			f.p.add(value.Line, value.Column, fault.New(fault.Invalid, "spec.torn", fault.T(
				"%s 在逗号处断开", "the comma cuts %s in two", Clip(text, 60))).
				Fix(fault.T(`花括号、方括号内含逗号的值须加引号："%s"`, `within braces and brackets a value with a comma is quoted: "%s"`, Clip(text, 60))))
			part = append(part[:width-1:width-1], &whole)
			i += used
		}
		out = append(out, part...)
	}
	return out
}

// joined is a value with as many of the parts behind it as close its brackets, and the nodes
// those are; none where it is whole.
func joined(value *yaml.Node, rest []*yaml.Node, width int) (text string, used int) {
	text = value.Value
	if !bare(value) || open(text) <= 0 {
		return text, 0
	}
	for ; used+width <= len(rest); used += width {
		word := rest[used]
		if !bare(word) || width == 2 && (rest[used+1].Value != "" || !isNull(rest[used+1])) {
			return text, 0
		}
		if text += ", " + word.Value; open(text) <= 0 {
			return text, used + width
		}
	}
	return text, 0
}

// bare is a word without quotes.
func bare(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style == 0 }

// open counts the brackets that are not closed.
func open(s string) int { return strings.Count(s, "(") - strings.Count(s, ")") }
