package task

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

// pruneStep bounds how long a prune keeps other writers waiting.
const pruneStep = 500

// Prune forgets tasks that ended before a time, those that failed before another, and says
// how many there were. It looks for them outside the writer and goes by small steps.
func (t *Tasks) Prune(ctx context.Context, ended, failed time.Time) (int64, error) {
	var total int64
	for {
		ids, err := t.old(ctx, ended, failed)
		if err != nil || len(ids) == 0 {
			return total, err
		}
		var n int64
		err = t.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			res, err := tx.NewDelete().Table("task").Where("id IN (?)", bun.List(ids)).Exec(ctx) // one that has ended stays so
			if err == nil {
				n, err = res.RowsAffected()
			}
			return err
		})
		total += n
		if err != nil || len(ids) < pruneStep {
			return total, err
		}
	}
}

func (t *Tasks) old(ctx context.Context, ended, failed time.Time) (ids []string, err error) {
	err = t.st.Read().NewSelect().Table("task").Column("id").
		Where("(state IN (?) AND ended_at < ? OR state = ? AND ended_at < ?)", bun.List([]State{Done, Cancelled}), ended.UTC(), Failed, failed.UTC()).
		OrderExpr("id").Limit(pruneStep).Scan(ctx, &ids)
	return ids, err
}
