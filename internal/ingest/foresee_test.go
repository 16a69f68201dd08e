package ingest_test

import (
	"fmt"
	"testing"

	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/rule"
)

// TestForesee: what a replay of a directory would do is what it does, batch by batch, and
// foreseeing it changes nothing.
func TestForesee(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	one := w.loaded("people", "1,a", "2,x", "3,y")
	two := w.loaded("people", "4,x", "5,z")
	w.loaded("people", "6,a") // nothing of it is in quarantine
	w.declare("people", "a, b, x", blocking, plain)
	held := w.loaded("people", "7,a", "8,q")
	w.is(held, ingest.Held, 2, 0, 1, 1, 0)

	f, err := w.Ingest.Foresee(ctx, "people")
	w.must(err)
	var got []string
	for _, b := range f.Batches {
		got = append(got, fmt.Sprintf("%s %d/%d %t %v", b.Batch.Label, b.Judgement.Good, b.Judgement.In, b.First, b.Refused))
		if len(b.Judgement.Samples) == 0 {
			t.Errorf("%s has no sample of what stays", b.Batch.Label)
		}
	}
	want := []string{held.Label + " 1/2 false <nil>", two.Label + " 1/2 false <nil>", one.Label + " 1/2 false <nil>"}
	if fmt.Sprint(got) != fmt.Sprint(want) || f.Rest != 0 || f.RestRows != 0 {
		t.Errorf("foreseen %v and %d more, want %v", got, f.Rest, want)
	}
	if b := f.Findings[0]; b.Rows != 3 || b.Verdict == rule.VerdictPassed {
		t.Errorf("the rule that three rows still break comes first, not %+v", b)
	}
	w.is(one, ingest.Published, 3, 1, 2, 0, 0)
	w.quarantined("people", "2 x", "3 y", "4 x", "5 z", "8 q")
	_, err = w.Ingest.Discard(ctx, held.Label, "not needed")
	w.must(err)
	w.books()
	w.tidy() // the trial of the held file left its spool alone, and nothing of its own
}

// TestForeseeTheNewest: of many batches the newest are judged and the others counted.
func TestForeseeTheNewest(t *testing.T) {
	w := open(t)
	w.declare("people", "a", "", plain)
	oldest := w.loaded("people", "1,x", "2,x", "3,a")
	for i := range 12 {
		w.loaded("people", fmt.Sprintf("%d,x", i+10))
	}
	f, err := w.Ingest.Foresee(ctx, "people")
	w.must(err)
	if len(f.Batches) != 12 || f.Rest != 1 || f.RestRows != 2 {
		t.Errorf("%d batches judged, %d of %d rows are not", len(f.Batches), f.Rest, f.RestRows)
	}
	for _, b := range f.Batches {
		if b.Batch.ID == oldest.ID {
			t.Error("the oldest was judged")
		}
	}
}
