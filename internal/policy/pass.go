package policy

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// truth is one of SQL's three; the zero value is no.
type truth int8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// tester makes a Go function of a row filter. It knows what row rules compile to: and, or,
// eq, ge, le, starts_with, in and constants, over columns and constants of one type. All
// else is an error, never a yes. A cell that is not of its column's type is unknown, as
// NULL is.
func tester(e row.Expr, s row.Schema) (func(cells []any) truth, error) {
	switch x := e.(type) {
	case row.Lit:
		b, ok := x.Value.(bool)
		return func([]any) truth { return truthOf(ok && b) }, nil
	case row.In:
		return membership(x, s)
	case row.Call:
		switch x.Op {
		case row.And, row.Or:
			return junction(x, s)
		case row.Eq, row.Ge, row.Le, row.StartsWith:
			return comparison(x, s)
		}
	}
	return nil, fmt.Errorf("policy: %T is no row filter", e)
}

func junction(c row.Call, s row.Schema) (func([]any) truth, error) {
	parts := make([]func([]any) truth, len(c.Args))
	for i, a := range c.Args {
		var err error
		if parts[i], err = tester(a, s); err != nil {
			return nil, err
		}
	}
	if c.Op == row.And {
		return func(cells []any) truth {
			t := yes
			for _, p := range parts {
				t = min(t, p(cells))
			}
			return t
		}, nil
	}
	return func(cells []any) truth {
		t := no
		for _, p := range parts {
			t = max(t, p(cells))
		}
		return t
	}, nil
}

func comparison(c row.Call, s row.Schema) (func([]any) truth, error) {
	if len(c.Args) != 2 {
		return nil, fmt.Errorf("policy: %s of %d arguments", c.Op, len(c.Args))
	}
	at, t, err := column(c.Args[0], s)
	if err != nil {
		return nil, err
	}
	l, ok := c.Args[1].(row.Lit)
	if !ok || l.Type != t {
		return nil, fmt.Errorf("policy: %s compares column %s with something of another type", c.Op, s[at].Name)
	}
	want, known := valueOf(l.Value, t)
	if c.Op == row.StartsWith && t.Kind != row.Text {
		return nil, fmt.Errorf("policy: starts_with of %s", t)
	}
	op := c.Op
	return func(cells []any) truth {
		have, ok := cell(cells, at, t)
		if !ok || !known {
			return unknown
		}
		switch op {
		case row.StartsWith:
			return truthOf(strings.HasPrefix(have.text, want.text))
		case row.Ge:
			return truthOf(order(have, want, t.Kind) >= 0)
		case row.Le:
			return truthOf(order(have, want, t.Kind) <= 0)
		}
		return truthOf(order(have, want, t.Kind) == 0)
	}, nil
}

func membership(x row.In, s row.Schema) (func([]any) truth, error) {
	at, t, err := column(x.X, s)
	if err != nil {
		return nil, err
	}
	var set []value
	for _, l := range x.Set {
		if l.Type != t {
			return nil, fmt.Errorf("policy: column %s among values of another type", s[at].Name)
		}
		if v, ok := valueOf(l.Value, t); ok {
			set = append(set, v)
		}
	}
	return func(cells []any) truth {
		have, ok := cell(cells, at, t)
		if !ok {
			return unknown
		}
		for _, w := range set {
			if order(have, w, t.Kind) == 0 {
				return yes
			}
		}
		return no
	}, nil
}

func column(e row.Expr, s row.Schema) (int, row.Type, error) {
	c, ok := e.(row.Col)
	if !ok || c.Clean {
		return 0, row.Type{}, fmt.Errorf("policy: %T is no column", e)
	}
	at := index(s, c.Name)
	if at < 0 {
		return 0, row.Type{}, fmt.Errorf("policy: no column %s in the table", c.Name)
	}
	return at, s[at].Type, nil
}

// value is a cell ready to be compared: one of its fields, by the type's kind.
type value struct {
	text string
	n    int64 // also of bool, date (days) and time (microseconds)
	f    float64
	dec  *big.Rat
}

func cell(cells []any, at int, t row.Type) (value, bool) {
	if at >= len(cells) {
		return value{}, false
	}
	return valueOf(cells[at], t)
}

func valueOf(v any, t row.Type) (value, bool) {
	switch v := v.(type) {
	case string:
		if t.Kind == row.Decimal {
			r, ok := new(big.Rat).SetString(v)
			return value{dec: r}, ok
		}
		return value{text: v}, t.Kind == row.Text
	case int64:
		return value{n: v}, t.Kind == row.Int
	case float64:
		return value{f: v}, t.Kind == row.Float
	case bool:
		return value{n: int64(truthOf(v))}, t.Kind == row.Bool
	case time.Time:
		if t.Kind == row.Date {
			return value{n: int64(math.Floor(float64(v.Unix()) / 86400))}, true
		}
		return value{n: v.UnixMicro()}, t.Kind == row.Time
	}
	return value{}, false
}

// order compares as the engines do: texts byte by byte; NaN equals itself and is above all.
func order(a, b value, k row.Kind) int {
	switch k {
	case row.Text:
		return strings.Compare(a.text, b.text)
	case row.Decimal:
		return a.dec.Cmp(b.dec)
	case row.Float:
		if math.IsNaN(a.f) || math.IsNaN(b.f) {
			return int(truthOf(math.IsNaN(a.f))) - int(truthOf(math.IsNaN(b.f)))
		}
		return cmp.Compare(a.f, b.f)
	}
	return cmp.Compare(a.n, b.n)
}
