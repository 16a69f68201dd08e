package flow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/people"
)

// TestSubcase: a parent waits for its children, and goes on by itself with the last.
func TestSubcase(t *testing.T) {
	w := matters(t)
	c := w.do(plumber, w.working(), "visit")
	w.refused(plumber, c, "leave", "case.below.open")
	x := w.get(c)
	if len(x.Children.First) != 1 || x.Children.First[0].Record.Values["name"] != "漏水" || x.Children.First[0].Office != "tazihu" {
		t.Fatalf("below: %+v", x.Children)
	}
	w.do(local, x.Children.First[0].Case, "gone")
	w.facts(t, event.CaseClosed)
	if x = w.get(c); x.State != "work" {
		t.Errorf("the parent is in %s", x.State)
	}
}

// TestSubcaseUnseen: an office that was asked to assist sees the parent, and of the case below
// it, which is another's, nothing.
func TestSubcaseUnseen(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.do(plumber, c, flow.ActInvite, to("urban"))
	c = w.do(plumber, c, "visit")
	if mine, err := w.Get(t.Context(), plumber, c.ID); err != nil || mine.Children.All != 1 || mine.Children.Open != 1 {
		t.Fatalf("its own office: %v %v", mine.Children, err)
	}
	apart := urban
	apart.Below = nil // the street is not theirs
	if theirs, err := w.Get(t.Context(), apart, c.ID); err != nil || theirs.Children.All != 0 || len(theirs.Children.First) != 0 {
		t.Errorf("who assists: %v %v", theirs.Children, err)
	}
}

// TestSubcasesAreCounted: those below a case are counted as far as somebody sees them, open ones
// stand first, and the list by their parent has the rest.
func TestSubcasesAreCounted(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(changed(t, "        visit: {title: 踏勘, to: visiting, sub: visit},\n", "        visit: {title: 踏勘, to: visiting, sub: visit},\n        look: {sub: visit},\n"), "", false)
	c := w.working()
	for range 25 {
		c = w.do(plumber, c, "look")
	}
	for _, x := range w.get(c).Children.First[:3] {
		w.do(local, x.Case, "gone")
	}
	w.matter(front, "water") // below none
	apart := urban
	apart.Below = nil
	list := func(by people.Actor, desk flow.Desk) (n int) {
		t.Helper()
		for next := ""; ; {
			page, more, err := w.List(t.Context(), by, flow.Filter{Desk: desk, Parent: c.ID}, next, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range page {
				if n++; x.Parent != c.ID {
					t.Fatalf("%s is below %q", x.Key, x.Parent)
				}
			}
			if next = more; next == "" {
				return n
			}
		}
	}
	w.do(plumber, c, flow.ActInvite, to("urban"))
	for _, x := range []struct {
		by               people.Actor
		all, open, first int
	}{{plumber, 25, 22, 20}, {all, 25, 22, 20}, {apart, 0, 0, 0}} {
		whole, err := w.Get(t.Context(), x.by, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := whole.Children
		if got.All != int64(x.all) || got.Open != int64(x.open) || len(got.First) != x.first || slices.ContainsFunc(got.First, func(l flow.Listed) bool { return !l.Open() }) ||
			!slices.IsSortedFunc(got.First, func(a, b flow.Listed) int { return strings.Compare(b.ID, a.ID) }) {
			t.Errorf("%s: %d below it, %d open, %d told", x.by.ID, got.All, got.Open, len(got.First))
		}
		if n := list(x.by, flow.DeskAll); n != x.all {
			t.Errorf("%s: the list has %d", x.by.ID, n)
		}
	}
	if n := list(local, flow.DeskTodo); n != 22 {
		t.Errorf("%d wait for whose turn they are", n)
	}
}
