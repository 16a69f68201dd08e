package query

import (
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Staged is what Govern wrote, or the files of a published batch: good and bad rows.
type Staged struct {
	Items row.Schema
	Words int
	Good  []lake.File
	Bad   []lake.File
}

// Sample is one row that broke rules, as it came.
type Sample struct {
	Bits  []int     // every rule it broke
	Cells []*string // raw, in item order; for an unparsed row one cell, the line
	Line  int64     // line of the input where the row begins, filled by Lines; 0 unknown
}

// Concentration says that the rows breaking a rule have something in common.
type Concentration struct {
	Item  string
	Kind  string  // value, time, pattern
	Value string  // the value, the month or day, or the pattern of the raw text
	Rows  int64   // broken rows with it
	Share float64 // of the broken rows, 0 to 1
	Base  float64 // among all rows, 0 to 1
}
