package flow

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// builtIn does what every flow has beside its declared actions.
func (w *walk) builtIn(in Input) error {
	if !w.c.Open() && in.Action != ActComment && in.Action != ActPart {
		return fault.New(fault.Conflict, "case.ended", fault.T("案件已办结", "the case has ended")).
			Fix(fault.T("须先重开", "it has to be reopened first"))
	}
	s, err := w.m.at(w.c)
	if err != nil {
		return err
	}
	if f := w.mayOwn(s, in.Action); f != nil {
		return f
	}
	switch in.Action {
	case ActUrge:
		if err := w.needs(NeedReason, in.Reason); err != nil {
			return err
		}
		w.c.Urged++
		w.notify(ToldUrged, s.By, 0)
		return nil
	case ActSupervise:
		return w.supervise(s, in)
	case ActAnswer:
		return w.answer(in)
	case ActInvite:
		return w.invite(in)
	case ActAssist:
		return w.assist(in)
	case ActAgree, ActRefuse:
		return w.decide(s, in)
	case ActDelegate:
		return w.delegate(in)
	case ActAssign:
		return w.assign(s, in)
	case ActTake:
		w.c.Holder, w.c.Stray = w.actor.ID, false
		return nil
	case ActJoin:
		return w.join(in)
	case ActPart:
		return w.part(in)
	case ActComment:
		return w.comment(in)
	}
	return ErrTurn
}

// comment tells those whom it names; whoever may not see the case cannot be named.
func (w *walk) comment(in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	known := w.m.Concerned(w.c, w.env)
	for i, u := range in.Named {
		if !slices.Contains(known, u) {
			return fault.New(fault.Invalid, "case.named", fault.T("该人员与本案件无关，不能提及", "whoever has no part in the case cannot be named")).At("named[%d]", i).
				Fix(fault.T("请从可提及的人员中选择", "choose among those it concerns"))
		}
		w.person(ToldNamed, u, 0)
	}
	return nil
}

// Concerned are the users a comment on a case may be addressed to: who opened it, holds it or
// acted on it, and all who hold a role of the pack in an office it was with; of these, who sees
// the case.
func (m *Machine) Concerned(c Case, env Env) (out []string) {
	t := env.Tree
	add := func(users ...string) {
		for _, u := range users {
			if t.Active(u, m.Pack) && !slices.Contains(out, u) && (env.Sees == nil || env.Sees(u)) {
				out = append(out, u)
			}
		}
	}
	add(c.Holder, c.Creator)
	for _, users := range c.Acted {
		add(users...)
	}
	offices := []string{c.Office, c.From}
	for _, o := range c.Desks {
		offices = append(offices, o)
	}
	for _, j := range c.Joint {
		offices = append(offices, j.Office)
	}
	for _, o := range offices {
		if o != "" {
			add(m.anybody(t, o)...)
		}
	}
	slices.Sort(out)
	return out
}

