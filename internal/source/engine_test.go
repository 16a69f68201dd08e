package source_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/source"
)

// engine reads a prepared text as loads do: strictly, keeping lines it cannot read.
type engine struct{ *sql.Conn }

func newEngine(t *testing.T) engine {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); db.Close() })
	return engine{c}
}

func (e engine) read(ctx context.Context, r *source.Ready) (rows []string, rejects int, err error) {
	var columns []string
	for i := range r.Columns {
		columns = append(columns, fmt.Sprintf("'f%d': 'VARCHAR'", i))
	}
	for _, table := range []string{"reject_errors", "reject_scans"} {
		if _, err := e.ExecContext(ctx, "DROP TABLE IF EXISTS "+table); err != nil {
			return nil, 0, err
		}
	}
	q := fmt.Sprintf("SELECT concat_ws('|', %s) FROM read_csv(?, auto_detect=false, header=false, columns={%s}, delim=?, quote=?, escape=?, skip=%d, max_line_size=16777216, buffer_size=33554432, nullstr='', ignore_errors=true, store_rejects=true, rejects_limit=0)",
		cells(len(r.Columns)), strings.Join(columns, ", "), r.Skip)
	found, err := e.QueryContext(ctx, q, r.Files[0], r.Delim, r.Quote, r.Escape)
	if err != nil {
		return nil, 0, err
	}
	defer found.Close()
	for found.Next() {
		var s string
		if err := found.Scan(&s); err != nil {
			return nil, 0, err
		}
		rows = append(rows, s)
	}
	if err := found.Err(); err != nil {
		return nil, 0, err
	}
	return rows, rejects, e.QueryRowContext(ctx, "SELECT count(DISTINCT line) FROM reject_errors").Scan(&rejects)
}

func cells(n int) string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf("coalesce(f%d, '')", i)
	}
	return strings.Join(s, ", ")
}

func TestTheEngineReadsWhatIsPrepared(t *testing.T) {
	e := newEngine(t)
	tests := map[string]struct {
		content string
		rows    string // by ";"
		rejects int
	}{
		"plain":                  {"id,name\n1,张三\n2,\n", "1|张三;2|", 0},
		"bom":                    {"\uFEFFid,name\n1,张三\n", "1|张三", 0},
		"bom, quoted header":     {"\uFEFF\"id\",\"na\nme\"\n1,张三\n", "1|张三", 0},
		"title":                  {"某局报表\n\nid,name,x\n1,张三,2\n", "1|张三|2", 0},
		"crlf, lf in quotes":     {"id,name\r\n1,\"张\n三\"\r\n2,b\r\n", "1|张\n三;2|b", 0},
		"lf, crlf in quotes":     {"id,name\n1,\"张\r\n三\"\n2,b\n", "1|张\r\n三;2|b", 0},
		"crlf, header with lf":   {"id,\"na\nme\"\r\n1,a\r\n2,b\r\n", "1|a;2|b", 0},
		"lf, header with crlf":   {"id,\"na\r\nme\"\n1,a\n2,b\n", "1|a;2|b", 0},
		"lf, header with cr":     {"id,na\rme\n1,a\n2,b\n", "1|a;2|b", 0},
		"lf, first row with cr":  {"1,\"a\rb\"\n2,b\n", "1|a\rb;2|b", 0},
		"crlf, first row and lf": {"1,\"a\nb\"\r\n2,b\r\n", "1|a\nb;2|b", 0},
		"cr":                     {"id,name\r1,a\r2,\"b\rc\"\r", "1|a;2|b\rc", 0},
		"mixed":                  {"id,name\r\n1,a\n2,b\r\n3,c", "1|a;2|b;3|c", 0},
		"mixed, begins with lf":  {"id,name\n1,a\r\n2,b\n3,c\r\n", "1|a;2|b;3|c", 0},
		"cr in a value":          {"id,name\n1,x\ry\n2,b\n", "1|x\ry;2|b", 0},
		"cr doubled":             {"id,name\r\r\n1,a\r\r\n2,b\r\r\n", "1|a;2|b", 0},
		"ragged":                 {"id,name\n1\n1,2,3\n5,6\n", "5|6", 2},
		"quote within":           {"id,name\n1,5\" x\n2,b\n", "1|5\" x;2|b", 0},
		"text after quote":       {"id,name\n1,\"a\"b\n2,b\n", "2|b", 1},
		"backslashes":            {"id,name\n1,\"a \\\"b\\\", c\"\n2,\"x\\\\\"\n", "1|a \"b\", c;2|x\\", 0},
		"bars":                   {"id|name\n1|a,b\n", "1|a,b", 0},
		"unit separators":        {"id\x1Fname\n1\x1Fa,b\n", "1|a,b", 0},
		"json":                   {"[{\"id\":1,\"n\":\"a\\\"b,\\r\\n\"},{\"n\":\" x\"}]", "1|a\"b,\r\n;| x", 0},
		"json of one column":     {"[{\"n\":\"\"},{\"n\":\"\\\"\"},{}]", ";\";", 0},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := prepared(t, c.content)
			if err != nil {
				t.Fatal(err)
			}
			rows, rejects, err := e.read(t.Context(), r)
			if err != nil || strings.Join(rows, ";") != c.rows || rejects != c.rejects {
				t.Errorf("%q, %d rejects, %v", rows, rejects, err)
			}
		})
	}
}

