package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
	"github.com/uptrace/bun"
	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Trial is an entry of the section tests: a case, what is done to it and when, and what is
// expected. It runs on a store of its own, through the very engine that serves.
type Trial struct {
	Name  string  `yaml:"name" json:"name"`
	Given Given   `yaml:"given" json:"given"`
	When  []Deed  `yaml:"when,omitempty" json:"when"`
	Then  *Expect `yaml:"then,omitempty" json:"then"` // after all of it
}

// Given is where a trial begins: one record, under the name of its flow, and where its case
// stands; and, under the name of a roster, the shifts it has.
type Given struct {
	At      string                  `yaml:"at,omitempty" json:"at"`           // 2026-11-20 10:00, country's time; the first deed's where it is not said
	As      string                  `yaml:"as,omitempty" json:"as"`           // who opens it: role, role@level; the start state's role where it is not said
	State   string                  `yaml:"state,omitempty" json:"state"`     // it is brought there at once
	Holder  string                  `yaml:"holder,omitempty" json:"holder"`   // role of whoever holds it there
	Offices []TrialOffice           `yaml:"offices,omitempty" json:"offices"` // besides one of each level
	Records map[string]TrialRecords `yaml:",inline" json:"records" jsonschema:"-"`
}

// JSONSchemaExtend lets editors accept the record, under the name of its flow, and shifts.
func (Given) JSONSchemaExtend(s *jsonschema.Schema) {
	one := &jsonschema.Schema{Type: "object"}
	s.AdditionalProperties = &jsonschema.Schema{OneOf: []*jsonschema.Schema{one, {Type: "array", Items: one}}}
}

// TrialRecords are the records of a register: one, or a list.
type TrialRecords []map[string]any

// UnmarshalYAML reads either.
func (r *TrialRecords) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]map[string]any)(r))
	}
	*r = TrialRecords{nil}
	return n.Decode(&(*r)[0])
}

// TrialOffice is an office of a trial.
type TrialOffice struct {
	Name  string `yaml:"name" json:"name"`
	Title string `yaml:"title,omitempty" json:"title"`
	Level string `yaml:"level,omitempty" json:"level" jsonschema:"enum=city,enum=district,enum=street,enum=community,enum=grid"`
	Above string `yaml:"above,omitempty" json:"above"` // office above it
}

// Deed is what somebody does, or the passing of time.
type Deed struct {
	At      string         `yaml:"at,omitempty" json:"at"`     // clocks fire until then; the deed before's where it is not said
	As      string         `yaml:"as,omitempty" json:"as"`     // role, role@level, role2 for a second person, role@OFFICE
	Do      string         `yaml:"do,omitempty" json:"do"`     // action; none: time passes
	With    map[string]any `yaml:"with,omitempty" json:"with"` // fields; files by their names
	Reason  string         `yaml:"reason,omitempty" json:"reason"`
	Basis   string         `yaml:"basis,omitempty" json:"basis"`
	To      string         `yaml:"to,omitempty" json:"to"`           // office or role that is named
	Refused string         `yaml:"refused,omitempty" json:"refused"` // code of the refusal that is expected
	Then    *Expect        `yaml:"then,omitempty" json:"then"`
}

// Expect is what a case must be like. What is not said is not asked.
type Expect struct {
	State  string       `yaml:"state,omitempty" json:"state"`
	Due    string       `yaml:"due,omitempty" json:"due"`       // of its nearest running clock, country's time; none for none
	Office string       `yaml:"office,omitempty" json:"office"` // name, or the level's name
	Holder string       `yaml:"holder,omitempty" json:"holder"` // role
	Duty   string       `yaml:"duty,omitempty" json:"duty"`     // role of who is on duty, whose turn alone it is; none for nobody
	Late   *bool        `yaml:"late,omitempty" json:"late"`
	Level  *int         `yaml:"level,omitempty" json:"level"`
	Score  *int         `yaml:"score,omitempty" json:"score"`
	Told   ledger.Words `yaml:"told,omitempty" json:"told"` // roles that got a notice by this
	Stray  *bool        `yaml:"stray,omitempty" json:"stray"`
}

// Verdict is what became of a trial.
type Verdict struct {
	Name   string   `json:"name"`
	Place  string   `json:"place"` // file:line:column
	OK     bool     `json:"ok"`
	Faults []string `json:"faults,omitempty"`
	// Found is what an expectation should say instead: a path within the entry and its value.
	Found map[string]string `json:"found,omitempty"`
}

type trialKind struct{}

func (trialKind) Section() spec.Section {
	return spec.Section{Name: "tests", Shape: spec.Listed, New: func() any { return new(Trial) }}
}

