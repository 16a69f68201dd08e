package flow

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// AddDays adds a change to those made before, which stay; two who do so at once both keep
// theirs. It gives the calendar before and as it will be once every node has read it, and
// what it moves; the cases themselves follow by the fact, each told of it.
func (e *Engine) AddDays(ctx context.Context, by people.Actor, ch clock.Change) (before, after *clock.Calendar, m Moves, err error) {
	x := Edition{Change: ch, At: e.opt.Now().UTC(), By: by.ID}
	err = again(func() error {
		was, is, moves, err := e.foreseeDays(ctx, x)
		if err != nil {
			return err
		}
		is.edits[len(is.edits)-1].Moves, m = moves, moves
		before, after = was.cal, is.cal
		text := fault.T("修改工作日历，涉及 %d 天：%s；在办 %d 件，到期时间变动 %d 件", "changed the working calendar, days: %d, %s; open cases: %d, due at another time: %d",
			max(len(ch.Days), len(before.Differences(after))), ch.Source, m.Open, m.Moved)
		return e.set(ctx, by, settingDays, was, is.edits, text)
	})
	return before, after, m, err
}

// SetHours gives an office its own hours; nil takes them away, the empty name is the usual
// ones. Whoever sets another office's meanwhile loses nothing.
func (e *Engine) SetHours(ctx context.Context, by people.Actor, office string, h *clock.Office, why string) (m Moves, err error) {
	err = again(func() error {
		was, is, moves, err := e.foreseeHours(ctx, office, h)
		if err != nil {
			return err
		}
		m = moves
		text := fault.T("设置 %s 的办公时间：%s；在办 %d 件，到期时间变动 %d 件", "set the working hours of %s: %s; open cases: %d, due at another time: %d",
			cmp.Or(office, "*"), cmp.Or(why, "—"), m.Open, m.Moved)
		return e.set(ctx, by, settingHours, was, is.hours, text)
	})
	return m, err
}

// errOther says that somebody changed the setting between the look at it and the write.
var errOther = fault.New(fault.Conflict, "calendar.busy", fault.T("其他人正在修改工作日历", "others are changing the calendar")).
	Fix(fault.T("请稍后再试", "try again in a moment"))

// again does something anew as long as others are faster, a few times.
func again(do func() error) (err error) {
	for range 5 {
		if err = do(); !errors.Is(err, errOther) {
			return err
		}
	}
	return err
}

// set writes a setting that stands as it was seen, with the fact and the audit's entry.
func (e *Engine) set(ctx context.Context, by people.Actor, name string, was *times, value any, text fault.Text) error {
	body, err := json.Marshal(value)
	if err != nil {
		return wrapped("set", err)
	}
	now := e.opt.Now().UTC()
	err = e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var stands string
		err := tx.NewSelect().TableExpr("flow_setting").Column("value").Where("name = ?", name).Scan(ctx, &stands)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if stands != was.kept[name] {
			return errOther
		}
		if err := exec(ctx, tx, `INSERT INTO flow_setting (name, value, at, actor) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at, actor = EXCLUDED.actor`,
			name, string(body), now, by.ID); err != nil {
			return err
		}
		if err := tx.Emit(ctx, event.CalendarChanged, name, struct{}{}); err != nil {
			return err
		}
		return e.opt.Record(ctx, tx, people.Change{At: now, Actor: by, Action: "calendar.set", Kind: "setting", Key: "calendar." + name, Text: text})
	})
	if err != nil {
		return wrapped("set", err)
	}
	return e.settings(ctx) // whoever asks this node next sees it, before the cases have followed
}
