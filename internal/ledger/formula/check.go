package formula

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// checker finds the type of every part of a formula and everything that is wrong with it.
// What it does not name is refused.
type checker struct {
	env    Env
	names  []string
	states int // of its regular expressions
	faults []*fault.Error
}

func (c *checker) fail(n ast.Node, code string, text, fix fault.Text) Type {
	at := fault.T("公式第 %d 个字符处：", "character %d of the formula: ", place(n))
	f := fault.New(fault.Invalid, code, fault.Text{ZH: at.ZH + text.ZH, EN: at.EN + text.EN}).Fix(fix)
	c.faults = append(c.faults, f)
	return Any
}

func (c *checker) node(n ast.Node) Type {
	switch n := n.(type) {
	case *ast.NilNode:
		return Empty
	case *ast.BoolNode:
		return Bool
	case *ast.IntegerNode, *ast.FloatNode:
		return Number
	case *ast.StringNode:
		return Text
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.name(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.choice(n)
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.unknownFunction(n, n.Name)
	}
	return c.fail(n, "formula.construct", fault.T("不支持这种写法", "this way of writing has no use here"),
		fault.T("公式只能使用字段、值、运算符和函数，不能定义变量或循环", "a formula has names, values, operators and functions; no variables and no loops"))
}

// name follows a.b.c from the environment.
func (c *checker) name(n ast.Node) Type {
	var path []string
	for at := n; ; {
		if m, ok := at.(*ast.MemberNode); ok {
			word, ok := m.Property.(*ast.StringNode)
			if !ok || m.Method || m.Optional {
				return c.fail(n, "formula.construct", fault.T("不支持这种取值写法", "values are not taken this way"), fault.T("请写作 名称.名称", "write name.name"))
			}
			path, at = append(path, word.Value), m.Node
			continue
		}
		id, ok := at.(*ast.IdentifierNode)
		if !ok {
			return c.fail(n, "formula.construct", fault.T("只能从名称取值", "values are taken of names only"), fault.T("请写作 名称.名称", "write name.name"))
		}
		path = append(path, id.Value)
		break
	}
	slices.Reverse(path)
	t, in := Object(c.env), c.env
	for i, word := range path {
		next, ok := in[word]
		if !ok || strings.HasPrefix(word, rowCount) {
			return c.unknownName(n, strings.Join(path[:i], "."), word, in)
		}
		if why := next.withheld; why.ZH != "" {
			return c.fail(n, "formula.withheld", fault.T("此处不能用 %s", "%s cannot stand here", word), why)
		}
		t, in = next, next.in
	}
	c.names = append(c.names, strings.Join(path, "."))
	return t
}

func (c *checker) unknownName(n ast.Node, of, word string, in Env) Type {
	text := fault.T("没有名称 %q", "there is no name %q", spec.Clip(word, 40))
	if of != "" {
		text = fault.T("%s 没有 %q", "%s has no %q", of, spec.Clip(word, 40))
	}
	if len(in) == 0 && of != "" {
		return c.fail(n, "formula.name", text, fault.T("%s 不能再取值；公式只读本登记表，读不到所关联的记录", "%s holds nothing inside; a formula reads its own register and no record that is referred to", of))
	}
	return c.fail(n, "formula.name", text, spec.MeantOf(word, in.names()))
}

func (c *checker) unary(n *ast.UnaryNode) Type {
	t := c.node(n.Node)
	want, ok := map[string]Type{"not": Bool, "!": Bool, "-": Number, "+": Number}[n.Operator]
	if !ok {
		return c.fail(n, "formula.operator", fault.T("没有运算符 %s", "there is no operator %s", n.Operator), usual)
	}
	if t.base == spanBase && n.Operator == "-" {
		return Span
	}
	if !t.fits(want) && t.base != anyBase {
		return c.fail(n, "formula.type", both(n.Operator+" 之后应为%s，而不是%s", "after "+n.Operator+" stands %s, not %s", want, t), both("请使 "+n.Operator+" 之后为%s", "write %s after "+n.Operator, want))
	}
	return want
}

func (c *checker) choice(n *ast.ConditionalNode) Type {
	if t := c.node(n.Cond); !t.fits(Bool) && t.base != anyBase {
		c.fail(n.Cond, "formula.type", fault.T("问号之前应为条件", "before the question mark stands a condition"), remedyOf(Bool))
	}
	return c.same(n, c.node(n.Exp1), c.node(n.Exp2))
}

// same is the type of what may be either.
func (c *checker) same(n ast.Node, a, b Type) Type {
	switch {
	case a.base == emptyBase || a.base == anyBase:
		return b
	case b.base == emptyBase || b.base == anyBase || a.fits(b):
		return a
	}
	return c.fail(n, "formula.type", both("两处的值不同类：%s和%s", "the two are of different types: %s and %s", a, b), fault.T("请改为同类的值；文字加引号，数不加引号", "let them be alike: a text stands in quotes, a number does not"))
}

func (c *checker) list(n *ast.ArrayNode) Type {
	of := Empty
	for _, e := range n.Nodes {
		of = c.same(e, of, c.node(e))
	}
	if of.base >= listBase {
		return c.fail(n, "formula.type", fault.T("列表中只能是单个的值", "a list holds plain values"), fault.T("例：[\"a\", \"b\"]", "for instance [\"a\", \"b\"]"))
	}
	if of.base == emptyBase {
		of = Any
	}
	return List(of)
}

// call checks a function's arguments.
func (c *checker) call(n *ast.CallNode) Type {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.fail(n, "formula.construct", fault.T("只能调用公式的函数", "only functions of formulas can be called"), c.available())
	}
	f, ok := functions[id.Value]
	if !ok {
		return c.unknownFunction(n, id.Value)
	}
	if len(n.Arguments) < f.least() || len(n.Arguments) > f.most() {
		for _, a := range n.Arguments {
			c.node(a)
		}
		return c.fail(n, "formula.arguments", fault.T("%s 的参数个数不对", "%s has another number of arguments", id.Value), fault.T("写法：%s", "write %s", f.form))
	}
	for i, a := range n.Arguments {
		t := c.node(a)
		if want := f.wants(i); t.base != anyBase && !slices.ContainsFunc(want, t.fits) {
			c.fail(a, "formula.type", both(id.Value+" 的这个参数不能是%s", id.Value+" does not take %s here", t), fault.T("写法：%s", "write %s", f.form))
		}
	}
	return f.gives
}

