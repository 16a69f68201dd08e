package policy_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

// TestRevokedIsGoneForEverybody: beside readers, other grants and a follower that hears old
// news, a grant is never seen again once its revocation has returned.
func TestRevokedIsGoneForEverybody(t *testing.T) {
	w := open(t)
	follow := w.Follow("self")
	done := make(chan struct{})
	var readers, writers sync.WaitGroup
	var mu sync.RWMutex
	gone := map[string]bool{}
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			mu.RLock()
			revoked := make([]string, 0, len(gone))
			for id := range gone {
				revoked = append(revoked, id)
			}
			mu.RUnlock()
			for _, g := range w.For("pension", "a1", "") {
				if slices.Contains(revoked, g.ID) {
					t.Errorf("%s stands after it was revoked", g.ID)
				}
			}
		}
	})
	for range 4 {
		writers.Go(func() {
			for range 10 {
				g, err := w.Make(ctx, people.Local(), draft())
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := w.Revoke(ctx, people.Local(), g.ID, "x"); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				gone[g.ID] = true
				mu.Unlock()
				if _, err := follow.Handle(ctx, event.Event{Kind: event.GrantMade, Key: g.ID}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if left := w.For("pension", "a1", ""); len(left) != 0 || len(gone) != 40 {
		t.Errorf("%d left, %d revoked", len(left), len(gone))
	}
}

// BenchmarkGoverned is what policy costs each call: the grant found, its term asked, a row
// of seven cells tested and three of them masked.
func BenchmarkGoverned(b *testing.B) {
	d := pension()
	g := grant(d)
	g.Rows = policy.Rows{Rules: []policy.RowRule{{Item: "community", Op: policy.RowIn, Values: []string{"塔新社区", "球场社区"}}}}
	dec := policy.Compile(g, d, noon, salt)
	lens, err := dec.Over(schemaOf(d))
	if err != nil {
		b.Fatal(err)
	}
	cells := []any{"李明", "420102195603120031", noon, "3120.50", "塔新社区", true, "O"}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := lens.Row(cells); !ok || !dec.Live(noon) {
			b.Fatal("denied")
		}
	}
}

// BenchmarkCompile is what a changed grant or directory costs.
func BenchmarkCompile(b *testing.B) {
	d := pension()
	g := grant(d)
	for b.Loop() {
		if !policy.Compile(g, d, noon, salt).Allow {
			b.Fatal("denied")
		}
	}
}

// BenchmarkDecide is what the table costs each request of the console.
func BenchmarkDecide(b *testing.B) {
	a := holder(people.Officer)
	for b.Loop() {
		if !policy.Decide(a, policy.RowsRead, policy.Target{Office: "rsj"}).Allow {
			b.Fatal("denied")
		}
	}
}
