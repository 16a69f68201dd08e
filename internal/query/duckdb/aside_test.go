package duckdb_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/row"
)

// TestMoreBadRowsThanMemory: what is put aside goes to the temporary folder and nothing of
// it is lost; without a folder the load is refused, and the engine goes on.
func TestMoreBadRowsThanMemory(t *testing.T) {
	const rows = 100_000
	b := setUpWith(t, "500MB")
	var content strings.Builder
	var keys []string
	for i := range rows {
		keys = append(keys, fmt.Sprint(i))
		fmt.Fprintf(&content, "%d,%s%d\n", i, strings.Repeat("长文本", 700), i)
	}
	slices.Sort(keys)
	g := b.governed(content.String(), "k", "v")
	g.Checks = []query.Check{{Bit: 1, Broken: row.F(row.Ne, row.CleanText("k"), row.Str("no"))}}
	o := b.govern(g)
	b.same("counts", []int64{o.In, o.Good, o.Bad, o.Counts[1]}, []int64{rows, 0, rows, rows})
	if !slices.Equal(b.rows(o.BadFiles, g, "k"), keys) {
		t.Error("the bad rows are not the rows of the file")
	}
	if left, err := os.ReadDir(filepath.Join(b.dir, "temp")); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}

	db, err := duckdb.Open(ctx, duckdb.Options{Memory: "500MB", Threads: 2, Allow: []string{b.dir}})
	if err != nil {
		t.Fatal(err)
	}
	b.db = db
	defer db.Close()
	var full *fault.Error
	if _, err := db.Govern(ctx, g, nil); !errors.As(err, &full) || full.Code != "query.memory" {
		t.Errorf("without a temporary folder: %v", err)
	}
	g.Files = []string{b.file("few.csv", "1,a\n")}
	b.same("bad of a small file after it", b.govern(g).Bad, int64(1))
}
