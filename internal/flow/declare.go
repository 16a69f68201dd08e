package flow

import (
	"strings"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/spec"
)

// Decl is a declaration of the section flow, under the name of its entity: the states a case
// of that entity walks through, who may do what in each, and its clocks.
type Decl struct {
	Title     spec.Label       `yaml:"title,omitempty" json:"title"`
	Start     string           `yaml:"start,omitempty" json:"start"`         // state a case begins in; the first one where it is not said
	Clock     *ClockDecl       `yaml:"clock,omitempty" json:"clock"`         // of the whole case
	Opens     []Trigger        `yaml:"opens,omitempty" json:"opens"`         // facts that open a case
	Closes    []Trigger        `yaml:"closes,omitempty" json:"closes"`       // facts that act on the case they are about
	Urge      Who              `yaml:"urge,omitempty" json:"urge"`           // who may remind (催办); the creator where it is not said
	Desk      Who              `yaml:"desk,omitempty" json:"desk"`           // where cases wait that no office was found for; whoever begins them where it is not said
	Supervise *SuperviseDecl   `yaml:"supervise,omitempty" json:"supervise"` // who may demand an answer (督办)
	Roster    *RosterDecl      `yaml:"roster,omitempty" json:"roster"`       // who is on duty (值班表), for states whose route is duty
	States    spec.Map[*State] `yaml:"states" json:"states"`
}

// ClockDecl is the clock of a whole case.
type ClockDecl struct {
	Budget Value  `yaml:"budget" json:"budget"`                   // 8wh, 2wd, 3d …, or field.attribute of a code
	From   string `yaml:"from,omitempty" json:"from,omitempty"`   // the mark at which it starts; opening where it is not said
	Until  string `yaml:"until,omitempty" json:"until,omitempty"` // the mark at which it stops; the end where it is not said
	Ladder string `yaml:"ladder,omitempty" json:"ladder"`         // warnings on the way
}

// Trigger is a fact, and what it does.
type Trigger struct {
	On    string           `yaml:"on" json:"on"`                 // kind of fact
	Where string           `yaml:"where,omitempty" json:"where"` // formula over the fact
	Same  string           `yaml:"same,omitempty" json:"same"`   // formula: what the case is about; one open case for each
	Set   spec.Map[string] `yaml:"set,omitempty" json:"set"`     // fields by formulas over the fact
	State string           `yaml:"state,omitempty" json:"state"` // of closes: only in this state
	Do    string           `yaml:"do,omitempty" json:"do"`       // of closes: the action that is done
}

// SuperviseDecl is 督办: a supervisor's demand, to which an answer is owed by a time.
type SuperviseDecl struct {
	By     Who          `yaml:"by" json:"by"`
	Answer clock.Budget `yaml:"answer" json:"answer"`
}

// RosterDecl names the register that says who is on duty (值班表), and the fields of it that say
// so.
type RosterDecl struct {
	Entity string `yaml:"entity" json:"entity"`                     // register whose records are the shifts
	Person string `yaml:"person" json:"person"`                     // field with the name or account of who is on duty: a text, or a person
	From   string `yaml:"from" json:"from"`                         // field that says when a shift begins: a time, or a date for whole days
	To     string `yaml:"to,omitempty" json:"to,omitempty"`         // field that says when it ends, of the same type; a last day counts whole; the day of from where it is not said
	Office string `yaml:"office,omitempty" json:"office,omitempty"` // field that says of which office; whose the record is where it is not said
}

// State is where a case can be.
type State struct {
	Title   spec.Label        `yaml:"title,omitempty" json:"title"`
	By      Who               `yaml:"by,omitempty" json:"by"`           // whose turn it is: role@level, holder or creator, each with a condition behind it or not (checker if area < 2)
	Route   ledger.Words      `yaml:"route,omitempty" json:"route"`     // how the office is found, see below; climb where it is not said
	Within  Value             `yaml:"within,omitempty" json:"within"`   // limit of this stage: 2wd, or field.attribute of a code
	Ladder  string            `yaml:"ladder,omitempty" json:"ladder"`   // of the stage
	Pause   bool              `yaml:"pause,omitempty" json:"pause"`     // the case's clock stands while it is here
	AtMost  Value             `yaml:"at-most,omitempty" json:"at_most"` // after it the case goes on by itself …
	Expire  string            `yaml:"expire,omitempty" json:"expire"`   // … to this state
	Except  ledger.Words      `yaml:"except,omitempty" json:"except"`   // roles whose holders on this case may not act here: a handler never checks itself
	Joint   *JointDecl        `yaml:"joint,omitempty" json:"joint"`     // other offices are asked
	End     bool              `yaml:"end,omitempty" json:"end"`
	Actions spec.Map[*Action] `yaml:"actions,omitempty" json:"actions"`

	name string
}

