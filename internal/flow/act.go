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

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// Opening is a case to be opened.
type Opening struct {
	Pack   string
	Flow   string
	Values ledger.Values
	Parent string // case it is opened below
	About  string // what it is about: one open case for each
	Office string // that opens it, where nobody does
}

// Open enters a record and opens its case, in one transaction. A report of a matter that is
// being handled already joins its case (joined is true).
func (e *Engine) Open(ctx context.Context, by people.Actor, o Opening) (c Case, joined bool, err error) {
	open := func(ctx context.Context, tx store.Tx) error {
		c, joined, err = e.open(ctx, tx, by, o)
		return err
	}
	if err = e.opt.Store.Write(ctx, open); errors.Is(err, store.ErrExists) && o.About != "" {
		err = e.opt.Store.Write(ctx, open) // another node was first: its case is joined
	}
	return c, joined, wrapped("open", err)
}

func (e *Engine) open(ctx context.Context, tx store.Tx, by people.Actor, o Opening) (Case, bool, error) {
	m, err := e.flowIn(ctx, tx, o.Pack, o.Flow)
	if err != nil {
		return Case{}, false, err
	}
	now := e.opt.Now()
	a := e.Actor(by, o.Pack)
	if by.Kind == people.LocalKind || by.ID == "" {
		a = Actor{System: true, Office: o.Office, Level: e.Tree().Level(o.Office)}
	} else if o.Parent == "" && !e.MayOpen(by, m) {
		return Case{}, false, ErrOpening
	}
	taken, faults, err := e.ledger.Settle(ctx, tx, m.entity, o.Values, nil)
	if err != nil {
		return Case{}, false, err
	}
	if len(faults) > 0 {
		return Case{}, false, fault.All("case.values", fault.T("有 %d 项填写不合规", "%d fields are not right", len(faults)), faults)
	}
	o.Values = taken
	if c, found, err := e.join(ctx, tx, by, a, m, o, now); found || err != nil {
		return c, found, err
	}
	r, err := e.ledger.Create(ctx, tx, by, m.entity, o.Values, now)
	if err != nil {
		return Case{}, false, err
	}
	c := Case{ID: ident.New(), Record: r.ID, Key: r.Key, Region: e.placeOf(m, r, a), Creator: a.ID, From: a.Office, Parent: o.Parent, About: o.About}
	env, err := e.around(ctx, tx, m, c.ID, r.Values)
	if err != nil {
		return c, false, err
	}
	c, effects, err := m.Open(c, a, env, now)
	if err != nil {
		return c, false, err
	}
	s := step{m: m, by: by, actor: a, action: ActOpen, before: Case{}, after: c, effects: effects, record: r, now: now}
	return c, false, e.settle(ctx, tx, s)
}

// placeOf is where a case is: what its record says, else where whoever opened it sits.
func (e *Engine) placeOf(m *Machine, r ledger.Record, a Actor) string {
	if r.Region != "" {
		return r.Region
	}
	return string(e.Tree().offices[a.Office].Region)
}

// Act does something on a case, in one transaction with everything that comes of it. Of two
// who act at once one wins; the other is told who and what.
func (e *Engine) Act(ctx context.Context, by people.Actor, id string, in Input) (c Case, err error) {
	err = e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err = e.act(ctx, tx, by, id, in)
		return err
	})
	return c, wrapped("act", err)
}

