// Package auditbench measures the audit: durable appends, and the verification of a chain
// against the bare hash over the same bytes.
//
// Read first: Verify.
package auditbench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// Options of a measurement.
type Options struct {
	Entries int64 // 1,000,000
	Clients int   // that append at the same time: 64
	Rounds  int   // of verification, each side in turn: 3
	Dir     string
	Tell    func(string)
}

// Result is what was measured; rates are entries per second.
type Result struct {
	Name           string  `json:"name"`
	Entries        int64   `json:"entries"`
	Batches        int64   `json:"batches"`
	AppendRate     float64 `json:"append_rate"`
	Rate           float64 `json:"rate"`            // median, verified
	LimitRate      float64 `json:"limit_rate"`      // median: SM3 over the same bytes on as many processors, nothing else
	Ratio          float64 `json:"ratio"`           // Rate / LimitRate
	EveryRate      float64 `json:"every_rate"`      // with the signature of every batch
	PackedRate     float64 `json:"packed_rate"`     // once finished segments are packed
	BytesPerEntry  float64 `json:"bytes_per_entry"` // as written, everything counted
	PackedBytes    float64 `json:"packed_bytes_per_entry"`
	GBPer100M      float64 `json:"gb_per_100m"` // packed
	EntriesPerHead float64 `json:"entries_per_batch"`
	Rounds         []Round `json:"rounds"`
}

// Round is one measurement of both, in turn.
type Round struct {
	Rate      float64 `json:"rate"`
	LimitRate float64 `json:"limit_rate"`
}

type world struct {
	o    Options
	ring *gm.Ring
	st   *sqlite.Store
}

// Verify writes a chain with many clients, then verifies it and hashes its files bare, in
// turn.
func Verify(ctx context.Context, o Options) (r Result, err error) {
	o.Entries, o.Clients, o.Rounds = measure.Or(o.Entries, 1_000_000), measure.Or(o.Clients, 64), measure.Or(o.Rounds, 3)
	w := &world{o: o}
	if w.ring, err = gm.OpenRing(gm.RingOptions{Path: filepath.Join(o.Dir, "keys.json"), MasterFile: filepath.Join(o.Dir, "master.key")}); err != nil {
		return r, err
	}
	if w.st, err = sqlite.Open(ctx, filepath.Join(o.Dir, "state.db"), sqlite.Options{}); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.st.Close()) }()
	r = Result{Name: "verify", Entries: o.Entries}
	if r.AppendRate, err = w.write(ctx); err != nil {
		return r, err
	}
	o.say("%d entries written, %.0f/s", o.Entries, r.AppendRate)
	for range o.Rounds {
		limit, err := w.hash()
		if err != nil {
			return r, err
		}
		rate, report, err := w.verify(ctx, false)
		if err != nil {
			return r, err
		}
		r.Rounds = append(r.Rounds, Round{rate, float64(o.Entries) / limit.Seconds()})
		r.Batches = report.Batches
		r.BytesPerEntry = float64(report.Bytes) / float64(report.Entries)
	}
	if r.EveryRate, _, err = w.verify(ctx, true); err != nil {
		return r, err
	}
	if r.PackedBytes, err = w.pack(ctx); err != nil {
		return r, err
	}
	if r.PackedRate, _, err = w.verify(ctx, false); err != nil {
		return r, err
	}
	r.Rate = measure.Median(r.Rounds, func(x Round) float64 { return x.Rate })
	r.LimitRate = measure.Median(r.Rounds, func(x Round) float64 { return x.LimitRate })
	r.Ratio = r.Rate / r.LimitRate
	r.GBPer100M = r.PackedBytes / 10
	r.EntriesPerHead = float64(r.Entries) / float64(r.Batches)
	return r, nil
}

func (o Options) say(form string, args ...any) {
	if o.Tell != nil {
		o.Tell(fmt.Sprintf(form, args...))
	}
}

// call is an entry as the gateway writes them, ids as long as they are.
func call(n int64, ids []string) audit.Entry {
	return audit.Entry{Action: "read", Door: "gateway", Actor: ids[n%5], Office: "区民政局", Service: "resident_basic", Directory: "resident",
		Grant: ids[n%7], Purpose: "高龄津贴资格核验", Items: []string{"id_no", "name", "birth_date"}, Rows: 1,
		Answer: audit.AnswerHash(gm.Sum3(fmt.Append(nil, n))), Outcome: "ok"}
}

func (w *world) open(ctx context.Context) (*audit.Audit, error) {
	return audit.Open(ctx, audit.Options{Dir: filepath.Join(w.o.Dir, "audit"), Head: filepath.Join(w.o.Dir, "audit.head"), Store: w.st,
		Signer: func() gm.Signer { return w.ring.Current(gm.Audit) }, PublicKey: w.ring.PublicKey})
}

// pack has finished segments packed and gives the bytes of an entry then.
func (w *world) pack(ctx context.Context) (perEntry float64, err error) {
	a, err := w.open(ctx)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(a.Keep(ctx), a.Close()); err != nil {
		return 0, err
	}
	files, err := os.ReadDir(filepath.Join(w.o.Dir, "audit"))
	if err != nil {
		return 0, err
	}
	stored := 0
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(w.o.Dir, "audit", f.Name()))
		if err != nil {
			return 0, err
		}
		stored += len(bytes.TrimRight(data, "\x00"))
	}
	return float64(stored) / float64(w.o.Entries), nil
}

func (w *world) write(ctx context.Context) (rate float64, err error) {
	a, err := w.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ids := make([]string, 10)
	for i := range ids {
		ids[i] = ident.New()
	}
	var next atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, w.o.Clients)
	began := time.Now()
	for c := range w.o.Clients {
		all.Go(func() {
			for failed[c] == nil {
				n := next.Add(1)
				if n > w.o.Entries {
					return
				}
				_, failed[c] = a.Append(ctx, call(n, ids))
			}
		})
	}
	all.Wait()
	return float64(w.o.Entries) / time.Since(began).Seconds(), errors.Join(failed...)
}

func (w *world) verify(ctx context.Context, every bool) (float64, audit.Report, error) {
	began := time.Now()
	r, err := audit.Verify(ctx, audit.VerifyOptions{Dir: filepath.Join(w.o.Dir, "audit"), Head: filepath.Join(w.o.Dir, "audit.head"), PublicKey: w.ring.PublicKey, Every: every})
	took := time.Since(began)
	if err == nil && (!r.OK || r.Entries != w.o.Entries) {
		err = fmt.Errorf("auditbench: the chain does not hold: %+v %+v", r, r.Flaw)
	}
	return float64(r.Entries) / took.Seconds(), r, err
}

// hash is the limit: every file through SM3 once, on all processors.
func (w *world) hash() (time.Duration, error) {
	files, err := filepath.Glob(filepath.Join(w.o.Dir, "audit", "*.audit"))
	if err != nil {
		return 0, err
	}
	began := time.Now()
	var next atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, runtime.GOMAXPROCS(0))
	for n := range failed {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				data, err := os.ReadFile(files[i])
				if err != nil {
					failed[n] = err
					return
				}
				gm.Sum3(data)
			}
		})
	}
	all.Wait()
	return time.Since(began), errors.Join(failed...)
}
