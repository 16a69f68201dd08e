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
	"github.com/chengshu/chengshu/internal/pack"
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
