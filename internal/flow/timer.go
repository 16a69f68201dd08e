package flow

import (
	"cmp"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
)

// Timer is the next thing a clock of a case does by itself.
type Timer struct {
	Clock string
	Step  int // rung of its ladder
	At    time.Time
}

// Due is how one clock of a case stands.
type Due struct {
	Clock string `json:"clock"`
	clock.Due
}

// Timers are the next instants of the case's clocks, one a clock at most. They are derived
// from the case alone: whoever changes it, or the calendar, makes them anew.
func (m *Machine) Timers(c Case, env Env, now time.Time) ([]Timer, error) {
	var out []Timer
	if c.Duty != nil && c.Open() {
		out = append(out, Timer{Clock: ClockDuty, At: c.Duty.Until})
	}
	for _, name := range []string{ClockCase, ClockState, ClockExpiry, ClockDemand} {
		k, on := c.Clocks[name]
		if !on || !k.Stopped.IsZero() {
			continue
		}
		all, err := env.Clock(k.Office).Instants(m.ladderOf(name, k).steps(), k.Ledger, now)
		if err != nil {
			return nil, err
		}
		if next, ok := clock.Next(all, k.Fired); ok {
			out = append(out, Timer{Clock: name, Step: next.Step, At: next.At})
		}
	}
	return out, nil
}

// ladderOf is what a clock climbs: the expiry of a state is one rung at its end.
func (m *Machine) ladderOf(name string, k Clockwork) Ladder {
	switch name {
	case ClockExpiry:
		return Ladder{{At: 100, Mark: "expired"}}
	case ClockDemand:
		return Ladder{{At: 100, Mark: "unanswered"}}
	}
	return m.rungs(k.Ladder)
}

// Dues are how the running clocks of a case stand, the soonest first.
func (m *Machine) Dues(c Case, env Env, now time.Time) ([]Due, error) {
	var out []Due
	for name, k := range c.Clocks {
		if !k.Stopped.IsZero() || name == ClockExpiry {
			continue
		}
		d, err := env.Clock(k.Office).Due(k.Ledger, now)
		if err != nil {
			return nil, err
		}
		out = append(out, Due{name, d})
	}
	slices.SortFunc(out, func(a, b Due) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clock, b.Clock)) })
	return out, nil
}

// Fire does what a timer says, once: a timer that is no longer the case's next one is nothing
// (ok is false), so that two workers and a crash between make no difference.
func (m *Machine) Fire(c Case, t Timer, env Env, now time.Time) (_ Case, _ []Effect, ok bool, _ error) {
	if t.Clock == ClockDuty {
		return m.relieved(c, env, now)
	}
	k, on := c.Clocks[t.Clock]
	if !on || !k.Stopped.IsZero() || k.Fired > t.Step {
		return c, nil, false, nil
	}
	w := m.walk(c, Actor{System: true}, env, now)
	if t.Clock == ClockExpiry {
		s, err := m.at(c)
		if err == nil {
			w.reason = ""
			err = w.enter(s.Expire, nil, ActExpire)
		}
		if err != nil {
			return c, nil, false, err
		}
		c, effects, err := w.done()
		return c, effects, true, err
	}
	ladder := m.ladderOf(t.Clock, k)
	if t.Step >= len(ladder) {
		return c, nil, false, nil
	}
	k.Fired = t.Step + 1
	w.c.Clocks[t.Clock] = k
	if err := w.climb(ladder[t.Step]); err != nil {
		return c, nil, false, err
	}
	if t.Clock == ClockDemand && w.c.Demand != nil {
		w.person(ToldOwed, w.c.Demand.By, int(ladder[t.Step].At))
		if s, err := m.at(c); err == nil {
			w.notify(ToldOwed, s.By, int(ladder[t.Step].At))
		}
	}
	c, effects, err := w.done()
	return c, effects, true, err
}

// relieved is a case whose shift has ended: whoever is on duty now takes over.
func (m *Machine) relieved(c Case, env Env, now time.Time) (Case, []Effect, bool, error) {
	if c.Duty == nil || !c.Open() || now.Before(c.Duty.Until) {
		return c, nil, false, nil
	}
	w := m.walk(c, Actor{System: true}, env, now)
	if err := w.relieve(); err != nil {
		return c, nil, false, err
	}
	c, effects, err := w.done()
	return c, effects, true, err
}

// rewind lets those rungs of a clock fire again that a later due time puts off: each fires
// once for the time it stands at. What they had marked is taken back.
func (w *walk) rewind(name string) error {
	k := w.c.Clocks[name]
	all, err := w.env.Clock(k.Office).Instants(w.m.ladderOf(name, k).steps(), k.Ledger, w.now)
	if err != nil {
		return err
	}
	stay := 0
	for i, x := range all[:min(k.Fired, len(all))] {
		if !x.At.IsZero() && !x.At.After(w.now) {
			stay = i + 1
		}
	}
	w.unmark(name, stay)
	k.Fired = stay
	w.c.Clocks[name] = k
	return nil
}

