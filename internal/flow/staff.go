package flow

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// restaff looks anew at cases that nobody is left for, and at those somebody is there for
// again: a holder who was disabled, an office whose last mender has left. Such a case waits
// on the desk as a stray and, with its holder gone, with their colleagues, until it is
// assigned or taken over. It is repeatable.
func (e *Engine) restaff(ctx context.Context, _ event.Event) (store.Writes, error) {
	if err := e.Learn(ctx); err != nil {
		return nil, err
	}
	err := e.eachOpen(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("stray") }, e.restand)
	if err != nil {
		return nil, err
	}
	tree := e.Tree()
	for last := (turn{}); ; {
		next, ok, err := e.nextTurn(ctx, last)
		if err != nil || !ok {
			return nil, err
		}
		last = next
		packID, _ := people.Role(next.role).Split()
		manned := next.person == "" && len(tree.Holders(next.office, next.role)) > 0
		if next.office == "" && next.person == "" || manned {
			continue
		}
		err = e.eachOpen(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("NOT stray").Where("id IN (SELECT case_id FROM flow_turn WHERE office = ? AND role = ? AND person = ?)", next.office, next.role, next.person)
			if packID != "" {
				q = q.Where("pack = ?", packID)
			}
			return q
		}, e.restand)
		if err != nil {
			return nil, err
		}
	}
}

// nextTurn goes through those whose turn some case is, each once.
func (e *Engine) nextTurn(ctx context.Context, after turn) (t turn, ok bool, err error) {
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT office, role, person FROM flow_turn WHERE (office, role, person) > (?, ?, ?) ORDER BY office, role, person LIMIT 1`, after.office, after.role, after.person)
	if err != nil {
		return t, false, err
	}
	defer rows.Close()
	if rows.Next() {
		ok, err = true, rows.Scan(&t.office, &t.role, &t.person)
	}
	if err == nil {
		err = rows.Err()
	}
	return t, ok, err
}

// restand says anew whether somebody is there for a case.
func (e *Engine) restand(ctx context.Context, id string) error {
	err := e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := read(ctx, tx, id)
		if err != nil || !c.Open() {
			return err
		}
		m, err := e.machineIn(ctx, tx, c)
		if err != nil {
			return err
		}
		s, err := m.at(c)
		if err != nil {
			return err
		}
		stray := !m.manned(c, s, e.Tree())
		relieved := c.Duty != nil && m.OnDuty(c, e.Tree()) == ""
		if stray == c.Stray && !relieved {
			return nil
		}
		now := e.opt.Now()
		env, err := e.around(ctx, tx, m, c.ID, nil)
		if err != nil {
			return err
		}
		w := m.walk(c, Actor{System: true}, env, now)
		if w.c.Stray = stray; relieved {
			if err := w.relieve(); err != nil {
				return err
			}
		} else if stray {
			w.turn(s)
		}
		after, effects, err := w.done()
		if err != nil {
			return err
		}
		return e.settle(ctx, tx, step{m: m, actor: Actor{System: true}, action: ActStray, before: c, after: after, effects: effects, now: now})
	})
	return wrapped("staff", err)
}
