package node

import (
	"context"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/task"
)

// imports registers the long work of registers. Each goes on where a crash ended it.
func (n *Node) imports() {
	for kind, do := range map[string]func(context.Context, *ledger.Entity, ledger.Import, ledger.ImportTask, *task.Job) error{
		ledger.TryTask: func(ctx context.Context, e *ledger.Entity, d ledger.Import, t ledger.ImportTask, job *task.Job) error {
			_, err := n.Ledger.Try(ctx, e, d, t.Job, func(done int64) { job.Progress("try", done, t.Bytes) })
			return err
		},
		ledger.LoadTask: func(ctx context.Context, e *ledger.Entity, d ledger.Import, t ledger.ImportTask, job *task.Job) error {
			_, err := n.Ledger.Load(ctx, e, d, t.Job, func(rows int64) { job.Progress("load", rows, t.Rows) })
			return err
		},
		ledger.UndoTask: func(ctx context.Context, e *ledger.Entity, _ ledger.Import, t ledger.ImportTask, _ *task.Job) error {
			_, err := n.Ledger.TakeBack(ctx, people.Actor{Kind: people.UserKind, ID: t.By, Name: t.ByName, Office: t.Office}, e, t.Job)
			return err
		},
	} {
		n.Tasks.Register(kind, func(ctx context.Context, job *task.Job) error {
			var t ledger.ImportTask
			if err := job.Decode(&t); err != nil {
				return err
			}
			e, d, err := n.importing(ctx, t.Job)
			if err != nil {
				return err
			}
			d.Within, d.Seen = t.Within, t.Seen
			return do(ctx, e, d, t, job)
		})
	}
}

// importing finds the register of an import as its pack has it now.
func (n *Node) importing(ctx context.Context, id string) (*ledger.Entity, ledger.Import, error) {
	j, err := n.Ledger.Job(ctx, id)
	if err != nil {
		return nil, ledger.Import{}, err
	}
	p, err := n.Packs.Current(j.Pack)
	if err != nil {
		return nil, ledger.Import{}, err
	}
	e, ok := ledger.Of(p, j.Entity)
	if !ok {
		return nil, ledger.Import{}, pack.ErrMissing.At("%s.%s", j.Pack, j.Entity).Fix(fault.T("该登记表已不在应用包中", "the pack has this register no more"))
	}
	return e, ledger.ImportOf(p, e), nil
}