// mayOwn refuses what somebody may not do beside the declared actions.
func (w *walk) mayOwn(s *State, act string) error {
	may, d := false, w.m.Decl
	switch act {
	case ActUrge:
		who := d.Urge
		if len(who) == 0 {
			who = Who{{Is: Creator}}
		}
		may = slices.ContainsFunc(who, w.oversees)
	case ActSupervise:
		may = d.Supervise != nil && slices.ContainsFunc(d.Supervise.By, w.oversees)
		if may && w.c.Demand != nil {
			return fault.New(fault.Conflict, "case.demanded", fault.T("已督办，正在等待答复", "an answer is demanded already")).Fix(fault.T("请等待答复后再督办", "wait for the answer"))
		}
	case ActAnswer:
		may = w.c.Demand != nil && slices.ContainsFunc(s.By, w.fits)
	case ActInvite:
		may = s.Joint != nil && slices.ContainsFunc(s.By, w.fits)
		if may && s.Joint.Assist > 0 && len(w.c.Joint) >= s.Joint.Assist {
			return fault.New(fault.Conflict, "case.joint.most", fault.T("协办部门最多 %d 个", "%d offices may assist at most", s.Joint.Assist)).Fix(fault.T("请等待已邀请的部门答复", "wait for those that were asked"))
		}
	case ActAssist:
		may = slices.ContainsFunc(w.c.Joint, func(m Member) bool { return m.Office == w.actor.Office && m.Answer.IsZero() }) && len(w.actor.Roles) > 0
	case ActAgree, ActRefuse:
		if w.c.Asked == nil {
			return fault.New(fault.Conflict, "case.unasked", fault.T("没有等待答复的申请", "there is no request that waits")).Fix(fault.T("请刷新后查看", "look at the case again"))
		}
		a, _ := s.Actions.Get(w.c.Asked.Action)
		may = a != nil && w.actor.ID != w.c.Asked.By && slices.ContainsFunc(a.Agree, func(t Term) bool {
			return w.oversees(t) || t.Role != "" && w.actor.Holds(t.Role) && w.actor.Office == w.c.Asked.Desk
		})
	case ActDelegate:
		may = w.actor.ID != "" && (w.c.Holder == w.actor.ID && s.is(Holder) || w.m.OnDuty(w.c, w.env.Tree) == w.actor.ID)
	case ActAssign:
		may = w.c.Stray && w.onDesk()
	case ActTake:
		may = s.is(Holder) && !w.env.Tree.Active(w.c.Holder, w.m.Pack) && w.c.Office != "" && w.actor.Office == w.c.Office && slices.ContainsFunc(w.m.heirs(w.c), w.actor.Holds)
	case ActJoin:
		may = w.m.entity.Merge != nil && slices.ContainsFunc(s.By, w.fits)
	case ActPart:
		if may = w.mayPart(); may && !w.env.Into.Open() {
			return errPartedLate
		}
	case ActComment:
		may = true // who may see the case may; the engine has asked
	}
	if may {
		return nil
	}
	return ErrTurn.Fix(w.ownRemedy(s, act))
}

// onDesk says whether the actor sits at the desk that strays wait on.
func (w *walk) onDesk() bool {
	return slices.ContainsFunc(w.m.desk(), func(t Term) bool { return w.actor.Holds(t.Role) })
}

// ownOffers are those of the built-in acts that the actor may do now.
func (w *walk) ownOffers(s *State) (out []Offer) {
	for _, act := range ownActs {
		if act != ActComment && act != ActPart && !w.c.Open() || w.mayOwn(s, act) != nil {
			continue
		}
		o := Offer{Action: act, Title: fault.Text{ZH: builtIn[act].ZH, EN: offered[act]}, Need: ownNeeds[act]}
		if act == ActJoin {
			o.To, o.ToText, o.Danger = StateJoined, w.m.StateTitle(StateJoined), true
		}
		out = append(out, o)
	}
	return out
}

// NeedTo is somebody or an office that has to be named.
const NeedTo = "to"

func (w *walk) needs(what, given string) error {
	if strings.TrimSpace(given) != "" {
		return nil
	}
	return fault.New(fault.Invalid, "case.need", fault.T("须填写理由或内容", "it needs words")).At("%s", what).Fix(fault.T("请填写后再办理", "write them and try again"))
}

func (w *walk) supervise(s *State, in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	w.c.Demand = &Demand{By: w.actor.ID, Office: w.actor.Office, At: w.now, Note: w.reason}
	if err := w.start(ClockDemand, w.now, w.m.Decl.Supervise.Answer, ""); err != nil {
		return err
	}
	w.notify(ToldDemand, s.By, 0)
	return nil
}

func (w *walk) answer(in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	w.person(ToldAction, w.c.Demand.By, 0)
	w.c.Demand = nil
	w.unmark(ClockDemand, 0)
	delete(w.c.Clocks, ClockDemand)
	return nil
}

func (w *walk) invite(in Input) error {
	o, ok := w.env.Tree.Find(in.To)
	switch {
	case !ok:
		return fault.New(fault.Invalid, "case.office", fault.T("没有该部门", "there is no such office")).At("to").Fix(fault.T("请从部门中选择", "choose one of the offices"))
	case o.Name == w.c.Office, slices.ContainsFunc(w.c.Joint, func(m Member) bool { return m.Office == o.Name }):
		return fault.New(fault.Conflict, "case.joint.twice", fault.T("%s 已参与办理", "%s takes part already", o.Title)).At("to").Fix(fault.T("请选择其他部门", "choose another office"))
	}
	w.c.Joint = append(w.c.Joint, Member{Office: o.Name, Asked: w.now})
	w.tell(Tell{Why: ToldJoint, Office: o.Name})
	return nil
}

