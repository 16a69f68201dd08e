package lake

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/apache/iceberg-go"
	icetable "github.com/apache/iceberg-go/table"
)

// write commits c on top of st; the table's lock is held and st is the current state. All
// files are on the disk before the pointer moves; what a crash leaves before that is not
// part of the table and the sweep's.
func (tb *table) write(ctx context.Context, st *state, c *change) (*Snapshot, error) {
	rows, err := tb.rowsAfter(st, c)
	if err != nil {
		return nil, err
	}
	spent, err := tb.spent(st, c)
	if err != nil {
		return nil, err
	}
	id, seq := rand.Int64(), st.meta.LastSequenceNumber()+1
	var tr tree
	data := &leaf{tb, st, id, seq, iceberg.ManifestContentData}
	if tr.data, err = data.next(st.data, c.remove, c.add); err != nil {
		return nil, err
	}
	dels := &leaf{tb, st, id, seq, iceberg.ManifestContentDeletes}
	if tr.dels, err = dels.next(st.dels, spent, c.deletes); err != nil {
		return nil, err
	}
	tr.index()
	snap, err := tb.snapshot(st, c, &tr, id, seq, rows)
	if err != nil {
		return nil, err
	}
	next, expired, err := tb.point(ctx, st, snap)
	if err != nil {
		return nil, err
	}
	next.tree = tr
	tb.adopt(st, next, c, spent, expired)
	out := snapshotOf(*snap)
	return &out, tb.lake.hooks.reach("committed")
}

// snapshot writes the manifest list and describes the snapshot.
func (tb *table) snapshot(st *state, c *change, tr *tree, id, seq, rows int64) (*icetable.Snapshot, error) {
	var parent *int64
	if s := st.meta.CurrentSnapshot(); s != nil {
		parent = &s.SnapshotID
	}
	list, err := writeList(st, id, parent, seq, tr)
	if err != nil {
		return nil, err
	}
	if err := syncPath(metadataFolder(st.meta.Location())); err != nil {
		return nil, err
	}
	schema := st.meta.CurrentSchema().ID
	// Never before the last: iceberg-go refuses it, and time travel would misread it. By our
	// clock it may be: that of a demo district is the one of a month ago.
	now, sum := tb.lake.o.Now().UnixMilli(), summary(c, tr, rows)
	at := max(now, st.meta.LastUpdatedMillis())
	if now < at {
		sum.Properties[propAt] = strconv.FormatInt(now, 10)
	}
	return &icetable.Snapshot{SnapshotID: id, ParentSnapshotID: parent, SequenceNumber: seq,
		TimestampMs: at, ManifestList: list, SchemaID: &schema, Summary: sum}, nil
}

func summary(c *change, tr *tree, rows int64) *icetable.Summary {
	var total, added, size int64
	for _, e := range tr.files {
		total += e.rows
		size += e.bytes
	}
	for _, df := range c.add {
		added += df.Count()
	}
	p := iceberg.Properties{propOp: c.op, propRows: strconv.FormatInt(rows, 10)}
	for key, n := range map[string]int64{
		"added-data-files": int64(len(c.add)), "added-records": added,
		"deleted-data-files": int64(len(c.remove)), "added-delete-files": int64(len(c.deletes)),
		"total-data-files": int64(len(tr.files)), "total-records": total,
		"total-files-size": size, "total-delete-files": int64(len(tr.deletes())),
	} {
		if n > 0 {
			p[key] = strconv.FormatInt(n, 10)
		}
	}
	if c.batch != "" {
		p[propBatch], p[propVersion] = c.batch, c.version
	}
	if c.outrun > 0 {
		p[propOutrun] = strconv.FormatInt(c.outrun, 10)
	}
	return &icetable.Summary{Operation: c.kind(), Properties: p}
}

// kind is Iceberg's name for the operation.
func (c *change) kind() icetable.Operation {
	switch {
	case c.op == opCompact:
		return icetable.OpReplace
	case len(c.remove)+len(c.deletes) == 0:
		return icetable.OpAppend
	case len(c.add) == 0:
		return icetable.OpDelete
	}
	return icetable.OpOverwrite
}

// point writes the metadata with the new snapshot, drops those that History no longer
// keeps, and moves the pointer.
func (tb *table) point(ctx context.Context, st *state, snap *icetable.Snapshot) (*state, []icetable.Snapshot, error) {
	if err := tb.lake.hooks.reach("written"); err != nil {
		return nil, nil, err
	}
	expired := tb.overflow(st)
	updates := []icetable.Update{
		icetable.NewAddSnapshotUpdate(snap),
		icetable.NewSetSnapshotRefUpdate(icetable.MainBranch, snap.SnapshotID, icetable.BranchRef, 0, 0, 0),
	}
	if len(expired) > 0 {
		updates = append(updates, icetable.NewRemoveSnapshotsUpdate(snapshotIDs(expired), false))
	}
	next, err := tb.publishMetadata(ctx, st, updates)
	return next, expired, err
}