func (trialKind) Diff(context.Context, bun.IDB, *pack.Pack, *pack.Pack) ([]pack.Change, error) {
	return nil, nil
}
func (trialKind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }

// Check refuses trials that name what is not there.
func (trialKind) Check(p *pack.Pack, e spec.Entry) (out []*fault.Error) {
	t := e.Value.(*Trial)
	say := func(code, at string, text, fix fault.Text) {
		out = append(out, fault.New(fault.Invalid, "trial."+code, text).At("%s", at).Fix(fix))
	}
	if t.Name == "" && !e.Broken {
		say("name", "", fault.T("测试缺少 name", "the test has no name"), fault.T("请用一句话写明测什么", "say in a sentence what it tests"))
	}
	flowName := ""
	cases, rosters := 0, rostersOf(p)
	for name, all := range t.Given.Records {
		switch {
		case p.Has("flow", name):
			flowName, cases = name, cases+len(all)
		case rosters[name] == nil:
			say("flow", "given."+name, fault.T("没有流程 %q", "there is no flow %q", name), spec.Meant(name, p.Names("flow")))
		}
	}
	if cases != 1 && !e.Broken {
		say("given", "given", fault.T("given 须写一条登记，例如 given: {hole: {…}}", "given needs one record, such as given: {hole: {…}}"), fault.T("键是流程的名称", "its key is the flow's name"))
	}
	m, ok := Of(p, flowName)
	if !ok {
		return out
	}
	state := func(name, at string) {
		if name != "" && m.states[name] == nil && !slices.Contains(m.written, name) {
			say("state", at, fault.T("没有状态 %q", "there is no state %q", name), spec.Meant(name, m.Decl.States.Names()))
		}
	}
	when := func(text, at string) {
		if _, err := moment(text); text != "" && err != nil {
			say("time", at, fault.T("时间须写作 2026-11-20 10:06", "a time is written 2026-11-20 10:06"), fault.T("请加引号", "quote it"))
		}
	}
	fieldsOf := func(e *ledger.Entity, given map[string]any, at string) {
		for name := range given {
			if _, there := e.Field(name); !there && !e.Vague(name) {
				say("field", at+"."+name, fault.T("登记表没有字段 %q", "the entity has no field %q", name), spec.Meant(name, e.Names()))
			}
		}
	}
	fields := func(given map[string]any, at string) { fieldsOf(m.entity, given, at) }
	for name, all := range t.Given.Records {
		e := rosters[name]
		if name == flowName {
			e = m.entity
		}
		for i, given := range all {
			at := "given." + name
			if len(all) > 1 {
				at += place(i)
			}
			if e != nil {
				fieldsOf(e, given, at)
			}
		}
	}
	state(t.Given.State, "given.state")
	when(t.Given.At, "given.at")
	for i, d := range t.When {
		at := fmt.Sprintf("when[%d]", i)
		when(d.At, at+".at")
		fields(d.With, at+".with")
		if _, own := builtIn[d.Do]; d.Do != "" && !own && !slices.Contains(append(m.written, m.actions()...), d.Do) {
			say("do", at+".do", fault.T("流程没有动作 %q", "the flow has no action %q", d.Do), spec.Meant(d.Do, m.actions()))
		}
		if d.Then != nil {
			state(d.Then.State, at+".then.state")
		}
		if role, _, _ := asWho(d.As); d.As != "" {
			if !p.Has("roles", role) {
				say("role", at+".as", fault.T("没有角色 %q", "there is no role %q", role), spec.Meant(role, p.Names("roles")))
			}
		}
	}
	if t.Then != nil {
		state(t.Then.State, "then.state")
	}
	return out
}

// rostersOf are the rosters of a pack's flows, by the names of their registers.
func rostersOf(p *pack.Pack) map[string]*ledger.Entity {
	out := map[string]*ledger.Entity{}
	for _, m := range Flows(p) {
		if m.roster != nil {
			out[m.roster.entity.Name] = m.roster.entity
		}
	}
	return out
}

func moment(text string) (time.Time, error) {
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, beijing); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("no time")
}

// asWho splits role2@where: the role, which of its people, and the office or level.
func asWho(text string) (role string, second bool, where string) {
	role, where, _ = strings.Cut(text, "@")
	if r, ok := strings.CutSuffix(role, "2"); ok {
		role, second = r, true
	}
	return role, second, where
}

// Ground is what trials run on: an empty store for each, and every kind of the pack.
type Ground struct {
	Store func(ctx context.Context) (store.Store, error)
	Kinds func(l *ledger.Ledger) []pack.Kind
}

