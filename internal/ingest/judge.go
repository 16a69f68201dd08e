package ingest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// judge is the task of a load: it runs the child and keeps the judgement. It is repeatable:
// a batch that is judged already is left alone, one that a process died over is judged from
// the beginning. What becomes of the batch when the task ends otherwise is ended's matter.
func (e *Engine) judge(ctx context.Context, t *task.Job) error {
	b, err := e.ofTask(ctx, e.store.Read(), t.Key)
	if err != nil || b == nil || b.Task != t.ID || b.State != Queued && b.State != Judging {
		return err
	}
	if err := e.stage(ctx, b); err != nil {
		return err
	}
	if err := e.move(ctx, b, Judging, nil); err != nil {
		return err
	}
	began := e.Now()
	var p Progress
	r, err := e.child(ctx, b.job.told(), func(q query.Progress) {
		p = p.measure(q, time.Now())
		told := p // who watches keeps it
		e.tell(b, &told)
		t.Progress(q.Stage, q.Rows, q.Total)
	})
	if err != nil {
		return err
	}
	b.Seconds = e.Now().Sub(began).Seconds()
	return e.judged(ctx, b, r)
}

// told is what the child must know of a job: not what stood before it.
func (j *job) told() *job {
	c := *j
	c.Prior, c.PriorJob = nil, nil
	c.Allow = append(append([]string{}, j.Allow...), j.Good.Dir, j.Bad.Dir)
	return &c
}

// ofTask gives the batch of a task's key; nil when there is none, or the key means another
// version of it.
func (e *Engine) ofTask(ctx context.Context, db bun.IDB, key string) (*Batch, error) {
	id, version, _ := strings.Cut(key, "@")
	b, err := byID(ctx, db, id)
	if err != nil || version != "" && version != strconv.Itoa(b.Version) {
		return nil, fault.Except(fault.Missing, err)
	}
	return b, nil
}

// move brings a batch from the state it was read in to another, with more in the same
// transaction; it refuses when the batch has moved on meanwhile.
func (e *Engine) move(ctx context.Context, b *Batch, to State, more func(context.Context, store.Tx) error) error {
	next := *b
	next.State = to
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := b.still(ctx, tx); err != nil {
			return err
		}
		if err := e.save(ctx, tx, &next); err != nil || more == nil {
			return err
		}
		return more(ctx, tx)
	})
	if err == nil {
		*b = next
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
	b.In, b.Published, b.Quarantined, b.Held, b.Replayed = o.In, 0, o.Bad, o.Good, 0
	if b.Parent != "" {
		b.In, b.Quarantined, blocked = o.Good, 0, false // a replay takes in what it mended
		r.Judgement.Again = true
	}
	blocked = blocked && !b.Decision.releases() // its officer decided about this very file
	b.job.Good.Rows, b.job.Blocked = o.Good, blocked
	if b.Parent == "" {
		b.job.Bad.Rows = o.Bad
	}
	v, err := e.Catalog.At(ctx, b.Directory, b.Ruleset)
	if err != nil {
		return err
	}
	whole, err := e.takesAll(ctx, b, o.In)
	if err != nil {
		return err
	}
	return e.move(ctx, b, Publishing, func(ctx context.Context, tx store.Tx) error {
		if err := e.Keeper.Keep(ctx, tx, string(b.ID), b.Directory, b.StartedAt, r.Judgement); err != nil {
			return err
		}
		if err := e.found(ctx, tx, b, v.Directory, whole, r.Judgement); err != nil {
			return err
		}
		return e.announce(ctx, tx, b)
	})
}

// announce tells that a batch is judged, or decided: settle acts on it.
func (e *Engine) announce(ctx context.Context, tx store.Tx, b *Batch) error {
	return tx.Emit(ctx, event.BatchJudged, string(b.ID), event.Judged{Batch: string(b.ID), Directory: b.Directory,
		Parent: string(b.Parent), Blocked: b.job.Blocked})
}

// Cancel stops a batch that is waiting or being judged. The wish is the task's: it is durable
// before anything happens, and the task's end brings the batch's with it.
func (e *Engine) Cancel(ctx context.Context, id, reason string) (*Batch, error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	late := fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 不在装载中，不能取消", "batch %s is not being loaded and cannot be cancelled", b.Label)).
		Fix(fault.T("已拦截的批次可退回或丢弃", "a held batch can be returned or discarded"))
	if b.State != Queued && b.State != Judging {
		return nil, late
	}
	if err := e.Tasks.Cancel(ctx, b.Task, reason); err != nil && !errors.Is(err, task.ErrEnded) {
		return nil, err
	}
	if b, err = e.Wait(ctx, b.ID); err == nil && !errors.Is(b.wrong(), errCancelled) {
		err = late
	}
	return b, err
}

// wrong is the batch's error; a nil pointer in an interface would not be nil.
func (b *Batch) wrong() error {
	if b.Error == nil {
		return nil
	}
	return b.Error
}

// Wait gives the batch once nothing works on it any more, or it stalled.
func (e *Engine) Wait(ctx context.Context, id ident.Batch) (*Batch, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes := e.Watch(ctx)
	tick := time.NewTicker(time.Second) // a change may be missed by a full channel
	defer tick.Stop()
	for {
		b, err := byID(ctx, e.store.Read(), string(id))
		if err != nil || !b.State.Running() || b.Stalled() {
			return b, err
		}
		for waiting := true; waiting; {
			select {
			case c, ok := <-changes:
				waiting = ok && (c.Batch.ID != id || c.Batch.State.Running() && !c.Batch.Stalled())
			case <-tick.C:
				waiting = false
			case <-ctx.Done():
				return b, ctx.Err()
			}
		}
	}
}
