package flow

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// mostCandidates bounds how many open cases a new report is compared with.
const mostCandidates = 1000

// join finds the open case a new report is the same matter as, and counts it there.
func (e *Engine) join(ctx context.Context, tx store.Tx, by people.Actor, a Actor, m *Machine, o Opening, now time.Time) (Case, bool, error) {
	c, found, err := e.same(ctx, tx, m, o)
	if err != nil || !found {
		return c, false, err
	}
	var set map[string]any
	var other *Case
	if o.About == "" { // the report is kept for itself
		if other, err = e.reported(ctx, tx, by, a, m, o, c, now); err != nil {
			return c, false, err
		}
	} else { // the same thing, as it is now
		set = o.Values
	}
	after, err := e.takeIn(ctx, tx, by, a, c, other, set, now)
	return after, true, err
}

// reported enters a report that another case is there for already: a record of its own, and a
// case that has ended in the other.
func (e *Engine) reported(ctx context.Context, tx store.Tx, by people.Actor, a Actor, m *Machine, o Opening, into Case, now time.Time) (*Case, error) {
	r, err := e.ledger.Create(ctx, tx, by, m.entity, o.Values, now)
	if err != nil {
		return nil, err
	}
	at := now.Truncate(time.Second)
	c := Case{ID: ident.New(), Pack: m.Pack, Version: m.Version, Flow: m.Name, Record: r.ID, Key: r.Key, State: StateJoined, Rev: 1, Region: e.placeOf(m, r, a),
		Office: into.Office, Creator: a.ID, From: a.Office, Parent: o.Parent, Into: into.ID, Opened: at, Entered: at, Ended: at}
	s := step{m: m, by: by, actor: a, action: ActOpen, other: &into, after: c, record: r, now: now}
	if err := e.settle(ctx, tx, s); err != nil {
		return nil, err
	}
	return &c, share(ctx, tx, into.ID, c.ID)
}

// takeIn counts another report at a case; whoever reported it follows the case from now on.
// set is what is now known of the same thing.
func (e *Engine) takeIn(ctx context.Context, tx store.Tx, by people.Actor, a Actor, c Case, other *Case, set ledger.Values, now time.Time) (Case, error) {
	mine, r, err := e.matter(ctx, tx, c)
	if err != nil {
		return c, err
	}
	w := mine.walk(c, a, e.env(r.Values), now)
	w.c.Merged++
	for name, v := range set { // a case of an older version keeps to its fields
		if _, has := mine.entity.Field(name); has {
			if w.set == nil {
				w.set = map[string]any{}
			}
			w.set[name] = v
		}
	}
	if a.Office != "" && other == nil { // whoever reported it may see what comes of it
		if err := party(ctx, tx, a.Office, c); err != nil {
			return c, err
		}
	}
	if a.ID != "" {
		if err := watch(ctx, tx, a.ID, c.ID); err != nil {
			return c, err
		}
	}
	after, effects, err := w.done()
	if err != nil {
		return c, err
	}
	return after, e.settle(ctx, tx, step{m: mine, by: by, actor: a, action: ActMerge, other: other, before: c, after: after, effects: effects, record: r, now: now})
}

// target is the case that another is to be joined to: an open one of the same flow.
func (e *Engine) target(ctx context.Context, tx store.Tx, by people.Actor, c Case, id string) (*Case, error) {
	wrong := func(text fault.Text) error {
		return fault.New(fault.Invalid, "case.into", text).At("to").Fix(fault.T("请选择同一流程中未办结的另一案件", "choose another open case of the same flow"))
	}
	into, err := read(ctx, tx, id)
	if err == nil {
		err = e.seen(ctx, tx, by, into)
	}
	switch {
	case faulty(err):
		return nil, wrong(fault.T("没有可并入的该案件", "there is no such case to join"))
	case err != nil:
		return nil, err
	case into.ID == c.ID, into.Pack != c.Pack, into.Flow != c.Flow:
		return nil, wrong(fault.T("不能并入案件 %s", "it cannot be joined to the case %s", into.Key))
	case !into.Open():
		return nil, wrong(fault.T("案件 %s 已办结", "the case %s has ended", into.Key))
	}
	return &into, nil
}