// Try runs the trials of a pack, each on a store of its own. The error is of the ground, not
// of a trial.
func Try(ctx context.Context, p *pack.Pack, g Ground) ([]Verdict, error) {
	var out []Verdict
	for _, e := range p.Entries("tests") {
		v, err := try(ctx, p, e, g)
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

// trialPlaces are the codes of the levels of a trial's places: real ones of 江岸区.
var trialPlaces = []struct {
	level region.Level
	code  string
}{{region.City, "420100000000"}, {region.District, "420102000000"}, {region.Street, "420102018000"}, {region.Community, "420102018001"}, {region.Grid, "420102018001001"}}

// run is one trial under way.
type run struct {
	p      *pack.Pack
	m      *Machine
	engine *Engine
	store  store.Store
	now    time.Time
	id     string // of the case
	v      *Verdict
}

func try(ctx context.Context, p *pack.Pack, entry spec.Entry, g Ground) (v Verdict, err error) {
	t := entry.Value.(*Trial)
	v = Verdict{Name: t.Name, Place: entry.Place(""), OK: true, Found: map[string]string{}}
	st, err := g.Store(ctx)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	r := &run{p: p, store: st, v: &v}
	if err := r.open(ctx, t, g); err != nil {
		return v, err
	}
	if err := r.begin(ctx, t); err != nil {
		v.fail("given", err)
		return v, nil
	}
	for i, d := range t.When {
		if !r.deed(ctx, fmt.Sprintf("when[%d]", i), d) {
			return v, nil
		}
	}
	if t.Then != nil {
		r.expect(ctx, "then", *t.Then, "")
	}
	return v, nil
}

func (v *Verdict) fail(at string, err error) {
	v.OK = false
	v.Faults = append(v.Faults, at+": "+fault.From(err).In("zh"))
}

// open builds the engine with its offices and people.
func (r *run) open(ctx context.Context, t *Trial, g Ground) (err error) {
	quiet := func(context.Context, store.Tx, people.Change) error { return nil }
	now := func() time.Time { return r.now }
	r.now = r.first(t)
	l, err := ledger.New(ctx, ledger.Options{Store: r.store, Record: quiet, Now: now})
	if err != nil {
		return err
	}
	packs, err := pack.New(ctx, pack.Options{Store: r.store, Kinds: g.Kinds(l), Record: quiet, Now: now})
	if err != nil {
		return err
	}
	notices, err := notice.New(ctx, r.store, now)
	if err != nil {
		return err
	}
	offices := trialOffices(t)
	r.engine, err = New(ctx, Options{Store: r.store, Packs: packs, Ledger: l, Notices: notices, Record: quiet, Now: now,
		People: trialCrowd{r.p, offices}, Offices: func(context.Context) ([]Office, error) { return offices, nil }})
	if err != nil {
		return err
	}
	if _, err := packs.Install(ctx, people.Local(), r.p, "", false); err != nil {
		return err
	}
	for name := range t.Given.Records {
		if m, ok := Of(r.p, name); ok {
			r.m = m
		}
	}
	if r.m == nil {
		return pack.ErrMissing.At("%s", r.p.ID)
	}
	return nil
}

// enter puts the shifts of rosters into their registers, times as a form takes them.
func (r *run) enter(ctx context.Context, t *Trial) error {
	rosters := rostersOf(r.p)
	for name, all := range t.Given.Records {
		e := rosters[name]
		if e == nil || name == r.m.Name {
			continue
		}
		for _, given := range all {
			values := ledger.Values{}
			for k, v := range given {
				values[k] = v
				if f, ok := e.Field(k); ok {
					if s, is := v.(string); is {
						parsed, bad := f.Parse(s)
						if bad != nil {
							return bad.At("%s.%s", name, k)
						}
						values[k] = parsed
					}
				}
			}
			err := r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
				_, err := r.engine.ledger.Create(ctx, tx, people.Local(), e, values, r.now)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) first(t *Trial) time.Time {
	for _, text := range append([]string{t.Given.At}, deedTimes(t)...) {
		if at, err := moment(text); err == nil {
			return at
		}
	}
	return time.Date(2026, 3, 2, 9, 0, 0, 0, beijing) // a Monday
}

func deedTimes(t *Trial) (out []string) {
	for _, d := range t.When {
		out = append(out, d.At)
	}
	return out
}

func trialOffices(t *Trial) (out []Office) {
	above := ""
	for _, p := range trialPlaces {
		out = append(out, Office{Name: string(p.level), Title: p.level.Title(), Region: region.Code(p.code), Parent: above})
		above = string(p.level)
	}
	for _, o := range t.Given.Offices {
		level := o.Level
		if level == "" {
			level = string(region.District)
		}
		for _, p := range trialPlaces {
			if string(p.level) == level {
				title := o.Title
				if title == "" {
					title = o.Name
				}
				out = append(out, Office{Name: o.Name, Title: title, Region: region.Code(p.code), Parent: o.Above})
			}
		}
	}
	return out
}

// trialCrowd is two people of each role in each office.
type trialCrowd struct {
	p       *pack.Pack
	offices []Office
}

// EachUser is part of People.
func (c trialCrowd) EachUser(_ context.Context, see func(people.User)) error {
	for _, o := range c.offices {
		for _, role := range c.p.Names("roles") {
			for _, n := range []string{"", "2"} {
				see(people.User{ID: role + n + "@" + o.Name, Login: role + n, Office: o.Name, Roles: []people.Role{c.p.Person(role)}, State: people.Enabled})
			}
		}
	}
	return nil
}

// who is the person a trial names: of the office whose turn it is, where none is said.
func (r *run) who(ctx context.Context, text string) people.Actor {
	role, second, where := asWho(text)
	if where == "" {
		where = string(region.District)
		if c, err := r.look(ctx); err == nil && c.Office != "" {
			where = c.Office
		}
	}
	id := role
	if second {
		id += "2"
	}
	a := people.Actor{Kind: people.UserKind, ID: id + "@" + where, Name: id, Office: where, Roles: []people.Role{r.p.Person(role)}}
	for _, o := range r.engine.Tree().Offices() {
		if o.Name != where && r.engine.Tree().within(o.Name, where) {
			a.Below = append(a.Below, o.Name)
		}
	}
	return a
}

func (r *run) look(ctx context.Context) (c Case, err error) {
	if r.id == "" {
		return c, ErrMissing
	}
	err = r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err = read(ctx, tx, r.id)
		return err
	})
	return c, err
}

// begin opens the case and brings it where the trial begins.
func (r *run) begin(ctx context.Context, t *Trial) error {
	if err := r.enter(ctx, t); err != nil {
		return err
	}
	as := t.Given.As
	if as == "" {
		role, _, ok := r.m.states[r.m.Decl.Start].role()
		if !ok {
			role = r.p.Names("roles")[0]
		}
		as = role
	}
	values := ledger.Values{}
	for _, v := range t.Given.Records[r.m.Name] {
		for k, x := range filed(r.m.entity, v) {
			values[k] = x
		}
	}
	if f := r.m.entity.RegionField(); f != "" && values[f] == nil {
		values[f] = trialPlaces[len(trialPlaces)-1].code
	}
	by, o := r.who(ctx, as), Opening{Pack: r.p.ID, Flow: r.m.Name, Values: values}
	if len(r.m.Decl.Opens) > 0 { // facts open it, nobody else
		by = people.Actor{}
		o.Office, _ = values["office"].(string)
	}
	c, _, err := r.engine.Open(ctx, by, o)
	if err != nil {
		return err
	}
	r.id = c.ID
	if t.Given.State == "" || t.Given.State == c.State {
		return nil
	}
	return r.put(ctx, t.Given.State, t.Given.Holder)
}

// put brings the case into a state as if it had got there.
func (r *run) put(ctx context.Context, state, holder string) error {
	return r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := read(ctx, tx, r.id)
		if err != nil {
			return err
		}
		record, err := r.engine.ledger.Get(ctx, tx, r.m.entity, c.Record)
		if err != nil {
			return err
		}
		env, err := r.engine.around(ctx, tx, r.m, r.id, record.Values)
		if err != nil {
			return err
		}
		w := r.m.walk(c, Actor{System: true}, env, r.now)
		if holder != "" {
			role, second, where := asWho(holder)
			office := where
			if office == "" {
				offices, err := r.m.route(c, &State{By: Who{{Role: role}}}, nil, env, w.facts())
				if err != nil {
					return err
				}
				office = least(offices, func(string) int { return 0 })
			}
			if second {
				role += "2"
			}
			w.actor = Actor{ID: role + "@" + office, Office: office}
		}
		if err := w.enter(state, nil, ""); err != nil {
			return err
		}
		after, effects, err := w.done()
		if err != nil {
			return err
		}
		return r.engine.settle(ctx, tx, step{m: r.m, actor: Actor{System: true}, action: ActOpen, before: c, after: after, effects: effects, record: record, now: r.now})
	})
}

