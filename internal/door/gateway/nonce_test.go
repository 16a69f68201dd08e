package gateway

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

func stored(t *testing.T) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// started is a process over a store; nothing has to be closed, so each is as good as killed.
func started(t *testing.T, st *sqlite.Store, at time.Time) *nonces {
	t.Helper()
	if err := migrate(context.Background(), st); err != nil {
		t.Fatal(err)
	}
	n, err := newNonces(context.Background(), st, at)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNoncesAreUsedOnce(t *testing.T) {
	n := started(t, stored(t), noon)
	use := func(key, nonce string, stamp, now time.Duration) error {
		return n.use(context.Background(), key, nonce, noon.Add(stamp).Unix(), noon.Add(now))
	}
	for _, c := range []struct {
		name, key, nonce string
		stamp, now       time.Duration
		want             error
	}{
		{"the first", "k", "a", 0, 0, nil},
		{"again", "k", "a", 0, time.Second, errReplay},
		{"of another key", "l", "a", 0, time.Second, nil},
		{"with another time", "k", "a", 90 * time.Second, 90 * time.Second, errReplay},
		{"a minute ahead", "k", "b", 61 * time.Second, time.Second, nil},
		{"further ahead", "k", "c", 63 * time.Second, time.Second, errWindow},
		{"five minutes old", "k", "d", 0, 5 * time.Minute, nil},
		{"older", "k", "e", 0, 5*time.Minute + time.Second, errWindow},
		{"much later", "k", "f", time.Hour, time.Hour, nil},
		{"a clock set back, and the first again", "k", "a", 0, 0, errWindow},
		{"before the start", "k", "g", -time.Second, 0, errRestart},
	} {
		if err := use(c.key, c.nonce, c.stamp, c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if n.count != 1 {
		t.Errorf("%d nonces are remembered, those behind the floor too", n.count)
	}
}

func TestReplayAcrossARestartIsRefused(t *testing.T) {
	st := stored(t)
	n := started(t, st, noon)
	var taken []int64
	for s := range 40 {
		at := noon.Add(time.Duration(s) * time.Second)
		for _, ahead := range []int64{0, 30, 60} {
			stamp := at.Unix() + ahead
			if err := n.use(context.Background(), "k", fmt.Sprint("n", s, ahead), stamp, at); err != nil {
				t.Fatal(err)
			}
			taken = append(taken, stamp)
		}
	}
	// The clock is set back by a quarter of an hour, or goes right, or too fast.
	for _, back := range []time.Duration{-15 * time.Minute, 0, 41 * time.Second, 2 * time.Minute} {
		again := started(t, st, noon.Add(back))
		for _, stamp := range taken {
			for _, now := range []time.Duration{back, 41 * time.Second, 2 * time.Minute} {
				if err := again.use(context.Background(), "k", "n00", stamp, noon.Add(now)); err == nil {
					t.Fatalf("a call stamped %d was taken again by a process started at %s", stamp-noon.Unix(), back)
				}
			}
		}
	}
	later := noon.Add(105 * time.Second)
	if err := started(t, st, later).use(context.Background(), "k", "new", later.Unix(), later); err != nil {
		t.Errorf("a new call after the restart: %v", err)
	}
}

func TestOneOfManyAtOnce(t *testing.T) {
	n := started(t, stored(t), noon)
	var ok atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range 100 {
				if n.use(context.Background(), "k", fmt.Sprint(i), noon.Unix(), noon) == nil {
					ok.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if ok.Load() != 100 {
		t.Errorf("%d calls of 100 nonces were taken", ok.Load())
	}
}
