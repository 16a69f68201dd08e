package lake_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/apache/iceberg-go"
	sqlcat "github.com/apache/iceberg-go/catalog/sql"
	icetable "github.com/apache/iceberg-go/table"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// foreign opens the table as another program would, by the library alone.
func (h *harness) foreign() *icetable.Table {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+h.o.Catalog)
	h.must(err)
	h.t.Cleanup(func() { db.Close() })
	cat, err := sqlcat.NewCatalog("chengshu", db, sqlcat.SQLite, iceberg.Properties{})
	h.must(err)
	tbl, err := cat.LoadTable(ctx, []string{string(table.Space), table.Name})
	h.must(err)
	return tbl
}

// What we write by our own hand must read the same elsewhere: rows, deletes, statistics,
// and history after history.
func TestLibraryReadsWhatWeWrite(t *testing.T) {
	h := open(t)
	for i := range int64(20) { // enough to fold manifests
		h.publish(add, fmt.Sprint("b", i), "1", seq(i*10, i*10+10, "x"))
	}
	h.publish(merge, "m", "1", seq(95, 105, "new"))
	h.publish(add, "b3", "2", seq(30, 31, "again"))
	steps := []func(){
		func() {},
		func() { h.compact() },
		func() { h.publish(merge, "m", "2", seq(0, 3, "newer")) },
		func() { h.publish(replace, "all", "1", seq(0, 7, "z")) },
		func() { h.publish(replace, "none", "1") },
	}
	for n, step := range steps {
		step()
		want := len(h.rows(0))
		tbl := h.foreign()
		got, err := tbl.Scan().ToArrowTable(ctx)
		h.must(err)
		if got.NumRows() != int64(want) {
			t.Errorf("step %d: the library reads %d rows, we %d", n, got.NumRows(), want)
		}
		// A filter that prunes by our statistics must lose nothing.
		some, err := tbl.Scan(icetable.WithRowFilter(iceberg.GreaterThanEqual(iceberg.Reference("id"), int64(2)))).ToArrowTable(ctx)
		h.must(err)
		kept := 0
		for _, r := range h.rows(0) {
			if !strings.HasPrefix(r, "0 ") && !strings.HasPrefix(r, "1 ") {
				kept++
			}
		}
		if some.NumRows() != int64(kept) {
			t.Errorf("step %d: the library finds %d rows from 2 on, we %d", n, some.NumRows(), kept)
		}
		if got, want := tbl.Metadata().Version(), 2; got != want {
			t.Errorf("format version %d", got)
		}
	}
}

// And what the library commits we see, count and build on.
func TestWeReadWhatTheLibraryCommits(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	ids, err := h.FieldIDs(ctx, table)
	h.must(err)
	path := filepath.Join(h.o.Dir, "published", "people", "data", "theirs.parquet")
	h.must(writeRows(path, ids, []person{{5, "y", "t"}, {6, "y", "a"}}))
	tx := h.foreign().NewTransaction()
	h.must(tx.AddFiles(ctx, []string{path}, nil, false))
	_, err = tx.Commit(ctx)
	h.must(err)
	if got := h.rows(0); len(got) != 4 {
		t.Fatalf("rows are %q", got)
	}
	h.publish(add, "a", "2", seq(9, 10, "z")) // also in a file whose name says nothing
	h.want("5 y t", "9 z a")
}

func TestEqualityDeletesAreRefused(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	path := filepath.Join(h.o.Dir, "published", "people", "data", "eq.parquet")
	h.must(os.WriteFile(path, []byte("PAR1"), 0o600))
	b, err := iceberg.NewDataFileBuilder(*iceberg.UnpartitionedSpec, iceberg.EntryContentEqDeletes, path, iceberg.ParquetFile, nil, nil, nil, 1, 4)
	h.must(err)
	tx := h.foreign().NewTransaction()
	h.must(tx.NewRowDelta(nil).AddDeletes(b.EqualityFieldIDs([]int{1}).Build()).Commit(ctx))
	_, err = tx.Commit(ctx)
	h.must(err)
	if _, err := h.Files(ctx, table, 0); !errors.Is(err, lake.ErrDeletes) {
		t.Errorf("planned all the same: %v", err)
	}
	if _, err := h.Publish(ctx, &lake.Stage{Table: table, Batch: "b", Version: "1", Dir: t.TempDir()}, add); !errors.Is(err, lake.ErrDeletes) {
		t.Errorf("published all the same: %v", err)
	}
}

