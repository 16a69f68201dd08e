package ingest

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/store"
)

type datasetRow struct {
	bun.BaseModel `bun:"table:ingest_dataset"`
	Directory     string    `bun:"directory,pk"`
	Rows          int64     `bun:"row_count"`
	Snapshot      int64     `bun:"snapshot"`
	At            time.Time `bun:"at"`
}

func (e *Engine) saveDataset(ctx context.Context, tx store.Tx, directory string, s lake.Snapshot, at time.Time) error {
	_, err := tx.NewInsert().Model(&datasetRow{Directory: directory, Rows: s.Rows, Snapshot: s.ID, At: at.UTC()}).
		On("CONFLICT (directory) DO UPDATE").Exec(ctx)
	return err
}

// Dataset is what a directory's tables hold.
type Dataset struct {
	Rows        int64
	Quarantined int64
	Last        *Batch
}

// Datasets gives them for the named directories; one without a batch is not in the answer.
func (e *Engine) Datasets(ctx context.Context, names []string) (map[string]Dataset, error) {
	out := map[string]Dataset{}
	if len(names) == 0 {
		return out, nil
	}
	var sums []struct {
		Directory   string `bun:"directory"`
		Rows        int64  `bun:"row_count"`
		Quarantined int64  `bun:"quarantined"`
	}
	err := e.store.Read().NewRaw(`SELECT b.directory, coalesce(max(d.row_count), 0) AS row_count, sum(b.rows_quarantined) AS quarantined
		FROM ingest_batch b LEFT JOIN ingest_dataset d ON d.directory = b.directory
		WHERE b.directory IN (?) GROUP BY b.directory`, bun.List(names)).Scan(ctx, &sums)
	if err != nil {
		return nil, err
	}
	for _, s := range sums {
		out[s.Directory] = Dataset{Rows: s.Rows, Quarantined: s.Quarantined}
	}
	var rows []batchRow
	err = e.store.Read().NewSelect().Model(&rows).Where("directory IN (?)", bun.List(names)).Where("parent = ''").
		Where("started_at = (SELECT max(m.started_at) FROM ingest_batch m WHERE m.directory = batch_row.directory AND m.parent = '')").Scan(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		b, err := rows[i].batch()
		if err != nil {
			return nil, err
		}
		d := out[b.Directory]
		d.Last = b
		out[b.Directory] = d
	}
	return out, nil
}

// Totals are the sums of the first screen.
type Totals struct {
	Rows, Quarantined       int64
	BatchesToday, RowsToday int64
	Held, Failed, Running   int64 // Failed: since the given time
}

// Scope is which directories something is counted over: all, or those named.
type Scope struct {
	All         bool
	Directories []string
}

// names never is empty: no directory is called "".
func (s Scope) names() []string { return append([]string{""}, s.Directories...) }

// Totals counts them; today is where the day began.
func (e *Engine) Totals(ctx context.Context, s Scope, today, failedSince time.Time) (t Totals, err error) {
	err = e.store.Read().NewRaw(`SELECT
		coalesce(sum(rows_quarantined), 0),
		coalesce(sum(CASE WHEN started_at >= ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN started_at >= ? AND parent = '' THEN rows_in ELSE 0 END), 0),
		coalesce(sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN state = 'failed' AND started_at >= ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN state IN ('queued', 'judging', 'publishing') THEN 1 ELSE 0 END), 0)
		FROM ingest_batch WHERE ? OR directory IN (?)`, today.UTC(), today.UTC(), failedSince.UTC(), s.All, bun.List(s.names())).
		Scan(ctx, &t.Quarantined, &t.BatchesToday, &t.RowsToday, &t.Held, &t.Failed, &t.Running)
	if err != nil {
		return t, err
	}
	err = e.store.Read().NewRaw(`SELECT coalesce(sum(row_count), 0) FROM ingest_dataset WHERE ? OR directory IN (?)`, s.All, bun.List(s.names())).Scan(ctx, &t.Rows)
	return t, err
}

// Came says when the data of each directory came last: the begin of its last batch that was
// published, or waits for a decision. One that never had any is not in the answer.
func (e *Engine) Came(ctx context.Context) (map[string]time.Time, error) {
	var rows []batchRow
	err := e.store.Read().NewRaw(`SELECT b.directory, b.started_at FROM ingest_dataset d JOIN ingest_batch b ON b.id =
		(SELECT x.id FROM ingest_batch x WHERE x.directory = d.directory AND x.parent = '' AND x.state IN ('published', 'held') ORDER BY x.started_at DESC LIMIT 1)`).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	out := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		out[r.Directory] = r.StartedAt.UTC()
	}
	return out, nil
}
