package share

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

// quota counts the calls of one grant on this node. What it may let through in a day it
// leases from the store in blocks before it does: a process that is killed loses the rest
// of its block and never lets a call too many through. Seconds are counted from the
// process's start; the first one counts as used, since the process before may have used it.
type quota struct {
	engine    *Engine
	grant     string
	perSecond int
	perDay    int64
	first     int64 // second from which calls are let through

	mu     sync.Mutex
	second int64
	calls  int // in that second
	day    string
	ends   int64 // second the day ends at
	left   int64 // of the leased block
	spent  bool  // nothing of the day can be leased any more
}

func (e *Engine) quota(g policy.Grant) *quota {
	q := &quota{engine: e, grant: g.ID, perSecond: g.PerSecond, perDay: int64(g.PerDay)}
	if g.MadeAt.Before(e.started) {
		q.first = 1
	}
	v, _ := e.quotas.LoadOrStore(g.ID, q)
	return v.(*quota)
}

// take lets one call through, or says which quota is used up.
func (q *quota) take(ctx context.Context, now time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	// A clock that is set back neither opens a second or day again nor closes them for good:
	// seconds go by the monotonic clock, and a day goes on until the next one begins.
	second := max(int64(now.Sub(q.engine.started)/time.Second), q.second)
	if second > q.second {
		q.second, q.calls = second, 0
	}
	if second < q.first || q.calls >= q.perSecond {
		return ErrSecond
	}
	if now.Unix() >= q.ends {
		q.begin(now)
	}
	if q.left == 0 {
		if q.spent {
			return ErrDay
		}
		if err := q.lease(ctx); err != nil {
			return err
		}
	}
	q.left--
	q.calls++
	return nil
}

// begin opens the day of a moment, if it is a later one.
func (q *quota) begin(now time.Time) {
	now = now.In(region.Beijing)
	y, m, d := now.Date()
	q.ends = time.Date(y, m, d+1, 0, 0, 0, 0, region.Beijing).Unix()
	if day := now.Format(time.DateOnly); day > q.day {
		q.day, q.left, q.spent = day, 0, false
	}
}

const mostLeased = 100_000

// lease takes a block of the day's calls out of the store.
func (q *quota) lease(ctx context.Context) error {
	want := min(max(q.perDay/100, 1), mostLeased)
	var got int64
	err := q.engine.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var last string
		var leased int64
		read, err := tx.Prepared(ctx, `SELECT COALESCE(SUM(CASE WHEN day >= $1 THEN leased ELSE 0 END), 0), COALESCE(MAX(day), '') FROM share_quota WHERE grant_id = $2`)
		if err != nil {
			return err
		}
		if err := read.QueryRowContext(ctx, q.day, q.grant).Scan(&leased, &last); err != nil {
			return err
		}
		day := max(q.day, last) // the process before may have been in a later day
		if got = min(want, q.perDay-leased); got <= 0 {
			got = 0
			return nil
		}
		write, err := tx.Prepared(ctx, `INSERT INTO share_quota (grant_id, day, leased) VALUES ($1, $2, $3)
			ON CONFLICT (grant_id, day) DO UPDATE SET leased = share_quota.leased + excluded.leased`)
		if err != nil {
			return err
		}
		if _, err := write.ExecContext(ctx, q.grant, day, got); err != nil {
			return err
		}
		q.day = day
		return nil
	})
	if err != nil {
		return wrapped("lease a quota", err)
	}
	if q.left = got; got == 0 {
		q.spent = true
		return ErrDay
	}
	return nil
}

// giveBack returns what is left of the block. Nothing is let through afterwards.
func (q *quota) giveBack(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	left := q.left
	q.left, q.spent = 0, true
	if left == 0 {
		return nil
	}
	return q.engine.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewUpdate().Table("share_quota").Set("leased = leased - ?", left).Where("grant_id = ? AND day = ?", q.grant, q.day).Exec(ctx)
		return err
	})
}

func (e *Engine) returnQuotas(ctx context.Context) error {
	var errs []error
	e.quotas.Range(func(_, v any) bool {
		if err := v.(*quota).giveBack(ctx); err != nil {
			errs = append(errs, fmt.Errorf("share: give back a quota: %w", err))
		}
		return true
	})
	return errors.Join(errs...)
}

// Forget removes the counts of days that are long over.
func (e *Engine) Forget(ctx context.Context) error {
	before := e.opt.Now().In(region.Beijing).AddDate(0, 0, -40).Format(time.DateOnly)
	return e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewDelete().Table("share_quota").Where("day < ?", before).Exec(ctx)
		return err
	})
}

// budget bounds the refusals of one application that are written down.
type budget struct {
	mu   sync.Mutex
	at   time.Time
	left float64
}

const (
	refusalsPerSecond = 5
	refusalsAtOnce    = 100
)

func (e *Engine) budget(app string) *budget {
	v, _ := e.refusals.LoadOrStore(app, &budget{left: refusalsAtOnce})
	return v.(*budget)
}

func (b *budget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.at.IsZero() && now.After(b.at) {
		b.left = min(b.left+now.Sub(b.at).Seconds()*refusalsPerSecond, refusalsAtOnce)
	}
	if b.at = now; b.left < 1 {
		return false
	}
	b.left--
	return true
}