// join ends a case in another that is about the same matter.
func (w *walk) join(in Input) error {
	if err := w.needs(NeedReason, in.Reason); err != nil {
		return err
	}
	if w.env.Into == nil {
		return w.needs(NeedTo, "")
	}
	if err := w.belowOpen(); err != nil {
		return err
	}
	w.c.Into, w.c.Before = w.env.Into.ID, w.before()
	if err := w.enter(StateJoined, nil, ActJoin); err != nil {
		return err
	}
	w.person(ToldAction, w.c.Creator, 0)
	if w.c.Holder != w.c.Creator && w.c.Holder != "" {
		w.person(ToldAction, w.c.Holder, 0)
	}
	return nil
}

// follow counts a case that was joined by hand at the other, and has those who followed it
// follow that one.
func (e *Engine) follow(ctx context.Context, tx store.Tx, s step) error {
	from, into := s.after, *s.other
	if _, err := e.takeIn(ctx, tx, s.by, s.actor, into, &from, nil, s.now); err != nil {
		return err
	}
	if err := exec(ctx, tx, `INSERT INTO flow_watch (person, case_id) SELECT person, $1 FROM flow_watch WHERE case_id = $2 ON CONFLICT DO NOTHING`, into.ID, from.ID); err != nil {
		return err
	}
	if from.Creator != "" {
		if err := watch(ctx, tx, from.Creator, into.ID); err != nil {
			return err
		}
	}
	return share(ctx, tx, into.ID, from.ID)
}

// same is the open case about the same thing: by what it is about, or by the register's rule
// of merging.
func (e *Engine) same(ctx context.Context, tx store.Tx, m *Machine, o Opening) (Case, bool, error) {
	var rows []caseRow
	q := tx.NewSelect().Model(&rows).Where("c.pack = ?", m.Pack).Where("c.flow = ?", m.Name).Where("c.ended IS NULL")
	rule := m.entity.Merge
	switch {
	case o.About != "":
		q = q.Where("c.about = ?", o.About).Where("c.about <> ''").Limit(1)
	case rule != nil:
		ids, err := e.opt.Ledger.Alike(ctx, tx, m.entity, o.Values, mostCandidates)
		if err != nil || len(ids) == 0 {
			return Case{}, false, err
		}
		q = q.Where("c.record IN (?)", bun.List(ids)).Order("c.id").Limit(mostCandidates)
	default:
		return Case{}, false, nil
	}
	if err := q.Scan(ctx); err != nil {
		return Case{}, false, err
	}
	for _, r := range rows {
		c, err := r.case_()
		if err != nil {
			return c, false, err
		}
		near, err := e.near(ctx, tx, m, c, o)
		if near || err != nil {
			return c, near, err
		}
	}
	return Case{}, false, nil
}

// near says whether a report lies within the distance of the register's rule.
func (e *Engine) near(ctx context.Context, tx store.Tx, m *Machine, c Case, o Opening) (bool, error) {
	rule := m.entity.Merge
	if o.About != "" || rule == nil || rule.Within == 0 {
		return true, nil
	}
	r, err := e.opt.Ledger.Get(ctx, tx, m.entity, c.Record)
	if err != nil {
		return false, err
	}
	there, ok := m.entity.PlaceOf(r.Values)
	here, also := m.entity.PlaceOf(o.Values)
	return ok && also && formula.Metres(here, there) <= float64(rule.Within), nil
}

// Watch follows a case, or no longer.
func (e *Engine) Watch(ctx context.Context, by people.Actor, id string, on bool) error {
	err := e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := read(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := e.seen(ctx, tx, by, c); err != nil {
			return err
		}
		if on {
			return watch(ctx, tx, by.ID, id)
		}
		return exec(ctx, tx, `DELETE FROM flow_watch WHERE person = $1 AND case_id = $2`, by.ID, id)
	})
	return wrapped("watch", err)
}
