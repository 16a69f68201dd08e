package clockbench

import "testing"

// The bench works its cases through and tells a rate for every kind of budget.
func TestDues(t *testing.T) {
	r, err := Dues(t.Context(), Options{Cases: 2_000, Rounds: 2, Seed: 1, Tell: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rate <= 0 || r.LimitRate <= 0 || r.Ratio <= 0 || r.Sums <= 0 || r.Ladders <= 0 || len(r.ByUnit) != 6 {
		t.Errorf("%+v", r)
	}
	for u, n := range r.ByUnit {
		if n <= 0 {
			t.Errorf("%s: %d", u, n)
		}
	}
}
