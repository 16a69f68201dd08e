package duckdb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/row"
)

var (
	_ query.Engine   = (*duckdb.DB)(nil)
	_ query.Judge    = (*duckdb.DB)(nil)
	_ lake.Positions = (*duckdb.DB)(nil)
)

var ctx = context.Background()

// bench is an engine and the folders of one load.
type bench struct {
	*testing.T
	db  *duckdb.DB
	dir string
}

func setUp(t *testing.T) *bench { return setUpWith(t, "500MB") }

func setUpWith(t *testing.T, memory string) *bench {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{"good", "bad", "temp"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	db, err := duckdb.Open(ctx, duckdb.Options{Memory: memory, Threads: 2, Temp: filepath.Join(dir, "temp"), Allow: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &bench{t, db, dir}
}

func (b *bench) file(name, content string) string {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// governed is a load of text columns; its rules are added by the tests.
func (b *bench) governed(content string, items ...string) query.Governed {
	g := query.Governed{
		Input: query.Input{Format: "csv", Files: []string{b.file("in.csv", content)}, Columns: items, Delim: ",", Quote: `"`, Escape: `"`},
		Words: 1, Reject: []int64{-1 & (1<<63 - 1)}, Batch: "b1", Ruleset: 7,
		Good: filepath.Join(b.dir, "good"), Bad: filepath.Join(b.dir, "bad"),
		Today: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	for _, n := range items {
		g.Types = append(g.Types, row.Field{Name: n, Type: row.TextType})
	}
	return g
}

func (b *bench) govern(g query.Governed) query.Outcome {
	b.Helper()
	o, err := b.db.Govern(ctx, g, nil)
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// rows reads files as lines of "|" between cells, sorted.
func (b *bench) rows(paths []string, g query.Governed, columns ...string) []string {
	b.Helper()
	if len(paths) == 0 {
		return nil
	}
	var files []lake.File
	for _, p := range paths {
		files = append(files, lake.File{Path: p})
	}
	return b.read(files, query.Table(g.Types, g.Words), columns...)
}

func (b *bench) read(files []lake.File, s row.Schema, columns ...string) []string {
	b.Helper()
	var q row.Query
	for _, c := range columns {
		q.Select = append(q.Select, row.Named{Name: c, X: row.Column(c)})
	}
	values, err := query.Values(ctx, b.db, q, files, s)
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for _, v := range values {
		var cells []string
		for _, c := range v {
			cells = append(cells, show(c))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	sort.Strings(out)
	return out
}

func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "∅"
	case []*string:
		var parts []string
		for _, p := range v {
			if p == nil {
				parts = append(parts, "∅")
			} else {
				parts = append(parts, *p)
			}
		}
		return "[" + strings.Join(parts, ";") + "]"
	case time.Time:
		return v.Format("2006-01-02")
	}
	return fmt.Sprint(v)
}

func (b *bench) same(what string, got, want any) {
	b.Helper()
	if !reflect.DeepEqual(got, want) {
		b.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// one makes a kernel that marks texts.
func one(broken func(s string) bool) row.Kernel {
	return func(args []row.Texts, n int, bit uint64, out []uint64) {
		for i := range n {
			if b, ok := args[0].At(i); ok && broken(string(b)) {
				out[i] |= bit
			}
		}
	}
}

func TestGoodAndBadApart(t *testing.T) {
	b := setUp(t)
	g := b.governed("姓名,号码,日期,金额\n"+
		" 张三 ,11,2020-01-31,1.50\n"+
		"\"李,\"\"四\"\"\n名\",1x,2020-02-30,2\n"+
		",,,\n"+
		"王五,12,2021-05-06,12345678901234567890\n", "name", "no", "day", "sum")
	g.Skip = 1
	g.Types[2].Type = row.DateType
	g.Types[3].Type = row.Type{Kind: row.Decimal, Precision: 18, Scale: 2}
	g.Clean = []row.Named{{Name: "name", X: row.F(row.Trim, row.Column("name"))}}
	g.Dirty = []query.Dirty{{Item: "name", Kernel: one(func(s string) bool { return strings.TrimSpace(s) != s })}}
	g.Checks = []query.Check{
		{Bit: 1, Kernel: one(func(s string) bool { return strings.Contains(s, "x") }), Args: []string{"no"}},
		{Bit: 2, Broken: row.F(row.And, row.F(row.NotNull, row.CleanText("day")), row.F(row.IsNull, row.Column("day")))},
		{Bit: 3, Broken: row.F(row.And, row.F(row.NotNull, row.CleanText("sum")), row.F(row.IsNull, row.Column("sum")))},
		{Bit: 4, Broken: row.F(row.Gt, row.Column("day"), row.F(row.Today))},
	}
	o := b.govern(g)
	b.same("rows", []int64{o.In, o.Good, o.Bad, o.Unparsed}, []int64{4, 2, 2, 0})
	b.same("counts", o.Counts[:5], []int64{0, 1, 1, 1, 0})
	b.same("good", b.rows(o.GoodFiles, g, "name", "no", "day", "sum", "_batch", "_ruleset", "_broken0", "_raw"),
		[]string{"∅|∅|∅|∅|b1|7|0|∅", "张三|11|2020-01-31|1.50|b1|7|0|∅"})
	b.same("bad", b.rows(o.BadFiles, g, "name", "no", "day", "sum", "_broken0", "_raw"),
		[]string{"李,\"四\"\n名|1x|∅|2.00|6|[李,\"四\"\n名;1x;2020-02-30;2]", "王五|12|2021-05-06|∅|8|[王五;12;2021-05-06;12345678901234567890]"})
}

func TestColumnsAreMatchedToItems(t *testing.T) {
	b := setUp(t)
	g := b.governed("1,2,3,4\n", "c", "a", "b")
	g.Columns = []string{"b", "", "a", "b"}
	g.Checks = []query.Check{{Bit: 1, Kernel: one(func(string) bool { return true }), Args: []string{"a"}}}
	g.BadBatch = "parent"
	o := b.govern(g)
	b.same("bad", b.rows(o.BadFiles, g, "a", "b", "c", "_raw", "_batch"), []string{"3|1|∅|[∅;3;1]|parent"})
	b.same("good files", o.GoodFiles, []string(nil))
}

func TestUnparsedRowsAreBadRows(t *testing.T) {
	b := setUp(t)
	g := b.governed("a,b\n1,2\n3\n4,5,6\n\"7\",8\n9,\xff\n\"x\"y,1\n", "a", "b")
	g.Skip = 1
	g.Rejects = []string{b.file("side.jsonl", `{"line":9,"raw":"坏\"行"}`+"\n"+`{"line":10,"raw":""}`+"\n")}
	g.ParseBit = 64
	g.Words, g.Reject = 2, []int64{-1 & (1<<63 - 1), 2}
	o := b.govern(g)
	b.same("rows", []int64{o.In, o.Good, o.Bad, o.Unparsed, o.Counts[64]}, []int64{8, 2, 6, 6, 6})
	bad := b.rows(o.BadFiles, g, "a", "_raw", "_broken0", "_broken1", "_batch")
	b.same("bad", bad, []string{"∅|[\"x\"y,1]|0|2|b1", "∅|[3]|0|2|b1", "∅|[4,5,6]|0|2|b1", "∅|[9,?]|0|2|b1", "∅|[]|0|2|b1", "∅|[坏\"行]|0|2|b1"})
}

func TestMoreThanTwoWords(t *testing.T) {
	b := setUp(t)
	var content strings.Builder
	for i := range 500 {
		fmt.Fprintf(&content, "%d\n", i)
	}
	g := b.governed(content.String(), "n")
	g.Types[0].Type = row.IntType
	g.Words, g.Reject = 3, []int64{0, 0, 0}
	for i := range 129 { // bits 1 … 129: the number is divisible by bit+1
		bit := i + 1
		w, m := query.Place(bit)
		if bit%2 == 0 {
			g.Reject[w] |= m
		}
		c := query.Check{Bit: bit}
		if bit%3 == 0 {
			c.Broken = row.F(row.Eq, row.F(row.Sub, row.Column("n"), row.F(row.Mul, row.Num(int64(bit+1)), quotient("n", bit+1))), row.Num(0))
		} else {
			c.Args = []string{"n"}
			c.Kernel = one(func(s string) bool { var n int; fmt.Sscan(s, &n); return n%(bit+1) == 0 })
		}
		g.Checks = append(g.Checks, c)
	}
	o := b.govern(g)
	var want [3 * 63]int64
	good := int64(0)
	for n := range 500 {
		bad := false
		for bit := 1; bit < 130; bit++ {
			if n%(bit+1) == 0 {
				want[bit]++
				bad = bad || bit%2 == 0
			}
		}
		if !bad {
			good++
		}
	}
	b.same("counts", o.Counts, want[:])
	b.same("good", o.Good, good)
}

// quotient is n divided by d, rounded down, for small numbers that are not negative.
func quotient(item string, d int) row.Expr {
	tenth := row.F(row.Div, row.Column(item), row.Num(int64(d)))
	return row.Try{X: row.F(row.Extract, row.F(row.ToText, row.F(row.Add, tenth, row.Lit{Value: 1e-9, Type: row.FloatType})), row.Str(`([0-9]+).*`), row.Num(1)), To: row.IntType}
}

func TestUniqueAndDuplicate(t *testing.T) {
	b := setUp(t)
	g := b.governed("a,1\nb,2\n a,3\n,4\n,4\nc,5\nc,5\nc,5\n", "k", "v")
	g.Clean = []row.Named{{Name: "k", X: row.F(row.Trim, row.Column("k"))}}
	g.Uniques = []query.Unique{{Bit: 1, Keys: []string{"k"}}, {Bit: 2, Keys: []string{"k", "v"}, KeepOne: true}}
	o := b.govern(g)
	b.same("counts", o.Counts[:3], []int64{0, 5, 3}) // a twice, c three times; (,4) once more, c,5 twice more
	b.same("good", b.rows(o.GoodFiles, g, "k", "v"), []string{"b|2", "∅|4"})
}

func TestReferences(t *testing.T) {
	b := setUp(t)
	of := b.governed("1,x\n2,y\n", "id", "name")
	of.Types[0].Type = row.IntType
	table := b.govern(of)
	files := []lake.File{{Path: table.GoodFiles[0]}}
	g := b.governed("01,x,1\n3,z,2\n,,3\n", "id", "name", "n")
	g.Types[0].Type = row.IntType
	g.Good = filepath.Join(b.dir, "temp")
	g.References = []query.Reference{{Bit: 1, Item: "id", Files: files, Column: "id"}, {Bit: 2, Item: "name", Files: files, Column: "name"}}
	o := b.govern(g)
	b.same("counts", o.Counts[:3], []int64{0, 1, 1})
	b.same("bad", b.rows(o.BadFiles, g, "id", "name", "_broken0"), []string{"3|z|6"})
	g.References = []query.Reference{{Bit: 1, Item: "name", Column: "name"}}
	b.same("an empty table refuses all that is there", b.govern(g).Counts[:2], []int64{0, 2})
}

func TestNoRowsNoFiles(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "header only": "a,b\n", "header without end": "a,b"} {
		t.Run(name, func(t *testing.T) {
			b := setUp(t)
			g := b.governed(content, "a", "b")
			g.Skip = 1
			g.Uniques = []query.Unique{{Bit: 1, Keys: []string{"a"}}}
			o := b.govern(g)
			b.same("rows", []int64{o.In, o.Good, o.Bad}, []int64{0, 0, 0})
			for _, d := range []string{"good", "bad"} {
				left, err := os.ReadDir(filepath.Join(b.dir, d))
				if err != nil || len(left) > 0 {
					t.Errorf("%s: %v, %v", d, left, err)
				}
			}
		})
	}
}

func TestNastyNamesAndValues(t *testing.T) {
	b := setUp(t)
	items := []string{`a"b`, `x'; DROP TABLE t; --`, "号 码", "select", `back\slash`, "$1"}
	values := []string{`';--`, `"q"`, `\`, "\x00nul", "$1", "ab'||'cd"}
	var cells []string
	for _, v := range values {
		cells = append(cells, `"`+strings.ReplaceAll(v, `"`, `""`)+`"`)
	}
	g := b.governed(strings.Join(cells, ",")+"\n", items...)
	g.Batch = `b'; DROP`
	for i, item := range items {
		g.Checks = append(g.Checks, query.Check{Bit: i + 1, Broken: row.F(row.Eq, row.CleanText(item), row.Str(values[i]))})
	}
	g.GoodIDs, g.BadIDs = map[string]lake.FieldID{}, map[string]lake.FieldID{}
	for i, f := range query.Table(g.Types, g.Words) {
		g.GoodIDs[f.Name] = lake.FieldID{ID: i + 1}
		g.BadIDs[f.Name] = lake.FieldID{ID: i + 101}
	}
	g.GoodIDs["_raw"], g.BadIDs["_raw"] = lake.FieldID{ID: 50, Element: 51}, lake.FieldID{ID: 150, Element: 151}
	o := b.govern(g)
	b.same("counts", o.Counts[:7], []int64{0, 1, 1, 1, 1, 1, 1})
	b.same("bad", b.rows(o.BadFiles, g, items...), []string{strings.Join(values, "|")})
}

func TestRawInputIsJudgedAgain(t *testing.T) {
	b := setUp(t)
	g := b.governed("a1,x\nb,y\nc1\nd1,\n", "k", "v")
	g.Checks = []query.Check{{Bit: 1, Kernel: one(func(s string) bool { return strings.Contains(s, "1") }), Args: []string{"k"}}}
	first := b.govern(g)
	b.same("first", []int64{first.Good, first.Bad}, []int64{1, 3})
	var table []lake.File
	for _, f := range first.BadFiles {
		table = append(table, lake.File{Path: f})
	}
	again := g
	again.Input = query.Input{Format: "raw", Table: table, Columns: []string{"k", "v"}, Where: row.F(row.And,
		row.F(row.Eq, row.Column("_batch"), row.Str("b1")), row.F(row.Not, row.F(row.HasBits, row.Column("_broken0"), row.Num(1))))}
	again.Good, again.Bad = b.dir, filepath.Join(b.dir, "temp")
	again.Clean = []row.Named{{Name: "k", X: row.F(row.Replace, row.Column("k"), row.Str("1"), row.Str(""))}}
	o := b.govern(again)
	b.same("again", b.rows(o.GoodFiles, g, "k", "v"), []string{"a|x", "d|∅"})
	mended, err := b.db.Mended(ctx, again.Input, again.Clean[0], 1)
	if err != nil || len(mended) != 1 || mended[0][0] != mended[0][1]+"1" {
		t.Error(mended, err)
	}
	n, err := b.db.Carry(ctx, table, row.F(row.HasBits, row.Column("_broken0"), row.Num(1)), query.Table(g.Types, 1), nil, b.dir)
	if err != nil || n != 1 {
		t.Error(n, err)
	}
	b.same("carried", b.rows([]string{filepath.Join(b.dir, "carried.parquet")}, g, "_raw"), []string{"[c1]"})
	if n, err = b.db.Carry(ctx, table, row.Lit{Value: false, Type: row.BoolType}, query.Table(g.Types, 1), nil, filepath.Join(b.dir, "temp")); err != nil || n != 0 {
		t.Error(n, err)
	}
}

func TestParquetInput(t *testing.T) {
	b := setUp(t)
	g := b.governed("1,2020-01-02\n2,\n", "n", "d")
	g.Types[0].Type, g.Types[1].Type = row.IntType, row.DateType
	first := b.govern(g)
	again := g
	again.Input = query.Input{Format: "parquet", Files: first.GoodFiles, Columns: []string{"n", "d", "", "", "", ""}}
	again.Good = filepath.Join(b.dir, "temp")
	o := b.govern(again)
	b.same("rows", b.rows(o.GoodFiles, g, "n", "d"), []string{"1|2020-01-02", "2|∅"})
}

func TestLimitAndProgress(t *testing.T) {
	b := setUp(t)
	g := b.governed(strings.Repeat("1,2\n", 30_000), "a", "b")
	g.Limit = 100
	g.Uniques = []query.Unique{{Bit: 1, Keys: []string{"a"}}}
	var stages []string
	o, err := b.db.Govern(ctx, g, func(p query.Progress) {
		if !slices.Contains(stages, p.Stage) {
			stages = append(stages, p.Stage)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b.same("rows", o.In, int64(100))
	b.same("stages", stages, []string{"unique", "judge", "count"})
}

func TestCancelEndsTheStatement(t *testing.T) {
	b := setUp(t)
	g := b.governed(strings.Repeat("1,2\n", 300_000), "a", "b")
	ctx, cancel := context.WithCancel(ctx)
	g.Checks = []query.Check{{Bit: 1, Args: []string{"a"}, Kernel: func([]row.Texts, int, uint64, []uint64) { cancel() }}}
	if _, err := b.db.Govern(ctx, g, nil); err == nil || ctx.Err() == nil || !strings.Contains(err.Error(), "canceled") {
		t.Error(err)
	}
	g.Checks = nil
	if o := b.govern(g); o.Good != 300_000 {
		t.Error(o)
	}
}

func TestSamplesAndLines(t *testing.T) {
	b := setUp(t)
	g := b.governed("h,h\n1,ok\n2x,\"q\n2\"\n\n3,ok\n4x,\"a\"\"b\"\n5x\n6x,w\n", "n", "v")
	g.Skip = 1
	g.Reject = []int64{1 | 2}
	g.Checks = []query.Check{
		{Bit: 1, Kernel: one(func(s string) bool { return strings.Contains(s, "x") }), Args: []string{"n"}},
		{Bit: 2, Kernel: one(func(s string) bool { return s == "ok" }), Args: []string{"v"}}, // warns
	}
	g.Samples = 20
	samples := b.govern(g).Samples
	if err := b.db.Lines(t.Context(), g, samples); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range samples {
		got = append(got, fmt.Sprintf("%d %v %s", s.Line, s.Bits, show(s.Cells)))
	}
	sort.Strings(got)
	b.same("samples", got, []string{"2 [2] [1;ok]", "3 [1] [2x;q\n2]", "6 [2] [3;ok]", "7 [1] [4x;a\"b]", "8 [0] [5x]", "9 [1] [6x;w]"})
	g.Samples = 1
	if few := b.govern(g).Samples; len(few) != 3 {
		t.Error(few)
	}
}

func TestLinesWithOtherColumnsAndManyRows(t *testing.T) {
	b := setUp(t)
	var content strings.Builder
	want := map[string]int64{}
	line := int64(1)
	for i := range 50_000 {
		id, note := fmt.Sprint(i), "plain"
		if i%3 == 0 {
			note = "\"two\nlines, \"\"quoted\"\"\""
		}
		if i%10_007 == 5 {
			id += "x"
			want[id] = line
		}
		fmt.Fprintf(&content, "%s,unused %d,%s\n", note, i, id)
		line++
		if i%3 == 0 {
			line++
		}
	}
	g := b.governed(content.String(), "id", "note")
	g.Columns = []string{"note", "", "id"}
	g.Reject, g.Samples = []int64{2}, 20
	g.Checks = []query.Check{{Bit: 1, Kernel: one(func(s string) bool { return strings.Contains(s, "x") }), Args: []string{"id"}}}
	samples := b.govern(g).Samples
	if err := b.db.Lines(t.Context(), g, samples); err != nil {
		t.Fatal(err)
	}
	if len(samples) != len(want) {
		t.Fatal(len(samples), want)
	}
	for _, s := range samples {
		if s.Line != want[*s.Cells[0]] {
			t.Errorf("%s is said to begin at line %d, not %d", *s.Cells[0], s.Line, want[*s.Cells[0]])
		}
	}
}

func TestConcentrations(t *testing.T) {
	b := setUp(t)
	var content strings.Builder
	for i := range 3000 {
		street, id, day := fmt.Sprint("s", i%10), fmt.Sprintf("42%04d", i), fmt.Sprintf("2026-0%d-11", 1+i%5)
		if i%10 == 3 && i%2 == 1 {
			id += "x"
		}
		fmt.Fprintf(&content, "%s,%s,%s\n", street, id, day)
	}
	g := b.governed(content.String(), "street", "id", "day")
	g.Types[2].Type = row.DateType
	g.Checks = []query.Check{{Bit: 1, Kernel: one(func(s string) bool { return strings.HasSuffix(s, "x") }), Args: []string{"id"}}}
	o := b.govern(g)
	st := query.Staged{Items: g.Types, Words: 1, Good: []lake.File{{Path: o.GoodFiles[0]}}, Bad: []lake.File{{Path: o.BadFiles[0]}}}
	found, err := b.db.Concentrations(ctx, st, 1, []string{"id"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range found {
		got = append(got, fmt.Sprintf("%s %s %s %d %.2f %.2f", c.Item, c.Kind, c.Value, c.Rows, c.Share, c.Base))
	}
	b.same("found", got, []string{"street value s3 300 1.00 0.10", "day time 2026-04 300 1.00 0.20", "day time 2026-04-11 300 1.00 0.20", "id pattern 9{6}A…x 300 1.00 0.10"})
}

func TestForms(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "420102": "9{6}", "42x": "9{2}A…x", "江岸区1号": "汉{3}9汉", "１２Ｘ": "９{2}Ａ…Ｘ", " 1-2\u3000": " 9-9\u3000…\u3000",
	} {
		if got := duckdb.Form(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
