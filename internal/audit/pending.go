package audit

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// Record saves a change's entry in the change's transaction. Once that is committed the
// entry is moved to the chain, in order and exactly once, by Run or at the next start.
func (a *Audit) Record(ctx context.Context, tx store.Tx, e Entry) error {
	if e.At.IsZero() {
		e.At = a.opt.Now()
	}
	e.Record = ident.New()
	tail, err := e.tail(nil)
	if err != nil {
		return err
	}
	stmt, err := tx.Prepared(ctx, `INSERT INTO audit_pending (id, n, body) VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM audit_pending), $2)`)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, e.Record, string(tail)); err != nil {
		return err
	}
	tx.After(a.nudge)
	return nil
}

func (a *Audit) nudge() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Waiting is how many entries of changes are not in the chain yet.
func (a *Audit) Waiting(ctx context.Context) (n int64, err error) {
	err = a.opt.Store.Read().QueryRowContext(ctx, `SELECT COUNT(*) FROM audit_pending`).Scan(&n)
	return n, err
}

const moveAtOnce = 256

// Move brings every waiting entry into the chain. Chain first, store second: a crash
// between leaves an entry in both, and recovery finds it in the chain behind the head.
func (a *Audit) Move(ctx context.Context) error {
	a.keeping.Lock()
	defer a.keeping.Unlock()
	for {
		if err := a.unstick(ctx); err != nil {
			return err
		}
		ids, tails, err := a.waitingEntries(ctx)
		if err != nil || len(ids) == 0 {
			return err
		}
		by, err := soughtOf(tails)
		if err != nil {
			return err
		}
		r := &request{ctx: context.WithoutCancel(ctx), tails: tails, by: by, done: make(chan error, 1)}
		if _, err := a.enqueue(r); err != nil {
			return err
		}
		a.stuck = ids
	}
}

// soughtOf says by what entries are found whose tails were kept in the store.
func soughtOf(tails [][]byte) ([]sought, error) {
	by := make([]sought, len(tails))
	for i, tail := range tails {
		e, err := parse(append(opening(nil, 0), tail...))
		if err != nil {
			return nil, err
		}
		by[i] = e.sought()
	}
	return by, nil
}

// unstick takes out of the store what is in the chain.
func (a *Audit) unstick(ctx context.Context) error {
	if err := a.forget(ctx, a.stuck); err != nil {
		return err
	}
	a.stuck = nil
	return nil
}

func (a *Audit) waitingEntries(ctx context.Context) (ids []string, tails [][]byte, err error) {
	rows, err := a.opt.Store.Read().QueryContext(ctx, `SELECT id, body FROM audit_pending ORDER BY n LIMIT ?`, moveAtOnce)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, tail string
		if err := rows.Scan(&id, &tail); err != nil {
			return nil, nil, err
		}
		ids, tails = append(ids, id), append(tails, []byte(tail))
	}
	return ids, tails, rows.Err()
}

func (a *Audit) forget(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return a.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewDelete().Table("audit_pending").Where("id IN (?)", bun.List(ids)).Exec(ctx)
		return err
	})
}

// Run moves entries of changes as they come, and every second writes the
// head, the search index and finished segments packed, until ctx ends.
func (a *Audit) Run(ctx context.Context) error {
	tick, rarely := time.NewTicker(time.Second), time.NewTicker(time.Hour)
	defer tick.Stop()
	defer rarely.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.wake:
			a.tell(ctx, "move", a.Move(ctx))
		case <-tick.C:
			a.tell(ctx, "keep", a.Keep(ctx))
		case <-rarely.C:
			a.tell(ctx, "archive", a.tidy(ctx))
		}
	}
}

// Keep does once what Run does every second.
func (a *Audit) Keep(ctx context.Context) error {
	if err := a.Move(ctx); err != nil {
		return err
	}
	a.keeping.Lock()
	defer a.keeping.Unlock()
	return errors.Join(a.mark(ctx), a.index(ctx), a.pack(ctx))
}

func (a *Audit) tell(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		a.opt.Log.Error("audit: "+what+" failed; it is tried again", "error", err)
	}
}
