package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
)

func testParked(t *testing.T, open Open) {
	t.Run("shown while the rest goes on, retried by hand", func(t *testing.T) { retried(t, open) })
	t.Run("tried again by itself when due", func(t *testing.T) { due(t, open) })
	t.Run("a handler that panics", func(t *testing.T) { panics(t, open) })
	t.Run("what waits for it is told", func(t *testing.T) { told(t, open) })
	t.Run("survives a restart and a prune", func(t *testing.T) { survives(t, open) })
}

// picky fails on events of key "bad" until it is cured.
type picky struct {
	list
	cured atomic.Bool
}

func (p *picky) consumer() store.Consumer {
	return store.Consumer{Name: "picky", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		if e.Key == "bad" && !p.cured.Load() {
			return nil, errors.New("indigestible")
		}
		p.add(e)
		return func(ctx context.Context, tx store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO seen (consumer, seq) VALUES ('picky', ?)`, e.Seq)
			return err
		}, nil
	}}
}

// patient parks after two attempts and comes back after an hour.
func patient(now func() time.Time) store.FeedOptions {
	return store.FeedOptions{Now: now, Attempts: 2, Poll: time.Hour, Backoff: func(n int) time.Duration {
		if n < 2 {
			return time.Millisecond
		}
		return time.Hour
	}}
}

func parkedOnes(t *testing.T, st store.Store) []store.ParkedEvent {
	t.Helper()
	all, err := st.Parked(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func feedBad(t *testing.T, st store.Store) {
	t.Helper()
	for _, key := range []string{"a", "bad", "b"} {
		write(t, st, emit("meal.served", key))
	}
}

func retried(t *testing.T, open Open) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	st := withNotes(t, fresh(t, open, patient(func() time.Time { return now })))
	var p picky
	consume(t, st, p.consumer())
	feedBad(t, st)
	run(t, st)
	drain(t, st)
	if p.got() != "a b" {
		t.Errorf("the rest: %s", p.got())
	}
	all := parkedOnes(t, st)
	if len(all) != 1 {
		t.Fatalf("parked: %+v", all)
	}
	one := all[0]
	if one.Consumer != "picky" || one.Event.Key != "bad" || one.Attempts != 2 || string(one.Event.Body) != `{"rows":7}` ||
		!strings.Contains(one.Error, "indigestible") || !one.At.Equal(now) || !one.Next.Equal(now.Add(time.Hour)) {
		t.Errorf("parked: %+v", one)
	}
	ctx := within(t)
	if err := st.Retry(ctx, "picky", one.Event.Seq); err == nil || !strings.Contains(err.Error(), "indigestible") {
		t.Errorf("retry too early: %v", err)
	}
	expect(t, "attempts", int64(parkedOnes(t, st)[0].Attempts), 3)
	p.cured.Store(true)
	if err := st.Retry(ctx, "picky", one.Event.Seq); err != nil {
		t.Error(err)
	}
	if p.got() != "a b bad" || len(parkedOnes(t, st)) != 0 {
		t.Errorf("after: %s, %v", p.got(), parkedOnes(t, st))
	}
	for _, again := range []string{"picky", "nobody"} {
		if err := st.Retry(ctx, again, one.Event.Seq); !errors.Is(err, store.ErrNotParked) {
			t.Errorf("retry with %s: %v", again, err)
		}
	}
	expect(t, "seen", number(t, st, `SELECT COUNT(*) FROM seen`), 3)
}

func due(t *testing.T, open Open) {
	var hours atomic.Int64
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	st := withNotes(t, fresh(t, open, patient(func() time.Time { return start.Add(time.Duration(hours.Load()) * time.Hour) })))
	var p picky
	consume(t, st, p.consumer())
	feedBad(t, st)
	run(t, st)
	drain(t, st)
	p.cured.Store(true)
	hours.Store(2)
	write(t, st, emit("meal.served", "c")) // news make it look at the clock
	for ctx := within(t); len(parkedOnes(t, st)) > 0; drain(t, st) {
		if ctx.Err() != nil {
			t.Fatalf("still parked: %+v", parkedOnes(t, st))
		}
	}
	got := strings.Fields(p.got()) // news that come while it looks are handled first
	if slices.Sort(got); !slices.Equal(got, []string{"a", "b", "bad", "c"}) {
		t.Errorf("got %s", p.got())
	}
}

func panics(t *testing.T, open Open) {
	st := fresh(t, open, patient(time.Now))
	consume(t, st, store.Consumer{Name: "jumpy", Handle: func(context.Context, event.Event) (store.Writes, error) {
		panic("boo")
	}})
	write(t, st, emit("meal.served", "a"))
	run(t, st)
	drain(t, st)
	if all := parkedOnes(t, st); len(all) != 1 || !strings.Contains(all[0].Error, "boo") {
		t.Errorf("parked: %+v", all)
	}
}

// told keeps what it hears in the transaction that sets the event aside; what it cannot keep
// is not set aside either.
func told(t *testing.T, open Open) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	st := withNotes(t, fresh(t, open, patient(func() time.Time { return now })))
	var p picky
	c, deaf, failed := p.consumer(), 1, make(chan struct{})
	c.Parked = func(ctx context.Context, tx store.Tx, one store.ParkedEvent, why error) error {
		if err := add(fmt.Sprint(one.Event.Key, " ", one.Attempts, " ", why), one.Event.Seq)(ctx, tx); err != nil {
			return err
		}
		if deaf--; deaf == 0 {
			close(failed)
			return errors.New("deaf")
		}
		return nil
	}
	consume(t, st, c)
	feedBad(t, st)
	run(t, st)
	<-failed
	write(t, st, emit("meal.served", "c")) // news make it try again
	drain(t, st)
	notes := func(want ...string) {
		t.Helper()
		for _, id := range want {
			expect(t, id, number(t, st, `SELECT COUNT(*) FROM note WHERE id = ?`, id), 1)
		}
		expect(t, "notes", number(t, st, `SELECT COUNT(*) FROM note`), int64(len(want)))
	}
	one := parkedOnes(t, st)[0]
	first := fmt.Sprint("bad ", one.Attempts, " indigestible")
	notes(first)
	if err := st.Retry(within(t), "picky", one.Event.Seq); err == nil || !strings.Contains(err.Error(), "indigestible") {
		t.Errorf("retry: %v", err)
	}
	notes(first, fmt.Sprint("bad ", one.Attempts+1, " indigestible"))
	p.cured.Store(true)
	if err := st.Retry(within(t), "picky", one.Event.Seq); err != nil {
		t.Error(err)
	}
	notes(first, fmt.Sprint("bad ", one.Attempts+1, " indigestible"))
	if p.got() != "a b c bad" {
		t.Errorf("the rest: %s", p.got())
	}
}

func survives(t *testing.T, open Open) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	var p picky
	st, err := open(dir, patient(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	withNotes(t, st)
	consume(t, st, p.consumer())
	feedBad(t, st)
	stop := run(t, st)
	drain(t, st)
	stop()
	if _, err := st.Prune(within(t), now.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	p.cured.Store(true)
	now = now.Add(2 * time.Hour)
	st = opened(t, open, dir, patient(func() time.Time { return now }))
	consume(t, st, p.consumer())
	run(t, st)
	write(t, st, emit("meal.served", "c"))
	drain(t, st)
	if p.got() != "a b bad c" {
		t.Errorf("got %s", p.got())
	}
}
