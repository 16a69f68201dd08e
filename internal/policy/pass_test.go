package policy_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/row"
)

var money = row.Type{Kind: row.Decimal, Precision: 18, Scale: 2}

// wide is a directory with an item of every type.
func wide() policy.Directory {
	return policy.Directory{Name: "wide", Office: "rsj", Share: "conditional", Items: []policy.Item{
		{Name: "n", Type: row.IntType}, {Name: "t", Type: row.TextType}, {Name: "place", Type: row.TextType},
		{Name: "d", Type: money}, {Name: "f", Type: row.FloatType}, {Name: "b", Type: row.BoolType},
		{Name: "day", Type: row.DateType}, {Name: "at", Type: row.TimeType}, {Name: "n2", Type: row.IntType},
	}}
}

func schemaOf(d policy.Directory) (s row.Schema) {
	for _, it := range d.Items {
		s = append(s, row.Field{Name: it.Name, Type: it.Type})
	}
	return s
}

// writtenValues are values that meet in cells and in rules, so that comparisons are close.
var writtenValues = map[row.Kind][]string{
	row.Text:    {"", " ", "'", "a", "ab", "A", "é", "江", "江岸", "420102", "420102001001", "4201\x00", "%", "_", "420103000000", "42010200"},
	row.Int:     {"0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808"},
	row.Decimal: {"0", "0.01", "-0.01", "1.5", "9999999999999999.99", "-3"},
	row.Float:   {"0", "-0", "1.5", "-1e300", "0.1"},
	row.Bool:    {"true", "false"},
	row.Date:    {"1956-03-12", "1969-12-31", "1970-01-01", "0001-01-01", "2026-11-20"},
	row.Time:    {"1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2026-11-20T06:32:00.000001Z", "2026-11-20T14:32:00.000001+08:00"},
}