func (w *walk) assist(in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	for i := range w.c.Joint {
		if m := &w.c.Joint[i]; m.Office == w.actor.Office && m.Answer.IsZero() {
			m.Answer, m.By, m.Note = w.now, w.actor.ID, w.reason
		}
	}
	w.person(ToldAction, w.c.Holder, 0)
	return nil
}

// joined refuses to go on before those asked have answered.
func (w *walk) joined(s *State) error {
	open := 0
	for _, m := range w.c.Joint {
		if m.Answer.IsZero() {
			open++
		}
	}
	if err := w.belowOpen(); err != nil {
		return err
	}
	if open == 0 || s.Joint != nil && s.Joint.Answer == "half" && 2*open < len(w.c.Joint) {
		return nil
	}
	return fault.New(fault.Conflict, "case.joint.open", fault.T("还有 %d 个协办部门没有答复", "%d offices that assist have not answered", open)).
		Fix(fault.T("请等待或催办协办部门", "wait for them, or remind them"))
}

// belowOpen refuses to go on before the cases below it have ended, without their number: whoever
// acts may not see all of them.
func (w *walk) belowOpen() error {
	if w.env.Below == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "case.below.open", fault.T("还有子案件没有办结", "cases below it have not ended")).
		Fix(fault.T("请等待或催办子案件", "wait for them, or remind them"))
}

// ask asks for an extension; somebody else has to agree.
func (w *walk) ask(a *Action, in Input) error {
	b := in.Budget
	if b == (clock.Budget{}) {
		b = *a.Extend
	}
	if err := b.Check(); err != nil {
		return err
	}
	if b.Unit != a.Extend.Unit || b.Amount > a.Extend.Amount {
		return fault.New(fault.Invalid, "case.extend", fault.T("延期最多 %s", "an extension is %s at most", a.Extend.Words())).At("budget").Fix(fault.T("请缩短延期", "ask for less"))
	}
	if _, on := w.c.Clocks[ClockCase]; !on {
		return fault.New(fault.Conflict, "case.extend.clock", fault.T("案件没有在计时", "no clock runs on the case")).Fix(fault.T("计时开始后才能延期", "ask once it runs"))
	}
	if n := w.c.Counts[extended(in.Action)]; n >= max(a.Most, 1) {
		return fault.New(fault.Conflict, "case.most", fault.T("已延期 %d 次，不能再延", "it was extended %d times, which is the most", n)).Fix(fault.T("请按期办理", "it has to be done in time"))
	}
	w.c.Asked = &Asked{Action: in.Action, By: w.actor.ID, Office: w.actor.Office, At: w.now, Reason: w.reason, Budget: b}
	if len(a.Agree) == 0 {
		return w.grant(a)
	}
	for _, t := range a.Agree {
		if desk := w.above(t); desk != "" {
			w.c.Asked.Desk = desk
			w.tell(Tell{Why: ToldAsked, Office: desk, Role: t.Role})
		} else if t.Is == Creator && w.env.Tree.Active(w.c.Creator, w.m.Pack) && w.c.Creator != w.actor.ID {
			w.c.Asked.Desk = w.c.From
			w.person(ToldAsked, w.c.Creator, 0)
		}
	}
	if w.c.Asked.Desk == "" {
		who := w.m.WhoTitle(a.Agree)
		return fault.New(fault.Conflict, "case.extend.nobody", fault.Text{ZH: "没有人可以同意：没有其他" + who.ZH, EN: "nobody is there to agree: there is no other " + who.EN}).
			Fix(fault.T("请联系管理员为有关部门配置人员", "ask the administrator to give somebody that role"))
	}
	return nil
}

// extended is under what the extensions by an action are counted, beside actions by state.
func extended(action string) string { return "~" + action }

