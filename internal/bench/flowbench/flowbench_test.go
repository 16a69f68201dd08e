package flowbench

import "testing"

// TestFlow proves that the bench measures; its figures are the bench's matter.
func TestFlow(t *testing.T) {
	r, err := Flow(t.Context(), Options{Cases: 2_000, Timers: 300, Walks: 36, Rounds: 1, Pages: 20, Dir: t.TempDir(), Tell: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range r.Actions {
		if a.Rate <= 0 || a.Ratio <= 0 || a.P99 < a.P50 {
			t.Errorf("%+v", a)
		}
	}
	for _, p := range append(r.Pages, r.Counts...) {
		if p.P99 <= 0 || p.P99 < p.P50 {
			t.Errorf("%+v", p)
		}
	}
	if x := r.Timers; x.Due < 300 || x.Fired < x.Due || x.Told < 300 {
		t.Errorf("%+v", x)
	}
}
