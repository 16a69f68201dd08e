package spec

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// inlineMap stands in a struct's keys for whatever else may be written.
const inlineMap = "*"

var (
	textType = reflect.TypeFor[encoding.TextUnmarshaler]()
	yamlType = reflect.TypeFor[yaml.Unmarshaler]()
)

// check compares a tree with the Go type it is to become and reports everything that does
// not fit. Decoding alone would stop at the first error of a nested value, take unknown
// keys inside types that read themselves, and not name columns.
func (p *problems) check(n *yaml.Node, t reflect.Type, name string, top bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Style&yaml.TaggedStyle != 0 {
		p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.tag", fault.T(
			"不支持类型标记 %s", "the tag %s has no use here", Clip(n.Tag, 60))).
			Fix(fault.T("请删去该标记", "remove it")))
		return
	}
	if isNull(n) {
		return
	}
	if typeset(n) {
		p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.quotes", fault.T(
			"%s 用了中文引号", "%s stands in typeset quotes", Clip(name, 60))).
			Fix(fault.T("请改用英文引号 \"%s\"；要保留中文引号，请在外面再加一层英文引号", "write \"%s\"; to keep them, put straight quotes around them", Clip(strings.Trim(n.Value, "“”"), 60))))
		return
	}
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(orderedType):
		if p.shaped(n, yaml.MappingNode, name) {
			p.checkMap(n, reflect.New(t).Interface().(ordered).element())
		}
	case ptr.Implements(yamlType):
		if n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct {
			p.checkStruct(n, t, top)
		} else {
			p.try(n, t, name)
		}
	case ptr.Implements(textType):
		p.checkText(n, t, name)
	default:
		p.checkPlain(n, t, name, top)
	}
}

func (p *problems) checkPlain(n *yaml.Node, t reflect.Type, name string, top bool) {
	switch t.Kind() {
	case reflect.Struct:
		if p.shaped(n, yaml.MappingNode, name) {
			p.checkStruct(n, t, top)
		}
	case reflect.Map:
		if p.shaped(n, yaml.MappingNode, name) {
			p.checkMap(n, t.Elem())
		}
	case reflect.Slice, reflect.Array:
		if p.shaped(n, yaml.SequenceNode, name) {
			p.checkList(n, t, name)
		}
	case reflect.Interface:
	default:
		if p.shaped(n, yaml.ScalarNode, name) {
			p.try(n, t, name)
		}
	}
}

func (p *problems) checkStruct(n *yaml.Node, t reflect.Type, top bool) {
	fields := map[string]reflect.Type{}
	known := fieldsOf(t, fields)
	if top && fields["kind"] == nil {
		fields["kind"] = reflect.TypeFor[string]()
	}
	p.keys(n, func(k, v *yaml.Node) {
		ft, ok := fields[k.Value]
		if !ok {
			ft, ok = fields[inlineMap]
		}
		if !ok {
			p.add(k.Line, k.Column, fault.New(fault.Invalid, "spec.key.unknown", fault.T(
				"不认识的键 %q", "there is no key %q here", Clip(k.Value, 60))).Fix(Meant(k.Value, known)))
			return
		}
		p.check(v, ft, k.Value, false)
	})
}

func (p *problems) checkMap(n *yaml.Node, elem reflect.Type) {
	p.keys(n, func(k, v *yaml.Node) { p.check(v, elem, k.Value, false) })
}

// keys walks a mapping's pairs; a key that is no word or stands there twice is reported
// and skipped.
func (p *problems) keys(n *yaml.Node, each func(k, v *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || isNull(k) {
			p.add(k.Line, k.Column, fault.New(fault.Invalid, "spec.key.form", fault.T(
				"键须为文字", "a key must be a word")).
				Fix(fault.T("请将键写成文字，必要时加引号", "write the key as a word, in quotes where needed")))
			continue
		}
		if line, twice := first[k.Value]; twice {
			p.add(k.Line, k.Column, fault.New(fault.Invalid, "spec.key.twice", fault.T(
				"键 %q 重复，首次出现在第 %d 行", "the key %q is there already, in line %d", Clip(k.Value, 60), line)).
				Fix(fault.T("请删去其中一个", "remove one of them")))
			continue
		}
		first[k.Value] = k.Line
		each(k, v)
	}
}

func (p *problems) checkList(n *yaml.Node, t reflect.Type, name string) {
	for _, c := range n.Content {
		if isNull(c) {
			p.add(c.Line, c.Column, fault.New(fault.Invalid, "spec.entry.empty", fault.T(
				"%s 中有空的列表项", "an entry of %s is empty", Clip(name, 60))).
				Fix(fault.T("请填写或删去", "fill it in or remove it")))
			continue
		}
		p.check(c, t.Elem(), name, false)
	}
}

