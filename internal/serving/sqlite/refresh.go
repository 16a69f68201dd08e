package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// Refresh brings a dataset up to the table's current snapshot.
func (f *Files) Refresh(ctx context.Context, d serving.Dataset) (serving.State, error) {
	return f.bring(ctx, d, false)
}

// Rebuild builds it anew.
func (f *Files) Rebuild(ctx context.Context, d serving.Dataset) (serving.State, error) {
	return f.bring(ctx, d, true)
}

func (f *Files) bring(ctx context.Context, d serving.Dataset, anew bool) (serving.State, error) {
	if err := ident.Check(d.Name); err != nil {
		return serving.State{}, err
	}
	if len(d.Key) == 0 {
		return serving.State{}, serving.ErrKeyCount.At("%s", d.Name)
	}
	d.Key = slices.Clone(d.Key)
	s, err := f.claim(d.Name)
	if err != nil {
		return serving.State{}, err
	}
	defer s.mu.Unlock()
	st, err := f.bringSlot(ctx, s, d, anew)
	return st, refused(err)
}

// claim gives the dataset's slot, locked.
func (f *Files) claim(name string) (*slot, error) {
	for range 3 {
		v, _ := f.slots.LoadOrStore(name, &slot{name: name})
		s := v.(*slot)
		s.mu.Lock()
		if !s.gone {
			return s, nil
		}
		s.mu.Unlock()
	}
	return nil, serving.ErrClosed
}

func (f *Files) bringSlot(ctx context.Context, s *slot, d serving.Dataset, anew bool) (serving.State, error) {
	snaps, err := f.o.Lake.Snapshots(ctx, d.Table)
	if err != nil {
		return serving.State{}, err
	}
	items, err := f.items(ctx, d.Table) // after the snapshots: it may know more columns, never fewer
	if err != nil {
		return serving.State{}, err
	}
	var newest lake.Snapshot
	if len(snaps) > 0 {
		newest = snaps[0]
	}
	if a := s.face.Load(); a != nil && !anew {
		st, err := f.follow(ctx, a, d, items, snaps)
		if !errors.Is(err, errAnew) {
			return st, err
		}
		f.o.Log.Info("served data is built anew", "dataset", d.Name, "reason", err)
	}
	return f.build(ctx, s, d, items, newest)
}

func (f *Files) items(ctx context.Context, t ident.Ref) (items row.Schema, err error) {
	all, err := f.o.Lake.Schema(ctx, t)
	for _, c := range all {
		if serving.Served(c.Name) {
			items = append(items, c)
		}
	}
	return items, err
}

// errAnew says why following the lake's history will not do.
var errAnew = errors.New("serving")

func anew(why string) error { return fmt.Errorf("%w: %s", errAnew, why) }

// follow applies what changed since the file's snapshot.
func (f *Files) follow(ctx context.Context, a *face, d serving.Dataset, items row.Schema, snaps []lake.Snapshot) (serving.State, error) {
	st := a.stored.Load()
	if st.Table != d.Table || !slices.Equal(st.Key, d.Key) {
		return st.State, anew("its declaration changed")
	}
	if !grown(st.Columns, items) {
		return st.State, anew("its columns changed")
	}
	if len(snaps) == 0 && st.Snapshot == 0 || len(snaps) > 0 && st.Snapshot == snaps[0].ID {
		return f.keep(ctx, a, items)
	}
	steps, err := since(snaps, st.Snapshot)
	if err != nil {
		return st.State, err
	}
	sorter := newSorter(f.o.Dir, f.o.Memory)
	defer sorter.close()
	next := *st
	next.Columns, next.Snapshot = items, snaps[0].ID
	if err := next.settle(); err != nil {
		return st.State, err
	}
	if err := f.gatherSteps(ctx, &next, sorter, steps); err != nil {
		return st.State, err
	}
	if st.Counted && next.Rows+next.Unkeyed != snaps[0].Rows {
		return st.State, anew("its rows are not those of the lake")
	}
	err = f.apply(ctx, a, &next, sorter)
	if errors.Is(err, errDrift) {
		return st.State, anew("it lacks rows that leave")
	}
	return a.stored.Load().State, err
}

// grown tells whether rows encoded by old columns read the same by new ones: items were
// added at the end, or decimals given more digits.
func grown(old, new row.Schema) bool {
	if len(new) < len(old) {
		return false
	}
	for i, f := range old {
		n := new[i]
		wider := f.Type.Kind == row.Decimal && n.Type.Kind == row.Decimal && f.Type.Scale == n.Type.Scale
		if n.Name != f.Name || n.Type != f.Type && !wider {
			return false
		}
	}
	return true
}

// keep is following where no row changed.
func (f *Files) keep(ctx context.Context, a *face, items row.Schema) (serving.State, error) {
	st := a.stored.Load()
	if slices.Equal(st.Columns, items) {
		return st.State, nil
	}
	next := *st
	next.Columns = items
	if err := next.settle(); err != nil {
		return st.State, err
	}
	err := f.apply(ctx, a, &next, newSorter(f.o.Dir, f.o.Memory))
	return a.stored.Load().State, err
}

// step is a stretch of history to compare: from one snapshot to a later one.
type step struct{ from, to int64 }

// since gives the stretches from a snapshot on. Compactions lie between stretches: they
// move rows to other files and change none.
func since(snaps []lake.Snapshot, cursor int64) ([]step, error) {
	at := slices.IndexFunc(snaps, func(s lake.Snapshot) bool { return s.ID == cursor })
	if cursor == 0 || at < 0 {
		return nil, anew("the snapshot it is at has expired")
	}
	var steps []step
	last, stretch := cursor, false
	for _, s := range slices.Backward(snaps[:at]) {
		switch {
		case s.Operation == "replace":
			return nil, anew("the table was replaced")
		case s.Operation == "compact":
			stretch = false
		case stretch:
			steps[len(steps)-1].to = s.ID
		default:
			steps, stretch = append(steps, step{last, s.ID}), true
		}
		last = s.ID
	}
	return steps, nil
}

// gatherSteps gathers the rows that come and go in all stretches.
func (f *Files) gatherSteps(ctx context.Context, next *stored, sorter *sorter, steps []step) error {
	g := newGathering(next, sorter)
	most := max(f.o.Least, next.Rows/4)
	for _, s := range steps {
		d, err := f.compare(ctx, next.Table, s)
		if errors.Is(err, lake.ErrNoSnapshot) {
			return anew("a snapshot since then has expired")
		}
		if err != nil {
			return err
		}
		if sorter.total+d.rows() > most {
			return anew("most of it changed")
		}
		if err := f.gather(ctx, g, d); err != nil {
			if missing := d.missing(); missing != nil {
				return anew("files of a snapshot since then are gone")
			}
			return err
		}
		if sorter.total > most {
			return anew("most of it changed")
		}
	}
	next.Rows += g.keyed.Load()
	next.Unkeyed += g.unkeyed.Load()
	return nil
}

// refused turns errors of a full disk into the one that says so.
func refused(err error) error {
	var e sqlite3.Error
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.As(err, &e) && e.Code == sqlite3.ErrFull:
		return serving.ErrDisk.Wrap(err)
	}
	return err
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }
