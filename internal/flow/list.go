package flow

import (
	"context"
	"encoding/json"
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

// turnDesks hold what somebody's turn is, by what is due first.
var turnDesks = []Desk{DeskTodo, DeskOverdue, DeskToday, DeskUrged}

// Filter says which cases a list holds.
type Filter struct {
	Desk  Desk
	Pack  string
	Flow  string
	State string
	Open  *bool
	Key   string // its beginning
	Late  bool

	Office string // whose turn it is, or was last: it, or one below it
	Region string // where it is: there, or below
	Text   string // its number begins so, or its title has it in it
	Parent string // case it was opened below
	Into   string // case it was joined to

	offices []string // that Office comes to
	text    string   // folded
}

// Listed is a case of a list with its record.
type Listed struct {
	Case
	Due    *time.Time
	Left   *Left // of its nearest running clock; nil where none runs
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
	byDue := slices.Contains(turnDesks, f.Desk)
	at, err := spotOf(cursor, byDue)
	if err != nil {
		return nil, "", err
	}
	f.offices, f.text = e.Tree().below(f.Office), folded(f.Text)
	ids, next, err := e.ids(ctx, by, f, packs, at, byDue, limit)
	if err != nil {
		return nil, "", wrapped("list", err)
	}
	rows, err := e.rows(ctx, ids)
	if err != nil {
		return nil, "", wrapped("list", err)
	}
	out, err = e.listed(ctx, rows)
	return out, next, err
}

// ids are the cases of a page, in its order, and where to go on.
func (e *Engine) ids(ctx context.Context, by people.Actor, f Filter, packs []string, at spot, byDue bool, limit int) (ids []string, next string, err error) {
	w, err := e.wayTo(ctx, by, f, packs, byDue)
	if err != nil {
		return nil, "", err
	}
	w.at = at
	var got []spot
	for n := limit + 1; len(got) <= limit && !w.done; n = min(2*n, e.bounds.met) {
		spots, err := e.next(ctx, &w, n)
		if err != nil {
			return nil, "", err
		}
		shown, err := e.shown(ctx, by, f, packs, spots)
		if err != nil {
			return nil, "", err
		}
		got = append(got, slices.DeleteFunc(spots, func(s spot) bool { return !shown[s.id] })...)
	}
	if len(got) > limit {
		got, next = got[:limit], got[limit-1].mark(byDue)
	}
	for _, s := range got {
		ids = append(ids, s.id)
	}
	return ids, next, nil
}

// brief is of a case what filters look at.
type brief struct {
	id, pack, flow, state, key, creator, holder, office, region, parent, into, title string
	stray                                                                            bool
	ended, due                                                                       *time.Time
}

// shown says which of some cases stand in a list: what the filter lets pass and the reader
// may see.
func (e *Engine) shown(ctx context.Context, by people.Actor, f Filter, packs []string, spots []spot) (map[string]bool, error) {
	out := map[string]bool{}
	if len(spots) == 0 {
		return out, nil
	}
	ids := make([]string, len(spots))
	for i, s := range spots {
		ids[i] = s.id
	}
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT id, pack, flow, state, key, creator, holder, office, region, parent, into_case, COALESCE(title, ''), stray, ended, due FROM flow_case WHERE id IN (?)`, bun.List(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sights, asked, now := map[string]sight{}, []brief{}, e.opt.Now()
	for rows.Next() {
		var b brief
		if err := rows.Scan(&b.id, &b.pack, &b.flow, &b.state, &b.key, &b.creator, &b.holder, &b.office, &b.region, &b.parent, &b.into, &b.title, &b.stray, &b.ended, &b.due); err != nil {
			return nil, err
		}
		if !slices.Contains(packs, b.pack) || !f.passes(b, now) {
			continue
		}
		s, ok := sights[b.pack]
		if !ok {
			s = e.sees(by, b.pack)
			sights[b.pack] = s
		}
		if s.own(b.creator, b.holder) {
			out[b.id] = true
			continue
		}
		asked = append(asked, b)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, e.alsoSeen(ctx, by, sights, asked, out)
}

// passes says whether a case is one of the filter's.
func (f Filter) passes(b brief, now time.Time) bool {
	late := b.ended == nil && b.due != nil && !b.due.After(now)
	return (f.Flow == "" || f.Flow == b.flow) && (f.State == "" || f.State == b.state) && strings.HasPrefix(b.key, f.Key) &&
		(f.Open == nil || *f.Open == (b.ended == nil)) && (!f.Late || late) && (f.Desk != DeskStray || b.stray) &&
		(f.Parent == "" || f.Parent == b.parent) && (f.Into == "" || f.Into == b.into) && f.there(b)
}

// alsoSeen adds those cases that were with an office somebody sees, or whose turn is theirs.
func (e *Engine) alsoSeen(ctx context.Context, by people.Actor, sights map[string]sight, asked []brief, into map[string]bool) error {
	if len(asked) == 0 {
		return nil
	}
	ids, packOf := make([]string, len(asked)), map[string]string{}
	for i, b := range asked {
		ids[i], packOf[b.id] = b.id, b.pack
	}
	err := e.each(ctx, `SELECT case_id, office, '', '' FROM flow_party WHERE case_id IN (?)`, ids, func(id string, t turn) {
		into[id] = into[id] || slices.Contains(sights[packOf[id]].offices, t.office)
	})
	if err == nil {
		err = e.each(ctx, `SELECT case_id, office, role, person FROM flow_turn WHERE case_id IN (?)`, ids, func(id string, t turn) {
			into[id] = into[id] || t.is(by)
		})
	}
	for id, ok := range into {
		if !ok {
			delete(into, id)
		}
	}
	return err
}

// is says whether a turn is somebody's.
func (t turn) is(by people.Actor) bool {
	return t.person != "" && t.person == by.ID || t.role != "" && by.Office != "" && (t.office == "" || t.office == by.Office) && slices.Contains(by.Roles, people.Role(t.role))
}

func (e *Engine) each(ctx context.Context, query string, ids []string, see func(id string, t turn)) error {
	rows, err := e.opt.Store.Read().QueryContext(ctx, query, bun.List(ids))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var t turn
		if err := rows.Scan(&id, &t.office, &t.role, &t.person); err != nil {
			return err
		}
		see(id, t)
	}
	return rows.Err()
}

// rows reads cases in the order of their ids.
func (e *Engine) rows(ctx context.Context, ids []string) ([]caseRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []caseRow
	if err := e.opt.Store.Read().NewSelect().Model(&rows).Where("c.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(rows, func(a, b caseRow) int { return place[a.ID] - place[b.ID] })
	return rows, nil
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

// far stands for no due time, so that such cases come last.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// spotOf reads a cursor.
func spotOf(cursor string, byDue bool) (spot, error) {
	if cursor == "" || !byDue {
		return spot{id: cursor}, nil
	}
	due, id, ok := strings.Cut(cursor, "~")
	at, err := time.Parse(time.RFC3339Nano, due)
	if err != nil || !ok {
		return spot{}, fault.New(fault.Invalid, "cursor", fault.T("翻页标记不合规", "the cursor is not one of ours")).At("cursor").Fix(fault.T("请从第一页开始", "begin with the first page"))
	}
	return spot{at.UTC(), id}, nil
}

// mark writes it.
func (s spot) mark(byDue bool) string {
	if !byDue {
		return s.id
	}
	return s.due.Format(time.RFC3339Nano) + "~" + s.id
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
		if out[i].Left, err = e.left(m, c); err != nil {
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

// Counts are how many cases each desk holds for somebody, of all packs or of one.
func (e *Engine) Counts(ctx context.Context, by people.Actor, pack string) (map[Desk]int64, error) {
	packs := e.visible(by, pack)
	out := map[Desk]int64{}
	if len(packs) == 0 {
		return out, nil
	}
	for _, d := range turnDesks {
		n, err := e.countTurns(ctx, e.turnStreams(by, packs, Filter{Desk: d}, nil))
		if err != nil {
			return nil, wrapped("counts", err)
		}
		out[d] = n
	}
	open := true
	for _, d := range []Desk{DeskWatch, DeskStray} {
		n, err := e.countSeen(ctx, by, Filter{Desk: d, Open: &open}, packs)
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
	Machine   *Machine
	Offers    []Offer
	Steps     []StepLine // the cases they name only where the reader sees them
	Sums      []Sum
	Children  Among
	Concerned []string // users a comment may be addressed to
	Watched   bool
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

// tiesRead are the ties of a case as it was committed last.
func (e *Engine) tiesRead(ctx context.Context, id string) (t ties, err error) {
	err = e.each(ctx, `SELECT case_id, office, '', '' FROM flow_party WHERE case_id IN (?)`, []string{id}, func(_ string, x turn) { t.offices = append(t.offices, x.office) })
	if err == nil {
		err = e.each(ctx, `SELECT case_id, office, role, person FROM flow_turn WHERE case_id IN (?)`, []string{id}, func(_ string, x turn) { t.turns = append(t.turns, x) })
	}
	return t, wrapped("ties", err)
}

// Get gives a case to somebody who may see it.
func (e *Engine) Get(ctx context.Context, by people.Actor, id string) (Whole, error) {
	var w Whole
	var r caseRow
	packs := e.visible(by, "")
	if len(packs) == 0 {
		return w, ErrMissing.At("%s", id)
	}
	shown, err := e.shown(ctx, by, Filter{}, packs, []spot{{id: id}})
	if err != nil {
		return w, wrapped("get", err)
	}
	if !shown[id] {
		return w, ErrMissing.At("%s", id)
	}
	if err := e.opt.Store.Read().NewSelect().Model(&r).Where("c.id = ?", id).Scan(ctx); err != nil {
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
	now := e.opt.Now()
	env, err := e.around(ctx, e.opt.Store.Read(), w.Machine, id, w.Listed.Record.Values)
	if err != nil {
		return w, wrapped("get", err)
	}
	t, err := e.tiesRead(ctx, id)
	if err != nil {
		return w, err
	}
	env.Sees = e.seers(w.Case, t)
	a := e.Actor(by, w.Pack)
	if w.Into != "" {
		if err := e.leads(ctx, w.Into, a, &env); err != nil {
			return w, err
		}
	}
	w.Concerned = w.Machine.Concerned(w.Case, env)
	w.Offers = w.Machine.Offers(w.Case, a, env)
	if w.Sums, err = w.Machine.Explain(w.Case, env, now); err != nil {
		return w, err
	}
	if w.Steps, err = e.stepsFor(ctx, by, id); err != nil {
		return w, err
	}
	if w.Children, err = e.among(ctx, by, Filter{Parent: id}); err != nil {
		return w, err
	}
	n, err := e.opt.Store.Read().NewSelect().TableExpr("flow_watch").Where("person = ?", by.ID).Where("case_id = ?", id).Count(ctx)
	w.Watched = n > 0
	return w, wrapped("get", err)
}

// stepsFor are the steps of a case as somebody is told them: of the cases that joined it those
// alone that they see.
func (e *Engine) stepsFor(ctx context.Context, by people.Actor, id string) ([]StepLine, error) {
	all, err := e.stepsOf(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	var named []string
	for _, s := range all[id] {
		if s.Detail.Case != "" {
			named = append(named, s.Detail.Case)
		}
	}
	shown, err := e.Shown(ctx, by, named)
	if err != nil {
		return nil, err
	}
	for i := range all[id] {
		if d := &all[id][i].Detail; !shown[d.Case] {
			d.Case, d.Key = "", ""
		}
	}
	return all[id], nil
}

// stepsOf are the steps of some cases, each case's in their order.
func (e *Engine) stepsOf(ctx context.Context, ids []string) (map[string][]StepLine, error) {
	out := make(map[string][]StepLine, len(ids))
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT case_id, seq, at, actor, person, office, action, from_state, to_state, reason, detail FROM flow_step WHERE case_id IN (?) ORDER BY case_id, seq`, bun.List(ids))
	if err != nil {
		return nil, wrapped("steps", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s StepLine
		var id, body string
		if err := rows.Scan(&id, &s.Seq, &s.At, &s.Actor, &s.Person, &s.Office, &s.Action, &s.From, &s.To, &s.Reason, &body); err != nil {
			return nil, wrapped("steps", err)
		}
		s.At = s.At.UTC()
		if err := json.Unmarshal([]byte(body), &s.Detail); err != nil {
			return nil, wrapped("steps", err)
		}
		out[id] = append(out[id], s)
	}
	return out, wrapped("steps", rows.Err())
}

// OfRecords gives the cases whose matter some records of a register are, by record, as far as
// somebody sees them.
func (e *Engine) OfRecords(ctx context.Context, by people.Actor, packID, flow string, records []string) (map[string]Case, error) {
	out := map[string]Case{}
	if len(records) == 0 {
		return out, nil
	}
	rows, err := e.seenRows(ctx, by, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("c.pack = ? AND c.flow = ? AND c.record IN (?)", packID, flow, bun.List(records))
	})
	if err != nil {
		return nil, err
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
