package share

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC) // in the district

func stored(t *testing.T) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// started is a process over a store: one that is dropped without Close was killed.
func started(t interface{ Fatal(...any) }, st *sqlite.Store, at time.Time) *Engine {
	e, err := New(context.Background(), Options{Store: st, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func granted(id string, perSecond, perDay int) policy.Grant {
	return policy.Grant{ID: id, Draft: policy.Draft{PerSecond: perSecond, PerDay: perDay}, MadeAt: noon.Add(-time.Hour)}
}

// through counts the calls of so many that get through, side by side.
func through(e *Engine, g policy.Grant, calls int, at time.Time) int64 {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range calls / 8 {
				if e.quota(g).take(context.Background(), at) == nil {
					n.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return n.Load()
}

func TestQuotaOfASecondIsExactUnderConcurrency(t *testing.T) {
	st, g := stored(t), granted("g", 10, 1000)
	e := started(t, st, noon)
	if n := through(e, g, 80, noon.Add(500*time.Millisecond)); n != 0 {
		t.Errorf("the first second after a start let %d through: the process before may have used it", n)
	}
	for s := 1; s <= 3; s++ {
		if n := through(e, g, 80, noon.Add(time.Duration(s)*time.Second)); n != 10 {
			t.Errorf("second %d let %d through, not 10", s, n)
		}
	}
	if n := through(e, g, 80, noon.Add(time.Second)); n != 0 {
		t.Errorf("a clock set back opened a second again: %d", n)
	}
	fresh := g
	fresh.ID, fresh.MadeAt = "fresh", noon.Add(time.Millisecond)
	if n := through(e, fresh, 80, noon.Add(500*time.Millisecond)); n != 10 {
		t.Errorf("a grant made after the start let %d through in the first second, not 10", n)
	}
}

func TestQuotaOfADayIsNeverExceededWhateverDies(t *testing.T) {
	st, n := stored(t), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		perDay := rapid.IntRange(1, 1000).Draw(t, "per day")
		g := granted("g"+time.Duration(n).String(), 1_000_000, perDay)
		at, total, killed := noon, int64(0), false
		for range rapid.IntRange(1, 6).Draw(t, "processes") {
			e := started(t, st, at)
			total += through(e, g, 8*rapid.IntRange(0, 100).Draw(t, "calls"), at.Add(time.Second))
			if total > int64(perDay) {
				t.Fatalf("%d calls of %d were let through", total, perDay)
			}
			if rapid.Bool().Draw(t, "killed") {
				killed = true
			} else if err := e.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Duration(rapid.IntRange(-3600, 3600).Draw(t, "clock")) * time.Second)
		}
		e := started(t, st, at)
		total += through(e, g, 8*perDay+8, at.Add(time.Second))
		if total > int64(perDay) || !killed && total != int64(perDay) {
			t.Fatalf("%d calls of %d were let through in the end, killed: %t", total, perDay, killed)
		}
		if err := e.quota(g).take(context.Background(), at.Add(2*time.Second)); !errors.Is(err, ErrDay) {
			t.Fatalf("beyond the day's quota: %v", err)
		}
		if err := e.quota(g).take(context.Background(), noon.AddDate(0, 0, 2)); err != nil {
			t.Fatalf("the next day: %v", err)
		}
	})
}

func TestRefusalsWrittenDownAreBounded(t *testing.T) {
	b, n := &budget{left: refusalsAtOnce}, 0
	for i := range 10_000 {
		if b.take(noon.Add(time.Duration(i) * time.Millisecond)) {
			n++
		}
	}
	if want := refusalsAtOnce + 10*refusalsPerSecond; n > want || n < want-2 {
		t.Errorf("%d of 10,000 refusals in ten seconds were written down, want about %d", n, want)
	}
}
