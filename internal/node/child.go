package node

import (
	"context"
	"io"

	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/region"
)

// Child is the body of the process that judges one load.
func Child(ctx context.Context, in io.Reader, out io.Writer) error {
	return ingest.Work(ctx, in, out, region.New(), func(ctx context.Context, l ingest.Limits) (ingest.Judge, error) {
		return duckdb.Open(ctx, duckdb.Options{Memory: l.Memory, Threads: l.Threads, Temp: l.Temp, Allow: l.Allow, Judges: true})
	})
}
