package flow

import (
	"context"
	"time"

	"github.com/uptrace/bun"

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
	r, err := e.opt.Ledger.Get(ctx, tx, m.entity, c.Record)
	if err != nil {
		return c, false, err
	}
	mine, err := e.machineIn(ctx, tx, c)
	if err != nil {
		return c, false, err
	}
	w := mine.walk(c, a, e.env(r.Values), now)
	w.c.Merged++
	if o.About != "" { // the same thing, as it is now; a case of an older version keeps to its fields
		w.set = map[string]any{}
		for name, v := range o.Values {
			if _, has := mine.entity.Field(name); has {
				w.set[name] = v
			}
		}
	}
	if a.Office != "" { // whoever reported it may see what comes of it
		if err := exec(ctx, tx, `INSERT INTO flow_party (office, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, a.Office, c.ID); err != nil {
			return c, false, err
		}
	}
	if a.ID != "" {
		if err := exec(ctx, tx, `INSERT INTO flow_watch (person, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, a.ID, c.ID); err != nil {
			return c, false, err
		}
	}
	after, effects, err := w.done()
	if err != nil {
		return c, false, err
	}
	s := step{m: mine, by: by, actor: a, action: ActMerge, before: c, after: after, effects: effects, record: r, now: now}
	return after, true, e.settle(ctx, tx, s)
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
			return exec(ctx, tx, `INSERT INTO flow_watch (person, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, by.ID, id)
		}
		return exec(ctx, tx, `DELETE FROM flow_watch WHERE person = $1 AND case_id = $2`, by.ID, id)
	})
	return wrapped("watch", err)
}
