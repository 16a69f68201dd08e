package lakebench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the limit speaks to the engine directly

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query/duckdb"
)

const threads = 2 // of the engine, on both sides

// Compaction compacts a table of small files that came in a hundred batches. The limit is
// the engine's plain copy of the same files into one Parquet file: no table around it, no
// field ids, no wait for the disk. In every round the limit comes first.
func Compaction(ctx context.Context, dir string, e Extent) (Result, error) {
	e = e.orDefaults()
	var ours, limits []float64
	var done lake.Compacted
	for range rounds {
		r, err := compaction(ctx, dir, e)
		if err != nil {
			return Result{}, err
		}
		ours, limits, done = append(ours, r.ours.Seconds()), append(limits, r.limit.Seconds()), r.done
	}
	return result("lake-compaction", ours, limits, map[string]any{
		"files": done.Before, "files_after": done.After, "rows": done.Rows, "threads": threads}), nil
}

type compacted struct {
	ours, limit time.Duration
	done        lake.Compacted
}

func compaction(ctx context.Context, dir string, e Extent) (c compacted, err error) {
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: threads, Temp: filepath.Join(dir, "spill"), Allow: []string{dir}})
	if err != nil {
		return c, err
	}
	defer engine.Close()
	b, err := fresh(ctx, dir, engine)
	if err != nil {
		return c, err
	}
	defer b.end()
	batches := min(e.Small, 100)
	for i := range batches {
		if _, err := b.publish(ctx, "bench-"+number(i), (i+1)*e.Small/batches-i*e.Small/batches, e.Rows); err != nil {
			return c, err
		}
	}
	files, err := b.Files(ctx, table, 0)
	if err != nil {
		return c, err
	}
	if c.limit, err = plainCopy(ctx, files, filepath.Join(b.dir, "plain.parquet")); err != nil {
		return c, err
	}
	start := time.Now()
	c.done, err = b.Compact(ctx, table, lake.Limits{})
	c.ours = time.Since(start)
	if err == nil && (c.done.Before != e.Small || c.done.Rows != int64(e.Small*e.Rows)) {
		err = fmt.Errorf("lakebench: %d files with %d rows were compacted of %d with %d", c.done.Before, c.done.Rows, e.Small, e.Small*e.Rows)
	}
	return c, err
}

func plainCopy(ctx context.Context, files []lake.File, out string) (time.Duration, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, fmt.Sprintf("SET threads=%d; SET preserve_insertion_order=false", threads)); err != nil {
		return 0, err
	}
	list := make([]string, len(files))
	for i, f := range files {
		list[i] = quote(f.Path)
	}
	start := time.Now()
	_, err = db.ExecContext(ctx, "COPY (SELECT * FROM read_parquet(["+strings.Join(list, ", ")+"])) TO "+quote(out)+" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
	took := time.Since(start)
	if err == nil {
		err = os.Remove(out)
	}
	return took, err
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
