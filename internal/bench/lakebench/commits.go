package lakebench

import (
	"context"
	"time"
)

// growth is how much dearer the last commit may be than the tenth.
const growth = 3

// Commits publishes batches of one small file each and compares the last commits with the
// tenth: medians of nine around it. The limit is three times the tenth. dir has to be on
// the disk in question; what is made in it is removed.
func Commits(ctx context.Context, dir string, e Extent) (Result, error) {
	n := e.orDefaults().Commits
	var late, limits, early []float64
	for range rounds {
		times, err := commits(ctx, dir, n)
		if err != nil {
			return Result{}, err
		}
		tenth := median(times[5:14]).Seconds()
		late = append(late, median(times[n-9:]).Seconds())
		early = append(early, tenth)
		limits = append(limits, growth*tenth)
	}
	return result("lake-commits", late, limits, map[string]any{
		"commits": n, "tenth_seconds": median(early), "growth": median(late) / median(early)}), nil
}

func commits(ctx context.Context, dir string, n int) ([]time.Duration, error) {
	b, err := fresh(ctx, dir, nil)
	if err != nil {
		return nil, err
	}
	defer b.end()
	times := make([]time.Duration, n)
	for i := range times {
		if times[i], err = b.publish(ctx, "bench-"+number(i), 1, 100); err != nil {
			return nil, err
		}
	}
	return times, nil
}

// planLimit is what planning 600 files may cost.
const planLimit = 10 * time.Millisecond

// Plan plans a table whose files came by as many commits, with a lake just opened, so that
// nothing is known; the plan of a snapshot that is known is given beside it.
func Plan(ctx context.Context, dir string, e Extent) (Result, error) {
	n := e.orDefaults().Files
	b, err := fresh(ctx, dir, nil)
	if err != nil {
		return Result{}, err
	}
	defer b.end()
	for i := range n {
		if _, err := b.publish(ctx, "bench-"+number(i), 1, 100); err != nil {
			return Result{}, err
		}
	}
	var cold, limits, warm []float64
	for range rounds * 3 {
		if err := b.reopen(ctx); err != nil {
			return Result{}, err
		}
		for _, to := range []*[]float64{&cold, &warm} {
			start := time.Now()
			if _, err := b.Files(ctx, table, 0); err != nil {
				return Result{}, err
			}
			*to = append(*to, time.Since(start).Seconds())
		}
		limits = append(limits, planLimit.Seconds())
	}
	return result("lake-plan", cold, limits, map[string]any{"files": n, "known_seconds": median(warm)}), nil
}
