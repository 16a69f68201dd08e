package flow

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// Bounds of the timer loop.
const (
	tickPage = 256             // timers that are taken up at a time
	tickMost = 5 * time.Second // it looks at least this often: other nodes set timers too
	tickWait = 10 * time.Minute
)

// Run fires timers as they come due, until ctx ends; beside it the titles of earlier cases are
// gathered.
func (e *Engine) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() {
		if err := e.entitleAll(ctx); err != nil && ctx.Err() == nil {
			e.opt.Log.Error("titles of earlier cases could not be gathered; the rest are not found by their titles", "error", err)
		}
	})
	for ctx.Err() == nil {
		wait := tickMost
		if _, err := e.Tick(ctx); err != nil && ctx.Err() == nil {
			e.opt.Log.Error("timers could not be fired; it is tried again", "error", err)
		} else if next, err := e.Next(ctx); err == nil && !next.IsZero() {
			wait = min(tickMost, max(next.Sub(e.opt.Now()), time.Millisecond))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-e.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// Next is when the next timer is due; zero for none.
func (e *Engine) Next(ctx context.Context) (at time.Time, err error) {
	err = e.opt.Store.Read().QueryRowContext(ctx, `SELECT at FROM flow_timer ORDER BY at LIMIT 1`).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at, err
}

type due struct {
	id, clock string
}

// Tick fires every timer that is due and says how many it fired. Whoever else does the same
// at the same time, on this store or in another process, fires none of them a second time:
// the timer, the case's step and all that comes of it are one transaction.
func (e *Engine) Tick(ctx context.Context) (fired int, err error) {
	page := tickPage
	if e.opt.OneByOne {
		page = 1
	}
	for {
		now := e.opt.Now()
		rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT case_id, clock FROM flow_timer WHERE at <= ? ORDER BY at, case_id, clock LIMIT ?`, now.UTC(), page)
		if err != nil {
			return fired, err
		}
		var all []due
		for rows.Next() {
			var d due
			if err := rows.Scan(&d.id, &d.clock); err != nil {
				return fired, errors.Join(err, rows.Close())
			}
			all = append(all, d)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fired, err
		}
		n, err := e.fireAll(ctx, all, now)
		fired += n
		if err != nil || n == 0 && len(all) < page { // what fired may have set what is due already
			return fired, err
		}
	}
}

// fireAll fires timers side by side: the store commits them together. One that fails is put
// off and said, the rest goes on.
func (e *Engine) fireAll(ctx context.Context, all []due, now time.Time) (fired int, err error) {
	var work sync.WaitGroup
	var mu sync.Mutex
	for _, d := range all {
		work.Go(func() {
			ok, failed := e.fire(ctx, d, now)
			if failed != nil && ctx.Err() == nil {
				e.opt.Log.Error("a case's clock could not be advanced; it is tried again", "case", d.id, "clock", d.clock, "error", failed)
				failed = e.putOff(ctx, d, now)
			}
			mu.Lock()
			defer mu.Unlock()
			if ok {
				fired++
			}
			err = errors.Join(err, failed)
		})
	}
	work.Wait()
	return fired, err
}

func (e *Engine) putOff(ctx context.Context, d due, now time.Time) error {
	return e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		return exec(ctx, tx, `UPDATE flow_timer SET at = $1 WHERE case_id = $2 AND clock = $3 AND at <= $4`, now.Add(tickWait).UTC(), d.id, d.clock, now.UTC())
	})
}

func (e *Engine) fire(ctx context.Context, d due, now time.Time) (fired bool, err error) {
	err = e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		fired = false
		stmt, err := tx.Prepared(ctx, `SELECT step, at FROM flow_timer WHERE case_id = $1 AND clock = $2`)
		if err != nil {
			return err
		}
		t := Timer{Clock: d.clock}
		err = stmt.QueryRowContext(ctx, d.id, d.clock).Scan(&t.Step, &t.At)
		if errors.Is(err, sql.ErrNoRows) || err == nil && t.At.After(now) {
			return nil // somebody else was here
		}
		if err != nil {
			return err
		}
		c, err := read(ctx, tx, d.id)
		if err != nil {
			return err
		}
		m, r, err := e.matter(ctx, tx, c)
		if err != nil {
			return err
		}
		env, err := e.around(ctx, tx, m, c.ID, r.Values)
		if err != nil {
			return err
		}
		after, effects, ok, err := m.Fire(c, t, env, now)
		if err != nil {
			return err
		}
		if !ok {
			return exec(ctx, tx, `DELETE FROM flow_timer WHERE case_id = $1 AND clock = $2`, d.id, d.clock)
		}
		action := ActWarn
		switch d.clock {
		case ClockExpiry:
			action = ActExpire
		case ClockDuty:
			action = ActRelieve
		}
		fired = true
		return e.settle(ctx, tx, step{m: m, actor: Actor{System: true}, action: action, rung: m.percent(t, c), clock: t.Clock, before: c, after: after, effects: effects, record: r, now: now})
	})
	return fired && err == nil, err
}

// percent is how much of its time a clock had spent when a timer of it fired.
func (m *Machine) percent(t Timer, c Case) int {
	if t.Clock == ClockDuty {
		return 0
	}
	if l := m.ladderOf(t.Clock, c.Clocks[t.Clock]); t.Step < len(l) {
		return int(l[t.Step].At)
	}
	return 0
}
