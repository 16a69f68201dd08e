package storebench

import (
	"context"
	"testing"
)

// TestMeasure proves that the bench measures; its figures are the bench's matter.
func TestMeasure(t *testing.T) {
	r, err := inTurn(context.Background(), t.TempDir(), 640, 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rounds) != rounds || r.Rate <= 0 || r.LimitRate <= 0 || r.Ratio != r.Rate/r.LimitRate {
		t.Errorf("%+v", r)
	}
	t.Logf("%+v", r)
}

func BenchmarkGroupedWrites(b *testing.B) {
	for b.Loop() {
		r, err := GroupedWrites(context.Background(), b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(r.Rate, "writes/s")
		b.ReportMetric(r.Ratio, "ratio")
		b.Logf("%+v", r)
	}
}
