package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// Facts that packs may open and close cases by. What a formula sees of each is its own
// environment: nothing of a fact's body reaches a pack that is not named here.
var factEnvs = map[event.Kind]formula.Env{
	event.QualityFound: {"batch": formula.Text, "directory": formula.Text, "title": formula.Text, "office": formula.Text, "rule": formula.Text, "name": formula.Text,
		"items": formula.Text, "rows": formula.Number, "bad": formula.Number, "share": formula.Number, "severity": formula.Text, "label": formula.Text, "samples": formula.Text, "about": formula.Text},
	event.QualityPassed: {"batch": formula.Text, "directory": formula.Text, "office": formula.Text, "rule": formula.Text, "rows": formula.Number, "bad": formula.Number, "label": formula.Text, "about": formula.Text},
	event.CaseClosed:    {"case": formula.Text, "pack": formula.Text, "flow": formula.Text, "key": formula.Text, "state": formula.Text, "office": formula.Text, "about": formula.Text, "record": formula.Text, "parent": formula.Text},
}

// FactNames lists the facts a pack may name.
func FactNames() (out []string) {
	for _, k := range []event.Kind{event.QualityFound, event.QualityPassed, event.CaseClosed} {
		out = append(out, string(k))
	}
	return out
}

// trigger lets a fact open and close cases, as the installed packs say. Its writes commit
// with the consumer's cursor, so that a fact opens a case once whatever happens.
func (e *Engine) trigger(ctx context.Context, ev event.Event) (store.Writes, error) {
	if factEnvs[ev.Kind] == nil {
		return nil, nil
	}
	fact := map[string]any{}
	if err := json.Unmarshal(ev.Body, &fact); err != nil {
		return nil, fmt.Errorf("flow: fact %d: %w", ev.Seq, err)
	}
	for name := range fact {
		if _, known := factEnvs[ev.Kind][name]; !known {
			delete(fact, name)
		}
	}
	type hit struct {
		m     *Machine
		t     *Trigger
		opens bool
	}
	var hits []hit
	for _, p := range e.opt.Packs.Installed() {
		for _, m := range Flows(p) {
			for i := range m.Decl.Closes {
				if t := &m.Decl.Closes[i]; t.On == string(ev.Kind) {
					hits = append(hits, hit{m, t, false})
				}
			}
			for i := range m.Decl.Opens {
				if t := &m.Decl.Opens[i]; t.On == string(ev.Kind) {
					hits = append(hits, hit{m, t, true})
				}
			}
		}
	}
	if len(hits) == 0 {
		return nil, nil
	}
	return func(ctx context.Context, tx store.Tx) error {
		for _, h := range hits {
			do := e.closes
			if h.opens {
				do = e.opens
			}
			if err := do(ctx, tx, h.m, h.t, fact); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// holds says whether a fact meets a trigger, and what the case is about.
func (m *Machine) holds(t *Trigger, fact map[string]any) (about string, ok bool, err error) {
	if t.Where != "" {
		if ok, err = m.formulas[t.On+"\x00"+t.Where].Holds(fact); !ok || err != nil {
			return "", false, err
		}
	}
	if t.Same != "" {
		v, err := m.formulas[t.On+"\x00"+t.Same].Eval(fact)
		s, _ := v.(string)
		return s, err == nil, err
	}
	return "", true, nil
}

func (e *Engine) opens(ctx context.Context, tx store.Tx, m *Machine, t *Trigger, fact map[string]any) error {
	about, ok, err := m.holds(t, fact)
	if err != nil || !ok {
		return err
	}
	raw := map[string]any{}
	for _, p := range t.Set {
		v, err := m.formulas[t.On+"\x00"+p.Value].Eval(fact)
		if err != nil {
			return err
		}
		if v != nil {
			raw[p.Name] = v
		}
	}
	values, faults := m.entity.Take(ledger.Values(raw))
	if len(faults) > 0 {
		return fault.All("case.fact", fault.T("事实的内容不合登记表的要求", "the fact does not fit the register"), faults)
	}
	office, _ := fact["office"].(string)
	_, _, err = e.open(ctx, tx, people.Actor{}, Opening{Pack: m.Pack, Flow: m.Name, Values: values, About: about, Office: office})
	return err
}

// closes does an action on the open cases a fact is about, where their state has it.
func (e *Engine) closes(ctx context.Context, tx store.Tx, m *Machine, t *Trigger, fact map[string]any) error {
	about, ok, err := m.holds(t, fact)
	if err != nil || !ok || about == "" {
		return err
	}
	var rows []caseRow
	q := tx.NewSelect().Model(&rows).Where("c.pack = ?", m.Pack).Where("c.flow = ?", m.Name).Where("c.ended IS NULL")
	if t.On == string(event.CaseClosed) && t.Same == "parent" {
		q = q.Where("c.id = ?", about)
	} else {
		q = q.Where("c.about = ?", about).Where("c.about <> ''")
	}
	if t.State != "" {
		q = q.Where("c.state = ?", t.State)
	}
	if err := q.Limit(100).Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		mine, err := e.machine(ctx, Case{Pack: r.Pack, Version: r.Version, Flow: r.Flow})
		if err != nil {
			return err
		}
		s := mine.states[r.State]
		if s == nil {
			continue
		}
		if _, has := s.Actions.Get(t.Do); !has {
			continue
		}
		_, err = e.act(ctx, tx, people.Actor{}, r.ID, Input{Actor: Actor{System: true}, Action: t.Do})
		if fault.KindOf(err) == fault.Conflict {
			e.opt.Log.Info("a fact does not act on a case yet", "case", r.ID, "action", t.Do, "why", err)
			continue // what it waits for comes with a later fact
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// triggers checks and compiles what facts do.
func (c *compiler) triggers() {
	for what, all := range map[string][]Trigger{"opens": c.d.Opens, "closes": c.d.Closes} {
		for i, t := range all {
			c.trigger(what, what+place(i), t)
		}
	}
}

func (c *compiler) trigger(what, at string, t Trigger) {
	env := factEnvs[event.Kind(t.On)]
	if env == nil {
		c.bad("fact", at+".on", fault.T("没有事实 %q", "there is no fact %q", t.On), spec.Meant(t.On, FactNames()))
		return
	}
	read := func(source, where string, want formula.Type) {
		if source == "" {
			return
		}
		f, err := formula.Compile(source, env, want)
		if err != nil {
			for _, p := range parts(fault.From(err)) {
				c.faults = append(c.faults, p.At("%s", where))
			}
			return
		}
		c.m.formulas[t.On+"\x00"+source] = f
	}
	read(t.Where, at+".where", formula.Bool)
	read(t.Same, at+".same", formula.Text)
	for _, p := range t.Set {
		c.field(p.Name, at+".set."+p.Name)
		read(p.Value, at+".set."+p.Name, formula.Any)
	}
	if what == "opens" {
		return
	}
	c.stateName(t.State, at+".state")
	found := false
	for _, s := range c.d.States {
		if _, ok := s.Value.Actions.Get(t.Do); ok && (t.State == "" || t.State == s.Name) {
			found = true
		}
	}
	if !found && !c.broken {
		c.bad("do", at+".do", fault.T("没有动作 %q", "there is no action %q", t.Do), spec.Meant(t.Do, c.m.actions()))
	}
	if t.Same == "" && !c.broken {
		c.bad("same", at, fault.T("须写明 same：针对哪个案件", "it needs same: which case it is about"), fault.T("例如 same: about", "such as same: about"))
	}
}
