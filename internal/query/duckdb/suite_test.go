package duckdb_test

import (
	"testing"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/query/querytest"
)

func TestSuite(t *testing.T) {
	querytest.Run(t, func(t *testing.T, dir string) query.Engine {
		db, err := duckdb.Open(ctx, duckdb.Options{Memory: "500MB", Threads: 2, Temp: t.TempDir(), Allow: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	})
}
