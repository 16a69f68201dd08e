package spec

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// chunk is a section of a file as text: from its key to the next one.
type chunk struct {
	name string
	line int // lines before it
	text []byte
}

var (
	sectionKey = regexp.MustCompile(`(?m)^([A-Za-z_][A-Za-z0-9_-]*)[ \t]*[:：]`)
	anyKey     = regexp.MustCompile(`([a-z][a-z0-9_]*)[ \t]*:`)
)

// chunks cuts a file at its sections' keys.
func chunks(data []byte) (out []chunk) {
	at := sectionKey.FindAllSubmatchIndex(data, -1)
	for i, m := range at {
		end := len(data)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out = append(out, chunk{string(data[m[2]:m[3]]), bytes.Count(data[:m[0]], []byte("\n")), data[m[0]:end]})
	}
	return out
}

// apart reads a file that cannot be read whole section by section, so that what is wrong with
// one of them hides nothing of the others. Those that cannot be read are told to lost with
// every key in them.
func (p *problems) apart(data []byte, lost func(section string, names []string)) (roots []*yaml.Node) {
	whole := p.found
	p.found = nil
	for _, c := range chunks(data) {
		one := &problems{file: p.file}
		read := one.readYAML(append(bytes.Repeat([]byte("\n"), c.line), c.text...))
		if len(one.found) == 0 {
			roots = append(roots, read...)
			continue
		}
		var names []string
		for _, m := range anyKey.FindAllSubmatch(c.text, -1) {
			names = append(names, string(m[1]))
		}
		lost(c.name, names)
		for _, f := range one.found {
			if !elsewhere(data, f.fault) {
				p.found = append(p.found, f)
			}
		}
	}
	if len(p.found) == 0 { // the sections are well by themselves: it is what stands between them
		p.found = whole
	}
	return roots
}

var anchorName = regexp.MustCompile(`\*(.*) refers to nothing`)

// elsewhere says that what a section lacks is an anchor another section has.
func elsewhere(data []byte, f *fault.Error) bool {
	m := anchorName.FindStringSubmatch(f.Text.EN)
	return m != nil && strings.Contains(string(data), "&"+m[1])
}

// broken says whether the parser could not read the file.
func (p *problems) broken() bool {
	return slices.ContainsFunc(p.found, func(f problem) bool { return f.fault.Code == "spec.syntax" })
}
