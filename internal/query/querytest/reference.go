package querytest

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/row"
)

// A value of the reference is nil, string, int64, *big.Rat (decimals), float64, bool, date
// or instant.
type (
	date    int64 // days since 1970
	instant int64 // microseconds since 1970
)

// scope is what an expression is evaluated in.
type scope struct {
	schema row.Schema
	cells  []any
	today  date
}

// typed is a value with the type its expression has.
type typed struct {
	v any
	t row.Type
}

// eval is the slow, plain meaning of row.Expr.
func (s *scope) eval(e row.Expr) typed {
	switch x := e.(type) {
	case row.Col:
		for i, f := range s.schema {
			if f.Name == x.Name {
				return typed{s.cells[i], f.Type}
			}
		}
	case row.Lit:
		return typed{literal(x), x.Type}
	case row.Try:
		a := s.eval(x.X)
		if a.v == nil {
			return typed{nil, x.To}
		}
		return typed{read(a.v.(string), x.To), x.To}
	case row.In:
		return s.in(x)
	case row.Call:
		return s.call(x)
	}
	panic(fmt.Sprintf("no meaning of %#v", e))
}

func literal(l row.Lit) any {
	t, ok := l.Value.(time.Time)
	switch {
	case ok && l.Type.Kind == row.Date:
		return date(t.Unix() / 86400)
	case ok:
		return instant(t.UnixMicro())
	}
	return l.Value
}

func (s *scope) in(x row.In) typed {
	a := s.eval(x.X)
	if a.v == nil {
		return typed{nil, row.BoolType}
	}
	for _, l := range x.Set {
		if v := literal(l); v != nil && order(a.v, v) == 0 {
			return typed{true, row.BoolType}
		}
	}
	return typed{false, row.BoolType}
}

func (s *scope) call(c row.Call) typed {
	a := make([]typed, len(c.Args))
	for i, x := range c.Args {
		a[i] = s.eval(x)
	}
	switch c.Op {
	case row.And, row.Or:
		return typed{logic(c.Op == row.And, a), row.BoolType}
	case row.IsNull:
		return typed{a[0].v == nil, row.BoolType}
	case row.NotNull:
		return typed{a[0].v != nil, row.BoolType}
	case row.Coalesce:
		return coalesce(a)
	case row.If:
		if a[0].v == true {
			return a[1]
		}
		return a[2]
	case row.NullIf:
		if a[0].v != nil && a[1].v != nil && order(a[0].v, a[1].v) == 0 {
			return typed{nil, a[0].t}
		}
		return a[0]
	case row.Today:
		return typed{s.today, row.DateType}
	case row.HasBits:
		return typed{a[0].v != nil && a[1].v != nil && a[0].v.(int64)&a[1].v.(int64) != 0, row.BoolType}
	}
	v, t := strict(c.Op, a)
	return typed{v, t}
}

func coalesce(a []typed) typed {
	for _, x := range a {
		if x.v != nil {
			return x
		}
	}
	return typed{nil, a[0].t}
}

func logic(and bool, a []typed) any {
	unknown := false
	for _, x := range a {
		if x.v == nil {
			unknown = true
		} else if x.v.(bool) != and {
			return !and
		}
	}
	if unknown {
		return nil
	}
	return and
}

// strict are the operators that are NULL where an argument is.
func strict(op row.Op, a []typed) (any, row.Type) {
	null := false
	for _, x := range a {
		null = null || x.v == nil
	}
	switch op {
	case row.Add, row.Sub, row.Mul, row.Div:
		return arithmetic(op, a[0], a[1])
	case row.Eq, row.Ne, row.Lt, row.Le, row.Gt, row.Ge:
		if null {
			return nil, row.BoolType
		}
		return compared(op, order(a[0].v, a[1].v)), row.BoolType
	}
	t := row.TextType
	switch op {
	case row.Not, row.Matches, row.StartsWith:
		t = row.BoolType
	case row.Length:
		t = row.IntType
	case row.ParseDate, row.AddDays:
		t = row.DateType
	}
	if null {
		return nil, t
	}
	switch op {
	case row.Not:
		return !a[0].v.(bool), t
	case row.AddDays:
		return a[0].v.(date) + date(a[1].v.(int64)), t
	case row.ToText:
		return written(a[0]), t
	}
	return textual(op, a), t
}

