package flow

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
)

// Desk is a list of the case desk.
type Desk string

// The desks.
const (
	DeskTodo    Desk = "todo"    // my turn
	DeskOverdue Desk = "overdue" // my turn and late
	DeskToday   Desk = "today"   // my turn and due until the day ends
	DeskUrged   Desk = "urged"   // my turn and reminded of
	DeskWatch   Desk = "watch"   // watched, or opened by me
	DeskStray   Desk = "stray"   // nobody was found for it
	DeskAll     Desk = "all"     // whatever I may see
)

// Desks are all of them, in their order.
var Desks = []Desk{DeskTodo, DeskOverdue, DeskToday, DeskUrged, DeskWatch, DeskStray, DeskAll}

// Filter says which cases a list holds.
type Filter struct {
	Desk  Desk
	Pack  string
	Flow  string
	State string
	Open  *bool
	Key   string // its beginning
	Late  bool
}

// Listed is a case of a list with its record.
type Listed struct {
	Case
	Due    *time.Time
	Paused bool
	Record ledger.Record
}

// List gives cases somebody may see: to do by what is due first, else the newest first. next
// is where to go on.
func (e *Engine) List(ctx context.Context, by people.Actor, f Filter, cursor string, limit int) (out []Listed, next string, err error) {
	packs := e.visible(by, f.Pack)
	if len(packs) == 0 {
		return nil, "", nil
	}
	var rows []caseRow
	q := e.opt.Store.Read().NewSelect().Model(&rows)
	q = e.desk(q, by, f, packs)
	q = f.where(q)
	if f.Late {
		q = q.Where("c.due <= ?", e.opt.Now().UTC()).Where("c.ended IS NULL")
	}
	byDue := f.Desk == DeskTodo || f.Desk == DeskOverdue || f.Desk == DeskToday || f.Desk == DeskUrged
	if q, err = after(q, cursor, byDue); err != nil {
		return nil, "", err
	}
	if err := q.Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return nil, "", wrapped("list", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = mark(rows[limit-1], byDue)
	}
	out, err = e.listed(ctx, rows)
	return out, next, err
}

// visible are the packs whose cases somebody may see, of all or of one.
func (e *Engine) visible(by people.Actor, only string) (out []string) {
	for _, p := range e.opt.Packs.Installed() {
		if (only == "" || only == p.ID) && !e.sees(by, p.ID).nothing() {
			out = append(out, p.ID)
		}
	}
	return out
}

// desk narrows a list to a desk's cases.
func (e *Engine) desk(q *bun.SelectQuery, by people.Actor, f Filter, packs []string) *bun.SelectQuery {
	q = q.Where("c.pack IN (?)", bun.List(packs))
	switch f.Desk {
	case DeskTodo, DeskOverdue, DeskToday, DeskUrged:
		q = q.Where("c.id IN (?)", e.turnsOf(by, f.Desk, packs))
	case DeskWatch:
		q = q.Where("(c.creator = ? OR c.id IN (SELECT case_id FROM flow_watch WHERE person = ?))", by.ID, by.ID)
	case DeskStray:
		q = q.Where("c.stray")
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, p := range packs {
			s := e.sees(by, p)
			q = q.WhereGroup(" OR ", func(q *bun.SelectQuery) *bun.SelectQuery {
				q = q.Where("c.pack = ?", p)
				if !s.all {
					q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
						q = q.Where("c.creator = ?", s.user).WhereOr("c.holder = ?", s.user)
						q = q.WhereOr("c.id IN (?)", e.turnsOf(by, DeskTodo, []string{p}))
						if len(s.offices) > 0 {
							q = q.WhereOr("EXISTS (SELECT 1 FROM flow_party AS p WHERE p.case_id = c.id AND p.office IN (?))", bun.List(s.offices))
						}
						return q
					})
				}
				return q
			})
		}
		return q
	})
}

