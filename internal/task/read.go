package task

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Get gives a task as it is this moment.
func (t *Tasks) Get(ctx context.Context, id string) (Task, error) {
	r, err := find(ctx, t.st.Read(), id)
	if err != nil {
		return Task{}, err
	}
	return t.live(r.task()), nil
}

// Filter narrows a list; zero values do not.
type Filter struct {
	Kind   string
	Key    string
	States []State
	Limit  int // 100
}

// List gives tasks, the newest first.
func (t *Tasks) List(ctx context.Context, f Filter) ([]Task, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	var rows []taskRow
	q := t.st.Read().NewSelect().Model(&rows).OrderExpr("id DESC").Limit(int64(f.Limit))
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Key != "" {
		q = q.Where("key = ?", f.Key)
	}
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]Task, len(rows))
	for i := range rows {
		out[i] = t.live(rows[i].task())
	}
	return out, nil
}

// live adds what the store will learn with the next beat.
func (t *Tasks) live(s Task) Task {
	t.mu.Lock()
	j := t.jobs[s.ID]
	t.mu.Unlock()
	if j == nil || s.State != Running {
		return s
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at.into(&s)
	return s
}

// pollWait is how often Wait looks for tasks that other nodes work on.
const pollWait = time.Second

// Wait waits until a task has ended. Its error is about the waiting; how the task ended is
// in its State and Failure.
func (t *Tasks) Wait(ctx context.Context, id string) (Task, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	updates := t.Watch(ctx) // before the look, so that nothing is missed between
	tick := time.NewTicker(pollWait)
	defer tick.Stop()
	for {
		s, err := t.Get(ctx, id)
		if err != nil || s.State.Ended() {
			return s, err
		}
		for look := false; !look; {
			select {
			case u, ok := <-updates:
				if !ok {
					return s, ctx.Err()
				}
				look = u.ID == id && u.State.Ended()
			case <-tick.C:
				look = true
			case <-ctx.Done():
				return s, ctx.Err()
			}
		}
	}
}
