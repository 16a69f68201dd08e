package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// Shape is how declarations of a section stand below its key.
type Shape uint8

// The shapes: one declaration, declarations by name, or a list of them.
const (
	One Shape = iota
	Named
	Listed
)

// Section is one kind of thing a folder may declare: a key at the top of its files.
type Section struct {
	Name  string
	Shape Shape
	New   func() any // a pointer to an empty declaration
}

// Entry is one declaration of a folder.
type Entry struct {
	Section string
	Name    string // of a named one
	Index   int    // its place in a list
	Value   any    // what the section's New gave, filled
	File    string

	// Broken says that something of it was cut out: what it lacks may be just that.
	Broken bool

	node *yaml.Node
}

// Folder is what a folder declares, in the order of its files and lines.
type Folder struct {
	Entries []Entry
	Texts   map[string][]byte // every file that was read

	// Lost are the names in a section that were written and could not be read: that one of
	// them is not there is not worth telling.
	Lost map[string][]string

	// Blind says that a file could not be read at all: nobody knows what it declares.
	Blind bool
}

// mostFiles bounds how many files one folder holds.
const mostFiles = 500

// ReadFolder reads every .yaml file of a folder. Each is a mapping whose keys are sections;
// a section may be spread over files. What cannot be read is reported and cut out, so that
// the rest is there to be checked: the faults are all there are in this step, and Entries
// without faults are not a folder without faults.
func ReadFolder(fsys fs.FS, sections []Section) (*Folder, []*fault.Error) {
	r := &folderReader{out: &Folder{Texts: map[string][]byte{}, Lost: map[string][]string{}}, seen: map[string]Entry{}}
	for _, s := range sections {
		r.names = append(r.names, s.Name)
	}
	slices.Sort(r.names)
	files := r.list(fsys)
	for _, f := range files {
		r.file(fsys, f, sections)
	}
	if len(files) == 0 && len(r.faults) == 0 {
		r.faults = append(r.faults, fault.New(fault.Invalid, "pack.empty", fault.T("文件夹中没有 .yaml 文件", "there is no .yaml file in the folder")).
			Fix(fault.T("请至少写一个 pack.yaml", "write a pack.yaml")))
	}
	return r.out, r.faults
}

type folderReader struct {
	out    *Folder
	faults []*fault.Error
	names  []string
	seen   map[string]Entry
}

// list gives the declarations' files in their order.
func (r *folderReader) list(fsys fs.FS) (files []string) {
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if ext := strings.ToLower(path.Ext(name)); d.Type().IsRegular() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, name)
		}
		if len(files) > mostFiles {
			return fault.New(fault.Invalid, "pack.files", fault.T("文件多于 %d 个", "there are more than %d files", mostFiles)).
				Fix(fault.T("请删去不属于应用包的文件", "take out files that are none of the pack's"))
		}
		return nil
	})
	if err != nil {
		r.faults = append(r.faults, fault.From(unreadable(err)))
	}
	slices.SortStableFunc(files, func(a, b string) int { // the folder's own before those below it
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), strings.Compare(a, b))
	})
	return files
}

func unreadable(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.New(fault.Invalid, "pack.folder", fault.T("无法读取文件夹", "the folder cannot be read")).
		Fix(fault.T("请检查路径和权限", "check the path and its permissions")).Wrap(err)
}

func (r *folderReader) file(fsys fs.FS, name string, sections []Section) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		r.out.Blind = true
		r.faults = append(r.faults, fault.From(unreadable(err)).At("%s", name))
		return
	}
	r.out.Texts[name] = data
	p := &problems{file: name}
	roots := p.read(data)
	if p.broken() && !looksJSON(data) {
		roots = p.apart(data, r.lose)
	} else if len(p.found) > 0 {
		r.out.Blind = true
	}
	for _, root := range roots {
		root, ok := p.plain(root)
		if !ok || !p.shaped(root, yaml.MappingNode, name) {
			r.out.Blind = true
			continue
		}
		for i := 2; i+1 < len(root.Content); i += 2 { // a section that is there twice is told, and read once
			if k := root.Content[i]; child(root, k.Value) != root.Content[i+1] {
				r.lose(k.Value, keysOf(root.Content[i+1]))
			}
		}
		p.keys(root, func(k, v *yaml.Node) {
			i := slices.IndexFunc(sections, func(s Section) bool { return s.Name == k.Value })
			if i < 0 {
				r.lose(Nearest(k.Value, r.names), keysOf(v)) // what it holds is told of where it is mended
				p.add(k.Line, k.Column, fault.New(fault.Invalid, "spec.section.unknown", fault.T(
					"不认识的声明种类 %q", "there is no kind of declaration %q", Clip(k.Value, 60))).Fix(Meant(k.Value, r.names)))
				return
			}
			r.section(p, sections[i], k, v)
		})
	}
	var all *fault.Error
	if err := p.err(); errors.As(err, &all) {
		if len(all.Parts) == 0 {
			r.faults = append(r.faults, all)
		}
		r.faults = append(r.faults, all.Parts...)
	}
}

func (r *folderReader) lose(section string, names []string) {
	r.out.Lost[section] = append(r.out.Lost[section], names...)
}

