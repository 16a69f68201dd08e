package rule

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/row"
)

// cells are the values an expression is evaluated over: raw or typed by Column, cleaned by
// CleanText.
type cells struct {
	cols, clean map[string]any
	today       time.Time
}

// eval is the slow reference of expressions: values are nil, string, int64, float64,
// *big.Rat, bool and time.Time.
func (c cells) eval(x row.Expr) any {
	switch x := x.(type) {
	case row.Col:
		from := c.cols
		if x.Clean {
			from = c.clean
		}
		v, ok := from[x.Name]
		if !ok {
			panic(fmt.Sprintf("no column %s (clean %v)", x.Name, x.Clean))
		}
		return v
	case row.Lit:
		return x.Value
	case row.Try:
		return tryCast(c.eval(x.X), x.To)
	case row.In:
		v := c.eval(x.X)
		if v == nil {
			return nil
		}
		for _, l := range x.Set {
			if compare(v, l.Value) == 0 {
				return true
			}
		}
		return false
	case row.Call:
		return c.call(x)
	}
	panic(fmt.Sprintf("no expression %T", x))
}

func (c cells) call(x row.Call) any {
	switch x.Op {
	case row.And, row.Or:
		out := any(x.Op == row.And)
		for _, a := range x.Args {
			switch v := c.eval(a); {
			case v == nil && out == (x.Op == row.And):
				out = nil
			case v == (x.Op == row.Or):
				return v
			}
		}
		return out
	case row.IsNull:
		return c.eval(x.Args[0]) == nil
	case row.NotNull:
		return c.eval(x.Args[0]) != nil
	case row.Coalesce:
		for _, a := range x.Args {
			if v := c.eval(a); v != nil {
				return v
			}
		}
		return nil
	case row.If:
		if c.eval(x.Args[0]) == true {
			return c.eval(x.Args[1])
		}
		return c.eval(x.Args[2])
	case row.Today:
		return c.today
	case row.NullIf:
		a, b := c.eval(x.Args[0]), c.eval(x.Args[1])
		if a != nil && b != nil && compare(a, b) == 0 {
			return nil
		}
		return a
	}
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		if args[i] = c.eval(a); args[i] == nil {
			return nil
		}
	}
	return apply(x.Op, args)
}

func apply(op row.Op, a []any) any {
	switch op {
	case row.Not:
		return !a[0].(bool)
	case row.Eq:
		return compare(a[0], a[1]) == 0
	case row.Ne:
		return compare(a[0], a[1]) != 0
	case row.Lt:
		return compare(a[0], a[1]) < 0
	case row.Le:
		return compare(a[0], a[1]) <= 0
	case row.Gt:
		return compare(a[0], a[1]) > 0
	case row.Ge:
		return compare(a[0], a[1]) >= 0
	case row.Add, row.Sub, row.Mul, row.Div:
		out := arithmetic(op, rat(a[0]), rat(a[1]))
		_, l := a[0].(int64)
		_, r := a[1].(int64)
		if n, ok := out.(*big.Rat); ok && l && r && op != row.Div { // whole numbers overflow to NULL
			if !n.Num().IsInt64() {
				return nil
			}
			return n.Num().Int64()
		}
		return out
	case row.AddDays:
		return a[0].(time.Time).AddDate(0, 0, int(a[1].(int64)))
	case row.ToText:
		return toText(a[0])
	}
	return applyText(op, a[0].(string), a[1:])
}

