package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// State is where a batch stands.
type State string

// The states. A batch is finished in Published, Held, Returned, Discarded, Failed,
// Cancelled and Superseded; only Held waits for a person.
const (
	Queued     State = "queued"
	Judging    State = "judging"
	Publishing State = "publishing"
	Published  State = "published"
	Held       State = "held"
	Returned   State = "returned"
	Discarded  State = "discarded"
	Failed     State = "failed"
	Cancelled  State = "cancelled"
	Superseded State = "superseded" // a replay whose parent was loaded again
)

// Running says whether a process is still at work on the batch.
func (s State) Running() bool { return s == Queued || s == Judging || s == Publishing }

// gone says whether every row of the batch has left the lake again.
func (s State) gone() bool {
	switch s {
	case Returned, Discarded, Failed, Cancelled, Superseded:
		return true
	}
	return false
}

// Batch is one load of one mount: a file, or what a replay mended of another batch.
type Batch struct {
	ID        ident.Batch
	Label     string // MMDD-NN, the NN-th of its day in Beijing
	Day       string // YYYY-MM-DD, the day of the label
	Directory string
	Parent    ident.Batch // the batch whose quarantine was replayed; empty for a file
	Version   int         // of the batch: loaded again under other rules, it replaces its rows
	Ruleset   int         // the directory's version that judged it
	Layout    int         // the version whose items its quarantine's raw texts follow; 0: Ruleset

	File     string
	Hash     string
	Sheet    string // the worksheet that was read, of a workbook
	Encoding string
	Bytes    int64
	Spool    string // the file as received; empty when the batch is finished

	State       State
	In          int64
	Published   int64
	Quarantined int64
	Held        int64
	Replayed    int64 // rows that left its quarantine by replays
	Outrun      int64 // of Published: rows that a batch begun later had replaced before they came

	StartedAt time.Time
	EndedAt   time.Time
	Seconds   float64
	Task      string
	Error     *fault.Error
	Decision  *Decision

	job *job // what the child is told; only while it runs
}

