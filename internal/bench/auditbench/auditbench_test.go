package auditbench

import (
	"context"
	"testing"
)

// TestMeasure proves that the bench measures; its figures are the bench's matter.
func TestMeasure(t *testing.T) {
	r, err := Verify(context.Background(), Options{Entries: 3000, Clients: 8, Rounds: 1, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rate <= 0 || r.LimitRate <= 0 || r.EveryRate <= 0 || r.BytesPerEntry < 200 || r.Batches == 0 || len(r.Rounds) != 1 {
		t.Errorf("%+v", r)
	}
}

func BenchmarkVerify(b *testing.B) {
	for b.Loop() {
		for _, clients := range []int{32, 64} {
			r, err := Verify(context.Background(), Options{Entries: 300_000, Clients: clients, Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			b.Logf("%d clients: %+v", clients, r)
		}
	}
}