// publishMetadata applies updates to st's metadata and makes it the current one.
func (tb *table) publishMetadata(ctx context.Context, st *state, updates []icetable.Update) (*state, error) {
	meta, err := icetable.UpdateTableMetadata(st.meta, updates, st.at)
	if err != nil {
		return nil, err
	}
	at, err := writeMetadata(meta, st.at)
	if err != nil {
		return nil, err
	}
	if err := syncPath(metadataFolder(meta.Location())); err != nil {
		return nil, err
	}
	if err := tb.lake.hooks.reach("pointing"); err != nil {
		return nil, err
	}
	if err := tb.lake.swap(ctx, tb.ref, st.at, at); err != nil {
		os.Remove(at) // errMoved or a failed statement: nobody points to it
		return nil, err
	}
	tb.forgetMetadata(st.meta, meta)
	return &state{meta: meta, at: at, tree: st.tree}, nil
}

// forgetMetadata removes the metadata files that fell off the log.
func (tb *table) forgetMetadata(old, now icetable.Metadata) {
	kept := map[string]bool{}
	for e := range now.PreviousFiles() {
		kept[e.MetadataFile] = true
	}
	var drop []string
	for e := range old.PreviousFiles() {
		if !kept[e.MetadataFile] {
			drop = append(drop, e.MetadataFile)
		}
	}
	gone(drop) // what remains is the sweep's
}

// overflow picks the snapshots beyond History that Keep does not want.
func (tb *table) overflow(st *state) []icetable.Snapshot {
	snaps := st.snapshots()
	over := len(snaps) + 1 - tb.lake.o.History
	if over <= 0 {
		return nil
	}
	var from time.Time
	if keep := tb.lake.o.Keep; keep != nil {
		from = keep(tb.ref)
	}
	var out []icetable.Snapshot
	for i, s := range snaps[:min(over, len(snaps)-1)] { // never the current one
		if from.IsZero() || ceased(snaps, i).Before(from) {
			out = append(out, s)
		}
	}
	return out
}

// ceased is when a snapshot was the current one no more: whoever read the table until then
// may still need it.
func ceased(snaps []icetable.Snapshot, i int) time.Time {
	return time.UnixMilli(snaps[i+1].TimestampMs)
}

func snapshotIDs(snaps []icetable.Snapshot) []int64 {
	ids := make([]int64, len(snaps))
	for i, s := range snaps {
		ids[i] = s.SnapshotID
	}
	return ids
}

// staleManifest left the table with the snapshot of that sequence number.
type staleManifest struct {
	path string
	left int64
}

// adopt makes next the known state, and removes metadata that no kept snapshot needs: the
// lists of expired snapshots and the manifests that only they had. Data files are touched,
// not removed: the sweep's margin counts from when they left.
func (tb *table) adopt(old, next *state, c *change, spent map[string]bool, expired []icetable.Snapshot) {
	tb.know.Lock()
	defer tb.know.Unlock()
	tb.state = next
	seq := next.meta.LastSequenceNumber()
	kept := map[string]bool{}
	for _, m := range append(slices.Clone(next.data), next.dels...) {
		kept[m.file.FilePath()] = true
	}
	for _, m := range append(slices.Clone(old.data), old.dels...) {
		if p := m.file.FilePath(); !kept[p] {
			tb.stale = append(tb.stale, staleManifest{p, seq})
		}
	}
	now := time.Now()
	for _, paths := range []map[string]bool{c.remove, spent} {
		for p := range paths {
			os.Chtimes(p, now, now)
			delete(tb.batches, p)
			delete(tb.counts, p)
		}
	}
	tb.dropStale(next, expired)
}

func (tb *table) dropStale(st *state, expired []icetable.Snapshot) {
	if len(expired) == 0 {
		return
	}
	var drop []string
	for _, s := range expired {
		drop = append(drop, s.ManifestList)
		delete(tb.plans, s.SnapshotID)
	}
	oldest := st.snapshots()[0].SequenceNumber
	tb.stale = slices.DeleteFunc(tb.stale, func(m staleManifest) bool {
		if m.left <= oldest {
			drop = append(drop, m.path)
		}
		return m.left <= oldest
	})
	gone(drop) // what remains is the sweep's
}
