package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/event"
)

// follower walks one consumer over the events.
type follower struct {
	Consumer
	feed *Feed
	wake chan struct{}
	pos  atomic.Int64 // passed; the saved cursor may lag behind over other kinds
	busy sync.Mutex   // handlers of one consumer never overlap
	// failed counts attempts at the event after pos; only run touches it.
	failed int
}

// page is how many events are read at a time.
const page = 100

// errPassed is a cursor or parked event that somebody else has settled meanwhile.
var errPassed = errors.New("settled elsewhere")

func (w *follower) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *follower) load(ctx context.Context) error {
	err := w.feed.st.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO event_cursor (consumer, seq) VALUES (?, 0) ON CONFLICT (consumer) DO NOTHING`, w.Name)
		return err
	})
	if err != nil {
		return err
	}
	seq, err := cursor(ctx, w.feed.st.Read(), w.Name)
	if err != nil {
		return err
	}
	w.pos.Store(seq)
	w.failed = 0
	return nil
}

func (w *follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		wait, err := w.step(ctx)
		if errors.Is(err, ErrClosed) {
			return
		}
		if err != nil { // the store's trouble, not the event's: it stays where it is
			wait = w.feed.opt.Backoff(2)
		}
		if wait <= 0 {
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// step handles what there is and says how long to sleep; 0 means there may be more.
func (w *follower) step(ctx context.Context) (time.Duration, error) {
	next, err := w.revisit(ctx)
	if err != nil {
		return 0, err
	}
	// The head is read first: whatever is at or below it is seen by the page after it.
	last, err := head(ctx, w.feed.st.Read())
	if err != nil {
		return 0, err
	}
	events, err := after(ctx, w.feed.st.Read(), w.pos.Load(), last, w.Kinds, page)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if wait, err := w.advance(ctx, e); err != nil || wait > 0 {
			return wait, err
		}
	}
	if len(events) == page {
		return 0, nil
	}
	w.moveTo(last)
	return min(next, w.feed.opt.Poll), nil
}

func (w *follower) moveTo(seq int64) {
	if seq > w.pos.Load() {
		w.pos.Store(seq)
		w.failed = 0
		w.feed.announce()
	}
}

// advance handles the next event; a wait above 0 asks to try it again after that time.
func (w *follower) advance(ctx context.Context, e event.Event) (time.Duration, error) {
	err := w.deliver(ctx, e, w.settle(e.Seq))
	switch {
	case err == nil:
		w.moveTo(e.Seq)
		return 0, nil
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case errors.Is(err, errPassed):
		return 0, w.load(ctx)
	case theStores(err):
		return 0, err
	}
	w.failed++
	wait := w.feed.opt.Backoff(w.failed)
	if w.failed < w.feed.opt.Attempts {
		return w.pause(ctx, wait), nil
	}
	return 0, w.park(ctx, e, err, wait)
}

// park sets an event aside, moves the cursor over it and remembers why.
func (w *follower) park(ctx context.Context, e event.Event, why error, wait time.Duration) error {
	now := w.feed.opt.Now()
	p := ParkedEvent{Consumer: w.Name, Event: e, Error: brief(why), Attempts: w.failed, At: now, Next: now.Add(wait)}
	err := w.feed.st.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := w.settle(e.Seq)(ctx, tx); err != nil {
			return err
		}
		if err := park(ctx, tx, p); err != nil {
			return err
		}
		return w.tell(ctx, tx, p, why)
	})
	if errors.Is(err, errPassed) {
		return w.load(ctx)
	}
	if err == nil {
		w.moveTo(e.Seq)
	}
	return err
}

func (w *follower) tell(ctx context.Context, tx Tx, p ParkedEvent, why error) error {
	if w.Parked == nil {
		return nil
	}
	return w.Parked(ctx, tx, p, why)
}

// pause waits between attempts, deaf to news: news is no reason to hurry. It answers the
// smallest wait, so that the step begins anew at once.
func (w *follower) pause(ctx context.Context, wait time.Duration) time.Duration {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return time.Nanosecond
}

// theStores tells failures of the store from failures of a handler.
func theStores(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrDisk) || errors.Is(err, ErrClosed)
}

// settle moves the saved cursor, in the transaction of the handler's writes.
func (w *follower) settle(seq int64) Writes {
	return func(ctx context.Context, tx Tx) error {
		moved, err := pass(ctx, tx, w.Name, seq)
		if err == nil && !moved {
			err = errPassed
		}
		return err
	}
}

// deliver runs the handler and commits its writes together with settle.
func (w *follower) deliver(ctx context.Context, e event.Event, settle Writes) error {
	w.busy.Lock()
	defer w.busy.Unlock()
	writes, err := w.handle(ctx, e)
	if err != nil {
		return err
	}
	return w.feed.st.Write(ctx, func(ctx context.Context, tx Tx) error {
		if writes != nil {
			if err := writes(ctx, tx); err != nil {
				return err
			}
		}
		return settle(ctx, tx)
	})
}

func (w *follower) handle(ctx context.Context, e event.Event) (writes Writes, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = ErrPanic.Wrap(fmt.Errorf("consumer %s: %v\n%s", w.Name, p, debug.Stack()))
		}
	}()
	return w.Handle(ctx, e)
}
