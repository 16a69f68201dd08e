package flow

import (
	"slices"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/region"
)

// ledger.Words of routing that are no lookups.
const (
	RouteClimb = "climb" // from the case's place upwards, until an office has somebody for it
	RouteLoad  = "load"  // of several alike, the one with the fewest open cases
	RouteStay  = "stay"  // the office it is with
	RouteBack  = "back"  // the office it was with when it was last in that state
)

// route finds the office for a state: by what the declaration says, else by climbing from
// the case's place. Not found: the case is stray and waits on the desk of the start state.
func (m *Machine) route(c Case, s *State, terms ledger.Words, env Env, facts map[string]any) (office string, found bool, err error) {
	role, level, ok := s.role()
	if !ok {
		return c.Office, true, nil
	}
	person := m.Pack + "." + role
	staffed := func(o Office) bool {
		return len(env.Tree.Holders(o.Name, person)) > 0 && (level == "" || o.Region.Level() == level)
	}
	var dept string
	climb := len(terms) == 0
	for _, term := range terms {
		switch term {
		case RouteClimb:
			climb = true
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
			if staffed(o) && !slices.Contains(terms, RouteClimb) {
				return o.Name, true, nil
			}
		}
	}
	if !climb {
		return "", false, nil
	}
	place := region.Code(c.Region)
	for up := c.Level; ; up-- { // a case that has climbed begins higher
		if o := nearest(env.Tree.around(place), dept, env.Tree, staffed, up); o != "" {
			return o, true, nil
		}
		if up <= 0 {
			return "", false, nil
		}
	}
}

// nearest is the first office with somebody for it, skipping as many regions as the case has
// climbed; below a department where one is responsible.
func nearest(around []Office, dept string, t *Tree, staffed func(Office) bool, skip int) string {
	last, seen := region.Code(""), -1
	for _, o := range around {
		if dept != "" && !t.within(o.Name, dept) || !staffed(o) {
			continue
		}
		if o.Region != last {
			last, seen = o.Region, seen+1
		}
		if seen >= skip {
			return o.Name
		}
	}
	return ""
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
