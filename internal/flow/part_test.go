package flow_test

import (
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

// joined has two cases of the desk's, the second joined to the first by hand.
func (w *world) joined(t *testing.T, prepare func(flow.Case) flow.Case) (into, c flow.Case) {
	t.Helper()
	into = w.report(desk, ledger.Values{"place": []any{114.3000, 30.6000}})
	c = prepare(w.report(desk, ledger.Values{"place": []any{114.3010, 30.6000}}))
	by := desk
	if c.Holder == mender.ID {
		by, into = mender, w.do(mender, w.do(desk, into, "accept"), "sign")
	}
	return into, w.do(by, c, flow.ActJoin, because("同一处坑洼"), to(into.ID))
}

// TestPart: a case that was joined to another by mistake is taken out of it by whoever could
// have joined it. It stands where it stood, as if it had not been joined: what it may do, when it
// is due, and what it is late by.
func TestPart(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(potholes(t), "", false)
	into, c := w.joined(t, func(c flow.Case) flow.Case { return c })
	if c.Open() || !slices.ContainsFunc(w.offered(desk, c), func(o flow.Offer) bool { return o.Action == flow.ActPart && o.Need[0] == flow.NeedReason }) {
		t.Fatalf("what the desk may do: %v", w.offered(desk, c))
	}
	w.at("2026-11-20 11:00")
	w.refused(desk, c, flow.ActPart, "case.need")
	w.refused(desk, into, flow.ActPart, "case.turn", because("不是同一处"))
	after := w.do(desk, c, flow.ActPart, because("不是同一处"))
	if !after.Open() || after.State != "reported" || after.Into != "" || after.Before != nil || !after.Entered.Equal(c.Opened) {
		t.Errorf("parted: %+v", after)
	}
	if due := w.get(c).Due; due == nil || due.In(region.Beijing).Format("15:04") != "12:00" { // two hours from ten
		t.Errorf("due %v", due)
	}
	if x := w.get(into); x.Merged != 0 || x.Steps[len(x.Steps)-1].Action != flow.ActParted || x.Steps[len(x.Steps)-1].Detail.Key != c.Key || x.Steps[len(x.Steps)-1].Reason != "不是同一处" {
		t.Errorf("the other: %+v", x.Steps)
	}
	if x := w.get(c); x.Steps[len(x.Steps)-1].Action != flow.ActPart || x.Steps[len(x.Steps)-1].Detail.Key != into.Key || x.Steps[len(x.Steps)-1].Detail.Spent != 3600 {
		t.Errorf("its history: %+v", x.Steps)
	}
	if n := len(w.changes); w.changes[n-1].Action != "case."+flow.ActParted || w.changes[n-2].Action != "case."+flow.ActPart {
		t.Errorf("the audit: %+v", w.changes[n-2:])
	}
	w.refused(desk, after, flow.ActPart, "case.turn", because("再来一次"))

	again := w.do(desk, after, flow.ActJoin, because("确系同一处"), to(into.ID))
	w.do(desk, into, "reject", because("不属实"))
	w.refused(desk, again, flow.ActPart, "case.into.ended", because("不是同一处"))
	if slices.ContainsFunc(w.offered(desk, again), func(o flow.Offer) bool { return o.Action == flow.ActPart }) {
		t.Error("it is offered though the other has ended")
	}
}

func (w *world) offered(by people.Actor, c flow.Case) []flow.Offer {
	w.t.Helper()
	x, err := w.Get(w.t.Context(), by, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return x.Offers
}

// TestPartedClockRanOn: a case that was mended when it was joined goes on with its holder, and
// has run late meanwhile.
func TestPartedClockRanOn(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(potholes(t), "", false)
	into, c := w.joined(t, func(c flow.Case) flow.Case { return w.do(mender, w.do(desk, c, "accept"), "sign") })
	was := w.get(c)
	if len(was.Clocks) != 1 || was.Clocks[flow.ClockCase].Stopped.IsZero() {
		t.Fatalf("joined: %+v", was.Clocks)
	}
	w.at("2026-11-23 14:00")
	w.settle()
	w.refused(second, c, flow.ActPart, "case.turn", because("不是同一处"))
	after := w.do(mender, c, flow.ActPart, because("不是同一处"))
	if after.State != "mending" || after.Holder != mender.ID || after.Office != "tazihu" || !after.Clocks[flow.ClockCase].Stopped.IsZero() || len(after.Clocks[flow.ClockCase].Pauses) != 0 || after.Score != 0 {
		t.Errorf("parted: %+v", after)
	}
	w.settle()
	if x := w.get(after); !x.Flagged(flow.Overdue) || x.Score != 1 || x.Level != w.get(into).Level {
		t.Errorf("late: flags %v, score %d, level %d", x.Flags, x.Score, x.Level)
	}
}

// settle fires what is due.
func (w *world) settle() {
	w.t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = w.Tick(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestPartOfAReport: a report that joined a case by itself is taken out by whoever's turn that
// case is. It begins, and its time counts from when it was reported; the offices no longer see
// each other's.
func TestPartOfAReport(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(narrow(t, "from: signed, ", ""), "", false)
	spot := ledger.Values{"place": []any{114.3000, 30.6000}}
	into := w.report(desk, spot)
	w.report(outside, spot)
	whole := w.get(into)
	c := w.get(flow.Case{ID: whole.Steps[len(whole.Steps)-1].Detail.Case}).Case
	w.report(outside, spot)
	if !w.sees(outside, into) || !w.sees(desk, c) || c.Into != into.ID {
		t.Fatalf("joined: %+v", c)
	}
	w.at("2026-11-20 10:30")
	w.refused(outside, c, flow.ActPart, "case.turn", because("不是同一处"))
	c = w.do(desk, c, flow.ActPart, because("不是同一处"))
	if c.State != "reported" || c.Into != "" || c.Merged != 0 || c.Creator != "shui" || !c.Clocks[flow.ClockCase].Started.Equal(c.Opened) || !c.Entered.After(c.Opened) {
		t.Errorf("parted: %+v", c)
	}
	if !w.sees(outside, into) || !w.sees(outside, c) {
		t.Error("who has another report joined, or reported it, sees it no more")
	}
	whole = w.get(into)
	for _, s := range whole.Steps {
		if s.Action == flow.ActMerge && s.Detail.Case != c.ID {
			w.do(desk, flow.Case{ID: s.Detail.Case}, flow.ActPart, because("不是同一处"))
		}
	}
	if w.sees(outside, into) {
		t.Error("an office sees the case that nothing of its own is joined to any more")
	}
	if x := w.get(into); x.Merged != 0 {
		t.Errorf("%d are joined", x.Merged)
	}
}
