// Package lakebench measures what keeps a table fast as it grows: whether a commit costs
// more after thousands of them, how long planning takes, and what gathering small files
// costs against copying the same rows with nothing around it.
//
// Read first: Commits, Plan, Compaction.
package lakebench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Result is what was measured, in medians over the rounds. Ratio is LimitSeconds / Seconds:
// 1 is the limit, higher is better.
type Result struct {
	Name         string         `json:"name"`
	Seconds      float64        `json:"seconds"`
	LimitSeconds float64        `json:"limit_seconds"`
	Ratio        float64        `json:"ratio"`
	Details      map[string]any `json:"details"`
}

const rounds = 3

// Extent says how much is measured; the zero value is the extent of the figures.
type Extent struct {
	Commits int // 0: 2,000
	Files   int // to plan; 0: 600
	Small   int // files to compact; 0: 1,000
	Rows    int // in each of those; 0: 1,000
}

func (e Extent) orDefaults() Extent {
	for _, f := range []struct {
		field *int
		value int
	}{{&e.Commits, 2000}, {&e.Files, 600}, {&e.Small, 1000}, {&e.Rows, 1000}} {
		if *f.field == 0 {
			*f.field = f.value
		}
	}
	return e
}

var table = ident.Ref{Space: ident.Published, Name: "bench"}

var columns = row.Schema{
	{Name: "id", Type: row.IntType}, {Name: "name", Type: row.TextType}, {Name: "id_no", Type: row.TextType},
	{Name: "region", Type: row.TextType}, {Name: "phone", Type: row.TextType}, {Name: "born", Type: row.DateType},
	{Name: "income", Type: row.FloatType}, {Name: "seen", Type: row.TimeType},
	{Name: "_batch", Type: row.TextType}, {Name: "_ruleset", Type: row.IntType}, {Name: "_broken0", Type: row.IntType},
	{Name: "_raw", Type: row.ListType},
}

// bench is a fresh lake in a folder of its own.
type bench struct {
	*lake.Lake
	dir  string
	o    lake.Options
	ids  map[string]lake.FieldID
	next int // of the rows' numbers
}

func fresh(ctx context.Context, dir string, positions lake.Positions) (*bench, error) {
	dir, err := os.MkdirTemp(dir, "lakebench")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, o: lake.Options{Dir: filepath.Join(dir, "lake"),
		Catalog: filepath.Join(dir, "catalog.db"), Positions: positions}}
	if b.Lake, err = lake.Open(ctx, b.o); err != nil {
		return nil, err
	}
	if err := b.Ensure(ctx, table, columns); err != nil {
		return nil, err
	}
	b.ids, err = b.FieldIDs(ctx, table)
	return b, err
}

func (b *bench) end() {
	b.Close()
	os.RemoveAll(b.dir)
}

// reopen opens the lake anew, so that nothing is known of its tables.
func (b *bench) reopen(ctx context.Context) (err error) {
	if err := b.Close(); err != nil {
		return err
	}
	b.Lake, err = lake.Open(ctx, b.o)
	return err
}

// publish publishes a batch of files; only the publication is timed.
func (b *bench) publish(ctx context.Context, batch string, files, rows int) (time.Duration, error) {
	s, err := b.Stage(ctx, table, ident.Batch(batch), "1")
	if err != nil {
		return 0, err
	}
	for i := range files {
		if err := b.write(filepath.Join(s.Dir, number(i)+".parquet"), batch, rows); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	_, err = b.Publish(ctx, s, lake.Mode{})
	return time.Since(start), err
}

func median[T float64 | time.Duration](of []T) T {
	s := slices.Sorted(slices.Values(of))
	return s[len(s)/2]
}

func result(name string, seconds, limits []float64, details map[string]any) Result {
	r := Result{Name: name, Seconds: median(seconds), LimitSeconds: median(limits), Details: details}
	r.Ratio = r.LimitSeconds / r.Seconds
	details["rounds_seconds"], details["rounds_limit_seconds"] = seconds, limits
	return r
}
