// Package pack owns what is installed of applications: packs, folders of declarations that
// an analyst writes and an administrator installs without a restart. It reads a folder with
// every kind's checks and tells all errors at once, shows what an upgrade would change,
// installs and undoes in one transaction, and keeps every version that cases may still run
// on. What a kind means is its engine's business: pack knows only who, which and when.
//
// A pack's files are kept in the store, beside each other by version: they are small text,
// and so an installation is one commit that is there or is not.
//
// Read first: Kind, Pack, Packs.Install.
package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Kind is one kind of thing that packs declare. It is written by the engine that gives it a
// meaning and listed by node; the loader knows none of them.
type Kind interface {
	Section() spec.Section
	// Check gives what is wrong with one declaration, across the pack. Where is a path inside
	// the entry: fields.photos.accept.
	Check(p *Pack, e spec.Entry) []*fault.Error
	// Diff says what comes with new in place of old, either of which may be nil; db is for
	// asking what an upgrade would lose.
	Diff(ctx context.Context, db bun.IDB, old, new *Pack) ([]Change, error)
	// Apply makes it so, in the transaction that installs.
	Apply(ctx context.Context, tx store.Tx, old, new *Pack) error
}

// Manifest is the section pack: what the folder is.
type Manifest struct {
	ID       string     `yaml:"id" json:"id"`
	Version  string     `yaml:"version" json:"version"`
	Title    spec.Label `yaml:"title" json:"title"`
	Summary  spec.Label `yaml:"summary,omitempty" json:"summary"`
	Calendar string     `yaml:"calendar,omitempty" json:"calendar" jsonschema:"enum=cn-gov"`
}

// Code is one entry of a code list. Whatever else is written beside code and name is an
// attribute that expressions and budgets may use.
type Code struct {
	Code  string            `yaml:"code" json:"code"`
	Name  spec.Label        `yaml:"name" json:"name"`
	Attrs map[string]string `yaml:",inline" json:"attrs,omitempty" jsonschema:"-"`
}

// JSONSchemaExtend lets editors accept attributes.
func (Code) JSONSchemaExtend(s *jsonschema.Schema) {
	s.AdditionalProperties = &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}}
}

// CodeList is a list of the section codes.
type CodeList []Code

// Find is the entry of a code.
func (l CodeList) Find(code string) (Code, bool) {
	i := slices.IndexFunc(l, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return Code{}, false
	}
	return l[i], true
}

// Pack is a folder of declarations that was read whole.
type Pack struct {
	Manifest
	Hash  string            // of its files
	Files map[string][]byte // all of them, declarations and fixtures

	entries []spec.Entry
	lost    map[string][]string // written, but not to be read
	blind   bool                // a whole file was not to be read
	parts   map[string]map[string]any
	memo    map[string]any // what engines compiled of it
}

// Named is a declaration with its name.
type Named[T any] struct {
	Name  string
	Value T
}

// Get gives a declaration of a section by name. A pack that is not there has none.
func Get[T any](p *Pack, section, name string) (v T, ok bool) {
	if p != nil {
		v, ok = p.parts[section][name].(T)
	}
	return v, ok
}

// All gives the declarations of a section in the order of the files.
func All[T any](p *Pack, section string) (out []Named[T]) {
	if p == nil {
		return nil
	}
	for _, e := range p.entries {
		if v, ok := e.Value.(T); ok && e.Section == section {
			out = append(out, Named[T]{e.Name, v})
		}
	}
	return out
}

// Entries are the declarations as they were read, with their places.
func (p *Pack) Entries(section string) (out []spec.Entry) {
	if p == nil {
		return nil
	}
	for _, e := range p.entries {
		if e.Section == section {
			out = append(out, e)
		}
	}
	return out
}

// Names are the names declared in a section, in order.
func (p *Pack) Names(section string) (out []string) {
	for _, e := range p.Entries(section) {
		out = append(out, e.Name)
	}
	return out
}

// Has says whether a section declares a name, be it in words that cannot be read: what is
// wrong with it is told there, once, and not at each place that names it.
func (p *Pack) Has(section, name string) bool {
	return p.blind || slices.Contains(p.Names(section), name) || slices.Contains(p.lost[section], name)
}

// Codes is a code list of the pack.
func (p *Pack) Codes(name string) (CodeList, bool) {
	l, ok := Get[*CodeList](p, "codes", name)
	if !ok {
		return nil, false
	}
	return *l, true
}

// Role gives a role of the pack by its short name.
func (p *Pack) Role(name string) (Role, bool) {
	r, ok := Get[*Role](p, "roles", name)
	if !ok {
		return Role{}, false
	}
	return *r, true
}

// How far roles of a pack reach.
const (
	ReachOffice      = "office"
	ReachDescendants = "descendants"
	ReachAll         = "all"
)

