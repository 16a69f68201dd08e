package duckdb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// published makes a data file by a load and gives it.
func (b *bench) published(batch, content string, items ...string) (lake.File, row.Schema) {
	b.Helper()
	g := b.governed(content, items...)
	g.Types[0].Type = row.IntType
	g.Batch = batch
	g.Good = filepath.Join(b.dir, "data "+batch)
	if err := os.Mkdir(g.Good, 0o755); err != nil {
		b.Fatal(err)
	}
	o := b.govern(g)
	return lake.File{Path: o.GoodFiles[0], Rows: o.Good}, query.Table(g.Types, 1)
}

func TestPositionsByKey(t *testing.T) {
	b := setUp(t)
	one, s := b.published("one", "1,a\n2,b\n3,\n,d\n", "id", "name")
	two, _ := b.published("two", "2,x\n5,y\n", "id", "name")
	two.Path = "file://" + two.Path
	staged, _ := b.published("new", "2,new\n3,new\n,new\n9,new\n", "id", "name")

	out := filepath.Join(b.dir, "deletes-1.parquet")
	found, err := b.db.ByKey(ctx, []lake.File{one, two}, []string{staged.Path}, []string{"id"}, nil, out)
	if err != nil {
		t.Fatal(err)
	}
	b.same("found", found, map[string]int64{one.Path: 2, two.Path: 1})
	one.Deletes, two.Deletes = []string{out}, []string{out}
	b.same("left", b.read([]lake.File{one, two}, s, "id", "name"), []string{"1|a", "5|y", "∅|d"})

	again := filepath.Join(b.dir, "deletes-2.parquet")
	found, err = b.db.ByKey(ctx, []lake.File{one, two}, []string{staged.Path}, []string{"id"}, nil, again)
	if _, missing := os.Stat(again); err != nil || len(found) != 0 || !os.IsNotExist(missing) {
		t.Errorf("rows that have gone were found: %v, %v, %v", found, err, missing)
	}
	found, err = b.db.ByKey(ctx, []lake.File{one}, []string{staged.Path}, []string{"id", "name"}, nil, again)
	if err != nil || len(found) != 0 {
		t.Errorf("a part of the key sufficed: %v, %v", found, err)
	}
	found, err = b.db.ByKey(ctx, nil, []string{staged.Path}, []string{"id"}, nil, again)
	if err != nil || len(found) != 0 {
		t.Error(found, err)
	}
}

// TestOutrun: staged rows yield to rows of the batches named, and those stay.
func TestOutrun(t *testing.T) {
	b := setUp(t)
	old, s := b.published("old", "1,a\n2,b\n", "id", "name")
	later, _ := b.published("later", "2,l\n3,l\n,l\n", "id", "name")
	staged, _ := b.published("staged", "1,s\n2,s\n3,s\n4,s\n,s\n", "id", "name")
	table := []lake.File{old, later}

	out := filepath.Join(b.dir, "outrun.parquet")
	found, err := b.db.Outrun(ctx, []lake.Staged{{Lies: staged.Path, Goes: staged.Path}}, table, []string{"later"}, []string{"id"}, out)
	if err != nil {
		t.Fatal(err)
	}
	b.same("outrun", found, map[string]int64{staged.Path: 2})
	dead := staged
	dead.Deletes = []string{out}
	b.same("left of the staged", b.read([]lake.File{dead}, s, "id", "name"), []string{"1|s", "4|s", "∅|s"})

	goes := filepath.Join(b.dir, "elsewhere.parquet")
	found, err = b.db.Outrun(ctx, []lake.Staged{{Lies: staged.Path, Goes: goes}}, table, []string{"later", "old"}, []string{"id"}, filepath.Join(b.dir, "named.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	b.same("by their later name", found, map[string]int64{goes: 3})

	none := filepath.Join(b.dir, "none.parquet")
	if found, err = b.db.Outrun(ctx, []lake.Staged{{Lies: staged.Path, Goes: goes}}, table, []string{"nobody"}, []string{"id"}, none); err != nil || len(found) != 0 {
		t.Errorf("rows of nobody: %v, %v", found, err)
	}
	found, err = b.db.ByKey(ctx, table, []string{staged.Path}, []string{"id"}, []string{"later"}, filepath.Join(b.dir, "keys.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	b.same("of the table", found, map[string]int64{old.Path: 2})
}

func TestPositionsByBatchAndRewrite(t *testing.T) {
	b := setUp(t)
	one, s := b.published("one", "1,a\n2,b\n3,c\n", "id", "name")
	out := filepath.Join(b.dir, "deletes.parquet")
	if found, err := b.db.ByBatch(ctx, []lake.File{one}, "other", out); err != nil || len(found) != 0 {
		t.Error(found, err)
	}
	two, _ := b.published("two", "7\n", "id")
	mixed := filepath.Join(b.dir, "temp")
	ids := map[string]lake.FieldID{}
	for i, f := range s {
		ids[f.Name] = lake.FieldID{ID: i + 1}
	}
	ids["_raw"] = lake.FieldID{ID: 90, Element: 91}
	files, err := b.db.Rewrite(ctx, []lake.File{one, two}, s, ids, mixed)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	both := lake.File{Path: files[0]}
	found, err := b.db.ByBatch(ctx, []lake.File{both}, "one", out)
	if err != nil {
		t.Fatal(err)
	}
	b.same("found", found, map[string]int64{both.Path: 3})
	both.Deletes = []string{out}
	b.same("left", b.read([]lake.File{both}, s, "id", "name", "_batch"), []string{"7|∅|two"})
	if found, err = b.db.ByBatch(ctx, []lake.File{both}, "two", filepath.Join(b.dir, "rest.parquet")); err != nil || found[both.Path] != 1 {
		t.Error(found, err)
	}
	both.Deletes = append(both.Deletes, filepath.Join(b.dir, "rest.parquet"))
	empty := filepath.Join(b.dir, "bad")
	if files, err := b.db.Rewrite(ctx, []lake.File{both}, s, ids, empty); err != nil || len(files) != 0 {
		t.Error(files, err)
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Error(fmt.Sprint(left))
	}
}
