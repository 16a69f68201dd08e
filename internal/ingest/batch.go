package ingest

import (
	"context"
	"database/sql"
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
	Label     string // MMDD-NN, the NN-th of its day
	Directory string
	Parent    ident.Batch // the batch whose quarantine was replayed; empty for a file
	Version   int         // of the batch: loaded again under other rules, it replaces its rows
	Ruleset   int         // the directory's version that judged it

	File     string
	Hash     string
	Encoding string
	Bytes    int64
	Spool    string // the file as received; emptied when the batch is finished

	State       State
	In          int64
	Published   int64
	Quarantined int64
	Held        int64
	Replayed    int64 // rows that left its quarantine by replays

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
	Action string    `json:"action"` // release, return, discard
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
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
`}}

func (b *Batch) row() *batchRow {
	r := &batchRow{ID: string(b.ID), Label: b.Label, Day: b.StartedAt.UTC().Format(time.DateOnly),
		Directory: b.Directory, Parent: string(b.Parent), Version: b.Version, Ruleset: b.Ruleset,
		File: b.File, Hash: b.Hash, Encoding: b.Encoding, Bytes: b.Bytes, Spool: b.Spool, State: string(b.State),
		In: b.In, Published: b.Published, Quarantined: b.Quarantined, Held: b.Held, Replayed: b.Replayed,
		StartedAt: b.StartedAt.UTC(), EndedAt: b.EndedAt.UTC(), Seconds: b.Seconds, Task: b.Task,
		Error: encode(b.Error), Decision: encode(b.Decision), Job: encode(b.job)}
	if b.EndedAt.IsZero() {
		r.EndedAt = time.Time{}
	}
	return r
}

func (r *batchRow) batch() (*Batch, error) {
	b := &Batch{ID: ident.Batch(r.ID), Label: r.Label, Directory: r.Directory, Parent: ident.Batch(r.Parent),
		Version: r.Version, Ruleset: r.Ruleset, File: r.File, Hash: r.Hash, Encoding: r.Encoding, Bytes: r.Bytes,
		Spool: r.Spool, State: State(r.State), In: r.In, Published: r.Published, Quarantined: r.Quarantined,
		Held: r.Held, Replayed: r.Replayed, StartedAt: r.StartedAt, EndedAt: r.EndedAt, Seconds: r.Seconds,
		Task: r.Task}
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

// Batch gives one batch by id or by label.
func (e *Engine) Batch(ctx context.Context, id string) (*Batch, error) {
	return find(ctx, e.store.Read(), id)
}

func find(ctx context.Context, db bun.IDB, id string) (*Batch, error) {
	r := new(batchRow)
	err := db.NewSelect().Model(r).Where("id = ?", id).WhereOr("label = ?", id).
		OrderExpr("started_at DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "batch.missing", fault.T("没有批次 %s", "there is no batch %s", id)).
			Fix(fault.T("请在批次列表中核对编号", "look the id up in the list of batches"))
	}
	if err != nil {
		return nil, err
	}
	return r.batch()
}

// Named gives the batches of these ids, asked for at once; unknown ids are left out.
func (e *Engine) Named(ctx context.Context, ids ...string) (map[string]*Batch, error) {
	out := map[string]*Batch{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []batchRow
	if err := e.store.Read().NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	for i := range rows {
		b, err := rows[i].batch()
		if err != nil {
			return nil, err
		}
		out[rows[i].ID] = b
	}
	return out, nil
}

// Filter narrows a list of batches; zero fields do not.
type Filter struct {
	Directory string
	Parent    ident.Batch
	States    []State
}

// Batches lists the newest first, at most limit, before the cursor of the last page.
func (e *Engine) Batches(ctx context.Context, f Filter, cursor string, limit int) ([]*Batch, string, error) {
	limit = max(limit, 1)
	var rows []batchRow
	q := e.store.Read().NewSelect().Model(&rows).OrderExpr("started_at DESC, id DESC").Limit(int64(limit) + 1)
	if f.Directory != "" {
		q = q.Where("directory = ?", f.Directory)
	}
	if f.Parent != "" {
		q = q.Where("parent = ?", string(f.Parent))
	}
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	if cursor != "" {
		last, err := find(ctx, e.store.Read(), cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(started_at, id) < (?, ?)", last.StartedAt.UTC(), string(last.ID))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	out := make([]*Batch, len(rows))
	for i := range rows {
		b, err := rows[i].batch()
		if err != nil {
			return nil, "", err
		}
		out[i] = b
	}
	return out, next, nil
}
