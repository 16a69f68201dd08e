package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/spec"
)

// walk is one step under way.
type walk struct {
	m       *Machine
	c       Case
	env     Env
	now     time.Time
	actor   Actor
	reason  string
	effects []Effect
	set     map[string]any // fields changed by the step
	as      string         // role the actor acts in
}

func (m *Machine) walk(c Case, a Actor, env Env, now time.Time) *walk {
	w := &walk{m: m, c: c.copied(), env: env, now: now.Truncate(time.Second), actor: a}
	w.env.Values = cloned(env.Values)
	return w
}

// facts are what formulas see: the record with what this step gives, the case, the actor.
func (w *walk) facts() map[string]any {
	f := w.m.entity.Facts(w.env.Values)
	f["now"] = w.now
	f["case"] = map[string]any{"state": w.c.State, "key": w.c.Key, "opened": w.c.Opened, "level": w.c.Level, "merged": w.c.Merged, "overdue": w.c.Flagged(Overdue), "office": w.c.Office, "below": float64(w.env.Below)}
	f["actor"] = map[string]any{"id": w.actor.ID, "office": w.actor.Office, "level": string(w.actor.Level)}
	return f
}

func (w *walk) tell(t Tell) { w.effects = append(w.effects, Effect{Tell: &t}) }

func (w *walk) done() (Case, []Effect, error) {
	if len(w.set) > 0 {
		w.effects = append([]Effect{{Set: w.set}}, w.effects...)
	}
	w.c.Rev++
	return w.c, w.effects, nil
}

// Open begins a case: c holds what it is about and where, and who opened it.
func (m *Machine) Open(c Case, a Actor, env Env, now time.Time) (Case, []Effect, error) {
	w := m.walk(c, a, env, now)
	w.c.Pack, w.c.Version, w.c.Flow = m.Pack, m.Version, m.Name
	w.c.Opened = w.now
	if err := w.begin(); err != nil {
		return c, nil, err
	}
	return w.done()
}

// begin brings a case into the state it starts in. Its clock counts from when it was opened.
func (w *walk) begin() error {
	w.c.State, w.c.Office = "", w.c.From // where a state stays that begins with whoever opens it
	if d := w.m.Decl.Clock; d != nil && d.From == "" {
		if err := w.startCase(w.c.Opened); err != nil {
			return err
		}
	}
	return w.enter(w.m.Decl.Start, nil, "")
}

// Step does what somebody asks for. Refusals say whose turn it is, what is lacking, how often
// was too often; the case stays as it was.
func (m *Machine) Step(c Case, in Input, env Env, now time.Time) (Case, []Effect, error) {
	if in.Rev != 0 && in.Rev != c.Rev {
		return c, nil, ErrStale
	}
	w := m.walk(c, in.Actor, env, now)
	w.reason = strings.TrimSpace(in.Reason)
	if _, own := builtIn[in.Action]; own {
		if err := w.builtIn(in); err != nil {
			return c, nil, err
		}
		return w.done()
	}
	s, err := m.at(c)
	if err != nil {
		return c, nil, err
	}
	a, ok := s.Actions.Get(in.Action)
	if !ok {
		return c, nil, fault.New(fault.Conflict, "case.action", fault.T("“%s”状态下不能办理 %s", "in the state %s nothing is called %s", s.Title.Or(s.name).Text(), in.Action)).
			Fix(fault.T("可办理：%s", "there are: %s", strings.Join(s.Actions.Names(), ", ")))
	}
	if err := w.may(s, a, in.Action); err != nil {
		return c, nil, err
	}
	if err := w.act(s, a, in); err != nil {
		return c, nil, err
	}
	return w.done()
}

// act does a declared action.
func (w *walk) act(s *State, a *Action, in Input) error {
	if err := w.give(a, in); err != nil {
		return err
	}
	if err := w.checks(s, in.Action, a); err != nil {
		return err
	}
	w.acted(s, a)
	if a.Extend != nil {
		return w.ask(a, in)
	}
	count := s.name + "." + in.Action
	w.c.Counts[count]++
	to, route, notify := a.To, a.Route, a.Notify
	if a.Most > 0 && w.c.Counts[count] > a.Most && a.Then != nil {
		to, route, notify = a.Then.To, a.Then.Route, append(slices.Clone(a.Notify), a.Then.Notify...)
	}
	if err := w.compute(a); err != nil {
		return err
	}
	if a.Mark != "" {
		if err := w.mark(a.Mark); err != nil {
			return err
		}
	}
	if a.Sub != "" {
		w.effects = append(w.effects, Effect{Sub: &Sub{Flow: a.Sub}})
	}
	if to != "" {
		if err := w.enter(to, route, in.Action); err != nil {
			return err
		}
	}
	if err := w.announce(in.Action); err != nil {
		return err
	}
	w.notify(ToldAction, notify, 0)
	return nil
}

