package sqlite

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

func open1(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	engine := openEngine(t, dir)
	w := begin(t, engine, dir)
	t.Cleanup(func() { w.end(); engine.Close() })
	return w
}

func people(from, to int64, name string) (rows []person) {
	for i := from; i < to; i++ {
		rows = append(rows, person{i, name, nil, nil, nil, true})
	}
	return rows
}

// Readers beside refreshes, rebuilds and restarts of files see one snapshot each, whole.
func TestReadersSeeOneSnapshot(t *testing.T) {
	w := open1(t)
	w.publish(replace, "all", "v0", people(0, 50, "v0"))
	names := map[int64]string{}
	var mu sync.Mutex
	refresh := func(anew bool) {
		bring := w.files.Refresh
		if anew {
			bring = w.files.Rebuild
		}
		if _, err := bring(ctx, byOK); err != nil {
			t.Error(err)
		}
	}
	snaps, err := w.lake.Snapshots(ctx, table)
	w.must(err)
	names[snaps[0].ID] = "v0"
	refresh(false)
	var done atomic.Bool
	var looks atomic.Int64
	var readers sync.WaitGroup
	for range 6 {
		readers.Go(func() {
			for !done.Load() {
				a, err := w.files.Look(ctx, byOK.Name, []any{true}, enough)
				looks.Add(1)
				mu.Lock()
				name := names[a.Snapshot]
				mu.Unlock()
				if err != nil || len(a.Rows) != 50 {
					t.Errorf("%d rows at %d: %v", len(a.Rows), a.Snapshot, err)
					return
				}
				for _, r := range a.Rows {
					if got := r.Cells.Text(1); got != name {
						t.Errorf("a row of %s in an answer of %s", got, name)
						return
					}
				}
			}
		})
	}
	for i := range 60 {
		name := fmt.Sprint("v", i+1)
		mu.Lock()
		snap := w.publish([]lake.Mode{merge, replace, merge}[i%3], "all", name, people(0, 50, name))
		names[snap.ID] = name
		mu.Unlock()
		refresh(i%7 == 0)
	}
	done.Store(true)
	readers.Wait()
	t.Logf("%d answers beside 60 refreshes", looks.Load())
	w.alone(byOK.Name)
}

// byOK has one key for all rows.
var byOK = serving.Dataset{Name: "by_ok", Table: table, Key: []string{"ok"}}

// What moved is applied; what is cheaper whole is built anew.
func TestAppliedOrBuilt(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world)
		anew bool
	}{
		{"append", func(w *world) { w.publish(add, "b", "1", people(100, 120, "b")) }, false},
		{"merge", func(w *world) { w.publish(merge, "b", "1", people(90, 110, "b")) }, false},
		{"new version", func(w *world) { w.publish(add, "a", "2", people(0, 99, "a")) }, false},
		{"removed", func(w *world) { _, err := w.lake.Remove(ctx, table, "a", "r"); w.must(err) }, false},
		{"compaction alone", func(w *world) {
			w.publish(merge, "b", "1", people(90, 110, "b"))
			_, err := w.lake.Compact(ctx, table, everything)
			w.must(err)
		}, false},
		{"item added", func(w *world) { w.evolve(row.Field{Name: "more", Type: row.TextType}) }, false},
		{"nothing", func(w *world) {}, false},
		{"replace", func(w *world) { w.publish(replace, "c", "1", people(0, 100, "c")) }, true},
		{"expired", func(w *world) {
			w.publish(add, "b", "1", people(100, 120, "b"))
			w.publish(add, "c", "1", people(100, 120, "c"))
			_, err := w.lake.Expire(ctx, table, w.now.AddDate(1, 0, 0), nil)
			w.must(err)
		}, true},
		{"most of it", func(w *world) { w.publish(add, "b", "1", people(0, 12_000, "b")) }, true},
		{"files gone", func(w *world) {
			files, err := w.lake.Files(ctx, table, 0)
			w.must(err)
			w.publish(add, "a", "2", people(0, 99, "a"))
			w.must(os.Remove(files[0].Path))
		}, true},
		{"drift", func(w *world) {
			c, err := open(w.files.slot(byID.Name).face.Load().path)
			w.must(err)
			w.must(errors.Join(c.exec("DELETE FROM bucket"), c.close()))
			w.publish(add, "a", "2", people(0, 99, "a"))
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := open1(t)
			w.publish(add, "a", "1", people(0, 100, "a"))
			before, err := w.files.Refresh(ctx, byID)
			w.must(err)
			seen := map[string][]any{}
			w.same(byID, seen)
			c.do(w)
			after, err := w.files.Refresh(ctx, byID)
			w.must(err)
			if anew := after.Built != before.Built; anew != c.anew {
				t.Errorf("built anew: %v, want %v", anew, c.anew)
			}
			w.same(byID, seen)
			w.reopen()
			w.same(byID, seen)
			w.alone(byID.Name)
		})
	}
}

