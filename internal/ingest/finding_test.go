package ingest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/ingest"
)

// findings are the facts of quality told so far, as rule: bad of rows at lines.
func (w *world) findings() (out []string) {
	w.Helper()
	rows, err := w.Store.Read().QueryContext(ctx, `SELECT kind, body FROM event WHERE kind IN ('quality.found', 'quality.passed') ORDER BY seq`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var kind string
		var body []byte
		var f event.Finding
		w.must(rows.Scan(&kind, &body))
		w.must(json.Unmarshal(body, &f))
		if f.Directory != "people" || f.About != "people/"+f.Rule || f.Batch == "" || f.Title == "" {
			w.Errorf("a fact %+v", f)
		}
		out = append(out, kind+" "+f.Severity+" "+f.Samples)
	}
	return out
}

// TestFindings: a file tells of each rule whether rows broke it; a replay tells that a rule is
// met where it took up all that waited.
func TestFindings(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x", "3,y")
	w.is(b, ingest.Published, 3, 1, 2, 0, 0)
	w.declare("people", "a, b, x", "", plain)
	w.end(w.Ingest.Replay(ctx, string(b.ID), nil)) // one row is left
	first := w.findings()
	w.declare("people", "a, b, x, y", "", plain)
	w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	second := w.findings()[len(first):]
	w.loaded("people", "4,a")
	third := w.findings()[len(first)+len(second):]
	if !slices.Contains(first, "quality.found reject 3, 4") || slices.Contains(second, "quality.found reject ") || !slices.Contains(second, "quality.passed reject ") || !slices.Contains(third, "quality.passed reject ") {
		t.Errorf("facts %q, then %q, then %q", first, second, third)
	}
}
