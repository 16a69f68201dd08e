package duckdb

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Run answers a query over the files of a table. Today is the day of the call, in UTC.
func (d *DB) Run(ctx context.Context, q row.Query, files []lake.File, s row.Schema) (row.Reader, error) {
	sql, args, fields, err := printQuery(q, files, s, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	return d.stream(ctx, sql, args, fields)
}

// stream runs a statement on a connection of its own, which is closed with the reader.
func (d *DB) stream(ctx context.Context, sql string, args []any, fields row.Schema) (row.Reader, error) {
	session, err := d.session()
	if err != nil {
		return nil, err
	}
	r, err := session.query(ctx, sql, args...)
	if err != nil {
		session.close()
		return nil, err
	}
	r.owned = true
	return newReader(ctx, r, fields), nil
}

// printQuery prints a query with its values and the columns it gives.
func printQuery(q row.Query, files []lake.File, s row.Schema, today time.Time) (string, []any, row.Schema, error) {
	places := names(q, query.FileColumn) || names(q, query.PosColumn)
	p := &printer{column: columnsOf(s, places), today: today}
	from, err := p.table(files, s, places)
	if err != nil {
		return "", nil, nil, err
	}
	where := "TRUE"
	if q.Where != nil {
		sql, t, err := p.expr(q.Where)
		if err == nil && t.Kind != row.Bool {
			err = fmt.Errorf("duckdb: a filter gives %s", t)
		}
		if err != nil {
			return "", nil, nil, err
		}
		where = sql
	}
	b := &selection{printer: p, q: q, from: from + " WHERE " + where}
	if len(q.Group) > 0 || aggregates(q.Select) {
		err = b.grouped()
	} else {
		err = b.plain(s)
	}
	if err != nil {
		return "", nil, nil, err
	}
	return b.sql(), p.args, b.fields, nil
}

// selection is a query being printed: an inner projection whose columns are numbered, and
// an outer one over them.
type selection struct {
	*printer
	q      row.Query
	from   string
	inner  []string
	group  []string
	out    []string
	order  []string
	fields row.Schema
}

func aggregates(list []row.Named) bool {
	for _, n := range list {
		if n.Agg != "" {
			return true
		}
	}
	return false
}

// add puts an expression into the inner projection and gives its name and type.
func (b *selection) add(e row.Expr) (string, row.Type, error) {
	sql, t, err := b.expr(e)
	if err != nil {
		return "", t, err
	}
	n := fmt.Sprintf("x%d", len(b.inner))
	b.inner = append(b.inner, sql+" AS "+n)
	return n, t, nil
}

func (b *selection) give(field, sql string, t row.Type) {
	b.out = append(b.out, "CAST("+sql+" AS "+sqlType(t)+") AS "+name(field))
	b.fields = append(b.fields, row.Field{Name: field, Type: t})
}

func (b *selection) plain(s row.Schema) error {
	list := b.q.Select
	if len(list) == 0 {
		for _, f := range s {
			list = append(list, row.Named{Name: f.Name, X: row.Column(f.Name)})
		}
	}
	for _, n := range list {
		x, t, err := b.add(n.X)
		if err != nil {
			return err
		}
		b.give(n.Name, x, t)
	}
	for _, o := range b.q.Order {
		x, _, err := b.add(o.X)
		if err != nil {
			return err
		}
		b.orderBy(x, o.Desc)
	}
	return nil
}

func (b *selection) orderBy(sql string, desc bool) {
	if desc {
		sql += " DESC"
	}
	b.order = append(b.order, sql+" NULLS LAST")
}

// grouped prints aggregates. A plain output must be one of the group's expressions; an
// order may name an output, too.
func (b *selection) grouped() error {
	types := make([]row.Type, len(b.q.Group))
	for i, g := range b.q.Group {
		x, t, err := b.add(g)
		if err != nil {
			return err
		}
		b.group, types[i] = append(b.group, x), t
	}
	printed := map[string]string{}
	for _, n := range b.q.Select {
		sql, t, err := b.output(n, types)
		if err != nil {
			return err
		}
		printed[n.Name] = sql
		b.give(n.Name, sql, t)
	}
	for _, o := range b.q.Order {
		if i := b.place(o.X); i >= 0 {
			b.orderBy(b.group[i], o.Desc)
			continue
		}
		c, ok := o.X.(row.Col)
		sql, known := printed[c.Name]
		if !ok || !known {
			return ungrouped()
		}
		b.orderBy(sql, o.Desc)
	}
	return nil
}

// place finds an expression among those of the group.
func (b *selection) place(e row.Expr) int {
	for i, g := range b.q.Group {
		if reflect.DeepEqual(e, g) {
			return i
		}
	}
	return -1
}

func ungrouped() error {
	return fault.New(fault.Invalid, "query.group", fault.T("分组查询中的列须为分组项或聚合结果", "a column of a grouped query must be grouped or aggregated")).
		Fix(fault.T("请将该列加入分组，或改用聚合", "group by it or aggregate it"))
}

func (b *selection) output(n row.Named, types []row.Type) (string, row.Type, error) {
	if n.Agg == "" {
		if i := b.place(n.X); i >= 0 {
			return b.group[i], types[i], nil
		}
		return "", row.Type{}, ungrouped()
	}
	if n.X == nil {
		if n.Agg != row.Count {
			return "", row.Type{}, fmt.Errorf("duckdb: %s of nothing", n.Agg)
		}
		return "count(*)", row.IntType, nil
	}
	x, t, err := b.add(n.X)
	if err != nil {
		return "", t, err
	}
	return aggregate(n.Agg, x, t)
}

// aggregate prints an aggregate. Sums of integers are decimals of 38 digits, so that they
// cannot overflow.
func aggregate(agg row.Agg, x string, t row.Type) (string, row.Type, error) {
	if (agg == row.Sum || agg == row.Avg) && !number(t) {
		return "", t, fmt.Errorf("duckdb: %s of %s", agg, t)
	}
	switch agg {
	case row.Count:
		return "count(" + x + ")", row.IntType, nil
	case row.CountDistinct:
		return "count(DISTINCT " + x + ")", row.IntType, nil
	case row.Min, row.Max:
		return string(agg) + "(" + x + ")", t, nil
	case row.Avg:
		return "avg(CAST(" + x + " AS DOUBLE))", row.FloatType, nil
	case row.Sum:
		if t.Kind == row.Float {
			return "sum(" + x + ")", t, nil
		}
		_, scale := digits(t)
		return "sum(" + x + ")", row.Type{Kind: row.Decimal, Precision: 38, Scale: scale}, nil
	}
	return "", t, fmt.Errorf("duckdb: no aggregate %q", agg)
}

func (b *selection) sql() string {
	inner := b.inner
	if len(inner) == 0 {
		inner = []string{"1"}
	}
	sql := "SELECT " + strings.Join(b.out, ", ") + " FROM (SELECT " + strings.Join(inner, ", ") + " FROM " + b.from + ")"
	if len(b.group) > 0 {
		sql += " GROUP BY " + strings.Join(b.group, ", ")
	}
	if len(b.order) > 0 {
		sql += " ORDER BY " + strings.Join(b.order, ", ")
	}
	if b.q.Limit > 0 {
		sql += " LIMIT " + b.bind(b.q.Limit)
	}
	if b.q.Offset > 0 {
		sql += " OFFSET " + b.bind(b.q.Offset)
	}
	return sql
}

// names says whether a query speaks of a column.
func names(q row.Query, column string) bool {
	found := false
	var walk func(e row.Expr)
	walk = func(e row.Expr) {
		switch x := e.(type) {
		case row.Col:
			found = found || x.Name == column
		case row.Call:
			for _, a := range x.Args {
				walk(a)
			}
		case row.Try:
			walk(x.X)
		case row.In:
			walk(x.X)
		}
	}
	walk(q.Where)
	for _, n := range q.Select {
		walk(n.X)
	}
	for _, g := range q.Group {
		walk(g)
	}
	for _, o := range q.Order {
		walk(o.X)
	}
	return found
}
