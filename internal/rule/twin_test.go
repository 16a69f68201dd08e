package rule_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

// These tests run what Compile makes in the engine itself: kernels against their twins, and
// both, with everything else, against the slow reference.

var today = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// bench is an engine with a folder and a second door to its files.
type bench struct {
	testing.TB
	dir string
	db  *duckdb.DB
	sql *sql.DB
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, dir: t.TempDir()}
	var err error
	if b.db, err = duckdb.Open(t.Context(), duckdb.Options{Memory: "1GB", Threads: 2, Allow: []string{b.dir}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.db.Close() })
	if b.sql, err = sql.Open("duckdb", ""); err != nil {
		t.Fatal(err)
	}
	b.sql.SetMaxOpenConns(1)
	t.Cleanup(func() { b.sql.Close() })
	return b
}

func (b *bench) exec(q string, args ...any) {
	b.Helper()
	if _, err := b.sql.ExecContext(b.Context(), q, args...); err != nil {
		b.Fatal(err)
	}
}

// write puts rows of texts into a Parquet file; "" is NULL, as in a file.
func (b *bench) write(columns int, rows [][]string) string {
	b.Helper()
	names := make([]string, columns)
	marks := make([]string, columns)
	for i := range names {
		names[i], marks[i] = fmt.Sprintf("c%d VARCHAR", i), "nullif(?::VARCHAR, '')"
	}
	b.exec("CREATE OR REPLACE TABLE rows (n INTEGER, " + strings.Join(names, ", ") + ")")
	b.exec("BEGIN")
	st, err := b.sql.Prepare("INSERT INTO rows VALUES (?, " + strings.Join(marks, ", ") + ")")
	if err != nil {
		b.Fatal(err)
	}
	for n, r := range rows {
		args := []any{n}
		for _, v := range r {
			args = append(args, v)
		}
		if _, err := st.Exec(args...); err != nil {
			b.Fatal(err)
		}
	}
	b.exec("COMMIT")
	file := filepath.Join(b.dir, "rows.parquet")
	b.exec("COPY (SELECT * FROM rows ORDER BY n) TO '" + file + "' (FORMAT parquet)")
	return file
}

// govern runs the statement; no bit rejects, so every row comes out good, with its number.
func (b *bench) govern(file string, set rule.Set, p *rule.Program, checks []query.Check, dirty bool) map[int][]any {
	b.Helper()
	g := query.Governed{Input: query.Input{Format: "parquet", Files: []string{file}, Columns: []string{"n"}},
		Clean: p.Clean, Typed: p.Typed, Types: row.Schema{{Name: "n", Type: row.IntType}}, Checks: checks,
		Words: 2, Reject: []int64{1, 0}, Batch: "b", Good: b.folder("good"), Bad: b.folder("bad"), Today: today}
	for _, it := range set.Items {
		g.Columns = append(g.Columns, it.Name)
		g.Types = append(g.Types, row.Field{Name: it.Name, Type: it.Type})
	}
	if dirty {
		for _, d := range p.Dirty {
			g.Dirty = append(g.Dirty, query.Dirty{Item: d.Item, Kernel: d.Kernel})
		}
	}
	o, err := b.db.Govern(b.Context(), g, func(query.Progress) {})
	if err != nil {
		b.Fatal(err)
	}
	if o.Good != o.In || o.In == 0 {
		b.Fatalf("%d of %d rows came through", o.Good, o.In)
	}
	return b.read(o.GoodFiles)
}

func (b *bench) folder(name string) string {
	dir := filepath.Join(b.dir, name)
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	return dir
}

// read gives the rows by number: the bits' two words, then the columns.
func (b *bench) read(files []string) map[int][]any {
	b.Helper()
	rows, err := b.sql.QueryContext(context.Background(), "SELECT n, _broken0, _broken1, * EXCLUDE (n, _batch, _ruleset, _broken0, _broken1, _raw) FROM read_parquet(['"+strings.Join(files, "','")+"'], hive_partitioning=false)")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	out := map[int][]any{}
	for rows.Next() {
		v := make([]any, len(names))
		at := make([]any, len(names))
		for i := range v {
			at[i] = &v[i]
		}
		if err := rows.Scan(at...); err != nil {
			b.Fatal(err)
		}
		out[int(v[0].(int64))] = v[1:]
	}
	return out
}

