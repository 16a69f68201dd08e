package flow

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Kinds are the kinds of this room, after those of the ledger: ladder, flow, notice, tests.
func Kinds() []pack.Kind { return []pack.Kind{ladderKind{}, flowKind{}, noticeKind{}, trialKind{}} }

type ladderKind struct{}

func (ladderKind) Section() spec.Section {
	return spec.Section{Name: "ladder", Shape: spec.Named, New: func() any { return new(Ladder) }}
}

func (ladderKind) Check(p *pack.Pack, e spec.Entry) (out []*fault.Error) {
	l := *e.Value.(*Ladder)
	if len(l) == 0 && !e.Broken {
		out = append(out, bad("ladder.empty", "", fault.T("没有任何提醒", "there is no step"), fault.Text{ZH: "例如 [{at: 80%, notify: holder}, {at: 100%, mark: overdue}]", EN: "such as [{at: 80%, notify: holder}, {at: 100%, mark: overdue}]"}))
	}
	for i, r := range l {
		at := place(i)
		switch {
		case r.At == 0 && e.Broken: // told where it stands
		case r.At <= 0 || r.At > 1000:
			out = append(out, bad("ladder.range", at+".at", fault.Text{ZH: "提醒须在 1% 至 1000% 之间", EN: "a step is from 1% to 1000%"}, fault.Text{ZH: "例如 80%", EN: "such as 80%"}))
		case i > 0 && r.At <= l[i-1].At:
			out = append(out, bad("ladder.order", at+".at", fault.T("%d%% 排在 %d%% 之后", "%d%% stands behind %d%%", r.At, l[i-1].At), fault.T("请按百分数由小到大排列", "put them in ascending order")))
		}
		if len(r.Notify) == 0 && r.Raise <= 0 && r.Mark == "" && r.Score == 0 && !e.Broken {
			out = append(out, bad("ladder.nothing", at, fault.T("这一步什么也不做", "this step does nothing"), fault.T("请写明 notify、raise、mark 或 score", "give it notify, raise, mark or score")))
		}
		out = append(out, whoFaults(p, r.Notify, at+".notify")...)
	}
	return out
}

func (ladderKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("ladder", fault.T("提醒阶梯", "ladder"), old, new), nil
}
func (ladderKind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }

func bad(code, at string, text, fix fault.Text) *fault.Error {
	return fault.New(fault.Invalid, code, text).At("%s", at).Fix(fix)
}

func place(i int) string { return fmt.Sprintf("[%d]", i) }

type flowKind struct{}

func (flowKind) Section() spec.Section {
	return spec.Section{Name: "flow", Shape: spec.Named, New: func() any { return new(Decl) }}
}

func (flowKind) Diff(ctx context.Context, db bun.IDB, old, new *pack.Pack) (out []pack.Change, err error) {
	for _, n := range new.Names("flow") {
		m, _ := Of(new, n)
		was, ok := Of(old, n)
		if !ok {
			out = append(out, pack.Change{Kind: "flow", Name: n, Act: pack.Added, Text: fault.T("新增流程 %s", "adds the flow %s", m.Title.Text())})
			continue
		}
		told := []string{}
		for _, s := range m.Decl.States {
			if was.states[s.Name] == nil {
				told = append(told, "states."+s.Name)
				out = append(out, pack.Change{Kind: "flow", Name: n + "." + s.Name, Act: pack.Added, Text: fault.T("流程 %s 新增状态 %s", "the flow %s gets the state %s", m.Title.Text(), s.Value.Title.Or(s.Name).Text())})
			}
		}
		for _, s := range was.Decl.States {
			if m.states[s.Name] == nil {
				told = append(told, "states."+s.Name)
				out = append(out, pack.Change{Kind: "flow", Name: n + "." + s.Name, Act: pack.Removed, Text: fault.T("流程 %s 取消状态 %s；在办案件仍按原版本办理", "the flow %s loses the state %s; open cases stay on their version", m.Title.Text(), s.Value.Title.Or(s.Name).Text())})
			}
		}
		rest := slices.DeleteFunc(spec.Differences(old.Entry("flow", n), new.Entry("flow", n)), func(d spec.Difference) bool { return slices.Contains(told, d.Path) })
		if len(rest) > 0 {
			out = append(out, pack.Change{Kind: "flow", Name: n, Act: pack.Changed, Text: fault.T("流程 %s 有修改：%s", "the flow %s is changed: %s", m.Title.Text(), pack.Told(rest))})
		}
	}
	for _, n := range old.Names("flow") {
		if _, ok := Of(new, n); ok {
			continue
		}
		open, err := running(ctx, db, old.ID, n)
		if err != nil {
			return nil, err
		}
		c := pack.Change{Kind: "flow", Name: n, Act: pack.Removed, Text: fault.T("取消流程 %s", "removes the flow %s", n)}
		if open > 0 {
			c.Act, c.Text = pack.Forbidden, fault.T("流程 %s 还有 %d 件在办案件，不能取消", "the flow %s has %d open cases and cannot be removed", n, open)
			c.Remedy = fault.T("请先办结，或保留该流程", "end them first, or keep the flow")
		}
		out = append(out, c)
	}
	return out, nil
}

