package flow

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/store"
)

// moveCases is what a changed calendar does: it is read anew, and every open case's due times
// and timers are made anew from its ledgers. It is repeatable and goes by pages, so that
// nobody waits for it.
func (e *Engine) moveCases(ctx context.Context, _ event.Event) (store.Writes, error) {
	if err := e.settings(ctx); err != nil {
		return nil, err
	}
	return nil, e.eachOpen(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q }, e.moveCase)
}

// eachOpen does something with each of some open cases, by pages.
func (e *Engine) eachOpen(ctx context.Context, which func(*bun.SelectQuery) *bun.SelectQuery, do func(context.Context, string) error) error {
	for last := ""; ; {
		var rows []caseRow
		err := which(e.opt.Store.Read().NewSelect().Model(&rows).Column("id").Where("ended IS NULL")).Where("id > ?", last).Order("id").Limit(tickPage).Scan(ctx)
		if err != nil || len(rows) == 0 {
			return wrapped("move", err)
		}
		for _, r := range rows {
			last = r.ID
			if err := do(ctx, r.ID); err != nil {
				return err
			}
		}
	}
}

// moveCase makes a case's due times anew; one that moved is told to whoever's turn it is.
func (e *Engine) moveCase(ctx context.Context, id string) error {
	err := e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := read(ctx, tx, id)
		if errors.Is(err, ErrMissing) || err == nil && !c.Open() {
			return nil
		}
		if err != nil {
			return err
		}
		var was *time.Time
		if err := tx.NewSelect().TableExpr("flow_case").Column("due").Where("id = ?", id).Scan(ctx, &was); err != nil {
			return err
		}
		m, err := e.machineIn(ctx, tx, c)
		if err != nil {
			return err
		}
		now, before := e.opt.Now(), c
		if c, err = m.Rewound(c, e.env(nil), now); err != nil {
			return err
		}
		if s, err := m.at(c); err == nil {
			c.Stray = !m.manned(c, s, e.Tree()) // of a case on another version
		}
		w, err := e.derive(m, c, e.env(nil), now)
		if err != nil {
			return err
		}
		if same(was, w.due) {
			return write(ctx, tx, w, before) // later timers may have moved nevertheless
		}
		w.c.Rev++
		if err := write(ctx, tx, w, before); err != nil {
			return err
		}
		s := step{m: m, actor: Actor{System: true}, action: ActMoved, before: before, after: w.c, now: now, reason: movedWords(was, w.due)}
		if err := e.history(ctx, tx, s); err != nil {
			return err
		}
		told, err := e.tellMoved(ctx, tx, s, w.turns)
		if err != nil {
			return err
		}
		tx.After(e.nudge)
		return e.emit(ctx, tx, s, told)
	})
	return wrapped("move", err)
}

func same(a, b *time.Time) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(*b) }

func movedWords(was, due *time.Time) string {
	f := func(t *time.Time) string {
		if t == nil {
			return "—"
		}
		return t.In(beijing).Format("2006-01-02 15:04")
	}
	return f(was) + " → " + f(due)
}

func (e *Engine) tellMoved(ctx context.Context, tx store.Tx, s step, turns []turn) (told []string, err error) {
	tree := e.Tree()
	text := fault.Text{ZH: s.m.Title.ZH + " " + s.after.Key + "：工作日历调整，到期时间 " + s.reason, EN: s.m.Title.In("en") + " " + s.after.Key + ": the calendar was changed, due " + s.reason}
	var out []notice.Notice
	for _, t := range turns {
		users := []string{t.person}
		if t.person == "" {
			users = tree.Holders(t.office, t.role)
		}
		for _, u := range users {
			if !slices.Contains(told, u) {
				told = append(told, u)
				out = append(out, notice.Notice{User: u, Why: ToldMoved, Text: text, Link: "/cases/" + s.after.ID, About: s.after.ID, At: s.now})
			}
		}
	}
	return told, e.opt.Notices.Tell(ctx, tx, out...)
}
