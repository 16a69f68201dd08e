package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// coded is all that is said under one code in one room.
type coded struct {
	room, code           string
	kinds                []string
	zh, en, fixZH, fixEN []string
}

// read finds the faults of all packages below some folders, tests left out.
func read(roots []string) ([]coded, error) {
	byDir := map[string][]*ast.File{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err == nil {
				byDir[filepath.Dir(path)] = append(byDir[filepath.Dir(path)], f)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", root, err)
		}
	}
	all := map[[2]string]*coded{}
	for dir, files := range byDir {
		room := strings.TrimPrefix(filepath.ToSlash(dir), "internal/")
		if strings.HasPrefix(room, "tool/") || strings.HasPrefix(room, "bench") {
			continue
		}
		p := pack{makers: map[string]maker{}, put: func(c call) { add(all, room, c) }}
		for _, f := range files {
			p.learn(f)
		}
		for _, f := range files {
			ast.Inspect(f, p.visit)
		}
	}
	var out []coded
	for _, c := range all {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b coded) int { return cmp.Or(cmp.Compare(a.room, b.room), cmp.Compare(a.code, b.code)) })
	return out, nil
}

// call is one fault as a line of code makes it.
type call struct {
	kind, code           string
	zh, en, fixZH, fixEN string
}

func add(all map[[2]string]*coded, room string, c call) {
	key := [2]string{room, c.code}
	if all[key] == nil {
		all[key] = &coded{room: room, code: c.code}
	}
	to := all[key]
	if s := statuses[c.kind]; s != 0 && !slices.Contains(to.kinds, strconv.Itoa(s)) {
		to.kinds = append(to.kinds, strconv.Itoa(s))
		slices.Sort(to.kinds)
	}
	to.zh, to.en = append(to.zh, c.zh), append(to.en, c.en)
	to.fixZH, to.fixEN = append(to.fixZH, c.fixZH), append(to.fixEN, c.fixEN)
}

// maker is a function of a package that makes faults of the code it is given.
type maker struct {
	at   int // the code's place among its parameters
	kind string
}

type pack struct {
	makers map[string]maker
	put    func(call)
}

// learn finds the functions that hand a parameter on as a fault's code.
func (p *pack) learn(f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil || fn.Recv != nil {
			continue
		}
		at := map[string]int{}
		n := 0
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				at[name.Name] = n
				n++
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && named(c, "New") && len(c.Args) == 3 {
				if id, ok := c.Args[1].(*ast.Ident); ok {
					if i, known := at[id.Name]; known {
						p.makers[fn.Name.Name] = maker{i, kindOf(c.Args[0])}
					}
				}
			}
			return true
		})
	}
}

// visit tells the fault that a call makes, with the remedy of the calls around it.
func (p *pack) visit(n ast.Node) bool {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	var fix *ast.CallExpr
	inner := c
	for {
		s, ok := inner.Fun.(*ast.SelectorExpr)
		if !ok {
			break
		}
		before, ok := s.X.(*ast.CallExpr)
		if !ok {
			break
		}
		if s.Sel.Name == "Fix" && fix == nil {
			fix = inner
		}
		inner = before
	}
	made, ok := p.made(inner)
	if !ok {
		return true
	}
	if fix != nil && len(fix.Args) == 1 {
		made.fixZH, made.fixEN = texts(fix.Args[0])
	}
	p.put(made)
	for _, a := range inner.Args { // what stands within was not told yet
		ast.Inspect(a, p.visit)
	}
	return false
}

func (p *pack) made(c *ast.CallExpr) (call, bool) {
	m, helper := p.makers[plainName(c)]
	switch {
	case named(c, "New") && len(c.Args) == 3:
		m = maker{1, kindOf(c.Args[0])}
	case named(c, "All") && len(c.Args) == 3:
		m = maker{0, "Invalid"}
	case !helper || m.at >= len(c.Args):
		return handed(c)
	}
	code, ok := literal(c.Args[m.at])
	if !ok || !strings.Contains(code, ".") && code != "internal" {
		return call{}, false
	}
	out := call{kind: m.kind, code: code}
	for _, a := range c.Args {
		if zh, en := texts(a); zh != "" {
			out.zh, out.en = zh, en
		}
	}
	return out, true
}

var codes = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)

// handed is a fault that a call gathers for another to make: its code, what was wrong and,
// where there is one, the remedy stand side by side. What is gathered so is invalid.
func handed(c *ast.CallExpr) (call, bool) {
	for i := 0; i+1 < len(c.Args); i++ {
		code, ok := literal(c.Args[i])
		zh, en := texts(c.Args[i+1])
		if !ok || zh == "" || !codes.MatchString(code) {
			continue
		}
		out := call{kind: "Invalid", code: code, zh: zh, en: en}
		if i+2 < len(c.Args) {
			out.fixZH, out.fixEN = texts(c.Args[i+2])
		}
		return out, true
	}
	return call{}, false
}

// named says whether a call is of a function of package fault.
func named(c *ast.CallExpr, name string) bool {
	s, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "fault"
}

func plainName(c *ast.CallExpr) string {
	if id, ok := c.Fun.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func kindOf(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		return s.Sel.Name
	}
	return ""
}

var verbs = regexp.MustCompile(`%(\[\d\])?[+#]?[\d.]*[a-zA-Z]`)

// texts are both languages of a fault.T, with … for what is filled in.
func texts(e ast.Expr) (zh, en string) {
	c, ok := e.(*ast.CallExpr)
	if !ok || !named(c, "T") || len(c.Args) < 2 {
		return "", ""
	}
	zh, _ = literal(c.Args[0])
	en, _ = literal(c.Args[1])
	clean := func(s string) string { return strings.ReplaceAll(verbs.ReplaceAllString(s, "…"), "%%", "%") }
	return clean(zh), clean(en)
}

func literal(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil && x.Kind == token.STRING
	case *ast.BinaryExpr:
		a, okA := literal(x.X)
		b, okB := literal(x.Y)
		return a + b, okA && okB
	}
	return "", false
}
