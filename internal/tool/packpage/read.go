package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// section is one key at the top of a pack's files.
type section struct {
	name, shape string
	of          object
	below       []object // the mappings inside it, in the order they are met
}

// object is a mapping with its keys.
type object struct {
	name, doc string
	keys      []key
}

type key struct {
	name, form, title, doc string
	needed                 bool
}

// source is one package's types.
type source struct {
	types map[string]*ast.TypeSpec
	docs  map[string]string
	reads map[string]bool // types that read themselves from text
}

func read(dirs []string) (out []section, err error) {
	for _, dir := range dirs {
		files, err := parse(dir)
		if err != nil {
			return nil, err
		}
		s := learn(files)
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "Section" {
					x, err := s.section(fn)
					if err != nil {
						return nil, fmt.Errorf("%s: %w", dir, err)
					}
					out = append(out, x)
				}
			}
		}
	}
	return out, nil
}

func parse(dir string) (files []*ast.File, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func learn(files []*ast.File) *source {
	s := &source{types: map[string]*ast.TypeSpec{}, docs: map[string]string{}, reads: map[string]bool{}}
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, sp := range d.Specs {
					if t, ok := sp.(*ast.TypeSpec); ok {
						s.types[t.Name.Name] = t
						s.docs[t.Name.Name] = line(d.Doc)
					}
				}
			case *ast.FuncDecl:
				if d.Recv != nil && d.Name.Name == "UnmarshalText" {
					if star, ok := d.Recv.List[0].Type.(*ast.StarExpr); ok {
						s.reads[fmt.Sprint(star.X)] = true
					}
				}
			}
		}
	}
	return s
}

// line is a comment in one line.
func line(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// section reads what a kind's Section gives: its name, its shape and the type it makes.
func (s *source) section(fn *ast.FuncDecl) (out section, err error) {
	made := ""
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			switch fmt.Sprint(n.Key) {
			case "Name":
				if b, ok := n.Value.(*ast.BasicLit); ok {
					out.name, _ = strconv.Unquote(b.Value)
				}
			case "Shape":
				if sel, ok := n.Value.(*ast.SelectorExpr); ok {
					out.shape = sel.Sel.Name
				}
			}
		case *ast.CallExpr:
			if fmt.Sprint(n.Fun) == "new" && len(n.Args) == 1 {
				made = fmt.Sprint(n.Args[0])
			}
		}
		return true
	})
	if out.name == "" || made == "" || s.types[made] == nil {
		return out, fmt.Errorf("a Section that cannot be read: %q of %q", out.name, made)
	}
	if out.shape == "" {
		out.shape = "One"
	}
	w := &walk{s: s, seen: map[string]bool{made: true}}
	out.of = w.object(made)
	for len(w.next) > 0 {
		name := w.next[0]
		w.next = w.next[1:]
		out.below = append(out.below, w.object(name))
	}
	return out, nil
}

// walk goes through the structs of a section, each once.
type walk struct {
	s    *source
	seen map[string]bool
	next []string
}

func (w *walk) object(name string) object {
	o := object{name: name, doc: w.s.docs[name]}
	switch t := w.s.types[name].Type.(type) {
	case *ast.StructType:
		for _, f := range t.Fields.List {
			o.keys = append(o.keys, w.keys(f)...)
		}
	case *ast.ArrayType, *ast.IndexExpr:
		o.doc += " " + capital(w.form(t))
	}
	return o
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// keys are those that a field of a struct gives.
func (w *walk) keys(f *ast.Field) []key {
	if f.Tag == nil || len(f.Names) == 0 {
		return nil
	}
	raw, _ := strconv.Unquote(f.Tag.Value)
	tag := reflect.StructTag(raw)
	name, opts, _ := strings.Cut(tag.Get("yaml"), ",")
	if name == "" || name == "-" {
		return nil
	}
	k := key{name: name, form: w.form(f.Type), doc: line(f.Doc), needed: !strings.Contains(opts, "omitempty")}
	if k.doc == "" {
		k.doc = line(f.Comment)
	}
	var words []string
	for _, part := range strings.Split(tag.Get("jsonschema"), ",") {
		if v, ok := strings.CutPrefix(part, "title="); ok {
			k.title = v
		}
		if v, ok := strings.CutPrefix(part, "enum="); ok {
			words = append(words, "`"+v+"`")
		}
	}
	if len(words) > 0 {
		k.form = strings.Join(words, " ")
	}
	return []key{k}
}

var plainForms = map[string]string{"string": "text", "bool": "true or false", "int": "whole number", "int64": "whole number", "float64": "number", "any": "any value"}

// form says how a type is written; a struct it meets is described below.
func (w *walk) form(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return w.form(t.X)
	case *ast.ArrayType:
		return "list of " + w.form(t.Elt)
	case *ast.MapType:
		return "mapping to " + w.form(t.Value)
	case *ast.SelectorExpr:
		return strings.ToLower(t.Sel.Name)
	case *ast.IndexExpr:
		return "by name: " + w.form(t.Index)
	case *ast.Ident:
		if p, ok := plainForms[t.Name]; ok {
			return p
		}
		spec := w.s.types[t.Name]
		if spec == nil {
			return strings.ToLower(t.Name)
		}
		if _, ok := spec.Type.(*ast.StructType); ok && !w.s.reads[t.Name] {
			if !w.seen[t.Name] {
				w.seen[t.Name] = true
				w.next = append(w.next, t.Name)
			}
			return strings.ToLower(t.Name)
		}
		if t.Name == "Words" {
			return "word, or list of words"
		}
		return strings.ToLower(t.Name)
	}
	return "value"
}

// sorted are the sections' names, for messages.
func sorted(all []section) (out []string) {
	for _, s := range all {
		out = append(out, s.name)
	}
	slices.Sort(out)
	return out
}