// Reach is how far the roles of the pack that somebody holds reach, the widest of them: "" for
// whoever holds none that it has.
func (p *Pack) Reach(held []people.Role) (reach string) {
	for _, r := range held {
		id, name := r.Split()
		role, ok := p.Role(name)
		if id != p.ID || !ok {
			continue
		}
		switch {
		case role.Reach == ReachAll:
			return ReachAll
		case role.Reach != ReachOffice:
			reach = ReachDescendants
		case reach == "":
			reach = ReachOffice
		}
	}
	return reach
}

// Person is a role of the pack as users hold it.
func (p *Pack) Person(role string) people.Role { return people.Role(p.ID + "." + role) }

// Compiled keeps what an engine made of the pack, which never changes. make is called once
// for a key; the pack must not be shared yet or not be compiled at the same time.
func Compiled[T any](p *Pack, key string) (v T, ok bool) {
	if p != nil {
		v, ok = p.memo[key].(T)
	}
	return v, ok
}

// Keep keeps what an engine compiled, before the pack is shared.
func (p *Pack) Keep(key string, v any) { p.memo[key] = v }

// most bounds what one pack holds.
const (
	mostBytes = 8 << 20
	mostFiles = 1000
)

// Read reads a folder and checks it against every kind. The fault has all errors as parts,
// each with file:line:column.
func Read(fsys fs.FS, kinds []Kind) (*Pack, error) {
	files, odd, err := texts(fsys)
	if err != nil {
		return nil, err
	}
	sections := make([]spec.Section, len(kinds))
	for i, k := range kinds {
		sections[i] = k.Section()
	}
	folder, faults := spec.ReadFolder(fsys, sections)
	faults = append(odd, faults...)
	p := &Pack{Files: files, Hash: hashOf(files), entries: folder.Entries, lost: folder.Lost, blind: folder.Blind, parts: map[string]map[string]any{}, memo: map[string]any{}}
	for _, e := range folder.Entries {
		if p.parts[e.Section] == nil {
			p.parts[e.Section] = map[string]any{}
		}
		p.parts[e.Section][e.Name] = e.Value
	}
	if m, ok := Get[*Manifest](p, "pack", ""); ok {
		p.Manifest = *m
	} else if _, lost := folder.Lost["pack"]; !lost && !folder.Blind && !slices.ContainsFunc(faults, func(f *fault.Error) bool { return f.Code == "pack.empty" }) {
		faults = append(faults, fault.New(fault.Invalid, "pack.manifest", fault.T("没有声明 pack：这是什么应用包", "nothing declares pack: what this is")).
			At("pack.yaml:1:1").Fix(fault.T("请写 pack: {id: …, version: 1.0.0, title: …}", "write pack: {id: …, version: 1.0.0, title: …}")))
	}
	for _, k := range kinds { // in the order of the floors: later kinds use what earlier ones compiled
		for _, e := range p.Entries(k.Section().Name) {
			faults = append(faults, e.Locate(k.Check(p, e))...)
		}
	}
	if len(faults) == 0 {
		return p, nil
	}
	faults = spec.Sorted(faults)
	return nil, fault.All("pack.invalid", fault.T("应用包有 %d 处错误", "%d errors in the pack", len(faults)), faults)
}

// texts reads every file of the folder, within bounds. Hidden folders are an editor's or a
// version control's, and no part of the pack. What is no file of its own is told, and not read.
func texts(fsys fs.FS) (out map[string][]byte, odd []*fault.Error, err error) {
	out = map[string][]byte{}
	total := 0
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(d.Name(), ".")
		switch {
		case err != nil:
			return unreadable(name, err)
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden && !d.Type().IsRegular():
			return nil
		case !d.Type().IsRegular():
			odd = append(odd, fault.New(fault.Invalid, "pack.link", fault.T("是链接或特殊文件，不读取", "it is a link or a special file, which is not read")).
				At("%s", name).Fix(fault.T("请放入文件本身，或移出该链接", "put the file itself there, or take the link out")))
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return unreadable(name, err)
		}
		if int64(total)+info.Size() > mostBytes || len(out) >= mostFiles {
			return fault.New(fault.Invalid, "pack.size", fault.T("应用包超过 %d MB 或 %d 个文件", "a pack holds %d MB and %d files at most", mostBytes>>20, mostFiles)).
				At("%s", name).Fix(fault.T("请移出大文件", "take large files out"))
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return unreadable(name, err)
		}
		total += len(data)
		out[name] = data
		return nil
	})
	return out, odd, err
}

func unreadable(name string, err error) error {
	return fault.New(fault.Invalid, "pack.folder", fault.T("无法读取 %s", "%s cannot be read", name)).
		Fix(fault.T("请检查路径和权限", "check the path and its permissions")).Wrap(err)
}

func hashOf(files map[string][]byte) string {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s\x00%d\x00", n, len(files[n]))
		h.Write(files[n])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Short is the pack's hash for people.
func (p *Pack) Short() string { return strings.ToLower(p.Hash[:12]) }
