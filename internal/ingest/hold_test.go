package ingest_test

import (
	"testing"

	"github.com/chengshu/chengshu/internal/ingest"
)

func blocked(t testing.TB) (*world, *ingest.Batch) {
	w := open(t)
	w.declare("people", "a, b", blocking, plain)
	b := w.loaded("people", "1,a", "2,x")
	w.is(b, ingest.Held, 2, 0, 1, 1, 0)
	w.published("people")
	w.quarantined("people", "2 x")
	w.books()
	return w, b
}

// TestHeld: what an officer may decide, once, with a reason.
func TestHeld(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*ingest.Engine) func(id, reason string) (*ingest.Batch, error)
		end  ingest.State
		good []string
		bad  []string
	}{
		{"release", func(e *ingest.Engine) func(string, string) (*ingest.Batch, error) {
			return func(id, why string) (*ingest.Batch, error) { return e.Release(ctx, id, why) }
		}, ingest.Published, []string{"1 a"}, []string{"2 x"}},
		{"return", func(e *ingest.Engine) func(string, string) (*ingest.Batch, error) {
			return func(id, why string) (*ingest.Batch, error) { return e.Return(ctx, id, why) }
		}, ingest.Returned, nil, nil},
		{"discard", func(e *ingest.Engine) func(string, string) (*ingest.Batch, error) {
			return func(id, why string) (*ingest.Batch, error) { return e.Discard(ctx, id, why) }
		}, ingest.Discarded, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, b := blocked(t)
			do := c.do(w.Ingest)
			_, err := do(b.Label, "")
			refused(t, err, "batch.reason", "reason")
			w.is(b, ingest.Held, 2, 0, 1, 1, 0)
			b = w.end(do(b.Label, "核对过"))
			if b.State != c.end || b.Decision == nil || b.Decision.Reason != "核对过" {
				t.Errorf("decided: %+v", b)
			}
			w.published("people", c.good...)
			w.quarantined("people", c.bad...)
			w.books()
			w.tidy()
			_, err = do(b.Label, "again")
			refused(t, err, "batch.state", "")
		})
	}
}

// TestHeldReplayed: a held batch is judged again whole, from the file as received.
func TestHeldReplayed(t *testing.T) {
	w, b := blocked(t)
	w.declare("people", "a, b, x", blocking, plain)
	again := w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	if again.ID != b.ID || again.Version != 2 {
		t.Errorf("replayed: %+v", again)
	}
	w.is(b, ingest.Published, 2, 2, 0, 0, 0)
	w.published("people", "1 a", "2 x")
	w.quarantined("people")
	w.books()
	w.tidy()
}

// TestBlockedReload: what an earlier version published stays until the new one is decided.
func TestBlockedReload(t *testing.T) {
	for name, c := range map[string]struct {
		decide    func(w *world, b *ingest.Batch) (*ingest.Batch, error)
		end       ingest.State
		published []string
	}{
		"released": {func(w *world, b *ingest.Batch) (*ingest.Batch, error) {
			return w.Ingest.Release(ctx, string(b.ID), "yes")
		},
			ingest.Published, []string{"1 a", "9 a"}},
		"returned": {func(w *world, b *ingest.Batch) (*ingest.Batch, error) {
			return w.Ingest.Return(ctx, string(b.ID), "no")
		},
			ingest.Returned, []string{"9 a"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			w.declare("people", "a, b", "", plain)
			w.loaded("people", "9,a")
			b := w.loaded("people", "1,a", "2,b", "3,x")
			w.declare("people", "a, b, x", "", plain)
			child := w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
			w.is(child, ingest.Published, 1, 1, 0, 0, 0)
			w.published("people", "1 a", "2 b", "3 x", "9 a")

			w.declare("people", "a", blocking, plain)
			w.loaded("people", "1,a", "2,b", "3,x")
			w.is(b, ingest.Held, 3, 0, 2, 1, 0)
			w.published("people", "1 a", "2 b", "3 x", "9 a") // until somebody decides
			w.quarantined("people", "2 b", "3 x")
			w.books()
			if _, err := w.Care(ctx, 0); err != nil { // and care takes none of it away
				t.Error(err)
			}
			decided := w.end(c.decide(w, b))
			if decided.State != c.end {
				t.Errorf("decided: %+v", decided)
			}
			w.is(child, ingest.Superseded, 1, 0, 0, 0, 0)
			w.published("people", c.published...)
			w.books()
			w.tidy()
		})
	}
}
