package flow_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
)

func TestJoint(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.refused(plumber, c, flow.ActInvite, "case.office", to("nowhere"))
	w.refused(plumber, c, flow.ActInvite, "case.joint.twice", to("water"))
	w.refused(helper, c, flow.ActInvite, "case.turn", to("urban"))
	w.do(plumber, c, flow.ActInvite, to("urban"))
	w.refused(plumber, c, flow.ActInvite, "case.joint.twice", to("urban"))
	w.do(plumber, c, flow.ActInvite, to("tazihu"))
	w.do(plumber, c, flow.ActInvite, to("operations"))
	w.refused(plumber, c, flow.ActInvite, "case.joint.most", to("water"))
	if w.told(urban, flow.ToldJoint) != 1 {
		t.Error("the assistant was not told")
	}
	if counts, _ := w.Counts(t.Context(), urban, ""); counts[flow.DeskTodo] != 1 {
		t.Errorf("the assistant's desk %v", counts)
	}
	result := with(map[string]any{"result": "已修"})
	w.refused(plumber, c, "done", "case.joint.open", result)
	w.refused(urban, c, flow.ActAssist, "case.need")
	w.do(urban, c, flow.ActAssist, because("路面已开挖"))
	w.refused(urban, c, flow.ActAssist, "case.turn", because("再答"))
	w.refused(plumber, c, "done", "case.joint.open", result) // one of three is not half
	w.do(local, c, flow.ActAssist, because("已围挡"))
	if c = w.do(plumber, c, "done", result); c.State != "checking" || len(c.Joint) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestExtension(t *testing.T) {
	w := matters(t)
	w.at("2026-11-20 10:00") // a Friday
	c := w.working()
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-24 17:30" {
		t.Fatalf("due %s", due)
	}
	w.refused(plumber, c, "extend", "case.need")
	w.refused(plumber, c, "extend", "case.extend", because("雨"), budget("3wd"))
	w.refused(plumber, c, "extend", "case.extend", because("雨"), budget("1d"))
	w.refused(boss, c, flow.ActAgree, "case.unasked")
	w.at("2026-11-23 18:00")
	w.tick(1) // 50 %
	w.do(plumber, c, "extend", because("雨"), budget("1wd"))
	w.refused(plumber, c, "extend", "case.asked", because("雨"))
	w.refused(boss, c, "extend", "case.turn", because("雨"))
	offered := func(by people.Actor) (why []string) {
		whole, err := w.Get(t.Context(), by, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range whole.Offers {
			if o.Action == "extend" {
				why = append(why, o.Why.ZH)
			}
		}
		return why
	}
	if mine, theirs := offered(plumber), offered(boss); !slices.Equal(mine, []string{"申请正在等待答复"}) || theirs != nil {
		t.Errorf("who asked sees why it waits: %v; who has to agree is not offered what was asked: %v", mine, theirs)
	}
	w.refused(plumber, c, flow.ActAgree, "case.turn")
	w.refused(boss, c, flow.ActRefuse, "case.need")
	w.do(boss, c, flow.ActRefuse, because("天晴了"))
	if w.told(plumber, flow.ToldRefused) != 1 || w.dueOf(c, flow.ClockCase) != "2026-11-24 17:30" {
		t.Error("a refusal moves nothing and is told")
	}
	w.at("2026-11-25 09:00")
	w.tick(1) // 100 %
	if x := w.get(c); !x.Flagged(flow.Overdue) || x.Score != 2 {
		t.Fatalf("late: %+v", x.Case)
	}
	w.do(plumber, c, "extend", because("雨"), budget("2wd"))
	c = w.do(boss, c, flow.ActAgree)
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-26 17:30" || c.Flagged(flow.Overdue) {
		t.Fatalf("extended to %s, %v", due, c.Flags)
	}
	if w.told(plumber, flow.ToldAgreed) != 1 || w.told(front, flow.ToldAction) != 1 {
		t.Error("the holder and the creator are told")
	}
	w.tick(0) // what lies behind it has fired
	w.at("2026-11-27 09:00")
	w.tick(1)
	if x := w.get(c); !x.Flagged(flow.Overdue) || x.Clocks[flow.ClockCase].Fired != 2 {
		t.Errorf("late again: %+v", x.Clocks)
	}
	w.do(plumber, c, "extend", because("雨"))
	w.do(boss, c, flow.ActAgree)
	w.refused(plumber, c, "extend", "case.most", because("雨"))
	w.people.gone = []string{boss.ID}
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.refused(plumber, w.working(), "extend", "case.extend.nobody", because("雨"))
}

