package flow

import (
	"context"
	"errors"
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
// stands; and, under the names of other registers, the records they have before, such as the
// shifts of a roster. Values are written as in seeds.
type Given struct {
	At      string                  `yaml:"at,omitempty" json:"at"`           // 2026-11-20 10:00, country's time; the first deed's where it is not said
	As      string                  `yaml:"as,omitempty" json:"as"`           // who opens it: role, role@level; the start state's role where it is not said
	State   string                  `yaml:"state,omitempty" json:"state"`     // it is brought there at once
	Holder  string                  `yaml:"holder,omitempty" json:"holder"`   // role of whoever took it on
	Offices []TrialOffice           `yaml:"offices,omitempty" json:"offices"` // besides one of each level
	Records map[string]TrialRecords `yaml:",inline" json:"records" jsonschema:"-"`
}

// JSONSchemaExtend lets editors accept the record, under the name of its flow, and others.
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
	As      string         `yaml:"as,omitempty" json:"as"`     // role, role@level, role2 for a second person, role@OFFICE; holder and creator of the case
	Do      string         `yaml:"do,omitempty" json:"do"`     // action; none: time passes
	With    map[string]any `yaml:"with,omitempty" json:"with"` // fields; files by their names
	Reason  string         `yaml:"reason,omitempty" json:"reason"`
	Basis   string         `yaml:"basis,omitempty" json:"basis"`
	To      string         `yaml:"to,omitempty" json:"to"`           // office or person that is named, a person as in as
	Refused string         `yaml:"refused,omitempty" json:"refused"` // code of the refusal that is expected, or of one of its parts
	Then    *Expect        `yaml:"then,omitempty" json:"then"`
}

// Expect is what a case must be like. What is not said is not asked.
type Expect struct {
	State  string       `yaml:"state,omitempty" json:"state"`
	Due    string       `yaml:"due,omitempty" json:"due"`       // of its nearest running clock, country's time; none for none
	Office string       `yaml:"office,omitempty" json:"office"` // name, or the level's name; none for none
	Holder string       `yaml:"holder,omitempty" json:"holder"` // role; none for nobody
	Duty   string       `yaml:"duty,omitempty" json:"duty"`     // role of who is on duty, whose turn alone it is; none for nobody
	Late   *bool        `yaml:"late,omitempty" json:"late"`
	Level  *int         `yaml:"level,omitempty" json:"level"`
	Score  *int         `yaml:"score,omitempty" json:"score"`
	Told   ledger.Words `yaml:"told,omitempty" json:"told"` // roles that got a notice by this, in any order; none for nobody
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
func (trialKind) Check(p *pack.Pack, e spec.Entry) []*fault.Error {
	c := &trialCheck{p: p, e: e, t: e.Value.(*Trial)}
	c.check()
	return c.out
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