func prepared(t *testing.T, content string) (*source.Ready, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	o := source.Options{Dir: t.TempDir()}
	s, err := source.Spool(t.Context(), path, o, nil)
	if err != nil {
		return nil, err
	}
	sh, err := source.Look(t.Context(), s, o)
	if err != nil {
		return nil, err
	}
	return source.Prepare(t.Context(), s, sh, o, nil)
}

// Whatever pieces a text is made of, it is refused with a fault or the engine can read it.
func TestTheEngineNeverRefusesWhatIsPrepared(t *testing.T) {
	e := newEngine(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\"a,b\"", "\"x\ny\"", "\\\"", " ", "甲", "1", "2024-01-01", "'", ";", "\t", "x\"y"}
	read := 0
	for range 1000 {
		var b strings.Builder
		b.WriteString([]string{"id,name\n1,a\n", "id,name\r\n1,a\r\n", "1,a\n2,b\n", "id,\"na\nme\"\r\n1,a\r\n", ""}[random.IntN(5)])
		for range random.IntN(30) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		r, err := prepared(t, b.String())
		if err != nil {
			if f := (*fault.Error)(nil); !errors.As(err, &f) || f.Kind != fault.Invalid {
				t.Errorf("%q: %v", b.String(), err)
			}
			continue
		}
		if _, _, err := e.read(t.Context(), r); err != nil {
			t.Errorf("%q: %v", b.String(), err)
		}
		read++
	}
	if read < 300 {
		t.Errorf("only %d texts could be prepared", read)
	}
}

// A table written by the rules comes back cell by cell, whatever its line ends.
func TestTheEngineReadsEveryCell(t *testing.T) {
	e := newEngine(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	values := []string{"1", "20", "张三", "a,b", "say \"x\"", "多\n行", "多\r\n行", "单\r回", "", " 前", "5\"", "2024-01-01"}
	ends := [][]string{{"\n"}, {"\r\n"}, {"\r"}, {"\n", "\r\n"}}
	for range 300 {
		end := ends[random.IntN(len(ends))]
		header := random.IntN(3) > 0
		var text strings.Builder
		var want []string
		if header {
			text.WriteString([]string{"id,名称,日期", "id,\"名\n称\",日期", "id,\"名\r\n称\",日期"}[random.IntN(3)] + end[random.IntN(len(end))])
		}
		for n := range 3 + random.IntN(6) {
			cells := []string{fmt.Sprint(100000 + n), values[random.IntN(len(values))], values[random.IntN(len(values))]}
			want = append(want, strings.Join(cells, "|"))
			for i, c := range cells {
				if strings.ContainsAny(c, ",\"\r\n") || random.IntN(3) == 0 {
					cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
				}
			}
			text.WriteString(strings.Join(cells, ",") + end[random.IntN(len(end))])
		}
		r, err := prepared(t, text.String())
		if err != nil {
			t.Fatalf("%q: %v", text.String(), err)
		}
		rows, rejects, err := e.read(t.Context(), r)
		if err != nil || strings.Join(rows, ";") != strings.Join(want, ";") || rejects > 0 || r.Rows != int64(len(want)) {
			t.Errorf("%q: %q, %d rejects, %d rows, %v", text.String(), rows, rejects, r.Rows, err)
		}
	}
}