func valid(values []string) (out []string) {
	for _, v := range values {
		if utf8.ValidString(v) {
			out = append(out, v)
		}
	}
	return out
}

func bit(row []any, b int) bool { return row[b/63].(int64)>>(b%63)&1 == 1 }

func TestKernelsTwinsAndTheReferenceAgreeInTheEngine(t *testing.T) {
	set := rule.KernelRules(t)
	set.Items = append(set.Items, rule.Item{Name: "f", Type: row.FloatType}, rule.Item{Name: "t", Type: row.TimeType}, rule.Item{Name: "b", Type: row.BoolType})
	set.Rules = append(set.Rules, rule.Decls(t, `
- {kind: pattern, item: v, pattern: '[0-9]{1,4}-?[0-9]+|男'}
- {kind: range, item: d, min: -0.005, max: 99.5}
- {kind: range, item: e, max: 0.5}
- {kind: range, item: t, from: 1949-10-01, to: 2024-01-05}
- {kind: not_future, item: t}
- {kind: check, name: c1, expr: 'i * 2 <= 300 and (is_null(day) or day < today()) or len(v) in [3, 4]'}
- {kind: check, name: c2, expr: 'd / i > 0.5 or v matches "[a-z]+" or w == "x"'}
- {kind: check, name: c3, expr: 'not (day in ["2024-02-29", "2000-02-29"]) and b != false'}
`)...)
	p, err := rule.Compile(set, rule.SmallLists())
	if err != nil {
		t.Fatal(err)
	}
	values := valid(append(rule.Nasty(), rule.Generated(2000)...))
	births := []string{"1949-12-31", "1949-12-30", "1990-01-01", "x", ""}
	var rows [][]string
	for n, v := range values {
		r := make([]string, len(set.Items))
		for i := range r {
			r[i] = v
		}
		r[1] = births[n%len(births)]
		rows = append(rows, r)
	}
	var checks []query.Check
	twins := map[string]row.Expr{}
	for k, c := range p.Rules[1:] {
		twins[c.Name] = rule.Twin(c, rule.SmallLists())
		checks = append(checks, query.Check{Bit: 2*k + 1, Broken: twins[c.Name], Kernel: c.Kernel, Args: c.Args}, query.Check{Bit: 2*k + 2, Broken: twins[c.Name]})
	}
	b := newBench(t)
	got := b.govern(b.write(len(set.Items), rows), set, p, checks, true)
	for n, r := range rows {
		clean, typed := layers(set, p, r)
		for k, c := range p.Rules[1:] {
			byKernel, byTwin := bit(got[n], 2*k+1), bit(got[n], 2*k+2)
			slow := rule.Reference(twins[c.Name], typed, clean, today) == true
			if byKernel != byTwin || byTwin != slow {
				t.Errorf("%s: row %d %.40q: kernel %v, twin %v, reference %v", c.Name, n, r[0], byKernel, byTwin, slow)
			}
		}
	}
}

// layers are a row's cleaned texts and typed values by the slow reference.
func layers(set rule.Set, p *rule.Program, raw []string) (clean, typed map[string]any) {
	clean, typed, cols := map[string]any{}, map[string]any{}, map[string]any{}
	for i, it := range set.Items {
		cols[it.Name] = nil
		if raw[i] != "" {
			cols[it.Name] = raw[i]
		}
	}
	for _, n := range p.Clean {
		clean[n.Name] = rule.Reference(n.X, cols, nil, today)
	}
	for _, n := range p.Typed {
		typed[n.Name] = rule.Reference(n.X, nil, clean, today)
	}
	return clean, typed
}

