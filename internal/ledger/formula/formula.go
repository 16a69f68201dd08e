// Package formula computes what packs write as formulas: conditions ("score < 3 and not
// urgent"), checks ("distance(photos.place, place) <= metres(50)") and computed values. It
// sees the names it is given and nothing else: no files, no other records, no variables, no
// loops, no closures, so that a formula costs what it is long. What it costs besides, by the
// texts it makes and seeks in, has an end while it runs.
//
// What is empty stays empty: arithmetic over it is empty, a comparison with it does not hold,
// x == nil asks for it. Every error says where in the formula and what is there instead.
//
// Read first: Env, Compile, Formula.Holds.
package formula

import (
	"errors"
	"fmt"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"github.com/chengshu/chengshu/internal/fault"
)

// Limits of one formula.
const (
	MaxLength = 1000     // characters
	maxNodes  = 200      // operators, names, values and calls
	maxText   = 64 << 10 // bytes of a text that is made on the way
	maxStates = 400      // of its regular expressions together
	maxSought = 40_000   // bytes of a text that a regular expression is sought in: the longest a record holds
)

// Formula is a compiled formula. It is safe for concurrent use.
type Formula struct {
	source  string
	program *vm.Program
	of      Type
	names   []string
}

// Compile reads a formula over an environment; want is what it must give, Any whatever it
// gives. The error is an Invalid fault without a place: the text says the place inside.
func Compile(source string, env Env, want Type) (*Formula, error) {
	if n := len([]rune(source)); n > MaxLength {
		return nil, fault.New(fault.Invalid, "formula.long", fault.T("公式长 %d 个字符，超过 %d", "the formula has %d characters, more than %d", n, MaxLength)).
			Fix(split)
	}
	tree, err := parse(source)
	if err != nil {
		return nil, err
	}
	c := &checker{env: env}
	of := c.node(tree.Node)
	if len(c.faults) == 0 && !of.fits(want) {
		c.fail(tree.Node, "formula.result", both("结果是%s，这里需要%s", "it gives %s, %s is wanted", of, want), remedyOf(want))
	}
	if len(c.faults) > 0 {
		return nil, fault.All("formula.invalid", fault.T("公式有 %d 处错误", "%d errors in the formula", len(c.faults)), c.faults)
	}
	program, err := expr.Compile(source, append(options(), expr.Patch(rewriter{env}))...)
	if err != nil {
		return nil, broken(source, err)
	}
	slices.Sort(c.names)
	return &Formula{source: source, program: program, of: of, names: slices.Compact(c.names)}, nil
}

// Reads are the names a formula reads, those of objects by their first word; none of what
// cannot be read.
func Reads(source string) (names []string) {
	tree, err := parse(source)
	if err != nil {
		return nil
	}
	called := map[ast.Node]bool{} // functions, which may be called like a name
	ast.Find(tree.Node, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallNode); ok {
			called[call.Callee] = true
		}
		return false
	})
	ast.Find(tree.Node, func(n ast.Node) bool {
		if id, ok := n.(*ast.IdentifierNode); ok && !called[n] && !slices.Contains(names, id.Value) {
			names = append(names, id.Value)
		}
		return false
	})
	return names
}

// Type is what the formula gives.
func (f *Formula) Type() Type { return f.of }

// String is the source.
func (f *Formula) String() string { return f.source }

// Names are the names of the environment that the formula reads, sorted, each as far as it
// is written: "photos.place".
func (f *Formula) Names() []string { return f.names }

// Eval computes the formula over facts, which hold values as the environment's types say:
// string, float64 (any number will do), bool, time.Time, time.Duration, Point, []any,
// map[string]any. nil and what is missing are empty, and so may be the result.
func (f *Formula) Eval(facts map[string]any) (any, error) {
	machine := vm.VM{MemoryBudget: 10_000}
	v, err := machine.Run(f.program, facts)
	if err != nil {
		var ours *fault.Error
		if errors.As(err, &ours) {
			return nil, ours
		}
		return nil, fault.New(fault.Invalid, "formula.run", fault.T("公式“%s”无法计算", "the formula %q cannot be computed", f.source)).
			Fix(fault.T("请检查公式，除数不得为零", "check the formula; nothing is divided by zero")).Wrap(err)
	}
	if n, ok := number(v); ok && f.of.base == numberBase {
		return n, nil
	}
	return v, nil
}

// Holds computes a condition; one that is empty does not hold.
func (f *Formula) Holds(facts map[string]any) (bool, error) {
	v, err := f.Eval(facts)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if v != nil && !ok {
		return false, fmt.Errorf("formula %q is no condition", f.source)
	}
	return b, nil
}

// remedyOf says how a formula comes to give what is wanted.
func remedyOf(want Type) fault.Text {
	if want.base == boolBase {
		return fault.T("请写成条件，例如 area < 2", "write a condition, such as area < 2")
	}
	return both("请使公式的结果为%s", "make the formula give %s", want)
}