func (flowKind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }

// Of gives the machine of a flow of a pack.
func Of(p *pack.Pack, name string) (*Machine, bool) {
	if p == nil {
		return nil, false
	}
	return pack.Compiled[*Machine](p, "flow."+name)
}

// Flows are the machines of a pack, in the order of its files.
func Flows(p *pack.Pack) (out []*Machine) {
	for _, n := range p.Names("flow") {
		if m, ok := Of(p, n); ok {
			out = append(out, m)
		}
	}
	return out
}

// Check compiles the flow and tells everything that is wrong with it.
func (flowKind) Check(p *pack.Pack, e spec.Entry) []*fault.Error {
	c := &compiler{p: p, d: e.Value.(*Decl), broken: e.Broken, m: &Machine{Pack: p.ID, Version: p.Version, Name: e.Name, Decl: e.Value.(*Decl),
		states: map[string]*State{}, ladders: map[string]Ladder{}, formulas: map[string]*formula.Formula{}, budgets: map[string]lookup{}, routes: map[string]lookup{},
		roles: map[string]pack.Role{}}}
	c.entry = e
	c.compile()
	if c.entity != nil { // with faults it never runs, and notices and tests are checked against it
		p.Keep("flow."+e.Name, c.m)
	}
	return c.faults
}

type compiler struct {
	p      *pack.Pack
	entry  spec.Entry
	d      *Decl
	m      *Machine
	entity *ledger.Entity
	env    formula.Env
	broken bool
	faults []*fault.Error
}

func (c *compiler) bad(code, at string, text, fix fault.Text) {
	c.faults = append(c.faults, bad("flow."+code, at, text, fix))
}

func (c *compiler) compile() {
	e, ok := ledger.Of(c.p, c.m.Name)
	if !ok {
		if !c.p.Has("entity", c.m.Name) {
			c.bad("entity", "", fault.T("没有登记表 %q，流程须与登记表同名", "there is no entity %q; a flow has the name of its entity", c.m.Name), spec.Meant(c.m.Name, c.p.Names("entity")))
		}
		return // what is wrong with the entity is told there
	}
	c.entity = e
	c.m.Title, c.m.entity = c.d.Title, e
	if c.m.Title.ZH == "" {
		c.m.Title = e.Title
	}
	c.env = e.Env(c.m.context())
	for _, r := range pack.All[*pack.Role](c.p, "roles") {
		c.m.roles[r.Name] = *r.Value
	}
	for _, l := range pack.All[*Ladder](c.p, "ladder") {
		c.m.ladders[l.Name] = *l.Value
	}
	empty := map[string]bool{}
	for i, s := range c.d.States {
		if s.Value == nil {
			c.bad("state.empty", "states."+s.Name, fault.T("状态 %s 没有内容", "the state %s is empty", s.Name), fault.T("请写 by、actions 或 end: true", "write by, actions or end: true"))
			s.Value, empty[s.Name] = &State{}, true
			c.d.States[i] = s
		}
		s.Value.name = s.Name
		c.m.states[s.Name] = s.Value
	}
	c.m.states[StateJoined] = joinedState()
	c.m.written = c.entry.Keys("states")
	for _, s := range c.m.written {
		c.m.written = append(c.m.written, c.entry.Keys("states."+s+".actions")...)
	}
	if len(c.d.States) == 0 {
		if !c.broken {
			c.bad("states", "", fault.T("流程没有状态", "the flow has no states"), fault.T("请写 states", "write states"))
		}
		return
	}
	if c.d.Start == "" {
		c.d.Start = c.d.States[0].Name
	}
	c.stateName(c.d.Start, "start")
	c.head()
	for _, s := range c.d.States {
		if !empty[s.Name] {
			c.state(s.Name, s.Value)
		}
	}
	c.triggers()
	c.reach()
}

