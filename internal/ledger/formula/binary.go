package formula

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// ordered are the types that are more or less than another.
var ordered = []base{numberBase, textBase, timeBase, spanBase}

// binary checks an operator and gives what it makes.
func (c *checker) binary(n *ast.BinaryNode) Type {
	a, b := c.node(n.Left), c.node(n.Right)
	switch n.Operator {
	case "and", "or", "&&", "||":
		return c.sides(n, a, b, Bool, Bool)
	case "==", "!=":
		c.same(n, a, b)
		c.among(n.Left, b)
		c.among(n.Right, a)
		return Bool
	case "<", "<=", ">", ">=":
		if t := c.same(n, a, b); t.base > emptyBase && !slices.Contains(ordered, t.base) {
			c.fail(n, "formula.type", both("%s没有大小之分", "%s is not more or less than another", t), fault.T("请比较数、文字、时间或时长", "compare numbers, texts, times or lengths of time"))
		}
		return Bool
	case "in":
		if !b.fits(List(Any)) && b.base != anyBase {
			return c.fail(n, "formula.type", both("in 之后应为列表，而不是%s", "after in stands a list, not %s", b), fault.T("例：kind in [\"a\", \"b\"]", "for instance kind in [\"a\", \"b\"]"))
		}
		c.same(n, a, Type{base: b.of})
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			for _, x := range list.Nodes {
				c.among(x, a)
			}
		}
		return Bool
	case "contains", "startsWith", "endsWith":
		return c.sides(n, a, b, Text, Bool)
	case "matches":
		c.pattern(n.Right)
		return c.sides(n, a, b, Text, Bool)
	case "??":
		return c.same(n, a, b)
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n, a, b)
	}
	return c.fail(n, "formula.operator", fault.T("没有运算符 %s", "there is no operator %s", n.Operator),
		fault.Text{ZH: "可用：== != < <= > >= and or not in contains startsWith endsWith matches + - * / % ??", EN: "there are == != < <= > >= and or not in contains startsWith endsWith matches + - * / % ??"})
}

// among refuses to compare what may only be some words with another word.
func (c *checker) among(n ast.Node, with Type) {
	s, ok := n.(*ast.StringNode)
	if !ok || len(with.words) == 0 || s.Value == "" || slices.ContainsFunc(with.words, func(w spec.Word) bool { return w.Name == s.Value }) {
		return
	}
	c.fail(n, "formula.word", fault.T("没有取值 %q", "it is never %q", spec.Clip(s.Value, 40)), spec.MeantOf(s.Value, with.words))
}

// sides asks both sides to be of a type.
func (c *checker) sides(n *ast.BinaryNode, a, b, want, gives Type) Type {
	for _, t := range []Type{a, b} {
		if !t.fits(want) && t.base != anyBase {
			return c.fail(n, "formula.type", both(n.Operator+" 两侧应为%s，而不是%s", "at both sides of "+n.Operator+" stands %s, not %s", want, t), both("请使两侧都为%s", "write %s at both sides", want))
		}
	}
	return gives
}

// sums says what an operator makes of two types.
var sums = map[string]map[[2]base]Type{
	"+": {{numberBase, numberBase}: Number, {textBase, textBase}: Text, {timeBase, spanBase}: Time, {spanBase, timeBase}: Time, {spanBase, spanBase}: Span},
	"-": {{numberBase, numberBase}: Number, {timeBase, timeBase}: Span, {timeBase, spanBase}: Time, {spanBase, spanBase}: Span},
	"*": {{numberBase, numberBase}: Number, {spanBase, numberBase}: Span, {numberBase, spanBase}: Span},
	"/": {{numberBase, numberBase}: Number, {spanBase, numberBase}: Span, {spanBase, spanBase}: Number},
	"%": {{numberBase, numberBase}: Number},
}

func (c *checker) arithmetic(n *ast.BinaryNode, a, b Type) Type {
	switch {
	case a.base <= emptyBase:
		return b
	case b.base <= emptyBase:
		return a
	}
	if t, ok := sums[n.Operator][[2]base{a.base, b.base}]; ok {
		return t
	}
	op := strings.ReplaceAll(n.Operator, "%", "%%")
	return c.fail(n, "formula.type", both("%s和%s不能用 "+op+" 计算", "%s and %s cannot be taken by "+op, a, b), fault.T("请改为数与数，或时间与时长", "take numbers, or a time and a length of time"))
}
