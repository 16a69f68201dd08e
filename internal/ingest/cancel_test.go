package ingest_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/task"
)

// TestCancel ends a batch that is judged and one that waits behind it, once.
func TestCancel(t *testing.T) {
	w := open(t)
	w.stop()
	w.config.Loads.Parallel = 1
	w.start()
	w.declare("people", "a, b", "", plain)
	changes := w.Ingest.Watch(t.Context())
	w.halt("report")
	judging, err := w.begin(ingest.Request{Directory: "people"}, w.file("one.csv", csv("1,a")))
	w.must(err)
	w.halted(changes, judging, "report")
	waiting, err := w.begin(ingest.Request{Directory: "people"}, w.file("two.csv", csv("2,a")))
	w.must(err)
	for _, b := range []*ingest.Batch{waiting, judging} {
		got, err := w.Ingest.Cancel(ctx, b.Label, "wrong file")
		w.must(err)
		w.is(got, ingest.Cancelled, 0, 0, 0, 0, 0)
		refused(t, got.Error, "load.cancelled", "")
		_, err = w.Ingest.Cancel(ctx, b.Label, "again")
		refused(t, err, "batch.state", "")
		s, err := w.Tasks.Wait(ctx, b.Task)
		if err != nil || s.State != task.Cancelled || s.Reason != "wrong file" {
			t.Errorf("its task: %+v, %v", s, err)
		}
	}
	w.settled()
	w.published("people")
	w.books()
	w.tidy()

	// A cancelled reload leaves the version before it as it stood.
	w.unhalt()
	b := w.loaded("people", "5,a", "6,x")
	changes = w.Ingest.Watch(t.Context())
	w.halt("report")
	again, err := w.begin(ingest.Request{Directory: "people", Again: true}, w.file("people.csv", csv("5,a", "6,x")))
	w.must(err)
	w.halted(changes, again, "report")
	_, err = w.Ingest.Cancel(ctx, string(again.ID), "no need")
	w.must(err)
	w.settled()
	w.is(b, ingest.Published, 2, 1, 1, 0, 0)
	w.published("people", "5 a")
	w.books()
	w.tidy()
}

// TestCancelIsNotForgotten: a cancel whose process died before the batch ended ends it when the
// next process starts, whether the task was stopped already or had only been asked to.
func TestCancelIsNotForgotten(t *testing.T) {
	for name, task := range map[string]string{
		"asked to stop": `UPDATE task SET state = 'running', owner = 'dead', node = 'local', stop = TRUE, ended_at = NULL`,
		"stopped":       `UPDATE task SET state = 'cancelled', owner = '', node = '', stop = FALSE, ended_at = started_at`,
	} {
		t.Run(name, func(t *testing.T) {
			w, b := interrupted(t)
			w.must(w.sql(task))
			w.stop()
			w.unhalt()
			w.start()
			b = w.end(b, nil)
			w.is(b, ingest.Cancelled, 0, 0, 0, 0, 0)
			w.published("people")
			w.books()
			w.tidy()
		})
	}
}

// interrupted is a world whose load stands still with all its files staged.
func interrupted(t testing.TB) (*world, *ingest.Batch) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	watching, done := context.WithCancel(ctx)
	t.Cleanup(done)
	changes := w.Ingest.Watch(watching)
	w.halt("report")
	b, err := w.begin(ingest.Request{Directory: "people"}, w.file("people.csv", csv("1,a", "2,x")))
	w.must(err)
	w.halted(changes, b, "report")
	return w, b
}

// TestResume: what a process left is judged from the beginning by the next one, and no row
// comes twice; also when the queue knows nothing of it any more.
func TestResume(t *testing.T) {
	for name, lost := range map[string]bool{"its task is there": false, "its task is lost": true} {
		t.Run(name, func(t *testing.T) {
			w, b := interrupted(t)
			w.stop()
			if lost {
				w.start()
				w.unhalt()
				w.must(w.sql(`DELETE FROM task`))
				w.must(w.Ingest.Recover(ctx))
			} else {
				w.unhalt()
				w.start()
			}
			b = w.end(b, nil)
			w.is(b, ingest.Published, 2, 1, 1, 0, 0)
			w.published("people", "1 a")
			w.quarantined("people", "2 x")
			w.books()
			w.tidy()
		})
	}
}

// TestDeadlyFile: a batch over which the process died each time fails, and says so.
func TestDeadlyFile(t *testing.T) {
	w, b := interrupted(t)
	w.must(w.sql(`UPDATE task SET owner = 'dead', attempts = 99`))
	w.stop()
	w.unhalt()
	w.start()
	b = w.end(b, nil)
	w.is(b, ingest.Failed, 0, 0, 0, 0, 0)
	refused(t, b.Error, "task.deadly", "")
	w.books()
	w.tidy()
}

