package flow

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
)

// Moves is what a changed calendar, or an office's changed hours, does to the open cases.
type Moves struct {
	Tally
	MostLater   time.Duration `json:"most_later,omitempty"` // the furthest that a due time is put off
	MostEarlier time.Duration `json:"most_earlier,omitempty"`
	Packs       []PackMoves   `json:"packs,omitempty"` // those with open cases
}

// Tally counts open cases by what becomes of them.
type Tally struct {
	Open    int64 `json:"open"`
	Moved   int64 `json:"moved,omitempty"` // their due times become others
	Later   int64 `json:"later,omitempty"`
	Earlier int64 `json:"earlier,omitempty"`
	Late    int64 `json:"late,omitempty"`  // were in time and are late
	Freed   int64 `json:"freed,omitempty"` // were late and are in time
}

// PackMoves are those of one pack.
type PackMoves struct {
	Pack string `json:"pack"`
	Tally
}

const foreseePage = 2000 // cases that are read at a time

// foresee counts what becomes of the open cases when times change. It computes both due times
// from the cases' ledgers, so that it tells of this change alone even while an earlier one is
// still being carried out.
func (e *Engine) foresee(ctx context.Context, before, after *times) (Moves, error) {
	f := foresight{before: before, after: after, now: e.opt.Now(), packs: map[string]*PackMoves{}}
	for last := ""; ; {
		var rows []caseRow
		err := e.opt.Store.Read().NewSelect().Model(&rows).Column("id", "pack", "keep").Where("ended IS NULL").Where("id > ?", last).Order("id").Limit(foreseePage).Scan(ctx)
		if err != nil || len(rows) == 0 {
			return f.moves, wrapped("foresee", err)
		}
		for _, r := range rows {
			last = r.ID
			if err := f.see(r); err != nil {
				return f.moves, wrapped("foresee", err)
			}
		}
		f.moves.Packs = f.moves.Packs[:0]
		for _, p := range f.order {
			f.moves.Packs = append(f.moves.Packs, *f.packs[p])
		}
	}
}

type foresight struct {
	before, after *times
	now           time.Time
	moves         Moves
	packs         map[string]*PackMoves
	order         []string
}

func (f *foresight) see(r caseRow) error {
	var keep struct {
		Clocks map[string]Clockwork `json:"clocks"`
	}
	if err := json.Unmarshal([]byte(r.Keep), &keep); err != nil {
		return err
	}
	was, err := f.before.soonest(keep.Clocks, f.now)
	if err != nil {
		return err
	}
	is, err := f.after.soonest(keep.Clocks, f.now)
	if err != nil {
		return err
	}
	p := f.packs[r.Pack]
	if p == nil {
		p = &PackMoves{Pack: r.Pack}
		f.packs[r.Pack] = p
		f.order = append(f.order, r.Pack)
	}
	p.add(was, is, f.now)
	f.moves.add(was, is, f.now)
	f.moves.MostLater, f.moves.MostEarlier = max(f.moves.MostLater, is.Sub(was)), max(f.moves.MostEarlier, was.Sub(is))
	return nil
}

func (t *Tally) add(was, is, now time.Time) {
	t.Open++
	one := func(n *int64, yes bool) {
		if yes {
			*n++
		}
	}
	one(&t.Moved, !is.Equal(was))
	one(&t.Later, is.After(was))
	one(&t.Earlier, is.Before(was))
	one(&t.Late, !was.Before(now) && is.Before(now))
	one(&t.Freed, was.Before(now) && !is.Before(now))
}

// soonest is when a case is due by its running clocks; the far end of time where none runs or
// all are paused, as derive has it.
func (t *times) soonest(clocks map[string]Clockwork, now time.Time) (time.Time, error) {
	out := far
	for name, k := range clocks {
		if !k.Stopped.IsZero() || name == ClockExpiry || k.Paused() {
			continue
		}
		c, err := t.clock(k.Office)
		if err != nil {
			return out, err
		}
		due, err := c.Due(k.Ledger, now)
		if err != nil {
			return out, err
		}
		if due.At.Before(out) {
			out = due.At
		}
	}
	return out, nil
}

// ForeseeDays tells what a change of the calendar would do, and the calendar it would give.
func (e *Engine) ForeseeDays(ctx context.Context, ch clock.Change) (before, after *clock.Calendar, _ Moves, err error) {
	was, is, m, err := e.foreseeDays(ctx, Edition{Change: ch})
	if err != nil {
		return nil, nil, m, err
	}
	return was.cal, is.cal, m, nil
}

func (e *Engine) foreseeDays(ctx context.Context, x Edition) (was, is *times, m Moves, err error) {
	if err = x.Check(); err != nil {
		return nil, nil, m, err
	}
	if was, err = e.stored(ctx); err != nil {
		return nil, nil, m, err
	}
	if is, err = was.edited(x); err != nil {
		return nil, nil, m, err
	}
	m, err = e.foresee(ctx, was, is)
	return was, is, m, err
}

// ForeseeHours tells what other working hours of an office would do; nil are the usual ones.
func (e *Engine) ForeseeHours(ctx context.Context, office string, h *clock.Office) (Moves, error) {
	_, _, m, err := e.foreseeHours(ctx, office, h)
	return m, err
}

func (e *Engine) foreseeHours(ctx context.Context, office string, h *clock.Office) (was, is *times, m Moves, err error) {
	if was, err = e.stored(ctx); err != nil {
		return nil, nil, m, err
	}
	if is, err = was.opened(office, h); err != nil {
		return nil, nil, m, err
	}
	m, err = e.foresee(ctx, was, is)
	return was, is, m, err
}