// TestDemandOfAll: whose role reaches all offices may demand an answer of any; whose does not,
// of those below theirs alone.
func TestDemandOfAll(t *testing.T) {
	const lead = "lead: {title: {zh: 分管领导, en: lead}"
	for reach, refused := range map[string]bool{"": true, ", reach: descendants": true, ", reach: all": false} {
		w := open(t, t.TempDir())
		w.put(changed(t, lead, lead+reach), "", false)
		other := person("bie", "water", "matter.lead")
		c := w.do(urban, w.do(front, w.matter(front, "odd"), "send"), "take")
		_, err := w.try(other, c, flow.ActSupervise, because("何时修好"))
		if got := fault.From(err); (got != nil && (got.Code == "case.turn" || got.Code == "case.unknown")) != refused || !refused && err != nil {
			t.Errorf("reach %q: %v", reach, err)
		}
	}
}

func TestDemand(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.refused(front, c, flow.ActSupervise, "case.turn", because("何时修好"))
	w.refused(boss, c, flow.ActSupervise, "case.need")
	c = w.do(boss, c, flow.ActSupervise, because("何时修好"))
	w.refused(boss, c, flow.ActSupervise, "case.demanded", because("何时修好"))
	w.refused(front, c, flow.ActAnswer, "case.turn", because("明天"))
	if due := w.dueOf(c, flow.ClockDemand); due != "2026-11-23 17:30" || w.told(plumber, flow.ToldDemand) != 1 {
		t.Errorf("an answer is owed by %s", due)
	}
	w.at("2026-11-23 18:00")
	w.tick(2) // half of two days, and the demand
	if x := w.get(c); !x.Flagged("unanswered") || w.told(boss, flow.ToldOwed) != 1 || w.told(plumber, flow.ToldOwed) != 1 {
		t.Errorf("unanswered: %v", x.Flags)
	}
	c = w.do(plumber, c, flow.ActAnswer, because("明天"))
	if c.Demand != nil || c.Flagged("unanswered") || w.told(boss, flow.ToldAction) != 1 || w.dueOf(c, flow.ClockDemand) != "" {
		t.Errorf("answered: %+v", c.Demand)
	}
	w.do(boss, c, flow.ActSupervise, because("又过一天"))
}

func TestUrge(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.refused(plumber, c, flow.ActUrge, "case.turn")
	w.refused(front, c, flow.ActUrge, "case.need")
	w.do(front, c, flow.ActUrge, because("请尽快"))
	counts, _ := w.Counts(t.Context(), plumber, "")
	if w.told(plumber, flow.ToldUrged) != 1 || counts[flow.DeskUrged] != 1 {
		t.Errorf("urged: %v", counts)
	}
	w.do(plumber, c, "done", with(map[string]any{"result": "已修"}))
	if counts, _ := w.Counts(t.Context(), judge, ""); counts[flow.DeskUrged] != 0 || counts[flow.DeskTodo] != 1 {
		t.Errorf("the next was not urged: %v", counts)
	}
}

