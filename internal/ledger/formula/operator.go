package formula

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/chengshu/chengshu/internal/fault"
)

// operators are what the library's operators are replaced by: they know what is empty. Their
// names cannot be written in a formula.
var operators = map[string]func(...any) (any, error){
	"#==": func(v ...any) (any, error) { return equal(v[0], v[1]), nil },
	"#!=": func(v ...any) (any, error) { return !equal(v[0], v[1]), nil },
	"#<":  func(v ...any) (any, error) { n, ok := compare(v[0], v[1]); return ok && n < 0, nil },
	"#<=": func(v ...any) (any, error) { n, ok := compare(v[0], v[1]); return ok && n <= 0, nil },
	"#>":  func(v ...any) (any, error) { n, ok := compare(v[0], v[1]); return ok && n > 0, nil },
	"#>=": func(v ...any) (any, error) { n, ok := compare(v[0], v[1]); return ok && n >= 0, nil },
	"#in": func(v ...any) (any, error) {
		list, _ := v[1].([]any)
		return slices.ContainsFunc(list, func(e any) bool { return equal(v[0], e) }), nil
	},
	"#contains":   texts(strings.Contains),
	"#startsWith": texts(strings.HasPrefix),
	"#endsWith":   texts(strings.HasSuffix),
	"#matches":    func(v ...any) (any, error) { return match(v[0], v[1]) },
	"#+":          func(v ...any) (any, error) { return plus(v[0], v[1]) },
	"#-":          func(v ...any) (any, error) { return minus(v[0], v[1]) },
	"#*":          func(v ...any) (any, error) { return times(v[0], v[1]) },
	"#/":          func(v ...any) (any, error) { return over(v[0], v[1]) },
	"#%":          func(v ...any) (any, error) { return rest(v[0], v[1]) },
	"#true":       func(v ...any) (any, error) { return v[0] == true, nil },
	"#neg": func(v ...any) (any, error) {
		if n, ok := number(v[0]); ok {
			return -n, nil
		}
		if d, ok := v[0].(time.Duration); ok {
			return -d, nil
		}
		return nil, nil
	},
}

// rewriter puts the operators in place, from the leaves up.
type rewriter struct{ env Env }

// Visit is part of ast.Visitor.
func (r rewriter) Visit(n *ast.Node) {
	call := func(name string, args ...ast.Node) ast.Node {
		return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
	}
	switch x := (*n).(type) {
	case *ast.MemberNode: // an attribute of a code stands beside the code, which is a text
		id, ok := x.Node.(*ast.IdentifierNode)
		word, also := x.Property.(*ast.StringNode)
		if ok && also && r.env[id.Value].base == textBase {
			ast.Patch(n, &ast.IdentifierNode{Value: id.Value + "." + word.Value})
		}
	case *ast.UnaryNode:
		switch x.Operator {
		case "-":
			ast.Patch(n, call("#neg", x.Node))
		case "+":
			ast.Patch(n, x.Node)
		default:
			x.Node = call("#true", x.Node)
		}
	case *ast.ConditionalNode:
		x.Cond = call("#true", x.Cond)
	case *ast.BinaryNode:
		switch x.Operator {
		case "and", "or", "&&", "||":
			x.Left, x.Right = call("#true", x.Left), call("#true", x.Right)
		case "matches":
			if s, ok := x.Right.(*ast.StringNode); ok {
				ast.Patch(n, call("#matches", x.Left, &ast.ConstantNode{Value: regexp.MustCompile(s.Value)})) // the checker read it
			}
		case "??":
		default:
			ast.Patch(n, call("#"+x.Operator, x.Left, x.Right))
		}
	}
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	}
	return 0, false
}

// equal compares values of one type; numbers by what they are, times by their instant.
func equal(a, b any) bool {
	if n, ok := compare(a, b); ok {
		return n == 0
	}
	switch a := a.(type) {
	case nil:
		return empty(b)
	case bool:
		return a == b
	case Point:
		return a == b
	}
	return b == nil && empty(a)
}