// shaped reports a list where a word is wanted, and the like.
func (p *problems) shaped(n *yaml.Node, want yaml.Kind, name string) bool {
	if n.Kind == want {
		return true
	}
	if isNull(n) {
		p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.nothing", fault.T("%s 没有内容", "%s is empty", Clip(name, 60))).
			Fix(fault.T("请填写，或删去", "fill it in or remove it")))
		return false
	}
	w := shapes[want]
	p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.shape", fault.Text{
		ZH: fmt.Sprintf("%s 应为%s，而不是%s", Clip(name, 60), w.is.ZH, zhOf(n)),
		EN: fmt.Sprintf("%s must be %s, not %s", Clip(name, 60), w.is.EN, enOf(n)),
	}).Fix(w.fix))
	return false
}

// shapes are what a value may be, and how it is written.
var shapes = map[yaml.Kind]struct{ is, fix fault.Text }{
	yaml.MappingNode:  {fault.T("键值组", "a mapping"), fault.T("请写作“键: 值”，每行一项，或 {键: 值}", "write key: value, one a line, or {key: value}")},
	yaml.SequenceNode: {fault.T("列表", "a list"), fault.T("请写作 [值, 值]，或每行一项“- 值”", "write [value, value], or - value, one a line")},
	yaml.ScalarNode:   {fault.T("单个值", "a single value"), fault.T("请只写一个值", "write one value")},
}

// typeset says that a value was put in the quotes of Chinese text, which are none to YAML.
func typeset(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && strings.HasPrefix(n.Value, "“") && strings.HasSuffix(n.Value, "”")
}

// checkText lets a type that reads itself from text try.
func (p *problems) checkText(n *yaml.Node, t reflect.Type, name string) {
	if !p.shaped(n, yaml.ScalarNode, name) {
		return
	}
	err := reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value))
	if err == nil {
		return
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.New(fault.Invalid, "spec.value", fault.T(
			"%s 的值 %q 无法读取：%s", "%s cannot be %q: %s", Clip(name, 60), Clip(n.Value, 60), words(err))).Wrap(err)
	}
	p.add(n.Line, n.Column, f)
}

// try decodes a value for its error alone.
func (p *problems) try(n *yaml.Node, t reflect.Type, name string) {
	err := n.Decode(reflect.New(t).Interface())
	if err == nil && t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64 && n.ShortTag() != "!!int" {
		err = errors.New("a fraction would be cut off")
	}
	if err == nil {
		return
	}
	var own *fault.Error // of a type that reads itself
	if errors.As(err, &own) {
		p.add(n.Line, n.Column, own)
		return
	}
	is, fix := fault.T("可读的值", "a value that can be read"), fault.T("请改写", "write it another way")
	switch t.Kind() {
	case reflect.String:
		is, fix = fault.T("文字", "text"), shapes[yaml.ScalarNode].fix
	case reflect.Bool:
		is, fix = fault.T(" true 或 false", "true or false"), fault.T("请写 true 或 false，不加引号", "write true or false, without quotes")
	case reflect.Float32, reflect.Float64:
		is, fix = fault.T("数", "a number"), fault.T("请只写数字，不加引号和单位，如 12.5", "write digits, without quotes or a unit, such as 12.5")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		is, fix = fault.T("整数", "a whole number"), fault.T("请只写数字，不加引号和单位，如 2", "write digits, without quotes or a unit, such as 2")
	case reflect.Struct:
		is, fix = fault.T("名称或键值组", "a name or a mapping"), fault.T("请写一个名称，或 {键: 值}", "write a name, or {key: value}")
	}
	p.add(n.Line, n.Column, fault.New(fault.Invalid, "spec.value", fault.Text{
		ZH: fmt.Sprintf("%s 应为%s，而不是%s", Clip(name, 60), is.ZH, zhOf(n)),
		EN: fmt.Sprintf("%s must be %s, not %s", Clip(name, 60), is.EN, enOf(n)),
	}).Fix(fix).Wrap(err))
}

// fieldsOf fills in the keys of a struct with their types and gives them in their order.
func fieldsOf(t reflect.Type, into map[string]reflect.Type) (names []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() && !f.Anonymous || tag == "-":
		case strings.Contains(opts, "inline") && f.Type.Kind() == reflect.Struct:
			names = append(names, fieldsOf(f.Type, into)...)
		case strings.Contains(opts, "inline") && f.Type.Kind() == reflect.Map:
			into[inlineMap] = f.Type.Elem()
		default:
			if tag == "" {
				tag = strings.ToLower(f.Name)
			}
			into[tag] = f.Type
			names = append(names, tag)
		}
	}
	return names
}

// zhOf and enOf say what stands there: a scalar by its words, all else by its shape.
func zhOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "键值组"
	case yaml.SequenceNode:
		return "列表"
	}
	if n.Style&quotedStyle != 0 {
		return fmt.Sprintf("文字 %q", Clip(n.Value, 60))
	}
	return fmt.Sprintf(" %q", Clip(n.Value, 60))
}

// quotedStyle is that of a scalar in quotes, which is text whatever stands in them.
const quotedStyle = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle

func enOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Style&quotedStyle != 0 {
		return fmt.Sprintf("the text %q", Clip(n.Value, 60))
	}
	return fmt.Sprintf("%q", Clip(n.Value, 60))
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}
