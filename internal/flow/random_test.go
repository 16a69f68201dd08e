package flow_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/region"
)

// randomFlow writes a flow of some states in which every state can be reached.
func randomFlow(r *rand.Rand) string {
	n := 3 + r.IntN(4)
	who := []string{"a", "b", "holder", "creator", "[a, holder]", "a@district"}
	var b strings.Builder
	fmt.Fprintf(&b, "pack: {id: rnd, version: 1.0.0, title: 随机, calendar: cn-gov}\nroles: {a: {title: 甲}, b: {title: 乙}}\n")
	b.WriteString("entity: {e: {title: 件, key: \"R{seq:4}\", fields: {name: {title: 名, type: text(9)}, region: {title: 区划, type: region}}}}\n")
	b.WriteString("ladder: {l: [{at: 30%, notify: holder}, {at: 100%, mark: overdue, raise: 1}, {at: 170%, score: 1}]}\n")
	fmt.Fprintf(&b, "flow:\n  e:\n    clock: {budget: %s, ladder: l%s}\n    supervise: {by: a, answer: 4wh}\n    states:\n", pick(r, "8wh", "2wd", "3d", "40h"), pick(r, "", ", from: m1", ", until: m1"))
	marked, late := r.IntN(n-1), make([]bool, n)
	for i := range n - 1 {
		late[i] = r.IntN(3) == 0
	}
	for i := range n - 1 {
		fmt.Fprintf(&b, "      s%d:\n        by: %s\n", i, pick(r, who...))
		if r.IntN(3) == 0 {
			b.WriteString("        pause: true\n")
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "        within: %s\n        ladder: l\n", pick(r, "2wh", "1wd", "90m"))
		}
		if late[i] {
			to := r.IntN(n - 1)
			if late[to] && to <= i { // by time alone no case goes round
				to = i + 1
			}
			fmt.Fprintf(&b, "        at-most: %s\n        expire: s%d\n", pick(r, "3wd", "5h"), to)
		}
		if r.IntN(4) == 0 {
			b.WriteString("        except: b\n")
		}
		mark := ""
		if i == marked {
			mark = ", mark: m1"
		}
		fmt.Fprintf(&b, "        actions:\n          on: {to: s%d%s}\n", i+1, mark)
		fmt.Fprintf(&b, "          jump: {to: s%d, route: %s, by: %s, most: %d}\n", r.IntN(n), pick(r, "climb", "stay", "back", "load", "desk"), pick(r, who...), 1+r.IntN(3))
		fmt.Fprintf(&b, "          more: {extend: 1wd, agree: b, need: reason}\n")
	}
	fmt.Fprintf(&b, "      s%d: {end: true, actions: {again: {to: s%d, by: creator, most: 2}}}\n", n-1, r.IntN(n-1))
	return b.String()
}

func pick(r *rand.Rand, all ...string) string { return all[r.IntN(len(all))] }

// ringOf are the people of the walks: who sits where with which roles.
func ringOf() (*flow.Tree, []flow.Actor) {
	actor := func(id, office string, level region.Level, roles ...string) flow.Actor {
		return flow.Actor{ID: id, Name: id, Office: office, Level: level, Roles: roles}
	}
	all := []flow.Actor{actor("u1", "operations", region.District, "a"), actor("u2", "operations", region.District, "b"), actor("u3", "tazihu", region.Street, "a", "b"),
		actor("u4", "tazihu", region.Street, "b"), actor("u5", "urban", region.District, "a"), actor("u6", "water", region.District)}
	holders := map[string]map[string][]string{}
	for _, a := range all {
		if holders[a.Office] == nil {
			holders[a.Office] = map[string][]string{}
		}
		for _, r := range a.Roles {
			holders[a.Office]["rnd."+r] = append(holders[a.Office]["rnd."+r], a.ID)
		}
	}
	return flow.NewTree(offices, holders), all
}

