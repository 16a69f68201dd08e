package duckdb_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/lake"
)

// Named gives the rows that later deletes name, those deleted before apart.
func TestNamed(t *testing.T) {
	b := setUp(t)
	one, s := b.published("one", "1,a\n2,b\n3,c\n", "id", "name")
	two, _ := b.published("two", "2,x\n5,y\n", "id", "name")
	first, _ := b.published("first", "2,n\n", "id", "name")
	then, _ := b.published("then", "2,n\n3,n\n5,n\n", "id", "name")
	files := []lake.File{one, two}
	deletes := func(out string, by lake.File) string {
		path := filepath.Join(b.dir, out)
		if _, err := b.db.ByKey(ctx, []lake.File{one, two}, []string{by.Path}, []string{"id"}, nil, path); err != nil {
			b.Fatal(err)
		}
		return path
	}
	all, early := deletes("all.parquet", then), deletes("early.parquet", first)
	for _, c := range []struct {
		name    string
		applied []string
		want    []string
	}{
		{"nothing deleted before", nil, []string{"2|b", "2|x", "3|c", "5|y"}},
		{"some deleted before", []string{early}, []string{"3|c", "5|y"}},
		{"all deleted before", []string{all}, nil},
	} {
		for i := range files {
			files[i].Deletes = c.applied
		}
		r, err := b.db.Named(ctx, files, []string{all}, s[:2])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for r.Next() {
			ids, names := r.Record().Column(0), r.Record().Column(1)
			for i := range int(r.Record().NumRows()) {
				got = append(got, ids.ValueStr(i)+"|"+names.ValueStr(i))
			}
		}
		slices.Sort(got)
		b.same(c.name, got, c.want)
		if err := errors.Join(r.Err(), r.Close()); err != nil {
			t.Error(err)
		}
	}
}
