package querytest

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sort"
	"strings"

	"github.com/chengshu/chengshu/internal/row"
)

// answer is the slow, plain meaning of row.Query over rows.
func answer(q row.Query, s row.Schema, rows [][]any, today date) [][]typed {
	var scopes []*scope
	for _, cells := range rows {
		sc := &scope{s, cells, today}
		if q.Where == nil || sc.eval(q.Where).v == true {
			scopes = append(scopes, sc)
		}
	}
	out := single(q, s, scopes)
	if len(q.Group) > 0 || aggregated(q.Select) {
		out = grouped(q, s, scopes, today)
	}
	sort.SliceStable(out, func(a, b int) bool { return before(q.Order, out[a].keys, out[b].keys) })
	var cells [][]typed
	for i, l := range out {
		if i >= q.Offset && (q.Limit == 0 || i < q.Offset+q.Limit) {
			cells = append(cells, l.cells)
		}
	}
	return cells
}

// line is one row of an answer with the keys of its order.
type line struct{ cells, keys []typed }

func aggregated(list []row.Named) bool {
	for _, n := range list {
		if n.Agg != "" {
			return true
		}
	}
	return false
}

func single(q row.Query, s row.Schema, scopes []*scope) (out []line) {
	list := q.Select
	if len(list) == 0 {
		for _, f := range s {
			list = append(list, row.Named{Name: f.Name, X: row.Column(f.Name)})
		}
	}
	if aggregated(list) {
		return nil
	}
	for _, sc := range scopes {
		var l line
		for _, n := range list {
			l.cells = append(l.cells, sc.eval(n.X))
		}
		for _, o := range q.Order {
			l.keys = append(l.keys, sc.eval(o.X))
		}
		out = append(out, l)
	}
	return out
}

func grouped(q row.Query, s row.Schema, scopes []*scope, today date) (out []line) {
	groups, names := map[string][]*scope{}, []string{}
	for _, sc := range scopes {
		var k []string
		for _, g := range q.Group {
			k = append(k, show(sc.eval(g)))
		}
		key := strings.Join(k, "\x00|")
		if groups[key] == nil {
			names = append(names, key)
		}
		groups[key] = append(groups[key], sc)
	}
	if len(q.Group) == 0 {
		names, groups = []string{""}, map[string][]*scope{"": scopes}
	}
	for _, name := range names {
		in := groups[name]
		one := &scope{s, make([]any, len(s)), today}
		if len(in) > 0 {
			one = in[0]
		}
		var l line
		for _, n := range q.Select {
			if n.Agg == "" {
				l.cells = append(l.cells, one.eval(n.X))
				continue
			}
			l.cells = append(l.cells, aggregate(n, in, one))
		}
		for _, o := range q.Order {
			l.keys = append(l.keys, groupKey(q, o.X, l, one))
		}
		out = append(out, l)
	}
	return out
}

func groupKey(q row.Query, x row.Expr, l line, one *scope) typed {
	for _, g := range q.Group {
		if reflect.DeepEqual(g, x) {
			return one.eval(x)
		}
	}
	for i, n := range q.Select {
		if c, ok := x.(row.Col); ok && c.Name == n.Name {
			return l.cells[i]
		}
	}
	panic("an order that is neither grouped nor selected")
}

func aggregate(n row.Named, in []*scope, one *scope) typed {
	if n.X == nil {
		return typed{int64(len(in)), row.IntType}
	}
	t := one.eval(n.X).t
	var vs []any
	distinct := map[string]bool{}
	for _, sc := range in {
		if v := sc.eval(n.X); v.v != nil {
			vs = append(vs, v.v)
			distinct[show(v)] = true
		}
	}
	switch n.Agg {
	case row.Count:
		return typed{int64(len(vs)), row.IntType}
	case row.CountDistinct:
		return typed{int64(len(distinct)), row.IntType}
	}
	switch {
	case n.Agg == row.Avg:
		t = row.FloatType
	case n.Agg == row.Sum && t.Kind == row.Int:
		t = row.Type{Kind: row.Decimal, Precision: 38}
	case n.Agg == row.Sum && t.Kind == row.Decimal:
		t = row.Type{Kind: row.Decimal, Precision: 38, Scale: t.Scale}
	}
	if len(vs) == 0 {
		return typed{nil, t}
	}
	return typed{fold(n.Agg, vs), t}
}

func fold(agg row.Agg, vs []any) any {
	best, sum, f := vs[0], new(big.Rat), 0.0
	for _, v := range vs {
		if c := order(v, best); agg == row.Min && c < 0 || agg == row.Max && c > 0 {
			best = v
		}
		if agg == row.Sum || agg == row.Avg {
			f += float(v)
			if _, ok := v.(float64); !ok {
				sum.Add(sum, exact(v))
			}
		}
	}
	switch _, isFloat := vs[0].(float64); {
	case agg == row.Avg:
		return f / float64(len(vs))
	case agg == row.Sum && isFloat:
		return f
	case agg == row.Sum:
		return sum
	}
	return best
}

// before is the order of an answer: NULLs last, whatever the direction.
func before(by []row.Order, a, b []typed) bool {
	for i, o := range by {
		x, y := a[i].v, b[i].v
		switch {
		case x == nil && y == nil:
			continue
		case x == nil || y == nil:
			return y == nil
		}
		if c := order(x, y); c != 0 {
			return c < 0 != o.Desc
		}
	}
	return false
}

// show writes a value so that equal ones are written alike; floats lose their last digits,
// since sums depend on their order.
func show(v typed) string {
	switch x := v.v.(type) {
	case nil:
		return "∅"
	case *big.Rat:
		return x.RatString()
	case float64:
		if x == 0 {
			x = math.Abs(x)
		}
		return fmt.Sprintf("%.10g", x)
	}
	return fmt.Sprintf("%v", v.v)
}
