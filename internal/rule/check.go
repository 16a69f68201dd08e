package rule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// A check's expression is parsed by expr's parser and turned into a row.Expr: it runs in
// the engine with everything else and is never evaluated in Go.

// sort is what a part of a check yields.
type sort string

const (
	sortNumber sort = "number"
	sortText   sort = "text"
	sortDate   sort = "date"
	sortTime   sort = "time"
	sortTruth  sort = "truth"
)

// part is a translated piece of a check; text is set for a text constant, which becomes a
// date beside a date.
type part struct {
	x    row.Expr
	sort sort
	text *string
}

// checker translates one expression. It stops at the first fault by panicking with a
// *fault.Error, which parseCheck recovers.
type checker struct {
	items map[string]Item
	reads []string
}

// parseCheck gives the expression that must hold and the items it reads.
func parseCheck(text string, items map[string]Item) (x row.Expr, reads []string, wrong *fault.Error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*fault.Error)
			if !ok {
				panic(r)
			}
			wrong = e
		}
	}()
	if len(text) > 4000 {
		refuse(0, fault.T("表达式过长", "the expression is too long"), fault.T("拆成几条规则", "make several rules of it"))
	}
	tree, err := parser.Parse(text)
	if err != nil {
		at := 0
		var e *file.Error
		if errors.As(err, &e) {
			at = e.From
		}
		refuse(at, fault.T("表达式有语法错误", "the expression cannot be read"), checkHelp())
	}
	c := &checker{items: items}
	p := c.part(tree.Node)
	if p.sort != sortTruth {
		refuse(0, fault.T("表达式不是判断", "the expression is no condition"), fault.T("写成可成立或不成立的条件，如 end >= begin", "write what may hold or not, such as end >= begin"))
	}
	return p.x, c.reads, nil
}

func checkHelp() fault.Text {
	return fault.T("可用：信息项、常量、== != < <= > >=、and or not、+ - * /、in [ ]、matches、len()、is_null()、today()",
		"there are items, constants, == != < <= > >=, and or not, + - * /, in [ ], matches, len(), is_null(), today()")
}

// refuse stops at a place, counted in characters from 0.
func refuse(at int, text, fix fault.Text) {
	panic(fault.New(fault.Invalid, "rules.expr", text).At("expr:%d", at+1).Fix(fix))
}

func at(n ast.Node) int { return n.Location().From }

func (c *checker) part(n ast.Node) part {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return c.item(n)
	case *ast.IntegerNode:
		return part{x: row.Num(int64(n.Value)), sort: sortNumber}
	case *ast.FloatNode:
		return part{x: floatLit(n.Value), sort: sortNumber}
	case *ast.BoolNode:
		return part{x: row.Lit{Value: n.Value, Type: row.BoolType}, sort: sortTruth}
	case *ast.StringNode:
		return part{x: row.Str(n.Value), sort: sortText, text: &n.Value}
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if f, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, f.Value, n.Arguments)
		}
	case *ast.NilNode:
		refuse(at(n), fault.T("此处不能写 nil", "nil has no place here"), fault.T("用 is_null(信息项)", "use is_null(item)"))
	}
	refuse(at(n), fault.T("表达式中有不支持的写法", "this is not part of the language of checks"), checkHelp())
	return part{}
}

func (c *checker) item(n *ast.IdentifierNode) part {
	it, ok := c.items[n.Value]
	if !ok {
		refuse(at(n), fault.T("没有信息项 %s", "there is no item %s", n.Value), fault.T("改为目录中已声明的信息项；文本常量加引号", "name an item of this directory; texts are quoted"))
	}
	if !slices.Contains(c.reads, n.Value) {
		c.reads = append(c.reads, n.Value)
	}
	kinds := map[row.Kind]sort{row.Int: sortNumber, row.Decimal: sortNumber, row.Float: sortNumber, row.Bool: sortTruth, row.Date: sortDate, row.Time: sortTime}
	s, ok := kinds[it.Type.Kind]
	if !ok {
		s = sortText
	}
	return part{x: row.Column(n.Value), sort: s}
}

// want translates n, which must be of sort s.
func (c *checker) want(n ast.Node, s sort) row.Expr {
	p := c.part(n)
	if p.sort != s {
		refuse(at(n), fault.T("此处应为 %s，而不是 %s", "here goes %s, not %s", s, p.sort), checkHelp())
	}
	return p.x
}

func (c *checker) unary(n *ast.UnaryNode) part {
	switch n.Operator {
	case "not", "!":
		return part{x: row.F(row.Not, c.want(n.Node, sortTruth)), sort: sortTruth}
	case "-":
		return part{x: row.F(row.Sub, row.Num(0), c.want(n.Node, sortNumber)), sort: sortNumber}
	case "+":
		return part{x: c.want(n.Node, sortNumber), sort: sortNumber}
	}
	refuse(at(n), fault.T("不支持运算 %s", "there is no operator %s", n.Operator), checkHelp())
	return part{}
}

