package duckdb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/row"
)

// operator says how a call is printed and how many arguments it takes (most −1: any).
type operator struct {
	least, most int
	print       func(p *printer, a []typed) (string, row.Type, error)
	plain       int // if above 0, the argument that print writes itself
}

// blanks is what Trim takes off.
const blanks = " \t\n\v\f\r\u00a0\u3000\ufeff"

var operators = map[row.Op]operator{
	row.And: {0, -1, logic(" AND ", "TRUE"), 0},
	row.Or:  {0, -1, logic(" OR ", "FALSE"), 0},
	row.Not: {1, 1, func(_ *printer, a []typed) (string, row.Type, error) {
		return "(NOT " + a[0].sql + ")", row.BoolType, want(a, row.Bool)
	}, 0},
	row.Eq: {2, 2, compare("="), 0}, row.Ne: {2, 2, compare("<>"), 0},
	row.Lt: {2, 2, compare("<"), 0}, row.Le: {2, 2, compare("<="), 0},
	row.Gt: {2, 2, compare(">"), 0}, row.Ge: {2, 2, compare(">="), 0},
	row.IsNull: {1, 1, func(_ *printer, a []typed) (string, row.Type, error) {
		return "(" + a[0].sql + " IS NULL)", row.BoolType, nil
	}, 0},
	row.NotNull: {1, 1, func(_ *printer, a []typed) (string, row.Type, error) {
		return "(" + a[0].sql + " IS NOT NULL)", row.BoolType, nil
	}, 0},
	row.Add: {2, 2, arithmetic("+"), 0}, row.Sub: {2, 2, arithmetic("-"), 0}, row.Mul: {2, 2, arithmetic("*"), 0},
	row.Div: {2, 2, func(_ *printer, a []typed) (string, row.Type, error) {
		if !number(a[0].kind) || !number(a[1].kind) {
			return "", row.FloatType, errors.New("takes numbers")
		}
		return "(" + cast(a[0], row.FloatType) + " / nullif(" + cast(a[1], row.FloatType) + ", 0))", row.FloatType, nil
	}, 0},
	row.HasBits: {2, 2, func(_ *printer, a []typed) (string, row.Type, error) {
		return "((coalesce(" + a[0].sql + ", 0) & coalesce(" + a[1].sql + ", 0)) <> 0)", row.BoolType, want(a, row.Int, row.Int)
	}, 0},
	row.Length: {1, 1, textual("length(%s)", row.IntType, 1), 0},
	row.Substr: {3, 3, substr, 0},
	row.Upper:  {1, 1, textual("upper(%s)", row.TextType, 1), 0},
	row.Lower:  {1, 1, textual("lower(%s)", row.TextType, 1), 0},
	row.Trim: {1, 1, func(p *printer, a []typed) (string, row.Type, error) {
		return "trim(" + a[0].sql + ", " + p.bind(blanks) + "::VARCHAR)", row.TextType, want(a, row.Text)
	}, 0},
	row.Replace:    {3, 3, textual("replace(%s, %s, %s)", row.TextType, 3), 0},
	row.Translate:  {3, 3, textual("translate(%s, %s, %s)", row.TextType, 3), 0},
	row.Concat:     {1, -1, concat, 0},
	row.Matches:    {2, 2, matches, 1},
	row.Extract:    {3, 3, extract, 2},
	row.RegReplace: {3, 3, textual("regexp_replace(%s, %s, %s, 'g')", row.TextType, 3), 0},
	row.StartsWith: {2, 2, textual("starts_with(%s, %s)", row.BoolType, 2), 0},
	row.Coalesce:   {1, -1, coalesce, 0},
	row.NullIf: {2, 2, func(p *printer, a []typed) (string, row.Type, error) {
		eq, _, err := compare("=")(p, a)
		return "CASE WHEN " + eq + " THEN NULL ELSE " + a[0].sql + " END", a[0].kind, err
	}, 0},
	row.If: {3, 3, func(_ *printer, a []typed) (string, row.Type, error) {
		t, err := meet(a[1:])
		return "CASE WHEN " + a[0].sql + " THEN " + cast(a[1], t) + " ELSE " + cast(a[2], t) + " END", t, errors.Join(err, want(a[:1], row.Bool))
	}, 0},
	row.Today: {0, 0, func(p *printer, _ []typed) (string, row.Type, error) {
		return p.bind(dayOf(p.today)) + "::DATE", row.DateType, nil
	}, 0},
	row.ParseDate: {2, 2, textual("cs_parse_date(%s, %s)", row.DateType, 2), 0},
	row.AddDays: {2, 2, func(_ *printer, a []typed) (string, row.Type, error) {
		return "TRY(" + a[0].sql + " + TRY_CAST(" + a[1].sql + " AS INTEGER))", row.DateType, want(a, row.Date, row.Int)
	}, 0},
	row.ToText: {1, 1, toText, 0},
}

