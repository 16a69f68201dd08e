package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/store"
)

// Running is the flow kind's part in installing: open cases stay on the version they began
// with, unless they are moved.
func (flowKind) Running(ctx context.Context, db bun.IDB, packID string) (int64, error) {
	return running(ctx, db, packID, "")
}

// Movable says what forbids moving the open cases of a pack to another version of it: states
// they are in that it does not have.
func (flowKind) Movable(ctx context.Context, db bun.IDB, old, new *pack.Pack) (out []pack.Change, err error) {
	var rows []struct {
		Flow, State string
		N           int64
	}
	err = db.NewSelect().TableExpr("flow_case").Column("flow", "state").ColumnExpr("COUNT(*) AS n").Where("pack = ?", new.ID).Where("ended IS NULL").
		Group("flow", "state").Order("flow", "state").Scan(ctx, &rows)
	for _, r := range rows {
		m, ok := Of(new, r.Flow)
		if ok && m.states[r.State] != nil && !m.states[r.State].End {
			continue
		}
		title := fault.Text{ZH: r.State, EN: r.State}
		if was, ok := Of(old, r.Flow); ok {
			title = was.StateTitle(r.State)
		}
		out = append(out, pack.Change{Kind: "flow", Name: r.Flow + "." + r.State, Act: pack.Forbidden,
			Text: fault.Text{ZH: fmt.Sprintf("有 %d 件在办案件处于“%s”，新版本没有该状态，不能转入", r.N, title.ZH),
				EN: fmt.Sprintf("%d open cases are in %q, which the new version does not have: they cannot be moved", r.N, title.EN)},
			Remedy: fault.T("请保留该状态，或让在办案件按原版本办结", "keep the state, or let open cases end on their version")})
	}
	return out, err
}

// Move puts the open cases of a pack on its new version. What their history says is written
// here; their clocks and desks follow by the fact that the pack was changed.
func (flowKind) Move(ctx context.Context, tx store.Tx, old, new *pack.Pack, now time.Time) error {
	lost, err := (flowKind{}).Movable(ctx, tx, old, new)
	if err != nil {
		return err
	}
	if err := pack.Forbid(lost); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO flow_step (case_id, seq, at, actor, person, office, action, from_state, to_state, reason, detail)
		SELECT id, rev + 1, ?, '', '', '', ?, state, state, version || ' → ' || ?, '{}' FROM flow_case WHERE pack = ? AND ended IS NULL AND version <> ?`,
		now.UTC(), ActUpgrade, new.Version, new.ID, new.Version)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE flow_case SET version = ?, rev = rev + 1 WHERE pack = ? AND ended IS NULL AND version <> ?`, new.Version, new.ID, new.Version)
	return err
}

// upgraded makes clocks, timers and desks of a changed pack's cases anew: those that were
// moved run on other limits now.
func (e *Engine) upgraded(ctx context.Context, ev event.Event) (store.Writes, error) {
	return nil, e.eachOpen(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("pack = ?", ev.Key) }, e.moveCase)
}
