package ingest_test

import (
	"testing"

	"github.com/chengshu/chengshu/internal/ingest"
)

func TestLoad(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,b", "3,x", ",a", "5,a,more")
	w.is(b, ingest.Published, 5, 2, 3, 0, 0)
	w.published("people", "1 a", "2 b")
	w.books()
	w.tidy()

	// The same file under the same rules is the batch there already.
	same := w.loaded("people", "1,a", "2,b", "3,x", ",a", "5,a,more")
	if same.ID != b.ID || same.Version != 1 || !same.StartedAt.Equal(b.StartedAt) {
		t.Errorf("the same file made %+v", same)
	}
	w.published("people", "1 a", "2 b")
	w.tidy()
}

// TestReloadReplaces: under a new version of the rules a file's rows are replaced.
func TestReloadReplaces(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	other := w.loaded("people", "9,a")
	b := w.loaded("people", "1,a", "2,b", "3,c")
	w.is(b, ingest.Published, 3, 2, 1, 0, 0)
	w.declare("people", "a, c", "", plain)
	again := w.loaded("people", "1,a", "2,b", "3,c")
	if again.ID != b.ID || again.Label != b.Label || again.Version != 2 || again.Ruleset != 2 {
		t.Errorf("the reload is %+v", again)
	}
	w.is(b, ingest.Published, 3, 2, 1, 0, 0)
	w.is(other, ingest.Published, 1, 1, 0, 0, 0)
	w.published("people", "1 a", "3 c", "9 a")
	w.quarantined("people", "2 b")
	w.books()
	w.tidy()
}
