package task

import (
	"context"
	"errors"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// beat saves progress, renews leases, hears of cancels on other nodes and takes over from
// those that fell silent.
func (t *Tasks) beat(ctx context.Context) {
	tick := time.NewTicker(t.opt.Beat)
	defer tick.Stop()
	renewed := t.opt.Now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := t.opt.Now()
		renew := now.Sub(renewed) >= t.opt.Lease/3
		if err := t.save(ctx, now, renew); err != nil {
			t.opt.Log.Warn("progress was not saved", "error", err)
			continue
		}
		if !renew {
			continue
		}
		renewed = now
		if err := t.release(ctx); err != nil {
			t.opt.Log.Warn("leases were not released", "error", err)
		}
	}
}

// save writes the progress of jobs that moved and, when due, everybody's lease.
func (t *Tasks) save(ctx context.Context, now time.Time, renew bool) error {
	moved := t.moved(renew)
	if len(moved) == 0 {
		return nil
	}
	err := t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		for _, m := range moved {
			if err := t.saveOne(ctx, tx, m, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for _, m := range moved {
			m.job.mu.Lock()
			m.job.dirty = true
			m.job.mu.Unlock()
		}
	}
	return err
}

type move struct {
	job *Job
	at  progress
}

func (t *Tasks) moved(all bool) []move {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []move
	for _, j := range t.jobs {
		j.mu.Lock()
		if all || j.dirty {
			out = append(out, move{j, j.at})
			j.dirty = false
		}
		j.mu.Unlock()
	}
	return out
}

func (t *Tasks) saveOne(ctx context.Context, tx store.Tx, m move, now time.Time) error {
	r, err := find(ctx, tx, m.job.ID)
	if errors.Is(err, ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case r.State != Running: // settled meanwhile
		return nil
	case r.Owner != t.owner:
		tx.After(func() { t.stop(r.ID, ErrLost) })
		return nil
	case r.Stop:
		tx.After(func() { t.stop(r.ID, ErrCancelled) })
	}
	r.Stage, r.Rows, r.Total, r.Lease = m.at.stage, m.at.rows, m.at.total, now.Add(t.opt.Lease).UTC()
	return r.save(ctx, tx)
}

// release puts tasks of dead processes back into the queue: those of this node's earlier
// ones, and those of nodes whose lease has run out.
func (t *Tasks) release(ctx context.Context) error {
	dead, err := t.dead(ctx)
	if err != nil || len(dead) == 0 {
		return err
	}
	return t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		for _, seen := range dead {
			r, err := find(ctx, tx, seen.ID)
			if err != nil {
				return err
			}
			if r.State != Running || r.Owner != seen.Owner || !r.Lease.Equal(seen.Lease) {
				continue // it lives
			}
			if err := r.orphaned(t.opt.Attempts, t.opt.Now()); err != nil {
				return err
			}
			if err := t.keep(ctx, tx, r); err != nil {
				return err
			}
			tx.After(func() {
				t.publish(r.task())
				t.nudge()
			})
		}
		return nil
	})
}

func (t *Tasks) dead(ctx context.Context) (rows []taskRow, err error) {
	err = t.st.Read().NewSelect().Model(&rows).Where("state = ?", Running).Where("owner <> ?", t.owner).
		Where("(node = ? OR lease < ?)", t.opt.Node, t.opt.Now().UTC()).Scan(ctx)
	return rows, err
}

// orphaned decides about a task whose process died over it.
func (r *taskRow) orphaned(attempts int, now time.Time) error {
	switch {
	case r.Stop:
		return r.end(Cancelled, nil, now)
	case r.Attempts >= attempts:
		return r.end(Failed, ErrDeadly, now)
	}
	r.State = Queued
	r.letGo()
	return nil
}