// give takes the fields an action asks for or lets one change.
func (w *walk) give(a *Action, in Input) error {
	var faults []*fault.Error
	lacks := func(at string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, "case.need", text).At("%s", at).Fix(fix))
	}
	may := append(slices.Clone(a.Need), a.Edit...)
	w.set = map[string]any{}
	for name, v := range in.Values {
		if !slices.Contains(may, name) {
			faults = append(faults, fault.New(fault.Invalid, "case.field", fault.T("办理时不填写 %s", "%s is not given here", name)).At("%s", name).
				Fix(fault.T("可填写：%s", "there are: %s", strings.Join(may, ", "))))
			continue
		}
		w.set[name], w.env.Values[name] = v, v
	}
	for _, n := range a.Need {
		switch n {
		case NeedReason, NeedBasis:
			given := w.reason
			if n == NeedBasis {
				given = strings.TrimSpace(in.Basis)
			}
			if given == "" {
				word := map[string]fault.Text{NeedReason: {ZH: "理由", EN: "a reason"}, NeedBasis: {ZH: "依据", EN: "a basis"}}[n]
				lacks(n, fault.Text{ZH: "须填写" + word.ZH, EN: word.EN + " is needed"}, fault.T("请填写后再办理", "give it and try again"))
			}
		default:
			if blank(w.env.Values[n]) {
				title := w.m.fieldTitle(n)
				lacks(n, fault.Text{ZH: "须填写" + title.ZH, EN: title.EN + " is needed"}, fault.T("请填写后再办理", "give it and try again"))
			}
		}
	}
	return fault.All("case.needs", fault.T("有 %d 项须填写", "%d things are needed", len(faults)), faults)
}

// What an action may need that is no field.
const (
	NeedReason = "reason"
	NeedBasis  = "basis"
)

func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// limits refuses what was done as often as it may be, and what waits for others.
func (w *walk) limits(s *State, name string, a *Action) error {
	if a.Joined {
		if err := w.joined(s); err != nil {
			return err
		}
	}
	title, n := a.Title.Or(name).Text(), w.c.Counts[s.name+"."+name]
	if a.Once && n > 0 {
		return fault.New(fault.Conflict, "case.once", fault.Text{ZH: "“" + title.ZH + "”只能办理一次", EN: title.EN + " is done once only"}).
			Fix(fault.T("须补正的内容应当一次性告知", "what is lacking is told all at once"))
	}
	if a.Most > 0 && a.Then == nil && n >= a.Most {
		return fault.New(fault.Conflict, "case.most", fault.Text{ZH: fmt.Sprintf("“%s”已办理 %d 次，不能再办", title.ZH, n), EN: fmt.Sprintf("%s was done %d times, which is the most", title.EN, n)}).
			Fix(fault.T("请选择其他办理方式", "choose another way"))
	}
	return nil
}

func (w *walk) checks(s *State, name string, a *Action) error {
	if err := w.limits(s, name, a); err != nil {
		return err
	}
	if a.Check == "" {
		return nil
	}
	ok, err := w.m.formulas[a.Check].Holds(w.facts())
	if err != nil {
		return err
	}
	if !ok {
		say := a.Say.Text()
		if say.ZH == "" {
			say = fault.T("不符合办理条件：%s", "the condition does not hold: %s", a.Check)
		}
		return fault.New(fault.Conflict, "case.check", say).Fix(fault.T("请核对所填内容", "check what was given"))
	}
	return nil
}

// compute sets the fields an action sets by formulas.
func (w *walk) compute(a *Action) error {
	for _, p := range a.Set {
		v, err := w.m.formulas[p.Value].Eval(w.facts())
		if f, ok := w.m.entity.Field(p.Name); ok && err == nil {
			v, err = f.Result(v)
		}
		if err != nil {
			return err
		}
		w.set[p.Name], w.env.Values[p.Name] = v, v
	}
	return nil
}

// acted remembers who acted in which role, for the rule that nobody checks themselves.
func (w *walk) acted(s *State, a *Action) {
	by := s.By
	if len(a.By) > 0 {
		by = a.By
	}
	for _, t := range by {
		switch {
		case t.Is != "":
			w.remember(t.Is)
			for _, r := range w.actor.Roles { // a holder acts in the role that let them take it on
				if t.Is == Holder {
					w.remember(r)
				}
			}
		case w.fits(t):
			w.as = cmp.Or(w.as, t.Role)
			w.remember(t.Role)
		}
	}
}

