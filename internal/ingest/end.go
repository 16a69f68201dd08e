package ingest

import (
	"context"
	"errors"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// errCancelled is why a batch ended that a person cancelled.
var errCancelled = fault.New(fault.Conflict, "load.cancelled", fault.T("装载已取消", "the load was cancelled")).
	Fix(fault.T("如需装载请重新提交该文件", "send the file again to load it"))

// errInterrupted is why a batch failed whose task is no longer known.
var errInterrupted = fault.New(fault.Conflict, "load.interrupted", fault.T("装载在完成前中断", "the load was interrupted before it was done")).
	Fix(fault.T("请重新装载该文件", "load the file again"))

// ended acts on the end of a load's task, in its transaction: whatever ended it, a failure, a
// cancel while it waited or ran, processes that died over it, a batch that was not judged
// ends with it.
func (e *Engine) ended(ctx context.Context, tx store.Tx, t task.Task) error {
	b, err := e.ofTask(ctx, tx, t.Key)
	if err != nil || b == nil || b.Task != t.ID || b.State != Queued && b.State != Judging {
		return err
	}
	switch {
	case t.State == task.Cancelled:
		b.Decision = &Decision{Action: "cancel", Reason: t.Reason, At: e.Now()}
		return e.fail(ctx, tx, b, Cancelled, errCancelled)
	case t.Failure != nil:
		return e.fail(ctx, tx, b, Failed, t.Failure)
	}
	return e.fail(ctx, tx, b, Failed, errInterrupted)
}

// fail ends a batch that came to nothing; one that was loaded before stands as it stood.
func (e *Engine) fail(ctx context.Context, tx store.Tx, b *Batch, s State, why *fault.Error) error {
	end := *b
	if b.job != nil && b.job.Prior != nil {
		end = *b.job.Prior
		end.Version, end.job = b.Version, b.job.PriorJob
	} else {
		end.State, end.In, end.Published, end.Quarantined, end.Held = s, 0, 0, 0, 0
		end.EndedAt, end.job, end.Spool = e.Now(), nil, ""
	}
	end.Error = why
	if err := e.save(ctx, tx, &end); err != nil {
		return err
	}
	e.afterwards(tx, b, &end)
	return tx.Emit(ctx, event.BatchEnded, string(b.ID), event.Ending{Batch: string(b.ID), Directory: b.Directory, State: string(s)})
}

// afterwards tells of a batch's end once it is durable, and removes what it no longer needs.
func (e *Engine) afterwards(tx store.Tx, was, is *Batch) {
	was, is = was.copy(), is.copy()
	tx.After(func() {
		e.cleaning.Go(func() { // the writer must not wait for files
			if err := e.clean(context.Background(), was, is); err != nil {
				e.Log.Warn("files of a finished batch stay until the sweep", "batch", is.ID, "error", err)
			}
		})
		e.tell(is, nil)
	})
}

func (b *Batch) copy() *Batch {
	c := *b
	if b.job != nil {
		j := *b.job
		c.job = &j
	}
	return &c
}

// owned gives the files and the stages a batch needs until it is finished: its own, and those
// of the version before it that may have to stand again.
func (b *Batch) owned() (files map[string]bool, stages map[string]*lake.Stage) {
	files, stages = map[string]bool{}, map[string]*lake.Stage{}
	for b != nil && b.job != nil {
		j := b.job
		for _, f := range append(append([]string{b.Spool}, j.Input.Files...), j.Input.Rejects...) {
			files[f] = true
		}
		if j.Upload != "" {
			files[j.Upload], files[nameBeside(j.Upload)] = true, true
		}
		for _, s := range []*lake.Stage{j.Good, j.Bad} {
			if s != nil {
				stages[s.Dir] = s
			}
		}
		before := j.Prior
		if b = before; before != nil {
			b = before.copy()
			b.job = j.PriorJob
		}
	}
	delete(files, "")
	return files, stages
}

// clean removes what a batch owned and owns no longer.
func (e *Engine) clean(ctx context.Context, was, is *Batch) error {
	files, stages := was.owned()
	keep, keepStages := is.owned()
	var gone []string
	for f := range files {
		if !keep[f] {
			gone = append(gone, f)
		}
	}
	errs := []error{remove(gone)}
	for dir, s := range stages {
		if keepStages[dir] == nil {
			errs = append(errs, e.Lake.Discard(ctx, s))
		}
	}
	return errors.Join(errs...)
}
