package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

// none is what an expectation says where there is nothing and nobody.
const none = "none"

// trialCheck finds what a trial names that is not there, and values that no field takes.
type trialCheck struct {
	p   *pack.Pack
	e   spec.Entry
	t   *Trial
	m   *Machine
	out []*fault.Error
}

func (c *trialCheck) say(code, at string, text, fix fault.Text) {
	c.out = append(c.out, fault.New(fault.Invalid, "trial."+code, text).At("%s", at).Fix(fix))
}

func (c *trialCheck) check() {
	if c.t.Name == "" && !c.e.Broken {
		c.say("name", "", fault.T("测试缺少 name", "the test has no name"), fault.T("请用一句话写明测什么", "say in a sentence what it tests"))
	}
	if !c.records() {
		return
	}
	g := c.t.Given
	c.state(g.State, "given.state")
	c.time(g.At, "given.at")
	c.person(g.As, "given.as")
	c.person(g.Holder, "given.holder")
	for i, d := range c.t.When {
		c.deed(d, fmt.Sprintf("when[%d]", i))
	}
	c.expect(c.t.Then, "then")
}

// records checks what is given, and finds the flow; not ok where there is none to check against.
func (c *trialCheck) records() bool {
	cases, strange := 0, false
	for name, all := range c.t.Given.Records {
		switch {
		case c.p.Has("flow", name):
			c.m, _ = Of(c.p, name)
			cases, strange = cases+len(all), strange || c.m == nil
		case !c.p.Has("entity", name):
			strange = true
			c.say("flow", "given."+name, fault.T("没有流程或登记表 %q", "there is no flow and no register %q", name), spec.Meant(name, append(c.p.Names("flow"), c.p.Names("entity")...)))
		}
	}
	if cases != 1 && !strange && !c.e.Broken {
		c.say("given", "given", fault.T("given 须写一条要办理的登记，例如 given: {hole: {…}}", "given needs the one record the case is about, such as given: {hole: {…}}"), fault.T("键是流程的名称", "its key is the flow's name"))
	}
	for name, all := range c.t.Given.Records {
		e, ok := ledger.Of(c.p, name)
		if !ok {
			continue
		}
		for i, given := range all {
			at := "given." + name
			if len(all) > 1 {
				at += place(i)
			}
			c.values(e, given, at)
		}
	}
	return c.m != nil
}

// values checks what is written into a register.
func (c *trialCheck) values(e *ledger.Entity, given map[string]any, at string) {
	for name := range given {
		if _, there := e.Field(name); !there && !e.Vague(name) {
			c.say("field", at+"."+name, fault.T("登记表没有字段 %q", "the entity has no field %q", name), spec.MeantOf(name, e.Words()))
		}
	}
	c.out = append(c.out, e.CheckWritten(at, given)...)
}

func (c *trialCheck) deed(d Deed, at string) {
	c.time(d.At, at+".at")
	c.values(c.m.entity, d.With, at+".with")
	if _, own := builtIn[d.Do]; d.Do != "" && !own && !slices.Contains(append(c.m.written, c.m.actions()...), d.Do) {
		c.say("do", at+".do", fault.T("流程没有动作 %q", "the flow has no action %q", d.Do), spec.MeantOf(d.Do, c.acts()))
	}
	c.person(d.As, at+".as")
	c.expect(d.Then, at+".then")
}

// acts are the actions of the flow, and those every flow has, with their titles.
func (c *trialCheck) acts() (out []spec.Word) {
	for _, s := range c.m.Decl.States {
		for _, a := range s.Value.Actions {
			if a.Value != nil {
				out = append(out, spec.Word{Name: a.Name, Title: a.Value.Title.Text()})
			}
		}
	}
	for _, name := range ownActs {
		out = append(out, spec.Word{Name: name, Title: builtIn[name]})
	}
	return out
}

func (c *trialCheck) expect(want *Expect, at string) {
	if want == nil {
		return
	}
	c.state(want.State, at+".state")
	if want.Due != none {
		c.time(want.Due, at+".due")
	}
	c.role(want.Holder, at+".holder")
	c.role(want.Duty, at+".duty")
	for i, r := range want.Told {
		at := at + ".told"
		if len(want.Told) > 1 {
			at += place(i)
		}
		c.role(r, at)
	}
}

func (c *trialCheck) state(name, at string) {
	if name != "" && c.m.states[name] == nil && !slices.Contains(c.m.written, name) {
		c.say("state", at, fault.T("没有状态 %q", "there is no state %q", name), spec.MeantOf(name, c.m.stateWords()))
	}
}

func (c *trialCheck) time(text, at string) {
	if _, err := moment(text); text != "" && err != nil {
		c.say("time", at, fault.T("“%s”不是时间", "%q is no time", spec.Clip(text, 40)), fault.T("请写作 \"2026-11-20 10:06\"", "write \"2026-11-20 10:06\""))
	}
}

// person checks who is named as role, role2, role@level or role@OFFICE, holder or creator.
func (c *trialCheck) person(text, at string) {
	role, _, _ := asWho(text)
	if text != "" && !slices.Contains([]string{System, Holder, Creator}, text) && !c.p.Has("roles", role) {
		c.say("role", at, fault.T("没有角色 %q", "there is no role %q", role), spec.MeantOf(role, personWords(c.p)))
	}
}

// role checks a role of which somebody is expected; holder and creator are no roles.
func (c *trialCheck) role(text, at string) {
	if role, _, _ := strings.Cut(text, "@"); role != "" && role != none && !c.p.Has("roles", role) && !c.p.Has("roles", strings.TrimSuffix(role, "2")) {
		c.say("role", at, fault.T("没有角色 %q；此处写角色", "there is no role %q; a role stands here", role), spec.MeantOf(role, append(roleWords(c.p), spec.Word{Name: none, Title: fault.T("无", "nobody")})))
	}
}
