package flow

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
)

// Replayed is what past cases would have come to under a changed pack. Each is taken through
// the declaration it ran on and through the changed one by the very same Step, with what its
// people did, when they did it and what they filled in. Nothing is written.
//
// Two things are not known of the past and are the same in both: how many cases offices had
// (load), and who was in which office, which is as it is now.
type Replayed struct {
	Pack, From, To string
	Since          time.Time
	Cases          int // that were replayed
	Left           int // of flows the changed pack no longer has
	Unclear        int // whose own past their declaration refuses today: someone left, an office is gone
	Differ         []Difference
}

// Difference is a case that would have gone another way.
type Difference struct {
	ID, Key, Flow string
	Was, Now      Outcome
	Late          bool // it is late in one and not in the other
	Routed        bool // it was with other offices
	Ended         bool // it ends in another state, at another time, or in one alone
	Refused       bool // an act of then is refused
}

// Outcome is how a replay of a case ends.
type Outcome struct {
	State   string
	Office  string
	Offices map[string]string // by state
	Late    time.Time         // when a clock of it first ran out
	Ended   time.Time
	Refused *Refusal // the act at which it stopped
}

// Refusal is an act of the past that the flow does not allow.
type Refusal struct {
	Action string
	At     time.Time
	Why    *fault.Error
}

// mostReplayed bounds one replay; the latest cases come first.
const mostReplayed = 20_000

