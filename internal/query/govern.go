// Package query is where engines read the lake and judge loads. It declares what a reading
// engine must do; the drivers print the trees of package row in their own dialect and are
// imported by node and by tests alone.
package query

import (
	"time"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Input is what a load reads: UTF-8 delimited text with a known dialect, or Parquet.
type Input struct {
	Format  string   `json:"format"`  // csv, parquet
	Files   []string `json:"files"`   // on this machine
	Columns []string `json:"columns"` // the file's columns in order: the item each feeds, or ""
	Delim   string   `json:"delim"`
	Quote   string   `json:"quote"`
	Escape  string   `json:"escape"`
	Skip    int      `json:"skip"`              // lines before the data, the header included
	Rejects []string `json:"rejects,omitempty"` // JSONL side files {"line":n,"raw":"…"}: records that could not be shaped
}

// Check is one rule judged row by row. With a Kernel, Broken is its twin and unused.
type Check struct {
	Bit    int
	Broken row.Expr
	Kernel row.Kernel
	Args   []string // items whose cleaned text the kernel reads
}

// Unique marks rows whose key, over cleaned text, occurs more than once; NULL keys never
// do. KeepOne leaves one copy of each unmarked.
type Unique struct {
	Bit     int
	Keys    []string
	KeepOne bool
}

// Reference marks rows whose item is not among another table's values; NULL passes.
type Reference struct {
	Bit    int
	Item   string
	Files  []lake.File
	Column string
}

// Governed is one load's statement: input, cleaning, types, checks, and where the good
// and the bad rows go.
type Governed struct {
	Input
	Clean      []row.Named // over raw text
	Typed      []row.Named // over cleaned text
	Types      row.Schema  // of Typed
	Checks     []Check
	Uniques    []Unique
	References []Reference
	Words      int     // bigints of 63 bits
	Reject     []int64 // per word: the bits that send a row to quarantine
	ParseBit   int

	Batch    string // _batch of the good rows
	BadBatch string // _batch of the bad rows; a replay returns what is still bad to its parent. Empty: Batch
	Ruleset  int64
	Good     string // folders of the two stages
	Bad      string
	GoodIDs  map[string]lake.FieldID
	BadIDs   map[string]lake.FieldID
	Today    time.Time
	Codec    string // zstd (level 1) unless set
}

// Outcome is what a governed statement did. In = Good + Bad; Bad includes Unparsed.
type Outcome struct {
	In, Good, Bad, Unparsed int64
	Counts                  []int64 // rows per bit, over all rows
	GoodFiles, BadFiles     []string
}

// Progress is told while a statement runs.
type Progress struct {
	Stage string `json:"stage"`
	Rows  int64  `json:"rows"`
	Total int64  `json:"total"` // estimated
}