// turnsOf are the cases whose turn is somebody's.
func (e *Engine) turnsOf(by people.Actor, d Desk, packs []string) *bun.SelectQuery {
	q := e.opt.Store.Read().NewSelect().TableExpr("flow_turn AS t").Column("t.case_id")
	q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("t.person = ?", by.ID)
		if roles := held(by, packs); len(roles) > 0 && by.Office != "" {
			q = q.WhereOr("(t.office IN (?, '') AND t.role IN (?))", by.Office, bun.List(roles))
		}
		return q
	})
	now := e.opt.Now()
	switch d {
	case DeskOverdue:
		q = q.Where("t.due <= ?", now.UTC())
	case DeskToday:
		q = q.Where("t.due > ?", now.UTC()).Where("t.due <= ?", endOfDay(now).UTC())
	case DeskUrged:
		q = q.Where("t.urged")
	}
	return q
}

// endOfDay is the midnight after an instant, where people are.
func endOfDay(t time.Time) time.Time {
	y, m, d := t.In(beijing).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, beijing)
}

func held(by people.Actor, packs []string) (out []string) {
	for _, r := range by.Roles {
		if p, _ := r.Split(); r.OfPack() && slices.Contains(packs, p) {
			out = append(out, string(r))
		}
	}
	return out
}

func (f Filter) where(q *bun.SelectQuery) *bun.SelectQuery {
	for _, x := range []struct{ column, value string }{{"c.flow = ?", f.Flow}, {"c.state = ?", f.State}} {
		if x.value != "" {
			q = q.Where(x.column, x.value)
		}
	}
	if f.Key != "" {
		q = q.Where("c.key >= ?", f.Key).Where("c.key < ?", f.Key+"\U0010FFFF")
	}
	if f.Open != nil && *f.Open {
		q = q.Where("c.ended IS NULL")
	} else if f.Open != nil {
		q = q.Where("c.ended IS NOT NULL")
	}
	return q
}

// far stands for no due time, so that such cases come last.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func after(q *bun.SelectQuery, cursor string, byDue bool) (*bun.SelectQuery, error) {
	if byDue {
		q = q.OrderExpr("COALESCE(c.due, ?), c.id", far)
	} else {
		q = q.OrderExpr("c.id DESC")
	}
	if cursor == "" {
		return q, nil
	}
	due, id, ok := strings.Cut(cursor, "~")
	if !byDue {
		return q.Where("c.id < ?", cursor), nil
	}
	at, err := time.Parse(time.RFC3339Nano, due)
	if err != nil || !ok {
		return q, fault.New(fault.Invalid, "cursor", fault.T("翻页标记不合规", "the cursor is not one of ours")).At("cursor").Fix(fault.T("请从第一页开始", "begin with the first page"))
	}
	return q.Where("(COALESCE(c.due, ?), c.id) > (?, ?)", far, at.UTC(), id), nil
}

func mark(r caseRow, byDue bool) string {
	if !byDue {
		return r.ID
	}
	due := far
	if r.Due != nil {
		due = r.Due.UTC()
	}
	return due.Format(time.RFC3339Nano) + "~" + r.ID
}

// listed reads the records of a page's cases, one query a register.
func (e *Engine) listed(ctx context.Context, rows []caseRow) ([]Listed, error) {
	out := make([]Listed, len(rows))
	byFlow := map[*Machine][]int{}
	for i, r := range rows {
		c, err := r.case_()
		if err != nil {
			return nil, wrapped("list", err)
		}
		out[i] = Listed{Case: c, Paused: r.Paused}
		if r.Due != nil {
			at := r.Due.UTC()
			out[i].Due = &at
		}
		m, err := e.machine(ctx, c)
		if err != nil {
			return nil, err
		}
		byFlow[m] = append(byFlow[m], i)
	}
	for m, at := range byFlow {
		ids := make([]string, len(at))
		for j, i := range at {
			ids[j] = out[i].Case.Record
		}
		records, err := e.opt.Ledger.GetAll(ctx, e.opt.Store.Read(), m.entity, ids)
		if err != nil {
			return nil, err
		}
		for _, i := range at {
			out[i].Record = records[out[i].Case.Record]
		}
	}
	return out, nil
}

// Counts are how many cases each desk holds for somebody.
func (e *Engine) Counts(ctx context.Context, by people.Actor) (map[Desk]int64, error) {
	packs := e.visible(by, "")
	out := map[Desk]int64{}
	if len(packs) == 0 {
		return out, nil
	}
	for _, d := range []Desk{DeskTodo, DeskOverdue, DeskToday, DeskUrged} {
		n, err := e.opt.Store.Read().NewSelect().TableExpr("(?) AS x", e.turnsOf(by, d, packs).Distinct()).Count(ctx)
		if err != nil {
			return nil, wrapped("counts", err)
		}
		out[d] = n
	}
	for _, d := range []Desk{DeskWatch, DeskStray} {
		open := true
		q := Filter{Desk: d, Open: &open}
		n, err := q.where(e.desk(e.opt.Store.Read().NewSelect().TableExpr("flow_case AS c"), by, q, packs)).Count(ctx)
		if err != nil {
			return nil, wrapped("counts", err)
		}
		out[d] = n
	}
	return out, nil
}

