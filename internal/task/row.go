package task

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
)

// taskRow is a task as it is stored.
type taskRow struct {
	bun.BaseModel `bun:"table:task"`

	ID        string    `bun:"id,pk"`
	Kind      string    `bun:"kind"`
	Key       string    `bun:"key"`
	Body      string    `bun:"body"`
	State     State     `bun:"state"`
	Stage     string    `bun:"stage"`
	Rows      int64     `bun:"rows_done"`
	Total     int64     `bun:"rows_total"`
	Attempts  int       `bun:"attempts"`
	Node      string    `bun:"node"`
	Owner     string    `bun:"owner"`
	Lease     time.Time `bun:"lease,nullzero"`
	Stop      bool      `bun:"stop"`
	Reason    string    `bun:"reason"`
	Failure   string    `bun:"failure"`
	CreatedAt time.Time `bun:"created_at"`
	StartedAt time.Time `bun:"started_at,nullzero"`
	EndedAt   time.Time `bun:"ended_at,nullzero"`
}

func (r *taskRow) task() Task {
	t := Task{
		ID: r.ID, Kind: r.Kind, Key: r.Key, Body: json.RawMessage(r.Body), State: r.State,
		Stage: r.Stage, Rows: r.Rows, Total: r.Total, Attempts: r.Attempts, Reason: r.Reason,
		CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, EndedAt: r.EndedAt,
	}
	if r.Failure != "" {
		t.Failure = new(fault.Error)
		if err := json.Unmarshal([]byte(r.Failure), t.Failure); err != nil {
			t.Failure = fault.From(err)
		}
	}
	return t
}

func find(ctx context.Context, db bun.IDB, id string) (*taskRow, error) {
	r := new(taskRow)
	err := db.NewSelect().Model(r).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrMissing.At("%s", id)
	}
	return r, err
}

// end settles a task for good and lets it go.
func (r *taskRow) end(s State, why error, at time.Time) error {
	r.State, r.EndedAt = s, at.UTC()
	r.letGo()
	if why == nil {
		return nil
	}
	text, err := json.Marshal(fault.From(why))
	r.Failure = string(text)
	return err
}

func (r *taskRow) letGo() {
	r.Node, r.Owner, r.Lease, r.Stop = "", "", time.Time{}, false
}

func (r *taskRow) save(ctx context.Context, db bun.IDB) error {
	_, err := db.NewUpdate().Model(r).WherePK().Exec(ctx)
	return err
}