// Decision is what an officer decided about a held batch.
type Decision struct {
	Action string    `json:"action"` // Release, Return or Discard
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// What an officer may decide.
const (
	release  = "release"
	giveBack = "return"
	discard  = "discard"
)

// drops says whether the rows of a held batch are to go.
func (d *Decision) releases() bool { return d != nil && d.Action == release }

func (d *Decision) drops() bool { return d != nil && d.Action != release }

// Items is the version of the directory whose items the raw texts of the quarantine follow.
func (b *Batch) Items() int {
	if b.Layout > 0 {
		return b.Layout
	}
	return b.Ruleset
}

// Balanced says whether every row read is accounted for: published, quarantined, held, or
// replayed into a batch of its own; a batch that is gone has none anywhere.
func (b *Batch) Balanced() bool {
	if b.State.gone() {
		return b.Published == 0 && b.Quarantined == 0 && b.Held == 0
	}
	if b.State.Running() {
		return true
	}
	return b.In == b.Published+b.Quarantined+b.Held+b.Replayed
}

type batchRow struct {
	bun.BaseModel `bun:"table:ingest_batch,alias:batch_row"`
	ID            string    `bun:"id,pk"`
	Label         string    `bun:"label"`
	Day           string    `bun:"day"`
	Directory     string    `bun:"directory"`
	Parent        string    `bun:"parent"`
	Version       int       `bun:"version"`
	Ruleset       int       `bun:"ruleset"`
	File          string    `bun:"file"`
	Hash          string    `bun:"hash"`
	Encoding      string    `bun:"encoding"`
	Bytes         int64     `bun:"bytes"`
	Spool         string    `bun:"spool"`
	State         string    `bun:"state"`
	In            int64     `bun:"rows_in"`
	Published     int64     `bun:"rows_published"`
	Quarantined   int64     `bun:"rows_quarantined"`
	Held          int64     `bun:"rows_held"`
	Replayed      int64     `bun:"rows_replayed"`
	StartedAt     time.Time `bun:"started_at"`
	EndedAt       time.Time `bun:"ended_at,nullzero"`
	Seconds       float64   `bun:"seconds"`
	Task          string    `bun:"task"`
	Error         string    `bun:"error"`
	Decision      string    `bun:"decision"`
	Job           string    `bun:"job"`
	Layout        int       `bun:"layout"`
	Outrun        int64     `bun:"rows_outrun"`
	Sheet         string    `bun:"sheet"`
}

var migrations = []store.Migration{{Version: 1, SQL: `
CREATE TABLE ingest_batch (
	id VARCHAR(128) PRIMARY KEY,
	label VARCHAR(32) NOT NULL,
	day VARCHAR(10) NOT NULL,
	directory VARCHAR(64) NOT NULL,
	parent VARCHAR(128) NOT NULL,
	version INTEGER NOT NULL,
	ruleset INTEGER NOT NULL,
	file TEXT NOT NULL,
	hash VARCHAR(64) NOT NULL,
	encoding VARCHAR(32) NOT NULL,
	bytes BIGINT NOT NULL,
	spool TEXT NOT NULL,
	state VARCHAR(16) NOT NULL,
	rows_in BIGINT NOT NULL,
	rows_published BIGINT NOT NULL,
	rows_quarantined BIGINT NOT NULL,
	rows_held BIGINT NOT NULL,
	rows_replayed BIGINT NOT NULL,
	started_at TIMESTAMP NOT NULL,
	ended_at TIMESTAMP,
	seconds DOUBLE PRECISION NOT NULL,
	task VARCHAR(64) NOT NULL,
	error TEXT NOT NULL,
	decision TEXT NOT NULL,
	job TEXT NOT NULL
);
CREATE INDEX ingest_batch_directory ON ingest_batch (directory, started_at);
CREATE INDEX ingest_batch_state ON ingest_batch (state, started_at);
CREATE INDEX ingest_batch_parent ON ingest_batch (parent);
CREATE INDEX ingest_batch_day ON ingest_batch (day);
CREATE TABLE ingest_dataset (
	directory VARCHAR(64) PRIMARY KEY,
	row_count BIGINT NOT NULL,
	snapshot BIGINT NOT NULL,
	at TIMESTAMP NOT NULL
);
`}, {Version: 2, SQL: `
ALTER TABLE ingest_batch ADD COLUMN layout INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ingest_batch ADD COLUMN rows_outrun BIGINT NOT NULL DEFAULT 0;
CREATE INDEX ingest_batch_label ON ingest_batch (label);
`}, {Version: 3, SQL: `ALTER TABLE ingest_batch ADD COLUMN sheet TEXT NOT NULL DEFAULT '';`}}

func (b *Batch) row() *batchRow {
	r := &batchRow{ID: string(b.ID), Label: b.Label, Day: b.Day,
		Directory: b.Directory, Parent: string(b.Parent), Version: b.Version, Ruleset: b.Ruleset,
		File: b.File, Hash: b.Hash, Encoding: b.Encoding, Bytes: b.Bytes, Spool: b.Spool, State: string(b.State),
		In: b.In, Published: b.Published, Quarantined: b.Quarantined, Held: b.Held, Replayed: b.Replayed,
		StartedAt: b.StartedAt.UTC(), EndedAt: b.EndedAt.UTC(), Seconds: b.Seconds, Task: b.Task,
		Error: encode(b.Error), Decision: encode(b.Decision), Job: encode(b.job),
		Layout: b.Layout, Outrun: b.Outrun, Sheet: b.Sheet}
	if b.EndedAt.IsZero() {
		r.EndedAt = time.Time{}
	}
	return r
}

func (r *batchRow) batch() (*Batch, error) {
	b := &Batch{ID: ident.Batch(r.ID), Label: r.Label, Day: r.Day, Layout: r.Layout, Outrun: r.Outrun, Directory: r.Directory, Parent: ident.Batch(r.Parent),
		Version: r.Version, Ruleset: r.Ruleset, File: r.File, Hash: r.Hash, Encoding: r.Encoding, Bytes: r.Bytes,
		Spool: r.Spool, State: State(r.State), In: r.In, Published: r.Published, Quarantined: r.Quarantined,
		Held: r.Held, Replayed: r.Replayed, StartedAt: r.StartedAt, EndedAt: r.EndedAt, Seconds: r.Seconds,
		Task: r.Task, Sheet: r.Sheet}
	return b, errors.Join(decode(r.Error, &b.Error), decode(r.Decision, &b.Decision), decode(r.Job, &b.job))
}

// encode keeps a nil pointer as the empty text.
func encode[T any](v *T) string {
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("ingest: %T cannot be kept: %v", v, err)) // plain data: a mistake of ours
	}
	return string(b)
}

func decode[T any](s string, v **T) error {
	if s == "" {
		return nil
	}
	*v = new(T)
	return json.Unmarshal([]byte(s), *v)
}

func (e *Engine) save(ctx context.Context, tx store.Tx, b *Batch) error {
	_, err := tx.NewInsert().Model(b.row()).On("CONFLICT (id) DO UPDATE").Exec(ctx)
	return err
}
