package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

const (
	maxBytes = 16 << 20 // a file of declarations
	maxDepth = 64       // of nesting
	maxAlias = 100_000  // nodes that aliases may add to one document
)

// read parses the file into one tree a document; a syntax error ends the reading.
func (p *problems) read(data []byte) []*yaml.Node {
	if len(data) > maxBytes {
		p.add(1, 0, fault.New(fault.Invalid, "spec.size", fault.T(
			"声明文件超过 %d MB", "a file of declarations may hold %d MB at most", maxBytes>>20)).
			Fix(fault.T("请拆分为多个文件", "split it into several files")))
		return nil
	}
	if !utf8.Valid(data) {
		p.add(badLine(data), 0, fault.New(fault.Invalid, "spec.encoding", fault.T(
			"声明文件不是 UTF-8 编码", "the file is not UTF-8")).
			Fix(fault.T("请另存为 UTF-8", "save it as UTF-8")))
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at := bytes.IndexFunc(data, control); at >= 0 {
		line, column := placeOf(data, at)
		p.add(line, column, fault.New(fault.Invalid, "spec.control", fault.T(
			"含控制字符 %U", "there is the control character %U", []rune(string(data[at:min(at+4, len(data))]))[0])).
			Fix(fault.T("请删去该字符；若整个文件如此，它不是文本文件", "remove it; if the whole file is like that, it is no text")))
		return nil
	}
	if strings.HasSuffix(strings.ToLower(p.file), ".json") || json.Valid(data) && looksJSON(data) {
		return p.readJSON(data)
	}
	return p.readYAML(data)
}

// looksJSON tells JSON from the scalars that are valid in both.
func looksJSON(data []byte) bool {
	t := bytes.TrimSpace(data)
	return len(t) > 0 && (t[0] == '{' || t[0] == '[')
}

// control says that a character is one that no text has.
func control(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) }

// placeOf is the line and the column of an offset.
func placeOf(data []byte, at int) (line, column int) {
	before := data[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}

func badLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

func (p *problems) readYAML(data []byte) (roots []*yaml.Node) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return roots
		}
		if err != nil {
			p.syntax(data, err)
			return roots
		}
		if root := body(&doc); root != nil {
			roots = append(roots, root)
		}
	}
}

// body is a document's content; nil for an empty document, as a trailing --- makes.
func body(doc *yaml.Node) *yaml.Node {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" && root.Value == "" {
		return nil
	}
	return root
}