// empty says whether a value is none: nil, a text of nothing, a list without entries.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		n, ok := number(v[rowCount])
		return ok && n == 0
	}
	return false
}

// compare orders two values; not ok where one is empty or they are of different types.
func compare(a, b any) (int, bool) {
	if x, ok := number(a); ok {
		y, ok := number(b)
		switch {
		case !ok || math.IsNaN(x) || math.IsNaN(y):
			return 0, false
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	}
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return strings.Compare(x, y), ok
	case time.Time:
		y, ok := b.(time.Time)
		return x.Compare(y), ok
	case time.Duration:
		y, ok := b.(time.Duration)
		return int(min(max(x-y, -1), 1)), ok
	}
	return 0, false
}

func texts(f func(a, b string) bool) func(...any) (any, error) {
	return func(v ...any) (any, error) {
		a, ok := v[0].(string)
		b, also := v[1].(string)
		return ok && also && f(a, b), nil
	}
}

var errText = fault.New(fault.Invalid, "formula.text", fault.T("公式拼接的文字过长", "the formula makes too long a text")).
	Fix(fault.T("请减少拼接", "join less of it"))

var errCost = fault.New(fault.Invalid, "formula.cost", fault.T("公式用正则表达式查找的文字超过 %d 字节，代价过高", "the formula seeks by a regular expression in a text longer than %d bytes, which costs too much", maxSought)).
	Fix(fault.T("请勿对拼接的长文字使用 matches，可改用 contains", "do not use matches on long texts that are joined; contains will do"))

// match seeks a pattern; what it costs is states times bytes, and both have an end.
func match(a, b any) (any, error) {
	s, ok := a.(string)
	re, also := b.(*regexp.Regexp)
	if len(s) > maxSought {
		return nil, errCost
	}
	return ok && also && re.MatchString(s), nil
}

func plus(a, b any) (any, error) {
	if x, y, ok := numbers(a, b); ok {
		return x + y, nil
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			if len(x)+len(y) > maxText {
				return nil, errText
			}
			return x + y, nil
		}
	case time.Time:
		if y, ok := b.(time.Duration); ok {
			return x.Add(y), nil
		}
	case time.Duration:
		switch y := b.(type) {
		case time.Duration:
			return x + y, nil
		case time.Time:
			return y.Add(x), nil
		}
	}
	return nil, nil
}

func minus(a, b any) (any, error) {
	if x, y, ok := numbers(a, b); ok {
		return x - y, nil
	}
	switch x := a.(type) {
	case time.Time:
		switch y := b.(type) {
		case time.Time:
			return x.Sub(y), nil
		case time.Duration:
			return x.Add(-y), nil
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			return x - y, nil
		}
	}
	return nil, nil
}

func times(a, b any) (any, error) {
	if x, y, ok := numbers(a, b); ok {
		return x * y, nil
	}
	if d, ok := b.(time.Duration); ok {
		a, b = d, a
	}
	d, ok := a.(time.Duration)
	n, also := number(b)
	if !ok || !also {
		return nil, nil
	}
	return time.Duration(float64(d) * n), nil
}

// over divides; by zero it gives nothing.
func over(a, b any) (any, error) {
	x, isSpan := a.(time.Duration)
	y, bySpan := b.(time.Duration)
	n, byNumber := number(b)
	switch {
	case isSpan && bySpan && y != 0:
		return float64(x) / float64(y), nil
	case isSpan && byNumber && n != 0:
		return time.Duration(float64(x) / n), nil
	}
	if m, ok := number(a); ok && byNumber && n != 0 {
		return m / n, nil
	}
	return nil, nil
}

func rest(a, b any) (any, error) {
	if x, y, ok := numbers(a, b); ok && y != 0 {
		return math.Mod(x, y), nil
	}
	return nil, nil
}

func numbers(a, b any) (x, y float64, ok bool) {
	x, ok = number(a)
	y, also := number(b)
	return x, y, ok && also
}