func (c *checker) binary(n *ast.BinaryNode) part {
	logic := map[string]row.Op{"and": row.And, "&&": row.And, "or": row.Or, "||": row.Or}
	arithmetic := map[string]row.Op{"+": row.Add, "-": row.Sub, "*": row.Mul, "/": row.Div}
	comparison := map[string]row.Op{"==": row.Eq, "!=": row.Ne, "<": row.Lt, "<=": row.Le, ">": row.Gt, ">=": row.Ge}
	if op, ok := logic[n.Operator]; ok {
		return part{x: row.F(op, c.want(n.Left, sortTruth), c.want(n.Right, sortTruth)), sort: sortTruth}
	}
	if op, ok := arithmetic[n.Operator]; ok {
		return part{x: row.F(op, c.want(n.Left, sortNumber), c.want(n.Right, sortNumber)), sort: sortNumber}
	}
	if op, ok := comparison[n.Operator]; ok {
		l, r := c.alike(n, c.part(n.Left), c.part(n.Right))
		return part{x: row.F(op, l, r), sort: sortTruth}
	}
	switch n.Operator {
	case "in":
		return c.in(n)
	case "matches":
		return c.matches(n)
	}
	refuse(at(n), fault.T("不支持运算 %s", "there is no operator %s", n.Operator), checkHelp())
	return part{}
}

// alike makes two sides comparable: of one sort, a text constant beside a date a date.
func (c *checker) alike(n ast.Node, l, r part) (row.Expr, row.Expr) {
	l, r = dated(n, l, r.sort), dated(n, r, l.sort)
	days := func(s sort) bool { return s == sortDate || s == sortTime }
	if l.sort != r.sort && !(days(l.sort) && days(r.sort)) {
		refuse(at(n), fault.T("%s 与 %s 不能比较", "%s and %s cannot be compared", l.sort, r.sort),
			fault.T("两侧应为同一类；文本常量加引号", "both sides are of one sort; texts are quoted"))
	}
	return l.x, r.x
}

func dated(n ast.Node, p part, beside sort) part {
	if p.text == nil || beside != sortDate && beside != sortTime {
		return p
	}
	t, err := time.Parse(time.DateOnly, *p.text)
	if err != nil {
		refuse(at(n), fault.T("日期常量写法有误", "this is no date"), fault.T(`写作 "YYYY-MM-DD"`, `write "YYYY-MM-DD"`))
	}
	return part{x: row.Lit{Value: t, Type: row.DateType}, sort: sortDate}
}

func (c *checker) in(n *ast.BinaryNode) part {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok || len(list.Nodes) == 0 {
		refuse(at(n), fault.T("in 之后应为常量列表", "in is followed by a list of constants"), fault.T(`写作 in ["1", "2"]`, `write in ["1", "2"]`))
	}
	l := c.part(n.Left)
	var set []row.Lit
	for _, e := range list.Nodes {
		_, x := c.alike(e, l, c.part(e))
		lit, ok := x.(row.Lit)
		if !ok {
			refuse(at(e), fault.T("列表中应为常量", "the list holds constants"), fault.T("把比较写成 ==，用 or 连接", "compare by == joined with or"))
		}
		set = append(set, lit)
	}
	return part{x: row.In{X: l.x, Set: set}, sort: sortTruth}
}

func (c *checker) matches(n *ast.BinaryNode) part {
	p := c.part(n.Right)
	if p.text == nil {
		refuse(at(n.Right), fault.T("matches 之后应为正则表达式常量", "matches is followed by a constant pattern"), fault.T(`写作 matches "[0-9]+"`, `write matches "[0-9]+"`))
	}
	if _, err := regexp.Compile(*p.text); err != nil {
		refuse(at(n.Right), fault.T("正则表达式有误", "the regular expression is wrong"), fault.T("使用 RE2 语法", "use RE2 syntax"))
	}
	return part{x: row.F(row.Matches, c.want(n.Left, sortText), p.x), sort: sortTruth}
}

func (c *checker) call(n ast.Node, name string, args []ast.Node) part {
	takes, ok := map[string]int{"len": 1, "is_null": 1, "today": 0}[name]
	if !ok {
		refuse(at(n), fault.T("没有函数 %s", "there is no function %s", name), checkHelp())
	}
	if len(args) != takes {
		refuse(at(n), fault.T("%s 应有 %d 个参数", "%s takes %d arguments", name, takes), checkHelp())
	}
	switch name {
	case "len":
		return part{x: row.F(row.Length, c.want(args[0], sortText)), sort: sortNumber}
	case "is_null":
		return part{x: row.F(row.IsNull, c.part(args[0]).x), sort: sortTruth}
	default:
		return part{x: row.F(row.Today), sort: sortDate}
	}
}

// String names the sort for a person.
func (s sort) String() string { return fmt.Sprintf("%q", string(s)) }
