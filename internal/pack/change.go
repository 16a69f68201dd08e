package pack

import "github.com/chengshu/chengshu/internal/fault"

// Act is what happens to a part of a pack.
type Act string

// The acts. Forbidden is what would lose data: a plan with one is not carried out.
const (
	Added     Act = "added"
	Changed   Act = "changed"
	Removed   Act = "removed"
	Forbidden Act = "forbidden"
)

// Change is one line of a plan.
type Change struct {
	Kind   string     `json:"kind"` // section
	Name   string     `json:"name"`
	Act    Act        `json:"act"`
	Text   fault.Text `json:"text"`
	Remedy fault.Text `json:"remedy,omitzero"` // of what is forbidden
}

// Plan is what an installation would do.
type Plan struct {
	Pack    string     `json:"pack"`
	From    string     `json:"from"` // version; empty for a first installation
	To      string     `json:"to"`
	Changes []Change   `json:"changes"`
	Running int64      `json:"running"` // open cases, which stay on their version unless moved
	Move    bool       `json:"move"`    // they come along
	Title   fault.Text `json:"title"`
}

// Forbidden are the lines that forbid the plan.
func (p Plan) Forbidden() (out []Change) {
	for _, c := range p.Changes {
		if c.Act == Forbidden {
			out = append(out, c)
		}
	}
	return out
}

// Forbid gives ErrForbidden with the changes that forbid a plan as its parts; nil without any.
func Forbid(lost []Change) error {
	if len(lost) == 0 {
		return nil
	}
	e := *ErrForbidden
	for _, c := range lost {
		e.Parts = append(e.Parts, fault.New(fault.Conflict, "pack.forbidden", c.Text).At("%s.%s", c.Kind, c.Name).Fix(c.Remedy))
	}
	return &e
}
