package flow

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// reach refuses states no case can come to, those it cannot leave, and flows that never end.
func (c *compiler) reach() {
	if c.broken || len(c.faults) > 0 {
		return
	}
	reached := c.from(c.d.Start)
	ends := false
	for _, s := range c.d.States {
		if !reached[s.Name] {
			c.bad("unreached", "states."+s.Name, fault.T("没有动作通向状态 %s", "no action leads to the state %s", s.Name), fault.T("请删去，或让某个动作转入它", "remove it, or let an action lead there"))
		}
		ends = ends || s.Value.End && reached[s.Name]
	}
	if !ends {
		c.bad("endless", "states", fault.T("流程没有可以到达的办结状态", "the flow never comes to an end"), fault.T("请给一个状态写上 end: true", "give a state end: true"))
		return
	}
	for _, s := range c.d.States {
		out := c.from(s.Name)
		if reached[s.Name] && !slices.ContainsFunc(c.d.States, func(e spec.Pair[*State]) bool { return e.Value.End && out[e.Name] }) {
			c.bad("dead", "states."+s.Name, fault.T("案件到了状态 %s，就不能办结", "a case that comes to the state %s never ends", s.Name), fault.T("请让它的动作或后续状态通向办结状态", "let an action of it, or of a state behind it, lead to an end"))
		}
	}
	c.rounds()
}

// from are the states a case may come to from one, that one as well.
func (c *compiler) from(start string) map[string]bool {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		s := c.m.states[name]
		if name == "" || seen[name] || s == nil {
			return
		}
		seen[name] = true
		visit(s.Expire)
		for _, a := range s.Actions {
			visit(a.Value.To)
			if a.Value.Then != nil {
				visit(a.Value.Then.To)
			}
		}
	}
	visit(start)
	return seen
}

// rounds refuses states that pass into each other by time alone: a case would go round for ever.
func (c *compiler) rounds() {
	told := map[string]bool{}
	for _, s := range c.d.States {
		var way []string
		for name := s.Name; name != "" && !slices.Contains(way, name); name = c.m.states[name].Expire {
			way = append(way, name)
		}
		last := c.m.states[way[len(way)-1]].Expire
		if last != s.Name || told[s.Name] {
			continue
		}
		for _, n := range way {
			told[n] = true
		}
		c.bad("round", "states."+s.Name+".expire", fault.T("超时后循环：%s", "time-outs go round: %s", strings.Join(append(way, last), " → ")), fault.T("请让其中一个超时转入有人办理的状态", "let one of them lead to a state where somebody acts"))
	}
}
