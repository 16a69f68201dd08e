package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/node"
)

// month lives through the days one after the other: in the morning files come, then what
// people decided to do, then the calls of applications between all of that.
func (s *stage) month(ctx context.Context, files []File) error {
	var errs []error
	for day := -before; day <= 0; day++ {
		var today []File
		for len(files) > 0 && files[0].Day == day {
			today, files = append(today, files[0]), files[1:]
		}
		errs = append(errs, s.until(ctx, s.clock.hour(day, 7.5)))
		if err := s.day(ctx, day, today); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// day is one day; its step tells how many rows came in, batches and calls.
func (s *stage) day(ctx context.Context, day int, files []File) error {
	began, called := time.Now(), s.calls
	_, err := s.node.Grants.Expire(ctx, s.clock.Now())
	errs := []error{err}
	rows, err := s.morning(ctx, day, files)
	errs = append(errs, err)
	calls := callsOn(Seed, day, s.clock.weekend(day), s.clock.share(day))
	for _, d := range allDeeds() {
		if d.day == day {
			some := slices.IndexFunc(append(calls, call{hour: 24}), func(c call) bool { return c.hour > d.hour })
			errs = append(errs, s.callAll(ctx, day, calls[:some]))
			calls = calls[some:]
			errs = append(errs, s.until(ctx, s.clock.hour(day, d.hour)))
			if err := d.do(ctx, s); err != nil {
				errs = append(errs, fmt.Errorf("demo: %s of day %d: %w", d.what, day, err))
			}
		}
	}
	errs = append(errs, s.callAll(ctx, day, calls))
	return s.say(Step{Name: s.clock.midnight(day).Format(time.DateOnly), Rows: rows, Seconds: time.Since(began).Seconds(),
		State: fmt.Sprintf("%d files, %d calls", len(files), s.calls-called)}, errors.Join(errs...))
}

// until goes on to a moment, firing the timers of cases at theirs.
func (s *stage) until(ctx context.Context, t time.Time) error {
	if s.clock.still { // what came of the moment before is written down as of then
		if err := s.node.Store.Drain(ctx); err != nil {
			return err
		}
	}
	for {
		at, err := s.node.Flow.Next(ctx)
		if err != nil || at.IsZero() || at.After(t) {
			s.clock.to(t)
			return err
		}
		s.clock.to(at)
		if _, err := s.node.Flow.Tick(ctx); err != nil {
			return err
		}
	}
}

// atOnce is how many files of a morning are loaded side by side.
const atOnce = 3

// morning loads the files of a day, in the order in which they come, and says how many rows
// were in them.
func (s *stage) morning(ctx context.Context, day int, files []File) (rows int64, err error) {
	var errs []error
	for slot := 0; len(files) > 0; slot++ {
		errs = append(errs, s.until(ctx, s.clock.hour(day, 8+float64(slot)/4)))
		some := files[:min(s.clock.atOnce(atOnce), len(files))]
		files = files[len(some):]
		var wg sync.WaitGroup
		for _, f := range some {
			wg.Go(func() {
				b, err := s.load(ctx, f)
				s.mu.Lock()
				defer s.mu.Unlock()
				if errs = append(errs, err); b != nil {
					rows, s.last[f.Directory] = rows+b.In, b
				}
			})
		}
		wg.Wait()
	}
	return rows, errors.Join(append(errs, s.node.Store.Drain(ctx))...) // until what is served has followed
}

// chain proves the audit as it stands in the folder, every signature.
func (s *stage) chain(ctx context.Context) (int64, error) {
	if err := s.node.Audit.Keep(ctx); err != nil {
		return 0, err
	}
	r, err := node.VerifyAudit(ctx, s.node.Config, true, nil)
	if err == nil && !r.OK {
		err = fmt.Errorf("demo: the audit does not hold: %s", r.Flaw.What.In("en"))
	}
	return r.Entries, err
}
