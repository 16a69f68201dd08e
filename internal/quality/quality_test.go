package quality_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

func open(t *testing.T) (*quality.Engine, store.Store) {
	t.Helper()
	st, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	e, err := quality.New(st)
	if err != nil {
		t.Fatal(err)
	}
	return e, st
}

func judged(bad int64) rule.Judgement {
	cell := "42010219560312003×"
	limit := 2.0
	f := finding("citizen_id_id_no", "0302", rule.Accuracy, bad, 100)
	f.Limit, f.Items = &limit, []string{"id_no"}
	return rule.Judgement{In: 100, Good: 100 - bad, Bad: bad, Findings: []rule.Finding{f},
		Samples:   []rule.Sample{{Line: 1204, Cells: []*string{&cell, nil}, Rules: []string{f.Rule}, Broken: []string{"id_no"}}},
		Suspicion: &rule.Suspicion{Rule: f.Rule, Cure: &rule.Cure{Item: "id_no", Step: rule.Step{Do: "x"}, Mends: 3, Of: 4}}}
}

func keep(t *testing.T, e *quality.Engine, st store.Store, batch, directory string, at time.Time, j rule.Judgement) {
	t.Helper()
	err := st.Write(context.Background(), func(ctx context.Context, tx store.Tx) error {
		return e.Keep(ctx, tx, batch, directory, at, j)
	})
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 20, 4, 0, 0, 123000, time.UTC)

func TestKeepAndReport(t *testing.T) {
	e, st := open(t)
	ctx := context.Background()
	if _, err := e.Report(ctx, "b1"); !errors.Is(err, quality.ErrMissing) || fault.KindOf(err) != fault.Missing {
		t.Errorf("before: %v", err)
	}
	keep(t, e, st, "b1", "pension", noon, judged(20))
	keep(t, e, st, "b1", "pension", noon, judged(4)) // judged again
	got, err := e.Report(ctx, "b1")
	if err != nil {
		t.Fatal(err)
	}
	want := quality.Kept{Batch: "b1", Directory: "pension", At: noon, Judgement: judged(4), Report: quality.Grade(judged(4))}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if trend, err := e.Trend(ctx, "pension", 9); err != nil || len(trend) != 1 || trend[0].Quarantined != 4 {
		t.Errorf("a batch judged twice: %+v, %v", trend, err)
	}
}

// TestKeepBelongsToItsCaller: what the caller takes back was never kept.
func TestKeepBelongsToItsCaller(t *testing.T) {
	e, st := open(t)
	ctx := context.Background()
	fail := errors.New("no")
	err := st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := e.Keep(ctx, tx, "b1", "pension", noon, judged(1)); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
	if _, err := e.Report(ctx, "b1"); !errors.Is(err, quality.ErrMissing) {
		t.Errorf("it was kept: %v", err)
	}
}

func TestTrendAndDays(t *testing.T) {
	e, st := open(t)
	ctx := context.Background()
	for i, bad := range []int64{10, 20, 0, 5} {
		keep(t, e, st, fmt.Sprintf("p%d", i), "pension", noon.Add(time.Duration(i)*7*time.Hour), judged(bad))
	}
	keep(t, e, st, "o", "other", noon, judged(50))
	keep(t, e, st, "empty", "other", noon.AddDate(0, 0, 9), rule.Judgement{})

	trend, err := e.Trend(ctx, "pension", 3)
	if err != nil || len(trend) != 3 || trend[0].Batch != "p1" || trend[2].Batch != "p3" || show(trend[2].Score) != "95" ||
		trend[2].Grade != "A" || trend[2].RowsIn != 100 || !trend[2].At.Equal(noon.Add(21*time.Hour)) {
		t.Errorf("trend: %+v, %v", trend, err)
	}
	grades, err := e.Grades(ctx, "o", "p2", "none")
	if err != nil || len(grades) != 2 || grades["o"].Grade != "E" || grades["p2"].Grade != "A" {
		t.Errorf("grades: %+v, %v", grades, err)
	}
	var line []string
	days, err := e.Days(ctx, noon, false, nil)
	for _, d := range days {
		line = append(line, fmt.Sprint(d.Day, " ", show(d.Score), " ", d.Batches))
	}
	// 04:00 and 11:00 UTC are of the 20th in Beijing, 18:00 and 01:00 of the 21st.
	want := []string{"2026-11-20 73.33 3", "2026-11-21 97.5 2", "2026-11-29 - 1"}
	if err != nil || !reflect.DeepEqual(line, want) {
		t.Errorf("days: %q, %v; want %q", line, err, want)
	}
	if days, err = e.Days(ctx, noon.AddDate(0, 0, 2), false, nil); err != nil || len(days) != 1 || days[0].Day != "2026-11-29" {
		t.Errorf("from the 22nd on: %+v, %v", days, err)
	}
	if days, err = e.Days(ctx, noon, true, []string{"pension"}); err != nil || len(days) != 2 || days[0].Batches != 2 {
		t.Errorf("of one directory: %+v, %v", days, err)
	}
	if days, err = e.Days(ctx, noon, true, nil); err != nil || len(days) != 0 {
		t.Errorf("of no directory: %+v, %v", days, err)
	}
}