// stateWords are the states with their titles.
func (m *Machine) stateWords() (out []spec.Word) {
	for _, s := range m.Decl.States {
		w := spec.Word{Name: s.Name}
		if s.Value != nil {
			w.Title = s.Value.Title.Text()
		}
		out = append(out, w)
	}
	return out
}

// context is what formulas of a flow see beside the record.
func (m *Machine) context() formula.Env {
	return formula.Env{
		"now":   formula.Time.Called(fault.T("当前时间", "today")),
		"case":  formula.Object(formula.Env{"state": formula.Text.Among(m.stateWords()), "key": formula.Text, "opened": formula.Time, "level": formula.Number, "merged": formula.Number, "overdue": formula.Bool, "office": formula.Text, "below": formula.Number}),
		"actor": formula.Object(formula.Env{"id": formula.Text, "office": formula.Text, "level": formula.Text.Among(levelWords())}),
	}
}

func (c *compiler) stateName(name, at string) {
	if name != "" && c.m.states[name] == nil && !slices.Contains(c.m.written, name) {
		c.bad("state", at, fault.T("没有状态 %q", "there is no state %q", name), spec.MeantOf(name, c.m.stateWords()))
	}
}

func (c *compiler) who(w Who, at string) { c.faults = append(c.faults, whoFaults(c.p, w, at)...) }

// turn checks whose turn something is: there, terms may have conditions. Those are decided
// for the case, before anybody acts.
func (c *compiler) turn(w Who, at string) {
	plain := slices.Clone(w)
	env := c.entity.Env(formula.Env{"case": c.m.context()["case"]})
	for i := range plain {
		c.compiled(plain[i].If, at, env, formula.Bool)
		plain[i].If = ""
	}
	c.who(plain, at)
}

func (c *compiler) ladder(name, at string) {
	if name != "" && c.m.ladders[name] == nil && !c.p.Has("ladder", name) {
		c.bad("ladder", at, fault.T("没有提醒阶梯 %q", "there is no ladder %q", name), spec.Meant(name, c.p.Names("ladder")))
	}
}

// head checks the flow's own clock, reminders and demands.
func (c *compiler) head() {
	c.who(c.d.Urge, "urge")
	c.who(c.d.Desk, "desk")
	c.rosterFields()
	if s := c.d.Supervise; s != nil {
		c.who(s.By, "supervise.by")
		if s.Answer.Check() != nil && !c.broken {
			c.bad("supervise", "supervise", fault.T("督办须写明答复时限 answer", "a demand needs the time of its answer"), fault.T("例如 answer: 1wd", "such as answer: 1wd"))
		}
	}
	k := c.d.Clock
	if k == nil {
		return
	}
	c.ladder(k.Ladder, "clock.ladder")
	marks := c.marks()
	for _, x := range []struct{ mark, at string }{{k.From, "clock.from"}, {k.Until, "clock.until"}} {
		if x.mark != "" && !slices.Contains(marks, x.mark) && !(c.broken && strings.Contains(c.entry.Text(), "mark: "+x.mark)) {
			c.bad("mark", x.at, fault.T("没有动作设置里程碑 %q", "no action sets the mark %q", x.mark), spec.Meant(x.mark, marks))
		}
	}
	if k.Budget == "" {
		if !c.broken {
			c.bad("clock", "clock", fault.T("计时须写明 budget", "a clock needs its budget"), fault.T("例如 budget: 5wd 或 class.budget", "such as budget: 5wd or class.budget"))
		}
		return
	}
	c.budget(k.Budget, "clock.budget")
}

