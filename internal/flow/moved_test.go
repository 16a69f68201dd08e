package flow_test

import (
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/people"
)

// TestCalendar: a changed calendar moves every open case, forwards and back, and says so.
func TestCalendar(t *testing.T) {
	w := matters(t)
	c := w.working()
	rest := clock.NewDate(2026, 11, 24)
	before, after, moves, err := w.AddDays(t.Context(), people.Local(), clock.Change{Source: "大雪", Days: []clock.Day{{Date: rest, Kind: clock.Holiday}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := before.Differences(after); len(d) != 1 || d[0] != (clock.Difference{Date: rest, Before: clock.Working, After: clock.Holiday}) {
		t.Errorf("differences %v", d)
	}
	if want := (flow.Tally{Open: 1, Moved: 1, Later: 1}); moves.Tally != want || moves.MostLater != 24*time.Hour || len(moves.Packs) != 1 || moves.Packs[0].Tally != want {
		t.Errorf("moves %+v", moves)
	}
	w.feed(event.CalendarChanged, "days")
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-25 17:30" || w.told(plumber, flow.ToldMoved) != 1 {
		t.Errorf("due %s", due)
	}
	steps := w.get(c).Steps
	if last := steps[len(steps)-1]; last.Action != flow.ActMoved || last.Reason != "2026-11-24 17:30 → 2026-11-25 17:30" {
		t.Errorf("%+v", last)
	}
	if x := w.changes[len(w.changes)-1]; x.Action != "calendar.set" || x.Text.ZH != "修改工作日历，涉及 1 天：大雪；在办 1 件，到期时间变动 1 件" {
		t.Errorf("audit %+v", x.Text)
	}
	w.feed(event.CalendarChanged, "days") // again, after a crash: nothing more
	if n := len(w.get(c).Steps); n != len(steps) {
		t.Errorf("%d steps", n)
	}
	w.at("2026-11-26 09:00")
	w.tick(2)
	more := clock.Change{Source: "雪未停", Days: []clock.Day{{Date: rest + 1, Kind: clock.Holiday}, {Date: rest + 2, Kind: clock.Holiday}}}
	_, foreseen, moves, err := w.ForeseeDays(t.Context(), more)
	if want := (flow.Tally{Open: 1, Moved: 1, Later: 1, Freed: 1}); err != nil || moves.Tally != want || moves.MostLater != 48*time.Hour {
		t.Errorf("foreseen %+v, %v", moves, err)
	}
	if w.dueOf(c, flow.ClockCase) != "2026-11-25 17:30" || len(w.Editions()) != 1 {
		t.Error("a look ahead changed something")
	}
	if _, after, did, err := w.AddDays(t.Context(), people.Local(), more); err != nil || did.Tally != moves.Tally || after.Version() != foreseen.Version() {
		t.Fatalf("%+v, %v", did, err)
	}
	w.feed(event.CalendarChanged, "days")
	if x := w.get(c); x.Flagged(flow.Overdue) || w.dueOf(c, flow.ClockCase) != "2026-11-27 17:30" {
		t.Errorf("late no longer: %v, %s", x.Flags, w.dueOf(c, flow.ClockCase))
	}
	x := w.Editions()[1]
	if len(w.Editions()) != 2 || x.By != people.Local().ID || x.At.IsZero() || x.Moves.Freed != 1 || x.Version != w.Calendar().Version() {
		t.Errorf("edition %+v", x)
	}
	w.at("2026-11-28 09:00")
	w.tick(1)
	if !w.get(c).Flagged(flow.Overdue) {
		t.Error("late again")
	}
	back := clock.Change{Source: "补班", Days: []clock.Day{{Date: rest + 2, Kind: clock.Working}}} // late before and after
	if _, _, moves, err := w.ForeseeDays(t.Context(), back); err != nil || moves.Tally != (flow.Tally{Open: 1, Moved: 1, Earlier: 1}) || moves.MostEarlier != 24*time.Hour {
		t.Errorf("back %+v, %v", moves, err)
	}
	w.at("2026-11-27 09:00")
	if _, _, moves, err := w.ForeseeDays(t.Context(), back); err != nil || moves.Late != 1 {
		t.Errorf("late by it %+v, %v", moves, err)
	}
}

// TestAddDays: changes are added to those before, and two at once both count.
func TestAddDays(t *testing.T) {
	w := matters(t)
	c := w.working()
	rest := clock.NewDate(2026, 11, 23)
	failed := make(chan error, 2)
	for i := range clock.Date(2) {
		go func() {
			_, _, _, err := w.AddDays(t.Context(), people.Local(), clock.Change{Source: "雨雪", Days: []clock.Day{{Date: rest + i, Kind: clock.Holiday}}})
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	w.feed(event.CalendarChanged, "days")
	if n := len(w.Calendar().Changes()); n != 2 {
		t.Errorf("%d changes", n)
	}
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-26 17:30" {
		t.Errorf("due %s", due)
	}
	if x := w.changes[len(w.changes)-1]; x.Action != "calendar.set" || x.Text.ZH != "修改工作日历，涉及 1 天：雨雪；在办 1 件，到期时间变动 1 件" {
		t.Errorf("audit %+v", x.Text)
	}
	if _, _, _, err := w.AddDays(t.Context(), people.Local(), clock.Change{Publishes: []int{1999}}); fault.KindOf(err) != fault.Invalid || len(w.Calendar().Changes()) != 2 {
		t.Errorf("a year outside: %v", err)
	}
}

// TestHours: an office's own hours count for its cases alone; two who set hours of two
// offices at once both keep theirs.
func TestHours(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(changed(t, "dept: water, budget: 2wd", "dept: water, budget: 8wh", "dept: urban, budget: 1wd", "dept: urban, budget: 8wh"), "", false)
	mine, theirs := w.working(), w.do(urban, w.do(front, w.matter(front, "odd"), "send"), "take")
	before := w.dueOf(theirs, flow.ClockCase)
	h := clock.RoundTheClock()
	if m, err := w.ForeseeHours(t.Context(), "water", &h); err != nil || m.Tally != (flow.Tally{Open: 2, Moved: 1, Earlier: 1}) {
		t.Errorf("foreseen %+v, %v", m, err)
	}
	failed := make(chan error, 2)
	for _, o := range []string{"water", "tazihu"} {
		go func() {
			_, err := w.SetHours(t.Context(), people.Local(), o, &h, "昼夜值守")
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	w.feed(event.CalendarChanged, "hours")
	for _, o := range []string{"water", "tazihu"} {
		if _, own := w.Hours(o); !own {
			t.Errorf("%s lost its hours", o)
		}
	}
	if due := w.dueOf(mine, flow.ClockCase); due != "2026-11-20 18:00" {
		t.Errorf("round the clock due %s", due)
	}
	if due := w.dueOf(theirs, flow.ClockCase); due != before {
		t.Errorf("another office's moved from %s to %s", before, due)
	}
	if _, err := w.SetHours(t.Context(), people.Local(), "water", nil, ""); err != nil {
		t.Fatal(err)
	}
	w.feed(event.CalendarChanged, "hours")
	if _, own := w.Hours("water"); own {
		t.Error("water keeps hours that were taken away")
	}
}

// TestUpgrade: open cases stay on the version they began with, over a restart and new fields;
// they are moved when asked, and not where a state of theirs is gone.
func TestUpgrade(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	w.put(matterFiles(), "", false)
	c := w.working()
	next := changed(t, "version: 1.0.0", "version: 1.1.0", "title: 办理中", "title: 处理中", "cost: {title: 费用, type: integer}", "cost: {title: 费用, type: integer}\n      note: {title: 备注, type: text(20)}", "extend: 2wd", "extend: 9wd")
	w.put(next, "1.0.0", false)
	_ = w.store.Close()
	w = open(t, dir)
	w.do(plumber, c, "charge", with(map[string]any{"cost": 4.0}))
	w.refused(plumber, c, "extend", "case.extend", because("雨"), budget("3wd"))
	if got := w.get(c); got.Version != "1.0.0" || got.Machine.StateTitle("work").ZH != "办理中" {
		t.Errorf("on %s", got.Version)
	}
	d := w.working()
	if d.Version != "1.1.0" {
		t.Errorf("a new case is on %s", d.Version)
	}
	gone := changed(t, "version: 1.0.0", "version: 2.0.0", "work:", "labour:", "to: work", "to: labour", "cost: {title: 费用, type: integer}", "cost: {title: 费用, type: integer}\n      note: {title: 备注, type: text(20)}")
	p, err := w.packs.Read(gone)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	plan, err := w.packs.Plan(t.Context(), p, true)
	if err != nil || len(plan.Forbidden()) != 1 {
		t.Errorf("plan %+v, %v", plan.Changes, err)
	}
	if _, err := w.packs.Install(t.Context(), people.Local(), p, "1.1.0", true); fault.From(err).Code != "pack.forbidden" {
		t.Errorf("a vanished state: %v", err)
	}
	moving := changed(t, "version: 1.0.0", "version: 1.2.0", "cost: {title: 费用, type: integer}", "cost: {title: 费用, type: integer}\n      note: {title: 备注, type: text(20)}", "by: holder, joint", "by: holder, within: 1wd, joint", "extend: 2wd", "extend: 9wd")
	w.put(moving, "1.1.0", true)
	w.feed(event.PackChanged, "matter")
	x := w.get(c)
	if x.Version != "1.2.0" || x.Steps[len(x.Steps)-1].Action != flow.ActUpgrade {
		t.Errorf("moved: %s, %+v", x.Version, x.Steps[len(x.Steps)-1])
	}
	c = w.do(plumber, c, "extend", because("雨"), budget("3wd"))
	if c.Rev != x.Rev+1 {
		t.Errorf("rev %d after %d", c.Rev, x.Rev)
	}
	if _, err := w.packs.Undo(t.Context(), people.Local(), "matter", true); err != nil {
		t.Fatal(err)
	}
	w.feed(event.PackChanged, "matter")
	if x := w.get(c); x.Version != "1.1.0" {
		t.Errorf("back on %s", x.Version)
	}
}
