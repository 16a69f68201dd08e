package ledgerbench

import "testing"

// TestRegisters proves that the bench measures; its figures are the bench's matter.
func TestRegisters(t *testing.T) {
	r, err := Registers(t.Context(), Options{Rows: 600, Records: 2000, Pages: 20, Dir: t.TempDir(), Tell: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Import.Seconds <= 0 || r.Import.LimitSeconds <= 0 || r.Import.LongestBatch <= 0 || len(r.Pages) != 11 {
		t.Errorf("%+v", r)
	}
	for _, p := range r.Pages {
		if p.P99 <= 0 || p.P99 < p.P50 {
			t.Errorf("%+v", p)
		}
	}
}