func TestDelegate(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.refused(helper, c, flow.ActDelegate, "case.turn", to(helper.ID))
	w.refused(plumber, c, flow.ActDelegate, "case.delegate", to(plumber.ID))
	w.refused(plumber, c, flow.ActDelegate, "case.delegate", to(urban.ID))
	c = w.do(plumber, c, flow.ActDelegate, to(helper.ID))
	f := w.refused(plumber, c, "done", "case.turn")
	if !strings.Contains(f.Remedy.ZH, helper.Name) || !strings.Contains(f.Remedy.EN, helper.Name) {
		t.Errorf("whose turn it is: %+v", f.Remedy)
	}
	c = w.do(helper, c, "done", with(map[string]any{"result": "已修"}))
	w.refused(plumber, c, "pass", "case.self") // took it on before
	w.do(judge, c, "pass")
}

func TestWithdraw(t *testing.T) {
	w := matters(t)
	c := w.do(front, w.matter(front, "water"), "send")
	w.refused(plumber, c, "withdraw", "case.turn", because("误报"))
	w.refused(front, c, "withdraw", "case.need")
	if c = w.do(front, c, "withdraw", because("误报")); c.Open() {
		t.Error("it goes on")
	}
	w.refused(front, c, flow.ActUrge, "case.ended")
	w.refused(plumber, c, "take", "case.action")
}

// TestReturn: a case is given back once with a basis; after that a judge has it, who is told.
func TestReturn(t *testing.T) {
	w := matters(t)
	c := w.do(front, w.matter(front, "water"), "send")
	w.refused(plumber, c, "return", "case.need")
	c = w.do(plumber, c, "return", because("不属本部门"))
	if c.State != "new" || c.Office != "operations" {
		t.Fatalf("%+v", c)
	}
	c = w.do(front, c, "send")
	c = w.do(plumber, c, "return", because("不属本部门"))
	if c.State != "judged" || !c.Stray || w.told(boss, flow.ToldAction) != 1 {
		t.Fatalf("%+v", c)
	}
	c = w.do(front, c, flow.ActAssign, to("operations"))
	if c = w.do(boss, c, "rule"); c.State != "given" || c.Office != "water" {
		t.Errorf("back: %+v", c)
	}
}

// TestWaiting: what is lacking is asked for once; the clock stands; who does not answer loses
// the case.
func TestWaiting(t *testing.T) {
	w := matters(t)
	c := w.working()
	c = w.do(plumber, c, "ask", because("缺照片"))
	w.refused(plumber, c, "reply", "case.turn")
	w.at("2026-11-25 09:00")
	w.tick(0)
	c = w.do(front, c, "reply")
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-26 17:30" { // two working days from then
		t.Errorf("due %s", due)
	}
	w.refused(plumber, c, "ask", "case.once", because("还缺一张"))
	d := w.do(plumber, w.working(), "ask", because("缺照片"))
	w.at("2026-12-02 18:00")
	w.tick(4) // the first case's three rungs, the second's expiry
	if x := w.get(d); x.State != "void" || x.Open() {
		t.Errorf("expired: %+v", x.Case)
	}
}

func TestReopen(t *testing.T) {
	w := matters(t)
	c := w.do(plumber, w.working(), "done", with(map[string]any{"result": "已修"}))
	w.at("2026-11-23 10:00")
	c = w.do(judge, c, "fail", because("还漏")) // the clock runs on
	if due := w.dueOf(c, flow.ClockCase); due != "2026-11-24 17:30" || c.Holder != plumber.ID {
		t.Errorf("due %s, %s", due, c.Holder)
	}
	c = w.do(judge, w.do(plumber, c, "done"), "pass")
	w.refused(plumber, c, "reopen", "case.turn", because("又漏"))
	w.at("2026-11-30 10:00")
	w.tick(0)
	c = w.do(front, c, "reopen", because("又漏"))
	if !c.Open() || c.State != "work" || !c.Clocks[flow.ClockCase].Stopped.IsZero() {
		t.Errorf("reopened: %+v", c)
	}
	c = w.do(judge, w.do(plumber, c, "done"), "pass")
	w.refused(front, c, "reopen", "case.most", because("又漏"))
}