// deed does one deed of a trial; not ok where the trial ends with it.
func (r *run) deed(ctx context.Context, at string, d Deed) bool {
	if when, err := moment(d.At); err == nil {
		if when.Before(r.now) {
			r.v.fail(at, fault.New(fault.Invalid, "trial.order", fault.T("时间早于上一步", "it is before the step before")).
				Fix(fault.T("请按时间先后排列各步", "write the steps in the order of their times")))
			return false
		}
		r.now = when
	}
	mark := r.mark(ctx)
	if _, err := r.engine.Tick(ctx); err != nil {
		r.v.fail(at, err)
		return false
	}
	if d.Do != "" {
		actor, in := people.Actor{}, Input{Action: d.Do, Values: filed(r.m.entity, d.With), Reason: d.Reason, Basis: d.Basis, To: d.To}
		if d.As == "" || d.As == System {
			in.Actor = Actor{System: true}
		} else {
			actor = r.who(ctx, d.As)
		}
		_, err := r.engine.Act(ctx, actor, r.id, in)
		switch f := fault.From(err); {
		case d.Refused != "" && f == nil:
			r.v.fail(at, fault.New(fault.Invalid, "trial.refused", fault.T("应被拒绝（%s），却办理成功", "it should have been refused (%s) and was done", d.Refused)).
				Fix(fault.T("请改正测试所写的预期，或改正流程", "mend what the test expects, or the flow")))
		case d.Refused != "" && f.Code != d.Refused:
			r.v.fail(at, fault.New(fault.Invalid, "trial.refused", fault.T("应因 %s 被拒绝，实为 %s", "it should have been refused by %s, and was by %s", d.Refused, f.Code)).
				Fix(fault.T("请改正测试所写的预期，或改正流程", "mend what the test expects, or the flow")))
			r.v.Found[at+".refused"] = f.Code
		case d.Refused == "" && f != nil:
			r.v.fail(at, f)
			return false
		}
	}
	if d.Then != nil {
		r.expect(ctx, at+".then", *d.Then, mark)
	}
	return true
}

