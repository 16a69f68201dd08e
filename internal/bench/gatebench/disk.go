package gatebench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Disk is what single durable writes of 4 KiB took, in milliseconds: the least that an entry of
// the audit can wait for.
type Disk struct {
	Writes  int     `json:"writes"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Longest float64 `json:"longest_ms"`
	Stalls  int     `json:"stalls"` // writes of stalled milliseconds and more
}

const (
	stalled    = 40                    // milliseconds
	probePace  = 10 * time.Millisecond // between two writes of a probe, which must not be the load itself
	atOnce     = 200                   // writes without a pause
	probedRoom = 16                    // pages of the file, written in turn
)

func (d Disk) String() string {
	return fmt.Sprintf("%d single writes: p50 %.1f, p99 %.1f, longest %.1f ms, %d of %d ms and more", d.Writes, d.P50, d.P99, d.Longest, d.Stalls, stalled)
}

// diskOf sums up what writes took.
func diskOf(took []float64) Disk {
	took = slices.Sorted(slices.Values(took))
	d := Disk{Writes: len(took)}
	if d.Writes == 0 {
		return d
	}
	d.P50, d.P99, d.Longest = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	for _, t := range took {
		if t >= stalled {
			d.Stalls++
		}
	}
	return d
}

// fsyncs is the p99 of writes one right after the other.
func fsyncs(dir string) (float64, error) {
	n := 0
	d, err := probe(dir, func() bool { n++; return n < atOnce })
	return d.P99, err
}

// pacedProbe probes until the channel is closed, a write at a time with a pause between.
func pacedProbe(dir string, until <-chan struct{}) (Disk, error) {
	tick := time.NewTicker(probePace)
	defer tick.Stop()
	return probe(dir, func() bool {
		select {
		case <-until:
			return false
		case <-tick.C:
			return true
		}
	})
}

// probe writes as long as more says so, once at least.
func probe(dir string, more func() bool) (Disk, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return Disk{}, err
	}
	defer f.Close()
	var took []float64
	for page := make([]byte, 4096); ; {
		began := time.Now()
		if _, err := f.WriteAt(page, int64(len(took)%probedRoom)*int64(len(page))); err != nil {
			return Disk{}, err
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return Disk{}, err
		}
		if took = append(took, float64(time.Since(began).Microseconds())/1000); !more() {
			return diskOf(took), nil
		}
	}
}