// JointDecl is joint handling (联合办理): one office leads, others assist and answer.
type JointDecl struct {
	Assist int    `yaml:"assist,omitempty" json:"assist"`                                 // how many at most; 0: as many as needed
	Answer string `yaml:"answer,omitempty" json:"answer" jsonschema:"enum=all,enum=half"` // who must answer before the lead goes on: all, or more than half
}

// Action is something one may do in a state.
type Action struct {
	Title  spec.Label       `yaml:"title,omitempty" json:"title"`
	To     string           `yaml:"to,omitempty" json:"to"`         // the state it leads to; none: the case stays
	By     Who              `yaml:"by,omitempty" json:"by"`         // in place of the state's
	Need   ledger.Words     `yaml:"need,omitempty" json:"need"`     // fields that must be given, and reason or basis
	Edit   ledger.Words     `yaml:"edit,omitempty" json:"edit"`     // fields that may be given
	Check  string           `yaml:"check,omitempty" json:"check"`   // condition that must hold
	Say    spec.Label       `yaml:"say,omitempty" json:"say"`       // why not, where it does not
	Mark   string           `yaml:"mark,omitempty" json:"mark"`     // milestone
	Set    spec.Map[string] `yaml:"set,omitempty" json:"set"`       // fields by formulas
	Most   int              `yaml:"most,omitempty" json:"most"`     // how often it may be done
	Then   *Then            `yaml:"then,omitempty" json:"then"`     // what it does instead after that
	Once   bool             `yaml:"once,omitempty" json:"once"`     // 一次性告知: it may be asked once
	Extend *clock.Budget    `yaml:"extend,omitempty" json:"extend"` // 延期: what may be asked for at most
	Agree  Who              `yaml:"agree,omitempty" json:"agree"`   // who has to agree first
	Joined bool             `yaml:"joined,omitempty" json:"joined"` // only once those asked to assist have answered
	Route  ledger.Words     `yaml:"route,omitempty" json:"route"`   // in place of the next state's
	Notify Who              `yaml:"notify,omitempty" json:"notify"` // who is told
	Sub    string           `yaml:"sub,omitempty" json:"sub"`       // flow of which a case is opened below this one
}

// Then is what an action does once it was done as often as it may be.
type Then struct {
	To     string       `yaml:"to" json:"to"`
	Route  ledger.Words `yaml:"route,omitempty" json:"route"`
	Notify Who          `yaml:"notify,omitempty" json:"notify"`
}

// Rung is a step of the section ladder: what happens when so much of the time is spent.
type Rung struct {
	At     clock.Percent `yaml:"at" json:"at"`
	Notify Who           `yaml:"notify,omitempty" json:"notify"`
	Raise  int           `yaml:"raise,omitempty" json:"raise"` // levels up
	Mark   string        `yaml:"mark,omitempty" json:"mark"`
	Score  int           `yaml:"score,omitempty" json:"score"` // points of the office whose turn it is
}

// Ladder is a declaration of the section ladder.
type Ladder []Rung

// Value is a limit: a budget that is written out, an attribute of a code, or a formula.
type Value string

// UnmarshalText reads it as it is written: what it is, the machine finds out.
func (v *Value) UnmarshalText(text []byte) error {
	*v = Value(strings.TrimSpace(string(text)))
	return nil
}

// Form is the value's form for editors: what begins with a digit is a budget.
func (Value) Form() string {
	return `^([^0-9].*|` + strings.Trim(clock.Budget{}.Form(), "^$") + `)$`
}
