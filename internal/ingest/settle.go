package ingest

import (
	"context"
	"strconv"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/store"
)

// settle acts on BatchJudged: quarantine first, then the good rows unless the batch is
// blocked, then the store. What an officer decided about a held batch is settled here, too,
// so that two decisions never meet in the tables. Every step knows what it has done already,
// so a crash between any two of them is mended by doing all of them again.
func (e *Engine) settle(ctx context.Context, ev event.Event) (store.Writes, error) {
	b, err := byID(ctx, e.store.Read(), ev.Key)
	if err != nil {
		return nil, err
	}
	switch {
	case b.State != Publishing || b.job == nil:
		return nil, nil
	case b.Decision.drops():
		return e.drop(ctx, b)
	case b.job.Blocked:
		return e.block(ctx, b)
	}
	if err := e.unreplay(ctx, b); err != nil {
		return nil, err
	}
	if err := e.publishBad(ctx, b); err != nil {
		return e.unstaged(ctx, b, err)
	}
	snapshot, err := e.publish(ctx, b)
	if err != nil {
		return e.unstaged(ctx, b, err)
	}
	return e.published(b, snapshot), nil
}

// block holds a batch: its bad rows can be looked at, its good ones wait. What is published of
// an earlier version of it, and of replays of that, stays until the batch is decided.
func (e *Engine) block(ctx context.Context, b *Batch) (store.Writes, error) {
	if err := e.publishBad(ctx, b); err != nil {
		return e.unstaged(ctx, b, err)
	}
	return e.endedAs(b, Held, event.BatchHeld), nil
}

func (e *Engine) publishBad(ctx context.Context, b *Batch) error {
	if b.job.Bad == nil {
		return nil
	}
	_, err := e.Lake.Publish(ctx, b.job.Bad, lake.Mode{Kind: lake.Append})
	return err
}

func (e *Engine) publish(ctx context.Context, b *Batch) (lake.Snapshot, error) {
	mode := lake.Mode{Kind: lake.Append}
	if load := b.job.Directory.Load; load != nil {
		switch load.Mode {
		case "replace":
			mode.Kind = lake.Replace
		case "merge":
			mode = lake.Mode{Kind: lake.Merge, Key: load.Key}
		}
	}
	if mode.Kind == lake.Append {
		return e.Lake.Publish(ctx, b.job.Good, mode)
	}
	newer, err := e.newer(ctx, b)
	if err != nil {
		return lake.Snapshot{}, err
	}
	mode.Yield = newer
	if mode.Kind == lake.Replace && len(newer) > 0 { // the table is another batch's already
		s, err := e.Lake.Remove(ctx, b.job.Good.Table, b.ID, "outrun"+strconv.Itoa(b.Version))
		s.Batch, s.Outrun = string(b.ID), b.Held
		return s, err
	}
	if b.Parent != "" && mode.Kind == lake.Replace {
		mode.Kind = lake.Append // what was mended joins the batch it came from
	}
	return e.Lake.Publish(ctx, b.job.Good, mode)
}

// newer are the published batches of a directory that began after b, or after the batch whose
// rows b mends: what they say of a key is later news, whichever is published first.
func (e *Engine) newer(ctx context.Context, b *Batch) (ids []string, err error) {
	began := b.StartedAt
	if b.Parent != "" {
		p, err := byID(ctx, e.store.Read(), string(b.Parent))
		if err != nil {
			return nil, err
		}
		began = p.StartedAt
	}
	err = e.store.Read().NewRaw(`SELECT b.id FROM ingest_batch b LEFT JOIN ingest_batch p ON p.id = b.parent
		WHERE b.directory = ? AND b.id <> ? AND b.rows_published > 0 AND coalesce(p.started_at, b.started_at) > ? ORDER BY b.id`,
		b.Directory, string(b.ID), began.UTC()).Scan(ctx, &ids)
	return ids, err
}

// unreplay takes out the replays of a batch that is loaded again, or dropped: what they mended
// comes anew, or goes with it.
func (e *Engine) unreplay(ctx context.Context, b *Batch) error {
	if b.Parent != "" || b.Version == 1 {
		return nil
	}
	var children []string
	err := e.store.Read().NewSelect().Model((*batchRow)(nil)).Column("id").Where("parent = ?", string(b.ID)).
		Where("state = ?", string(Published)).Scan(ctx, &children)
	if err != nil {
		return err
	}
	for _, c := range children {
		if _, err := e.Lake.Remove(ctx, ident.Ref{Space: ident.Published, Name: b.Directory}, ident.Batch(c), "superseded"+strconv.Itoa(b.Version)); err != nil {
			return err
		}
	}
	return nil
}

