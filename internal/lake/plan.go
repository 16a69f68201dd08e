package lake

import (
	"context"
	"slices"
	"strconv"
	"time"

	icetable "github.com/apache/iceberg-go/table"

	"github.com/chengshu/chengshu/internal/ident"
)

const plansKept = 8 // plans of old snapshots kept in memory per table

// Files plans a snapshot; 0 is the current one. A table without a snapshot has no files.
func (l *Lake) Files(ctx context.Context, t ident.Ref, at int64) ([]File, error) {
	tb := l.table(t)
	st, err := tb.load(ctx)
	if err != nil {
		return nil, err
	}
	if at == 0 {
		at = st.current().ID
	}
	if at == 0 {
		return nil, nil
	}
	tb.know.Lock()
	defer tb.know.Unlock()
	if plan, ok := tb.plans[at]; ok {
		return slices.Clone(plan), nil
	}
	snap := st.meta.SnapshotByID(at)
	if snap == nil {
		return nil, ErrNoSnapshot.At("%s@%d", t, at)
	}
	tr := st.tree
	if at != st.current().ID {
		if tr, err = tb.read(snap); err != nil {
			return nil, err
		}
	}
	plan := tr.plan()
	tb.keepPlan(at, plan)
	return slices.Clone(plan), nil
}

func (tb *table) keepPlan(at int64, plan []File) {
	if len(tb.plans) >= plansKept || tb.plans == nil {
		tb.plans = map[int64][]File{}
	}
	tb.plans[at] = plan
}

// Snapshots lists what is kept of the table's history, newest first.
func (l *Lake) Snapshots(ctx context.Context, t ident.Ref) ([]Snapshot, error) {
	st, err := l.table(t).load(ctx)
	if err != nil {
		return nil, err
	}
	snaps := st.snapshots()
	out := make([]Snapshot, len(snaps))
	for i, s := range snaps {
		out[len(snaps)-1-i] = snapshotOf(s)
	}
	return out, nil
}

func snapshotOf(s icetable.Snapshot) Snapshot {
	props, op := summaryOf(s)
	out := Snapshot{ID: s.SnapshotID, At: time.UnixMilli(s.TimestampMs).UTC(), Operation: op,
		Batch: props[propBatch], Version: props[propVersion]}
	if ms, err := strconv.ParseInt(props[propAt], 10, 64); err == nil {
		out.At = time.UnixMilli(ms).UTC()
	}
	if ours := props[propOp]; ours != "" {
		out.Operation = ours
	}
	rows := props[propRows]
	if rows == "" {
		rows = props["total-records"]
	}
	out.Outrun, _ = strconv.ParseInt(props[propOutrun], 10, 64)
	out.Rows, _ = strconv.ParseInt(rows, 10, 64) // absent: 0
	return out
}
