package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
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

var (
	yamlLine   = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	fromParser = regexp.MustCompile(`^did not find expected (<|key|'-'|',' or|node content)`)
	noAnchor   = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax reports what the YAML parser could not read, with a remedy for those who do not
// know its words. The line is where the broken part begins.
func (p *problems) syntax(data []byte, err error) {
	m := yamlLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	line, _ := strconv.Atoi(m[1])
	if fromParser.MatchString(m[2]) {
		line++ // these alone are counted from 0
	}
	if a := noAnchor.FindStringSubmatch(m[2]); a != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+a[1]))
		line = 1 + bytes.Count(before, []byte("\n"))
	}
	f := fault.New(fault.Invalid, "spec.syntax", fault.T("YAML 语法错误：%s", "YAML syntax: %s", Clip(m[2], 60))).Wrap(err)
	for _, h := range hints {
		if strings.Contains(m[2], h.said) {
			f = f.Fix(h.fix)
			break
		}
	}
	p.add(max(1, line), 0, f)
}

// hints say what usually causes the parser's sentences.
var hints = []struct {
	said string
	fix  fault.Text
}{
	{"cannot start any token", fault.T("缩进请用空格，不用制表符；以 @ 或反引号开头的值请加引号", "indent with blanks, not tabs; quote values that begin with @ or a backquote")},
	{"mapping values are not allowed", fault.T("值中含冒号时请加引号；并检查缩进", "quote a value that holds a colon, and check the indentation")},
	{"did not find expected key", fault.T("请检查自此行起各键的缩进是否对齐", "check that the keys from here on are indented alike")},
	{"did not find expected '-' indicator", fault.T("请检查自此行起各列表项的缩进是否对齐", "check that the list's entries from here on are indented alike")},
	{"could not find expected ':'", fault.T("键后须有冒号和空格", "a key is followed by a colon and a blank")},
	{"found unexpected end of stream", fault.T("请检查自此行起的引号是否成对", "check that quotes are closed from here on")},
	{"did not find expected ',' or", fault.T("请检查自此行起的方括号、花括号是否成对", "check that brackets and braces are closed from here on")},
	{"unknown anchor", fault.T("请先用 & 定义再用 * 引用", "define it by & before using it by *")},
}
