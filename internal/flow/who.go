package flow

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/region"
)

// Term is one of those who may act: a role of the pack, at a level where it is said, whoever
// holds the case, whoever opened it, or nobody but a fact or a clock; and only if a formula
// over the record and the case holds, where there is one.
type Term struct {
	Role  string       // empty: Holder, Creator or System
	Level region.Level // of a role; empty: any
	Is    string       // holder, creator, system
	If    string       // formula; empty: always
}

// Words that are no roles.
const (
	Holder  = "holder"
	Creator = "creator"
	System  = "system"
)

func (t Term) String() string {
	s := t.Role + t.Is
	if t.Level != "" {
		s += "@" + string(t.Level)
	}
	if t.If != "" {
		s += " if " + t.If
	}
	return s
}

// Who is some of those: any of them may.
type Who []Term

// UnmarshalYAML reads role@level, holder, creator, each with "if formula" behind it or not, or
// a list of them.
func (w *Who) UnmarshalYAML(n *yaml.Node) error {
	var words ledger.Words
	if err := words.UnmarshalYAML(n); err != nil {
		return err
	}
	*w = nil
	for _, s := range words {
		t := Term{}
		word, condition, _ := strings.Cut(strings.TrimSpace(s), " if ")
		t.If = strings.TrimSpace(condition)
		switch word {
		case Holder, Creator, System:
			t.Is = word
		default:
			role, level, _ := strings.Cut(word, "@")
			t.Role, t.Level = role, region.Level(level)
		}
		*w = append(*w, t)
	}
	return nil
}

// MarshalYAML writes it back as it is read.
func (w Who) MarshalYAML() (any, error) { return w.Words(), nil }

// Words lists the terms as they are written.
func (w Who) Words() []string {
	out := make([]string, len(w))
	for i, t := range w {
		out[i] = t.String()
	}
	return out
}

// at is the state a case is in, as it is for that case: of the terms with a condition those
// alone that held when the case came there.
func (m *Machine) at(c Case) (*State, error) {
	s, err := m.state(c.State)
	if err != nil {
		return nil, err
	}
	return s.held(c.Held), nil
}

// conditional says whether some term holds for some cases only.
func (w Who) conditional() bool {
	return slices.ContainsFunc(w, func(t Term) bool { return t.If != "" })
}

// held is a state with those of its conditional terms alone that hold.
func (s *State) held(terms []string) *State {
	if !s.By.conditional() {
		return s
	}
	of := *s
	of.By = slices.DeleteFunc(slices.Clone(s.By), func(t Term) bool { return t.If != "" && !slices.Contains(terms, t.String()) })
	return &of
}

// holding are those of some terms whose condition holds now.
func (w *walk) holding(all Who) (Who, error) {
	if !all.conditional() {
		return all, nil
	}
	var out Who
	facts := w.facts()
	for _, t := range all {
		ok, err := true, error(nil)
		if t.If != "" {
			ok, err = w.m.formulas[t.If].Holds(facts)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// hold decides, for the case as it is now, whose turn a state is.
func (w *walk) hold(s *State) (*State, error) {
	w.c.Held = nil
	by, err := w.holding(s.By)
	if err != nil {
		return nil, err
	}
	for _, t := range by {
		if t.If != "" {
			w.c.Held = append(w.c.Held, t.String())
		}
	}
	return s.held(w.c.Held), nil
}
