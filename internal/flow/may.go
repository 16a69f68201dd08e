package flow

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// ErrStale is an action on a case that somebody else has moved on meanwhile. Who and what is
// told by its copy.
var ErrStale = fault.New(fault.Conflict, "case.stale", fault.T("案件已被他人办理", "somebody else has acted on the case meanwhile")).
	Fix(fault.T("请刷新后再办", "look at it again"))

// ErrTurn is an action of somebody whose turn it is not.
var ErrTurn = fault.New(fault.Denied, "case.turn", fault.T("现在不由您办理", "it is not your turn")).
	Fix(fault.T("请由承办人办理，承办人见案件页面", "whoever holds it acts; the case's page names them"))

// fits says whether the actor is one of a term, on this case.
func (w *walk) fits(t Term) bool {
	a := w.actor
	switch t.Is {
	case Holder:
		return a.ID != "" && a.ID == w.c.Holder
	case Creator:
		return a.ID != "" && (a.ID == w.c.Creator || !w.env.Tree.Active(w.c.Creator, w.m.Pack) && w.succeeds())
	case System:
		return a.System
	}
	if u := w.dutyOf(t.Role); u != "" && u != a.ID {
		return false
	}
	return a.Holds(t.Role) && (t.Level == "" || a.Level == t.Level) && a.Office != "" && a.Office == w.c.Office
}

// succeeds says whether the actor stands in for whoever opened the case and is no longer
// there, or never was: somebody of the office that opened it, or the desk.
func (w *walk) succeeds() bool {
	return len(w.actor.Roles) > 0 && (w.c.From != "" && w.actor.Office == w.c.From || w.onDesk())
}

// oversees says whether the actor is one of a term from above: the office whose turn it is
// stands below theirs, or is theirs, or the role reaches all.
func (w *walk) oversees(t Term) bool {
	if t.Is != "" {
		return w.fits(t)
	}
	a := w.actor
	return a.Holds(t.Role) && (t.Level == "" || a.Level == t.Level) && (w.c.Office == "" || w.m.roles[t.Role].Reach == "all" || w.env.Tree.within(w.c.Office, a.Office) || a.Office == w.c.From)
}

// may refuses an action of somebody whose turn it is not.
func (w *walk) may(s *State, a *Action, name string) error {
	by, own := s.By, false
	if len(a.By) > 0 {
		own = true
		var err error
		if by, err = w.holding(a.By); err != nil {
			return err
		}
	}
	if w.actor.System {
		return nil
	}
	if s.End && !own {
		return fault.New(fault.Conflict, "case.ended", fault.T("案件已办结", "the case has ended")).Fix(fault.T("须先重开", "it has to be reopened first"))
	}
	if !slices.ContainsFunc(by, w.fits) && !(own && slices.ContainsFunc(by, w.watches)) {
		return ErrTurn.Fix(w.whose(by))
	}
	if w.c.Asked != nil && w.c.Asked.Action == name {
		return fault.New(fault.Conflict, "case.asked", fault.T("申请正在等待答复", "the request waits for its answer")).Fix(fault.T("请等待答复", "wait for the answer"))
	}
	for _, r := range s.Except {
		if slices.Contains(w.c.Acted[r], w.actor.ID) {
			return fault.New(fault.Denied, "case.self", fault.T("处置人不得核查本人办理的案件", "whoever handled a case does not check it")).
				Fix(fault.T("请由其他人员办理", "somebody else has to"))
		}
	}
	return nil
}

// watches lets roles act from above where an action names them itself.
func (w *walk) watches(t Term) bool { return t.Role != "" && w.oversees(t) }

// whose says whose turn it is.
func (w *walk) whose(by Who) fault.Text {
	var zh, en []string
	for _, t := range by {
		switch {
		case t.Is == Holder:
			zh, en = append(zh, "承办人"+w.named(w.c.Holder)), append(en, "its holder"+w.named(w.c.Holder))
		case t.Is == System:
			zh, en = append(zh, "系统自动"), append(en, "the system alone")
		case t.Is == Creator:
			zh, en = append(zh, "上报人"+w.named(w.c.Creator)), append(en, "whoever opened it"+w.named(w.c.Creator))
		default:
			title := w.m.roles[t.Role].Title.Or(t.Role)
			if u := w.dutyOf(t.Role); u != "" {
				zh, en = append(zh, w.env.Tree.Title(w.c.Office)+"值班的"+title.ZH+w.named(u)), append(en, title.In("en")+w.named(u)+"on duty in "+w.env.Tree.Title(w.c.Office))
				continue
			}
			zh, en = append(zh, w.env.Tree.Title(w.c.Office)+title.ZH), append(en, title.In("en")+" of "+w.env.Tree.Title(w.c.Office))
		}
	}
	if w.c.Stray {
		desk := w.m.WhoTitle(w.m.desk())
		return fault.Text{ZH: "该案件没有承办部门或承办人，等待" + desk.ZH + "指派", EN: "nobody is there for it; it waits to be assigned by " + desk.EN}
	}
	return fault.Text{ZH: "现由" + strings.Join(zh, "或") + "办理", EN: "it is the turn of " + strings.Join(en, " or ")}
}

// named is a user's name as an addition to a word, where it is known.
func (w *walk) named(user string) string {
	if n := w.env.Tree.names[user]; n != "" {
		return " " + n + " "
	}
	return ""
}

// Offer is something an actor may do now, or may not yet, and why.
type Offer struct {
	Action string     `json:"action"`
	Title  fault.Text `json:"title"`
	Need   []string   `json:"need"`
	Edit   []string   `json:"edit"`
	To     string     `json:"to"`
	ToText fault.Text `json:"to_title"`
	Why    fault.Text `json:"why,omitzero"` // not now, because
	Extend string     `json:"extend,omitempty"`
	Danger bool       `json:"danger"` // it ends the case or gives it back
}

// Offers are the actions of the case's state that an actor may do, in their order.
func (m *Machine) Offers(c Case, a Actor, env Env) []Offer {
	s, err := m.at(c)
	if err != nil {
		return nil
	}
	w := m.walk(c, a, env, c.Entered)
	var out []Offer
	for _, p := range s.Actions {
		err := w.may(s, p.Value, p.Name)
		f := fault.From(err)
		if f != nil && f.Code != "case.self" && f.Code != "case.asked" {
			continue
		}
		o := Offer{Action: p.Name, Title: m.ActionTitle(c.State, p.Name), Need: p.Value.Need, Edit: p.Value.Edit, To: p.Value.To, ToText: m.StateTitle(p.Value.To)}
		if p.Value.Extend != nil {
			o.Extend = p.Value.Extend.String()
		}
		if next := m.states[p.Value.To]; next != nil {
			o.Danger = next.End && slices.Contains(p.Value.Need, NeedReason)
		}
		if f == nil {
			if err := w.limits(s, p.Name, p.Value); err != nil {
				f = fault.From(err)
			}
		}
		if f != nil {
			o.Why = f.Text
		}
		out = append(out, o)
	}
	return append(out, w.ownOffers(s)...)
}
