// Package spec reads declarations: YAML or JSON, one or several documents in a file, each
// saying its kind. It is strict and tells everything at once: an unknown key is an error
// with the nearest known name, a key written twice is refused, and every problem carries
// file:line:column. What a kind means is its engine's business: spec knows none of them.
//
// It must never guess a meaning, follow a reference outside the file, or let a small file
// grow large: aliases, depth and size are bounded.
//
// Read first: Decode, Doc.Locate, Schema.
package spec

import (
	"reflect"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// Kinds is the table of what may be declared: the kind's name and a maker of its empty
// value, a pointer. T is that pointer's type, or any where kinds are mixed.
type Kinds[T any] map[string]func() T

// Doc is one declaration and where it stands.
type Doc[T any] struct {
	Kind  string
	Value T
	File  string
	Line  int // of its first key

	root *yaml.Node
}

// Decode reads every document of a file. A name that ends in .json is read as JSON, as is
// text that is valid JSON; all else is YAML. The error, if any, is a *fault.Error of kind
// Invalid whose parts are all problems in the order of the file; a single problem is
// returned by itself. With an error there are no documents.
func Decode[T any](file string, data []byte, kinds Kinds[T]) ([]Doc[T], error) {
	p := &problems{file: file}
	var docs []Doc[T]
	for _, root := range p.read(data) {
		if doc, ok := decodeOne(p, root, kinds); ok {
			docs = append(docs, doc)
		}
	}
	if len(docs) == 0 && len(p.found) == 0 {
		p.add(1, 1, fault.New(fault.Invalid, "spec.empty", fault.T("文件中没有声明", "the file declares nothing")).
			Fix(fault.T("请至少写一项以 kind: 开头的声明", "write at least one declaration that begins with kind:")))
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return docs, nil
}

// decodeOne reads one document; what is wrong with it goes to p.
func decodeOne[T any](p *problems, root *yaml.Node, kinds Kinds[T]) (Doc[T], bool) {
	var none Doc[T]
	root, ok := p.plain(root)
	if !ok {
		return none, false
	}
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	kind, ok := p.kind(root, names)
	if !ok {
		return none, false
	}
	value := kinds[kind]()
	before := len(p.found)
	p.check(root, reflect.TypeOf(value), "", true)
	if len(p.found) > before {
		return none, false
	}
	if err := root.Decode(value); err != nil {
		p.undecoded(root, err)
		return none, false
	}
	return Doc[T]{Kind: kind, Value: value, File: p.file, Line: root.Line, root: root}, true
}

// undecoded is a declaration that fits its type key by key and cannot be made into it.
func (p *problems) undecoded(n *yaml.Node, err error) {
	p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.value", fault.T("声明无法读取：%s", "the declaration cannot be read: %s", words(err))).
		Fix(fault.T("请按该键的类型填写，值中有冒号等符号时加引号", "write what the key takes; quote values with colons and the like")).Wrap(err))
}

// kind finds what a document declares itself to be.
func (p *problems) kind(root *yaml.Node, known []string) (string, bool) {
	if root.Kind != yaml.MappingNode {
		p.add(root.Line, root.Column, fault.New(fault.Invalid, "spec.shape", fault.T(
			"声明须由“键: 值”组成", "a declaration must consist of key: value pairs")).
			Fix(fault.T("请写作“键: 值”，每行一项", "write key: value, one a line")))
		return "", false
	}
	fix := fault.T("可用的 kind：%s", "the kinds are: %s", strings.Join(known, ", "))
	n := child(root, "kind")
	if n == nil {
		p.add(root.Line, root.Column, fault.New(fault.Invalid, "spec.kind.missing", fault.T(
			"缺少 kind，无法判断声明的种类", "kind is missing, so what this declares is unknown")).Fix(fix))
		return "", false
	}
	if n.Kind != yaml.ScalarNode {
		p.shaped(n, yaml.ScalarNode, "kind")
		return "", false
	}
	if slices.Contains(known, n.Value) {
		return n.Value, true
	}
	if near := Nearest(n.Value, known); near != "" {
		fix = suggest(near)
	}
	p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.kind.unknown", fault.T(
		"不认识的 kind %q", "there is no kind %q", Clip(n.Value, 60))).Fix(fix))
	return "", false
}

// problems gathers what is wrong in one file.
type problems struct {
	file  string
	found []problem
}

type problem struct {
	line, column int
	fault        *fault.Error
}

const maxProblems = 100 // more of them help nobody; the rest is counted

func (p *problems) add(line, column int, f *fault.Error) {
	if column > 0 {
		f = f.At("%s:%d:%d", p.file, line, column)
	} else {
		f = f.At("%s:%d", p.file, line)
	}
	p.found = append(p.found, problem{line, column, f})
}

// err gives all problems in the order of the file.
func (p *problems) err() error {
	sort.SliceStable(p.found, func(i, j int) bool {
		a, b := p.found[i], p.found[j]
		return a.line < b.line || a.line == b.line && a.column < b.column
	})
	var parts []*fault.Error
	for i, f := range p.found {
		if i == maxProblems {
			rest := len(p.found) - i
			parts = append(parts, fault.New(fault.Invalid, "spec.more", fault.T(
				"另有 %d 处错误未列出", "%d more are not listed", rest)).
				Fix(fault.T("请先改正以上各处，再检查一次", "mend those above and check again")).At("%s", p.file))
			break
		}
		parts = append(parts, f.fault)
	}
	return fault.All("spec.invalid", fault.T("%s 有 %d 处错误", "%s has %d errors", p.file, len(p.found)), parts)
}

func suggest(near string) fault.Text {
	return fault.T("是否应为 %q？", "did you mean %q?", near)
}

// Clip keeps a word of somebody short in a message.
func Clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// words is an error's sentence without the names of packages before it.
func words(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	s = strings.TrimPrefix(s, "unmarshal errors:\n")
	return strings.TrimSpace(s)
}