// TestRandomWalks: whatever people and clocks do in whatever flow, a case is always in a
// declared state, open or ended, with the timers its clocks ask for; nobody acts whose turn
// it is not; a rung fires once for the time it stands at; and nothing but a calendar makes a
// case due earlier.
func TestRandomWalks(t *testing.T) {
	tree, people := ringOf()
	clk, err := clock.New(clock.Published(), clock.DefaultOffice())
	if err != nil {
		t.Fatal(err)
	}
	env := flow.Env{Clock: func(string) *clock.Clock { return clk }, Tree: tree, Values: map[string]any{"name": "x", "region": place}}
	w := open(t, t.TempDir())
	walked, refused := 0, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		text := randomFlow(r)
		p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(text)}})
		if err != nil {
			if strings.Contains(err.Error(), "flow.unreached") || strings.Contains(err.Error(), "no action leads") {
				continue
			}
			t.Fatalf("%v\n%s", err, text)
		}
		m, _ := flow.Of(p, "e")
		n, no := walk(t, r, m, p, env, people)
		walked, refused = walked+n, refused+no
		if t.Failed() {
			t.Fatalf("seed %d\n%s", seed, text)
		}
	}
	if walked < 3000 || refused < 1000 {
		t.Errorf("only %d steps were taken and %d refused", walked, refused)
	}
}

func walk(t *testing.T, r *rand.Rand, m *flow.Machine, p *pack.Pack, env flow.Env, people []flow.Actor) (steps, refused int) {
	t.Helper()
	now := time.Date(2026, 9, 25, 10, 0, 0, 0, region.Beijing) // before a long holiday
	by := people[r.IntN(5)]
	c, _, err := m.Open(flow.Case{ID: "c", Record: "r", Region: place, Creator: by.ID, From: by.Office}, by, env, now)
	if err != nil {
		t.Fatal(err)
	}
	for range 60 {
		sound(t, m, c, env, now)
		now = now.Add(time.Duration(r.IntN(9*60)) * time.Minute)
		for { // what is due fires first
			timers, err := m.Timers(c, env, now)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(timers, func(x flow.Timer) bool { return !x.At.After(now) })
			if i < 0 {
				break
			}
			after, _, ok, err := m.Fire(c, timers[i], env, now)
			if err != nil || !ok {
				t.Fatalf("fire %+v: %v %v", timers[i], ok, err)
			}
			if _, _, again, _ := m.Fire(after, timers[i], env, now); again && timers[i].Clock != flow.ClockExpiry {
				t.Errorf("%+v fires twice", timers[i])
			}
			c = after
			steps++
			if steps > 5000 {
				t.Fatal("timers never end")
			}
			sound(t, m, c, env, now)
		}
		a := people[r.IntN(len(people))]
		in := flow.Input{Actor: a, Action: pick(r, "on", "on", "jump", "more", "again", flow.ActAgree, flow.ActRefuse, flow.ActSupervise, flow.ActAnswer, flow.ActDelegate, flow.ActAssign, flow.ActTake, flow.ActUrge),
			Reason: "因故", To: pick(r, "u1", "u3", "u4", "tazihu", "operations", "urban")}
		before := dueAt(t, m, c, env, now)
		after, _, err := m.Step(c, in, env, now)
		if err != nil {
			refused++
			f := fault.From(err)
			if f.Kind == fault.Internal || f.Text.ZH == "" || f.Text.EN == "" {
				t.Fatalf("%s by %s: %v", in.Action, a.ID, err)
			}
			if errors.Is(err, flow.ErrTurn) && (f.Remedy.ZH == "" || f.Remedy.EN == "") {
				t.Errorf("%s by %s: nobody is named: %+v", in.Action, a.ID, f)
			}
			continue
		}
		steps++
		if !turnOf(m, c, a, in.Action) {
			t.Errorf("%s acts by %s in %+v", a.ID, in.Action, c)
		}
		if after.Rev != c.Rev+1 {
			t.Errorf("rev %d after %d", after.Rev, c.Rev)
		}
		if d := dueAt(t, m, after, env, now); !before.IsZero() && !d.IsZero() && d.Before(before) {
			t.Errorf("%s made it due %s instead of %s", in.Action, d, before)
		}
		c = after
	}
	return steps, refused
}

