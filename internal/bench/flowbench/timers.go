package flowbench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// workers fire timers at once, as nodes of one store would.
const workers = 2

// timers makes cases whose half time comes in the same minute, turns the clock to it and has
// two workers fire all of them.
func (w *world) timers(ctx context.Context) (r Timers, err error) {
	w.o.Tell(fmt.Sprintf("making %d cases that are half spent in the same minute", w.o.Timers))
	c, err := w.model(ctx, 2) // signed: its holder is told at half time
	if err != nil {
		return r, err
	}
	if err := w.copies(ctx, w.o.Cases, w.o.Cases+w.o.Timers-1, c); err != nil {
		return r, err
	}
	var at time.Time
	if err := w.books.Store.Read().QueryRowContext(ctx, `SELECT at FROM flow_timer WHERE case_id = ?`, c.ID).Scan(&at); err != nil {
		return r, err
	}
	w.at(at.Add(30 * time.Second))
	due, err := w.ids(ctx, `SELECT DISTINCT case_id FROM flow_timer WHERE at <= ?`, w.Now().UTC())
	if err != nil {
		return r, err
	}
	r.Due = len(due)
	before := 0
	if err := w.count(ctx, &before, `SELECT COUNT(*) FROM notice`); err != nil {
		return r, err
	}
	w.o.Tell(fmt.Sprintf("firing %d timers", r.Due))
	began := time.Now()
	var work sync.WaitGroup
	fired, failed := make([]int, workers), make([]error, workers)
	for i := range workers {
		work.Go(func() { fired[i], failed[i] = w.engine.Tick(ctx) })
	}
	work.Wait()
	r.Seconds = time.Since(began).Seconds()
	if err := errors.Join(failed...); err != nil {
		return r, err
	}
	for _, n := range fired {
		r.Fired += n
	}
	r.Rate = float64(r.Fired) / r.Seconds
	return r, w.proven(ctx, &r, due, before)
}

// proven reads in the histories what was fired: each rung of each case once, none left out.
// A rung may set the next one at once, so that more may fire than were due.
func (w *world) proven(ctx context.Context, r *Timers, due map[string]bool, before int) error {
	at := w.Now().UTC()
	const twice = `SELECT COUNT(*) FROM (SELECT 1 FROM flow_step WHERE action = 'warn' GROUP BY case_id, from_state, json_extract(detail, '$.clock'), json_extract(detail, '$.rung') HAVING COUNT(*) > 1)`
	left := 0
	err := errors.Join(w.count(ctx, &r.Twice, twice), w.count(ctx, &r.Told, `SELECT COUNT(*) FROM notice`), w.count(ctx, &left, `SELECT COUNT(*) FROM flow_timer WHERE at <= ?`, at))
	if err != nil {
		return err
	}
	r.Told -= before
	done, err := w.ids(ctx, `SELECT DISTINCT case_id FROM flow_step WHERE action = 'warn' AND at >= ?`, at)
	if err != nil {
		return err
	}
	for id := range due {
		if !done[id] {
			r.Missing++
		}
	}
	if r.Fired < r.Due || r.Twice+r.Missing+left != 0 {
		return fmt.Errorf("flowbench: of %d cases with a timer that was due %d timers fired, %d rungs twice, %d never, %d are left", r.Due, r.Fired, r.Twice, r.Missing, left)
	}
	return nil
}

func (w *world) count(ctx context.Context, into *int, query string, args ...any) error {
	return w.books.Store.Read().QueryRowContext(ctx, query, args...).Scan(into)
}

func (w *world) ids(ctx context.Context, query string, args ...any) (map[string]bool, error) {
	rows, err := w.books.Store.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, rows.Err()
}
