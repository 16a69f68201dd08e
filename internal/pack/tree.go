package pack

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// tree is a file of declarations while it is changed: its text, and where in it things
// stand. A change is made in the text, so that all else stays as its author wrote it; then
// it is read again and must be what the same change makes of the tree. Where the text is
// written in a way that is not understood, the file is printed anew from the tree, which
// keeps comments and order, though not the shape of lines.
type tree struct {
	lines []string
	docs  []*yaml.Node
}

var errByHand = fault.New(fault.Conflict, "pack.edit.form", fault.T("该应用包的写法不能在界面中修改", "the pack is written in a way that screens cannot change")).
	Fix(fault.T("请下载应用包，在文件中修改后上传", "download the pack, change its file and upload it"))

// rewrite changes the declaration of a section in the file that holds it.
func rewrite(p *Pack, files map[string][]byte, section, name string, change func(*tree, *yaml.Node) error) error {
	for _, e := range p.Entries(section) {
		if e.Name != name {
			continue
		}
		out, err := edited(files[e.File], func(t *tree) error {
			for _, d := range t.docs {
				n := child(d.Content[0], section)
				if name != "" && n != nil {
					n = child(n, name)
				}
				if n != nil {
					return change(t, n)
				}
			}
			return errByHand
		})
		files[e.File] = out
		return err
	}
	return errByHand
}

func edited(text []byte, change func(*tree) error) ([]byte, error) {
	docs, err := parse(text)
	if err != nil {
		return text, err
	}
	t := &tree{lines: strings.SplitAfter(string(text), "\n"), docs: docs}
	if err := change(t); err != nil {
		return text, err
	}
	want, err := print(t.docs)
	if err != nil {
		return text, err
	}
	out := []byte(strings.Join(t.lines, ""))
	if got, err := parse(out); err == nil && slices.EqualFunc(got, t.docs, same) {
		return out, nil
	}
	return want, nil
}

func parse(text []byte) (docs []*yaml.Node, _ error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var d yaml.Node
		if err := dec.Decode(&d); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil || d.Kind != yaml.DocumentNode || len(d.Content) == 0 {
			return docs, errByHand.Wrap(err)
		}
		docs = append(docs, &d)
	}
}

func print(docs []*yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	for _, d := range docs {
		if err := enc.Encode(d); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), enc.Close()
}

// same compares what two trees say, whatever they look like.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	return slices.EqualFunc(a.Content, b.Content, same)
}

// child is the value of a key; nil where there is none, or an alias stands there.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i+1].Kind != yaml.AliasNode {
			return n.Content[i+1]
		}
	}
	return nil
}

// replace writes another word in place of a scalar.
func (t *tree) replace(n *yaml.Node, value string) error {
	if n == nil || n.Kind != yaml.ScalarNode {
		return errByHand
	}
	was := n.Value
	switch n.Style {
	case yaml.DoubleQuotedStyle:
		t.swap(n.Line, n.Column, `"`+was+`"`, `"`+value+`"`)
	case yaml.SingleQuotedStyle:
		t.swap(n.Line, n.Column, "'"+was+"'", "'"+value+"'")
	default:
		t.swap(n.Line, n.Column, was, value)
	}
	n.Value = value
	return nil
}

// swap exchanges a text at a place; where another stands there nothing is done.
func (t *tree) swap(line, column int, was, now string) {
	if line < 1 || line > len(t.lines) {
		return
	}
	r := []rune(t.lines[line-1])
	if rest := string(r[min(column-1, len(r)):]); strings.HasPrefix(rest, was) {
		t.lines[line-1] = string(r[:column-1]) + now + rest[len(was):]
	}
}

// add puts a key behind the others of a mapping.
func (t *tree) add(n *yaml.Node, key string, value *yaml.Node) error {
	if n == nil || n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return errByHand
	}
	text, err := inline(value)
	if err != nil {
		return err
	}
	if n.Style&yaml.FlowStyle != 0 {
		t.close(n, "}", ", "+key+": "+text)
	} else {
		first := n.Content[0]
		t.below(n.Content[len(n.Content)-2].Line, first.Column-1, key+": "+text)
	}
	n.Content = append(n.Content, word(key), value)
	return nil
}

// push puts a word behind the others of a list; a single word becomes a list.
func (t *tree) push(n *yaml.Node, w string) error {
	switch {
	case n.Kind == yaml.ScalarNode:
		one := *n
		t.swap(n.Line, n.Column, n.Value, "["+n.Value+", "+w+"]")
		*n = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Content: []*yaml.Node{&one}}
	case n.Kind != yaml.SequenceNode || len(n.Content) == 0:
		return errByHand
	case n.Style&yaml.FlowStyle != 0:
		t.close(n, "]", ", "+w)
	default:
		t.below(n.Content[len(n.Content)-1].Line, n.Column-1, "- "+w)
	}
	n.Content = append(n.Content, word(w))
	return nil
}

// below writes a line behind what begins at a line and is indented deeper.
func (t *tree) below(line, indent int, text string) {
	at := line // lines before the new one
	for i := line; i < len(t.lines); i++ {
		s := strings.TrimRight(t.lines[i], "\r\n")
		bare := strings.TrimLeft(s, " ")
		if bare == "" || strings.HasPrefix(bare, "#") {
			continue
		}
		if len(s)-len(bare) <= indent {
			break
		}
		at = i + 1
	}
	end := "\n"
	if strings.HasSuffix(t.lines[line-1], "\r\n") {
		end = "\r\n"
	}
	if !strings.HasSuffix(t.lines[at-1], "\n") {
		t.lines[at-1] += end
	}
	t.lines = slices.Insert(t.lines, at, strings.Repeat(" ", indent)+text+end)
}

// close writes before the bracket that closes what begins at a node.
func (t *tree) close(n *yaml.Node, bracket, text string) {
	depth, quote, before := 0, rune(0), ' '
	for i := n.Line - 1; i < len(t.lines); i++ {
		r := []rune(t.lines[i])
		for j := range r {
			c := r[j]
			if i == n.Line-1 && j < n.Column-1 {
				continue
			}
			switch {
			case quote != 0:
				if c == quote && (quote != '"' || before != '\\') {
					quote = 0
				}
			case (c == '"' || c == '\'') && strings.ContainsRune(" {[,:\n", before):
				quote = c
			case c == '#' && strings.ContainsRune(" \n", before):
				r = r[:j]
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth--; depth == 0 && string(c) == bracket {
					t.lines[i] = t.before(i, j, text)
					return
				}
			}
			before = c
			if j >= len(r)-1 {
				break
			}
		}
	}
}

// before writes a text at a place, behind what stands before it without blanks.
func (t *tree) before(line, column int, text string) string {
	r := []rune(t.lines[line])
	head := string(r[:column])
	return strings.TrimRight(head, " ") + text + head[len(strings.TrimRight(head, " ")):] + string(r[column:])
}