func TestWritersSideBySide(t *testing.T) {
	h := open(t)
	h.publish(add, "base", "1", seq(0, 40, "x"))
	var wg sync.WaitGroup
	for w := range int64(4) {
		stages := []*lake.Stage{}
		for i := range int64(5) {
			stages = append(stages, h.stage(fmt.Sprintf("w%d-%d", w, i), "1", seq(w*10+i, w*10+i+2, fmt.Sprint("by", w))))
		}
		wg.Go(func() {
			for _, s := range stages {
				if _, err := h.Publish(ctx, s, merge); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 5 {
			if _, err := h.Compact(ctx, table, everything); err != nil {
				t.Error(err)
			}
			if _, err := h.Sweep(ctx, func(string, string) bool { return true }, h.o.Now()); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	rows := h.rows(0)
	if len(rows) != 40 {
		t.Errorf("%d rows, want 40: %q", len(rows), rows)
	}
	for w := range 4 {
		if n := countOf(rows, fmt.Sprint("by", w)); n != 6 {
			t.Errorf("writer %d has %d rows, want 6", w, n)
		}
	}
	h.swept(nil)
}

func countOf(rows []string, part string) (n int) {
	for _, r := range rows {
		if strings.Contains(r, " "+part+" ") {
			n++
		}
	}
	return n
}

func TestFaults(t *testing.T) {
	wrongIDs := map[string]lake.FieldID{"id": {ID: 7}, "name": {ID: 2}, "_batch": {ID: 3}}
	for _, c := range []struct {
		name, code string
		do         func(h *harness) error
	}{
		{"no table", "lake.table.missing", func(h *harness) error {
			_, err := h.Files(ctx, ident.Ref{Space: ident.Published, Name: "nothing"}, 0)
			return err
		}},
		{"no batch column", "lake.schema.batch", func(h *harness) error {
			return h.Ensure(ctx, ident.Ref{Space: ident.Published, Name: "x"}, people[:2])
		}},
		{"bad table name", "name.form", func(h *harness) error {
			return h.Ensure(ctx, ident.Ref{Space: ident.Published, Name: "../x"}, people)
		}},
		{"bad batch", "lake.name", func(h *harness) error { _, err := h.Stage(ctx, table, "../../etc", "1"); return err }},
		{"bad version", "lake.name", func(h *harness) error { _, err := h.Stage(ctx, table, "a", "1@2"); return err }},
		{"wrong field ids", "lake.file", func(h *harness) error {
			s := h.stage("a", "1")
			h.must(writeRows(filepath.Join(s.Dir, "x.parquet"), wrongIDs, seq(1, 2, "x")))
			_, err := h.Publish(ctx, s, add)
			return err
		}},
		{"no Parquet", "lake.file", func(h *harness) error {
			s := h.stage("a", "1")
			h.must(os.WriteFile(filepath.Join(s.Dir, "x.parquet"), []byte("id,name"), 0o600))
			_, err := h.Publish(ctx, s, add)
			return err
		}},
		{"column the table lacks", "lake.file", func(h *harness) error {
			other := ident.Ref{Space: ident.Published, Name: "other"}
			h.must(h.Ensure(ctx, other, row.Schema{people[0], people[2]}))
			s, err := h.Stage(ctx, other, "a", "1")
			h.must(err)
			h.must(writeRows(filepath.Join(s.Dir, "x.parquet"), map[string]lake.FieldID{"id": {ID: 1}, "_batch": {ID: 2}}, seq(1, 2, "x")))
			_, err = h.Publish(ctx, s, add)
			return err
		}},
		{"warehouse moved", "lake.moved", func(h *harness) error {
			h.must(h.Close())
			h.must(os.Rename(h.o.Dir, h.o.Dir+"-2"))
			h.o.Dir += "-2"
			l, err := lake.Open(ctx, h.o)
			h.must(err)
			h.Lake = l
			_, err = h.Files(ctx, table, 0)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			err := c.do(h)
			if err == nil || !strings.Contains(err.Error(), c.code) {
				t.Errorf("%v, want %s", err, c.code)
			}
			if err != nil && strings.Contains(err.Error(), h.o.Dir) {
				t.Errorf("the message shows a path of the machine: %v", err)
			}
		})
	}
}
