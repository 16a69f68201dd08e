package gatebench

import (
	"os"
	"testing"
)

func TestDiskOf(t *testing.T) {
	took := []float64{270, 41, 40, 39.9}
	for range 196 {
		took = append(took, 1)
	}
	if d := diskOf(took); d != (Disk{Writes: 200, P50: 1, P99: 41, Longest: 270, Stalls: 3}) {
		t.Errorf("%+v", d)
	}
	if took[0] != 270 {
		t.Error("the caller's writes were put into another order")
	}
	if d := diskOf(nil); d != (Disk{}) {
		t.Errorf("of none: %+v", d)
	}
}

// A probe writes as often as it is told to, and leaves its file at sixteen pages.
func TestProbe(t *testing.T) {
	dir, n := t.TempDir(), 0
	d, err := probe(dir, func() bool { n++; return n < 40 })
	if err != nil || d.Writes != 40 || d.Longest < d.P99 || d.P99 < d.P50 || d.P50 <= 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if info, err := os.Stat(dir + "/fsync"); err != nil || info.Size() != probedRoom*4096 {
		t.Errorf("%v, %v", info, err)
	}
	ended := make(chan struct{})
	close(ended)
	if d, err := pacedProbe(dir, ended); err != nil || d.Writes == 0 {
		t.Errorf("one that ends at once: %+v, %v", d, err)
	}
	if _, err := probe(dir+"/none", nil); err == nil {
		t.Error("a folder that is not there was probed")
	}
}