func TestBoundedAnswer(t *testing.T) {
	w := open1(t)
	rows := []person{{int64(1), "same"}, {int64(1), "same"}, {int64(1), "same"}, {int64(1), "other"}, {int64(2), "x"}, {nil, "nobody"}}
	w.publish(add, "a", "1", rows)
	st, err := w.files.Refresh(ctx, byID)
	w.must(err)
	if st.Rows != 5 || st.Unkeyed != 1 {
		t.Errorf("%+v", st)
	}
	for most, more := range []bool{true, true, true, true, false, false} {
		a, err := w.files.Look(ctx, byID.Name, []any{"1"}, most)
		w.must(err)
		if len(a.Rows) != min(most, 4) || a.More != more {
			t.Errorf("of 4 rows at most %d: %d, more %v", most, len(a.Rows), a.More)
		}
	}
	if a, err := w.files.Look(ctx, byID.Name, []any{nil}, 9); err != nil || len(a.Rows) > 0 {
		t.Errorf("a NULL was found: %v, %v", a, err)
	}
}

func TestFaults(t *testing.T) {
	w := open1(t)
	w.publish(add, "a", "1", people(0, 3, "a"))
	_, err := w.files.Refresh(ctx, byID)
	w.must(err)
	look := func(name string, key ...any) error { _, err := w.files.Look(ctx, name, key, 1); return err }
	refresh := func(d serving.Dataset) error { _, err := w.files.Refresh(ctx, d); return err }
	for name, c := range map[string]struct {
		err  error
		want *fault.Error
	}{
		"unknown":         {look("nothing", 1), serving.ErrUnknown},
		"no value":        {look(byID.Name), serving.ErrKeyCount},
		"too many":        {look(byID.Name, 1, 2), serving.ErrKeyCount},
		"no number":       {look(byID.Name, "身份证"), serving.ErrKeyValue},
		"no item":         {refresh(serving.Dataset{Name: "x", Table: table, Key: []string{"nothing"}}), serving.ErrKeyColumn},
		"a system column": {refresh(serving.Dataset{Name: "x", Table: table, Key: []string{"_raw"}}), serving.ErrKeyColumn},
		"no table":        {refresh(serving.Dataset{Name: "x", Table: ident.Ref{Space: ident.Published, Name: "none"}, Key: []string{"id"}}), lake.ErrNoTable},
		"no key":          {refresh(serving.Dataset{Name: "x", Table: table}), serving.ErrKeyCount},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if err := refresh(serving.Dataset{Name: "../x", Table: table, Key: []string{"id"}}); err == nil {
		t.Error("a name that leaves the folder was taken")
	}
	if got := w.files.States(); len(got) != 1 || got[0].Name != byID.Name {
		t.Errorf("what failed is served: %+v", got)
	}
	w.must(w.files.Drop(ctx, byID.Name))
	w.must(w.files.Drop(ctx, byID.Name))
	if err := look(byID.Name, 1); !errors.Is(err, serving.ErrUnknown) {
		t.Errorf("dropped, and yet: %v", err)
	}
	if left, _ := os.ReadDir(w.o.Dir); len(left) > 1 { // the folder of x
		t.Errorf("left behind: %v", left)
	}
}

// A file that cannot be read is derived data: it is built anew.
func TestDamagedFileIsBuiltAnew(t *testing.T) {
	w := open1(t)
	w.publish(add, "a", "1", people(0, 300, "a"))
	_, err := w.files.Refresh(ctx, byID)
	w.must(err)
	path := w.files.slot(byID.Name).face.Load().path
	w.must(w.files.Close())
	w.must(os.WriteFile(path, []byte("no database"), 0o600))
	w.must(os.WriteFile(filepath.Join(filepath.Dir(path), "00000009.db.fresh"), []byte("half"), 0o600))
	w.reopen()
	if _, err := w.files.Look(ctx, byID.Name, []any{1}, 1); !errors.Is(err, serving.ErrUnknown) {
		t.Errorf("a damaged file answers: %v", err)
	}
	_, err = w.files.Refresh(ctx, byID)
	w.must(err)
	w.same(byID, map[string][]any{})
	w.alone(byID.Name)
}

// The sorter gives what was added, in order and added up, whatever the bound.
func TestSorter(t *testing.T) {
	for _, bound := range []int64{1, 500, 5000, 1 << 30} {
		s := newSorter(t.TempDir(), bound)
		want := map[string]int64{}
		r := rand.New(rand.NewPCG(7, uint64(bound)))
		for range 3000 {
			p, by := place(r.Uint64()>>(r.IntN(3)*20)), int64(1)
			if r.IntN(3) == 0 {
				p = 1<<40 + place(r.IntN(3))
			}
			if r.IntN(4) == 0 {
				by = -1
			}
			c := []byte(fmt.Sprint(r.IntN(4)))
			want[fmt.Sprintf("%020d %s", uint64(p), c)] += by
			if err := s.add(p, by, c); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := s.runs(ctx, func(x run) error {
			for _, r := range x.rows {
				k := fmt.Sprintf("%020d %s", uint64(r.place), r.content)
				got = append(got, k)
				if want[k] != r.by {
					t.Errorf("bound %d: %s comes %d times, want %d", bound, k, r.by, want[k])
				}
				delete(want, k)
			}
			return nil
		})
		if err != nil || !slices.IsSorted(got) {
			t.Errorf("bound %d: %v, sorted %v", bound, err, slices.IsSorted(got))
		}
		for k, n := range want {
			if n != 0 {
				t.Errorf("bound %d: %s is missing", bound, k)
			}
		}
		s.close()
	}
}
