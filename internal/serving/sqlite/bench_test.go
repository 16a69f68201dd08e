package sqlite

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/serving"
)

// BenchmarkLook is a look-up of one row among 100,000, on every processor.
func BenchmarkLook(b *testing.B) {
	dir := b.TempDir()
	engine := openEngine(b, dir)
	defer engine.Close()
	w := begin(b, engine, dir)
	defer w.end()
	const rows = 100_000
	w.publish(add, "a", "1", people(0, rows, "一个不长不短的名字"))
	if _, err := w.files.Refresh(ctx, byID); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		r := rand.New(rand.NewPCG(rand.Uint64(), 1))
		for p.Next() {
			a, err := w.files.Look(ctx, byID.Name, []any{r.IntN(rows)}, 10)
			if err != nil || len(a.Rows) != 1 {
				b.Fatalf("%d rows, %v", len(a.Rows), err)
			}
		}
	})
}

// BenchmarkFiftyFiles opens fifty datasets, looks into each from four readers, and reports
// the memory they hold that is not the mapped files'.
func BenchmarkFiftyFiles(b *testing.B) {
	dir := b.TempDir()
	engine := openEngine(b, dir)
	defer engine.Close()
	w := begin(b, engine, dir)
	defer w.end()
	w.publish(add, "a", "1", people(0, 20_000, "一个不长不短的名字"))
	for b.Loop() {
		before := anonymous(b)
		for i := range 50 {
			d := serving.Dataset{Name: fmt.Sprint("d", i), Table: table, Key: []string{"id"}}
			if _, err := w.files.Refresh(ctx, d); err != nil {
				b.Fatal(err)
			}
			face := w.files.slot(d.Name).face.Load()
			var held []*conn
			for range 4 {
				c, err := face.take(ctx)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := face.look(c, []any{7}, 1); err != nil {
					b.Fatal(err)
				}
				held = append(held, c)
			}
			for _, c := range held {
				face.give(c, false)
			}
		}
		b.ReportMetric(float64(anonymous(b)-before)/1024, "MB")
		b.ReportMetric(float64(w.files.open.Load()), "readers")
		for i := range 50 {
			w.must(w.files.Drop(ctx, fmt.Sprint("d", i)))
		}
	}
}

// anonymous is the process's memory that no file backs, in KiB.
func anonymous(b *testing.B) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("no RssAnon")
	return 0
}
