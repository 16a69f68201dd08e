// Package querytest is what every engine must pass: a slow, plain reference of row.Query
// and row.Expr, and generated queries over nasty names and values compared with it.
package querytest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Run checks an engine; open gives one that may read files in dir.
func Run(t *testing.T, open func(t *testing.T, dir string) query.Engine) {
	dir := t.TempDir()
	e := open(t, dir)
	files, rows := table(t, dir)
	c := &check{engine: e, files: files, rows: rows}
	t.Run("generated queries", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			q := maker{r}.query()
			if msg := c.differs(q); msg != "" {
				r.Fatalf("%s\nof %s", msg, describe(q))
			}
		})
	})
	t.Run("whole table", func(t *testing.T) { c.must(t, row.Query{Order: everything()}) })
	t.Run("no files", func(t *testing.T) {
		none := &check{engine: e}
		none.must(t, row.Query{})
		none.must(t, row.Query{Select: []row.Named{{Name: "n", Agg: row.Count}}})
	})
	t.Run("places", func(t *testing.T) { checkPlaces(t, e, files) })
	t.Run("refusals", func(t *testing.T) { refusals(t, e, files) })
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := e.Run(ctx, row.Query{}, files, schema); err == nil {
			t.Error("a cancelled query ran")
		}
	})
}

type check struct {
	engine query.Engine
	files  []lake.File
	rows   [][]any
}

func everything() (out []row.Order) {
	for _, f := range schema {
		out = append(out, row.Order{X: row.Column(f.Name)})
	}
	return out
}

func (c *check) must(t *testing.T, q row.Query) {
	t.Helper()
	if msg := c.differs(q); msg != "" {
		t.Error(msg)
	}
}

// differs runs a query both ways and says where the answers differ.
func (c *check) differs(q row.Query) string {
	today := date(time.Now().UTC().Unix() / 86400)
	want := answer(q, schema, c.rows, today)
	r, err := c.engine.Run(context.Background(), q, c.files, schema)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	n := 0
	for r.Next() {
		rec := r.Record()
		for i := range int(rec.NumRows()) {
			if n >= len(want) {
				return fmt.Sprintf("more than %d rows", len(want))
			}
			for k, w := range want[n] {
				got := typed{take(rec.Column(k), i, w.t), w.t}
				if show(got) != show(w) {
					return fmt.Sprintf("row %d column %d: %q, want %q (%s)", n, k, show(got), show(w), w.t)
				}
			}
			n++
		}
	}
	if err := r.Err(); err != nil {
		return err.Error()
	}
	if n != len(want) {
		return fmt.Sprintf("%d rows, want %d", n, len(want))
	}
	return ""
}

// checkPlaces checks that rows have names by which they can be asked for again.
func checkPlaces(t *testing.T, e query.Engine, files []lake.File) {
	ctx := context.Background()
	q := row.Query{Select: []row.Named{{Name: "f", X: row.Column(query.FileColumn)}, {Name: "p", X: row.Column(query.PosColumn)}, {Name: "n", X: row.Column("数 量")}},
		Where: row.F(row.Ge, row.Column(query.PosColumn), row.Num(35)), Order: []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}}
	all, err := query.Values(ctx, e, q, files, schema)
	if err != nil || len(all) != 14 {
		t.Fatal(len(all), err)
	}
	for _, v := range all {
		q.Where = query.AnyOf([]query.Pos{{File: v[0].(string), Pos: v[1].(int64)}})
		one, err := query.Values(ctx, e, q, files, schema)
		if err != nil || len(one) != 1 || fmt.Sprint(one[0]) != fmt.Sprint(v) {
			t.Errorf("%v, %v", one, err)
		}
	}
}

func refusals(t *testing.T, e query.Engine, files []lake.File) {
	for name, q := range map[string]row.Query{
		"no such column":       {Select: []row.Named{{Name: "x", X: row.Column("x")}}},
		"quoted out":           {Select: []row.Named{{Name: "x", X: row.Column(`te"xt" FROM t; --`)}}},
		"a filter of text":     {Where: row.Str("true")},
		"text and number":      {Where: row.F(row.Eq, row.Column("select"), row.Num(1))},
		"no such operator":     {Where: row.F("drop", row.Num(1))},
		"too few arguments":    {Where: row.F(row.Eq, row.Num(1))},
		"neither grouped":      {Group: []row.Expr{row.Column("select")}, Select: []row.Named{{Name: "x", X: row.Column("数 量")}}},
		"a sum of texts":       {Select: []row.Named{{Name: "x", Agg: row.Sum, X: row.Column("select")}}},
		"no such aggregate":    {Select: []row.Named{{Name: "x", Agg: "drop", X: row.Column("select")}}},
		"a group out of range": {Select: []row.Named{{Name: "x", X: row.F(row.Extract, row.Column("select"), row.Str("(a)"), row.Num(12))}}},
	} {
		r, err := e.Run(context.Background(), q, files, schema)
		if err == nil {
			_ = r.Close()
			t.Errorf("%s was accepted", name)
		} else if f := fault.From(err); f.Kind == fault.Invalid && f.Remedy.ZH == "" {
			t.Errorf("%s: no remedy: %v", name, err)
		}
	}
}

func describe(q row.Query) string {
	return strings.ReplaceAll(fmt.Sprintf("%+v", q), "github.com/chengshu/chengshu/internal/", "")
}
