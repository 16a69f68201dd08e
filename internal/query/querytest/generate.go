package querytest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/row"
)

// maker makes expressions of a wanted type.
type maker struct{ *rapid.T }

func (m maker) oneOf(n int) int { return rapid.IntRange(0, n-1).Draw(m.T, "choice") }

func pick[T any](m maker, from []T) T { return from[m.oneOf(len(from))] }

// expr makes an expression of kind k, at most depth calls deep.
func (m maker) expr(k row.Kind, depth int) row.Expr {
	if depth <= 0 || m.oneOf(4) == 0 {
		return m.leaf(k)
	}
	sub := func(k row.Kind) row.Expr { return m.expr(k, depth-1) }
	switch m.oneOf(12) {
	case 0:
		return row.F(row.If, sub(row.Bool), sub(k), sub(k))
	case 1:
		return row.F(row.Coalesce, sub(k), sub(k))
	case 2:
		return row.F(row.NullIf, sub(k), sub(k))
	case 3, 4:
		return row.Try{X: sub(row.Text), To: typeOf(k)}
	}
	switch k {
	case row.Text:
		return m.text(sub)
	case row.Int:
		return m.integer(sub)
	case row.Float:
		return row.F(pick(m, []row.Op{row.Add, row.Sub, row.Div}), sub(pick(m, []row.Kind{row.Int, row.Float, row.Decimal})), sub(row.Float))
	case row.Bool:
		return m.truth(sub)
	case row.Date:
		if m.oneOf(2) == 0 {
			return row.F(row.AddDays, m.leaf(row.Date), row.Num(int64(rapid.IntRange(-5000, 5000).Draw(m.T, "days"))))
		}
		return row.F(row.ParseDate, sub(row.Text), row.Str("%Y-%m-%d|%Y/%m/%d|%Y年%m月%d日|%Y%m%d|%d %b %Y"))
	}
	return m.leaf(k)
}

func typeOf(k row.Kind) row.Type {
	for _, f := range schema {
		if f.Type.Kind == k {
			return f.Type
		}
	}
	return row.Type{Kind: k}
}

func (m maker) leaf(k row.Kind) row.Expr {
	t := typeOf(k)
	if m.oneOf(3) > 0 {
		var of []string
		for _, f := range schema {
			if f.Type.Kind == k {
				of = append(of, f.Name)
			}
		}
		return row.Column(pick(m, of))
	}
	if m.oneOf(8) == 0 {
		return row.Lit{Type: t}
	}
	return row.Lit{Value: m.value(k), Type: t}
}

func (m maker) value(k row.Kind) any {
	switch k {
	case row.Int:
		return pick(m, numbers)
	case row.Float:
		return pick(m, []float64{0, 1, -2.5, 1e10})
	case row.Bool:
		return m.oneOf(2) == 0
	case row.Date:
		return pick(m, []time.Time{day("2022-01-08"), day("2024-02-29"), day("1969-12-31")})
	case row.Time:
		return pick(m, []time.Time{day("2023-11-14").Add(80*time.Minute + 5*time.Microsecond), day("1969-12-31").Add(time.Second)})
	case row.Decimal:
		return nil
	}
	return pick(m, texts)
}

var (
	patterns = []string{"[0-9]+", ".*", "a.b", "[^a]*", `\d{4}-\d{1,2}-\d{1,2}`, "(江|岸)+区?", "(?i)abc", "'", `\\`, "[A-Z]?[a-zé]*"}
	searched = []string{"[0-9]", "[a-z]+", `\s+`, "江岸", "'+"}
	groups   = []string{"([0-9]+)-([0-9]+)", "([a-z])(.)", "(江)(岸)"}
)

func (m maker) text(sub func(row.Kind) row.Expr) row.Expr {
	switch m.oneOf(12) {
	case 0:
		return row.F(pick(m, []row.Op{row.Upper, row.Lower}), sub(row.Text))
	case 1:
		return row.F(row.Trim, sub(row.Text))
	case 2:
		return row.F(row.Replace, sub(row.Text), sub(row.Text), sub(row.Text))
	case 3:
		return row.F(row.Translate, sub(row.Text), row.Str(pick(m, []string{"０１２ｘ", "aa'", "江é-"})), row.Str(pick(m, []string{"", "012x", "xy"})))
	case 4, 5:
		return row.F(row.Concat, sub(row.Text), sub(row.Text))
	case 6:
		return row.F(row.Extract, sub(row.Text), row.Str(pick(m, groups)), row.Num(int64(m.oneOf(3))))
	case 7:
		return row.F(row.RegReplace, sub(row.Text), row.Str(pick(m, searched)), row.Str(pick(m, []string{"", "x", `<\0>`, "$1"})))
	case 8:
		return row.F(row.Substr, sub(row.Text), row.Num(int64(m.oneOf(5))), row.Num(int64(m.oneOf(5))))
	case 9:
		return row.F(row.Substr, sub(row.Text), sub(row.Int), sub(row.Int))
	}
	return row.F(row.ToText, sub(pick(m, []row.Kind{row.Int, row.Decimal, row.Float, row.Bool, row.Date, row.Time, row.Text})))
}

