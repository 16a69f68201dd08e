package lake

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/apache/iceberg-go"
	icetable "github.com/apache/iceberg-go/table"

	"github.com/chengshu/chengshu/internal/ident"
)

// The operations, as a snapshot's summary and Snapshot.Operation name them.
const (
	opAppend  = "append"
	opReplace = "replace"
	opMerge   = "merge"
	opRemove  = "remove"
	opCompact = "compact"
)

// Our properties of a snapshot's summary.
const (
	propOp      = "chengshu.operation"
	propBatch   = "chengshu.batch"
	propVersion = "chengshu.version"
	propRows    = "chengshu.rows" // live rows after it
	propOutrun  = "chengshu.outrun"
	propAt      = "chengshu.at" // when, where our clock is behind the table's last change
)

// change is one commit, worked out against the state it is committed on.
type change struct {
	op, batch, version string
	remove             map[string]bool    // data files that leave
	add, deletes       []iceberg.DataFile // that come; they lie in the data folder already
	deleted            map[string]int64   // rows that deletes name, per data file
	outrun             int64              // rows of add among those
}

// job is a change in the making. prepare does what takes long, outside the lock, and notes
// what it relied on; settle works the change out under the lock. Either may find that
// there is nothing to do and give the snapshot that says so; settle gives neither when
// what prepare relied on has changed: then it is prepared again.
type job interface {
	prepare(ctx context.Context, st *state) (*Snapshot, error)
	settle(ctx context.Context, st *state) (*change, *Snapshot, error)
	close()
}

const (
	openTries = 3  // after so many tries with the lock open the job is prepared under it
	allTries  = 20 // another process may commit all the same
)

// commit runs a job to its end: prepared with the table open to others, settled and
// committed under its lock, again from the beginning when the table has moved on in between.
func (l *Lake) commit(ctx context.Context, t ident.Ref, j job) (Snapshot, error) {
	defer j.close()
	tb := l.table(t)
	for try := range allTries {
		snap, err := tb.attempt(ctx, j, try >= openTries)
		if err != nil || snap != nil {
			return deref(snap), err
		}
	}
	return Snapshot{}, ErrBusy.At("%s", t)
}

func deref(s *Snapshot) Snapshot {
	if s == nil {
		return Snapshot{}
	}
	return *s
}

// attempt gives neither snapshot nor error when the job must be prepared again.
func (tb *table) attempt(ctx context.Context, j job, locked bool) (*Snapshot, error) {
	if locked {
		tb.mu.Lock()
		defer tb.mu.Unlock()
	}
	st, err := tb.load(ctx)
	if err != nil {
		return nil, err
	}
	if done, err := j.prepare(ctx, st); err != nil || done != nil {
		return done, err
	}
	if !locked {
		if h := tb.lake.hooks.planned; h != nil {
			h()
		}
		tb.mu.Lock()
		defer tb.mu.Unlock()
	}
	if st, err = tb.load(ctx); err != nil {
		return nil, err
	}
	c, done, err := j.settle(ctx, st)
	if err != nil || done != nil || c == nil {
		return done, err
	}
	snap, err := tb.write(ctx, st, c)
	if err == errMoved {
		return nil, nil
	}
	return snap, err
}

// rowsAfter counts the live rows after c: exact, also where files leave that had deletes.
func (tb *table) rowsAfter(st *state, c *change) (int64, error) {
	rows, err := tb.rowsOf(st)
	if err != nil {
		return 0, err
	}
	for _, df := range c.add {
		rows += df.Count()
	}
	for _, n := range c.deleted {
		rows -= n
	}
	for path := range c.remove {
		live, err := tb.liveRows(&st.tree, st.files[path])
		if err != nil {
			return 0, err
		}
		rows -= live
	}
	return rows, nil
}

// rowsOf gives a state's live rows: from its summary, or counted when another engine
// committed it.
func (tb *table) rowsOf(st *state) (int64, error) {
	if snap := st.meta.CurrentSnapshot(); snap != nil && snap.Summary != nil {
		if n, err := strconv.ParseInt(snap.Summary.Properties[propRows], 10, 64); err == nil {
			return n, nil
		}
	}
	var rows int64
	for _, e := range st.files {
		live, err := tb.liveRows(&st.tree, e)
		if err != nil {
			return 0, err
		}
		rows += live
	}
	return rows, nil
}

// liveRows counts a data file's rows that no delete names.
func (tb *table) liveRows(tr *tree, e *entry) (int64, error) {
	rows := e.rows
	for _, d := range tr.deletes() {
		if !d.mayName(e) {
			continue
		}
		n, err := tb.targets(d.path)
		if err != nil {
			return 0, err
		}
		rows -= n[e.path]
	}
	return rows, nil
}

// spent lists the delete files that name no live file once c's files have left.
func (tb *table) spent(st *state, c *change) (map[string]bool, error) {
	out := map[string]bool{}
	if len(c.remove) == 0 {
		return out, nil
	}
	for _, d := range st.deletes() {
		targets, err := tb.targets(d.path)
		if err != nil {
			return nil, err
		}
		needed := slices.ContainsFunc(slices.Collect(maps.Keys(targets)), func(p string) bool {
			return st.files[p] != nil && !c.remove[p]
		})
		if !needed {
			out[d.path] = true
		}
	}
	return out, nil
}

// published finds the kept snapshot that published that version of a batch, unless the
// batch has been removed since: then it may be published again.
func (st *state) published(batch, version string) *Snapshot {
	for _, s := range st.saidOf(batch) {
		if s.Operation == opRemove {
			return nil
		}
		if s.Version == version {
			return &s
		}
	}
	return nil
}

// removed finds the kept snapshot of a removal, whatever came after it.
func (st *state) removed(batch, version string) *Snapshot {
	for _, s := range st.saidOf(batch) {
		if s.Operation == opRemove && s.Version == version {
			return &s
		}
	}
	return nil
}

// saidOf lists the kept snapshots that published or removed a batch, newest first.
func (st *state) saidOf(batch string) (out []Snapshot) {
	for _, s := range st.snapshots() {
		if props, _ := summaryOf(s); batch != "" && props[propBatch] == batch {
			out = append(out, snapshotOf(s))
		}
	}
	slices.Reverse(out)
	return out
}

// current is the state's snapshot; the zero one of an empty table.
func (st *state) current() *Snapshot {
	if s := st.meta.CurrentSnapshot(); s != nil {
		out := snapshotOf(*s)
		return &out
	}
	return &Snapshot{}
}

// place gives a new name for a file of several batches in the data folder.
func (st *state) place(token string, n int) string {
	return filepath.Join(dataFolder(st.meta.Location()), dataName("", "", token, n))
}

func summaryOf(s icetable.Snapshot) (props iceberg.Properties, op string) {
	if s.Summary == nil {
		return nil, ""
	}
	return s.Summary.Properties, string(s.Summary.Operation)
}