func (w *walk) remember(role string) {
	if w.actor.ID != "" && !slices.Contains(w.c.Acted[role], w.actor.ID) {
		w.c.Acted[role] = append(w.c.Acted[role], w.actor.ID)
	}
}

// enter brings the case into a state: clocks of the old one stop, the new one's start, its
// office is found, and whoever's turn it is is told.
func (w *walk) enter(to string, route ledger.Words, action string) error {
	s, err := w.m.state(to)
	if err != nil {
		return err
	}
	if w.c.State != "" && w.c.Office != "" {
		w.c.Desks[w.c.State] = w.c.Office
	}
	from := w.c.State
	w.c.State, w.c.Entered = to, w.now
	w.c.Asked, w.c.Joint, w.c.Urged, w.c.Duty = nil, nil, 0, nil // whoever was reminded has acted
	if s, err = w.hold(s); err != nil {
		return err
	}
	if err := w.hand(s, from, route); err != nil {
		return err
	}
	w.c.Stray = !w.m.manned(w.c, s, w.env.Tree)
	if err := w.clocks(s); err != nil {
		return err
	}
	if err := w.announce(to); err != nil {
		return err
	}
	if s.End {
		w.c.Ended, w.c.Demand = w.now, nil
		return nil
	}
	w.c.Ended = time.Time{}
	w.turn(s)
	return nil
}

// hand gives the case to whoever's turn it is now.
func (w *walk) hand(s *State, from string, route ledger.Words) error {
	if s.End {
		return nil
	}
	switch {
	case s.is(Holder):
		if w.c.Holder == "" {
			w.c.Holder, w.c.Took, w.c.Office = w.actor.ID, w.as, cmp.Or(w.actor.Office, w.c.Office)
		} else if o := w.c.Desks[s.name]; o != "" {
			w.c.Office = o
		}
		return nil
	case s.is(Creator):
		w.c.Office = w.c.From
		return nil
	}
	if len(route) == 0 {
		route = s.Route
	}
	if role, _, ok := s.role(); ok && role == w.c.Took && len(s.Except) == 0 {
		w.c.Holder, w.c.Took = "", "" // it is given out anew; who checks it does not take it on
	}
	offices, err := w.m.route(w.c, s, route, w.env, w.facts())
	if err != nil {
		return err
	}
	load := w.m.load(s, route, w.env)
	if slices.Contains(route, RouteDuty) && len(offices) > 0 {
		return w.roster(s, offices, load)
	}
	w.c.Office = least(offices, load)
	return nil
}

func (s *State) is(word string) bool {
	return slices.ContainsFunc(s.By, func(t Term) bool { return t.Is == word })
}

// turn tells those whose turn it is.
func (w *walk) turn(s *State) {
	if w.c.Stray {
		w.deskTold(ToldTurn, 0)
		return
	}
	w.notify(ToldTurn, s.By, 0)
}

// deskTold tells the desk that strays wait on.
func (w *walk) deskTold(why string, rung int) {
	for _, t := range w.m.desk() {
		w.tell(Tell{Why: why, Role: t.Role, Rung: rung})
	}
}

// notify tells some people by their terms; nobody is told what they did themselves.
func (w *walk) notify(why string, to Who, rung int) {
	for _, t := range to {
		switch {
		case t.Is == Holder && w.c.Holder != "":
			w.person(why, w.c.Holder, rung)
		case t.Is == Creator && w.c.Creator != "":
			w.person(why, w.c.Creator, rung)
		case t.Role != "":
			if u := w.dutyOf(t.Role); u != "" {
				w.person(why, u, rung)
				continue
			}
			w.tell(Tell{Why: why, Office: w.c.Office, Role: t.Role, Rung: rung})
		}
	}
}

func (w *walk) person(why, user string, rung int) {
	if user != w.actor.ID {
		w.tell(Tell{Why: why, User: user, Rung: rung})
	}
}

// mark sets a milestone, and starts or stops the case's clock at it.
func (w *walk) mark(name string) error {
	w.c.Marks[name] = w.now
	d := w.m.Decl.Clock
	if d == nil {
		return nil
	}
	if name == d.From {
		if _, on := w.c.Clocks[ClockCase]; !on {
			if err := w.startCase(w.now); err != nil {
				return err
			}
		}
	}
	if name == d.Until {
		return w.stop(ClockCase)
	}
	return nil
}

