package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Verdict is what became of a trial.
type Verdict struct {
	Name   string    `json:"name"`
	Place  string    `json:"place"` // file:line:column
	OK     bool      `json:"ok"`
	Faults []Finding `json:"faults,omitempty"`
	// Found is what an expectation should say instead: a path within the entry and its value.
	Found map[string]string `json:"found,omitempty"`
}

// Finding is what a trial found to be otherwise than it says.
type Finding struct {
	Place string     `json:"place"` // file:line:column
	Text  fault.Text `json:"text"`
}

// Ground is what trials run on: an empty store for each, and every kind of the pack.
type Ground struct {
	Store func(ctx context.Context) (store.Store, error)
	Kinds func(l *ledger.Ledger) []pack.Kind
}

// Try runs the trials of a pack, each on a store of its own. The error is of the ground, not
// of a trial.
func Try(ctx context.Context, p *pack.Pack, g Ground) ([]Verdict, error) {
	var out []Verdict
	for _, e := range p.Entries("tests") {
		v, err := try(ctx, p, e, g)
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

// run is one trial under way.
type run struct {
	p      *pack.Pack
	entry  spec.Entry
	m      *Machine
	engine *Engine
	store  store.Store
	now    time.Time
	id     string // of the case
	v      *Verdict
}

func try(ctx context.Context, p *pack.Pack, entry spec.Entry, g Ground) (v Verdict, err error) {
	t := entry.Value.(*Trial)
	v = Verdict{Name: t.Name, Place: entry.Place(""), OK: true, Found: map[string]string{}}
	st, err := g.Store(ctx)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	r := &run{p: p, entry: entry, store: st, v: &v}
	if err := r.open(ctx, t, g); err != nil {
		return v, err
	}
	if err := r.begin(ctx, t); err != nil {
		r.fail("given", err)
		return v, nil
	}
	for i, d := range t.When {
		if !r.deed(ctx, fmt.Sprintf("when[%d]", i), d) {
			return v, nil
		}
	}
	if t.Then != nil {
		r.expect(ctx, "then", *t.Then, "")
	}
	return v, nil
}

// fail notes what is wrong at a path within the trial.
func (r *run) fail(at string, err error) {
	f := fault.From(err)
	r.tell(at, fault.Text{ZH: f.In("zh"), EN: f.In("en")})
}

func (r *run) tell(at string, text fault.Text) {
	r.v.OK = false
	r.v.Faults = append(r.v.Faults, Finding{r.entry.Place(at), text})
}

func (r *run) look(ctx context.Context) (c Case, err error) {
	if r.id == "" {
		return c, ErrMissing
	}
	err = r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err = read(ctx, tx, r.id)
		return err
	})
	return c, err
}

// begin opens the case and brings it where the trial begins.
func (r *run) begin(ctx context.Context, t *Trial) error {
	if err := r.enter(ctx, t); err != nil {
		return err
	}
	as := t.Given.As
	if as == "" {
		role, _, ok := r.m.states[r.m.Decl.Start].role()
		if !ok {
			role = r.p.Names("roles")[0]
		}
		as = role
	}
	values, err := r.written(ctx, r.m.entity, t.Given.Records[r.m.Name][0])
	if err != nil {
		return err
	}
	placed(r.m.entity, values)
	by, o := r.who(ctx, as), Opening{Pack: r.p.ID, Flow: r.m.Name, Values: values}
	if len(r.m.Decl.Opens) > 0 { // facts open it, nobody else
		by = people.Actor{}
		o.Office, _ = values["office"].(string)
	}
	c, _, err := r.engine.Open(ctx, by, o)
	if err != nil {
		return err
	}
	r.id = c.ID
	if t.Given.State == "" || t.Given.State == c.State {
		return nil
	}
	return r.put(ctx, t.Given.State, t.Given.Holder)
}

// put brings the case into a state as if it had got there.
func (r *run) put(ctx context.Context, state, holder string) error {
	return r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := read(ctx, tx, r.id)
		if err != nil {
			return err
		}
		record, err := r.engine.ledger.Get(ctx, tx, r.m.entity, c.Record)
		if err != nil {
			return err
		}
		env, err := r.engine.around(ctx, tx, r.m, r.id, record.Values)
		if err != nil {
			return err
		}
		w := r.m.walk(c, Actor{System: true}, env, r.now)
		if holder != "" {
			role, second, where := asWho(holder)
			office := where
			if office == "" {
				offices, err := r.m.route(c, &State{By: Who{{Role: role}}}, nil, env, w.facts())
				if err != nil {
					return err
				}
				office = least(offices, func(string) int { return 0 })
			}
			if second {
				role += "2"
			}
			w.actor = Actor{ID: role + "@" + office, Office: office}
			w.c.Holder, w.c.Took, w.c.Office = w.actor.ID, strings.TrimSuffix(role, "2"), office
			w.remember(w.c.Took)
		}
		if err := w.enter(state, nil, ""); err != nil {
			return err
		}
		after, effects, err := w.done()
		if err != nil {
			return err
		}
		return r.engine.settle(ctx, tx, step{m: r.m, actor: Actor{System: true}, action: ActOpen, before: c, after: after, effects: effects, record: record, now: r.now})
	})
}