// published are the store's side of a publication.
func (e *Engine) published(b *Batch, s lake.Snapshot) store.Writes {
	b.Published, b.Held, b.Outrun = b.Held, 0, 0
	if s.Batch == string(b.ID) {
		b.Outrun = s.Outrun
	}
	return e.finish(b, Published, func(ctx context.Context, tx store.Tx) error {
		if err := e.saveDataset(ctx, tx, b.Directory, s, e.Now()); err != nil {
			return err
		}
		return tx.Emit(ctx, event.DatasetPublished, b.Directory, event.Publication{Batch: string(b.ID), Directory: b.Directory, Rows: b.Published, Snapshot: s.ID})
	})
}

func (e *Engine) endedAs(b *Batch, s State, kind event.Kind) store.Writes {
	return e.finish(b, s, func(ctx context.Context, tx store.Tx) error {
		return tx.Emit(ctx, kind, string(b.ID), event.Ending{Batch: string(b.ID), Directory: b.Directory, State: string(s)})
	})
}

// finish writes the batch's last state with more, and cleans up once that is durable.
func (e *Engine) finish(b *Batch, s State, more func(ctx context.Context, tx store.Tx) error) store.Writes {
	was := b.copy()
	b.State, b.EndedAt, b.Error = s, e.Now(), nil
	if b.StartedAt.After(b.EndedAt) {
		b.EndedAt = b.StartedAt
	}
	if s == Held {
		// The bad rows are published and must not come again; what stood before is past.
		b.job.Bad, b.job.Prior, b.job.PriorJob = nil, nil, nil
	} else {
		b.job, b.Spool = nil, ""
	}
	return func(ctx context.Context, tx store.Tx) error {
		if err := was.still(ctx, tx); err != nil {
			return err
		}
		if err := e.save(ctx, tx, b); err != nil {
			return err
		}
		if err := e.family(ctx, tx, b, was); err != nil {
			return err
		}
		e.afterwards(tx, was, b)
		return more(ctx, tx)
	}
}

// family brings a batch's end to its parent and its replays.
func (e *Engine) family(ctx context.Context, tx store.Tx, b, was *Batch) error {
	switch {
	case b.Parent != "" && b.State == Published:
		return e.moved(ctx, tx, b, was.job.Replay)
	case b.Parent == "" && b.Version > 1 && b.State != Held:
		_, err := tx.NewUpdate().Model((*batchRow)(nil)).Set("state = ?", string(Superseded)).Set("rows_published = 0").Set("rows_outrun = 0").
			Where("parent = ?", string(b.ID)).Where("state = ?", string(Published)).Exec(ctx)
		return err
	}
	return nil
}

// moved takes the rows a replay mended out of its parent's quarantine. What a whole replay
// left there follows the items of its version.
func (e *Engine) moved(ctx context.Context, tx store.Tx, b *Batch, r *replay) error {
	p, err := byID(ctx, tx, string(b.Parent))
	if err != nil {
		return err
	}
	p.Quarantined -= b.Published
	p.Replayed += b.Published
	if r != nil && len(r.Rows) == 0 {
		p.Layout = b.Ruleset
	}
	return e.save(ctx, tx, p)
}

// drop takes out every row of a batch that is returned or discarded, those of earlier versions
// and replays included.
func (e *Engine) drop(ctx context.Context, b *Batch) (store.Writes, error) {
	if err := e.unreplay(ctx, b); err != nil {
		return nil, err
	}
	version := b.Decision.Action + strconv.Itoa(b.Version)
	last := lake.Snapshot{}
	for _, space := range []ident.Space{ident.Quarantine, ident.Published} {
		var err error
		if last, err = e.Lake.Remove(ctx, ident.Ref{Space: space, Name: b.Directory}, b.ID, version); err != nil {
			return nil, err
		}
	}
	stood := b.job.Standing > 0
	b.Quarantined, b.Held, b.Published, b.Replayed = 0, 0, 0, 0
	s := map[string]State{giveBack: Returned, discard: Discarded}[b.Decision.Action]
	write := e.endedAs(b, s, event.BatchEnded)
	return func(ctx context.Context, tx store.Tx) error {
		if stood {
			if err := e.saveDataset(ctx, tx, b.Directory, last, e.Now()); err != nil {
				return err
			}
		}
		return write(ctx, tx)
	}, nil
}
