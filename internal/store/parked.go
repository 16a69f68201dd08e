package store

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Parked is part of Events.
func (f *Feed) Parked(ctx context.Context) ([]ParkedEvent, error) {
	return parked(ctx, f.st.Read(), "", time.Time{}, 1000)
}

// Retry is part of Events.
func (f *Feed) Retry(ctx context.Context, consumer string, seq int64) error {
	f.mu.Lock()
	w := f.followers[consumer]
	f.mu.Unlock()
	place := func(e *fault.Error) error { return e.At("%s/%d", consumer, seq) }
	if w == nil {
		return place(ErrNotParked)
	}
	p, err := parkedOne(ctx, f.st.Read(), consumer, seq)
	if err != nil {
		return err
	}
	if p == nil {
		return place(ErrNotParked)
	}
	err = w.again(ctx, *p)
	if errors.Is(err, errPassed) {
		return place(ErrNotParked)
	}
	return err
}

// revisit tries the parked events that are due and says when the next one will be.
func (w *follower) revisit(ctx context.Context) (time.Duration, error) {
	due, err := parked(ctx, w.feed.st.Read(), w.Name, w.feed.opt.Now(), page)
	if err != nil {
		return 0, err
	}
	for _, p := range due {
		if err := w.again(ctx, p); theStores(err) || ctx.Err() != nil {
			return 0, err
		}
	}
	next, err := nextDue(ctx, w.feed.st.Read(), w.Name)
	if err != nil {
		return 0, err
	}
	if next.IsZero() {
		return math.MaxInt64, nil
	}
	return max(next.Sub(w.feed.opt.Now()), time.Millisecond), nil
}

// again handles a parked event once more; failing, it is put off further.
func (w *follower) again(ctx context.Context, p ParkedEvent) error {
	err := w.deliver(ctx, p.Event, func(ctx context.Context, tx Tx) error {
		gone, err := unpark(ctx, tx, p)
		if err == nil && !gone {
			err = errPassed
		}
		return err
	})
	if err == nil || ctx.Err() != nil || theStores(err) || errors.Is(err, errPassed) {
		return err
	}
	p.Attempts++
	p.Error, p.At = brief(err), w.feed.opt.Now()
	p.Next = p.At.Add(w.feed.opt.Backoff(p.Attempts))
	kept := w.feed.st.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := putOff(ctx, tx, p); err != nil {
			return err
		}
		return w.tell(ctx, tx, p, err)
	})
	if kept != nil {
		return kept
	}
	return err
}

// brief is what is kept of an error for people to see.
func brief(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), 1000)])
}
