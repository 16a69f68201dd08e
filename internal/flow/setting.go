package flow

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// Settings are kept by name: the days that were changed, and offices' hours.
const (
	settingDays  = "days"
	settingHours = "hours"
)

// settings reads calendar and hours.
func (e *Engine) settings(ctx context.Context) error {
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT name, value FROM flow_setting`)
	if err != nil {
		return wrapped("settings", err)
	}
	defer rows.Close()
	cal, hours := clock.Published(), map[string]clock.Office{"": clock.DefaultOffice()}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return wrapped("settings", err)
		}
		switch name {
		case settingDays:
			var days []clock.Change
			if err = json.Unmarshal([]byte(value), &days); err == nil {
				cal, err = clock.Published().With(days...)
			}
		case settingHours:
			err = json.Unmarshal([]byte(value), &hours)
		}
		if err != nil {
			return fmt.Errorf("flow: setting %s: %w", name, err)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cal, e.hours, e.clocks = cal, hours, map[string]*clock.Clock{}
	return wrapped("settings", rows.Err())
}

// Calendar is the calendar in use.
func (e *Engine) Calendar() *clock.Calendar {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cal
}

// Hours are an office's working hours, or the usual ones; own says which.
func (e *Engine) Hours(office string) (h clock.Office, own bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h, own = e.hours[office]; own {
		return h, true
	}
	return e.hours[""], false
}

// SetDays replaces what was changed of the published calendar: a newly published year, a day
// that is worked after all. Every open case moves with it and says so.
func (e *Engine) SetDays(ctx context.Context, by people.Actor, days []clock.Change) error {
	if _, err := clock.Published().With(days...); err != nil {
		return err
	}
	n := 0
	for _, ch := range days {
		n += len(ch.Days)
	}
	body, err := json.Marshal(days)
	if err != nil {
		return wrapped("set", err)
	}
	return e.set(ctx, by, settingDays, func(string) (string, error) { return string(body), nil }, fault.T("修改工作日历，共 %d 天", "changed the working calendar: %d days", n))
}

// AddDays adds a change to those made before, which stay; two who do so at once both keep
// theirs. It gives the calendar as it will be once every node has read it.
func (e *Engine) AddDays(ctx context.Context, by people.Actor, ch clock.Change) (cal *clock.Calendar, err error) {
	add := func(was string) (string, error) {
		var all []clock.Change
		if was != "" {
			if err := json.Unmarshal([]byte(was), &all); err != nil {
				return "", err
			}
		}
		all = append(all, ch)
		if cal, err = clock.Published().With(all...); err != nil {
			return "", err
		}
		body, err := json.Marshal(all)
		return string(body), err
	}
	err = e.set(ctx, by, settingDays, add, fault.T("修改工作日历，增加 %d 天：%s", "changed the working calendar by %d days: %s", len(ch.Days), ch.Source))
	return cal, err
}

// SetHours gives an office its own hours; nil takes them away, the empty name is the usual
// ones.
func (e *Engine) SetHours(ctx context.Context, by people.Actor, office string, h *clock.Office) error {
	if h != nil {
		if _, err := clock.New(clock.Published(), *h); err != nil {
			return err
		}
	}
	change := func(was string) (string, error) { // whoever set another office's meanwhile loses nothing
		all := map[string]clock.Office{"": clock.DefaultOffice()}
		if was != "" {
			if err := json.Unmarshal([]byte(was), &all); err != nil {
				return "", err
			}
		}
		switch {
		case h != nil:
			all[office] = *h
		case office == "":
			all[""] = clock.DefaultOffice()
		default:
			delete(all, office)
		}
		body, err := json.Marshal(all)
		return string(body), err
	}
	return e.set(ctx, by, settingHours, change, fault.T("设置 %s 的办公时间", "set the working hours of %s", cmp.Or(office, "*")))
}

func (e *Engine) set(ctx context.Context, by people.Actor, name string, change func(was string) (string, error), text fault.Text) error {
	now := e.opt.Now().UTC()
	err := e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var was string
		err := tx.NewSelect().TableExpr("flow_setting").Column("value").Where("name = ?", name).Scan(ctx, &was)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		body, err := change(was)
		if err != nil {
			return err
		}
		if err := exec(ctx, tx, `INSERT INTO flow_setting (name, value, at, actor) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at, actor = EXCLUDED.actor`,
			name, body, now, by.ID); err != nil {
			return err
		}
		if err := tx.Emit(ctx, event.CalendarChanged, name, struct{}{}); err != nil {
			return err
		}
		return e.opt.Record(ctx, tx, people.Change{At: now, Actor: by, Action: "calendar.set", Kind: "setting", Key: "calendar." + name, Text: text})
	})
	return wrapped("set", err)
}

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
	for _, t := range turns {
		users := []string{t.person}
		if t.person == "" {
			users = tree.Holders(t.office, t.role)
		}
		for _, u := range users {
			if slices.Contains(told, u) {
				continue
			}
			told = append(told, u)
			text := fault.Text{ZH: s.m.Title.ZH + " " + s.after.Key + "：工作日历调整，到期时间 " + s.reason, EN: s.m.Title.In("en") + " " + s.after.Key + ": the calendar was changed, due " + s.reason}
			if err := e.opt.Notices.Tell(ctx, tx, notice.Notice{User: u, Why: ToldMoved, Text: text, Link: "/cases/" + s.after.ID, About: s.after.ID, At: s.now}); err != nil {
				return nil, err
			}
		}
	}
	return told, nil
}
