package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
)

// unstage removes what is staged of a batch for its table: the folder, or the files in it.
func (w *world) unstage(b *ingest.Batch, whole bool) {
	w.Helper()
	pattern := filepath.Join(w.config.Data, "lake", "_stage", string(ident.Published), b.Directory, string(b.ID)+"@*")
	if !whole {
		pattern = filepath.Join(pattern, "*.parquet")
	}
	w.removed(pattern)
}

func (w *world) removed(pattern string) {
	w.Helper()
	found, err := filepath.Glob(pattern)
	w.must(err)
	if len(found) == 0 {
		w.Fatalf("there is no %s", pattern)
	}
	for _, f := range found {
		w.must(os.RemoveAll(f))
	}
}

// A held batch whose staged files are gone is judged again when it is released: what comes of
// it is what was promised, once.
func TestUnstagedBatchIsJudgedAgain(t *testing.T) {
	for name, whole := range map[string]bool{"the folder": true, "its files": false} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			w.declare("people", "a, b", blocking, plain)
			w.loaded("people", "1,a")
			b := w.loaded("people", "2,b", "3,x", "4,a")
			w.is(b, ingest.Held, 3, 0, 1, 2, 0)
			w.unstage(b, whole)
			got, err := w.Ingest.Release(ctx, string(b.ID), "核对过")
			w.must(err)
			w.settled()
			if got.Error != nil || got.Decision == nil || got.Decision.Action != "release" {
				t.Errorf("released as %+v with %v", got.Decision, got.Error)
			}
			w.is(b, ingest.Published, 3, 2, 1, 0, 0)
			w.published("people", "1 a", "2 b", "4 a")
			w.quarantined("people", "3 x")
			w.books()
			w.tidy()
		})
	}
}

// The same of a batch that nobody had to decide: it stalled, and meanwhile its files went.
func TestStalledBatchIsJudgedAgain(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	w.loaded("people", "1,a")
	mend := w.broken(ident.Published)
	b, err := w.begin(ingest.Request{Directory: "people"}, w.file("more.csv", csv("2,b", "3,x")))
	w.must(err)
	b, err = w.Ingest.Wait(ctx, b.ID)
	w.must(err)
	if !b.Stalled() || b.Lost() {
		t.Fatalf("the batch is %s: %v", b.State, b.Error)
	}
	_, err = w.Ingest.Discard(ctx, string(b.ID), "不要了")
	refused(t, err, "batch.state", "")
	w.unstage(b, true)
	mend()
	_, err = w.Ingest.Retry(ctx, string(b.ID))
	w.must(err)
	_, err = w.Ingest.Wait(ctx, b.ID)
	w.must(err)
	w.settled()
	w.is(b, ingest.Published, 2, 1, 1, 0, 0)
	w.published("people", "1 a", "2 b")
	w.quarantined("people", "3 x")
	w.books()
	w.tidy()
}

// Without its file either it says so, and can be discarded.
func TestLostBatchIsDiscarded(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", blocking, plain)
	w.loaded("people", "1,a")
	b := w.loaded("people", "2,b", "3,x")
	w.is(b, ingest.Held, 2, 0, 1, 1, 0)
	w.unstage(b, true)
	w.removed(filepath.Join(w.config.Data, "spool", "*"))
	got, err := w.Ingest.Release(ctx, string(b.ID), "核对过")
	w.must(err)
	refused(t, got.Error, "batch.stalled", b.Label)
	if !got.Lost() || got.Error.Parts[0].Code != "batch.lost" {
		t.Fatalf("the cause: %v", got.Error)
	}
	_, err = w.Ingest.Release(ctx, string(b.ID), "再试")
	refused(t, err, "batch.state", "")
	_, err = w.Ingest.Discard(ctx, string(b.ID), "文件已丢失")
	w.must(err)
	w.settled()
	w.is(b, ingest.Discarded, 2, 0, 0, 0, 0)
	w.published("people", "1 a")
	w.quarantined("people")
	w.books()
	w.tidy()
}
