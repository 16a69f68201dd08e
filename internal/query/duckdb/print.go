package duckdb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// printer writes expressions as SQL of this engine. Identifiers are quoted; every constant
// becomes a bound parameter, so no value is ever part of the text. An expression never
// fails while it runs: what cannot be computed is NULL.
type printer struct {
	column func(row.Col) (string, row.Type, error) // resolves a column to SQL and its type
	today  time.Time
	args   []any
	own    *own // makes functions for one load; nil: the engine's own are used
}

// bind adds a parameter and gives its place.
func (p *printer) bind(v any) string {
	p.args = append(p.args, v)
	return "$" + strconv.Itoa(len(p.args))
}

// sqlType is a type as the engine writes it.
func sqlType(t row.Type) string {
	switch t.Kind {
	case row.Int:
		return "BIGINT"
	case row.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case row.Float:
		return "DOUBLE"
	case row.Bool:
		return "BOOLEAN"
	case row.Date:
		return "DATE"
	case row.Time:
		return "TIMESTAMP"
	case row.TextList:
		return "VARCHAR[]"
	default:
		return "VARCHAR"
	}
}

// expr prints e and tells its type.
func (p *printer) expr(e row.Expr) (string, row.Type, error) {
	switch x := e.(type) {
	case row.Col:
		return p.column(x)
	case row.Lit:
		return p.constant(x), x.Type, nil
	case row.Call:
		return p.call(x)
	case row.Try:
		s, t, err := p.expr(x.X)
		if err != nil {
			return "", x.To, err
		}
		sql, err := p.try(s, t, x.To)
		return sql, x.To, err
	case row.In:
		return p.in(x)
	}
	return "", row.Type{}, fmt.Errorf("duckdb: no expression %T", e)
}

func (p *printer) constant(l row.Lit) string {
	if l.Value == nil {
		return "NULL::" + sqlType(l.Type)
	}
	return p.bind(bound(l)) + "::" + sqlType(l.Type)
}

// try casts with NULL for what does not fit. Texts are read by our own strict readers: the
// engine's casts would take "12.5" for the integer 13 and "1e3" for 1000.
func (p *printer) try(sql string, from, to row.Type) (string, error) {
	if from == to {
		return sql, nil
	}
	f, ok := reader(to)
	if !ok || from.Kind != row.Text {
		return "TRY_CAST(" + sql + " AS " + sqlType(to) + ")", nil
	}
	if to.Kind != row.Decimal {
		return f + "(" + sql + ")", nil
	}
	if p.own != nil && to.Precision <= 18 {
		f, err := p.own.decimal(to)
		return f + "(" + sql + ")", err
	}
	return fmt.Sprintf("TRY_CAST(%s(%s, %d, %d) AS %s)", f, sql, to.Precision, to.Scale, sqlType(to)), nil
}

func (p *printer) in(x row.In) (string, row.Type, error) {
	s, t, err := p.expr(x.X)
	if err != nil {
		return "", row.BoolType, err
	}
	var set []string
	for _, l := range x.Set {
		if l.Value != nil {
			if err := comparable(t, l.Type); err != nil {
				return "", row.BoolType, err
			}
			set = append(set, p.constant(l))
		}
	}
	if len(set) == 0 {
		return "CASE WHEN " + s + " IS NULL THEN NULL ELSE FALSE END", row.BoolType, nil
	}
	return "(" + s + " IN (" + strings.Join(set, ", ") + "))", row.BoolType, nil
}

// call prints an operator applied to its arguments.
func (p *printer) call(c row.Call) (string, row.Type, error) {
	op, ok := operators[c.Op]
	if !ok {
		return "", row.Type{}, fmt.Errorf("duckdb: no operator %q", c.Op)
	}
	if len(c.Args) < op.least || op.most >= 0 && len(c.Args) > op.most {
		return "", row.Type{}, fmt.Errorf("duckdb: %s cannot take %d arguments", c.Op, len(c.Args))
	}
	args := make([]typed, len(c.Args))
	for i, a := range c.Args {
		if i == op.plain && op.plain > 0 {
			args[i] = typed{expr: a, late: func() (string, row.Type, error) { return p.expr(a) }}
			continue
		}
		s, t, err := p.expr(a)
		if err != nil {
			return "", row.Type{}, err
		}
		args[i] = typed{sql: s, kind: t, expr: a}
	}
	s, t, err := op.print(p, args)
	if err != nil {
		return "", row.Type{}, fmt.Errorf("duckdb: %s: %w", c.Op, err)
	}
	return s, t, nil
}

// typed is a printed argument.
type typed struct {
	sql  string
	kind row.Type
	expr row.Expr
	late func() (string, row.Type, error) // prints an argument that its operator may not need
}

// comparable refuses comparisons between kinds that have no common order.
func comparable(a, b row.Type) error {
	if a.Kind == b.Kind || number(a) && number(b) || instantLike(a) && instantLike(b) {
		return nil
	}
	return fmt.Errorf("%s and %s cannot be compared", a, b)
}

func number(t row.Type) bool {
	return t.Kind == row.Int || t.Kind == row.Decimal || t.Kind == row.Float
}
func instantLike(t row.Type) bool { return t.Kind == row.Date || t.Kind == row.Time }

// digits gives a number's places before and after the point.
func digits(t row.Type) (whole, scale int) {
	if t.Kind == row.Int {
		return 19, 0
	}
	return t.Precision - t.Scale, t.Scale
}

// common is the type in which two numbers meet without loss where there is one: a decimal
// of up to 38 places, else float.
func common(a, b row.Type) row.Type {
	if a == b {
		return a
	}
	if a.Kind == row.Float || b.Kind == row.Float {
		return row.FloatType
	}
	aw, as := digits(a)
	bw, bs := digits(b)
	w, s := max(aw, bw), max(as, bs)
	if w+s > 38 {
		return row.FloatType
	}
	return row.Type{Kind: row.Decimal, Precision: w + s, Scale: s}
}

func cast(a typed, to row.Type) string {
	if a.kind == to {
		return a.sql
	}
	return "CAST(" + a.sql + " AS " + sqlType(to) + ")"
}
