package task

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

// poll is how often the dispatcher looks for tasks that other nodes have started; its own
// node's wake it.
const poll = 5 * time.Second

// Run takes over what dead processes left and works on tasks, so many at a time, until ctx
// ends. Then it asks the jobs to stop, waits for them and returns nil; what they leave
// undone is run again by the next process.
func (t *Tasks) Run(ctx context.Context, workers int) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.leave()
	if err := t.release(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	jobs, stopJobs := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stopJobs(nil)
	beating, stopBeat := context.WithCancel(context.WithoutCancel(ctx))
	var beat, work sync.WaitGroup
	beat.Go(func() { t.beat(beating) })
	defer beat.Wait()
	defer stopBeat()
	t.dispatch(ctx, jobs, max(workers, 1), &work)
	stopJobs(ErrStopping)
	work.Wait() // with the beat going on: their leases must not run out
	return nil
}

func (t *Tasks) enter() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running {
		return errors.New("the tasks are being run already")
	}
	t.running = true
	return nil
}

func (t *Tasks) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running = false
}

func (t *Tasks) dispatch(ctx, jobs context.Context, workers int, work *sync.WaitGroup) {
	free := make(chan struct{}, workers)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		for {
			j, err := t.claim(ctx, jobs)
			if err != nil && ctx.Err() == nil {
				t.opt.Log.ErrorContext(ctx, "no task could be taken", "error", err)
			}
			if j != nil {
				work.Go(func() {
					defer func() { <-free }()
					t.work(j)
				})
				break
			}
			select {
			case <-t.wake:
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// claim takes the oldest waiting task of a registered kind; nil when there is none.
func (t *Tasks) claim(ctx, jobs context.Context) (j *Job, err error) {
	kinds := t.kinds()
	if len(kinds) == 0 || ctx.Err() != nil {
		return nil, nil
	}
	err = t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var rows []taskRow
		err := tx.NewSelect().Model(&rows).Where("state = ?", Queued).Where("kind IN (?)", bun.List(kinds)).
			OrderExpr("id").Limit(1).Scan(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		r := &rows[0]
		now := t.opt.Now().UTC()
		// The state is asked for once more: on PostgreSQL two nodes may come this far.
		res, err := tx.ExecContext(ctx, `UPDATE task SET state = 'running', stage = '', rows_done = 0, rows_total = 0,
			attempts = attempts + 1, node = ?, owner = ?, lease = ?, started_at = ? WHERE id = ? AND state = 'queued'`,
			t.opt.Node, t.owner, now.Add(t.opt.Lease), now, r.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		r.State, r.Stage, r.Rows, r.Total, r.Attempts, r.StartedAt = Running, "", 0, 0, r.Attempts+1, now
		tx.After(func() { j = t.take(jobs, r.task()) })
		return nil
	})
	return j, err
}

func (t *Tasks) kinds() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var kinds []string
	for kind := range t.handlers {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// take enters a claimed task among the jobs, before any later write can ask for its end.
func (t *Tasks) take(jobs context.Context, s Task) *Job {
	ctx, cancel := context.WithCancelCause(jobs)
	j := &Job{ID: s.ID, Kind: s.Kind, Key: s.Key, Body: s.Body, Attempt: s.Attempts, tasks: t, began: s, jobs: jobs, ctx: ctx, cancel: cancel}
	t.mu.Lock()
	t.jobs[j.ID] = j
	t.mu.Unlock()
	t.publish(s)
	return j
}

// work runs a handler and settles the task by what it returns.
func (t *Tasks) work(j *Job) {
	err := t.handle(j)
	j.mu.Lock()
	j.over = true
	j.mu.Unlock()
	t.settle(j, err)
	j.cancel(nil)
}

func (t *Tasks) handle(j *Job) (err error) {
	// This stays the answer when the handler leaves by runtime.Goexit.
	err = errors.New("the handler ended its goroutine")
	var once sync.WaitGroup
	once.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				err = ErrPanic.Wrap(fmt.Errorf("%v\n%s", p, debug.Stack()))
			}
		}()
		t.mu.Lock()
		do := t.handlers[j.Kind]
		t.mu.Unlock()
		err = do(j.ctx, j)
	})
	once.Wait()
	return err
}