func want(a []typed, kinds ...row.Kind) error {
	for i, k := range kinds {
		if a[i].kind.Kind != k {
			return fmt.Errorf("argument %d is %s, not %s", i+1, a[i].kind, row.Type{Kind: k, Precision: 38})
		}
	}
	return nil
}

func logic(op, empty string) func(*printer, []typed) (string, row.Type, error) {
	return func(_ *printer, a []typed) (string, row.Type, error) {
		if len(a) == 0 {
			return empty, row.BoolType, nil
		}
		parts := make([]string, len(a))
		for i := range a {
			if err := want(a[i:], row.Bool); err != nil {
				return "", row.BoolType, err
			}
			parts[i] = a[i].sql
		}
		return "(" + strings.Join(parts, op) + ")", row.BoolType, nil
	}
}

func compare(op string) func(*printer, []typed) (string, row.Type, error) {
	return func(_ *printer, a []typed) (string, row.Type, error) {
		if err := comparable(a[0].kind, a[1].kind); err != nil {
			return "", row.BoolType, err
		}
		l, r := a[0].sql, a[1].sql
		if number(a[0].kind) {
			t := common(a[0].kind, a[1].kind)
			l, r = cast(a[0], t), cast(a[1], t)
		}
		return "(" + l + " " + op + " " + r + ")", row.BoolType, nil
	}
}

// arithmetic keeps integers integer and decimals exact; what overflows is NULL.
func arithmetic(op string) func(*printer, []typed) (string, row.Type, error) {
	return func(_ *printer, a []typed) (string, row.Type, error) {
		x, y := a[0], a[1]
		if op == "-" && x.kind.Kind == row.Date && y.kind.Kind == row.Date {
			return "CAST(" + x.sql + " - " + y.sql + " AS BIGINT)", row.IntType, nil
		}
		if !number(x.kind) || !number(y.kind) {
			return "", row.IntType, errors.New("takes numbers")
		}
		t := product(x.kind, y.kind)
		if op != "*" {
			t = sum(x.kind, y.kind)
		}
		if t.Kind == row.Decimal && op == "*" {
			return fmt.Sprintf("TRY(%s * %s)", whole(x), whole(y)), t, nil
		}
		return fmt.Sprintf("TRY(CAST(%s %s %s AS %s))", cast(x, t), op, cast(y, t), sqlType(t)), t, nil
	}
}

// whole prints an integer as the decimal it is, so that the engine multiplies decimals.
func whole(a typed) string {
	if a.kind.Kind == row.Int {
		return cast(a, row.Type{Kind: row.Decimal, Precision: 19})
	}
	return a.sql
}

// sum is the type of a sum or difference: one more place than its parts.
func sum(a, b row.Type) row.Type {
	if a.Kind == row.Int && b.Kind == row.Int {
		return row.IntType
	}
	t := common(a, b)
	if t.Kind == row.Decimal && t.Precision < 38 {
		t.Precision++
	}
	return t
}

func product(a, b row.Type) row.Type {
	if a.Kind == row.Int && b.Kind == row.Int {
		return row.IntType
	}
	if a.Kind == row.Float || b.Kind == row.Float {
		return row.FloatType
	}
	aw, as := digits(a)
	bw, bs := digits(b)
	if aw+as+bw+bs > 38 {
		return row.FloatType
	}
	return row.Type{Kind: row.Decimal, Precision: aw + as + bw + bs, Scale: as + bs}
}

// textual prints a function whose first n arguments are texts.
func textual(form string, result row.Type, n int) func(*printer, []typed) (string, row.Type, error) {
	return func(_ *printer, a []typed) (string, row.Type, error) {
		in := make([]any, len(a))
		for i := range a {
			if i < n {
				if err := want(a[i:], row.Text); err != nil {
					return "", result, err
				}
			}
			in[i] = a[i].sql
		}
		return fmt.Sprintf(form, in...), result, nil
	}
}

