package pack

import (
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

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

// Changes tells which declarations of a section come, go and change, and where those that
// change say something else; what is what one of them is called.
func Changes(section string, what fault.Text, old, new *Pack) (out []Change) {
	names := compare(old, new, section)
	for _, n := range names.added {
		out = append(out, Change{Kind: section, Name: n, Act: Added, Text: fault.T("新增%s %s", "adds the %s %s", what, n)})
	}
	for _, n := range names.both {
		if d := spec.Differences(old.Entry(section, n), new.Entry(section, n)); len(d) > 0 {
			out = append(out, Change{Kind: section, Name: n, Act: Changed, Text: fault.T("修改%s %s：%s", "changes the %s %s: %s", what, n, Told(d))})
		}
	}
	for _, n := range names.removed {
		out = append(out, Change{Kind: section, Name: n, Act: Removed, Text: fault.T("删除%s %s", "removes the %s %s", what, n)})
	}
	return out
}

// Told says where two declarations differ, as many places as one reads.
func Told(all []spec.Difference) fault.Text {
	const most = 6
	var words []string
	for i, d := range all {
		if i == most {
			break
		}
		switch {
		case d.From == "":
			words = append(words, d.Path+" + "+d.To)
		case d.To == "":
			words = append(words, d.Path+" − "+d.From)
		default:
			words = append(words, d.Path+" "+d.From+" → "+d.To)
		}
	}
	text := fault.Text{ZH: strings.Join(words, "；"), EN: strings.Join(words, "; ")}
	if rest := len(all) - most; rest > 0 {
		return fault.T("%s；另有 %d 处", "%s; %d more", text, rest)
	}
	return text
}

// Entry is a declaration of a section as it was read; empty where there is none.
func (p *Pack) Entry(section, name string) spec.Entry {
	for _, e := range p.Entries(section) {
		if e.Name == name {
			return e
		}
	}
	return spec.Entry{}
}
