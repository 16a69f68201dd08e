package flow

import "github.com/chengshu/chengshu/internal/fault"

// ownActs are the acts every flow has that people do.
var ownActs = []string{ActAgree, ActRefuse, ActAnswer, ActAssist, ActInvite, ActDelegate, ActTake, ActAssign, ActJoin, ActPart, ActUrge, ActSupervise, ActComment}

// OwnAct is an act every flow has beside its declared actions.
type OwnAct struct {
	Name  string
	Title fault.Text // as one is asked to do it
	Help  fault.Text // who does it, and when
	Need  []string   // what it cannot do without
}

// OwnActs are those acts, for the reference.
func OwnActs() (out []OwnAct) {
	for _, act := range ownActs {
		out = append(out, OwnAct{act, fault.Text{ZH: builtIn[act].ZH, EN: offered[act]}, ownHelp[act], ownNeeds[act]})
	}
	return out
}

// ownNeeds are what those acts cannot do without.
var ownNeeds = map[string][]string{ActRefuse: {NeedReason}, ActAnswer: {NeedReason}, ActAssist: {NeedReason}, ActSupervise: {NeedReason}, ActUrge: {NeedReason}, ActComment: {NeedReason}, ActPart: {NeedReason},
	ActInvite: {NeedTo}, ActDelegate: {NeedTo}, ActAssign: {NeedTo}, ActJoin: {NeedTo, NeedReason}}

// ownHelp says who does those acts, and when.
var ownHelp = map[string]fault.Text{
	ActAgree:     fault.T("延期的 agree 所写的人同意", "whoever an extension's agree names agrees to it"),
	ActRefuse:    fault.T("延期的 agree 所写的人不同意", "whoever an extension's agree names refuses it"),
	ActAnswer:    fault.T("轮到办理的人回复督办", "whose turn it is answers a demand"),
	ActAssist:    fault.T("受邀协办的部门答复", "an office that was asked to assist answers"),
	ActInvite:    fault.T("状态写有 joint 的，牵头的人邀请协办部门", "in a state with joint, whose turn it is asks an office to assist"),
	ActDelegate:  fault.T("承办人或值班人转交本部门同角色的人", "who holds the case, or is on duty, hands it to a colleague of the role"),
	ActTake:      fault.T("承办人离岗后，本部门同角色的人接办", "a colleague of the role takes it over from a holder who is gone"),
	ActAssign:    fault.T("没有承办人的案件，由 desk 指派部门", "the desk gives a case that nobody was found for to an office"),
	ActJoin:      fault.T("登记表写有 merge 的，轮到办理的人并入同一事项的案件", "where the register has merge, whose turn it is joins it to another case of the matter"),
	ActPart:      fault.T("撤销并单", "a join is taken back"),
	ActUrge:      fault.T("urge 所写的人催办", "whoever urge names reminds"),
	ActSupervise: fault.T("supervise.by 所写的人督办，须在 answer 内回复", "whoever supervise.by names demands an answer within its time"),
	ActComment:   fault.T("看得到案件的人批注", "whoever sees the case comments on it"),
}

// offered are the built-in acts as one is asked to do them; in Chinese they are called as
// what was done.
var offered = map[string]string{
	ActAgree: "Agree", ActRefuse: "Refuse", ActAnswer: "Answer the demand", ActAssist: "Answer as assistant", ActInvite: "Ask to assist",
	ActDelegate: "Hand over", ActTake: "Take it over", ActAssign: "Assign to an office", ActUrge: "Remind", ActSupervise: "Demand an answer", ActComment: "Comment",
	ActJoin: "Join to another case", ActPart: "Part from that case",
}

// ownRemedy says who may do one of those acts, or what it waits for.
func (w *walk) ownRemedy(s *State, act string) fault.Text {
	by := func(who Who) fault.Text { return fault.T("须由%s办理", "it is for %s to do", w.m.WhoTitle(who)) }
	d := w.m.Decl
	switch act {
	case ActUrge:
		if len(d.Urge) == 0 {
			return by(Who{{Is: Creator}})
		}
		return by(d.Urge)
	case ActSupervise:
		if d.Supervise == nil {
			return fault.T("本流程没有督办", "nobody demands answers in this flow")
		}
		return by(d.Supervise.By)
	case ActAnswer:
		if w.c.Demand == nil {
			return fault.T("没有等待答复的督办", "no answer is demanded")
		}
	case ActInvite:
		if s.Joint == nil {
			return fault.T("当前状态不能邀请协办", "nobody is asked to assist in this state")
		}
	case ActAssist:
		return fault.T("没有邀请本部门协办，或已答复", "your office was not asked to assist, or has answered")
	case ActAgree, ActRefuse:
		if a, _ := s.Actions.Get(w.c.Asked.Action); a != nil {
			return by(a.Agree)
		}
	case ActAssign:
		if !w.c.Stray {
			return fault.T("案件已有承办部门", "the case has its office")
		}
		return by(w.m.desk())
	case ActJoin:
		if w.m.entity.Merge == nil {
			return fault.T("本流程没有并单", "cases of this flow are not joined")
		}
	}
	return w.whose(s.By)
}
