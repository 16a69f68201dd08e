package rule

import (
	"github.com/chengshu/chengshu/internal/row"
)

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
}

// Scope says what one finding of a rule is about.
type Scope uint8

// The scopes.
const (
	OfRow   Scope = iota // judged row by row, inside the statement
	OfKey                // judged by counting keys before the statement: unique, duplicate_row
	OfRef                // judged against another table's column: reference
	OfBatch              // judged once for the batch, after it: row_count, freshness
)

// Compiled is one rule ready to be judged. Exactly one of Kernel, Broken, Keys, Ref and
// OfBatch's parameters decides; with a Kernel, Broken is its SQL twin.
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
	Rules []Compiled
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
