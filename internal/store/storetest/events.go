package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

func testEvents(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"in order, of the kinds wanted":          inOrder,
		"woken at once":                          woken,
		"a cursor outlives its process":          resumed,
		"a handler's writes go with the cursor":  together,
		"drain names who is behind":              behind,
		"pruned when all have passed":            pruned,
		"pruned step by step":                    prunedInSteps,
		"a consumer's follow-up is an event too": followUp,
		"a consumer twice, or without a name":    misnamed,
		"emit is undone with its closure":        undoneEmit,
		"a handler does not overlap with itself": alone,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// list is a consumer that remembers what it was given.
type list struct {
	mu   sync.Mutex
	keys []string
}

func (l *list) add(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys = append(l.keys, e.Key)
}

func (l *list) got() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.keys, " ")
}

func (l *list) consumer(name string, kinds ...event.Kind) store.Consumer {
	return store.Consumer{Name: name, Kinds: kinds, Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		l.add(e)
		return nil, nil
	}}
}

func consume(t *testing.T, st store.Store, c store.Consumer) {
	t.Helper()
	if err := st.Consume(c); err != nil {
		t.Fatal(err)
	}
}

func inOrder(t *testing.T, open Open) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	o := brisk()
	o.Now = func() time.Time { return now }
	st := fresh(t, open, o)
	var every, some list
	var first event.Event
	consume(t, st, every.consumer("every"))
	consume(t, st, some.consumer("some", "kind.even"))
	consume(t, st, store.Consumer{Name: "first", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		if first.Seq == 0 {
			first = e
		}
		return nil, nil
	}})
	var want, even []string
	write(t, st, func(ctx context.Context, tx store.Tx) error {
		for i := range 250 {
			key, kind := fmt.Sprint(i), event.Kind("kind.odd")
			if i%2 == 0 {
				kind, even = "kind.even", append(even, key)
			}
			want = append(want, key)
			if err := emit(kind, key)(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	stop := run(t, st)
	drain(t, st)
	stop()
	if every.got() != strings.Join(want, " ") {
		t.Errorf("every: %s", every.got())
	}
	if some.got() != strings.Join(even, " ") {
		t.Errorf("some: %s", some.got())
	}
	if first.Kind != "kind.even" || first.Key != "0" || !first.At.Equal(now) || string(first.Body) != `{"rows":7}` {
		t.Errorf("event: %+v %s", first, first.Body)
	}
}

func woken(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	heard := make(chan string)
	consume(t, st, store.Consumer{Name: "ear", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		heard <- e.Key
		return nil, nil
	}})
	run(t, st)
	for i := range 20 { // the poll is an hour: only waking can do this
		write(t, st, emit("note.added", fmt.Sprint(i)))
		select {
		case key := <-heard:
			if key != fmt.Sprint(i) {
				t.Errorf("heard %s", key)
			}
		case <-time.After(limit):
			t.Fatal("not woken")
		}
	}
}

func resumed(t *testing.T, open Open) {
	dir := t.TempDir()
	var l list
	for i := range 3 {
		st, err := open(dir, brisk())
		if err != nil {
			t.Fatal(err)
		}
		write(t, st, emit("note.added", fmt.Sprint(i)))
		consume(t, st, l.consumer("l"))
		stop := run(t, st)
		drain(t, st)
		stop()
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if l.got() != "0 1 2" {
		t.Errorf("got %s", l.got())
	}
}

// together fails the first writes after they wrote: neither they nor the cursor may stay.
func together(t *testing.T, open Open) {
	st := withNotes(t, fresh(t, open, brisk()))
	tries := 0
	consume(t, st, store.Consumer{Name: "w", Handle: func(context.Context, event.Event) (store.Writes, error) {
		return func(ctx context.Context, tx store.Tx) error {
			tries++
			if err := add(fmt.Sprintf("try %d", tries), 1)(ctx, tx); err != nil {
				return err
			}
			if tries == 1 {
				return errors.New("first try")
			}
			return nil
		}, nil
	}})
	write(t, st, emit("note.added", "a"))
	run(t, st)
	drain(t, st)
	expect(t, "notes", number(t, st, `SELECT COUNT(*) FROM note`), 1)
	expect(t, "cursor", number(t, st, `SELECT seq FROM event_cursor WHERE consumer = 'w'`),
		number(t, st, `SELECT MAX(seq) FROM event`))
}

func behind(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	var l list
	consume(t, st, l.consumer("sleeper"))
	drain(t, st)
	write(t, st, emit("note.added", "a"))
	ctx, cancel := context.WithCancel(within(t))
	cancel()
	err := st.Drain(ctx)
	if f := fault.From(err); f == nil || f.Code != "event.behind" || !strings.Contains(f.In("en"), "sleeper") ||
		!errors.Is(err, context.Canceled) {
		t.Fatalf("drained though nobody runs: %v", err)
	}
	run(t, st)
	drain(t, st)
}

func pruned(t *testing.T, open Open) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o := brisk()
	o.Now = func() time.Time { return now }
	st := fresh(t, open, o)
	var fast, slow list
	consume(t, st, fast.consumer("fast"))
	for i := range 10 {
		now = now.Add(time.Hour)
		write(t, st, emit("note.added", fmt.Sprint(i)))
	}
	stop := run(t, st)
	drain(t, st)
	stop()
	consume(t, st, slow.consumer("slow", "another.kind"))
	prune := func(want int64) {
		t.Helper()
		n, err := st.Prune(within(t), now.Add(-150*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "pruned", n, want)
	}
	prune(0) // slow has not passed anything
	stop = run(t, st)
	drain(t, st)
	stop()
	prune(7)
	prune(0)
	expect(t, "kept", number(t, st, `SELECT COUNT(*) FROM event`), 3)
}

// prunedInSteps removes more events than one step takes, and no newer one that stands among
// them by its number: clocks are set back now and then.
func prunedInSteps(t *testing.T, open Open) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o := brisk()
	o.Now = func() time.Time { return now }
	st := fresh(t, open, o)
	var l list
	consume(t, st, l.consumer("l", "another.kind"))
	const old, young = 12_000, 3
	for _, batch := range []int{7000, old - 7000} {
		write(t, st, func(ctx context.Context, tx store.Tx) error {
			for i := range batch {
				if err := emit("note.added", fmt.Sprint(i))(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		now = now.Add(48 * time.Hour)
		for range young {
			write(t, st, emit("note.added", "young"))
		}
		now = now.Add(-48 * time.Hour)
	}
	run(t, st)
	drain(t, st)
	n, err := st.Prune(within(t), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "pruned", n, old)
	expect(t, "kept", number(t, st, `SELECT COUNT(*) FROM event WHERE key = 'young'`), 2*young)
	expect(t, "in all", number(t, st, `SELECT COUNT(*) FROM event`), 2*young)
}

func followUp(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	done := make(chan struct{})
	consume(t, st, store.Consumer{Name: "chain", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		if e.Key == "xxxx" {
			close(done)
			return nil, nil
		}
		return func(ctx context.Context, tx store.Tx) error { return tx.Emit(ctx, e.Kind, e.Key+"x", nil) }, nil
	}})
	run(t, st)
	write(t, st, emit("note.added", "x"))
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatal("the chain broke")
	}
}

func misnamed(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	var l list
	consume(t, st, l.consumer("one"))
	for _, c := range []store.Consumer{l.consumer("one"), l.consumer(""), {Name: "idle"}} {
		if err := st.Consume(c); err == nil {
			t.Errorf("accepted %q", c.Name)
		}
	}
}

func undoneEmit(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	_ = st.Write(within(t), func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.Emit(ctx, "note.added", "a", nil), errors.New("no"))
	})
	expect(t, "events", number(t, st, `SELECT COUNT(*) FROM event`), 0)
}

// alone has many emitters and one handler that would notice company.
func alone(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	var inside sync.Mutex
	var seqs []int64
	consume(t, st, store.Consumer{Name: "alone", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		if !inside.TryLock() {
			return nil, errors.New("company")
		}
		defer inside.Unlock()
		seqs = append(seqs, e.Seq)
		return nil, nil
	}})
	stop := run(t, st)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 10 {
				if err := st.Write(within(t), emit("note.added", "a")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	drain(t, st)
	stop()
	if len(seqs) != 200 || !slices.IsSorted(seqs) {
		t.Errorf("%d events, sorted %v", len(seqs), slices.IsSorted(seqs))
	}
}