func compared(op row.Op, c int) bool {
	switch op {
	case row.Eq:
		return c == 0
	case row.Ne:
		return c != 0
	case row.Lt:
		return c < 0
	case row.Le:
		return c <= 0
	case row.Gt:
		return c > 0
	}
	return c >= 0
}

func textual(op row.Op, a []typed) any {
	x := a[0].v.(string)
	arg := func(i int) string { return a[i].v.(string) }
	switch op {
	case row.Length:
		return int64(utf8.RuneCountInString(x))
	case row.Substr:
		return substr([]rune(x), a[1].v.(int64), a[2].v.(int64))
	case row.Upper:
		return strings.ToUpper(x)
	case row.Lower:
		return strings.ToLower(x)
	case row.Trim:
		return strings.TrimFunc(x, func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r\u00a0\u3000\ufeff", r) })
	case row.Replace:
		if arg(1) == "" {
			return x
		}
		return strings.ReplaceAll(x, arg(1), arg(2))
	case row.Translate:
		return translate(x, []rune(arg(1)), []rune(arg(2)))
	case row.Concat:
		var b strings.Builder
		for i := range a {
			b.WriteString(arg(i))
		}
		return b.String()
	case row.Matches:
		return regexp.MustCompile(`\A(?:` + arg(1) + `)\z`).MatchString(x)
	case row.Extract:
		m := regexp.MustCompile(arg(1)).FindStringSubmatch(x)
		if m == nil || m[a[2].v.(int64)] == "" {
			return nil
		}
		return m[a[2].v.(int64)]
	case row.RegReplace:
		by := regexp.MustCompile(`\\([0-9])`).ReplaceAllString(strings.ReplaceAll(arg(2), "$", "$$"), "$${$1}")
		return regexp.MustCompile(arg(1)).ReplaceAllString(x, by)
	case row.StartsWith:
		return strings.HasPrefix(x, arg(1))
	case row.ParseDate:
		for _, form := range strings.Split(arg(1), "|") {
			if d, ok := dateIn(x, form); ok {
				return d
			}
		}
		return nil
	}
	panic("no meaning of " + string(op))
}

func substr(x []rune, from, n int64) string {
	from, n = max(from, 1), max(n, 0)
	if from > int64(len(x)) {
		return ""
	}
	x = x[from-1:]
	return string(x[:min(n, int64(len(x)))])
}

func translate(x string, from, to []rune) string {
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r && i < len(to) {
				return to[i]
			}
			if f == r {
				return -1
			}
		}
		return r
	}, x)
}

// dateIn reads a date in one form: a pattern is made of the form and its fields are taken
// out.
func dateIn(x, form string) (date, bool) {
	digits := regexp.MustCompile(`%[Ymd]%[Ymd]`).MatchString(form)
	p := regexp.QuoteMeta(form)
	width := "{1,2}"
	if digits {
		width = "{2}"
	}
	p = strings.NewReplacer("%Y", `(?P<Y>[0-9]{4})`, "%m", `(?P<m>[0-9]`+width+`)`, "%d", `(?P<d>[0-9]`+width+`)`, "%b", `(?P<b>[A-Za-z]{3})`).Replace(p)
	re := regexp.MustCompile(`\A` + p + `\z`)
	m := re.FindStringSubmatch(x)
	if m == nil {
		return 0, false
	}
	field := func(name string) int {
		i := re.SubexpIndex(name)
		if i < 0 {
			return 0
		}
		n, _ := strconv.Atoi(m[i])
		return n
	}
	month := field("m")
	if i := re.SubexpIndex("b"); i >= 0 {
		t, err := time.Parse("Jan", string(unicode.ToUpper(rune(m[i][0])))+strings.ToLower(m[i][1:]))
		if err != nil {
			return 0, false
		}
		month = int(t.Month())
	}
	return civil(field("Y"), month, field("d"))
}

func civil(y, m, d int) (date, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1 || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return 0, false
	}
	return date(math.Floor(float64(t.Unix()) / 86400)), true
}

func written(a typed) string {
	switch v := a.v.(type) {
	case date:
		return time.Unix(int64(v)*86400, 0).UTC().Format("2006-01-02")
	case instant:
		return time.UnixMicro(int64(v)).UTC().Format("2006-01-02 15:04:05.999999")
	case *big.Rat:
		return v.FloatString(a.t.Scale)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(a.v)
}
