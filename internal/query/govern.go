package query

import (
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Places is how many bits of a word are used: the words are signed bigints, the sign stays
// free.
const Places = 63

// Input is what a load reads: UTF-8 delimited text with a known dialect, Parquet, or the
// raw texts that a quarantine table kept (format raw), to be judged again.
type Input struct {
	Format  string   `json:"format"`  // csv, parquet, raw
	Files   []string `json:"files"`   // on this machine; csv, parquet
	Columns []string `json:"columns"` // the file's columns, for raw the elements of _raw, in order: the item each feeds, or ""
	Delim   string   `json:"delim"`
	Quote   string   `json:"quote"`
	Escape  string   `json:"escape"`
	Skip    int      `json:"skip"`              // lines before the data, the header included
	Rejects []string `json:"rejects,omitempty"` // JSONL side files {"line":n,"raw":"…"}: records that could not be shaped

	Table []lake.File `json:"table,omitempty"` // raw: the quarantine table's files
	Where row.Expr    `json:"-"`               // raw: which of its rows, over _batch, _broken…, FileColumn and PosColumn; nil: all
	Limit int64       `json:"limit,omitempty"` // judge only so many rows, for trials; 0: all
	Cells []Cell      `json:"cells,omitempty"` // raw: texts that stand in the place of what was kept
}

// Cell is what somebody wrote in the place of one raw text of a quarantined row.
type Cell struct {
	Pos
	Column int     `json:"column"` // of Input.Columns
	Text   *string `json:"text"`   // nil: blank
}

// Dirty tells which values an item's cleaning may change: the kernel, over raw text, sets its
// bit wherever the cleaned text could differ. It may do so needlessly; it never misses.
type Dirty struct {
	Item   string
	Kernel row.Kernel
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
	Clean      []row.Named // over raw text; an item left out passes as it is
	Dirty      []Dirty     // where Clean can change anything, so that other values are not touched
	Typed      []row.Named // over cleaned text; an item left out is cast
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
	Samples  int    // rows to show for every rule
}

// Outcome is what a governed statement did. In = Good + Bad; Bad includes Unparsed.
type Outcome struct {
	In, Good, Bad, Unparsed int64
	Counts                  []int64 // rows per bit, over all rows
	GoodFiles, BadFiles     []string
	Samples                 []Sample `json:"-"` // up to Governed.Samples for every rule that a row broke
}

// Progress is told while a statement runs.
type Progress struct {
	Stage string `json:"stage"`
	Rows  int64  `json:"rows"`
	Total int64  `json:"total"` // estimated
}

// Place gives the word and the mask of a bit.
func Place(bit int) (word int, mask int64) { return bit / Places, 1 << (bit % Places) }

// Broken names the column of a word.
func Broken(word int) string { return fmt.Sprintf("%s%d", BrokenColumn, word) }

// Table is the schema of a data table: the items, then the columns every table has.
func Table(items row.Schema, words int) row.Schema {
	s := append(row.Schema{}, items...)
	s = append(s, row.Field{Name: BatchColumn, Type: row.TextType}, row.Field{Name: RulesetColumn, Type: row.IntType})
	for w := range words {
		s = append(s, row.Field{Name: Broken(w), Type: row.IntType})
	}
	return append(s, row.Field{Name: RawColumn, Type: row.ListType})
}