func TestRoutes(t *testing.T) {
	w := matters(t)
	c := w.do(front, w.matter(front, "fire"), "send") // its department is not here
	if !c.Stray || c.Office != "" {
		t.Fatalf("%+v", c)
	}
	counts, _ := w.Counts(t.Context(), front, "")
	if counts[flow.DeskStray] != 1 || counts[flow.DeskTodo] != 1 {
		t.Errorf("the desk %v", counts)
	}
	f := w.refused(plumber, w.do(front, w.matter(front, "water"), "hold"), "take", "case.unknown")
	_ = f
	w.refused(front, c, flow.ActAssign, "case.office", to("operations"))
	w.refused(front, c, flow.ActAssign, "case.office", to("nowhere"))
	c = w.do(front, c, flow.ActAssign, to("区水务局"))
	if c.Stray || c.Office != "water" || w.told(helper, flow.ToldTurn) != 1 {
		t.Errorf("assigned: %+v", c)
	}
	if c = w.do(front, w.matter(front, "water"), "near"); c.Office != "tazihu" {
		t.Errorf("climbing below a department: %+v", c)
	}
	// of the two offices of the district the one with fewer cases: tazihu is nearer and takes all
	w.people.gone = []string{local.ID}
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for range 5 {
		seen[w.do(front, w.matter(front, "water"), "pick").Office]++
	}
	if seen["urban"] != 3 || seen["water"] != 2 { // one is with the water office already
		t.Errorf("by load: %v", seen)
	}
}

// TestClockUnset: a clock that cannot be set refuses the step, aloud.
func TestClockUnset(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(changed(t, "budget: class.budget", `budget: 'class == "odd" ? "soon" : "1wd"'`), "", false)
	c := w.do(front, w.matter(front, "odd"), "send")
	f := w.refused(urban, c, "take", "case.clock")
	if f.Kind != fault.Conflict {
		t.Errorf("%+v", f)
	}
}

// TestGone: nobody's case is stuck when its holder, its office's people or its creator go.
func TestGone(t *testing.T) {
	w := matters(t)
	c, d := w.working(), w.do(front, w.matter(front, "odd"), "send")
	w.refused(helper, c, flow.ActTake, "case.turn")
	w.people.gone = []string{plumber.ID, urban.ID}
	w.feed(event.UserChanged, plumber.ID)
	if x := w.get(c); !x.Stray || w.get(d).Stray == false {
		t.Fatalf("%+v", x.Case)
	}
	if counts, _ := w.Counts(t.Context(), front, ""); counts[flow.DeskTodo] != 2 || counts[flow.DeskStray] != 2 {
		t.Errorf("the desk %v", counts)
	}
	if counts, _ := w.Counts(t.Context(), helper, ""); counts[flow.DeskTodo] != 1 {
		t.Errorf("the colleague %v", counts)
	}
	w.refused(judge, c, flow.ActTake, "case.turn") // of another role
	c = w.do(helper, c, flow.ActTake)
	if c.Stray || c.Holder != helper.ID {
		t.Errorf("taken over: %+v", c)
	}
	w.people.gone = nil
	w.feed(event.UserChanged, urban.ID)
	if x := w.get(d); x.Stray {
		t.Errorf("somebody is there again: %+v", x.Case)
	}
	w.do(urban, d, "take")
	c = w.do(helper, c, "ask", because("缺照片"))
	w.people.gone = []string{front.ID}
	w.feed(event.UserChanged, front.ID)
	if c = w.do(boss, c, "reply"); c.State != "work" { // of the office that opened it
		t.Errorf("%+v", c)
	}
}

