package flow

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// before is what a case is now, to be it again if it is parted from the one it is joined to.
func (w *walk) before() *Before {
	c := w.c
	return &Before{State: c.State, Entered: c.Entered, Held: c.Held, Duty: c.Duty, Clocks: maps.Clone(c.Clocks), Joint: c.Joint, Asked: c.Asked, Urged: c.Urged,
		Demand: c.Demand, Flags: slices.Clone(c.Flags)}
}

// mayPart says whether the actor may take a case out of the one it was joined to (撤销并单):
// whoever may have joined it, and whose turn that one is.
func (w *walk) mayPart() bool {
	if w.c.State != StateJoined || w.env.Into == nil {
		return false
	}
	b := w.c.Before
	if w.env.Leads || b == nil {
		return w.env.Leads
	}
	s, err := w.m.state(b.State)
	return err == nil && slices.ContainsFunc(s.held(b.Held).By, w.fits)
}

var errPartedLate = fault.New(fault.Conflict, "case.into.ended", fault.T("所并入的案件已办结，不能撤销并单", "the case it was joined to has ended, so that they stay joined")).
	Fix(fault.T("请先重开该案件，或另行登记", "let that one be reopened first, or open another"))

// part takes a case out of the one it was joined to. It goes on where it was, with its clocks as
// they would stand had it not been joined; a report that joined when it was made begins now,
// and its time counts from when it was reported.
func (w *walk) part(in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	b := w.c.Before
	w.c.Into, w.c.Before, w.c.Ended = "", nil, time.Time{}
	w.person(ToldAction, w.c.Creator, 0)
	if b == nil {
		return w.begin()
	}
	w.c.State, w.c.Entered, w.c.Held, w.c.Duty, w.c.Clocks = b.State, b.Entered, b.Held, b.Duty, cloned(b.Clocks)
	w.c.Joint, w.c.Asked, w.c.Urged, w.c.Demand, w.c.Flags = b.Joint, b.Asked, b.Urged, b.Demand, b.Flags
	s, err := w.m.at(w.c)
	if err != nil {
		return err
	}
	w.c.Stray = !w.m.manned(w.c, s, w.env.Tree)
	for _, name := range rewinding {
		if k, on := w.c.Clocks[name]; on && k.Stopped.IsZero() {
			if err := w.rewind(name); err != nil {
				return err
			}
		}
	}
	w.turn(s)
	return nil
}

// turnOf says whether an open case is somebody's turn.
func (m *Machine) turnOf(c Case, a Actor, env Env) bool {
	s, err := m.at(c)
	return err == nil && c.Open() && slices.ContainsFunc(s.By, m.walk(c, a, env, c.Entered).fits)
}

// leading gives what a step looks at of the case that another was joined to.
func (e *Engine) leading(ctx context.Context, tx store.Tx, c Case, a Actor, env *Env) error {
	if c.Into == "" {
		return nil
	}
	into, err := read(ctx, tx, c.Into)
	if err != nil {
		return err
	}
	m, err := e.machineIn(ctx, tx, into)
	if err != nil {
		return err
	}
	env.Into, env.Leads = &into, m.turnOf(into, a, *env)
	return nil
}

// leads is leading of what was committed last, for who looks.
func (e *Engine) leads(ctx context.Context, id string, a Actor, env *Env) error {
	rows, err := e.rows(ctx, []string{id})
	if err != nil || len(rows) == 0 {
		return err
	}
	into, err := rows[0].case_()
	if err != nil {
		return err
	}
	m, err := e.machine(ctx, into)
	if err != nil {
		return err
	}
	env.Into, env.Leads = &into, m.turnOf(into, a, *env)
	return nil
}

// parted takes a case that was parted off the other: its count, and what their offices see of
// each other.
func (e *Engine) parted(ctx context.Context, tx store.Tx, by people.Actor, a Actor, c, from Case, reason string, now time.Time) error {
	m, r, err := e.matter(ctx, tx, c)
	if err != nil {
		return err
	}
	w := m.walk(c, a, e.env(r.Values), now)
	w.c.Merged--
	after, effects, err := w.done()
	if err != nil {
		return err
	}
	s := step{m: m, by: by, actor: a, action: ActParted, reason: reason, other: &from, before: c, after: after, effects: effects, record: r, now: now}
	if err := e.settle(ctx, tx, s); err != nil {
		return err
	}
	return unshare(ctx, tx, c.ID, from.ID)
}
