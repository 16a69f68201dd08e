package rule

import (
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// Lists is what rules ask of the divisions. Both are called for every row and must not
// allocate; they may be called from several threads.
type Lists interface {
	// Region gives the level of an existing code of 12 digits (15 with the grid).
	Region(code []byte) (level string, ok bool)
	// Division reports whether the citizen id of somebody born in that year may begin with
	// these six digits: the code was in force on the day it was issued.
	Division(six []byte, year int) bool
}

// Item is what a rule must know of an item.
type Item struct {
	Name     string
	Title    string
	Type     row.Type
	Required bool
	Clean    []Step
}

// Set is what Compile reads: a directory's items and rules, and the lists they name.
type Set struct {
	Items []Item
	Rules []Decl
	Codes map[string]map[string]string // code list → code → its name
	Today time.Time                    // the load's date; with it not_future gets a Kernel
}

// Scope says what one finding of a rule is about.
type Scope uint8

// The scopes.
const (
	OfRow   Scope = iota // judged row by row, inside the statement
	OfKey                // judged by counting keys before the statement: unique, duplicate_row (keeps one)
	OfRef                // judged against another table's column: reference (Table, Column)
	OfBatch              // judged once for the batch, after it: row_count, freshness
)

// Compiled is one rule ready to be judged. A rule OfRow is decided by its Kernel where it
// has one, and by Broken otherwise; with a Kernel, Broken is its exact SQL twin. Two kinds
// look into long lists, region and id_division: their Broken is nil and made by Twin when
// it is wanted. The rule parse has neither: the engine knows. The key of a rule OfKey is
// Reads.
type Compiled struct {
	Decl            // with Name, Title and Do filled in
	Norm  string    // number in GB/T 36344-2018, such as "0302"
	Dim   Dimension // its dimension
	Bad   bool      // the norm counts bad rows: the score is 1 − X (0303, 0305)
	Scope Scope
	Bit   int      // place among the bits, from 0; −1 for OfBatch
	Reads []string // the items it looks at, for marking broken cells

	Broken row.Expr   // true where the row breaks the rule; NULL counts as not broken
	Kernel row.Kernel // nil where the expression is used
	Args   []string   // items whose cleaned text the kernel reads

	Percent float64 // row_count: how many per cent the rows may differ from the last batch
	Days    int     // freshness: how old the newest row may be; 0: the directory's update period
}

// Dimension is one of the six of GB/T 36344-2018.
type Dimension string

// The six dimensions.
const (
	Normative    Dimension = "normative"    // 规范性 01
	Completeness Dimension = "completeness" // 完整性 02
	Accuracy     Dimension = "accuracy"     // 准确性 03
	Consistency  Dimension = "consistency"  // 一致性 04
	Timeliness   Dimension = "timeliness"   // 时效性 05
	Access       Dimension = "access"       // 可访问性 06
)

// Program is a rule set ready to judge a load.
type Program struct {
	Clean []row.Named // per item: its cleaned text, an expression over raw text (row.Column(item) is the raw text here)
	Typed []row.Named // per item: its typed value, an expression over cleaned text
	Dirty []Dirty     // the items that have cleaning steps
	Rules []Compiled
}

// Dirty tells an engine which values an item's cleaning may change, so that it can take the
// others as they are: the Kernel, over raw text, sets its bit wherever Clean could differ
// from the raw text. It may set it needlessly; it never misses.
type Dirty struct {
	Item   string
	Kernel row.Kernel
}

// Words is how many bigints of 63 bits the program's rules need; at least one.
func (p *Program) Words() int {
	n := 0
	for _, r := range p.Rules {
		if r.Bit >= n {
			n = r.Bit + 1
		}
	}
	return max(1, (n+62)/63)
}

// Reject is, per word, the bits that send a row to quarantine: severities reject and block.
func (p *Program) Reject() []int64 {
	words := make([]int64, p.Words())
	for _, r := range p.Rules {
		if r.Bit >= 0 && r.Do != Warn {
			words[r.Bit/63] |= 1 << (r.Bit % 63)
		}
	}
	return words
}

// Find gives the rule of that name.
func (p *Program) Find(name string) (Compiled, bool) {
	for _, r := range p.Rules {
		if r.Name == name {
			return r, true
		}
	}
	return Compiled{}, false
}
