package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/task"
)

// Adopt adds a cleaning step to the declaration of a batch's directory as a new version.
func (e *Engine) Adopt(ctx context.Context, id, item string, step rule.Step) (directory string, version int, err error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return "", 0, err
	}
	v, err := e.Catalog.Get(ctx, b.Directory)
	if err != nil {
		return "", 0, err
	}
	d, ok := withStep(v.Directory, item, step)
	if !ok {
		return b.Directory, v.Version, nil // it is there already
	}
	if err := e.Catalog.Check(ctx, d, e.Lists); err != nil {
		return "", 0, err
	}
	version, _, _, err = e.Catalog.Put(ctx, d)
	return b.Directory, version, err
}

// Recover takes up what a dead process left: batches that were waiting or being judged get
// a task again. Batches that were judged are settled by their event.
func (e *Engine) Recover(ctx context.Context) error {
	list, _, err := e.Batches(ctx, Filter{States: []State{Queued, Judging}}, "", 10_000)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Task != "" {
			if t, err := e.Tasks.Get(ctx, b.Task); err == nil && !t.State.Ended() {
				continue
			}
		}
		if b.job == nil || b.job.Good == nil {
			if err := e.fail(ctx, b, Failed, errInterrupted); err != nil {
				return err
			}
			continue
		}
		b.State = Queued
		if err := e.stage(ctx, b); err != nil {
			return err
		}
		if b.Task, err = e.Tasks.Start(ctx, task.Spec{Kind: "load", Key: string(b.ID)}); err != nil {
			return err
		}
		if err := e.keep(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// Sweep removes files no batch owns: spooled input of finished batches, trial folders of
// dead processes, staged files of batches that are not at work. grace spares young files,
// which an upload or a batch about to be kept may still own.
func (e *Engine) Sweep(ctx context.Context, grace time.Duration) ([]string, error) {
	list, _, err := e.Batches(ctx, Filter{States: []State{Queued, Judging, Publishing, Held}}, "", 100_000)
	if err != nil {
		return nil, err
	}
	files, stages := map[string]bool{}, map[string]bool{}
	for _, b := range list {
		files[b.Spool] = true
		if b.job == nil {
			continue
		}
		for _, f := range append(append([]string{}, b.job.Input.Files...), b.job.Input.Rejects...) {
			files[f] = true
		}
		for _, s := range []*lake.Stage{b.job.Good, b.job.Bad} {
			if s != nil {
				stages[string(s.Batch)+"\x00"+s.Version] = true
			}
		}
	}
	before := e.Now().Add(-grace)
	removed, err := e.Lake.Sweep(ctx, func(batch, version string) bool { return stages[batch+"\x00"+version] }, before)
	if err != nil {
		return removed, err
	}
	for _, dir := range []string{e.Spool, e.Temp} {
		more, err := sweepFolder(dir, files, before)
		removed = append(removed, more...)
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func sweepFolder(dir string, keep map[string]bool, before time.Time) (removed []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := entry.Info()
		if err != nil || keep[path] || info.ModTime().After(before) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return removed, err
		}
		removed = append(removed, path)
	}
	return removed, nil
}

// Doubt is one thing Verify found wrong.
type Doubt struct {
	Batch     string `json:"batch,omitempty"`
	Directory string `json:"directory"`
	What      string `json:"what"`
}

// Verify proves the books: for every batch that nothing works on, rows in = published +
// quarantined + held + replayed, and the tables hold just the rows the books say.
func (e *Engine) Verify(ctx context.Context, db query.Engine) (checked int, doubts []Doubt, err error) {
	books := map[string]map[string]*Batch{} // directory → batch
	for cursor := ""; ; {
		list, next, err := e.Batches(ctx, Filter{}, cursor, 500)
		if err != nil {
			return checked, doubts, err
		}
		for _, b := range list {
			if books[b.Directory] == nil {
				books[b.Directory] = map[string]*Batch{}
			}
			books[b.Directory][string(b.ID)] = b
			checked++
			if !b.Balanced() {
				doubts = append(doubts, Doubt{string(b.ID), b.Directory, fmt.Sprintf("read %d = published %d + quarantined %d + held %d + replayed %d does not hold",
					b.In, b.Published, b.Quarantined, b.Held, b.Replayed)})
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	for directory, batches := range books {
		v, err := e.Catalog.Get(ctx, directory)
		if err != nil {
			return checked, doubts, err
		}
		more, err := e.verifyTables(ctx, db, v.Directory, batches)
		if err != nil {
			return checked, doubts, err
		}
		doubts = append(doubts, more...)
	}
	return checked, doubts, nil
}

func (e *Engine) verifyTables(ctx context.Context, db query.Engine, d catalog.Directory, books map[string]*Batch) (doubts []Doubt, err error) {
	for _, space := range []ident.Space{ident.Published, ident.Quarantine} {
		held, err := e.count(ctx, db, ident.Ref{Space: space, Name: d.Name})
		if err != nil {
			return nil, err
		}
		for batch, n := range held {
			if books[batch] == nil {
				doubts = append(doubts, Doubt{batch, d.Name, fmt.Sprintf("%d rows of an unknown batch in %s", n, space)})
			}
		}
		for batch, b := range books {
			want, n := b.Published, held[batch]
			if space == ident.Quarantine {
				want = b.Quarantined
			}
			replaced := space == ident.Published && d.Load != nil && d.Load.Mode != "append" && n < want
			if n != want && !replaced && !b.State.Running() {
				doubts = append(doubts, Doubt{batch, d.Name, fmt.Sprintf("%d rows in %s where the books say %d", n, space, want)})
			}
		}
	}
	return doubts, nil
}

// count gives the rows of each batch in a table.
func (e *Engine) count(ctx context.Context, db query.Engine, t ident.Ref) (map[string]int64, error) {
	out := map[string]int64{}
	files, err := e.Lake.Files(ctx, t, 0)
	if err != nil || len(files) == 0 {
		return out, fault.Except(fault.Missing, err)
	}
	schema, err := e.Lake.Schema(ctx, t)
	if err != nil {
		return nil, err
	}
	q := row.Query{From: t, Select: []row.Named{{Name: "batch", X: row.Column(query.BatchColumn)}, {Name: "n", Agg: row.Count}},
		Group: []row.Expr{row.Column(query.BatchColumn)}}
	rows, err := query.Values(ctx, db, q, files, schema)
	for _, r := range rows {
		batch, _ := r[0].(string)
		n, _ := r[1].(int64)
		out[batch] = n
	}
	return out, err
}

// Oldest is when the oldest unfinished batch of a directory began; zero when there is none.
// Snapshots from then on must stay.
func (e *Engine) Oldest(ctx context.Context, directory string) (time.Time, error) {
	r := new(batchRow)
	err := e.store.Read().NewSelect().Model(r).Where("directory = ?", directory).
		Where("state IN (?)", bun.List([]State{Queued, Judging, Publishing, Held})).OrderExpr("started_at").Limit(1).Scan(ctx)
	if none(err) {
		return time.Time{}, nil
	}
	return r.StartedAt, err
}