func (e *Engine) act(ctx context.Context, tx store.Tx, by people.Actor, id string, in Input) (Case, error) {
	c, err := read(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if !in.Actor.System {
		in.Actor = e.Actor(by, c.Pack)
		if err := e.seen(ctx, tx, by, c); err != nil {
			return c, err
		}
	}
	m, r, err := e.matter(ctx, tx, c)
	if err != nil {
		return c, err
	}
	if in.Rev != 0 && in.Rev != c.Rev {
		return c, e.stale(ctx, tx, m, c)
	}
	taken, faults, err := e.ledger.Settle(ctx, tx, m.entity, in.Values, r.Values)
	if err != nil {
		return c, err
	}
	if len(faults) > 0 {
		return c, fault.All("case.values", fault.T("有 %d 项填写不合规", "%d fields are not right", len(faults)), faults)
	}
	in.Values = taken
	now := e.opt.Now()
	env, err := e.around(ctx, tx, m, c.ID, r.Values)
	if err != nil {
		return c, err
	}
	if in.Action == ActComment && len(in.Named) > 0 {
		t, err := tiesOf(ctx, tx, c.ID)
		if err != nil {
			return c, err
		}
		env.Sees = e.seers(c, t)
	}
	switch in.Action {
	case ActJoin:
		env.Into, err = e.target(ctx, tx, by, c, in.To)
	case ActPart:
		err = e.leading(ctx, tx, c, in.Actor, &env)
	}
	if err != nil {
		return c, err
	}
	after, effects, err := m.Step(c, in, env, now)
	if err != nil {
		return c, err
	}
	if !c.Open() && after.Open() {
		if err := e.alone(ctx, tx, by, after); err != nil {
			return c, err
		}
	}
	s := step{m: m, by: by, actor: in.Actor, action: in.Action, reason: in.Reason, basis: in.Basis, to: in.To, named: in.Named, before: c, after: after, effects: effects, record: r, now: now}
	if env.Into == nil {
		return after, e.settle(ctx, tx, s)
	}
	s.to, s.other = "", env.Into
	if err := e.settle(ctx, tx, s); err != nil {
		return after, err
	}
	if in.Action == ActPart {
		return after, e.parted(ctx, tx, by, in.Actor, *env.Into, after, s.reason, now)
	}
	return after, e.follow(ctx, tx, s)
}

// ErrOpening is a case begun by somebody who has no part in the flow, or of a flow that
// facts open.
var ErrOpening = fault.New(fault.Denied, "case.opening", fault.T("您不能发起该流程", "you may not begin a case of this flow")).
	Fix(fault.T("请由持有该应用角色的人员发起", "somebody who has a role of the application does"))

// alone refuses to reopen a case while another about the same thing is open, which is named to
// who sees it.
func (e *Engine) alone(ctx context.Context, tx store.Tx, by people.Actor, c Case) error {
	if c.About == "" {
		return nil
	}
	var id string
	err := tx.NewSelect().TableExpr("flow_case").Column("id").Where("pack = ?", c.Pack).Where("flow = ?", c.Flow).Where("about = ?", c.About).Where("about <> ''").
		Where("ended IS NULL").Where("id <> ?", c.ID).Limit(1).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	other, err := read(ctx, tx, id)
	if err == nil {
		err = e.seen(ctx, tx, by, other)
	}
	switch {
	case faulty(err):
		return fault.New(fault.Conflict, "case.about", fault.T("同一事项已有其他部门的在办案件", "a case of another office about the same is open")).Fix(fault.T("请联系该事项的承办部门", "ask the office that handles it"))
	case err != nil:
		return err
	}
	return fault.New(fault.Conflict, "case.about", fault.T("同一事项已有在办案件 %s", "the case %s about the same is open", other.Key)).Fix(fault.T("请在该案件中办理", "act on that one"))
}

// stale names who acted meanwhile, and how.
func (e *Engine) stale(ctx context.Context, tx store.Tx, m *Machine, c Case) error {
	var at time.Time
	var actor, person, action, from string
	err := tx.QueryRowContext(ctx, `SELECT at, actor, person, action, from_state FROM flow_step WHERE case_id = ? ORDER BY seq DESC LIMIT 1`, c.ID).Scan(&at, &actor, &person, &action, &from)
	if err != nil {
		return ErrStale
	}
	f := *ErrStale
	title := m.ActionTitle(from, action)
	who := fault.T("系统", "the system")
	if named := cmp.Or(e.Tree().names[actor], person); named != "" {
		who = fault.Text{ZH: named, EN: named}
	}
	when := at.In(beijing).Format("15:04:05")
	f.Text = fault.Text{ZH: fmt.Sprintf("%s已于 %s 办理“%s”，案件现为“%s”", who.ZH, when, title.ZH, m.StateTitle(c.State).ZH),
		EN: fmt.Sprintf("%s did %q at %s; the case is in %q now", who.EN, title.EN, when, m.StateTitle(c.State).EN)}
	return &f
}

// step is one step with all that has to be written of it.
type step struct {
	m       *Machine
	by      people.Actor
	actor   Actor
	action  string
	reason  string
	basis   string
	to      string
	named   []string
	rung    int
	clock   string // whose rung it is
	before  Case
	after   Case
	other   *Case // that it was joined to, or that joined it
	effects []Effect
	record  ledger.Record
	now     time.Time
}

// settle writes a step: record, case, history, audit, notices, fact.
func (e *Engine) settle(ctx context.Context, tx store.Tx, s step) error {
	r := s.record
	for _, x := range s.effects {
		if len(x.Set) == 0 {
			continue
		}
		var err error
		if r, err = e.ledger.UpdateRead(ctx, tx, s.by, s.m.entity, r, x.Set, s.action, s.reason, s.now); err != nil {
			return err
		}
	}
	values := r.Values
	w, err := e.derive(s.m, s.after, e.env(values), s.now)
	if err != nil {
		return err
	}
	if s.before.ID == "" {
		w.title = titleOf(s.m.entity, values)
	}
	if err := write(ctx, tx, w, s.before); err != nil {
		return err
	}
	if err := e.history(ctx, tx, s); err != nil {
		return err
	}
	told, err := e.tell(ctx, tx, s)
	if err != nil {
		return err
	}
	if err := e.audited(ctx, tx, s); err != nil {
		return err
	}
	for _, x := range s.effects {
		if x.Sub != nil {
			if err := e.below(ctx, tx, s, x.Sub, values); err != nil {
				return err
			}
		}
	}
	if len(w.timers) > 0 {
		tx.After(e.nudge)
	}
	return e.emit(ctx, tx, s, told)
}

// detail is what the history keeps beside a step's words.
type detail struct {
	Basis  string    `json:"basis,omitempty"`
	To     string    `json:"to,omitempty"`     // office or user that was named
	Case   string    `json:"case,omitempty"`   // that it was joined to, or that joined it
	Key    string    `json:"key,omitempty"`    // of that case
	Named  []string  `json:"named,omitempty"`  // users a comment is addressed to
	Fields []string  `json:"fields,omitempty"` // that were changed; what they hold is the record's
	Rung   int       `json:"rung,omitempty"`   // percent, of a warning
	Clock  string    `json:"clock,omitempty"`
	Level  int       `json:"level,omitempty"`
	Office string    `json:"office,omitempty"` // it is with now
	Spent  int64     `json:"spent,omitempty"`  // seconds it was in the state it leaves
	Duty   *DutyNote `json:"duty,omitempty"`   // what the roster had
}

func (e *Engine) history(ctx context.Context, tx store.Tx, s step) error {
	d := detail{Basis: s.basis, To: s.to, Named: s.named, Rung: s.rung, Clock: s.clock, Office: s.after.Office, Level: s.after.Level}
	if s.other != nil {
		d.Case, d.Key = s.other.ID, s.other.Key
	}
	if s.before.State != s.after.State && s.before.State != "" {
		d.Spent = int64(s.now.Sub(s.before.Entered) / time.Second)
	}
	for _, x := range s.effects {
		if x.Duty != nil {
			d.Duty = x.Duty
		}
		for name := range x.Set {
			d.Fields = append(d.Fields, name)
		}
	}
	slices.Sort(d.Fields)
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `INSERT INTO flow_step (case_id, seq, at, actor, person, office, action, from_state, to_state, reason, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.after.ID, s.after.Rev, s.now.UTC(), s.actor.ID, s.by.Name, s.actor.Office, s.action, s.before.State, s.after.State, s.reason, string(body))
}

// audited keeps the entry of a step in the audit. What was written stays in the record.
func (e *Engine) audited(ctx context.Context, tx store.Tx, s step) error {
	title := s.m.ActionTitle(s.before.State, s.action)
	return e.opt.Record(ctx, tx, people.Change{At: s.now, Actor: s.by, Action: "case." + s.action, Kind: "case", Key: s.after.ID, Office: s.actor.Office,
		Text:   fault.Text{ZH: s.m.Title.ZH + " " + s.after.Key + "：" + title.ZH, EN: s.m.Title.In("en") + " " + s.after.Key + ": " + title.EN},
		Detail: map[string]string{"pack": s.after.Pack, "flow": s.after.Flow, "from": s.before.State, "to": s.after.State, "rev": fmt.Sprint(s.after.Rev)}})
}

// tell saves the notices of a step, one a person, and says who got one.
func (e *Engine) tell(ctx context.Context, tx store.Tx, s step) (told []string, err error) {
	tree := e.Tree()
	var out []notice.Notice
	tells := slices.DeleteFunc(slices.Clone(s.effects), func(x Effect) bool { return x.Tell == nil })
	slices.SortStableFunc(tells, func(a, b Effect) int { // the words of the pack before ours
		return cmp.Compare(rank(a.Tell.Why), rank(b.Tell.Why))
	})
	for _, x := range tells {
		for _, u := range recipients(tree, s.after.Pack, s.m, *x.Tell) {
			if u == s.actor.ID || slices.Contains(told, u) {
				continue
			}
			told = append(told, u)
			if x.Tell.Office == "" && x.Tell.Role != "" && !s.after.Stray { // a desk that it does not wait on
				if by, ok := tree.Actor(u); ok {
					if err := party(ctx, tx, by.Office, s.after); err != nil {
						return nil, err
					}
				}
			}
			out = append(out, notice.Notice{User: u, Why: x.Tell.Why, Text: s.m.words(s, *x.Tell), Link: "/cases/" + s.after.ID, About: s.after.ID, At: s.now})
		}
	}
	return told, e.opt.Notices.Tell(ctx, tx, out...)
}

func rank(why string) int {
	if why == ToldNotice {
		return 0
	}
	return 1
}

// recipients are the users a notice is for.
func recipients(t *Tree, packID string, m *Machine, x Tell) (out []string) {
	if x.User != "" {
		return []string{x.User}
	}
	if x.Role != "" && x.Office == "" {
		return t.Everywhere(packID + "." + x.Role)
	}
	if x.Role != "" {
		return t.Holders(x.Office, packID+"."+x.Role)
	}
	for r := range m.roles {
		out = append(out, t.Holders(x.Office, packID+"."+r)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// words is what a notice says: the case and what happened, nothing of the record.
func (m *Machine) words(s step, x Tell) fault.Text {
	about := fault.Text{ZH: m.Title.ZH + " " + s.after.Key, EN: m.Title.In("en") + " " + s.after.Key}
	state, action := m.StateTitle(s.after.State), m.ActionTitle(s.before.State, s.action)
	both := func(zh, en string) fault.Text { return fault.Text{ZH: about.ZH + zh, EN: about.EN + en} }
	switch x.Why {
	case ToldNotice:
		return x.Text
	case ToldTurn:
		return both("："+state.ZH+"，请办理", ": "+state.EN+", it is your turn")
	case ToldWarning:
		return both(fmt.Sprintf("：时限已用 %d%%", x.Rung), fmt.Sprintf(": %d%% of its time is spent", x.Rung))
	case ToldRaised:
		return both(fmt.Sprintf("：超时 %d%%，上报至本级", x.Rung), fmt.Sprintf(": at %d%% of its time, it has climbed to you", x.Rung))
	case ToldUrged:
		return both("：收到催办", ": you are reminded of it")
	case ToldDemand:
		return both("：收到督办，须限时答复", ": an answer is demanded of you")
	case ToldAsked:
		return both("：“"+action.ZH+"”等待您同意", ": "+action.EN+" waits for you to agree")
	case ToldAgreed:
		return both("：申请已同意", ": the request was agreed to")
	case ToldRefused:
		return both("：申请未同意", ": the request was refused")
	case ToldOwed:
		return both("：督办到期仍未答复", ": the demand was not answered in time")
	case ToldNamed:
		return both("：批注中提及您", ": a comment is addressed to you")
	case ToldJoint:
		return both("：请贵部门协助办理", ": your office is asked to assist")
	}
	return both("："+action.ZH, ": "+action.EN)
}

func (e *Engine) emit(ctx context.Context, tx store.Tx, s step, told []string) error {
	kind := event.CaseActed
	switch {
	case s.before.ID == "": // it was not there
		kind = event.CaseOpened
	case s.before.Open() && !s.after.Open():
		kind = event.CaseClosed
	}
	return tx.Emit(ctx, kind, s.after.ID, event.CaseChange{Case: s.after.ID, Pack: s.after.Pack, Flow: s.after.Flow, Key: s.after.Key, Record: s.after.Record,
		About: s.after.About, Parent: s.after.Parent, Action: s.action, From: s.before.State, State: s.after.State, Office: s.after.Office, Told: told})
}

// below opens a case under this one, with the fields both have.
func (e *Engine) below(ctx context.Context, tx store.Tx, s step, sub *Sub, values ledger.Values) error {
	m, err := e.flowIn(ctx, tx, s.after.Pack, sub.Flow)
	if err != nil {
		return err
	}
	v := ledger.Values{}
	for _, name := range m.entity.Names() {
		mine, ok := s.m.entity.Field(name)
		theirs, _ := m.entity.Field(name)
		if ok && mine.Type.String() == theirs.Type.String() && values[name] != nil && !theirs.Computes() {
			v[name] = values[name]
		}
	}
	_, _, err = e.open(ctx, tx, s.by, Opening{Pack: s.after.Pack, Flow: sub.Flow, Values: v, Parent: s.after.ID})
	return err
}

func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
