package servebench_test

import (
	"context"
	"testing"

	"github.com/chengshu/chengshu/internal/bench/servebench"
)

func TestServe(t *testing.T) {
	r, err := servebench.Serve(context.Background(), servebench.Options{Rows: 3000, Seed: 1, Dir: t.TempDir(), Memory: "500MB", Tell: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows < 2000 || r.Ratio != r.Rate/r.LimitRate || r.LimitRate <= 0 || len(r.Refreshes) != 2 || len(r.Looks) != 2 {
		t.Errorf("%+v", r)
	}
}
