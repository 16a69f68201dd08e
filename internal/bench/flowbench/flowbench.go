// Package flowbench measures cases: actions with their policy, record, clocks, timers,
// history, audit, notices and fact in one durable transaction, against durable transactions
// of one plain row on the same disk in the same run; the desk's pages and counts over a
// million open cases; and a hundred thousand timers that are due in the same minute.
//
// Read first: Flow.
package flowbench

import (
	"context"
	"errors"
	"fmt"

	"github.com/chengshu/chengshu/internal/bench/measure"
)

// Options of a measurement; what is zero is as usual.
type Options struct {
	Cases  int // open cases the pages are turned over: 1,000,000
	Timers int // due in the same minute: 100,000
	Walks  int // cases that each round of 32 clients takes through their whole life: 1,500
	Rounds int // ours and the plain one in turn: 3
	Pages  int // of each kind: 400
	Dir    string
	Tell   func(string)
}

// Result is what was measured.
type Result struct {
	Name    string    `json:"name"`
	Actions []Actions `json:"actions"`
	Cases   int       `json:"cases"` // that are open while pages are turned
	Pages   []Page    `json:"pages"`
	Counts  []Page    `json:"counts"`
	Timers  Timers    `json:"timers"`
}

// Actions are acts of some clients at once: a case is opened, sent, signed, mended, failed,
// mended again and passed.
type Actions struct {
	Clients   int     `json:"clients"`
	Rate      float64 `json:"rate"`       // acts a second, median of the rounds
	LimitRate float64 `json:"limit_rate"` // durable transactions of one plain row a second, by one client
	Ratio     float64 `json:"ratio"`      // of the rounds' own, their median
	P50       float64 `json:"p50_ms"`     // of an act
	P99       float64 `json:"p99_ms"`
	CPU       float64 `json:"cpu_us"` // of the processors, an act with all that follows it
	Rounds    []Round `json:"rounds"`
}

// Round is one measurement of both, in turn.
type Round struct {
	Rate      float64 `json:"rate"`
	LimitRate float64 `json:"limit_rate"`
}

// Page is one list or count of the desk, as somebody asks for it.
type Page struct {
	Name string  `json:"name"`
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Rows int     `json:"rows"` // of the last page, or the number counted
}

// Timers are timers that come due in the same minute.
type Timers struct {
	Due     int     `json:"due"` // cases
	Fired   int     `json:"fired"`
	Twice   int     `json:"twice"`   // rungs that stand twice in a history
	Missing int     `json:"missing"` // cases whose rung does not stand in their history
	Told    int     `json:"told"`    // notices that came of them
	Seconds float64 `json:"seconds"`
	Rate    float64 `json:"rate"`
}

// Flow measures all three, in this order.
func Flow(ctx context.Context, o Options) (r Result, err error) {
	o.Cases, o.Timers, o.Walks = measure.Or(o.Cases, 1_000_000), measure.Or(o.Timers, 100_000), measure.Or(o.Walks, 1_500)
	o.Rounds, o.Pages = measure.Or(o.Rounds, 3), measure.Or(o.Pages, 400)
	r = Result{Name: "flow"}
	w, err := open(ctx, o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, clients := range []int{1, 8, 32} {
		a, err := w.actions(ctx, clients)
		if err != nil {
			return r, fmt.Errorf("flowbench: %d clients: %w", clients, err)
		}
		o.Tell(fmt.Sprintf("%d clients: %.0f actions/s, %.2f of %.0f plain rows/s", clients, a.Rate, a.Ratio, a.LimitRate))
		r.Actions = append(r.Actions, a)
	}
	if err := w.fill(ctx); err != nil {
		return r, err
	}
	r.Cases = o.Cases
	if r.Pages, err = w.pages(ctx); err != nil {
		return r, err
	}
	if r.Counts, err = w.counts(ctx); err != nil {
		return r, err
	}
	r.Timers, err = w.timers(ctx)
	return r, err
}