// startCase starts the case's clock by its budget.
func (w *walk) startCase(at time.Time) error {
	k := w.m.Decl.Clock
	b, err := w.budget(k.Budget)
	if err != nil {
		return err
	}
	return w.start(ClockCase, at, b, k.Ladder)
}

// budget is what a limit is for the case as it is now.
func (w *walk) budget(v Value) (clock.Budget, error) {
	l := w.m.budgets[string(v)]
	if l.budget.Amount > 0 {
		return l.budget, nil
	}
	var facts map[string]any
	if l.formula != nil {
		facts = w.facts()
	}
	text, err := l.value(w.env.Values, facts)
	if err != nil {
		return clock.Budget{}, err
	}
	b, err := clock.ParseBudget(text)
	if err != nil { // never silence: the case says what is wrong and nothing is done
		return b, fault.New(fault.Conflict, "case.clock", fault.T("无法设定时限：%s 没有给出时限", "the clock cannot be set: %s gives no budget", string(v))).
			Fix(fault.T("请检查代码的时限属性，例如 8wh 或 2wd", "check the code's attribute, such as 8wh or 2wd")).Wrap(err)
	}
	return b, nil
}

func (w *walk) start(name string, at time.Time, b clock.Budget, ladder string) error {
	l, err := clock.Start(at, b)
	if err != nil {
		return err
	}
	w.c.Clocks[name] = Clockwork{Ledger: l, Ladder: ladder, Office: w.c.Office}
	if _, err := w.env.Clock(w.c.Office).Due(l, w.now); err != nil {
		return err
	}
	return nil
}

func (w *walk) stop(name string) error {
	k, on := w.c.Clocks[name]
	if !on || !k.Stopped.IsZero() {
		return nil
	}
	l, err := k.Stop(w.now)
	if err != nil {
		return err
	}
	k.Ledger = l
	w.c.Clocks[name] = k
	return nil
}

// clocks stops what ran in the old state and starts what runs in the new one.
func (w *walk) clocks(s *State) error {
	w.unmark(ClockState, 0)
	delete(w.c.Clocks, ClockState)
	delete(w.c.Clocks, ClockExpiry)
	if s.End {
		delete(w.c.Clocks, ClockDemand)
		return w.stop(ClockCase)
	}
	if err := w.caseClock(s); err != nil {
		return err
	}
	for _, x := range []struct {
		clock, ladder string
		budget        Value
	}{{ClockState, s.Ladder, s.Within}, {ClockExpiry, "", s.AtMost}} {
		if x.budget == "" {
			continue
		}
		b, err := w.budget(x.budget)
		if err != nil {
			return err
		}
		if err := w.start(x.clock, w.now, b, x.ladder); err != nil {
			return err
		}
	}
	return nil
}

// caseClock pauses, resumes and reopens the case's clock as the state wants it.
func (w *walk) caseClock(s *State) error {
	k, on := w.c.Clocks[ClockCase]
	if !on {
		return nil
	}
	var err error
	switch {
	case !k.Stopped.IsZero():
		if until := w.m.Decl.Clock.Until; until != "" && !w.c.Marks[until].IsZero() && !w.m.works(s) {
			return nil // what it counts was done, and is not done again here
		}
		reason := w.reason
		if reason == "" {
			reason = s.Title.Or(s.name).ZH
		}
		if k.Ledger, err = k.Reopen(w.now, reason); err != nil {
			return err
		}
		delete(w.c.Marks, w.m.Decl.Clock.Until)
		if s.Pause {
			k.Ledger, err = k.Pause(w.now, reason)
		}
		if err != nil {
			return err
		}
	case s.Pause && !k.Paused():
		if k.Ledger, err = k.Pause(w.now, s.Title.Or(s.name).ZH); err != nil {
			return err
		}
	case !s.Pause && k.Paused():
		if k.Ledger, err = k.Resume(w.now); err != nil {
			return err
		}
	}
	w.c.Clocks[ClockCase] = k
	return nil
}

// works says whether a state is one in which the case's clock is worked against: an action
// of it sets the mark at which the clock stops, or, without such a mark, any that is open.
func (m *Machine) works(s *State) bool {
	until := m.Decl.Clock.Until
	if until == "" {
		return true
	}
	return slices.ContainsFunc(s.Actions, func(p spec.Pair[*Action]) bool { return p.Value.Mark == until })
}

// fieldTitle is a field of the record in words.
func (m *Machine) fieldTitle(name string) fault.Text {
	if f, ok := m.entity.Field(name); ok {
		return f.Label()
	}
	return fault.Text{ZH: name, EN: name}
}
