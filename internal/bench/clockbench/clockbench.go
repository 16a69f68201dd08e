// Package clockbench measures how many due times a second are computed on one processor.
//
// Read first: Dues.
package clockbench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/region"
)

// Result is what was measured, in medians of the rounds, on one processor. The limit is plain
// arithmetic of dates for the same starts: so many days on, at half past five. Ratio is
// Rate / LimitRate: 1 is the limit, higher is better.
type Result struct {
	Name      string           `json:"name"`
	Cases     int              `json:"cases"`
	Rate      float64          `json:"rate"` // due times a second
	LimitRate float64          `json:"limit_rate"`
	Ratio     float64          `json:"ratio"`
	ByUnit    map[string]int64 `json:"rate_by_unit"` // of cases with budgets of that unit alone
	Sums      float64          `json:"sums_rate"`    // with the sum by which it comes about
	Ladders   float64          `json:"ladders_rate"` // the instants of four steps
	Details   map[string]any   `json:"details"`
}

// Options say how much is measured.
type Options struct {
	Cases  int
	Rounds int
	Seed   uint64
	Tell   func(string)
}

var ladder = clock.Ladder{{At: 50, Raise: 1}, {At: 80, Raise: 1}, {At: 100, Raise: 1}, {At: 150, Raise: 1}}

// Dues measures cases of the years 2015 to 2030 with budgets of every unit; every fourth was
// paused once or twice, every tenth extended.
func Dues(ctx context.Context, o Options) (Result, error) {
	opened := time.Now()
	c, err := clock.New(clock.Published(), clock.DefaultOffice())
	if err != nil {
		return Result{}, err
	}
	r := Result{Name: "clock", Cases: o.Cases, ByUnit: map[string]int64{}, Details: map[string]any{"rounds": o.Rounds, "open_ms": time.Since(opened).Milliseconds()}}
	cases := make([]clock.Ledger, o.Cases)
	rnd := rand.New(rand.NewPCG(o.Seed, 6))
	for i := range cases {
		cases[i] = anyCase(rnd)
	}
	now := time.Date(2026, 11, 20, 10, 6, 0, 0, region.Beijing)
	var ours, limit, sums, ladders []float64
	for round := range o.Rounds {
		o.Tell(fmt.Sprintf("round %d", round+1))
		limit = append(limit, rate(len(cases), func() error { return plain(cases) }, &err))
		ours = append(ours, rate(len(cases), func() error { return dues(c, cases, now) }, &err))
		few := cases[:len(cases)/20+1]
		sums = append(sums, rate(len(few), func() error { return explained(c, few, now) }, &err))
		ladders = append(ladders, rate(len(few), func() error { return climbed(c, few, now) }, &err))
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return r, err
		}
	}
	r.Rate, r.LimitRate, r.Sums, r.Ladders = median(ours), median(limit), median(sums), median(ladders)
	r.Ratio = r.Rate / r.LimitRate
	for u := clock.Minutes; u <= clock.WorkDays; u++ {
		alone := slices.DeleteFunc(slices.Clone(cases), func(l clock.Ledger) bool { return l.Budget.Unit != u })
		r.ByUnit[u.String()] = int64(rate(len(alone), func() error { return dues(c, alone, now) }, &err))
	}
	return r, err
}

// anyCase invents a case's ledger.
func anyCase(rnd *rand.Rand) clock.Ledger {
	first := time.Date(2015, 1, 1, 0, 0, 0, 0, region.Beijing).Unix()
	start := time.Unix(first+rnd.Int64N(16*365*86400), 0)
	most := map[clock.Unit]int64{clock.Minutes: 1440, clock.Hours: 72, clock.Days: 30, clock.WorkMinutes: 420, clock.WorkHours: 80, clock.WorkDays: 30}
	b := clock.Budget{Unit: clock.Unit(1 + rnd.IntN(6))}
	b.Amount = 1 + rnd.Int64N(most[b.Unit])
	l := clock.Ledger{Started: start, Budget: b}
	at := start
	if rnd.IntN(4) == 0 {
		for range 1 + rnd.IntN(2) {
			from := at.Add(time.Duration(rnd.IntN(72)) * time.Hour)
			at = from.Add(time.Duration(1+rnd.IntN(200)) * time.Hour)
			l.Pauses = append(l.Pauses, clock.Pause{From: from, To: at, Reason: "补正"})
		}
	}
	if rnd.IntN(10) == 0 {
		l.Extra = []clock.Extension{{At: start, Budget: clock.Budget{Amount: 1 + rnd.Int64N(5), Unit: clock.WorkDays}, Reason: "复杂"}}
	}
	return l
}

func dues(c *clock.Clock, cases []clock.Ledger, now time.Time) error {
	for i := range cases {
		if _, err := c.Due(cases[i], now); err != nil {
			return err
		}
	}
	return nil
}

func explained(c *clock.Clock, cases []clock.Ledger, now time.Time) error {
	for i := range cases {
		if _, _, err := c.Explain(cases[i], now); err != nil {
			return err
		}
	}
	return nil
}

func climbed(c *clock.Clock, cases []clock.Ledger, now time.Time) error {
	for i := range cases {
		if _, err := c.Instants(ladder, cases[i], now); err != nil {
			return err
		}
	}
	return nil
}

// plain is the limit: so many days on, at half past five.
func plain(cases []clock.Ledger) error {
	var sum int64
	for i := range cases {
		y, m, d := cases[i].Started.In(region.Beijing).Date()
		sum += time.Date(y, m, d+int(cases[i].Budget.Amount), 17, 30, 0, 0, region.Beijing).Unix()
	}
	if sum == 0 {
		return fmt.Errorf("clockbench: the limit computed nothing")
	}
	return nil
}

// rate is how many a second were worked.
func rate(n int, work func() error, err *error) float64 {
	began := time.Now()
	if e := work(); e != nil && *err == nil {
		*err = e
	}
	return float64(n) / time.Since(began).Seconds()
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
