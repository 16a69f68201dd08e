package ingest

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// errLost is why a batch can never be written: what was staged of it is gone, and so is what
// it could be staged from once more.
var errLost = fault.New(fault.Conflict, "batch.lost", fault.T("暂存的结果和原始文件都已不在，无法写入", "what was staged and the file it came from are both gone; it cannot be written")).
	Fix(fault.T("请丢弃该批次，再重新装载文件", "discard the batch and load the file again"))

// Lost says that a batch stalled for good: all one can do is discard it.
func (b *Batch) Lost() bool {
	return b.Stalled() && len(b.Error.Parts) == 1 && b.Error.Parts[0].Code == errLost.Code
}

// unstaged acts on what kept a batch from being published. Where its staged files are gone
// it is judged again from its spooled input: the rule set and the file are those it was judged
// by, so the same comes out, and what of it is in the tables already stays there once.
func (e *Engine) unstaged(ctx context.Context, b *Batch, why error) (store.Writes, error) {
	if !errors.Is(why, lake.ErrNoStage) {
		return nil, why
	}
	for _, file := range b.job.Input.Files {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, errLost.Wrap(why)
		} else if err != nil {
			return nil, err
		}
	}
	e.Log.WarnContext(ctx, "what was staged of a batch is gone; it is judged again", "batch", b.ID)
	was := b.copy()
	return func(ctx context.Context, tx store.Tx) (err error) {
		if err := was.still(ctx, tx); err != nil {
			return err
		}
		b.State, b.Error = Queued, nil
		if b.Task, err = e.Tasks.StartIn(ctx, tx, task.Spec{Kind: kind, Key: b.taskKey()}); err != nil {
			return err
		}
		tx.After(func() { e.tell(b, nil) })
		return e.save(ctx, tx, b)
	}, nil
}
