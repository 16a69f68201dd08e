// Package lake owns the Iceberg tables: it makes and evolves them, takes Parquet files over
// from private stage folders in one commit, knows which batch lies where, compacts, expires
// and sweeps. It never reads or writes rows itself: what must look into a file's rows is
// asked of Positions, which the query engine implements; only the batches of a mixed file
// and the targets of a delete file it reads by itself.
//
// Every change of a table goes through one place, commit: one lock per table around load
// and commit, a retry loop around it, and inside it the check that every data file a delete
// names still is in the current snapshot.
//
// Read first: Lake.Publish, commit, Lake.Files.
package lake

import (
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
)

// Options open a lake.
type Options struct {
	Dir       string           // the warehouse folder; stages lie in it too, so that publishing is a rename
	Catalog   string           // the SQLite file of the catalog, a file of its own
	Now       func() time.Time // nil: time.Now
	Positions Positions        // may be nil as long as nothing merges, replaces rows in mixed files or compacts
	History   int              // snapshots that commits keep; 0: 100. Older ones go as new ones come

	// Keep gives the time from which a table's snapshots are kept beyond History, the one that
	// was current then included: that of the oldest unfinished batch. nil or the zero time: no
	// more than History.
	Keep func(ident.Ref) time.Time
}

// FieldID is a column's id in the table; Element is the id of a list's element, else 0.
type FieldID struct{ ID, Element int }

// File is one data file of a snapshot and the position-delete files that apply to it.
// A file written before a column was added lacks it: readers give NULL (union by name).
type File struct {
	Path    string
	Rows    int64 // before deletes
	Bytes   int64
	Batch   string   // the batch all its rows belong to; "" when it holds several
	Deletes []string // position-delete files that may name rows of it
}

// Kind says how a stage enters its table.
type Kind uint8

// The ways to publish. In all of them another version of the same batch leaves in the same
// commit.
const (
	Append  Kind = iota // add the rows
	Replace             // the staged rows become the whole table
	Merge               // rows with a staged key leave, then the staged rows are added
)

// Mode is how to publish.
type Mode struct {
	Kind Kind
	Key  []string // the columns of a Merge
	// Yield names batches whose rows a Merge leaves alone: a staged row with the key of one of
	// them enters dead, as if it had been merged before theirs. Snapshot.Outrun counts these.
	Yield []string
}

// Snapshot is one state of a table. The zero Snapshot is the empty table.
type Snapshot struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at"`
	Batch     string    `json:"batch,omitempty"`   // what was published or removed; "" for compactions
	Version   string    `json:"version,omitempty"` // of the batch
	Operation string    `json:"operation"`         // append, replace, merge, remove, compact
	Rows      int64     `json:"rows"`              // live rows after it
	Outrun    int64     `json:"outrun,omitempty"`  // rows that it added dead, see Mode.Yield
}

// Staged is a staged file: where it lies now, and where it will be in the table.
type Staged struct{ Lies, Goes string }

// Stage is a private folder for the Parquet files of one version of one batch. Writers put
// files ending in .parquet directly into Dir, with the field ids of the table.
type Stage struct {
	Dir     string
	Table   ident.Ref
	Batch   ident.Batch
	Version string
	Rows    int64 `json:",omitempty"` // that its files must hold to be published; 0: nobody counted
}

// Positions looks into Parquet files on the lake's behalf. Position-delete files have the
// columns file_path (text, required, field id 2147483546) and pos (64-bit, required,
// field id 2147483545); file_path is exactly File.Path. Where no row is found no file is
// written.
type Positions interface {
	// ByKey writes to out the positions of the live rows of old whose key equals a key in
	// the staged files (a NULL in a key equals nothing). It gives the rows found per data
	// file, keyed by File.Path. Rows of the batches in except are not found.
	ByKey(ctx context.Context, old []File, staged []string, key, except []string, out string) (map[string]int64, error)
	// Outrun writes to out the positions of the staged rows whose key a live row of old has
	// that belongs to one of the batches. Paths are those where the files will be.
	Outrun(ctx context.Context, staged []Staged, old []File, batches, key []string, out string) (map[string]int64, error)
	// ByBatch does the same for the rows whose _batch is batch.
	ByBatch(ctx context.Context, old []File, batch string, out string) (map[string]int64, error)
	// Rewrite writes the live rows of files into new Parquet files in dir, with every column
	// of schema (NULL where a file lacks it) and these field ids. It may write no file when
	// no row is alive.
	Rewrite(ctx context.Context, files []File, schema row.Schema, ids map[string]FieldID, dir string) ([]string, error)
}

// Limits steer a compaction.
type Limits struct {
	Small  int64 // files below this many bytes are gathered; 0: 32 MiB
	Target int64 // bytes of data handed to one rewrite; 0: 256 MiB
	Least  int   // fewer small files than this are left alone, those with deletes never; 0: 8
}

// Compacted tells what a compaction did.
type Compacted struct {
	Snapshot Snapshot `json:"snapshot"`
	Before   int      `json:"before"` // files that left
	After    int      `json:"after"`  // files that came
	Rows     int64    `json:"rows"`   // live rows rewritten
}

// BatchColumn is the column that keeps every row's batch.
const BatchColumn = "_batch"