// TestTwoAtOnce: the same file twice at the same time is one batch.
func TestTwoAtOnce(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	path := w.file("people.csv", csv("1,a", "2,x"))
	var all sync.WaitGroup
	batches, errs := make([]*ingest.Batch, 4), make([]error, 4)
	for i := range batches {
		all.Go(func() { batches[i], errs[i] = w.begin(ingest.Request{Directory: "people"}, path) })
	}
	all.Wait()
	for i, b := range batches {
		b = w.end(b, errs[i])
		if b.ID != batches[0].ID || b.Version != 1 {
			t.Errorf("%d: %+v", i, b)
		}
	}
	w.is(batches[0], ingest.Published, 2, 1, 1, 0, 0)
	w.published("people", "1 a")
	w.books()
}

// TestTwoDecisions: of a release and a discard at once one is done and the other refused.
func TestTwoDecisions(t *testing.T) {
	w, b := blocked(t)
	var all sync.WaitGroup
	var released, discarded error
	all.Go(func() { _, released = w.Ingest.Release(ctx, string(b.ID), "good") })
	all.Go(func() { _, discarded = w.Ingest.Discard(ctx, string(b.ID), "bad") })
	all.Wait()
	if (released == nil) == (discarded == nil) {
		t.Fatalf("released: %v, discarded: %v", released, discarded)
	}
	if refusal := errors.Join(released, discarded); fault.KindOf(refusal) != fault.Conflict {
		t.Error(refusal)
	}
	b = w.end(b, nil)
	if released == nil {
		w.published("people", "1 a")
		w.quarantined("people", "2 x")
	} else {
		w.published("people")
		w.quarantined("people")
	}
	w.books()
	w.tidy()
}

// TestLabels: numbers within a day never come twice, and a label of two years must say which.
func TestLabels(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	beijing := time.FixedZone("", 8*3600)
	at := func(year, day, hour int) time.Time { return time.Date(year, 3, day, hour, 0, 0, 0, beijing) }
	load := func(content string, at time.Time, again bool) *ingest.Batch {
		return w.end(w.begin(ingest.Request{Directory: "people", At: at, Again: again}, w.file("f.csv", csv(content))))
	}
	first := load("1,a", at(2025, 1, 7), false) // still the day before in UTC
	second := load("2,a", at(2025, 1, 9), false)
	if first.Label != "0301-01" || second.Label != "0301-02" {
		t.Errorf("labels %s, %s", first.Label, second.Label)
	}
	if again := load("1,a", at(2025, 2, 9), true); again.Label != "0301-01" {
		t.Errorf("loaded again it is %s", again.Label)
	}
	if third := load("3,a", at(2025, 1, 10), false); third.Label != "0301-03" {
		t.Errorf("the third of the day is %s", third.Label)
	}
	later := load("4,a", at(2026, 1, 10), false)
	if later.Label != "0301-01" {
		t.Errorf("a year later: %s", later.Label)
	}
	_, err := w.Ingest.Batch(ctx, "0301-01")
	refused(t, err, "batch.ambiguous", "")
	for id, want := range map[string]*ingest.Batch{"2025-0301-01": first, "2026-0301-01": later, "0301-02": second, string(later.ID): later} {
		if got, err := w.Ingest.Batch(ctx, id); err != nil || got.ID != want.ID {
			t.Errorf("%s is %+v, %v", id, got, err)
		}
	}
	_, err = w.Ingest.Batch(ctx, "2024-0301-01")
	refused(t, err, "batch.missing", "")

	// Labels given at once are as many.
	var all sync.WaitGroup
	labels, files := make([]string, 8), make([]string, 8)
	for i := range files {
		files[i] = w.file("g.csv", csv(strconv.Itoa(10+i)+",a"))
	}
	for i := range labels {
		all.Go(func() {
			b, err := w.begin(ingest.Request{Directory: "people", At: at(2026, 5, 10)}, files[i])
			if err != nil {
				t.Error(err)
				return
			}
			labels[i] = b.Label
			if _, err := w.Ingest.Wait(ctx, b.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for _, l := range labels {
		seen[l] = true
	}
	if len(seen) != len(labels) {
		t.Errorf("labels %q", labels)
	}

	// Pages hold every batch once, also when a batch is loaded again between them.
	got := map[string]int{}
	for cursor := ""; ; {
		list, next, err := w.Ingest.Batches(ctx, ingest.Filter{}, cursor, 3)
		w.must(err)
		for _, b := range list {
			got[string(b.ID)]++
		}
		if cursor = next; next == "" {
			break
		}
		load("1,a", at(2026, 6, len(got)), true)
	}
	for id, n := range got {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	w.books()
}
