package flowbench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/mattn/go-sqlite3" // the plain side speaks to SQLite directly

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
)

// acts is how many acts the life of a case has.
const acts = 7

// actions measures some clients and the plain side in turn.
func (w *world) actions(ctx context.Context, clients int) (Actions, error) {
	r := Actions{Clients: clients}
	plain, err := measure.OpenPlain(ctx, filepath.Join(w.o.Dir, fmt.Sprintf("plain%d.db", clients)))
	if err != nil {
		return r, err
	}
	defer plain.Close()
	walks := max(w.o.Walks*(clients+4)/36, clients)
	var times []float64
	var spent time.Duration
	for range w.o.Rounds {
		limit, err := plain.Insert(ctx, max(walks*acts/2, 100))
		if err != nil {
			return r, err
		}
		before := measure.Processor()
		rate, took, err := w.walk(ctx, clients, walks)
		if err != nil {
			return r, err
		}
		spent += measure.Processor() - before
		times = append(times, took...)
		r.Rounds = append(r.Rounds, Round{rate, limit})
	}
	r.Rate = measure.Median(r.Rounds, func(x Round) float64 { return x.Rate })
	r.LimitRate = measure.Median(r.Rounds, func(x Round) float64 { return x.LimitRate })
	r.Ratio = measure.Median(r.Rounds, func(x Round) float64 { return x.Rate / x.LimitRate })
	r.CPU = float64(spent.Microseconds()) / float64(len(times))
	r.P50, r.P99 = measure.Percentile(times, 0.5), measure.Percentile(times, 0.99)
	return r, nil
}

// walk has clients take cases through their lives, and gives acts a second and how long each
// took in milliseconds.
func (w *world) walk(ctx context.Context, clients, walks int) (float64, []float64, error) {
	var next atomic.Int64
	var work sync.WaitGroup
	times, failed := make([][]float64, clients), make([]error, clients)
	began := time.Now()
	for c := range clients {
		work.Go(func() {
			for next.Add(1) <= int64(walks) && failed[c] == nil {
				failed[c] = w.live(ctx, &times[c])
			}
		})
	}
	work.Wait()
	took := time.Since(began)
	var all []float64
	for _, t := range times {
		all = append(all, t...)
	}
	return float64(len(all)) / took.Seconds(), all, errors.Join(failed...)
}

// live is the whole life of one case.
func (w *world) live(ctx context.Context, times *[]float64) error {
	c, err := w.report(ctx, times)
	if err != nil {
		return err
	}
	return w.through(ctx, c, times, len(life))
}

// report opens a case somewhere in the district.
func (w *world) report(ctx context.Context, times *[]float64) (flow.Case, error) {
	i := int(w.opened.Add(1))
	v := ledger.Values{"road": fmt.Sprintf("第%d号路", i%997), "class": []string{"main", "branch"}[i%2], "region": place(i),
		"place": []any{114 + float64(i*7919%1_000_003)/1e6, 30 + float64(i*104_729%1_000_003)/1e6}, "caller": fmt.Sprintf("139%08d", i)}
	began := time.Now()
	c, joined, err := w.engine.Open(ctx, w.person(fmt.Sprintf("desk-%d", i%seats)), flow.Opening{Pack: packID, Flow: "hole", Values: v})
	*times = append(*times, measure.Millis(time.Since(began)))
	if err == nil && joined {
		err = fmt.Errorf("the case %s was joined", c.Key)
	}
	return c, err
}

// shot is the photo of every mended hole.
var shot = []any{map[string]any{"id": strings.Repeat("ab", 32), "name": "after.jpg"}}

// life is what happens to a case after it was opened, and who does it.
var life = []struct {
	who, action string
	values      map[string]any
}{
	{"desk", "accept", nil}, {"mender", "sign", nil}, {"mender", "done", map[string]any{"method": "cold", "area": 2.5, "after": shot}}, {"checker", "fail", nil},
	{"mender", "done", map[string]any{"area": 3.0}}, {"checker", "pass", map[string]any{"score": int64(5)}},
}

// through takes a case some steps on.
func (w *world) through(ctx context.Context, c flow.Case, times *[]float64, steps int) (err error) {
	var n int
	if _, err := fmt.Sscanf(c.Region, "420102%03d001", &n); err != nil {
		return err
	}
	for _, s := range life[:steps] {
		id := "desk-1"
		if s.who != "desk" {
			id = fmt.Sprintf("%s-%02d", s.who, n-1)
		}
		began := time.Now()
		c, err = w.engine.Act(ctx, w.person(id), c.ID, flow.Input{Action: s.action, Values: s.values, Reason: "边缘未切齐，请返工", Rev: c.Rev})
		if err != nil {
			return fmt.Errorf("%s: %w", s.action, err)
		}
		*times = append(*times, measure.Millis(time.Since(began)))
	}
	return nil
}
