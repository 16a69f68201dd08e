package flow_test

import (
	"errors"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

// dueOf is when the case's clock ends, as people read it.
func (w *world) dueOf(c flow.Case, clock string) string {
	w.t.Helper()
	whole, err := w.Get(w.t.Context(), all, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range whole.Sums {
		if s.Clock == clock {
			return s.Due.At.In(region.Beijing).Format("2006-01-02 15:04")
		}
	}
	return ""
}

// TestWalk takes a pothole from its report to its end, with a clock that is worked against,
// a check by somebody else, and everybody told in their turn.
func TestWalk(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	c := w.report(desk, ledger.Values{"caller": "027-85000000"})
	if c.State != "reported" || c.Key != "P20261120-0001" || c.Office != "operations" {
		t.Fatalf("opened: %+v", c)
	}
	c = w.do(desk, c, "accept")
	if c.State != "assigned" || c.Office != "tazihu" || c.Stray {
		t.Fatalf("routed by climbing: %+v", c)
	}
	if n, err := w.notices.Unread(t.Context(), "ma"); n != 1 || err != nil {
		t.Errorf("the mender has %d notices, %v", n, err)
	}
	w.at("2026-11-20 10:06") // a Friday
	if _, err := w.try(outside, c, "sign"); !errors.Is(err, flow.ErrMissing) {
		t.Errorf("a mender of another office: %v", err)
	}
	if _, err := w.try(nobody, c, "sign"); !errors.Is(err, flow.ErrMissing) {
		t.Errorf("somebody without a role: %v", err)
	}
	if _, err := w.try(checker, c, "sign"); !errors.Is(err, flow.ErrTurn) {
		t.Errorf("a checker, whose turn it is not: %v", err)
	}
	c = w.do(mender, c, "sign")
	if c.State != "mending" || c.Holder != "ma" {
		t.Fatalf("signed: %+v", c)
	}
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-23 11:06" { // 1 h 54 and 4 h of Friday, 2 h 06 of Monday
		t.Errorf("eight working hours end at %s", due)
	}
	_, err := w.try(mender, c, "done")
	if f := fault.From(err); err == nil || f.Code != "case.needs" || len(f.Parts) != 3 {
		t.Errorf("without what it needs: %v", err)
	}
	if _, err := w.try(second, c, "done", with(map[string]any{"method": "cold", "area": 1.5, "after": shot})); !errors.Is(err, flow.ErrTurn) {
		t.Errorf("somebody who does not hold it: %v", err)
	}
	c = w.do(mender, c, "done", with(map[string]any{"method": "cold", "area": 1.5, "after": shot}))
	if _, err := w.try(mender, c, "pass"); fault.From(err).Code != "case.self" {
		t.Errorf("who mended it checks it: %v", err)
	}
	c = w.do(checker, c, "fail", because("边缘未压实"))
	if c.State != "mending" || c.Holder != "ma" || c.Office != "tazihu" {
		t.Fatalf("back with its holder: %+v", c)
	}
	c = w.do(mender, c, "done", with(map[string]any{"area": 1.6}))
	c = w.do(checker, c, "pass", with(map[string]any{"score": 5.0}))
	if c.Open() || c.State != "closed" {
		t.Fatalf("closed: %+v", c)
	}
	whole, err := w.Get(t.Context(), desk, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, s := range whole.Steps {
		acts = append(acts, s.Action)
	}
	if got, want := len(acts), 7; got != want {
		t.Errorf("history %v", acts)
	}
	if v := whole.Record.Values; v["method"] != "cold" || v["area"] != 1.6 || v["score"] != int64(5) {
		t.Errorf("record %v", v)
	}
	if len(whole.Offers) != 1 || whole.Offers[0].Action != flow.ActComment {
		t.Errorf("a closed case offers %v", whole.Offers)
	}
	for _, x := range w.changes {
		if x.Kind == "case" && x.Key != c.ID {
			t.Errorf("audit %+v", x)
		}
	}
}

// TestTimers: each rung fires once, with two workers on one store; what waits too long goes
// on by itself; pauses do not count.
func TestTimers(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	c := w.do(mender, w.do(desk, w.report(desk, nil), "accept"), "sign")
	w.at("2026-11-23 10:00")
	done := make(chan int, 2)
	for range 2 {
		go func() {
			n, err := w.Tick(t.Context())
			if err != nil {
				t.Error(err)
			}
			done <- n
		}()
	}
	if n := <-done + <-done; n != 2 { // 50 % and 80 % have passed; the second is set by the first
		t.Errorf("%d rungs fired", n)
	}
	w.at("2026-11-23 10:30")
	c = w.do(mender, c, "wait")
	w.at("2026-11-24 11:00")
	if n, _ := w.Tick(t.Context()); n != 0 {
		t.Errorf("%d timers fired while it is paused", n)
	}
	w.at("2026-11-26 18:00") // three working days have ended
	if n, err := w.Tick(t.Context()); n != 1 || err != nil {
		t.Errorf("%d fired, %v", n, err)
	}
	whole, err := w.Get(t.Context(), desk, c.ID)
	if err != nil || whole.State != "mending" || whole.Holder != "ma" {
		t.Fatalf("after the wait: %+v, %v", whole.Case, err)
	}
	w.at("2026-11-27 10:00")
	if _, err := w.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole, _ = w.Get(t.Context(), desk, c.ID)
	if !whole.Flagged(flow.Overdue) || whole.Level != 1 || whole.Score != 1 {
		t.Errorf("late: %+v", whole.Case)
	}
	if _, err := w.try(mender, c, "wait"); fault.From(err).Code != "case.once" {
		t.Errorf("a second wait: %v", err)
	}
}

// TestMerge: a report near an open case of the same class joins it.
func TestMerge(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	at := func(lon, lat float64) ledger.Values { return ledger.Values{"place": []any{lon, lat}} }
	first := w.report(desk, at(114.3000, 30.6000))
	again := w.report(mender, at(114.3002, 30.6001)) // about 22 m
	if again.ID != first.ID || again.Merged != 1 {
		t.Errorf("a report 22 m away: %+v", again)
	}
	if far := w.report(desk, at(114.3010, 30.6000)); far.ID == first.ID {
		t.Error("a report 96 m away joined")
	}
}

// TestDesks: each sees what is theirs.
func TestDesks(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	a := w.report(desk, nil)
	w.report(desk, ledger.Values{"class": "branch"})
	w.do(desk, a, "accept")
	counts, err := w.Counts(t.Context(), mender, "")
	if err != nil || counts[flow.DeskTodo] != 1 {
		t.Errorf("mender %v, %v", counts, err)
	}
	counts, err = w.Counts(t.Context(), desk, "")
	if err != nil || counts[flow.DeskTodo] != 1 || counts[flow.DeskWatch] != 2 {
		t.Errorf("desk %v, %v", counts, err)
	}
	if counts, _ := w.Counts(t.Context(), nobody, ""); len(counts) != 0 {
		t.Errorf("nobody %v", counts)
	}
	list, next, err := w.List(t.Context(), desk, flow.Filter{Desk: flow.DeskAll}, "", 1)
	if err != nil || len(list) != 1 || next == "" {
		t.Fatalf("%v %q %v", list, next, err)
	}
	if list[0].Record.Values["road"] != "香港路" {
		t.Errorf("record %v", list[0].Record.Values)
	}
	more, _, err := w.List(t.Context(), desk, flow.Filter{Desk: flow.DeskAll}, next, 10)
	if err != nil || len(more) != 1 || more[0].ID == list[0].ID {
		t.Errorf("second page %v %v", more, err)
	}
	if list, _, err := w.List(t.Context(), outside, flow.Filter{Desk: flow.DeskAll}, "", 10); err != nil || len(list) != 0 {
		t.Errorf("outside sees %v, %v", list, err)
	}
}

// TestRelated: a report that joins another is kept for itself and found from both sides, what
// is near is told, and one is joined to another by hand.
func TestRelated(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	at := func(lon, lat float64) ledger.Values { return ledger.Values{"place": []any{lon, lat}} }
	related := func(by people.Actor, id string) (flow.Whole, flow.Related) {
		t.Helper()
		whole, err := w.Get(t.Context(), by, id)
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.Related(t.Context(), by, whole)
		if err != nil {
			t.Fatal(err)
		}
		return whole, r
	}
	first := w.report(desk, at(114.3000, 30.6000))
	w.report(mender, ledger.Values{"place": []any{114.3002, 30.6001}, "caller": "027-00000007"})
	near, far := w.report(desk, at(114.3010, 30.6000)), w.report(desk, at(114.3100, 30.6000))

	whole, r := related(desk, first.ID)
	if len(r.Joined.First) != 1 || r.Joined.First[0].Creator != "ma" || r.Joined.First[0].Record.Values["caller"] != "027-00000007" || r.Joined.First[0].Open() || r.Joined.First[0].State != flow.StateJoined {
		t.Fatalf("what joined it: %+v", r.Joined)
	}
	if s := whole.Steps[len(whole.Steps)-1]; s.Action != flow.ActMerge || s.Detail.Case != r.Joined.First[0].ID || s.Detail.Key != r.Joined.First[0].Key {
		t.Errorf("its history: %+v", s)
	}
	if len(r.Like) != 1 || r.Like[0].ID != near.ID || r.Like[0].Metres < 90 || r.Like[0].Metres > 100 || !r.Like[0].Joins || r.Times != 2 {
		t.Errorf("like it, %d times: %+v", r.Times, r.Like)
	}
	if whole, back := related(mender, r.Joined.First[0].ID); back.Into == nil || back.Into.ID != first.ID || len(whole.Offers) != 1 || whole.Offers[0].Action != flow.ActComment {
		t.Errorf("from the report: %+v, %v", back.Into, whole.Offers)
	}

	join := func(by people.Actor, c flow.Case, to, code string) flow.Case {
		t.Helper()
		after, err := w.try(by, c, flow.ActJoin, because("同一处坑洼"), func(in *flow.Input) { in.To = to })
		if f := fault.From(err); code != "" && (f == nil || f.Code != code) || code == "" && f != nil {
			t.Fatalf("joined to %s: %v", to, err)
		}
		return after
	}
	join(mender, near, first.ID, "case.unknown") // of another office
	join(desk, near, near.ID, "case.into")
	join(desk, near, "nothing", "case.into")
	join(desk, near, r.Joined.First[0].ID, "case.into") // has ended
	if _, err := w.try(desk, near, flow.ActJoin, func(in *flow.Input) { in.To = first.ID }); fault.From(err).Code != "case.need" {
		t.Errorf("without a reason: %v", err)
	}
	near = join(desk, near, first.ID, "")
	if near.Open() || near.Into != first.ID || near.State != flow.StateJoined {
		t.Errorf("joined: %+v", near)
	}
	whole, r = related(desk, first.ID)
	if whole.Merged != 2 || len(r.Joined.First) != 2 || len(r.Like) != 0 {
		t.Errorf("after that: %d, %+v, %+v", whole.Merged, r.Joined, r.Like)
	}
	if timers, err := w.store.Read().NewSelect().TableExpr("flow_timer").Where("case_id = ?", near.ID).Count(t.Context()); timers != 0 || err != nil {
		t.Errorf("%d timers stayed, %v", timers, err)
	}
	w.do(desk, first, "accept") // the street it goes to sees the reports as well
	if _, r = related(checker, first.ID); len(r.Joined.First) != 2 || len(r.Like) != 0 {
		t.Errorf("its street sees %d reports and %d like it", len(r.Joined.First), len(r.Like))
	}
	if _, r = related(desk, far.ID); len(r.Like) != 0 || r.Times != 1 {
		t.Errorf("958 m away: %+v", r)
	}
	join(desk, far, near.ID, "case.into")
	join(desk, first, far.ID, "case.turn") // it waits for a mender
}
