package task

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// Start puts a task in the queue and wakes a worker.
func (t *Tasks) Start(ctx context.Context, spec Spec) (id string, err error) {
	err = t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		id, err = t.StartIn(ctx, tx, spec)
		return err
	})
	return id, err
}

// StartIn is Start as part of a transaction: the task begins if and when that commits.
func (t *Tasks) StartIn(ctx context.Context, tx store.Tx, spec Spec) (string, error) {
	body, err := json.Marshal(spec.Body)
	if err != nil {
		return "", fmt.Errorf("body of a task of kind %s: %w", spec.Kind, err)
	}
	if id, err := openTask(ctx, tx, spec); id != "" || err != nil {
		return id, err
	}
	r := &taskRow{ID: ident.New(), Kind: spec.Kind, Key: spec.Key, Body: string(body), State: Queued, CreatedAt: t.opt.Now().UTC()}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return "", err
	}
	tx.After(func() {
		t.publish(r.task())
		t.nudge()
	})
	return r.ID, nil
}

// openTask finds the task of the same kind and key that has not ended.
func openTask(ctx context.Context, tx store.Tx, spec Spec) (id string, err error) {
	if spec.Key == "" {
		return "", nil
	}
	err = tx.QueryRowContext(ctx,
		`SELECT id FROM task WHERE kind = ? AND key = ? AND key <> '' AND state IN ('queued', 'running')`,
		spec.Kind, spec.Key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// Cancel ends a task that waits, and asks one that is worked on to end: its context ends
// with ErrCancelled as the cause. Wait tells when it has.
func (t *Tasks) Cancel(ctx context.Context, id, reason string) error {
	return t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		r, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.State.Ended() {
			return ErrEnded.At("%s", id)
		}
		r.Reason = reason
		if r.State == Queued {
			if err := r.end(Cancelled, nil, t.opt.Now()); err != nil {
				return err
			}
			tx.After(func() { t.publish(r.task()) })
		} else {
			r.Stop = true
			// The job was entered when its claim committed, so it is there by now.
			tx.After(func() { t.stop(id, ErrCancelled) })
		}
		return t.keep(ctx, tx, r)
	})
}

func (t *Tasks) stop(id string, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if j := t.jobs[id]; j != nil {
		j.cancel(why)
	}
}
