// Package query is the port to the engines that read tables and judge loads. It holds the
// words both sides use: what a load's statement is made of, and what came of it. It must
// never hold SQL: each driver prints the trees of package row in its own dialect, with
// identifiers quoted and values bound.
//
// Read first: Engine, Judge, Governed.
package query

import (
	"context"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Engine answers queries over the files of a table.
type Engine interface {
	// Run reads files of a table with schema s, their position deletes applied. Two columns
	// that are in no schema may be named: FileColumn and PosColumn.
	Run(ctx context.Context, q row.Query, files []lake.File, s row.Schema) (row.Reader, error)
	Close() error
}

// FileColumn and PosColumn name a row's place: the path of its file and its number in it,
// from 0. Together they are the id of a row as long as the file lives.
const (
	FileColumn = "_file"
	PosColumn  = "_pos"
)

// The columns every data table has after its items; the words of bits are BrokenColumn
// followed by the word's number.
const (
	BatchColumn   = "_batch"
	RulesetColumn = "_ruleset"
	BrokenColumn  = "_broken"
	RawColumn     = "_raw"
)

// Judge runs the one statement of a load and looks at what it staged.
type Judge interface {
	Govern(ctx context.Context, g Governed, report func(Progress)) (Outcome, error)
	// Lines finds the lines of the input where the rows of samples begin.
	Lines(ctx context.Context, g Governed, samples []Sample) error
	Concentrations(ctx context.Context, s Staged, bit int, reads []string) ([]Concentration, error)
	// Carry writes the rows of a table that where names to Parquet in dir, with these columns
	// and field ids, and gives their number; no rows, no file.
	Carry(ctx context.Context, table []lake.File, where row.Expr, schema row.Schema, ids map[string]lake.FieldID, dir string) (int64, error)
	// Mended gives up to n raw values of an item that cleaning changes, each with what it
	// becomes.
	Mended(ctx context.Context, in Input, clean row.Named, n int) ([][2]string, error)
}