func TestCheckSet(t *testing.T) {
	w := matters(t)
	c := w.working()
	w.refused(plumber, c, "charge", "case.check", with(map[string]any{"cost": 100.0}))
	w.refused(plumber, c, "charge", "case.field", with(map[string]any{"name": "改名"}))
	w.do(plumber, c, "charge", with(map[string]any{"cost": 40.0}))
	if v := w.get(c).Record.Values["double"]; v != int64(80) {
		t.Errorf("computed %v", v)
	}
}

// TestBoth: of two who act at once one wins; the other is told who and what.
func TestBoth(t *testing.T) {
	w := matters(t)
	c := w.do(front, w.matter(front, "water"), "send")
	seen := func(in *flow.Input) { in.Rev = c.Rev }
	failed := make(chan error, 2)
	for _, by := range []people.Actor{plumber, helper} {
		go func() {
			_, err := w.try(by, c, "take", seen)
			failed <- err
		}()
	}
	a, b := <-failed, <-failed
	if (a == nil) == (b == nil) {
		t.Fatalf("%v, %v", a, b)
	}
	f, winner := fault.From(errors.Join(a, b)), w.get(c).Holder
	if f.Code != "case.stale" || !strings.Contains(f.Text.ZH, winner) || !strings.Contains(f.Text.ZH, "签收") || !strings.Contains(f.Text.EN, winner) {
		t.Errorf("told %+v; %s won", f.Text, winner)
	}
}

// TestSight: an office sees its own cases, its descendants', and what it was asked about.
func TestSight(t *testing.T) {
	w := matters(t)
	c := w.working()
	sees := func(by people.Actor) bool {
		_, err := w.Get(t.Context(), by, c.ID)
		_, acted := w.try(by, c, flow.ActComment, because("看看"))
		if (err == nil) != (acted == nil) {
			t.Errorf("%s sees it: %v, acts on it: %v", by.ID, err, acted)
		}
		return err == nil
	}
	if !sees(plumber) || !sees(helper) || !sees(boss) || sees(urban) || sees(local) || sees(nobody) || sees(desk) {
		t.Error("who sees a case of the water office")
	}
	w.do(plumber, c, flow.ActInvite, to("tazihu"))
	if !sees(local) || !sees(urban) { // and whoever stands above it
		t.Error("an office that was asked sees it")
	}
	if _, _, err := w.Open(t.Context(), nobody, flow.Opening{Pack: "matter", Flow: "matter", Values: ledger.Values{"name": "x", "class": "water", "region": place}}); !errors.Is(err, flow.ErrOpening) {
		t.Errorf("opened by somebody without a role: %v", err)
	}
}

// TestComment: a comment tells those whom it names, and names nobody the case is no matter of;
// it may be made when the case has ended.
func TestComment(t *testing.T) {
	w := matters(t)
	c := w.working()
	naming := func(users ...people.Actor) func(*flow.Input) {
		return func(in *flow.Input) {
			for _, u := range users {
				in.Named = append(in.Named, u.ID)
			}
		}
	}
	before := c.State
	c = w.do(plumber, c, flow.ActComment, because("现场已封闭"), naming(front, helper))
	if c.State != before || w.told(front, flow.ToldNamed) != 1 || w.told(helper, flow.ToldNamed) != 1 || w.told(judge, flow.ToldNamed) != 0 {
		t.Errorf("%+v", c)
	}
	w.refused(plumber, c, flow.ActComment, "case.need", naming(front))
	w.refused(plumber, c, flow.ActComment, "case.named", because("请看"), naming(front, local))
	last := w.get(c).Steps
	if s := last[len(last)-1]; s.Reason != "现场已封闭" || len(s.Detail.Named) != 2 {
		t.Errorf("%+v", s)
	}
	c = w.do(judge, w.do(plumber, c, "done", with(map[string]any{"result": "已修复"})), "pass")
	c = w.do(front, c, flow.ActComment, because("回访满意"), naming(plumber))
	if c.Open() || w.told(plumber, flow.ToldNamed) != 1 {
		t.Errorf("%+v", c)
	}
}