// budget compiles a limit.
func (c *compiler) budget(v Value, at string) {
	if v == "" {
		return
	}
	l := c.lookup(string(v), at, func(v, at string) {
		if _, err := clock.ParseBudget(v); err != nil {
			f := fault.From(err)
			c.bad("budget", at, f.Text, f.Remedy)
		}
	})
	if l.text != "" {
		l.budget, _ = clock.ParseBudget(l.text)
	}
	c.m.budgets[string(v)] = l
}

func (c *compiler) marks() (out []string) {
	for _, s := range c.d.States {
		for _, a := range s.Value.Actions {
			if a.Value != nil && a.Value.Mark != "" {
				out = append(out, a.Value.Mark)
			}
		}
	}
	return out
}

var attribute = regexp.MustCompile(`^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)$`)

// lookup reads a literal, field.attribute of a code, or a formula. each sees what can come
// of it, where that is known.
func (c *compiler) lookup(text, at string, each func(v, at string)) lookup {
	if m := attribute.FindStringSubmatch(text); m != nil {
		if f, ok := c.entity.Field(m[1]); ok && f.Type.Kind == ledger.Code {
			return c.attribute(f.Type.Of, m[1], m[2], at, each)
		}
	}
	if _, err := clock.ParseBudget(text); err == nil {
		return lookup{text: text}
	}
	if text != "" && text[0] >= '0' && text[0] <= '9' { // no formula begins so
		each(text, at)
		return lookup{}
	}
	if f := c.formula(text, at, formula.Text); f != nil {
		return lookup{formula: f}
	}
	return lookup{}
}

func (c *compiler) attribute(list, field, attr, at string, each func(v, at string)) lookup {
	l := lookup{field: field, attr: attr, attrs: map[string]map[string]string{}}
	codes, ok := c.p.Codes(list)
	if !ok {
		return l // told at the entity
	}
	lacking := ""
	for _, code := range codes {
		l.attrs[code.Code] = code.Attrs
		if v := code.Attrs[attr]; v != "" {
			each(v, at)
		} else if lacking == "" {
			lacking = code.Code
		}
	}
	if lacking != "" {
		var known []string
		for _, code := range codes {
			known = append(known, slices.Sorted(maps.Keys(code.Attrs))...)
		}
		fix := spec.Meant(attr, known)
		if slices.Contains(known, attr) {
			fix = fault.T("请给代码 %s 加上 %s", "give the code %s its %s", lacking, attr)
		}
		c.bad("attribute", at, fault.T("代码集 %s 的 %s 没有属性 %s", "%s: the code %s has no %s", list, lacking, attr), fix)
	}
	return l
}

// formula compiles one of the flow's formulas.
func (c *compiler) formula(source, at string, want formula.Type) *formula.Formula {
	return c.compiled(source, at, c.env, want)
}

func (c *compiler) compiled(source, at string, env formula.Env, want formula.Type) *formula.Formula {
	if source == "" {
		return nil
	}
	f, err := formula.Compile(source, env, want)
	if err != nil {
		e := fault.From(err)
		for _, p := range parts(e) {
			c.faults = append(c.faults, p.At("%s", at))
		}
		return nil
	}
	c.m.formulas[source] = f
	return f
}

func parts(e *fault.Error) []*fault.Error {
	if len(e.Parts) > 0 {
		return e.Parts
	}
	return []*fault.Error{e}
}