func (m maker) integer(sub func(row.Kind) row.Expr) row.Expr {
	switch m.oneOf(4) {
	case 0:
		return row.F(row.Length, sub(row.Text))
	case 1:
		return row.F(row.Sub, m.leaf(row.Date), m.leaf(row.Date))
	}
	return row.F(pick(m, []row.Op{row.Add, row.Sub, row.Mul}), sub(row.Int), sub(row.Int))
}

func (m maker) truth(sub func(row.Kind) row.Expr) row.Expr {
	kinds := []row.Kind{row.Text, row.Int, row.Decimal, row.Float, row.Bool, row.Date, row.Time}
	switch m.oneOf(10) {
	case 0, 1:
		return row.F(pick(m, []row.Op{row.And, row.Or}), sub(row.Bool), sub(row.Bool))
	case 2:
		return row.F(row.Not, sub(row.Bool))
	case 3:
		return row.F(pick(m, []row.Op{row.IsNull, row.NotNull}), sub(pick(m, kinds)))
	case 4:
		return row.F(row.Matches, sub(row.Text), row.Str(pick(m, patterns)))
	case 5:
		return row.F(row.StartsWith, sub(row.Text), sub(row.Text))
	case 6:
		return m.membership(sub)
	case 7:
		return row.F(row.HasBits, sub(row.Int), sub(row.Int))
	}
	k := pick(m, kinds)
	other := k
	if k == row.Int || k == row.Float || k == row.Decimal {
		other = pick(m, []row.Kind{row.Int, row.Decimal, row.Float})
	}
	return row.F(pick(m, []row.Op{row.Eq, row.Ne, row.Lt, row.Le, row.Gt, row.Ge}), sub(k), sub(other))
}

func (m maker) membership(sub func(row.Kind) row.Expr) row.Expr {
	k := pick(m, []row.Kind{row.Text, row.Int, row.Date})
	var set []row.Lit
	for range m.oneOf(4) {
		set = append(set, row.Lit{Value: m.value(k), Type: typeOf(k)})
	}
	if m.oneOf(4) == 0 {
		set = append(set, row.Lit{Type: typeOf(k)})
	}
	return row.In{X: sub(k), Set: set}
}

var kinds = []row.Kind{row.Text, row.Text, row.Int, row.Decimal, row.Float, row.Bool, row.Date, row.Time}

// query makes a query whose answer does not depend on the order of ties.
func (m maker) query() row.Query {
	var q row.Query
	if m.oneOf(3) > 0 {
		q.Where = m.expr(row.Bool, 3)
	}
	if m.oneOf(3) == 0 {
		m.grouped(&q)
	} else {
		for i := range 1 + m.oneOf(3) {
			q.Select = append(q.Select, row.Named{Name: names[i], X: m.expr(pick(m, kinds), 3)})
		}
		for _, n := range q.Select {
			q.Order = append(q.Order, row.Order{X: n.X, Desc: m.oneOf(2) == 0})
		}
	}
	if m.oneOf(2) == 0 {
		q.Limit, q.Offset = m.oneOf(20), m.oneOf(10)
	}
	return q
}

var names = []string{`o"ut`, "from", "列"}

func (m maker) grouped(q *row.Query) {
	for i := range m.oneOf(3) {
		q.Group = append(q.Group, m.expr(pick(m, []row.Kind{row.Text, row.Int, row.Bool, row.Date}), 2))
		q.Select = append(q.Select, row.Named{Name: names[i], X: q.Group[i]})
		q.Order = append(q.Order, row.Order{X: q.Group[i], Desc: m.oneOf(2) == 0})
	}
	agg := row.Named{Name: "agg", Agg: pick(m, []row.Agg{row.Count, row.CountDistinct, row.Min, row.Max, row.Sum, row.Avg})}
	switch agg.Agg {
	case row.Sum:
		agg.X = m.expr(pick(m, []row.Kind{row.Int, row.Decimal}), 1)
	case row.Avg:
		agg.X = row.Column(pick(m, []string{"d'ec", "f;--"}))
	case row.Count:
		if m.oneOf(2) == 0 {
			agg.X = m.expr(pick(m, kinds), 2)
		}
	default:
		agg.X = m.expr(pick(m, []row.Kind{row.Text, row.Int, row.Decimal, row.Date, row.Time}), 2)
	}
	q.Select = append(q.Select, agg)
}
