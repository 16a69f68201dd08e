package flow

import (
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

// Machine is a flow ready to run. It is pure and safe for concurrent use.
type Machine struct {
	Pack    string
	Version string
	Name    string
	Title   spec.Label
	Decl    *Decl

	states   map[string]*State
	budgets  map[string]lookup // by source
	ladders  map[string]Ladder
	formulas map[string]*formula.Formula // by source
	routes   map[string]lookup           // by term
	roles    map[string]pack.Role
	entity   *ledger.Entity
	notices  []*NoticeDecl
	roster   *roster
	subs     bool     // an action opens cases below
	written  []string // states and actions as they are written, those as well that are wrong and cut out
}

// lookup is a value that is written, taken from a code's attribute, or computed.
type lookup struct {
	text    string
	field   string                       // of type code …
	attrs   map[string]map[string]string // … its codes' attributes
	attr    string
	formula *formula.Formula
	budget  clock.Budget // that the text is, where it is one
}

func (l lookup) value(values, facts map[string]any) (string, error) {
	switch {
	case l.field != "":
		code, _ := values[l.field].(string)
		return l.attrs[code][l.attr], nil
	case l.formula != nil:
		v, err := l.formula.Eval(facts)
		s, _ := v.(string)
		return s, err
	}
	return l.text, nil
}

// Limit is a limit in words: of a code's attribute what it is for each code.
func (m *Machine) Limit(v Value) fault.Text {
	l := m.budgets[string(v)]
	if l.field == "" {
		if l.budget.Amount > 0 {
			return l.budget.Words()
		}
		return fault.Text{ZH: string(v), EN: string(v)}
	}
	var out fault.Text
	f, _ := m.entity.Field(l.field)
	for _, c := range f.Codes {
		if b, err := clock.ParseBudget(l.attrs[c.Code][l.attr]); err == nil {
			one := fault.T("%s %s", "%s: %s", c.Name.Text(), b.Words())
			if out = fault.T("%s；%s", "%s; %s", out, one); out.ZH == "；"+one.ZH {
				out = one
			}
		}
	}
	return out
}

// state gives a state of the flow; a case can be in none else.
func (m *Machine) state(name string) (*State, error) {
	if s := m.states[name]; s != nil {
		return s, nil
	}
	return nil, fault.New(fault.Internal, "case.state", fault.T("流程 %s 没有状态 %s", "the flow %s has no state %s", m.Name, name)).
		Fix(fault.T("应用包与案件不符，请由管理员核对所装版本", "the pack does not fit the case; let an administrator check what is installed"))
}

// StateTitle is a state in words.
func (m *Machine) StateTitle(name string) fault.Text {
	if s := m.states[name]; s != nil {
		return s.Title.Or(name).Text()
	}
	return fault.Text{ZH: name, EN: name}
}

// Later are the fields that actions ask for, and that nobody has to fill in when a case begins.
// What whoever opened it may correct (补正) is theirs to give at once.
func (m *Machine) Later() (out []string) {
	for _, s := range m.Decl.States {
		for _, a := range s.Value.Actions {
			by, asked := s.Value.By, slices.Concat(a.Value.Need, a.Value.Edit)
			if len(a.Value.By) > 0 {
				by = a.Value.By
			}
			if slices.ContainsFunc(by, func(t Term) bool { return t.Is == Creator }) {
				asked = a.Value.Need
			}
			for _, name := range asked {
				if f, ok := m.entity.Field(name); ok && f.Required == "" && !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// StateJoined is the state of a case that was joined to another; every flow has it, and no
// declaration can name it.
const StateJoined = "~joined"

func joinedState() *State {
	return &State{name: StateJoined, Title: spec.Label{ZH: "已并入", EN: "joined to another"}, End: true}
}

// ActionTitle is an action of a state in words.
func (m *Machine) ActionTitle(state, name string) fault.Text {
	if s := m.states[state]; s != nil {
		if a, ok := s.Actions.Get(name); ok {
			return a.Title.Or(name).Text()
		}
	}
	if t, ok := builtIn[name]; ok {
		return t
	}
	return fault.Text{ZH: name, EN: name}
}

// builtIn are the acts every flow has.
var builtIn = map[string]fault.Text{
	ActOpen:      {ZH: "受理登记", EN: "opened"},
	ActUrge:      {ZH: "催办", EN: "reminded"},
	ActSupervise: {ZH: "督办", EN: "demanded an answer"},
	ActAnswer:    {ZH: "回复督办", EN: "answered the demand"},
	ActInvite:    {ZH: "邀请协办", EN: "asked to assist"},
	ActAssist:    {ZH: "协办答复", EN: "answered as assistant"},
	ActAgree:     {ZH: "同意", EN: "agreed"},
	ActRefuse:    {ZH: "不同意", EN: "refused"},
	ActDelegate:  {ZH: "转交", EN: "handed over"},
	ActAssign:    {ZH: "指派部门", EN: "assigned to an office"},
	ActComment:   {ZH: "批注", EN: "commented"},
	ActExpire:    {ZH: "超时自动办理", EN: "went on by itself"},
	ActWarn:      {ZH: "时限提醒", EN: "warned of the time"},
	ActMerge:     {ZH: "并入重复上报", EN: "another report joined"},
	ActJoin:      {ZH: "并入其他案件", EN: "joined to another case"},
	ActPart:      {ZH: "撤销并单", EN: "parted from the other case"},
	ActParted:    {ZH: "并入的上报撤出", EN: "a report that had joined was parted"},
	ActMoved:     {ZH: "工作日历调整", EN: "the calendar was changed"},
	ActStray:     {ZH: "承办人员变动", EN: "people came or went"},
	ActTake:      {ZH: "接办", EN: "took it over"},
	ActRelieve:   {ZH: "值班交接", EN: "the shift changed"},
	ActUpgrade:   {ZH: "转入新版本流程", EN: "moved to the new version"},
}

// Acts that are no actions of a declaration. Their names cannot be declared.
const (
	ActOpen      = "open"
	ActUrge      = "urge"
	ActSupervise = "supervise"
	ActAnswer    = "answer"
	ActInvite    = "invite"
	ActAssist    = "assist"
	ActAgree     = "agree"
	ActRefuse    = "refuse"
	ActDelegate  = "delegate"
	ActAssign    = "assign"
	ActComment   = "comment"
	ActExpire    = "expire"
	ActWarn      = "warn"
	ActMerge     = "merge"
	ActJoin      = "merge_into"
	ActPart      = "unmerge"
	ActParted    = "unmerged"
	ActMoved     = "moved"
	ActTake      = "take_over"
	ActStray     = "stray"
	ActRelieve   = "relieve"
	ActUpgrade   = "upgrade"
)

// Env is what a step looks at besides its case.
type Env struct {
	Clock  func(office string) *clock.Clock // the calendar, read with an office's hours
	Tree   *Tree
	Values map[string]any                // of the record
	Below  int                           // cases opened below it that have not ended
	Into   *Case                         // the case it is to be joined to, or was
	Leads  bool                          // that one is the actor's turn
	Sees   func(user string) bool        // whether they see the case; nil: all do
	Load   func(office, role string) int // cases whose turn a role of an office is; nil: nobody counts
	// Duty gives the shifts of some offices that hold at an instant, the latest begun first;
	// nil: there is no roster.
	Duty func(offices []string, at time.Time) ([]Shift, error)
}

// desk are the roles that cases wait with which no office was found for.
func (m *Machine) desk() (out Who) {
	by := m.Decl.Desk
	if len(by) == 0 {
		by = m.states[m.Decl.Start].By
	}
	for _, t := range by {
		if t.Role != "" {
			out = append(out, t)
		}
	}
	return out
}

// rungs is the ladder of a clock: the one declared, or one that says overdue.
func (m *Machine) rungs(name string) Ladder {
	if l, ok := m.ladders[name]; ok {
		return l
	}
	return Ladder{{At: 100, Mark: Overdue}}
}

// Overdue is the mark of a clock that has run out.
const Overdue = "overdue"

// steps gives a ladder as the clock counts it.
func (l Ladder) steps() clock.Ladder {
	out := make(clock.Ladder, len(l))
	for i, r := range l {
		out[i] = clock.Step{At: r.At, Notify: r.Notify.Words(), Raise: r.Raise, Mark: r.Mark, Score: r.Score}
	}
	return out
}

// Entity is the register whose records are the flow's cases.
func (m *Machine) Entity() *ledger.Entity { return m.entity }

// FieldTitle is a field of the record in words.
func (m *Machine) FieldTitle(name string) fault.Text { return m.fieldTitle(name) }

// WhoTitle is who may act in words.
func (m *Machine) WhoTitle(w Who) fault.Text {
	var zh, en []string
	for _, t := range w {
		at := len(zh)
		switch t.Is {
		case Holder:
			zh, en = append(zh, "承办人"), append(en, "whoever holds it")
		case Creator:
			zh, en = append(zh, "上报人"), append(en, "whoever opened it")
		case System:
			zh, en = append(zh, "系统"), append(en, "the system")
		default:
			title := m.roles[t.Role].Title.Or(t.Role)
			zh, en = append(zh, t.Level.Title()+title.ZH), append(en, title.In("en"))
		}
		if t.If != "" {
			zh[at], en[at] = zh[at]+"（"+t.If+"）", en[at]+" ("+t.If+")"
		}
	}
	return fault.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}