func (c *compiler) state(name string, s *State) {
	at := "states." + name
	if err := pack.Name(name, pack.MostEntityName); err != nil {
		c.faults = append(c.faults, err.At("%s", at))
	}
	c.turn(s.By, at+".by")
	c.ladder(s.Ladder, at+".ladder")
	c.route(s.Route, at+".route")
	for _, r := range s.Except {
		c.who(Who{{Role: r}}, at+".except")
	}
	c.budget(s.Within, at+".within")
	c.budget(s.AtMost, at+".at-most")
	switch {
	case s.AtMost != "" && s.Expire == "" && !c.broken:
		c.bad("expire", at, fault.T("写了 at-most，须写明 expire：超时后转入哪个状态", "at-most needs expire: the state it goes to"), fault.T("例如 expire: closed", "such as expire: closed"))
	case s.AtMost == "" && s.Expire != "" && !c.broken:
		c.bad("expire", at+".expire", fault.T("写了 expire，须写明 at-most", "expire needs at-most"), fault.T("例如 at-most: 5wd", "such as at-most: 5wd"))
	}
	c.stateName(s.Expire, at+".expire")
	if !s.End && len(s.By) == 0 && !c.broken {
		c.bad("by", at, fault.T("状态 %s 没有写由谁办理（by）", "the state %s does not say whose turn it is (by)", name), fault.T("例如 by: desk@district，或 end: true", "such as by: desk@district, or end: true"))
	}
	if !s.End && len(s.Actions) == 0 && s.Expire == "" && !c.broken {
		c.bad("actions", at, fault.T("状态 %s 没有动作，案件会停在这里", "the state %s has no actions: cases would stay there", name), fault.T("请写 actions，或 end: true", "write actions, or end: true"))
	}
	if s.Joint != nil && s.Joint.Answer != "" && s.Joint.Answer != "all" && s.Joint.Answer != "half" {
		c.bad("joint", at+".joint.answer", fault.T("没有答复方式 %q", "there is no way of answering %q", s.Joint.Answer), spec.Meant(s.Joint.Answer, []string{"all", "half"}))
	}
	for _, a := range s.Actions {
		c.action(s, at+".actions."+a.Name, a.Name, a.Value)
	}
}

