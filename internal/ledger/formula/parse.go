package formula

import (
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
)

// options are what both readings of a formula have in common: none of the library's own
// functions, ours in their place.
func options() []expr.Option {
	out := []expr.Option{expr.DisableAllBuiltins(), expr.DisableIfOperator(), expr.MaxNodes(maxNodes * 4), expr.Optimize(false)}
	for name, f := range functions {
		out = append(out, expr.Function(name, f.do))
	}
	for name, do := range operators {
		out = append(out, expr.Function(name, do))
	}
	return out
}

func parse(source string) (*parser.Tree, error) {
	cfg := conf.CreateNew()
	for _, o := range options() {
		o(cfg)
	}
	cfg.MaxNodes = maxNodes
	for name := range cfg.Disabled {
		delete(cfg.Builtins, name)
	}
	tree, err := parser.ParseWithConfig(source, cfg)
	if err != nil {
		return nil, broken(source, err)
	}
	return tree, nil
}

// place is where a node stands, counted in characters from 1.
func place(n ast.Node) int { return n.Location().From + 1 }
