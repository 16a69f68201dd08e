package policy

import (
	"slices"

	"github.com/chengshu/chengshu/internal/people"
)

// Scope is how far a right reaches. Each reaches what the ones before it do.
type Scope uint8

// The scopes. None is the zero value: what the table does not say is denied.
const (
	None        Scope = iota
	Own               // what is the actor's own
	Office            // … or their office's
	Descendants       // … or an office's under it
	All
)

// String names the scope as documents do.
func (s Scope) String() string {
	if int(s) >= len(scopeWords) {
		return scopeWords[None]
	}
	return scopeWords[s]
}

var scopeWords = [...]string{"none", "own", "office", "descendants", "all"}

// Target is whose a thing is. The zero value is nobody's, which only All reaches: the
// target of what concerns the whole district.
type Target struct {
	Owner  string // id of a user or application
	Office string
}

// Reach is an actor's right to an action: how far it goes, and from whom.
type Reach struct {
	Scope  Scope
	Role   people.Role // the role that gives it
	Action Action
	owner  string
	office string
	below  []string
}

// Reaching finds the farthest right to an action among an actor's roles.
func Reaching(a people.Actor, act Action) Reach {
	best := Reach{Action: act}
	for _, r := range heldBy(a) {
		if s := table[act][r]; s > best.Scope {
			best = Reach{s, r, act, a.ID, a.Office, a.Below}
		}
	}
	return best
}

// heldBy are the roles an actor of its kind can hold: a user never acts as an application
// or a local command, whatever its roles say, nor these as a user.
func heldBy(a people.Actor) []people.Role {
	switch a.Kind {
	case people.AppKind:
		return []people.Role{people.Application}
	case people.LocalKind:
		return []people.Role{people.LocalOperator}
	case people.UserKind:
		held := slices.DeleteFunc(slices.Clone(a.Roles), func(r people.Role) bool {
			return r == people.Application || r == people.LocalOperator || r == people.PackRole || r.OfPack()
		})
		if slices.ContainsFunc(a.Roles, people.Role.OfPack) {
			held = append(held, people.PackRole)
		}
		return held
	}
	return nil
}

// Covers says whether the right reaches a target.
func (r Reach) Covers(t Target) bool {
	own := t.Owner != "" && t.Owner == r.owner
	office := t.Office != "" && t.Office == r.office
	switch r.Scope {
	case Own:
		return own
	case Office:
		return own || office
	case Descendants:
		return own || office || t.Office != "" && slices.Contains(r.below, t.Office)
	case All:
		return true
	}
	return false
}

// Offices are those whose things a list may show; all means no limit. With neither all nor
// offices a list shows at most what the actor owns.
func (r Reach) Offices() (offices []string, all bool) {
	switch r.Scope {
	case All:
		return nil, true
	case Descendants:
		offices = append(offices, r.below...)
		fallthrough
	case Office:
		if r.office != "" {
			offices = append(offices, r.office)
		}
	}
	slices.Sort(offices)
	return slices.Compact(offices), false
}
