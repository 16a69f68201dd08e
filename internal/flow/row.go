package flow

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

func faulty(err error) bool {
	var f *fault.Error
	return errors.As(err, &f)
}

// ErrMissing is a case that is not there, or that is not shown to who asks.
var ErrMissing = fault.New(fault.Missing, "case.unknown", fault.T("没有该案件", "there is no such case")).
	Fix(fault.T("请核对编号；其他部门的案件不予显示", "check its number; cases of other offices are not shown"))

// caseRow is a case in its table. due and paused are derived from its clocks, for lists.
type caseRow struct {
	bun.BaseModel `bun:"table:flow_case,alias:c"`
	ID            string `bun:"id,pk"`
	Pack          string
	Version       string
	Flow          string
	Record        string
	Key           string
	State         string
	Rev           int
	Region        string
	Office        string
	Holder        string
	Creator       string
	Origin        string
	Parent        string
	About         string
	Into          string `bun:"into_case"`
	Merged        int
	Stray         bool
	Level         int
	Score         int
	Opened        time.Time
	Entered       time.Time
	Ended         *time.Time
	Due           *time.Time
	Paused        bool
	Keep          string
}

const caseColumns = `id, pack, version, flow, record, key, state, rev, region, office, holder, creator, origin, parent, about, into_case, merged, stray, level, score, opened, entered, ended, due, paused, keep`

func (r *caseRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.ID, &r.Pack, &r.Version, &r.Flow, &r.Record, &r.Key, &r.State, &r.Rev, &r.Region, &r.Office, &r.Holder, &r.Creator, &r.Origin, &r.Parent,
		&r.About, &r.Into, &r.Merged, &r.Stray, &r.Level, &r.Score, &r.Opened, &r.Entered, &r.Ended, &r.Due, &r.Paused, &r.Keep)
}

func (r *caseRow) case_() (Case, error) {
	c := Case{ID: r.ID, Pack: r.Pack, Version: r.Version, Flow: r.Flow, Record: r.Record, Key: r.Key, State: r.State, Rev: r.Rev, Region: r.Region,
		Office: r.Office, Holder: r.Holder, Creator: r.Creator, From: r.Origin, Parent: r.Parent, About: r.About, Into: r.Into, Merged: r.Merged, Stray: r.Stray,
		Level: r.Level, Score: r.Score, Opened: r.Opened.UTC(), Entered: r.Entered.UTC()}
	if r.Ended != nil {
		c.Ended = r.Ended.UTC()
	}
	return c, json.Unmarshal([]byte(r.Keep), &c.Keep)
}

