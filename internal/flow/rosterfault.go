package flow

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/spec"
)

// rosterFields refuses a roster whose register or fields are not there, or are of a type that
// says something else.
func (c *compiler) rosterFields() {
	r := c.d.Roster
	if r == nil {
		return
	}
	e, ok := ledger.Of(c.p, r.Entity)
	switch {
	case r.Entity == "" && c.broken, !ok && c.p.Has("entity", r.Entity): // what is wrong with it is told there
		return
	case r.Entity == "":
		c.bad("roster", "roster", fault.T("值班表须写明登记表 entity", "a roster needs its entity"), fault.T("例如 {entity: shift, person: who, from: starts, to: ends}", "such as {entity: shift, person: who, from: starts, to: ends}"))
		return
	case !ok:
		c.bad("roster.entity", "roster.entity", fault.T("没有登记表 %q", "there is no register %q", r.Entity), spec.Meant(r.Entity, c.p.Names("entity")))
		return
	}
	c.m.roster = &roster{*r, e}
	c.rosterField(e, "person", r.Person, true, ledger.Text, ledger.Person)
	from := c.rosterField(e, "from", r.From, true, ledger.Time, ledger.Date)
	if from == ledger.Time {
		c.rosterField(e, "to", r.To, true, ledger.Time)
	} else {
		c.rosterField(e, "to", r.To, false, ledger.Date)
	}
	c.rosterField(e, "office", r.Office, false, ledger.Office)
}

// rosterField checks a field of a roster and gives its type.
func (c *compiler) rosterField(e *ledger.Entity, key, name string, needed bool, kinds ...ledger.Kind) ledger.Kind {
	titles := make([]string, len(kinds))
	for i, k := range kinds {
		titles[i] = string(k)
	}
	f, ok := e.Field(name)
	switch want := strings.Join(titles, "/"); {
	case name == "" && needed && !c.broken:
		c.bad("roster", "roster", fault.T("值班表须写明 %s：类型为 %s 的字段", "a roster needs %s: a field of type %s", key, want), fault.T("例如 {entity: shift, person: who, from: starts, to: ends}", "such as {entity: shift, person: who, from: starts, to: ends}"))
	case name == "", !ok && e.Vague(name):
	case !ok:
		c.bad("roster.field", "roster."+key, fault.T("登记表 %s 没有字段 %q", "the register %s has no field %q", e.Name, spec.Clip(name, 40)), spec.MeantOf(name, e.Words()))
	case !slices.Contains(kinds, f.Holds().Kind):
		c.bad("roster.type", "roster."+key, fault.T("字段 %s 的类型是 %s，此处须为 %s", "the field %s is of type %s; here it is %s", name, string(f.Holds().Kind), want), fault.T("请改用其他字段", "name another field"))
	default:
		return f.Holds().Kind
	}
	return ""
}

// onDuty refuses a route by duty where there is no roster.
func (c *compiler) onDuty(at string) {
	if c.d.Roster == nil && !c.broken {
		c.bad("duty", at, fault.T("按值班派单（duty）须在流程中写明值班表 roster", "the route duty needs the roster of the flow"), fault.T("例如 roster: {entity: shift, person: who, from: starts, to: ends}", "such as roster: {entity: shift, person: who, from: starts, to: ends}"))
	}
}
