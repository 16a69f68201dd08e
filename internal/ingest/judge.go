package ingest

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// errCancelled is the cause of a context that a person ended.
var errCancelled = fault.New(fault.Conflict, "load.cancelled", fault.T("装载已取消", "the load was cancelled"))

// errInterrupted is why a batch failed whose process died before its work was kept.
var errInterrupted = fault.New(fault.Conflict, "load.interrupted", fault.T("装载在登记完成前中断", "the load was interrupted before it was fully registered")).
	Fix(fault.T("请重新装载该文件", "load the file again"))

// judge is the task of a load: it runs the child and keeps the judgement. It is repeatable:
// a batch that is judged already is left alone.
func (e *Engine) judge(ctx context.Context, t *task.Job) error {
	b, err := e.Batch(ctx, t.Key)
	if err != nil {
		return err
	}
	if b.State != Queued && b.State != Judging {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e.hold(b, cancel)
	defer e.hold(b, nil)

	if b.State == Judging { // an earlier try may have left files in the batch's folders
		if err := e.stage(ctx, b); err != nil {
			return err
		}
	}
	b.State = Judging
	if err := e.keep(ctx, b); err != nil {
		return err
	}
	began := e.Now()
	var p Progress
	r, err := e.child(ctx, b.job, func(q query.Progress) {
		p = p.measure(q, time.Now())
		e.tell(b, &p)
		t.Progress(q.Stage, q.Rows, q.Total)
	})
	switch {
	case errors.Is(context.Cause(ctx), errCancelled):
		return e.fail(context.WithoutCancel(ctx), b, Cancelled, errCancelled)
	case ctx.Err() != nil:
		return ctx.Err() // the process is stopping: the task is taken up again at start
	case err != nil:
		if fault.KindOf(err) == fault.Internal {
			e.Log.ErrorContext(ctx, "load failed", "batch", b.ID, "error", err)
		}
		return e.fail(ctx, b, Failed, fault.From(err))
	}
	b.Seconds = e.Now().Sub(began).Seconds()
	return e.judged(ctx, b, r)
}

func (e *Engine) hold(b *Batch, cancel context.CancelCauseFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if cancel == nil {
		delete(e.commands, string(b.ID))
		return
	}
	e.commands[string(b.ID)] = cancel
}

func (e *Engine) keep(ctx context.Context, b *Batch) error {
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error { return e.save(ctx, tx, b) })
	if err == nil {
		e.tell(b, nil)
	}
	return err
}

// judged makes the judgement a fact: batch, report and event in one transaction.
func (e *Engine) judged(ctx context.Context, b *Batch, r *result) error {
	o := r.Outcome
	blocked := false
	for _, f := range r.Judgement.Findings {
		blocked = blocked || f.Verdict == rule.VerdictBlocked
	}
	b.State, b.In, b.Quarantined, b.Held = Publishing, o.In, o.Bad, o.Good
	if b.Parent != "" {
		b.In, b.Quarantined, blocked = o.Good, 0, false // a replay takes in what it mended
	}
	b.job.Blocked = blocked
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := e.Keeper.Keep(ctx, tx, string(b.ID), b.Directory, b.StartedAt, r.Judgement); err != nil {
			return err
		}
		if err := e.save(ctx, tx, b); err != nil {
			return err
		}
		return tx.Emit(ctx, event.BatchJudged, string(b.ID), event.Judged{Batch: string(b.ID), Directory: b.Directory, Parent: string(b.Parent), Blocked: blocked})
	})
	if err == nil {
		e.tell(b, nil)
	}
	return err
}

// fail ends a batch that came to nothing; one that was loaded before stands as it stood.
func (e *Engine) fail(ctx context.Context, b *Batch, s State, why *fault.Error) error {
	j := b.job
	end := *b
	if j != nil && j.Prior != nil {
		end = *j.Prior
		end.Version, end.job = b.Version, j.PriorJob
	} else {
		end.State, end.In, end.Published, end.Quarantined, end.Held = s, 0, 0, 0, 0
		end.EndedAt, end.job = e.Now(), nil
	}
	end.Error = why
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := e.save(ctx, tx, &end); err != nil {
			return err
		}
		return tx.Emit(ctx, event.BatchEnded, string(b.ID), event.Ending{Batch: string(b.ID), Directory: b.Directory, State: string(s)})
	})
	if err != nil {
		return err
	}
	*b = end
	e.tell(b, nil)
	if j != nil {
		j.PriorGood = nil // the batch as it stood still owns it
	}
	return e.clean(ctx, b, j)
}

// clean removes what a finished batch no longer needs: its stages and its input. A held
// batch keeps its good rows and its file.
func (e *Engine) clean(ctx context.Context, b *Batch, j *job) error {
	if j == nil {
		return nil
	}
	var errs []error
	stages := []*lake.Stage{j.Bad, j.PriorGood}
	if b.State != Held {
		stages = append(stages, j.Good)
		for _, f := range append(append([]string{b.Spool}, j.Input.Files...), j.Input.Rejects...) {
			if f != "" {
				if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
					errs = append(errs, err)
				}
			}
		}
	}
	for _, s := range stages {
		if s != nil {
			errs = append(errs, e.Lake.Discard(ctx, s))
		}
	}
	return errors.Join(errs...)
}

// Cancel stops a batch that is waiting or being judged.
func (e *Engine) Cancel(ctx context.Context, id, reason string) (*Batch, error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.State != Queued && b.State != Judging {
		return nil, fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 不在装载中，不能取消", "batch %s is not being loaded and cannot be cancelled", b.Label))
	}
	e.mu.Lock()
	cancel := e.commands[string(b.ID)]
	e.mu.Unlock()
	if cancel != nil {
		cancel(errCancelled)
		return e.Wait(ctx, b.ID)
	}
	if err := e.Tasks.Cancel(ctx, b.Task, reason); err != nil {
		return nil, err
	}
	return b, e.fail(ctx, b, Cancelled, errCancelled)
}

// Wait gives the batch once nothing works on it any more.
func (e *Engine) Wait(ctx context.Context, id ident.Batch) (*Batch, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes := e.Watch(ctx)
	tick := time.NewTicker(time.Second) // a change may be missed by a full channel
	defer tick.Stop()
	for {
		b, err := e.Batch(ctx, string(id))
		if err != nil || !b.State.Running() {
			return b, err
		}
		for waiting := true; waiting; {
			select {
			case c, ok := <-changes:
				waiting = ok && (c.Batch.ID != id || c.Batch.State.Running())
			case <-tick.C:
				waiting = false
			case <-ctx.Done():
				return b, ctx.Err()
			}
		}
	}
}