// Replay takes the cases that were opened since a time through a pack that is not installed.
func (e *Engine) Replay(ctx context.Context, p *pack.Pack, since time.Time) (Replayed, error) {
	now := e.opt.Now()
	out := Replayed{Pack: p.ID, To: p.Version, Since: since}
	if old, err := e.opt.Packs.Current(p.ID); err == nil {
		out.From = old.Version
	} else {
		return out, err
	}
	var rows []caseRow
	err := e.opt.Store.Read().NewSelect().Model(&rows).Where("pack = ?", p.ID).Where("opened >= ?", since.UTC()).Where("into_case = ''").OrderExpr("opened DESC, id DESC").Limit(mostReplayed).Scan(ctx)
	if err != nil {
		return out, wrapped("replay", err)
	}
	for some := range slices.Chunk(rows, replayedAtOnce) {
		if err := e.replaySome(ctx, p, some, now, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// replayedAtOnce is how many cases' pasts are read together.
const replayedAtOnce = 200

// replaySome takes some cases through both, in their order.
func (e *Engine) replaySome(ctx context.Context, p *pack.Pack, rows []caseRow, now time.Time, out *Replayed) error {
	var cases []Case
	for i := range rows {
		c, err := rows[i].case_()
		if err != nil {
			return wrapped("replay", err)
		}
		if _, ok := Of(p, c.Flow); !ok {
			out.Left++
			continue
		}
		cases = append(cases, c)
	}
	pasts, err := e.pasts(ctx, cases)
	if err != nil {
		return err
	}
	for _, c := range cases {
		after, _ := Of(p, c.Flow)
		d := e.replayed(c, pasts[c.ID].before, after, pasts[c.ID].acts, now)
		out.Cases++
		if d.Was.Refused != nil {
			out.Unclear++
		}
		if d.Late || d.Routed || d.Ended || d.Refused {
			out.Differ = append(out.Differ, d)
		}
	}
	return nil
}

// replayed takes one case through both.
func (e *Engine) replayed(c Case, before, after *Machine, past []pastAct, now time.Time) (d Difference) {
	d = Difference{ID: c.ID, Key: c.Key, Flow: c.Flow}
	d.Was, d.Now = e.again(before, before, c, past, now), e.again(after, before, c, past, now)
	d.Late = d.Was.Late.IsZero() != d.Now.Late.IsZero()
	for state, office := range d.Now.Offices {
		other, both := d.Was.Offices[state]
		d.Routed = d.Routed || both && other != office
	}
	d.Ended = d.Was.State != d.Now.State || !d.Was.Ended.Equal(d.Now.Ended)
	d.Refused = d.Now.Refused != nil && d.Was.Refused == nil
	return d
}

// pastAct is an act as it was recorded, with what was filled in.
type pastAct struct {
	StepLine
	values map[string]any // that the act changed
}

// pastCase is what is known of a case: what it ran on, and its acts.
type pastCase struct {
	before *Machine
	acts   []pastAct
}

// pasts reads the acts of some cases with the values of their records at each: the steps of
// all in one query, records and histories in one a register.
func (e *Engine) pasts(ctx context.Context, cases []Case) (map[string]pastCase, error) {
	out, ids, of := map[string]pastCase{}, make([]string, len(cases)), map[*ledger.Entity][]Case{}
	for i, c := range cases {
		m, err := e.machine(ctx, c)
		if err != nil {
			return nil, err
		}
		ids[i], out[c.ID], of[m.entity] = c.ID, pastCase{before: m}, append(of[m.entity], c)
	}
	steps, err := e.stepsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	for entity, some := range of {
		records := make([]string, len(some))
		for i, c := range some {
			records[i] = c.Record
		}
		now, err := e.opt.Ledger.GetAll(ctx, e.opt.Store.Read(), entity, records)
		if err != nil {
			return nil, err
		}
		histories, err := e.opt.Ledger.Histories(ctx, entity, records, true)
		if err != nil {
			return nil, err
		}
		for _, c := range some {
			r, there := now[c.Record]
			if !there {
				return nil, ledger.ErrMissing
			}
			out[c.ID] = pastCase{out[c.ID].before, past(steps[c.ID], r, histories[c.Record])}
		}
	}
	return out, nil
}

// past joins the steps of a case with what each changed of its record.
func past(steps []StepLine, record ledger.Record, history []ledger.Past) []pastAct {
	given, begun := map[int64]map[string]any{}, maps.Clone(map[string]any(record.Values))
	for _, h := range history { // the latest first: what it changed is taken back
		if h.Version == 1 {
			continue
		}
		for _, x := range h.Changes {
			begun[x.Field] = x.From
		}
		v := given[h.At.UnixNano()]
		if v == nil {
			v = map[string]any{}
			given[h.At.UnixNano()] = v
		}
		for _, x := range h.Changes {
			v[x.Field] = x.To
		}
	}
	maps.DeleteFunc(begun, func(_ string, v any) bool { return v == nil })
	out := make([]pastAct, len(steps))
	for i, s := range steps {
		out[i] = pastAct{s, given[s.At.UnixNano()]}
	}
	if len(out) > 0 {
		out[0].values = begun
	}
	return out
}

// rerun is a case on its way through a machine once more.
type rerun struct {
	m   *Machine
	old *Machine // on which it was recorded
	c   Case
	env Env
	out Outcome
	err error
}

// again takes a case through a machine by its past, and then lets time pass until now.
func (e *Engine) again(m, old *Machine, c Case, past []pastAct, now time.Time) Outcome {
	r := &rerun{m: m, old: old, env: e.env(map[string]any{}), out: Outcome{Offices: map[string]string{}}}
	r.env.Tree = e.Tree()
	was := "" // the office the case was with when each act was recorded
	for i, a := range past {
		r.pass(a.At)
		switch {
		case i == 0:
			r.open(c, a)
		case a.Action == ActMerge:
			r.c.Merged++
		case a.Action == ActParted:
			r.c.Merged--
		case a.Action == ActJoin, a.Action == ActPart:
			// as if it had not been joined: its clocks ran on
		case a.Action == ActWarn, a.Action == ActExpire, a.Action == ActMoved, a.Action == ActStray, a.Action == ActUpgrade:
			// what clocks, the calendar and people's coming and going do is not anybody's act
		case r.out.Refused == nil:
			r.act(a, was)
		}
		was = cmp.Or(a.Detail.Office, was)
	}
	r.pass(now)
	r.out.State, r.out.Office, r.out.Ended = r.c.State, r.c.Office, r.c.Ended
	return r.out
}

func (r *rerun) open(c Case, a pastAct) {
	maps.Copy(r.env.Values, a.values)
	fresh := Case{ID: c.ID, Record: c.Record, Key: c.Key, Region: c.Region, Creator: c.Creator, From: c.From, Parent: c.Parent, About: c.About}
	r.take(r.m.Open(fresh, Actor{ID: a.Actor, Office: a.Office, System: a.Actor == ""}, r.env, a.At))
	r.refused(a)
}

// act does what was done then. Who acted for the office whose turn it was acts for the one
// whose turn it is here: that the case is elsewhere is told as such, not as a refusal.
func (r *rerun) act(a pastAct, was string) {
	in := Input{Actor: Actor{ID: a.Actor, Name: a.Person, Office: a.Office, System: a.Actor == ""}, Action: a.Action, Values: map[string]any{},
		Reason: a.Reason, Basis: a.Detail.Basis, To: a.Detail.To, Named: a.Detail.Named}
	if a.Office == was {
		in.Actor.Office = r.c.Office
	}
	in.Actor.Level = r.env.Tree.Level(in.Actor.Office)
	in.Actor.Roles = r.roles(a)
	if s := r.m.states[r.c.State]; s != nil {
		if x, ok := s.Actions.Get(a.Action); ok {
			for _, name := range append(slices.Clone(x.Need), x.Edit...) {
				if v, given := a.values[name]; given {
					in.Values[name] = v
				}
			}
		}
	}
	r.take(r.m.Step(r.c, in, r.env, a.At))
	r.refused(a)
	for name, v := range a.values { // what is filled in there and not asked here is known all the same
		if _, set := r.env.Values[name]; !set {
			r.env.Values[name] = v
		}
	}
}

// roles are those somebody has now; of who has none any more, those that were let act then.
func (r *rerun) roles(a pastAct) (out []string) {
	for role := range r.m.roles {
		if slices.Contains(r.env.Tree.Holders(a.Office, r.m.Pack+"."+role), a.Actor) {
			out = append(out, role)
		}
	}
	s := r.old.states[a.From]
	if len(out) > 0 || s == nil {
		return out
	}
	by := s.By
	if x, ok := s.Actions.Get(a.Action); ok && len(x.By) > 0 {
		by = x.By
	}
	for _, t := range by {
		if t.Role != "" {
			out = append(out, t.Role)
		}
	}
	return out
}

// pass fires what comes due until a time, each at its own.
func (r *rerun) pass(until time.Time) {
	for r.c.ID != "" && r.c.Open() {
		timers, err := r.m.Timers(r.c, r.env, until)
		if err != nil || len(timers) == 0 {
			break
		}
		first := slices.MinFunc(timers, func(a, b Timer) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clock, b.Clock)) })
		if first.At.After(until) {
			break
		}
		c, effects, ok, err := r.m.Fire(r.c, first, r.env, first.At)
		if err != nil || !ok {
			break
		}
		r.late(first.At)
		r.take(c, effects, nil)
	}
	r.late(until)
}

// late notes when a running clock first ran out.
func (r *rerun) late(now time.Time) {
	if r.c.ID == "" || !r.c.Open() || !r.out.Late.IsZero() {
		return
	}
	dues, err := r.m.Dues(r.c, r.env, now)
	if err != nil {
		return
	}
	for _, d := range dues {
		if !d.Paused && d.At.Before(now) {
			r.out.Late = d.At
			return
		}
	}
}

func (r *rerun) take(c Case, effects []Effect, err error) {
	if r.err = err; err != nil {
		return
	}
	r.c = c
	r.out.Offices[c.State] = c.Office
	for _, x := range effects {
		maps.Copy(r.env.Values, x.Set)
	}
}

func (r *rerun) refused(a pastAct) {
	if r.err != nil {
		r.out.Refused = &Refusal{Action: a.Action, At: a.At, Why: fault.From(r.err)}
	}
}