func dueAt(t *testing.T, m *flow.Machine, c flow.Case, env flow.Env, now time.Time) time.Time {
	t.Helper()
	k, on := c.Clocks[flow.ClockCase]
	if !on {
		return time.Time{}
	}
	d, err := env.Clock("").Due(k.Ledger, now)
	if err != nil {
		t.Fatal(err)
	}
	return d.At
}

// turnOf says by the declaration's words alone whether an action is somebody's.
func turnOf(m *flow.Machine, c flow.Case, a flow.Actor, action string) bool {
	s, _ := m.Decl.States.Get(c.State)
	act, declared := s.Actions.Get(action)
	by := s.By
	if declared && len(act.By) > 0 {
		by = act.By
	}
	mine := slices.ContainsFunc(by, func(x flow.Term) bool {
		switch x.Is {
		case flow.Holder:
			return c.Holder == a.ID
		case flow.Creator:
			return c.Creator == a.ID
		}
		above := c.Office == a.Office || declared && len(act.By) > 0 && (c.Office == "" || c.From == a.Office || a.Office == "operations" && c.Office != "water" || a.Office == "urban" && c.Office == "tazihu")
		return slices.Contains(a.Roles, x.Role) && (x.Level == "" || x.Level == a.Level) && above
	})
	switch action {
	case flow.ActAgree, flow.ActRefuse:
		return c.Asked != nil && c.Asked.By != a.ID && slices.Contains(a.Roles, "b")
	case flow.ActSupervise:
		return c.Demand == nil && slices.Contains(a.Roles, "a")
	case flow.ActAnswer:
		return c.Demand != nil && mine
	case flow.ActDelegate:
		return c.Holder == a.ID
	case flow.ActAssign:
		return c.Stray && len(a.Roles) > 0
	case flow.ActTake:
		return c.Holder == "" && len(a.Roles) > 0
	case flow.ActUrge:
		return c.Creator == a.ID
	}
	return declared && mine
}

// sound is what holds of every case at every time.
func sound(t *testing.T, m *flow.Machine, c flow.Case, env flow.Env, now time.Time) {
	t.Helper()
	s, ok := m.Decl.States.Get(c.State)
	if !ok {
		t.Fatalf("the case is lost in %q", c.State)
	}
	if s.End == c.Open() {
		t.Errorf("in %s it is open: %v", c.State, c.Open())
	}
	timers, err := m.Timers(c, env, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range timers {
		k, on := c.Clocks[x.Clock]
		if !on || !k.Stopped.IsZero() || s.End || x.Step < k.Fired {
			t.Errorf("a timer %+v of the clock %+v in %s", x, k, c.State)
		}
	}
	if _, on := c.Clocks[flow.ClockState]; on != (s.Within != "" && !s.End) {
		t.Errorf("the stage's clock runs in %s: %v", c.State, on)
	}
	if _, on := c.Clocks[flow.ClockExpiry]; on != (s.AtMost != "" && !s.End) {
		t.Errorf("the expiry runs in %s: %v", c.State, on)
	}
	if k, on := c.Clocks[flow.ClockCase]; on && c.Open() && k.Stopped.IsZero() && k.Paused() != s.Pause {
		t.Errorf("in %s the clock is paused: %v", c.State, k.Paused())
	}
	if c.Open() && !c.Stray && c.Office == "" && slices.ContainsFunc(s.By, func(x flow.Term) bool { return x.Role != "" }) && c.Holder == "" && len(s.By) == 1 {
		t.Errorf("nobody's turn in %s: %+v", c.State, c)
	}
}
