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
			p.gather(f)
			p.listen(f)
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
	said call // its words, where it has them itself
}

type pack struct {
	given   []given           // of the file that is visited
	worders map[string]worder // likewise
	makers  map[string]maker
	put     func(call)
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
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			inner, fix := unwrap(c)
			if !named(inner, "New") || len(inner.Args) != 3 {
				return true
			}
			id, ok := inner.Args[1].(*ast.Ident)
			if !ok {
				return true
			}
			if i, known := at[id.Name]; known {
				m := maker{at: i, kind: kindOf(inner.Args[0])}
				m.said.zh, m.said.en = p.texts(inner.Args[2])
				if fix != nil {
					m.said.fixZH, m.said.fixEN = p.texts(fix.Args[0])
				}
				p.makers[fn.Name.Name] = m
			}
			return false
		})
	}
}

// visit tells the fault that a call makes, with the remedy of the calls around it.
func (p *pack) visit(n ast.Node) bool {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	inner, fix := unwrap(c)
	made, ok := p.made(inner)
	if !ok {
		return true
	}
	if fix != nil {
		if made.fixZH, made.fixEN = p.texts(fix.Args[0]); made.fixZH == "" {
			made.fixZH, made.fixEN = then[0], then[1]
		}
	}
	p.put(made)
	for _, a := range inner.Args { // what stands within was not told yet
		ast.Inspect(a, p.visit)
	}
	return false
}

// unwrap gives the call that a chain of methods begins with, and that of Fix in it.
func unwrap(c *ast.CallExpr) (inner, fix *ast.CallExpr) {
	for inner = c; ; {
		s, ok := inner.Fun.(*ast.SelectorExpr)
		if !ok {
			return inner, fix
		}
		before, ok := s.X.(*ast.CallExpr)
		if !ok {
			return inner, fix
		}
		if s.Sel.Name == "Fix" && fix == nil && len(inner.Args) == 1 {
			fix = inner
		}
		inner = before
	}
}

func (p *pack) made(c *ast.CallExpr) (call, bool) {
	m, helper := p.makers[plainName(c)]
	if out, ok := p.worded(c); ok && !helper {
		return out, true
	}
	switch {
	case named(c, "New") && len(c.Args) == 3:
		m = maker{at: 1, kind: kindOf(c.Args[0])}
	case named(c, "All") && len(c.Args) == 3:
		m = maker{kind: "Invalid"}
	case !helper || m.at >= len(c.Args):
		return p.handed(c)
	}
	code, ok := literal(c.Args[m.at])
	if !ok || !strings.Contains(code, ".") && code != "internal" {
		return call{}, false
	}
	out := m.said
	out.kind, out.code = m.kind, code
	if named(c, "All") {
		out.fixZH, out.fixEN = "逐处改正，每处写明办法", "mend each of them; each says how"
	}
	for _, a := range c.Args { // a helper takes what was wrong and then, maybe, the remedy
		zh, en := p.texts(a)
		switch {
		case zh == "":
		case out.zh == "":
			out.zh, out.en = zh, en
		default:
			out.fixZH, out.fixEN = zh, en
		}
	}
	return out, true
}

// told are functions that say what was done, or what a field is for: nothing went wrong.
var told = map[string]bool{"tell": true, "told": true, "field": true}

var codes = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)

// handed is a fault that a call gathers for another to make: its code, what was wrong and,
// where there is one, the remedy stand side by side. What is gathered so is invalid.
func (p *pack) handed(c *ast.CallExpr) (call, bool) {
	if told[calledName(c)] {
		return call{}, false
	}
	for i := 0; i+1 < len(c.Args); i++ {
		code, ok := literal(c.Args[i])
		zh, en := p.texts(c.Args[i+1])
		if !ok || zh == "" || !codes.MatchString(code) {
			continue
		}
		out := call{kind: "Invalid", code: code, zh: zh, en: en}
		if i+2 < len(c.Args) {
			if out.fixZH, out.fixEN = p.texts(c.Args[i+2]); out.fixZH == "" {
				out.fixZH, out.fixEN = then[0], then[1]
			}
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

// calledName is the last part of a function's or method's name.
func calledName(c *ast.CallExpr) string {
	if s, ok := c.Fun.(*ast.SelectorExpr); ok {
		return s.Sel.Name
	}
	return plainName(c)
}

func kindOf(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		return s.Sel.Name
	}
	return ""
}

var verbs = regexp.MustCompile(`%(\[\d\])?[+#]?[\d.]*[a-zA-Z]`)

// meant stands for the remedy that names what is there: it is known when it is made.
var meant = [2]string{"改用已有的名称，答复中列出相近的", "use one that is there; the answer names the nearest"}

// texts are both languages of a text, with … for what is filled in: of fault.T, of a
// fault.Text written out, or of the variable that was last given one above.
func (p *pack) texts(e ast.Expr) (zh, en string) {
	switch x := e.(type) {
	case *ast.CallExpr:
		if nearest[calledName(x)] {
			return meant[0], meant[1]
		}
		if named(x, "T") && len(x.Args) >= 2 {
			return clean(x.Args[0]), clean(x.Args[1])
		}
	case *ast.CompositeLit:
		if s, ok := x.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Text" && len(x.Elts) == 2 {
			return clean(valueOf(x.Elts[0])), clean(valueOf(x.Elts[1]))
		}
	case *ast.Ident:
		for _, g := range p.given {
			if g.name == x.Name && g.pos < x.Pos() {
				zh, en = g.zh, g.en
			}
		}
	}
	return zh, en
}

// then stands for a remedy that is only known when it is made.
var then = [2]string{"按答复中写明的办法", "as the answer says"}

// nearest are functions that make such a remedy.
var nearest = map[string]bool{"Meant": true, "MeantOf": true, "known": true, "among": true, "accepts": true}

// given is a text that a variable of the file was given.
type given struct {
	name   string
	pos    token.Pos
	zh, en string
}

// gather finds the texts that variables of a file are given.
func (p *pack) gather(f *ast.File) {
	p.given = nil
	put := func(name, value ast.Expr) {
		id, ok := name.(*ast.Ident)
		if _, other := value.(*ast.Ident); !ok || other {
			return
		}
		if zh, en := p.texts(value); zh != "" {
			p.given = append(p.given, given{id.Name, id.Pos(), zh, en})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			for i := range min(len(x.Lhs), len(x.Rhs)) {
				put(x.Lhs[i], x.Rhs[i])
			}
		case *ast.ValueSpec:
			for i := range min(len(x.Names), len(x.Values)) {
				put(x.Names[i], x.Values[i])
			}
		}
		return true
	})
}

func valueOf(e ast.Expr) ast.Expr {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		return kv.Value
	}
	return e
}

func clean(e ast.Expr) string {
	s, _ := literal(e)
	return strings.ReplaceAll(verbs.ReplaceAllString(s, "…"), "%%", "%")
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
