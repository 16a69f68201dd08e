package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
)

// broken puts a file where the tables of a space lie, until it is mended: nobody can write
// there, whatever their rights.
func (w *world) broken(space ident.Space) (mend func()) {
	w.Helper()
	dir := filepath.Join(w.config.Data, "lake", string(space))
	aside := dir + ".aside"
	w.must(os.Rename(dir, aside))
	w.must(os.WriteFile(dir, nil, 0o600))
	return func() {
		w.Helper()
		w.must(os.Remove(dir))
		w.must(os.Rename(aside, dir))
	}
}

// TestStalled: a batch that cannot be written says so, with what to do; it is written once
// that is done, by hand, and nothing was lost or doubled.
func TestStalled(t *testing.T) {
	for _, space := range []ident.Space{ident.Published, ident.Quarantine} {
		t.Run(string(space), func(t *testing.T) {
			w := open(t)
			w.declare("people", "a, b", blocking, plain)
			first := w.loaded("people", "1,a")
			b := w.loaded("people", "2,b", "3,x")
			w.is(b, ingest.Held, 2, 0, 1, 1, 0)
			mend := w.broken(space)
			if space == ident.Quarantine { // a decision that takes bad rows out
				_, err := w.Ingest.Discard(ctx, string(b.ID), "不要了")
				w.must(err)
			} else {
				_, err := w.Ingest.Release(ctx, string(b.ID), "核对过")
				w.must(err)
			}
			now, err := w.Ingest.Batch(ctx, b.Label)
			w.must(err)
			if !now.Stalled() || now.State != ingest.Publishing {
				t.Fatalf("the batch is %s: %v", now.State, now.Error)
			}
			refused(t, now.Error, "batch.stalled", b.Label)
			if len(now.Error.Parts) != 1 || now.Error.Parts[0].Code != "lake.disk" || strings.Contains(now.Error.Error(), w.config.Data) {
				t.Errorf("the cause: %v", now.Error)
			}
			_, err = w.Ingest.Retry(ctx, b.Label) // too early
			refused(t, err, "batch.stalled", b.Label)
			mend()
			limit, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			again, err := w.Ingest.Retry(limit, b.Label)
			w.must(err)
			w.settled()
			if again.Error != nil {
				t.Errorf("the fault stays: %v", again.Error)
			}
			if space == ident.Quarantine {
				w.is(b, ingest.Discarded, 2, 0, 0, 0, 0)
				w.published("people", "1 a")
				w.quarantined("people")
			} else {
				w.is(b, ingest.Published, 2, 1, 1, 0, 0)
				w.published("people", "1 a", "2 b")
				w.quarantined("people", "3 x")
			}
			_, err = w.Ingest.Retry(ctx, first.Label)
			refused(t, err, "batch.state", "")
			w.books()
			w.tidy()
		})
	}
}