func applyText(op row.Op, s string, a []any) any {
	text := func(i int) string { return a[i].(string) }
	whole := func(i int) *regexp.Regexp { return regexp.MustCompile("^(?:" + text(i) + ")$") }
	switch op {
	case row.Length:
		return int64(utf8.RuneCountInString(s))
	case row.Substr:
		r, from, n := []rune(s), int(a[0].(int64)), int(a[1].(int64))
		from = min(from-1, len(r))
		return string(r[from:min(from+n, len(r))])
	case row.Upper:
		return strings.ToUpper(s)
	case row.Lower:
		return strings.ToLower(s)
	case row.Trim:
		return strings.TrimFunc(s, func(r rune) bool { return strings.ContainsRune("\t\n\v\f\r \u00a0\u3000\ufeff", r) })
	case row.Replace:
		return strings.ReplaceAll(s, text(0), text(1))
	case row.Translate:
		from, to := []rune(text(0)), []rune(text(1))
		return strings.Map(func(r rune) rune {
			for i, f := range from {
				if f == r && i < len(to) {
					return to[i]
				} else if f == r {
					return -1
				}
			}
			return r
		}, s)
	case row.Concat:
		for i := range a {
			s += text(i)
		}
		return s
	case row.Matches:
		return whole(0).MatchString(s)
	case row.Extract:
		m := regexp.MustCompile(text(0)).FindStringSubmatch(s)
		if m == nil {
			return ""
		}
		return m[a[1].(int64)]
	case row.RegReplace:
		return regexp.MustCompile(text(0)).ReplaceAllLiteralString(s, text(1))
	case row.StartsWith:
		return strings.HasPrefix(s, text(0))
	case row.ParseDate:
		return parseDate(s, text(0))
	}
	panic("no operator " + string(op))
}

func parseDate(s, formats string) any {
	for f := range strings.SplitSeq(formats, "|") {
		layout := strings.NewReplacer("%Y", "2006", "%m", "1", "%d", "2", "%b", "Jan").Replace(f)
		if f == "%Y%m%d" {
			layout = "20060102"
		}
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return t
		}
	}
	return nil
}

func arithmetic(op row.Op, l, r *big.Rat) any {
	out := new(big.Rat)
	switch op {
	case row.Add:
		return out.Add(l, r)
	case row.Sub:
		return out.Sub(l, r)
	case row.Mul:
		return out.Mul(l, r)
	}
	if r.Sign() == 0 {
		return nil
	}
	return out.Quo(l, r)
}

func toText(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.DateOnly)
	}
	return rat(v).FloatString(0)
}

func rat(v any) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case float64:
		return new(big.Rat).SetFloat64(v)
	case *big.Rat:
		return v
	}
	panic(fmt.Sprintf("no number: %T", v))
}

func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		if a == b.(bool) {
			return 0
		}
		return 1
	}
	return rat(a).Cmp(rat(b))
}

var (
	wholeNumber = regexp.MustCompile("^(?:" + intForm + ")$")
	plainNumber = regexp.MustCompile("^(?:" + decimalForm + ")$")
	anyNumber   = regexp.MustCompile("^(?:" + floatForm + ")$")
)

// tryCast reads a text strictly, as engines must.
func tryCast(v any, to row.Type) any {
	if v == nil {
		return nil
	}
	s, ok := v.(string)
	if !ok {
		return v
	}
	form := anyNumber
	switch to.Kind {
	case row.Date, row.Time:
		return readTime(s, to)
	case row.Text:
		return s
	case row.Int:
		form = wholeNumber
	case row.Decimal:
		form = plainNumber
	}
	if !form.MatchString(s) {
		return nil
	}
	if to.Kind == row.Float {
		f, _ := strconv.ParseFloat(s, 64)
		return finite(f)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return rounded(r, to)
}

func readTime(s string, to row.Type) any {
	layouts := []string{time.DateOnly}
	if to.Kind == row.Time {
		layouts = append(layouts, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04")
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return t
		}
	}
	return nil
}

func finite(f float64) any {
	if math.IsInf(f, 0) {
		return nil
	}
	return f
}

func rounded(r *big.Rat, to row.Type) any {
	scale := to.Scale
	if to.Kind == row.Int {
		scale = 0
	}
	out, _ := new(big.Rat).SetString(r.FloatString(scale))
	if to.Kind == row.Int {
		if !out.Num().IsInt64() {
			return nil
		}
		return out.Num().Int64()
	}
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(to.Precision-to.Scale)), nil))
	if new(big.Rat).Abs(out).Cmp(limit) >= 0 {
		return nil
	}
	return out
}