// above is the office that is asked to agree: the nearest with another holder of a role, from
// the case's office upwards, then the one that opened the case, then around its place, then
// any.
func (w *walk) above(t Term) string {
	if t.Role == "" {
		return ""
	}
	tree, role := w.env.Tree, w.m.Pack+"."+t.Role
	offices := append(tree.chain(w.c.Office), w.c.From)
	for _, o := range tree.around(region.Code(w.c.Region)) {
		offices = append(offices, o.Name)
	}
	for _, o := range tree.Offices() {
		offices = append(offices, o.Name)
	}
	i := slices.IndexFunc(offices, func(o string) bool {
		return (t.Level == "" || tree.Level(o) == t.Level) && slices.ContainsFunc(tree.Holders(o, role), func(u string) bool { return u != w.actor.ID })
	})
	if i < 0 {
		return ""
	}
	return offices[i]
}

// decide answers a request.
func (w *walk) decide(s *State, in Input) error {
	a, _ := s.Actions.Get(w.c.Asked.Action)
	if in.Action == ActRefuse {
		if err := w.needs(NeedReason, in.Reason); err != nil {
			return err
		}
		w.person(ToldRefused, w.c.Asked.By, 0)
		w.c.Asked = nil
		return nil
	}
	return w.grant(a)
}

// grant adds what was asked for to the case's clock.
func (w *walk) grant(a *Action) error {
	asked := w.c.Asked
	k := w.c.Clocks[ClockCase]
	reason := asked.Reason
	if reason == "" {
		reason = a.Title.Or(asked.Action).ZH
	}
	l, err := k.Extend(w.now, asked.Budget, reason)
	if err != nil {
		return err
	}
	k.Ledger = l
	w.c.Clocks[ClockCase] = k
	if err := w.rewind(ClockCase); err != nil {
		return err
	}
	w.c.Counts[extended(asked.Action)]++
	w.c.Asked = nil
	w.person(ToldAgreed, asked.By, 0)
	w.notify(ToldAction, a.Notify, 0)
	return nil
}

// errColleague is a case handed over to somebody who is none.
var errColleague = fault.New(fault.Invalid, "case.delegate", fault.T("只能转交本部门持有同一角色的人员", "it is handed to somebody of the same office and role")).At("to").
	Fix(fault.T("请从本部门人员中选择", "choose one of the office's people"))

func (w *walk) delegate(in Input) error {
	if w.m.OnDuty(w.c, w.env.Tree) == w.actor.ID {
		return w.delegateDuty(in)
	}
	role := func(u string) bool {
		for _, r := range w.actor.Roles {
			if slices.Contains(w.env.Tree.Holders(w.actor.Office, w.m.Pack+"."+r), u) {
				return true
			}
		}
		return false
	}
	if in.To == w.actor.ID || !role(in.To) {
		return errColleague
	}
	w.c.Holder = in.To
	w.person(ToldTurn, in.To, 0)
	return nil
}

// delegateDuty hands a case that is somebody's by the roster to a colleague for the rest of the
// shift.
func (w *walk) delegateDuty(in Input) error {
	duty := *w.c.Duty
	duty.Person = in.To
	w.c.Duty = &duty
	if in.To == w.actor.ID || w.m.OnDuty(w.c, w.env.Tree) != in.To {
		return errColleague
	}
	w.person(ToldTurn, in.To, 0)
	return nil
}

func (w *walk) assign(s *State, in Input) error {
	o, ok := w.env.Tree.Find(in.To)
	roles := w.m.heirs(w.c)
	if role, _, is := s.role(); is {
		roles = []string{role}
	}
	var who Who
	for _, r := range roles {
		if ok && len(w.m.staff(w.c, s, w.env.Tree, o.Name, r)) > 0 {
			who = append(who, Term{Role: r})
		}
	}
	if len(who) == 0 {
		for _, r := range roles {
			who = append(who, Term{Role: r})
		}
		title := w.m.WhoTitle(who)
		return fault.New(fault.Invalid, "case.office", fault.Text{ZH: "该部门没有可以办理的" + title.ZH, EN: "nobody in that office may act as " + title.EN}).At("to").
			Fix(fault.T("请选择有承办人员的部门", "choose an office that has somebody for it"))
	}
	w.c.Office, w.c.Duty = o.Name, nil
	w.c.Stray = !w.m.manned(w.c, s, w.env.Tree) // a holder's case is taken over there
	w.notify(ToldTurn, who, 0)
	return nil
}
