package formula

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/chengshu/chengshu/internal/fault"
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
		return nil, broken(err)
	}
	return tree, nil
}

// broken words what the library says of a formula that cannot be read.
func broken(err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return fault.New(fault.Invalid, "formula.syntax", fault.T("公式无法读取", "the formula cannot be read")).Wrap(err)
	}
	said := strings.TrimPrefix(at.Message, "compilation failed: ")
	if strings.Contains(said, "maximum allowed nodes") {
		return fault.New(fault.Invalid, "formula.long", fault.T("公式过长：运算、名称和值合计超过 %d 个", "the formula is too long: more than %d operators, names and values", maxNodes)).
			Fix(fault.T("请用计算字段分步书写", "split it by computed fields")).Wrap(err)
	}
	return fault.New(fault.Invalid, "formula.syntax", fault.T("公式第 %d 个字符处无法读取：%s", "character %d of the formula: %s", at.From+1, said)).
		Fix(fault.T("请检查括号、引号和运算符", "check brackets, quotes and operators")).Wrap(err)
}

// place is where a node stands, counted in characters from 1.
func place(n ast.Node) int { return n.Location().From + 1 }
