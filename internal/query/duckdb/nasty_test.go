package duckdb_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/query"
)

func TestManyColumns(t *testing.T) {
	b := setUpWith(t, "1500MB")
	const n = 1000
	var items, cells []string
	for i := range n {
		items, cells = append(items, fmt.Sprintf("c%d", i)), append(cells, fmt.Sprint(i))
	}
	g := b.governed(strings.Repeat(strings.Join(cells, ",")+"\n", 20), items...)
	g.Checks = []query.Check{{Bit: 1, Kernel: one(func(s string) bool { return s == "999" }), Args: []string{"c999"}}}
	o := b.govern(g)
	b.same("rows", []int64{o.In, o.Bad, o.Counts[1]}, []int64{20, 20, 20})
}

func TestALineTooLongIsABadRow(t *testing.T) {
	b := setUp(t)
	g := b.governed("1,a\n2,"+strings.Repeat("x", 17<<20)+"\n3,c\n", "n", "v")
	o := b.govern(g)
	b.same("rows", []int64{o.In, o.Good, o.Bad, o.Unparsed}, []int64{3, 2, 1, 1})
	b.same("good", b.rows(o.GoodFiles, g, "n", "v"), []string{"1|a", "3|c"})
}

func TestNothingButGarbage(t *testing.T) {
	b := setUp(t)
	g := b.governed(strings.Repeat("\x00\xfe,\"\n\r\"x", 50_000), "n", "v")
	o := b.govern(g)
	if o.In != o.Good+o.Bad || o.In == 0 {
		t.Error(o.In, o.Good, o.Bad)
	}
}
