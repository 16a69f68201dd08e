// Package rule owns the kinds of rules and cleaning steps: what each may be told, the
// expression it becomes, the Go function where SQL is dear (with its SQL twin), its number
// in GB/T 36344-2018, and the layout of the bits that say which rules a row broke.
// It is pure: it reads no files and talks to no engine.
//
// Read first: Decl, Step, Compile.
package rule

import (
	"go.yaml.in/yaml/v3"
)

// Severity is what happens to a row, or to its batch, when a rule is broken.
type Severity string

// The severities.
const (
	Reject Severity = "reject" // the row goes to quarantine (the default)
	Warn   Severity = "warn"   // counted and marked; the row is published
	Block  Severity = "block"  // like reject, and the batch is held when more than Above per cent broke it
)

// Decl is one declared rule. Which parameters a kind takes is in its reference entry; one
// that it does not take is an error.
type Decl struct {
	Kind  string   `json:"kind" yaml:"kind"`
	Name  string   `json:"name,omitempty" yaml:"name,omitempty"`   // unique in its directory; default kind_item
	Title string   `json:"title,omitempty" yaml:"title,omitempty"` // default from the kind and the item's title
	Item  string   `json:"item,omitempty" yaml:"item,omitempty"`
	Items []string `json:"items,omitempty" yaml:"items,omitempty,flow"`
	Do    Severity `json:"do,omitempty" yaml:"do,omitempty" enum:"reject,warn,block"`
	Above *float64 `json:"above,omitempty" yaml:"above,omitempty"` // per cent of the batch; only with block

	Pattern string   `json:"pattern,omitempty" yaml:"pattern,omitempty"` // pattern: RE2, must match the whole value
	Min     *float64 `json:"min,omitempty" yaml:"min,omitempty"`         // range, length
	Max     *float64 `json:"max,omitempty" yaml:"max,omitempty"`
	From    string   `json:"from,omitempty" yaml:"from,omitempty"` // range of dates, YYYY-MM-DD
	To      string   `json:"to,omitempty" yaml:"to,omitempty"`
	Values  []string `json:"values,omitempty" yaml:"values,omitempty,flow"` // values: the allowed ones
	List    string   `json:"list,omitempty" yaml:"list,omitempty"`          // codes: name of a declared code list
	Levels  []string `json:"levels,omitempty" yaml:"levels,omitempty,flow"` // region: allowed levels; empty: any
	Within  string   `json:"within,omitempty" yaml:"within,omitempty"`      // region: ancestor code; row_count: "20%"; freshness: "7d"
	Expr    string   `json:"expr,omitempty" yaml:"expr,omitempty"`          // check: an expression that must hold
	Table   string   `json:"table,omitempty" yaml:"table,omitempty"`        // reference: a directory
	Column  string   `json:"column,omitempty" yaml:"column,omitempty"`      // reference: its item; freshness: the date item
}

// Step is one cleaning step of an item, in the order written. In YAML a step without
// parameters may be written as its bare name.
type Step struct {
	Do    string            `json:"do" yaml:"do"`
	Map   map[string]string `json:"map,omitempty" yaml:"map,omitempty"`     // map: written value → code
	List  string            `json:"list,omitempty" yaml:"list,omitempty"`   // map: by a declared code list's names instead
	Find  string            `json:"find,omitempty" yaml:"find,omitempty"`   // replace
	With  string            `json:"with,omitempty" yaml:"with,omitempty"`   // replace
	Forms []string          `json:"forms,omitempty" yaml:"forms,omitempty"` // date: limit to these written forms
}

// UnmarshalYAML accepts a bare name for a step without parameters.
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Step{Do: n.Value}
		return nil
	}
	type plain Step
	return n.Decode((*plain)(s))
}

// MarshalYAML writes the bare name where it suffices.
func (s Step) MarshalYAML() (any, error) {
	if len(s.Map) == 0 && s.List == "" && s.Find == "" && s.With == "" && len(s.Forms) == 0 {
		return s.Do, nil
	}
	type plain Step
	return plain(s), nil
}