// read gives a case inside a transaction.
func read(ctx context.Context, tx store.Tx, id string) (Case, error) {
	stmt, err := tx.Prepared(ctx, `SELECT `+caseColumns+` FROM flow_case WHERE id = $1`)
	if err != nil {
		return Case{}, err
	}
	var r caseRow
	err = r.scan(stmt.QueryRowContext(ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Case{}, ErrMissing.At("%s", id)
	}
	if err != nil {
		return Case{}, err
	}
	return r.case_()
}

// written is what of a case goes into its tables.
type written struct {
	c      Case
	keep   string
	due    *time.Time
	paused bool
	turns  []turn
	timers []Timer
	title  string // of one that was not there before
}

type turn struct{ office, role, person string }

// derive computes what lists need of a case: whose turn it is, when it is due, and the next
// timers.
func (e *Engine) derive(m *Machine, c Case, env Env, now time.Time) (written, error) {
	w := written{c: c}
	keep, err := json.Marshal(c.Keep)
	if err != nil {
		return w, err
	}
	w.keep = string(keep)
	if w.timers, err = m.Timers(c, env, now); err != nil {
		return w, err
	}
	dues, err := m.Dues(c, env, now)
	if err != nil {
		return w, err
	}
	for _, d := range dues {
		if d.Paused {
			w.paused = true
			continue
		}
		if w.due == nil {
			at := d.At.UTC()
			w.due = &at
		}
	}
	w.turns = m.turns(c, env.Tree)
	return w, nil
}

// turns says whose turn a case is, for the desks.
func (m *Machine) turns(c Case, tree *Tree) (out []turn) {
	s, err := m.at(c)
	if err != nil || !c.Open() {
		return nil
	}
	if c.Stray {
		for _, t := range m.desk() {
			out = append(out, turn{"", m.Pack + "." + t.Role, ""})
		}
		if s.is(Holder) && c.Office != "" {
			for _, r := range m.heirs(c) {
				out = append(out, turn{c.Office, m.Pack + "." + r, ""})
			}
		}
	}
	if s.is(Creator) && c.From != "" && !tree.Active(c.Creator, m.Pack) {
		for r := range m.roles {
			out = append(out, turn{c.From, m.Pack + "." + r, ""})
		}
	}
	for _, t := range s.By {
		switch {
		case t.Is == Holder && c.Holder != "":
			out = append(out, turn{person: c.Holder})
		case t.Is == Creator && c.Creator != "":
			out = append(out, turn{person: c.Creator})
		case t.Role != "" && c.Office != "":
			if u := m.bound(c, s, tree, t.Role); u != "" {
				out = append(out, turn{person: u})
				continue
			}
			out = append(out, turn{c.Office, m.Pack + "." + t.Role, ""})
		}
	}
	if c.Asked != nil {
		if a, ok := s.Actions.Get(c.Asked.Action); ok {
			for _, t := range a.Agree {
				switch {
				case t.Role != "":
					out = append(out, turn{c.Asked.Desk, m.Pack + "." + t.Role, ""})
				case t.Is == Creator && c.Creator != "":
					out = append(out, turn{person: c.Creator})
				}
			}
		}
	}
	for _, j := range c.Joint {
		if j.Answer.IsZero() {
			for r := range m.roles {
				out = append(out, turn{j.Office, m.Pack + "." + r, ""})
			}
		}
	}
	return out
}

// write puts a case into its tables. One that was not there before is inserted; another must
// stand at the revision it was read at: ErrStale where another node was faster.
func write(ctx context.Context, tx store.Tx, w written, before Case) error {
	c := w.c
	var ended *time.Time
	if !c.Ended.IsZero() {
		ended = &c.Ended
	}
	if before.ID == "" {
		err := exec(ctx, tx, `INSERT INTO flow_case (`+caseColumns+`, title) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`,
			c.ID, c.Pack, c.Version, c.Flow, c.Record, c.Key, c.State, c.Rev, c.Region, c.Office, c.Holder, c.Creator, c.From, c.Parent, c.About, c.Into, c.Merged, c.Stray,
			c.Level, c.Score, c.Opened.UTC(), c.Entered.UTC(), ended, w.due, w.paused, w.keep, w.title)
		if err != nil {
			return err
		}
		if err := addGrams(ctx, tx, c.ID, gramsOf(w.title)); err != nil {
			return err
		}
	} else {
		query, args := update(w, before, ended)
		stmt, err := tx.Prepared(ctx, query)
		if err != nil {
			return err
		}
		res, err := stmt.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(ErrStale, err) // between our reading and writing: another node
		}
		if err := exec(ctx, tx, `DELETE FROM flow_turn WHERE case_id = $1`, c.ID); err != nil {
			return err
		}
		if err := exec(ctx, tx, `DELETE FROM flow_timer WHERE case_id = $1`, c.ID); err != nil {
			return err
		}
	}
	due := far
	if w.due != nil {
		due = *w.due
	}
	for _, t := range w.turns {
		if err := exec(ctx, tx, `INSERT INTO flow_turn (case_id, office, role, person, due, urged, flow, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
			c.ID, t.office, t.role, t.person, due, c.Urged > 0, c.Flow, c.State); err != nil {
			return err
		}
	}
	for _, t := range w.timers {
		if err := exec(ctx, tx, `INSERT INTO flow_timer (case_id, clock, step, at) VALUES ($1, $2, $3, $4)`, c.ID, t.Clock, t.Step, t.At.UTC()); err != nil {
			return err
		}
	}
	return parties(ctx, tx, c, before)
}

// update is the statement that sets what changed of a case. What stands in an index is set only
// where it changed: the database writes each index anew whose columns are named.
func update(w written, before Case, ended *time.Time) (string, []any) {
	c := w.c
	query, args := "UPDATE flow_case SET rev = $1, merged = $2, level = $3, score = $4, entered = $5, due = $6, paused = $7, keep = $8",
		[]any{c.Rev, c.Merged, c.Level, c.Score, c.Entered.UTC(), w.due, w.paused, w.keep}
	for _, x := range []struct {
		column  string
		changed bool
		value   any
	}{
		{"region", c.Region != before.Region, c.Region}, {"office", c.Office != before.Office, c.Office},
		{"version", c.Version != before.Version, c.Version}, {"state", c.State != before.State, c.State}, {"holder", c.Holder != before.Holder, c.Holder},
		{"stray", c.Stray != before.Stray, c.Stray}, {"ended", !c.Ended.Equal(before.Ended), ended}, {"into_case", c.Into != before.Into, c.Into},
	} {
		if x.changed {
			args = append(args, x.value)
			query += fmt.Sprintf(", %s = $%d", x.column, len(args))
		}
	}
	return query + fmt.Sprintf(" WHERE id = $%d AND rev = $%d", len(args)+1, len(args)+2), append(args, c.ID, before.Rev)
}

func exec(ctx context.Context, tx store.Tx, query string, args ...any) error {
	stmt, err := tx.Prepared(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

// running counts the open cases of a pack's flow; of all its flows, of all packs, where it is
// not named.
func running(ctx context.Context, db bun.IDB, packID, flow string) (n int64, err error) {
	q := db.NewSelect().TableExpr("flow_case").Where("ended IS NULL")
	if packID != "" {
		q = q.Where("pack = ?", packID)
	}
	if flow != "" {
		q = q.Where("flow = ?", flow)
	}
	return q.Count(ctx)
}
