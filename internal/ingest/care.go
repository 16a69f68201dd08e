package ingest

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// Adopt adds a cleaning step to the declaration of a batch's directory as a new version.
func (e *Engine) Adopt(ctx context.Context, by people.Actor, id, item string, step rule.Step) (directory string, version int, err error) {
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
	saved, err := e.Catalog.Put(ctx, by, d)
	return b.Directory, saved.Version, err
}

// Recover takes up what a dead process left: a batch that waits or is being judged while its
// task is not known any more gets one again, and ends when its task has. Tasks of dead
// processes are the queue's to take up; batches that were judged are settled by their event.
func (e *Engine) Recover(ctx context.Context) error {
	return e.each(ctx, Filter{States: []State{Queued, Judging}}, func(b *Batch) error {
		t, err := e.Tasks.Get(ctx, b.Task)
		switch {
		case errors.Is(err, task.ErrMissing):
			return e.restart(ctx, b)
		case err != nil || !t.State.Ended():
			return err
		}
		return e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error { return e.ended(ctx, tx, t) })
	})
}

// restart gives a batch a new task.
func (e *Engine) restart(ctx context.Context, b *Batch) error {
	if b.job == nil {
		return e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error { return e.fail(ctx, tx, b, Failed, errInterrupted) })
	}
	return e.store.Write(ctx, func(ctx context.Context, tx store.Tx) (err error) {
		if err := b.still(ctx, tx); err != nil {
			return err
		}
		b.State = Queued
		if b.Task, err = e.Tasks.StartIn(ctx, tx, task.Spec{Kind: kind, Key: b.taskKey()}); err != nil {
			return err
		}
		return e.save(ctx, tx, b)
	})
}

// Sweep removes files no batch owns: spooled input of finished batches, trial folders of
// dead processes, staged files of batches that are not at work. grace spares young files,
// which an upload or a batch about to be kept may still own.
func (e *Engine) Sweep(ctx context.Context, grace time.Duration) ([]string, error) {
	before := e.Now().Add(-grace) // before the look: what comes later is younger
	files, stages := map[string]bool{}, map[string]bool{}
	err := e.each(ctx, Filter{States: []State{Queued, Judging, Publishing, Held}}, func(b *Batch) error {
		f, s := b.owned()
		maps.Copy(files, f)
		for _, stage := range s {
			stages[string(stage.Batch)+"\x00"+stage.Version] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
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

// Oldest is when the oldest batch began that may still need snapshots of a directory's tables;
// zero when there is none. Snapshots that were current then or later must stay: a batch of the
// directory finds in them what it has published already, and one of another directory may be
// reading the files its rules refer to.
func (e *Engine) Oldest(ctx context.Context, directory string) (time.Time, error) {
	r := new(batchRow)
	err := e.store.Read().NewSelect().Model(r).Column("started_at").
		Where("(state IN (?) OR directory = ? AND state IN (?))", bun.List([]State{Queued, Judging}),
			directory, bun.List([]State{Publishing, Held})).OrderExpr("started_at").Limit(1).Scan(ctx)
	if none(err) {
		return time.Time{}, nil
	}
	return r.StartedAt, err
}
