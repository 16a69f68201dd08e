package flow

import (
	"cmp"
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/region"
)

// Words of routing that are no lookups.
const (
	RouteClimb = "climb"
	RouteLoad  = "load"
	RouteDuty  = "duty"
	RouteStay  = "stay"
	RouteBack  = "back"
	RouteDesk  = "desk"
)

// Way is one way of finding the office of a state, with what it does.
type Way struct {
	Word  string
	Title string // as one says it
	Does  fault.Text
}

// Ways are the words of routing.
func Ways() []Way {
	return []Way{
		{RouteClimb, "逐级上溯", fault.T("自案件所在区划逐级上溯，至有人办理的部门；与责任部门同写的，只在该部门及其下级中找", "from the case's place upwards, to the first office that has somebody for it; beside an office that is responsible, among that one and those below it")},
		{RouteLoad, "按负荷", fault.T("几个部门同样近时，派给在办案件最少的", "of several offices alike, the one with the fewest open cases")},
		{RouteDuty, "值班", fault.T("部门中由值班表上当班的人办理", "of the office, whoever is on duty by the flow's roster")},
		{RouteStay, "原部门", fault.T("留在现在的部门", "the office it is with")},
		{RouteBack, "退回原部门", fault.T("上一次在该状态时的部门", "the office it was with when it was last in that state")},
		{RouteDesk, "受理台", fault.T("不派，在 desk 等待指派", "none: it waits on the desk to be assigned by hand")},
	}
}

// staff are those of an office who may act in a state in a role: all who hold the role but
// those the state excepts.
func (m *Machine) staff(c Case, s *State, t *Tree, office, role string) (out []string) {
	for _, u := range t.Holders(office, m.Pack+"."+role) {
		if !slices.ContainsFunc(s.Except, func(r string) bool { return slices.Contains(c.Acted[r], u) }) {
			out = append(out, u)
		}
	}
	return out
}

// manned says whether somebody is there whose turn the case is in a state.
func (m *Machine) manned(c Case, s *State, t *Tree) bool {
	return s.End || slices.ContainsFunc(s.By, func(by Term) bool {
		switch by.Is {
		case Holder:
			return t.Active(c.Holder, m.Pack)
		case Creator:
			return t.Active(c.Creator, m.Pack) || c.From != "" && len(m.anybody(t, c.From)) > 0
		case System:
			return true
		}
		return c.Office != "" && len(m.staff(c, s, t, c.Office, by.Role)) > 0
	})
}

// anybody are the holders of any role of the pack in an office.
func (m *Machine) anybody(t *Tree, office string) (out []string) {
	for r := range m.roles {
		out = append(out, t.Holders(office, m.Pack+"."+r)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// heirs are the roles whose holders may take over from a holder who is gone: those in which
// they acted, or any.
func (m *Machine) heirs(c Case) (out []string) {
	for r := range m.roles {
		if c.Holder != "" && slices.Contains(c.Acted[r], c.Holder) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		for r := range m.roles {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// route finds the offices for a state, several where they are equally near: by what the
// declaration says, else by climbing from the case's place. None found: the case is stray and
// waits on the desk of the start state.
func (m *Machine) route(c Case, s *State, terms ledger.Words, env Env, facts map[string]any) ([]string, error) {
	role, level, ok := s.role()
	if !ok {
		return []string{c.Office}, nil
	}
	staffed := func(o Office) bool {
		return (level == "" || o.Region.Level() == level) && len(m.staff(c, s, env.Tree, o.Name, role)) > 0
	}
	where := slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return t == RouteDuty })
	var dept string
	climb := len(where) == 0
	for _, term := range where {
		switch term {
		case RouteClimb, RouteLoad:
			climb = true
		case RouteDesk:
			return nil, nil
		case RouteStay:
			return some(c.Office), nil
		case RouteBack:
			if o := c.Desks[s.name]; o != "" {
				return some(o), nil
			}
			climb = true
		default:
			v, err := m.routes[term].value(env.Values, facts)
			if err != nil {
				return nil, err
			}
			o, ok := env.Tree.Find(v)
			if !ok {
				return nil, nil // who is responsible is not an office here
			}
			dept = o.Name
			if staffed(o) && !slices.Contains(where, RouteClimb) && !slices.Contains(where, RouteLoad) {
				return some(o.Name), nil
			}
		}
	}
	if !climb {
		return nil, nil
	}
	alike := nearest(c.from(env.Tree), dept, env.Tree, staffed)
	if slices.Contains(alike, c.Raised) && !slices.Contains(terms, RouteLoad) {
		return some(c.Raised), nil
	}
	if len(alike) == 0 && dept != "" && staffed(env.Tree.offices[dept]) { // its place is elsewhere
		return some(dept), nil
	}
	return alike, nil
}

// some is an office alone, where it is one.
func some(office string) []string {
	if office == "" {
		return nil
	}
	return []string{office}
}

// load is how many cases an office has in a role, where a route asks for the fewest.
func (m *Machine) load(s *State, terms ledger.Words, env Env) func(string) int {
	role, _, ok := s.role()
	if !ok || env.Load == nil || !slices.Contains(terms, RouteLoad) {
		return func(string) int { return 0 }
	}
	return func(office string) int { return env.Load(office, m.Pack+"."+role) }
}

// from are the offices around a case's place in the order in which it looks for one: the
// nearest first. A case that has climbed looks from where it climbed to upwards, and only
// then below.
func (c Case) from(t *Tree) []Office {
	all := t.around(region.Code(c.Region))
	to, ok := t.offices[c.Raised]
	if !ok {
		return all
	}
	i := slices.IndexFunc(all, func(o Office) bool { return len(o.Region.Short()) <= len(to.Region.Short()) })
	if i < 0 {
		i = len(all)
	}
	below := slices.Clone(all[:i])
	slices.SortStableFunc(below, func(a, b Office) int { return cmp.Compare(len(a.Region.Short()), len(b.Region.Short())) })
	return append(slices.Clone(all[i:]), below...)
}

// least is the first of the offices that have the fewest cases.
func least(alike []string, load func(string) int) (best string) {
	most := -1
	for _, o := range alike {
		if n := load(o); most < 0 || n < most {
			best, most = o, n
		}
	}
	return best
}

// nearest are the offices of the first region with somebody for it; below a department where
// one is responsible.
func nearest(around []Office, dept string, t *Tree, staffed func(Office) bool) (out []string) {
	var at region.Code
	for _, o := range around {
		if dept != "" && !t.within(o.Name, dept) || !staffed(o) {
			continue
		}
		if len(out) > 0 && o.Region != at {
			return out
		}
		out, at = append(out, o.Name), o.Region
	}
	return out
}

// role is the role whose turn a state is; not ok for one that is a person's.
func (s *State) role() (string, region.Level, bool) {
	for _, t := range s.By {
		if t.Role != "" {
			return t.Role, t.Level, true
		}
	}
	return "", "", false
}
