package flow

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
)

// ToldNotice is a notice in the words of the pack.
const ToldNotice = "notice"

// NoticeDecl is a declaration of the section notice: whom a case's way is told to beside
// those whose turn it is, in the words of the pack.
type NoticeDecl struct {
	Flow string       `yaml:"flow,omitempty" json:"flow"` // whose cases; the pack's only flow where it is not said
	On   ledger.Words `yaml:"on" json:"on"`               // actions that are done, and states a case comes to
	If   string       `yaml:"if,omitempty" json:"if"`     // formula that must hold
	To   Who          `yaml:"to" json:"to"`               // role, holder, creator
	Text spec.Label   `yaml:"text" json:"text"`           // with {key}, {state} and the names of fields in braces; no personal ones
}

type noticeKind struct{}

func (noticeKind) Section() spec.Section {
	return spec.Section{Name: "notice", Shape: spec.Named, New: func() any { return new(NoticeDecl) }}
}

func (noticeKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("notice", fault.T("通知", "notice"), old, new), nil
}
func (noticeKind) Apply(context.Context, store.Tx, *pack.Pack, *pack.Pack) error { return nil }

// Check hangs a notice on its flow, which was compiled before, and tells what is wrong with it.
func (noticeKind) Check(p *pack.Pack, e spec.Entry) (out []*fault.Error) {
	d := e.Value.(*NoticeDecl)
	flows := p.Names("flow")
	name := d.Flow
	if name == "" && len(flows) == 1 {
		name = flows[0]
	}
	if !p.Has("flow", name) {
		return []*fault.Error{bad("notice.flow", "flow", fault.T("没有流程 %q", "there is no flow %q", name), spec.Meant(name, flows))}
	}
	out = whoFaults(p, d.To, "to")
	m, ok := Of(p, name)
	if !ok {
		return out // its flow says what is wrong there
	}
	known := append(m.Decl.States.Names(), m.actions()...)
	for i, on := range d.On {
		if !slices.Contains(known, on) && !slices.Contains(m.written, on) {
			out = append(out, bad("notice.on", "on"+place(i), fault.T("流程没有动作或状态 %q", "the flow has no action or state %q", on), spec.Meant(on, known)))
		}
	}
	if !e.Broken && (len(d.On) == 0 || len(d.To) == 0 || d.Text.ZH == "") {
		out = append(out, bad("notice.empty", "", fault.T("通知须写明 on、to 和 text", "a notice needs on, to and text"), fault.T("例如 {on: done, to: creator, text: {key} 已办结}", "such as {on: done, to: creator, text: {key} is done}")))
	}
	out = append(out, m.textFaults(d.Text)...)
	if d.If != "" {
		f, err := formula.Compile(d.If, m.entity.Env(m.context()), formula.Bool)
		if err != nil {
			for _, x := range parts(fault.From(err)) {
				out = append(out, x.At("if"))
			}
		}
		m.formulas[d.If] = f
	}
	m.notices = append(m.notices, d)
	return out
}

// actions are the names of all actions of a flow.
func (m *Machine) actions() (out []string) {
	for _, s := range m.Decl.States {
		out = append(out, s.Value.Actions.Names()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var braces = regexp.MustCompile(`\{([^{}]*)\}`)

// sayable are the sorts of fields whose values stand for themselves in a line of text.
var sayable = []ledger.Kind{ledger.Text, ledger.Integer, ledger.Number, ledger.Money, ledger.Date, ledger.Time, ledger.Bool, ledger.Enum, ledger.Code, ledger.Rating, ledger.Computed}

// textFaults refuses names in braces that are nothing, and what does not belong into a notice.
func (m *Machine) textFaults(text spec.Label) (out []*fault.Error) {
	for _, at := range []struct{ in, text string }{{"text", text.ZH}, {"text", text.EN}} {
		for _, found := range braces.FindAllStringSubmatch(at.text, -1) {
			name := found[1]
			if name == "key" || name == "state" {
				continue
			}
			f, ok := m.entity.Field(name)
			switch {
			case !ok && m.entity.Vague(name):
			case !ok:
				out = append(out, bad("notice.field", at.in, fault.T("登记表没有字段 %q", "the entity has no field %q", name), spec.Meant(name, append(m.entity.Names(), "key", "state"))))
			case slices.Contains(m.entity.PersonalFields(), name):
				out = append(out, bad("notice.personal", at.in, fault.T("字段 %q 是个人信息，不能写入通知", "the field %q is personal and does not stand in notices", name), fault.T("请删去，收件人可打开案件查看", "leave it out: whoever is told can open the case")))
			case !slices.Contains(sayable, f.Type.Kind):
				out = append(out, bad("notice.type", at.in, fault.T("字段 %q 的类型不能写入通知", "a field like %q does not stand in a line of text", name), fault.T("请改用文本、数、日期或选项字段", "use a field of text, number, date or choice")))
			}
		}
	}
	return out
}

// announce tells what the pack wants told of an action or of a state that was reached.
func (w *walk) announce(on string) error {
	for _, n := range w.m.notices {
		if !slices.Contains(n.On, on) {
			continue
		}
		if n.If != "" {
			if ok, err := w.m.formulas[n.If].Holds(w.facts()); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
		}
		before := len(w.effects)
		w.notify(ToldNotice, n.To, 0)
		text := fault.Text{ZH: w.fill(n.Text.In("zh"), "zh"), EN: w.fill(n.Text.In("en"), "en")}
		for _, e := range w.effects[before:] {
			e.Tell.Text = text
		}
	}
	return nil
}

// fill puts what the case and its record hold into a text.
func (w *walk) fill(text, lang string) string {
	return braces.ReplaceAllStringFunc(text, func(in string) string {
		switch name := strings.Trim(in, "{}"); name {
		case "key":
			return w.c.Key
		case "state":
			return w.m.StateTitle(w.c.State).In(lang)
		default:
			f, _ := w.m.entity.Field(name)
			return policy.HideStrays(f.Format(w.env.Values[name], lang))
		}
	})
}