// deed does one deed of a trial; not ok where the trial ends with it.
func (r *run) deed(ctx context.Context, at string, d Deed) bool {
	if when, err := moment(d.At); err == nil {
		if when.Before(r.now) {
			r.fail(at, fault.New(fault.Invalid, "trial.order", fault.T("时间早于上一步", "it is before the step before")).
				Fix(fault.T("请按时间先后排列各步", "write the steps in the order of their times")))
			return false
		}
		r.now = when
	}
	mark := r.mark(ctx)
	if _, err := r.engine.Tick(ctx); err != nil {
		r.fail(at, err)
		return false
	}
	if d.Do != "" {
		values, err := r.written(ctx, r.m.entity, d.With)
		if err != nil {
			r.fail(at+".with", err)
			return false
		}
		actor, in := people.Actor{}, Input{Action: d.Do, Values: values, Reason: d.Reason, Basis: d.Basis, To: r.named(ctx, d.To)}
		if d.As == "" || d.As == System {
			in.Actor = Actor{System: true}
		} else {
			actor = r.who(ctx, d.As)
		}
		_, err = r.engine.Act(ctx, actor, r.id, in)
		switch f := fault.From(err); {
		case d.Refused != "" && f == nil:
			r.fail(at, fault.New(fault.Invalid, "trial.refused", fault.T("应被拒绝（%s），却办理成功", "it should have been refused (%s) and was done", d.Refused)).
				Fix(fault.T("请改正测试所写的预期，或改正流程", "mend what the test expects, or the flow")))
		case d.Refused != "" && f.Code != d.Refused && !slices.ContainsFunc(f.Parts, func(p *fault.Error) bool { return p.Code == d.Refused }):
			r.fail(at, fault.New(fault.Invalid, "trial.refused", fault.T("应因 %s 被拒绝，实为 %s", "it should have been refused by %s, and was by %s", d.Refused, f.Code)).
				Fix(fault.T("请改正测试所写的预期，或改正流程", "mend what the test expects, or the flow")))
			r.v.Found[at+".refused"] = f.Code
		case d.Refused == "" && f != nil:
			r.fail(at, f)
			return false
		}
	}
	if d.Then != nil {
		r.expect(ctx, at+".then", *d.Then, mark)
	}
	return true
}

// mark is the last notice so far.
func (r *run) mark(ctx context.Context) (id string) {
	_ = r.store.Read().QueryRowContext(ctx, `SELECT COALESCE(MAX(id), '') FROM notice`).Scan(&id)
	return id
}

// expect compares the case with what is expected.
func (r *run) expect(ctx context.Context, at string, want Expect, since string) {
	c, err := r.look(ctx)
	if err != nil {
		r.fail(at, err)
		return
	}
	compare := func(key, want, got string) {
		if want != "" && want != got {
			r.tell(at+"."+key, fault.T("%s 应为 %s，实为 %s", "%s should be %s and is %s", key, want, got))
			r.v.Found[at+"."+key] = got
		}
	}
	number := func(key string, want *int, got int) {
		if want != nil {
			compare(key, fmt.Sprint(*want), fmt.Sprint(got))
		}
	}
	truth := func(key string, want *bool, got bool) {
		if want != nil {
			compare(key, fmt.Sprint(*want), fmt.Sprint(got))
		}
	}
	compare("state", want.State, c.State)
	compare("due", want.Due, r.due(ctx, c))
	compare("office", want.Office, cmp.Or(c.Office, none))
	holder, _, _ := strings.Cut(c.Holder, "@")
	compare("holder", want.Holder, cmp.Or(holder, none))
	duty := none
	if u := r.m.OnDuty(c, r.engine.Tree()); u != "" {
		duty, _, _ = strings.Cut(u, "@")
	}
	compare("duty", want.Duty, duty)
	truth("late", want.Late, c.Flagged(Overdue))
	truth("stray", want.Stray, c.Stray)
	number("level", want.Level, c.Level)
	number("score", want.Score, c.Score)
	if want.Told != nil {
		compare("told", cmp.Or(strings.Join(slices.Sorted(slices.Values(want.Told)), " "), none), cmp.Or(strings.Join(r.told(ctx, since), " "), none))
	}
}

func (r *run) due(ctx context.Context, c Case) string {
	dues, err := r.m.Dues(c, r.engine.env(nil), r.now)
	if err != nil {
		return fault.From(err).Code
	}
	for _, d := range dues {
		if !d.Paused {
			return d.At.In(beijing).Format("2006-01-02 15:04")
		}
	}
	return none
}

// told are the roles that got a notice since a mark.
func (r *run) told(ctx context.Context, since string) (out []string) {
	rows, err := r.store.Read().QueryContext(ctx, `SELECT person FROM notice WHERE id > ? ORDER BY person`, since)
	if err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var person string
		if rows.Scan(&person) == nil {
			role, _, _ := asWho(person)
			if !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	slices.Sort(out)
	return out
}
