package rule

// Kinds of rules that engines treat apart.
const (
	Parse        = "parse" // built in: the row could be parsed
	DuplicateRow = "duplicate_row"
	RowCount     = "row_count"
	Freshness    = "freshness"
)

// ParseBit is the place of the built-in rule Parse.
const ParseBit = 0

// Verdicts of a finding.
const (
	VerdictPassed  = "passed"
	VerdictBroken  = "broken"
	VerdictBlocked = "blocked" // it holds the batch
)
