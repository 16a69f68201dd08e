package flow

import (
	"slices"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/region"
)

// Words of routing that are no lookups.
const (
	RouteClimb = "climb" // from the case's place upwards, until an office has somebody for it
	RouteLoad  = "load"  // of several alike, the one with the fewest open cases
	RouteStay  = "stay"  // the office it is with
	RouteBack  = "back"  // the office it was with when it was last in that state
	RouteDesk  = "desk"  // none: it waits on the desk to be assigned by hand
)

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

// route finds the office for a state: by what the declaration says, else by climbing from
// the case's place. Not found: the case is stray and waits on the desk of the start state.
func (m *Machine) route(c Case, s *State, terms ledger.Words, env Env, facts map[string]any) (office string, found bool, err error) {
	role, level, ok := s.role()
	if !ok {
		return c.Office, true, nil
	}
	staffed := func(o Office) bool {
		return (level == "" || o.Region.Level() == level) && len(m.staff(c, s, env.Tree, o.Name, role)) > 0
	}
	load := func(string) int { return 0 }
	if slices.Contains(terms, RouteLoad) && env.Load != nil {
		load = func(office string) int { return env.Load(office, m.Pack+"."+role) }
	}
	var dept string
	climb := len(terms) == 0
	for _, term := range terms {
		switch term {
		case RouteClimb, RouteLoad:
			climb = true
		case RouteDesk:
			return "", false, nil
		case RouteStay:
			return c.Office, c.Office != "", nil
		case RouteBack:
			if o := c.Desks[s.name]; o != "" {
				return o, true, nil
			}
			climb = true
		default:
			v, err := m.routes[term].value(env.Values, facts)
			if err != nil {
				return "", false, err
			}
			o, ok := env.Tree.Find(v)
			if !ok {
				return "", false, nil // who is responsible is not an office here
			}
			dept = o.Name
			if staffed(o) && !slices.Contains(terms, RouteClimb) && !slices.Contains(terms, RouteLoad) {
				return o.Name, true, nil
			}
		}
	}
	if !climb {
		return "", false, nil
	}
	place := region.Code(c.Region)
	for up := c.Level; ; up-- { // a case that has climbed begins higher
		if o := least(nearest(env.Tree.around(place), dept, env.Tree, staffed, up), load); o != "" {
			return o, true, nil
		}
		if up <= 0 {
			return dept, dept != "" && staffed(env.Tree.offices[dept]), nil // its place is elsewhere
		}
	}
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

// nearest are the offices of the nearest region with somebody for it, skipping as many
// regions as the case has climbed; below a department where one is responsible.
func nearest(around []Office, dept string, t *Tree, staffed func(Office) bool, skip int) (out []string) {
	last, seen := region.Code(""), -1
	for _, o := range around {
		if dept != "" && !t.within(o.Name, dept) || !staffed(o) {
			continue
		}
		if o.Region != last {
			if len(out) > 0 {
				return out
			}
			last, seen = o.Region, seen+1
		}
		if seen >= skip {
			out = append(out, o.Name)
		}
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
