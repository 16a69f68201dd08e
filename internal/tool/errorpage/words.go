package main

import "go/ast"

// worder is a function that makes one fault of the words it is given.
type worder struct {
	code, kind   string
	fixZH, fixEN string
}

// listen finds the functions of a file, those within others too, that word a fault by what
// they are given.
func (p *pack) listen(f *ast.File) {
	p.worders = map[string]worder{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			if x.Body != nil && x.Recv == nil {
				p.wording(x.Name.Name, x.Type, x.Body)
			}
		case *ast.AssignStmt:
			if fn, ok := x.Rhs[0].(*ast.FuncLit); ok && len(x.Lhs) == 1 {
				if id, ok := x.Lhs[0].(*ast.Ident); ok {
					p.wording(id.Name, fn.Type, fn.Body)
				}
			}
		}
		return true
	})
}

func (p *pack) wording(name string, of *ast.FuncType, body *ast.BlockStmt) {
	params := map[string]bool{}
	for _, field := range of.Params.List {
		for _, id := range field.Names {
			params[id.Name] = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		inner, fix := unwrap(c)
		if !named(inner, "New") || len(inner.Args) != 3 || !takes(inner.Args[2], params) {
			return true
		}
		w := worder{kind: kindOf(inner.Args[0])}
		if w.code, ok = literal(inner.Args[1]); !ok {
			return true
		}
		if fix != nil && !takes(fix.Args[0], params) {
			w.fixZH, w.fixEN = p.texts(fix.Args[0])
		}
		if _, there := p.worders[name]; !there || w.fixZH != "" {
			p.worders[name] = w
		}
		return false
	})
}

// takes says whether a text is a parameter, or made of nothing but parameters.
func takes(e ast.Expr, params map[string]bool) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return params[x.Name]
	case *ast.CompositeLit:
		return len(x.Elts) == 2 && takes(valueOf(x.Elts[0]), params) && takes(valueOf(x.Elts[1]), params)
	}
	return false
}

// worded is the fault that a call of such a function makes.
func (p *pack) worded(c *ast.CallExpr) (call, bool) {
	w, ok := p.worders[plainName(c)]
	if !ok {
		return call{}, false
	}
	out := call{kind: w.kind, code: w.code, fixZH: w.fixZH, fixEN: w.fixEN}
	said := p.said(c.Args)
	if len(said) > 1 {
		out.zh, out.en = said[0], said[1]
	}
	if len(said) > 3 {
		out.fixZH, out.fixEN = said[2], said[3]
	}
	return out, len(said) > 1
}

// said are the words among the arguments of a call, in turn: what was wrong in both languages,
// then the remedy. They are texts, or where there are none words written out.
func (p *pack) said(args []ast.Expr) (out []string) {
	for _, a := range args {
		if zh, en := p.texts(a); zh != "" {
			out = append(out, zh, en)
		}
	}
	if out != nil {
		return out
	}
	for _, a := range args {
		if s, ok := literal(a); ok && !codes.MatchString(s) {
			out = append(out, clean(a))
		}
	}
	return out
}