func (c *checker) unknownFunction(n ast.Node, name string) Type {
	fix := c.available()
	if near := spec.Nearest(name, functionNames()); near != "" {
		fix = fault.T("是否应为 %q？", "did you mean %q?", near)
	}
	if other, ok := instead[strings.ToLower(name)]; ok {
		fix = fault.T("请写作 %s", "write %s", other)
	}
	return c.fail(n, "formula.function", fault.T("没有函数 %q", "there is no function %q", spec.Clip(name, 40)), fix)
}

// instead are the functions of spreadsheets and databases that are written another way.
var instead = map[string]string{"if": "a ? b : c", "iif": "a ? b : c", "ifs": "a ? b : c ? d : e", "and": "a and b", "or": "a or b", "not": "not a", "today": "now", "date_now": "now", "concat": "a + b", "concatenate": "a + b",
	"count": "len(x)", "length": "len(x)", "isnull": "empty(x)", "isblank": "empty(x)", "ifnull": "a ?? b", "coalesce": "a ?? b", "like": "a contains b", "roundup": "ceil(n)", "rounddown": "floor(n)", "mod": "a % b"}

func (c *checker) available() fault.Text {
	all := strings.Join(functionNames(), ", ")
	return fault.T("可用的函数：%s", "the functions are %s", all)
}

// pattern checks a regular expression, which must be written out, and small together with the
// others of the formula.
func (c *checker) pattern(n ast.Node) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		c.fail(n, "formula.pattern", fault.T("matches 之后须直接写出正则表达式", "after matches the regular expression must be written out"),
			fault.T("例：code matches \"^[0-9]{6}$\"", "for instance code matches \"^[0-9]{6}$\""))
		return
	}
	states, bad := statesOf(s.Value)
	c.states += states
	switch {
	case bad != nil:
		c.fail(n, bad.Code, bad.Text, bad.Remedy)
	case c.states > maxStates:
		c.fail(n, "formula.pattern", fault.T("正则表达式过于复杂", "the regular expression is too complex"), fault.T("请减少重复次数，或拆成几个计算字段", "repeat less, or split it by computed fields"))
	}
}

// statesOf says how large a regular expression is.
func statesOf(source string) (int, *fault.Error) {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return 0, fault.New(fault.Invalid, "formula.pattern", fault.T("正则表达式不合规", "the regular expression is ill-formed")).Fix(patternWords(err))
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return maxStates + 1, nil
	}
	return len(prog.Inst), nil
}

// Whole compiles a regular expression that a whole text has to match, within the bounds of
// those in formulas.
func Whole(source string) (*regexp.Regexp, *fault.Error) {
	states, bad := statesOf(source)
	if bad != nil {
		return nil, bad
	}
	whole, err := regexp.Compile(`\A(?:` + source + `)\z`)
	if err != nil || states > maxStates {
		return nil, fault.New(fault.Invalid, "formula.pattern", fault.T("正则表达式过于复杂", "the regular expression is too complex")).Fix(fault.T("请减少重复次数", "repeat less"))
	}
	return whole, nil
}