// substr takes positions below 1 for 1 and negative lengths for 0.
func substr(_ *printer, a []typed) (string, row.Type, error) {
	if err := want(a, row.Text, row.Int, row.Int); err != nil {
		return "", row.TextType, err
	}
	if positive(a[1].expr, 1) && positive(a[2].expr, 0) {
		return fmt.Sprintf("substring(%s, %s, %s)", a[0].sql, a[1].sql, a[2].sql), row.TextType, nil
	}
	bounded := "least(greatest(%s, %d), 1000000000)"
	return fmt.Sprintf("CASE WHEN %s IS NOT NULL AND %s IS NOT NULL THEN substring(%s, "+bounded+", "+bounded+") END",
		a[1].sql, a[2].sql, a[0].sql, a[1].sql, 1, a[2].sql, 0), row.TextType, nil
}

func positive(e row.Expr, least int64) bool {
	l, ok := e.(row.Lit)
	n, is := l.Value.(int64)
	return ok && is && n >= least && n <= 1e9
}

func concat(_ *printer, a []typed) (string, row.Type, error) {
	parts := make([]string, len(a))
	for i := range a {
		if err := want(a[i:], row.Text); err != nil {
			return "", row.TextType, err
		}
		parts[i] = a[i].sql
	}
	return "(" + strings.Join(parts, " || ") + ")", row.TextType, nil
}

// matches uses a matcher of our own where there can be one.
func matches(p *printer, a []typed) (string, row.Type, error) {
	if err := want(a[:1], row.Text); err != nil {
		return "", row.BoolType, err
	}
	if l, ok := a[1].expr.(row.Lit); ok && p.own != nil {
		if pattern, ok := l.Value.(string); ok {
			if f, err := p.own.matcher(pattern); f != "" || err != nil {
				return f + "(" + a[0].sql + ")", row.BoolType, err
			}
		}
	}
	pattern, t, err := a[1].late()
	if err == nil && t.Kind != row.Text {
		err = errors.New("the pattern is no text")
	}
	return "regexp_full_match(" + a[0].sql + ", " + pattern + ")", row.BoolType, err
}

// extract is NULL where the pattern does not match or the group is empty.
func extract(_ *printer, a []typed) (string, row.Type, error) {
	if err := want(a, row.Text, row.Text); err != nil {
		return "", row.TextType, err
	}
	l, ok := a[2].expr.(row.Lit)
	group, is := l.Value.(int64)
	if !ok || !is || group < 0 || group > 9 {
		return "", row.TextType, errors.New("the group is a constant from 0 to 9")
	}
	return fmt.Sprintf("nullif(regexp_extract(%s, %s, %d), '')", a[0].sql, a[1].sql, group), row.TextType, nil
}

// meet is the type in which alternatives meet; a NULL constant takes the others' type.
func meet(a []typed) (row.Type, error) {
	t, found := row.TextType, false
	for _, x := range a {
		if l, ok := x.expr.(row.Lit); ok && l.Value == nil {
			continue
		}
		switch {
		case !found:
			t, found = x.kind, true
		case t == x.kind:
		case number(t) && number(x.kind):
			t = common(t, x.kind)
		default:
			return t, fmt.Errorf("%s and %s do not meet", t, x.kind)
		}
	}
	if !found && len(a) > 0 {
		t = a[0].kind
	}
	return t, nil
}

func coalesce(_ *printer, a []typed) (string, row.Type, error) {
	t, err := meet(a)
	if err != nil {
		return "", t, err
	}
	parts := make([]string, len(a))
	for i := range a {
		parts[i] = cast(a[i], t)
	}
	return "coalesce(" + strings.Join(parts, ", ") + ")", t, nil
}

func toText(_ *printer, a []typed) (string, row.Type, error) {
	switch a[0].kind.Kind {
	case row.Text:
		return a[0].sql, row.TextType, nil
	case row.Float:
		return "cs_plain(" + a[0].sql + ")", row.TextType, nil
	case row.TextList:
		return "", row.TextType, errors.New("a list has no text")
	}
	return "CAST(" + a[0].sql + " AS VARCHAR)", row.TextType, nil
}