// cellOf is a written value as a cell.
func cellOf(t *testing.T, v string, ty row.Type) any {
	var out any
	var err error
	switch ty.Kind {
	case row.Int:
		var n int64
		_, err = fmt.Sscan(v, &n)
		out = n
	case row.Float:
		var f float64
		_, err = fmt.Sscan(v, &f)
		out = f
	case row.Bool:
		out = v == "true"
	case row.Date:
		out, err = time.Parse(time.DateOnly, v)
	case row.Time:
		out, err = time.Parse(time.RFC3339Nano, v)
	default:
		out = v
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sheet mixes the values of every column, NULLs, NaN and infinity.
func sheet(t *testing.T, s row.Schema) (rows [][]any) {
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range 150 {
		cells := make([]any, len(s))
		for c, f := range s {
			from := writtenValues[f.Type.Kind]
			if at := dice.IntN(len(from) + 1); at < len(from) {
				cells[c] = cellOf(t, from[at], f.Type)
			}
			if f.Type.Kind == row.Float && i%17 == 3 {
				cells[c] = math.NaN()
			}
			if f.Type.Kind == row.Float && i%17 == 4 {
				cells[c] = math.Inf(1)
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

// parquet writes rows as Parquet and opens an engine over it.
func parquet(t *testing.T, s row.Schema, rows [][]any) (*duckdb.DB, []lake.File) {
	t.Helper()
	dir := t.TempDir()
	b := array.NewRecordBuilder(memory.DefaultAllocator, s.Arrow())
	for _, cells := range rows {
		for c, v := range cells {
			put(t, b.Field(c), v)
		}
	}
	path := filepath.Join(dir, "rows.parquet")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(s.Arrow(), file, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(b.NewRecordBatch()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(context.Background(), duckdb.Options{Memory: "500MB", Threads: 1, Temp: t.TempDir(), Allow: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, []lake.File{{Path: path, Rows: int64(len(rows))}}
}

func put(t *testing.T, b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Date32Builder:
		b.Append(arrow.Date32FromTime(v.(time.Time)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.(time.Time).UnixMicro()))
	case *array.Decimal128Builder:
		n, err := decimal128.FromString(v.(string), 18, 2)
		if err != nil {
			t.Fatal(err)
		}
		b.Append(n)
	default:
		t.Fatalf("no cell of %T", b)
	}
}

// TestEngineAndGoAgree: a grant lets through the same rows with the same cells, whether an
// engine evaluates its filter or Go does.
func TestEngineAndGoAgree(t *testing.T) {
	d := wide()
	s := schemaOf(d)
	rows := sheet(t, s)
	db, files := parquet(t, s, rows)
	passed, stopped := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		g := grant(d)
		g.Items = nil
		for _, it := range d.Items {
			g.Items = append(g.Items, policy.GrantItem{Item: it.Name})
		}
		g.Rows = drawRows(r, d)
		dec := policy.Compile(g, d, noon, salt)
		if !dec.Allow {
			r.Fatalf("a right grant denies: %v of %+v", dec.Err(), g.Rows)
		}
		lens, err := dec.Over(s)
		if err != nil {
			r.Fatal(err)
		}
		got, err := query.Values(context.Background(), db, row.Query{Select: dec.Select(), Where: dec.Where()}, files, s)
		if err != nil {
			r.Fatal(err)
		}
		var want [][]any
		for _, cells := range rows {
			if shown, ok := lens.Row(cells); ok {
				want = append(want, shown)
			}
		}
		if a, b := show(got), show(want); !reflect.DeepEqual(a, b) {
			r.Fatalf("the engine gives %d rows, Go %d, of %+v", len(a), len(b), g.Rows)
		}
		passed, stopped = passed+len(want), stopped+len(rows)-len(want)
	})
	if passed == 0 || stopped == 0 {
		t.Errorf("%d rows passed and %d were stopped: the filters try nothing", passed, stopped)
	}
}

func drawRows(r *rapid.T, d policy.Directory) policy.Rows {
	if rapid.IntRange(0, 20).Draw(r, "all") == 0 {
		return policy.Rows{All: true}
	}
	var out policy.Rows
	for range rapid.IntRange(1, 3).Draw(r, "rules") {
		it := rapid.SampledFrom(d.Items).Draw(r, "item")
		ops := []policy.RowOp{policy.RowEq, policy.RowIn, policy.RowGe, policy.RowLe}
		values := writtenValues[it.Type.Kind]
		switch {
		case it.Type.Kind == row.Bool:
			ops = ops[:2]
		case it.Type.Kind == row.Text && rapid.Bool().Draw(r, "under"):
			ops, values = []policy.RowOp{policy.RowUnder}, []string{"420102", "420102001001", "420000000000", "420103", "110000"}
		}
		rule := policy.RowRule{Item: it.Name, Op: rapid.SampledFrom(ops).Draw(r, "op")}
		n := 1
		if rule.Op == policy.RowIn || rule.Op == policy.RowUnder {
			n = rapid.IntRange(1, 4).Draw(r, "n")
		}
		for range n {
			rule.Values = append(rule.Values, rapid.SampledFrom(values).Draw(r, "value"))
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

// show writes rows so that equal ones are written alike.
func show(rows [][]any) []string {
	out := []string{}
	for _, cells := range rows {
		line := ""
		for i, v := range cells {
			switch x := v.(type) {
			case time.Time:
				v = x.UnixMicro()
			case string:
				if i == 3 { // the decimal, which an engine writes with its scale
					var f float64
					_, _ = fmt.Sscan(x, &f)
					v = fmt.Sprintf("%.2f", f)
				}
			case float64:
				v = fmt.Sprint(x + 0)
			}
			line += fmt.Sprintf("%q|", fmt.Sprint(v))
		}
		out = append(out, line)
	}
	return out
}

// TestLensFailsClosed: what the filter cannot judge is not shown.
func TestLensFailsClosed(t *testing.T) {
	d := wide()
	g := grant(d)
	g.Items = []policy.GrantItem{{Item: "n"}}
	g.Rows = policy.Rows{Rules: []policy.RowRule{{Item: "n", Op: policy.RowGe, Values: []string{"0"}}}}
	dec := policy.Compile(g, d, noon, salt)
	lens, err := dec.Over(schemaOf(d))
	if err != nil {
		t.Fatal(err)
	}
	for name, cells := range map[string][]any{
		"NULL": {nil}, "another type": {"5"}, "a float": {5.0}, "no cells": {}, "below": {int64(-1)},
	} {
		if _, ok := lens.Row(cells); ok {
			t.Errorf("%s passed", name)
		}
	}
	if got, ok := lens.Row([]any{int64(5)}); !ok || got[0] != int64(5) {
		t.Errorf("5: %v %v", got, ok)
	}
	if _, ok := (policy.Lens{}).Row([]any{int64(5)}); ok {
		t.Error("the zero lens shows a row")
	}
	for name, s := range map[string]row.Schema{
		"without the column": {{Name: "m", Type: row.IntType}}, "of another type": {{Name: "n", Type: row.TextType}}, "empty": nil,
	} {
		if _, err := dec.Over(s); err == nil {
			t.Errorf("a table %s was taken", name)
		}
	}
	for name, e := range map[string]row.Expr{
		"not":              row.F(row.Not, row.Lit{Value: false, Type: row.BoolType}),
		"a bare column":    row.Column("b"),
		"two columns":      row.F(row.Eq, row.Column("n"), row.Column("n2")),
		"types that mix":   row.F(row.Ge, row.Column("n"), row.Lit{Value: 1.0, Type: row.FloatType}),
		"something inside": row.F(row.Or, row.F(row.IsNull, row.Column("n"))),
		"nothing":          nil,
	} {
		other := dec
		if other.Rows = e; e == nil {
			if other.Where() != row.Expr(row.Lit{Value: false, Type: row.BoolType}) {
				t.Error("no filter reads every row")
			}
			continue
		}
		if _, err := other.Over(schemaOf(d)); err == nil {
			t.Errorf("a filter of %s was taken", name)
		}
	}
}
