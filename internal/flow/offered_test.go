package flow_test

import (
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/people"
)

// TestOffersOfSeveral: of cases in several states somebody is offered what they may do, each
// action with those cases it may be done on, and nothing of a case they do not see.
func TestOffersOfSeveral(t *testing.T) {
	w := matters(t)
	w.at("2026-11-20 10:00")
	new1, new2 := w.matter(front, "water"), w.matter(front, "water")
	sent, taken := w.do(front, w.matter(front, "water"), "send"), w.working()
	ids := []string{new1.ID, sent.ID, taken.ID, new2.ID, "none"}
	of := func(by people.Actor, action, state string) []string {
		all, err := w.OffersOf(t.Context(), by, ids)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(o flow.Offered) bool { return o.Action == action && o.State == state })
		if i < 0 {
			return nil
		}
		return all[i].Cases
	}
	if got := of(front, "send", new1.State); !slices.Equal(got, []string{new1.ID, new2.ID}) {
		t.Errorf("the front desk sends out %v", got)
	}
	if got := of(front, "take", sent.State); got != nil {
		t.Errorf("it takes on %v", got)
	}
	if got := of(plumber, "take", sent.State); !slices.Equal(got, []string{sent.ID}) {
		t.Errorf("the plumber takes on %v", got)
	}
	if got := of(plumber, "extend", taken.State); !slices.Equal(got, []string{taken.ID}) {
		t.Errorf("the plumber asks for more time for %v", got)
	}
	w.do(plumber, taken, "extend", because("雨"))
	if got := of(plumber, "extend", taken.State); got != nil {
		t.Errorf("what waits for its answer is offered again: %v", got)
	}
	if got := of(boss, flow.ActUrge, ""); !slices.Equal(got, []string{new1.ID, sent.ID, taken.ID, new2.ID}) {
		t.Errorf("what every flow has is offered once for all states: %v", got)
	}
	if got := of(judge, flow.ActComment, ""); !slices.Equal(got, []string{sent.ID, taken.ID}) {
		t.Errorf("who sees two of them comments on %v", got)
	}
}

// TestLater: what actions ask for is not asked when a case begins, but for what whoever opened
// it may correct.
func TestLater(t *testing.T) {
	w := open(t, t.TempDir())
	p := w.put(changed(t, "reply: {to: work}", "reply: {to: work, edit: [cost, result]}", "charge: {edit: cost,", "charge: {"), "", false)
	m, _ := flow.Of(p, "matter")
	if got := m.Later(); !slices.Equal(got, []string{"result"}) { // that an action needs as well
		t.Errorf("later: %v", got)
	}
}
