package lakebench_test

import (
	"context"
	"testing"

	"github.com/chengshu/chengshu/internal/bench/lakebench"
)

var small = lakebench.Extent{Commits: 30, Files: 20, Small: 12, Rows: 50}

func TestBenches(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		run  func(context.Context, string, lakebench.Extent) (lakebench.Result, error)
	}{
		{"lake-commits", lakebench.Commits},
		{"lake-plan", lakebench.Plan},
		{"lake-compaction", lakebench.Compaction},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := c.run(ctx, t.TempDir(), small)
			if err != nil {
				t.Fatal(err)
			}
			if r.Name != c.name || r.Seconds <= 0 || r.LimitSeconds <= 0 || r.Ratio != r.LimitSeconds/r.Seconds {
				t.Errorf("%+v", r)
			}
		})
	}
}
