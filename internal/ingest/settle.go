package ingest

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/store"
)

func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// settle acts on BatchJudged: quarantine first, then the good rows unless the batch is
// blocked, then the store. Every step knows what it has done already, so a crash between
// any two of them is mended by doing all of them again.
func (e *Engine) settle(ctx context.Context, ev event.Event) (store.Writes, error) {
	b, err := e.Batch(ctx, ev.Key)
	if err != nil {
		return nil, err
	}
	if b.State != Publishing || b.job == nil {
		return nil, nil
	}
	j := b.job
	if err := e.unreplay(ctx, b); err != nil {
		return nil, err
	}
	if j.Bad != nil {
		if _, err := e.Lake.Publish(ctx, j.Bad, lake.Mode{Kind: lake.Append}); err != nil {
			return nil, err
		}
	}
	if j.Blocked {
		j.Bad = nil // published; when the batch is released it must not come again
		return e.ended(b, Held, event.BatchHeld), nil
	}
	snapshot, err := e.publish(ctx, b)
	if err != nil {
		return nil, err
	}
	return e.published(b, snapshot), nil
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
	if b.Parent != "" && mode.Kind == lake.Replace {
		mode.Kind = lake.Append // what was mended joins the batch it came from
	}
	return e.Lake.Publish(ctx, b.job.Good, mode)
}

// unreplay takes out the replays of a batch that is loaded again: their rows come anew.
func (e *Engine) unreplay(ctx context.Context, b *Batch) error {
	if b.Parent != "" || b.Version == 1 {
		return nil
	}
	children, _, err := e.Batches(ctx, Filter{Parent: b.ID}, "", 10_000)
	if err != nil {
		return err
	}
	for _, c := range children {
		if c.State != Published {
			continue
		}
		if _, err := e.Lake.Remove(ctx, ident.Ref{Space: ident.Published, Name: b.Directory}, c.ID, "superseded"+strconv.Itoa(b.Version)); err != nil {
			return err
		}
	}
	return nil
}

// published are the store's side of a publication.
func (e *Engine) published(b *Batch, s lake.Snapshot) store.Writes {
	b.Published, b.Held = b.Held, 0
	return e.finish(b, Published, func(ctx context.Context, tx store.Tx) error {
		if err := e.saveDataset(ctx, tx, b.Directory, s, e.Now()); err != nil {
			return err
		}
		return tx.Emit(ctx, event.DatasetPublished, b.Directory, event.Publication{Batch: string(b.ID), Directory: b.Directory, Rows: b.Published, Snapshot: s.ID})
	})
}

func (e *Engine) ended(b *Batch, s State, kind event.Kind) store.Writes {
	return e.finish(b, s, func(ctx context.Context, tx store.Tx) error {
		return tx.Emit(ctx, kind, string(b.ID), event.Ending{Batch: string(b.ID), Directory: b.Directory, State: string(s)})
	})
}

// finish writes the batch's last state with more, and cleans up once that is durable.
func (e *Engine) finish(b *Batch, s State, more func(ctx context.Context, tx store.Tx) error) store.Writes {
	j := b.job
	b.State, b.EndedAt = s, e.Now()
	if b.StartedAt.After(b.EndedAt) {
		b.EndedAt = b.StartedAt
	}
	if s != Held {
		b.job = nil
	}
	return func(ctx context.Context, tx store.Tx) error {
		if err := e.save(ctx, tx, b); err != nil {
			return err
		}
		if b.Parent != "" && s == Published {
			if err := e.moved(ctx, tx, b); err != nil {
				return err
			}
		}
		if b.Parent == "" && b.Version > 1 {
			_, err := tx.NewUpdate().Model((*batchRow)(nil)).Set("state = ?", string(Superseded)).Set("rows_published = 0").
				Where("parent = ?", string(b.ID)).Where("state = ?", string(Published)).Exec(ctx)
			if err != nil {
				return err
			}
		}
		tx.After(func() {
			e.tell(b, nil)
			go func() { // the writer must not wait for files
				if err := e.clean(context.Background(), b, j); err != nil {
					e.Log.Warn("staged files of a finished batch stay until the sweep", "batch", b.ID, "error", err)
				}
			}()
		})
		return more(ctx, tx)
	}
}

// moved takes the rows a replay mended out of its parent's quarantine.
func (e *Engine) moved(ctx context.Context, tx store.Tx, b *Batch) error {
	p, err := find(ctx, tx, string(b.Parent))
	if err != nil {
		return err
	}
	p.Quarantined -= b.Published
	p.Replayed += b.Published
	return e.save(ctx, tx, p)
}

// Release publishes the good rows of a held batch.
func (e *Engine) Release(ctx context.Context, id, reason string) (*Batch, error) {
	b, err := e.decide(ctx, id, "release", reason)
	if err != nil {
		return nil, err
	}
	b.State, b.job.Blocked = Publishing, false
	err = e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := e.save(ctx, tx, b); err != nil {
			return err
		}
		return tx.Emit(ctx, event.BatchJudged, string(b.ID), event.Judged{Batch: string(b.ID), Directory: b.Directory, Parent: string(b.Parent)})
	})
	if err != nil {
		return nil, err
	}
	e.tell(b, nil)
	return e.Wait(ctx, b.ID)
}

// Return gives a held batch back to its office with its report: none of its rows stay.
func (e *Engine) Return(ctx context.Context, id, reason string) (*Batch, error) {
	return e.drop(ctx, id, "return", reason, Returned)
}

// Discard throws a held batch away.
func (e *Engine) Discard(ctx context.Context, id, reason string) (*Batch, error) {
	return e.drop(ctx, id, "discard", reason, Discarded)
}

func (e *Engine) decide(ctx context.Context, id, action, reason string) (*Batch, error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.State != Held || b.job == nil {
		return nil, fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 未被拦截，无需判定", "batch %s is not held, there is nothing to decide", b.Label))
	}
	if reason == "" {
		return nil, fault.New(fault.Invalid, "batch.reason", fault.T("请填写理由", "a reason is needed")).At("reason")
	}
	b.Decision = &Decision{Action: action, Reason: reason, At: e.Now()}
	return b, nil
}

// drop removes the quarantine rows first: a crash between leaves a held batch, whose
// officer decides again.
func (e *Engine) drop(ctx context.Context, id, action, reason string, s State) (*Batch, error) {
	b, err := e.decide(ctx, id, action, reason)
	if err != nil {
		return nil, err
	}
	ref := ident.Ref{Space: ident.Quarantine, Name: b.Directory}
	if _, err := e.Lake.Remove(ctx, ref, b.ID, action+strconv.Itoa(b.Version)); err != nil {
		return nil, err
	}
	b.Quarantined, b.Held, b.Published = 0, 0, 0
	if err := e.store.Write(ctx, e.ended(b, s, event.BatchEnded)); err != nil {
		return nil, err
	}
	return b, nil
}
