package flow

import (
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// Case is one matter on its way through a flow. It is a value: a step gives a changed copy.
type Case struct {
	ID      string `json:"id"`
	Pack    string `json:"pack"`
	Version string `json:"version"` // of the pack it began with
	Flow    string `json:"flow"`
	Record  string `json:"record"` // id of its record in the register
	Key     string `json:"key"`    // its number for people
	State   string `json:"state"`
	Rev     int    `json:"rev"` // counts its steps

	Region  string `json:"region"`
	Office  string `json:"office"`  // whose turn it is; empty: nobody was found (Stray)
	Holder  string `json:"holder"`  // user who took it on
	Creator string `json:"creator"` // user who opened it
	From    string `json:"from"`    // the creator's office
	Parent  string `json:"parent"`  // case it was opened below
	About   string `json:"about"`   // what it is about, of one opened by a fact
	Into    string `json:"into"`    // case this one was joined to
	Merged  int    `json:"merged"`  // reports that joined it
	Stray   bool   `json:"stray"`   // no office was found for its state
	Level   int    `json:"level"`   // levels it has climbed
	Score   int    `json:"score"`   // points charged by its ladders

	Opened  time.Time `json:"opened"`
	Entered time.Time `json:"entered"` // the state
	Ended   time.Time `json:"ended"`

	Keep
}

// Keep is what a case remembers beside that.
type Keep struct {
	Marks  map[string]time.Time `json:"marks,omitempty"`  // milestones
	Counts map[string]int       `json:"counts,omitempty"` // state.action: how often it was done
	Clocks map[string]Clockwork `json:"clocks,omitempty"` // by ClockCase, ClockState
	Acted  map[string][]string  `json:"acted,omitempty"`  // role: users who acted in it
	Took   string               `json:"took,omitempty"`   // role in which its holder took it on
	Desks  map[string]string    `json:"desks,omitempty"`  // state: the office it was with last
	Raised string               `json:"raised,omitempty"` // office it has climbed to
	Duty   *Duty                `json:"duty,omitempty"`   // who is on duty, whose turn alone it is
	Held   []string             `json:"held,omitempty"`   // conditional terms of its state that held when it came there
	Joint  []Member             `json:"joint,omitempty"`
	Asked  *Asked               `json:"asked,omitempty"`
	Urged  int                  `json:"urged,omitempty"`
	Demand *Demand              `json:"demand,omitempty"`
	Flags  []string             `json:"flags,omitempty"` // set by ladders: overdue
	Before *Before              `json:"before,omitempty"`
}

// Before is what a case was before it was joined to another, and is again when it is parted from
// that one. Its clocks are the ledgers they were: the time it was joined counts as theirs.
type Before struct {
	State   string               `json:"state"`
	Entered time.Time            `json:"entered"`
	Held    []string             `json:"held,omitempty"`
	Duty    *Duty                `json:"duty,omitempty"`
	Clocks  map[string]Clockwork `json:"clocks,omitempty"`
	Joint   []Member             `json:"joint,omitempty"`
	Asked   *Asked               `json:"asked,omitempty"`
	Urged   int                  `json:"urged,omitempty"`
	Demand  *Demand              `json:"demand,omitempty"`
	Flags   []string             `json:"flags,omitempty"`
}

// The clocks of a case.
const (
	ClockCase   = "case"   // of the whole case
	ClockState  = "state"  // of the stage
	ClockExpiry = "expiry" // after which the case goes on by itself
	ClockDemand = "demand" // by which a supervisor is owed an answer
	ClockDuty   = "duty"   // the end of the shift of whoever is on duty
)

// Clockwork is a running clock with the ladder it climbs.
type Clockwork struct {
	clock.Ledger
	Ladder string `json:"ladder,omitempty"`
	Fired  int    `json:"fired,omitempty"`  // rungs that fired
	Office string `json:"office,omitempty"` // whose hours count
}

// Member is an office asked to assist.
type Member struct {
	Office string    `json:"office"`
	Asked  time.Time `json:"asked"`
	Answer time.Time `json:"answer,omitzero"`
	By     string    `json:"by,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// Asked is a request that somebody has to agree to: an extension.
type Asked struct {
	Action string       `json:"action"`
	By     string       `json:"by"`
	Office string       `json:"office"`
	At     time.Time    `json:"at"`
	Reason string       `json:"reason"`
	Budget clock.Budget `json:"budget"`
	Desk   string       `json:"desk"` // office that is asked
}

// Demand is a supervisor's demand (督办) that waits for its answer.
type Demand struct {
	By     string    `json:"by"`
	Office string    `json:"office"`
	At     time.Time `json:"at"`
	Note   string    `json:"note"`
}

// Open says whether the case has not ended.
func (c Case) Open() bool { return c.Ended.IsZero() }

// Flagged says whether a ladder has set a mark.
func (c Case) Flagged(flag string) bool { return slices.Contains(c.Flags, flag) }

// copied gives a case whose maps may be changed.
func (c Case) copied() Case {
	c.Marks = cloned(c.Marks)
	c.Counts = cloned(c.Counts)
	c.Clocks = cloned(c.Clocks)
	c.Desks = cloned(c.Desks)
	acted := make(map[string][]string, len(c.Acted)+1)
	for k, v := range c.Acted {
		acted[k] = slices.Clone(v)
	}
	c.Acted = acted
	c.Joint, c.Flags = slices.Clone(c.Joint), slices.Clone(c.Flags)
	return c
}

func cloned[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Actor is who acts, as the flow sees them.
type Actor struct {
	ID     string
	Name   string
	Office string
	Level  region.Level
	Roles  []string // of the pack, short
	System bool     // a clock or a fact
}

// Holds says whether an actor has a role of the pack.
func (a Actor) Holds(role string) bool { return slices.Contains(a.Roles, role) }

// Input is what somebody wants to do.
type Input struct {
	Actor  Actor
	Action string
	Values map[string]any // fields that are given
	Reason string
	Basis  string
	To     string       // office or user that is named: to assist, to take over
	Named  []string     // users a comment is addressed to
	Budget clock.Budget // of an extension
	Rev    int          // of the case as the actor saw it; 0: whatever it is
}

// Effect is something a step wants done besides the case itself.
type Effect struct {
	Set  map[string]any // fields of the record
	Tell *Tell
	Sub  *Sub
	Duty *DutyNote // what the roster had, for the history
}

// Tell is a notice to somebody.
type Tell struct {
	Why    string // what happened, one of the words below
	User   string
	Office string // its holders of a role of the pack: Role, or any where it is empty
	Role   string
	Rung   int        // percent, of a warning
	Text   fault.Text // of a notice in the words of the pack
}

// What is told.
const (
	ToldTurn    = "turn"    // it is your turn
	ToldWarning = "warning" // so much of the time is spent
	ToldRaised  = "raised"  // it climbed to you
	ToldAction  = "action"  // an action whose declaration names you
	ToldUrged   = "urged"
	ToldDemand  = "demand"
	ToldAsked   = "asked"  // your agreement is asked for
	ToldAgreed  = "agreed" // … was given, or refused
	ToldRefused = "refused"
	ToldJoint   = "joint" // you are asked to assist
	ToldMoved   = "moved" // a changed calendar moved the due time
	ToldOwed    = "owed"  // nobody has answered a demand in time
	ToldNamed   = "named" // a comment is addressed to you
)

// Sub is a case to be opened below this one.
type Sub struct {
	Flow string
}