// Whole is a case with everything its page shows.
type Whole struct {
	Listed
	Machine  *Machine
	Offers   []Offer
	Steps    []StepLine
	Sums     []Sum
	Children []Listed
	Watched  bool
}

// StepLine is one line of a case's history.
type StepLine struct {
	Seq    int
	At     time.Time
	Actor  string
	Person string
	Office string
	Action string
	From   string
	To     string
	Reason string
	Detail Detail
}

// Detail is what the history keeps beside a step's words.
type Detail = detail

// Get gives a case to somebody who may see it.
func (e *Engine) Get(ctx context.Context, by people.Actor, id string) (Whole, error) {
	var w Whole
	var r caseRow
	packs := e.visible(by, "")
	if len(packs) == 0 {
		return w, ErrMissing.At("%s", id)
	}
	err := e.desk(e.opt.Store.Read().NewSelect().Model(&r), by, Filter{Desk: DeskAll}, packs).Where("c.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return w, ErrMissing.At("%s", id)
	}
	if err != nil {
		return w, wrapped("get", err)
	}
	all, err := e.listed(ctx, []caseRow{r})
	if err != nil {
		return w, err
	}
	w.Listed = all[0]
	if w.Machine, err = e.machine(ctx, w.Case); err != nil {
		return w, err
	}
	env, now := e.env(w.Listed.Record.Values), e.opt.Now()
	w.Offers = w.Machine.Offers(w.Case, e.Actor(by, w.Pack), env)
	if w.Sums, err = w.Machine.Explain(w.Case, env, now); err != nil {
		return w, err
	}
	if w.Steps, err = e.steps(ctx, id); err != nil {
		return w, err
	}
	var below []caseRow
	if err := e.opt.Store.Read().NewSelect().Model(&below).Where("c.parent = ?", id).Order("c.id").Limit(100).Scan(ctx); err != nil {
		return w, wrapped("get", err)
	}
	if w.Children, err = e.listed(ctx, below); err != nil {
		return w, err
	}
	n, err := e.opt.Store.Read().NewSelect().TableExpr("flow_watch").Where("person = ?", by.ID).Where("case_id = ?", id).Count(ctx)
	w.Watched = n > 0
	return w, wrapped("get", err)
}

func (e *Engine) steps(ctx context.Context, id string) (out []StepLine, err error) {
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT seq, at, actor, person, office, action, from_state, to_state, reason, detail FROM flow_step WHERE case_id = ? ORDER BY seq`, id)
	if err != nil {
		return nil, wrapped("steps", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s StepLine
		var body string
		if err := rows.Scan(&s.Seq, &s.At, &s.Actor, &s.Person, &s.Office, &s.Action, &s.From, &s.To, &s.Reason, &body); err != nil {
			return nil, wrapped("steps", err)
		}
		s.At = s.At.UTC()
		if err := json.Unmarshal([]byte(body), &s.Detail); err != nil {
			return nil, wrapped("steps", err)
		}
		out = append(out, s)
	}
	return out, wrapped("steps", rows.Err())
}

// OfRecords gives the cases whose matter some records of a register are, by record.
func (e *Engine) OfRecords(ctx context.Context, packID, flow string, records []string) (map[string]Case, error) {
	out := map[string]Case{}
	if len(records) == 0 {
		return out, nil
	}
	var rows []caseRow
	err := e.opt.Store.Read().NewSelect().Model(&rows).Where("c.pack = ? AND c.flow = ? AND c.record IN (?)", packID, flow, bun.List(records)).Scan(ctx)
	if err != nil {
		return nil, wrapped("of records", err)
	}
	for _, r := range rows {
		c, err := r.case_()
		if err != nil {
			return nil, wrapped("of records", err)
		}
		out[c.Record] = c
	}
	return out, nil
}
