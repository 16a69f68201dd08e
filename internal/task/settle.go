package task

import (
	"context"
	"errors"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// settleTries is how often a stopping process tries to save how a task ended. After that
// the next process runs it again, which handlers bear.
const settleTries = 3

// settle saves how a job ended. A store in trouble is waited for.
func (t *Tasks) settle(j *Job, result error) {
	if result != nil && fault.KindOf(result) == fault.Internal && j.ctx.Err() == nil {
		t.opt.Log.Error("a task failed", "task", j.ID, "kind", j.Kind, "key", j.Key, "error", result)
	}
	for n := 1; ; n++ {
		err := t.st.Write(context.WithoutCancel(j.ctx), func(ctx context.Context, tx store.Tx) error {
			return t.settleIn(ctx, tx, j, result)
		})
		if err == nil {
			return
		}
		t.opt.Log.Error("the end of a task was not saved", "task", j.ID, "kind", j.Kind, "error", err)
		if errors.Is(err, store.ErrClosed) || j.jobs.Err() != nil && n >= settleTries {
			t.forget(j.ID)
			return
		}
		select {
		case <-time.After(t.opt.Beat):
		case <-j.jobs.Done():
		}
	}
}

func (t *Tasks) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.jobs, id)
}

func (t *Tasks) settleIn(ctx context.Context, tx store.Tx, j *Job, result error) error {
	r, err := find(ctx, tx, j.ID)
	if err != nil && !errors.Is(err, ErrMissing) {
		return err
	}
	if err != nil || r.Owner != t.owner || r.State != Running {
		tx.After(func() { t.forget(j.ID) }) // another node has it; its word counts
		return nil
	}
	j.mu.Lock()
	s := Task{}
	j.at.into(&s)
	j.mu.Unlock()
	r.Stage, r.Rows, r.Total = s.Stage, s.Rows, s.Total
	if err := r.outcome(result, context.Cause(j.ctx), t.opt.Now()); err != nil {
		return err
	}
	tx.After(func() {
		t.forget(j.ID)
		t.publish(r.task())
	})
	return t.keep(ctx, tx, r)
}

// outcome decides what a handler's result means: nil is done, whatever was asked meanwhile;
// else a cancel asked for it, or the process stops, or it failed.
func (r *taskRow) outcome(result, cause error, now time.Time) error {
	switch {
	case result == nil:
		return r.end(Done, nil, now)
	case r.Stop:
		return r.end(Cancelled, nil, now)
	case errors.Is(cause, ErrStopping):
		r.State = Queued
		r.Attempts-- // an orderly stop is nobody's fault
		r.letGo()
		return nil
	}
	return r.end(Failed, result, now)
}
