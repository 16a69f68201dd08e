package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// readJSON builds the same trees as YAML, so that everything after it is one path.
// Several values may follow each other.
func (p *problems) readJSON(data []byte) (roots []*yaml.Node) {
	j := jsonReader{dec: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1, column: 1}
	j.dec.UseNumber()
	for {
		root, err := j.value(0)
		if errors.Is(err, io.EOF) {
			return roots
		}
		if err != nil {
			p.badJSON(&j, err)
			return roots
		}
		roots = append(roots, root)
	}
}

func (p *problems) badJSON(j *jsonReader, err error) {
	var deep *fault.Error
	if errors.As(err, &deep) {
		p.add(j.line, j.column, deep)
		return
	}
	var s *json.SyntaxError
	if errors.As(err, &s) {
		j.move(int(s.Offset) - 1)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		j.move(len(j.data))
	}
	p.add(j.line, j.column, fault.New(fault.Invalid, "spec.syntax", fault.T(
		"JSON 语法错误：%s", "JSON syntax: %s", strings.TrimPrefix(err.Error(), "json: "))).Wrap(err).
		Fix(fault.T("请检查引号、逗号和括号", "check quotes, commas and brackets")))
}

// jsonReader reads tokens and knows where each began.
type jsonReader struct {
	dec          *json.Decoder
	data         []byte
	at           int // the place line and column speak of
	line, column int
}

// move goes forward to a byte offset, counting lines and characters.
func (j *jsonReader) move(to int) {
	to = min(to, len(j.data))
	for j.at < to {
		r, n := utf8.DecodeRune(j.data[j.at:])
		j.at += n
		j.column++
		if r == '\n' {
			j.line, j.column = j.line+1, 1
		}
	}
}

// token gives the next token and an empty node at its place.
func (j *jsonReader) token() (json.Token, *yaml.Node, error) {
	start := int(j.dec.InputOffset())
	for start < len(j.data) && strings.IndexByte(" \t\r\n,:", j.data[start]) >= 0 {
		start++
	}
	j.move(start)
	t, err := j.dec.Token()
	return t, &yaml.Node{Line: j.line, Column: j.column}, err
}

func (j *jsonReader) value(depth int) (*yaml.Node, error) {
	t, n, err := j.token()
	if err != nil {
		if depth > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	if d, ok := t.(json.Delim); ok {
		if depth >= maxDepth {
			return nil, tooDeep()
		}
		return n, j.nested(n, d, depth)
	}
	scalar(n, t)
	return n, nil
}

func (j *jsonReader) nested(n *yaml.Node, d json.Delim, depth int) error {
	n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	if d == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for j.dec.More() {
		v, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		n.Content = append(n.Content, v)
	}
	if _, err := j.dec.Token(); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	return nil
}

func scalar(n *yaml.Node, t json.Token) {
	n.Kind = yaml.ScalarNode
	switch v := t.(type) {
	case nil:
		n.Tag, n.Value = "!!null", "null"
	case bool:
		n.Tag, n.Value = "!!bool", map[bool]string{true: "true", false: "false"}[v]
	case json.Number:
		n.Tag, n.Value = "!!int", v.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case string:
		n.Tag, n.Value, n.Style = "!!str", v, yaml.DoubleQuotedStyle
	}
}

func tooDeep() *fault.Error {
	return fault.New(fault.Invalid, "spec.depth", fault.T(
		"嵌套超过 %d 层", "nested more than %d deep", maxDepth)).
		Fix(fault.T("请减少嵌套", "nest it less deeply"))
}