func (r *folderReader) section(p *problems, s Section, key, v *yaml.Node) {
	switch s.Shape {
	case One:
		r.entry(p, s, Entry{Section: s.Name, File: p.file}, key, v)
	case Named:
		if p.shaped(v, yaml.MappingNode, s.Name) {
			p.keys(v, func(k, v *yaml.Node) { r.entry(p, s, Entry{Section: s.Name, Name: k.Value, File: p.file}, k, v) })
		}
	case Listed:
		if p.shaped(v, yaml.SequenceNode, s.Name) {
			for i, c := range v.Content {
				r.entry(p, s, Entry{Section: s.Name, Index: i, File: p.file}, c, c)
			}
		}
	}
}

func (r *folderReader) entry(p *problems, s Section, e Entry, key, v *yaml.Node) {
	id := strings.TrimSuffix(s.Name+"."+e.Name, ".")
	if first, twice := r.seen[id]; twice && s.Shape != Listed {
		p.add(key.Line, key.Column, fault.New(fault.Invalid, "spec.key.twice", fault.T(
			"%s 已在 %s 声明", "%s is declared in %s already", id, first.Place(""))).Fix(fault.T("请删去其中一个", "remove one of them")))
		r.out.Entries = slices.DeleteFunc(r.out.Entries, func(o Entry) bool { return o.Section == s.Name && o.Name == e.Name }) // nobody knows which is meant
		r.lose(s.Name, []string{e.Name})
		return
	}
	e.Value = s.New()
	if isNull(v) {
		v = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: key.Line, Column: key.Column}
	}
	e.node = v
	before := len(p.found)
	p.check(v, reflect.TypeOf(e.Value), id, false)
	whole := cutOut(v, p.found[before:])
	e.Broken = len(p.found) > before
	if whole == nil {
		r.seen[id] = e
		r.lose(s.Name, []string{e.Name})
		return
	}
	if err := whole.Decode(e.Value); err != nil {
		r.lose(s.Name, []string{e.Name})
		if !e.Broken { // else what it cannot be read for was told
			p.undecoded(v, err)
		}
		return
	}
	r.seen[id] = e
	r.out.Entries = append(r.out.Entries, e)
}

// cutOut gives the tree without what holds a problem: the value a problem stands at, or the
// pair whose key it names. nil where the whole is broken.
func cutOut(n *yaml.Node, found []problem) *yaml.Node {
	if len(found) == 0 {
		return n
	}
	bad := func(n *yaml.Node) bool {
		return slices.ContainsFunc(found, func(p problem) bool { return p.line == n.Line && p.column == n.Column })
	}
	var prune func(n *yaml.Node) *yaml.Node
	prune = func(n *yaml.Node) *yaml.Node {
		switch n.Kind {
		case yaml.MappingNode:
			out := shell(n)
			for i := 0; i+1 < len(n.Content); i += 2 {
				k, v := n.Content[i], n.Content[i+1]
				if bad(k) || v.Kind == yaml.SequenceNode && bad(v) {
					continue
				}
				if c := prune(v); c != nil {
					out.Content = append(out.Content, k, c)
				}
			}
			return out
		case yaml.SequenceNode:
			out := shell(n)
			for _, c := range n.Content {
				if c = prune(c); c != nil {
					out.Content = append(out.Content, c)
				}
			}
			return out
		}
		if bad(n) {
			return nil
		}
		return n
	}
	return prune(n)
}

// Place is file:line:column of a path inside the entry such as fields.photos.accept; where
// the path leads nowhere, of the deepest part of it that is there.
func (e Entry) Place(path string) string {
	n := e.find(path)
	return fmt.Sprintf("%s:%d:%d", e.File, n.Line, n.Column)
}

// keysOf are the keys of a mapping.
func keysOf(n *yaml.Node) (out []string) {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, n.Content[i].Value)
	}
	return out
}

// Keys are the keys that are written at a path, in order, those of what was cut out as well.
func (e Entry) Keys(path string) []string {
	n := e.node
	for _, step := range steps(path) {
		if n == nil {
			return nil
		}
		n = down(n, step)
	}
	if n == nil {
		return nil
	}
	return keysOf(n)
}

// Text is the declaration as YAML, without its place: the same for the same content.
func (e Entry) Text() string {
	b, err := yaml.Marshal(e.node)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (e Entry) find(path string) *yaml.Node { return Doc[any]{root: e.node}.find(path) }

// Locate turns the paths that a check gave as places into file:line:column.
func (e Entry) Locate(faults []*fault.Error) []*fault.Error {
	out := make([]*fault.Error, len(faults))
	for i, f := range faults {
		out[i] = f.At("%s", e.Place(f.Where))
	}
	return out
}

// Lines gives the line of a located fault and the file before it, for sorting.
func Lines(f *fault.Error) (file string, line, column int) {
	parts := strings.SplitN(f.Where, ":", 3)
	file = parts[0]
	if len(parts) > 1 {
		_, _ = fmt.Sscan(parts[1], &line)
	}
	if len(parts) > 2 {
		_, _ = fmt.Sscan(parts[2], &column)
	}
	return file, line, column
}

// Sorted puts located faults in the order of files and lines, each place and text once.
func Sorted(faults []*fault.Error) []*fault.Error {
	slices.SortStableFunc(faults, func(a, b *fault.Error) int {
		af, al, ac := Lines(a)
		bf, bl, bc := Lines(b)
		return cmp.Or(cmp.Compare(strings.Count(af, "/"), strings.Count(bf, "/")), strings.Compare(af, bf), cmp.Compare(al, bl), cmp.Compare(ac, bc))
	})
	return slices.CompactFunc(faults, func(a, b *fault.Error) bool { return a.Where == b.Where && a.Text == b.Text })
}
