package node

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// A node forgets, at its start, tasks that ended long ago and events that all have acted on;
// a task that failed stays longer, an event that was parked until it is handled.
func TestForget(t *testing.T) {
	dir, day := t.TempDir(), time.Now() // the store stamps its events by no other clock
	c := Defaults()
	c.Data, c.Listen = dir, ""
	at := func(days int) *Node {
		n, err := Open(t.Context(), c, Options{Now: func() time.Time { return day.AddDate(0, 0, days) }})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	has := func(n *Node) (tasks, events, parked int) {
		ts, err := n.Tasks.List(t.Context(), task.Filter{})
		ps, e := n.Store.Parked(t.Context())
		if err = errors.Join(err, e, n.Store.Read().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM event`).Scan(&events)); err != nil {
			t.Fatal(err)
		}
		return len(ts), events, len(ps)
	}
	shut := func(n *Node) {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	n := at(0)
	n.Tasks.Register("good", func(context.Context, *task.Job) error { return nil })
	n.Tasks.Register("bad", func(context.Context, *task.Job) error { return errors.New("bad") })
	for _, kind := range []string{"good", "bad"} {
		id, err := n.Tasks.Start(t.Context(), task.Spec{Kind: kind})
		if err == nil {
			_, err = n.Tasks.Wait(t.Context(), id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const stuck event.Kind = "test.stuck"
	err := errors.Join(n.Store.Consume(store.Consumer{Name: "test", Kinds: []event.Kind{stuck}, Handle: func(context.Context, event.Event) (store.Writes, error) {
		return nil, errors.New("not now")
	}}), n.Store.Write(t.Context(), func(ctx context.Context, tx store.Tx) error { return tx.Emit(ctx, stuck, "k", nil) }), n.Store.Drain(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	shut(n)

	limit, cancel := context.WithTimeout(t.Context(), time.Minute) // a hang fails the test
	defer cancel()
	for _, c := range []struct{ days, tasks, events int }{{29, 2, 1}, {31, 1, 0}, {179, 1, 0}, {181, 0, 0}} {
		n := at(c.days)
		for tick := time.NewTicker(10 * time.Millisecond); ; { // its loop has begun, or will
			tasks, events, parked := has(n)
			if parked != 1 {
				t.Fatalf("after %d days %d events are parked", c.days, parked)
			}
			if tasks == c.tasks && events == c.events {
				break
			}
			select {
			case <-tick.C:
			case <-limit.Done():
				t.Fatalf("after %d days: %d tasks, %d events", c.days, tasks, events)
			}
		}
		if err := n.Forget(t.Context()); err != nil { // once more changes nothing
			t.Error(err)
		}
		if tasks, events, _ := has(n); tasks != c.tasks || events != c.events {
			t.Errorf("after %d days: %d tasks, %d events", c.days, tasks, events)
		}
		shut(n)
	}
}