// rewinding are the clocks with rungs that a later due time puts off.
var rewinding = []string{ClockCase, ClockState, ClockDemand}

// Rewound is a case whose clocks stand at other due times now, because the calendar or an
// office's hours have changed.
func (m *Machine) Rewound(c Case, env Env, now time.Time) (Case, error) {
	w := m.walk(c, Actor{System: true}, env, now)
	for _, name := range rewinding {
		if k, on := w.c.Clocks[name]; on && k.Stopped.IsZero() {
			if err := w.rewind(name); err != nil {
				return c, err
			}
		}
	}
	return w.c, nil
}

// unmark takes back what the rungs of a clock from one on have marked, unless another
// clock's have too.
func (w *walk) unmark(name string, from int) {
	var kept []string
	for other, k := range w.c.Clocks {
		if other != name {
			kept = append(kept, w.m.marked(other, k, 0)...)
		}
	}
	gone := w.m.marked(name, w.c.Clocks[name], from)
	w.c.Flags = slices.DeleteFunc(w.c.Flags, func(f string) bool { return slices.Contains(gone, f) && !slices.Contains(kept, f) })
}

// marked are the marks of the rungs that fired of a clock, from one on.
func (m *Machine) marked(name string, k Clockwork, from int) (out []string) {
	l := m.ladderOf(name, k)
	for i := from; i < min(k.Fired, len(l)); i++ {
		if l[i].Mark != "" {
			out = append(out, l[i].Mark)
		}
	}
	return out
}

// climb does what a rung says.
func (w *walk) climb(r Rung) error {
	if r.Mark != "" && !w.c.Flagged(r.Mark) {
		w.c.Flags = append(w.c.Flags, r.Mark)
	}
	w.c.Score += r.Score
	w.notify(ToldWarning, r.Notify, int(r.At))
	if r.Raise > 0 {
		w.c.Level += r.Raise
		return w.raise(r)
	}
	return nil
}

// raise tells the office above that a case has climbed to it. Whose turn it is stays: a late
// case is not taken away from whoever has to do it, it gets watched. It climbs from where it
// has climbed to, as long as that stands above whoever has it.
func (w *walk) raise(r Rung) error {
	from, above := w.c.Office, ""
	if up := w.c.Raised; up != "" && up != from && w.env.Tree.within(from, up) {
		from, above = up, up
	}
	chain := w.env.Tree.chain(from)
	if at := min(r.Raise, len(chain)-1); at > 0 {
		above = chain[at]
	}
	if above == "" {
		w.deskTold(ToldWarning, int(r.At)) // nobody stands above
		return nil
	}
	w.c.Raised = above
	user, err := w.watchman(above)
	w.tell(Tell{Why: ToldRaised, User: user, Office: above, Rung: int(r.At)})
	return err
}

// chain is an office and those above it, the nearest first.
func (t *Tree) chain(office string) (out []string) {
	for range len(t.offices) + 1 {
		o, ok := t.offices[office]
		if !ok {
			return out
		}
		out = append(out, o.Name)
		office = o.Parent
	}
	return out
}

// Explain is why a case is due when it is: each running clock as a sum.
func (m *Machine) Explain(c Case, env Env, now time.Time) ([]Sum, error) {
	var out []Sum
	for _, name := range []string{ClockCase, ClockState, ClockExpiry, ClockDemand} {
		k, on := c.Clocks[name]
		if !on {
			continue
		}
		due, lines, err := env.Clock(k.Office).Explain(k.Ledger, now)
		if err != nil {
			return nil, err
		}
		s := Sum{Clock: name, Title: clockTitles[name], Due: due, Stopped: k.Stopped}
		for _, l := range lines {
			s.Lines = append(s.Lines, SumLine{l, l.Words()})
		}
		out = append(out, s)
	}
	return out, nil
}

// Sum is one clock of a case with its lines.
type Sum struct {
	Clock   string     `json:"clock"`
	Title   fault.Text `json:"title"`
	Due     clock.Due  `json:"due"`
	Stopped time.Time  `json:"stopped,omitzero"`
	Lines   []SumLine  `json:"lines"`
}

// SumLine is a line with its sentence.
type SumLine struct {
	clock.Line
	Text fault.Text `json:"text"`
}

var clockTitles = map[string]fault.Text{
	ClockCase:   {ZH: "办理时限", EN: "time for the case"},
	ClockState:  {ZH: "本环节时限", EN: "time for this stage"},
	ClockExpiry: {ZH: "等待期限", EN: "time to wait"},
	ClockDemand: {ZH: "督办答复时限", EN: "time to answer the demand"},
}
