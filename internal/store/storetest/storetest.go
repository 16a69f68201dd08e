// Package storetest is the suite every driver of the store passes. A driver's test calls
// Main from TestMain, which lets the suite start the test binary again as a process to
// kill, and Run from one test.
package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
)

// Open opens the driver's store kept in a folder; again gives the same data.
type Open func(dir string, o store.FeedOptions) (store.Store, error)

// Run proves a driver.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"writes", testWrites},
		{"values", testValues},
		{"migrations", testMigrations},
		{"events", testEvents},
		{"parked", testParked},
		{"crash", testCrash},
	} {
		t.Run(group.name, func(t *testing.T) { group.test(t, open) })
	}
}

// limit ends a test that hangs.
const limit = time.Minute

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

// brisk polls never, so that what passes was woken, and tries again at once.
func brisk() store.FeedOptions {
	return store.FeedOptions{Poll: time.Hour, Backoff: func(int) time.Duration { return time.Millisecond }}
}

func fresh(t *testing.T, open Open, o store.FeedOptions) store.Store {
	t.Helper()
	return opened(t, open, t.TempDir(), o)
}

func opened(t *testing.T, open Open, dir string, o store.FeedOptions) store.Store {
	t.Helper()
	st, err := open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

const noteTable = `CREATE TABLE note (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
	CREATE TABLE seen (consumer TEXT NOT NULL, seq BIGINT NOT NULL);`

func withNotes(t *testing.T, st store.Store) store.Store {
	t.Helper()
	if err := st.Migrate(within(t), "note", []store.Migration{{Version: 1, SQL: noteTable}}); err != nil {
		t.Fatal(err)
	}
	return st
}

func add(id string, n int64) func(context.Context, store.Tx) error {
	return func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO note (id, n) VALUES (?, ?)`, id, n)
		return err
	}
}

func emit(kind event.Kind, key string) func(context.Context, store.Tx) error {
	return func(ctx context.Context, tx store.Tx) error {
		return tx.Emit(ctx, kind, key, map[string]int{"rows": 7})
	}
}

func write(t *testing.T, st store.Store, do func(context.Context, store.Tx) error) {
	t.Helper()
	if err := st.Write(within(t), do); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, st store.Store, query string, args ...any) (n int64) {
	t.Helper()
	if err := st.Read().QueryRowContext(within(t), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func expect(t *testing.T, what string, got, want int64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

// run feeds the consumers until the function it returns is called, or the test ends.
func run(t *testing.T, st store.Store) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- st.Run(ctx) }()
	var once atomic.Bool
	stop = func() {
		cancel()
		if once.CompareAndSwap(false, true) {
			if err := <-ended; err != nil {
				t.Errorf("run: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

func drain(t *testing.T, st store.Store) {
	t.Helper()
	if err := st.Drain(within(t)); err != nil {
		t.Fatal(err)
	}
}
