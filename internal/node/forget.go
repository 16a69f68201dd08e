package node

import (
	"context"
	"errors"
	"time"
)

// importDays is how long the file of an import stays for whoever corrects it.
const importDays = 30

// forget removes what was dealt with long ago, at the start and once a day.
func (n *Node) forget(ctx context.Context) error {
	tick := time.NewTicker(24 * time.Hour)
	defer tick.Stop()
	for {
		if err := n.Forget(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("old tasks and events stay; they are tried again tomorrow", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Forget removes tasks that ended before the days they are kept, and events of before theirs
// that every consumer has passed; files that no record came to refer to within a day, and those
// of imports after a month. It keeps no writer waiting for long.
func (n *Node) Forget(ctx context.Context) error {
	ago := func(days int) time.Time { return n.now().AddDate(0, 0, -days) }
	tasks, failed := n.Tasks.Prune(ctx, ago(n.Config.Tasks.KeepDays), ago(n.Config.Tasks.KeepFailedDays))
	events, err := n.Store.Prune(ctx, ago(n.Config.Events.KeepDays))
	if tasks+events > 0 {
		n.log.Info("old tasks and events were removed", "tasks", tasks, "events", events)
	}
	return errors.Join(failed, err, n.Ledger.SweepFiles(ctx, ago(1)), n.Ledger.Forget(ctx, ago(importDays)))
}