func (c *compiler) action(s *State, at, name string, a *Action) {
	if _, own := builtIn[name]; own {
		c.bad("action.name", at, fault.T("%s 是各流程自带的动作，不能声明", "%s is an act every flow has", name), fault.T("请另起名称", "choose another name"))
	}
	if err := pack.Name(name, pack.MostEntityName); err != nil {
		c.faults = append(c.faults, err.At("%s", at))
	}
	if a == nil {
		c.bad("action.empty", at, fault.T("动作 %s 没有内容", "the action %s is empty", name), fault.T("例如 {to: handling}", "such as {to: handling}"))
		return
	}
	c.stateName(a.To, at+".to")
	c.turn(a.By, at+".by")
	c.who(a.Notify, at+".notify")
	c.who(a.Agree, at+".agree")
	c.route(a.Route, at+".route")
	c.formula(a.Check, at+".check", formula.Bool)
	for _, p := range a.Set {
		c.field(p.Name, at+".set."+p.Name)
		c.formula(p.Value, at+".set."+p.Name, formula.Any)
	}
	for i, n := range a.Need {
		if n != NeedReason && n != NeedBasis {
			c.field(n, at+".need"+place(i))
		}
	}
	for i, n := range a.Edit {
		c.field(n, at+".edit"+place(i))
	}
	if a.Then != nil {
		c.stateName(a.Then.To, at+".then.to")
		c.route(a.Then.Route, at+".then.route")
		c.who(a.Then.Notify, at+".then.notify")
		if a.Most == 0 && !c.broken {
			c.bad("then", at+".then", fault.T("写了 then，须写明 most", "then needs most"), fault.T("例如 most: 2", "such as most: 2"))
		}
	}
	if a.Most < 0 || a.Most == 0 && slices.Contains(c.entry.Keys(at), "most") && !c.broken {
		c.bad("most", at+".most", fault.T("most 至少为 1", "most is 1 at least"), fault.T("不限次数的请删去 most；不能办理的请删去该动作", "without a bound leave it out; what may not be done is no action"))
	}
	if a.Extend == nil && len(a.Agree) > 0 && !c.broken {
		c.bad("agree", at+".agree", fault.T("agree 只用于延期", "agree is for extensions only"), fault.T("请写明 extend，例如 extend: 2wd，或删去 agree", "write extend, such as extend: 2wd, or remove agree"))
	}
	if slices.ContainsFunc(a.Agree, func(t Term) bool { return t.Is == Holder || t.Is == System }) {
		c.bad("agree", at+".agree", fault.T("延期须由申请人以外的人同意", "somebody else than whoever asks has to agree"), fault.T("请写角色，例如 agree: desk", "name a role, such as agree: desk"))
	}
	if a.Sub != "" && !c.p.Has("flow", a.Sub) {
		c.bad("sub", at+".sub", fault.T("没有流程 %q", "there is no flow %q", a.Sub), spec.Meant(a.Sub, c.p.Names("flow")))
	}
	c.m.subs = c.m.subs || a.Sub != ""
	if s.End && len(a.By) == 0 && !c.broken {
		c.bad("ended.by", at, fault.T("办结状态的动作须写明由谁办理（by）", "an action of a state that ends the case says who may do it (by)"), fault.T("例如 by: creator", "such as by: creator"))
	}
	if a.Extend != nil && c.d.Clock == nil {
		c.bad("extend", at+".extend", fault.T("流程没有计时，不能延期", "the flow has no clock to extend"), fault.T("请写 clock", "write clock"))
	}
}

func (c *compiler) field(name, at string) {
	if _, ok := c.entity.Field(name); !ok && !c.entity.Vague(name) {
		c.bad("field", at, fault.T("登记表没有字段 %q", "the entity has no field %q", name), spec.MeantOf(name, append(c.entity.Words(), spec.Word{Name: NeedReason, Title: fault.T("理由", NeedReason)}, spec.Word{Name: NeedBasis, Title: fault.T("依据", NeedBasis)})))
	}
}

func (c *compiler) route(terms ledger.Words, at string) {
	for _, t := range terms {
		switch t {
		case RouteClimb, RouteStay, RouteBack, RouteLoad, RouteDesk:
		case RouteDuty:
			c.onDuty(at)
		default:
			c.m.routes[t] = c.responsible(t, at)
		}
	}
}

// bareWord is a word that may be a way of routing, or a field.
var bareWord = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// responsible reads a term of a route that says whose it is: an attribute of a code, a field, or
// a formula.
func (c *compiler) responsible(t, at string) lookup {
	f, ok := c.entity.Field(t)
	switch {
	case ok && f.Holds().Kind != ledger.Office && f.Holds().Kind != ledger.Text:
		c.bad("route", at, fault.T("字段 %s 的类型是 %s，不能说明由哪个部门办理", "the field %s is of type %s and names no office", t, string(f.Holds().Kind)), fault.T("请用部门字段，或代码的属性，例如 class.dept", "use a field of offices, or an attribute of a code: class.dept"))
		return lookup{}
	case !ok && bareWord.MatchString(t) && !c.entity.Vague(t):
		var words []spec.Word
		for _, w := range Ways() {
			words = append(words, spec.Word{Name: w.Word, Title: fault.Text{ZH: w.Title}})
		}
		for _, w := range c.entity.Words() {
			if f, _ := c.entity.Field(w.Name); f.Holds().Kind == ledger.Office {
				words = append(words, w)
			}
		}
		c.bad("route", at, fault.T("没有派单方式 %q", "there is no way of routing %q", spec.Clip(t, 40)), spec.MeantOf(t, words))
		return lookup{}
	}
	return c.lookup(t, at, func(string, string) {})
}