func TestCleaningInTheEngineIsTheReferences(t *testing.T) {
	step := func(s ...rule.Step) []rule.Step { return s }
	var set rule.Set
	add := func(s []rule.Step) {
		set.Items = append(set.Items, rule.Item{Name: fmt.Sprintf("c%d", len(set.Items)), Clean: s})
	}
	examples := map[string][]string{}
	for _, info := range rule.Steps() {
		s := rule.Step{Do: info.Name}
		switch info.Name {
		case "replace":
			s.Find, s.With = "0", "OO"
		case "map":
			s.List = "sex"
		}
		add(step(s))
		for _, pair := range info.Example.Pairs {
			examples[info.Name] = append(examples[info.Name], pair[0])
		}
	}
	set.Codes = map[string]map[string]string{"sex": {"1": "男", "2": "女"}}
	many := map[string]string{}
	for i := range 60 {
		many[fmt.Sprintf("民族%d", i)] = fmt.Sprintf("%02d", i)
	}
	many["男 "] = "M"
	add(step(rule.Step{Do: "map", Map: many}))
	add(step(rule.Step{Do: "trim"}, rule.Step{Do: "half_width"}, rule.Step{Do: "x_mark"}))
	add(step(rule.Step{Do: "trim"}, rule.Step{Do: "half_width"}, rule.Step{Do: "date"}))
	add(step(rule.Step{Do: "half_width"}, rule.Step{Do: "phone"}, rule.Step{Do: "blank_words"}))
	add(step(rule.Step{Do: "trim"}, rule.Step{Do: "upper"}, rule.Step{Do: "map", List: "sex"}))
	p, err := rule.Compile(set, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := valid(append(rule.Nasty(), rule.Generated(500)...))
	for _, e := range examples {
		values = append(values, e...)
	}
	values = append(values, "民族7", "民族59", "2024/2/30", "10000", "79999", "2024年13月1日", "8613800138000", "+86 10 62345678", "27－82345678", "Ａ　Ｂ")
	var rows [][]string
	for _, v := range values {
		r := make([]string, len(set.Items))
		for i := range r {
			r[i] = v
		}
		rows = append(rows, r)
	}
	b := newBench(t)
	file := b.write(len(set.Items), rows)
	for _, dirty := range []bool{false, true} {
		got := b.govern(file, set, p, nil, dirty)
		for n, r := range rows {
			clean, _ := layers(set, p, r)
			for i, it := range set.Items {
				if got[n][2+i] != clean[it.Name] {
					t.Errorf("guarded %v, %s of %.40q: engine %.40q, reference %.40q", dirty, it.Clean[len(it.Clean)-1].Do, r[0], got[n][2+i], clean[it.Name])
				}
			}
		}
	}
}

func TestListRulesEqualTheirTwinsOnTheWholeBook(t *testing.T) {
	book := region.New()
	set := rule.Set{Items: []rule.Item{{Name: "v"}}, Rules: rule.Decls(t, `
- {kind: region, item: v, within: "420102000000"}
- {kind: region, item: v, levels: [street, district], within: "420100000000", name: streets}
- {kind: id_division, item: v}
`)}
	p, err := rule.Compile(set, book)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, v := range valid(append(rule.Nasty(), rule.Generated(3000)...)) {
		rows = append(rows, []string{v})
	}
	for street := range 20 {
		for community := range 40 {
			rows = append(rows, []string{fmt.Sprintf("420102%03d%03d", street, community)}, []string{fmt.Sprintf("4201%02d%03d000", street, community)})
		}
	}
	for six := 420100; six < 421400; six++ {
		for _, year := range []int{1949, 1979, 1990, 2005, 2024} {
			rows = append(rows, []string{fmt.Sprintf("%d%d01010010", six, year)})
		}
	}
	var checks []query.Check
	for k, c := range p.Rules[1:] {
		twin := rule.Twin(c, book)
		checks = append(checks, query.Check{Bit: 2*k + 1, Kernel: c.Kernel, Args: c.Args, Broken: twin}, query.Check{Bit: 2*k + 2, Broken: twin})
	}
	b := newBench(t)
	got := b.govern(b.write(1, rows), set, p, checks, true)
	broken := make([]int, len(p.Rules))
	for n, r := range rows {
		for k, c := range p.Rules[1:] {
			if bit(got[n], 2*k+1) != bit(got[n], 2*k+2) {
				t.Errorf("%s: %.40q: kernel %v, twin %v", c.Name, r[0], bit(got[n], 2*k+1), bit(got[n], 2*k+2))
			}
			if bit(got[n], 2*k+1) {
				broken[k]++
			}
		}
	}
	for k, c := range p.Rules[1:] {
		if broken[k] == 0 || broken[k] == len(rows) {
			t.Errorf("%s: %d of %d broken, nothing was tried", c.Name, broken[k], len(rows))
		}
	}
}