// mark is the last notice so far.
func (r *run) mark(ctx context.Context) (id string) {
	_ = r.store.Read().QueryRowContext(ctx, `SELECT COALESCE(MAX(id), '') FROM notice`).Scan(&id)
	return id
}

// expect compares the case with what is expected.
func (r *run) expect(ctx context.Context, at string, want Expect, since string) {
	c, err := r.look(ctx)
	if err != nil {
		r.v.fail(at, err)
		return
	}
	compare := func(key, want, got string) {
		if want != "" && want != got {
			r.v.OK = false
			r.v.Faults = append(r.v.Faults, fmt.Sprintf("%s.%s: 应为 %s，实为 %s", at, key, want, got))
			r.v.Found[at+"."+key] = got
		}
	}
	number := func(key string, want *int, got int) {
		if want != nil {
			compare(key, fmt.Sprint(*want), fmt.Sprint(got))
		}
	}
	truth := func(key string, want *bool, got bool) {
		if want != nil {
			compare(key, fmt.Sprint(*want), fmt.Sprint(got))
		}
	}
	compare("state", want.State, c.State)
	compare("due", want.Due, r.due(ctx, c))
	compare("office", want.Office, c.Office)
	holder, _, _ := strings.Cut(c.Holder, "@")
	compare("holder", want.Holder, holder)
	duty := "none"
	if u := r.m.OnDuty(c, r.engine.Tree()); u != "" {
		duty, _, _ = strings.Cut(u, "@")
	}
	compare("duty", want.Duty, duty)
	truth("late", want.Late, c.Flagged(Overdue))
	truth("stray", want.Stray, c.Stray)
	number("level", want.Level, c.Level)
	number("score", want.Score, c.Score)
	if want.Told != nil {
		compare("told", strings.Join(want.Told, " "), strings.Join(r.told(ctx, since), " "))
	}
}

func (r *run) due(ctx context.Context, c Case) string {
	dues, err := r.m.Dues(c, r.engine.env(nil), r.now)
	if err != nil {
		return fault.From(err).Code
	}
	for _, d := range dues {
		if !d.Paused {
			return d.At.In(beijing).Format("2006-01-02 15:04")
		}
	}
	return "none"
}

// told are the roles that got a notice since a mark.
func (r *run) told(ctx context.Context, since string) (out []string) {
	rows, err := r.store.Read().QueryContext(ctx, `SELECT person FROM notice WHERE id > ? ORDER BY person`, since)
	if err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var person string
		if rows.Scan(&person) == nil {
			role, _, _ := asWho(person)
			if !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	slices.Sort(out)
	return out
}
