package lake

import (
	"context"
	"slices"
	"time"

	icetable "github.com/apache/iceberg-go/table"

	"github.com/chengshu/chengshu/internal/ident"
)

// Expire forgets the snapshots that ceased to be the current one before olderThan, except
// those in keep and those that Options.Keep wants, and deletes the files that only they
// referred to. Who reads a table must be done within the time the caller allows. It gives
// the snapshots forgotten.
func (l *Lake) Expire(ctx context.Context, t ident.Ref, olderThan time.Time, keep []int64) ([]int64, error) {
	tb := l.table(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	st, err := tb.load(ctx)
	if err != nil {
		return nil, err
	}
	out, kept := tb.outlived(st, olderThan, keep)
	if len(out) == 0 {
		return nil, nil
	}
	drop, err := tb.refers(out)
	if err != nil {
		return nil, err
	}
	stay, err := tb.refers(kept)
	if err != nil {
		return nil, err
	}
	ids := snapshotIDs(out)
	next, err := tb.publishMetadata(ctx, st, []icetable.Update{icetable.NewRemoveSnapshotsUpdate(ids, false)})
	if err != nil {
		return nil, err
	}
	tb.know.Lock()
	tb.state, tb.plans = next, nil
	tb.know.Unlock()
	var paths []string
	for p := range drop {
		if !stay[p] {
			paths = append(paths, p)
		}
	}
	_, err = gone(paths)
	return ids, err
}

// outlived parts the snapshots into those to forget and those kept.
func (tb *table) outlived(st *state, olderThan time.Time, keep []int64) (out, kept []icetable.Snapshot) {
	snaps := st.snapshots()
	keep = append(slices.Clone(keep), st.current().ID)
	for _, ref := range st.meta.Refs() {
		keep = append(keep, ref.SnapshotID)
	}
	if k := tb.lake.o.Keep; k != nil {
		if from := k(tb.ref); !from.IsZero() && from.Before(olderThan) {
			olderThan = from
		}
	}
	for i, s := range snaps {
		ended := i+1 < len(snaps) && ceased(snaps, i).Before(olderThan)
		if ended && !slices.Contains(keep, s.SnapshotID) {
			out = append(out, s)
		} else {
			kept = append(kept, s)
		}
	}
	return out, kept
}

// refers gathers every file that snapshots refer to: lists, manifests, data and deletes.
func (tb *table) refers(snaps []icetable.Snapshot) (map[string]bool, error) {
	refs := map[string]bool{}
	tb.know.Lock()
	defer tb.know.Unlock()
	for _, s := range snaps {
		refs[s.ManifestList] = true
		list, err := s.Manifests(tb.lake.fs)
		if err != nil {
			return nil, err
		}
		for _, mf := range list {
			if refs[mf.FilePath()] {
				continue
			}
			refs[mf.FilePath()] = true
			m, err := tb.readManifest(mf)
			if err != nil {
				return nil, err
			}
			for _, e := range m.entries {
				refs[e.path] = true
			}
		}
	}
	return refs, nil
}
