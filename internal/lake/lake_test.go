package lake_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

var (
	ctx   = context.Background()
	table = ident.Ref{Space: ident.Published, Name: "people"}
)

// harness is a lake in a folder of its own that can be closed and opened again.
type harness struct {
	*lake.Lake
	t      *testing.T
	o      lake.Options
	now    time.Time
	clock  sync.Mutex  // around now, which writers side by side ask for
	staged *lake.Stage // what a crash left
}

func open(t *testing.T, change ...func(*lake.Options)) *harness {
	t.Helper()
	dir := t.TempDir()
	h := &harness{t: t, now: time.Now()}
	h.o = lake.Options{Dir: filepath.Join(dir, "lake"), Catalog: filepath.Join(dir, "catalog.db"),
		Now: h.tick, Positions: slow{}}
	for _, c := range change {
		c(&h.o)
	}
	h.reopen()
	t.Cleanup(func() { h.Close() })
	h.must(h.Ensure(ctx, table, people))
	return h
}

// tick is a clock that moves on at every look.
func (h *harness) tick() time.Time {
	h.clock.Lock()
	defer h.clock.Unlock()
	h.now = h.now.Add(time.Millisecond)
	return h.now
}

func (h *harness) reopen() {
	h.t.Helper()
	if h.Lake != nil {
		h.must(h.Close())
	}
	l, err := lake.Open(ctx, h.o)
	h.must(err)
	h.Lake = l
}

func (h *harness) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// stage writes rows of a batch, one file per list.
func (h *harness) stage(batch, version string, files ...[]person) *lake.Stage {
	h.t.Helper()
	s, err := h.Stage(ctx, table, ident.Batch(batch), version)
	h.must(err)
	ids, err := h.FieldIDs(ctx, table)
	h.must(err)
	for i, rows := range files {
		for j := range rows {
			rows[j].batch = batch
		}
		h.must(writeRows(filepath.Join(s.Dir, fmt.Sprintf("part-%d.parquet", i)), ids, rows))
	}
	return s
}

func (h *harness) publish(m lake.Mode, batch, version string, files ...[]person) lake.Snapshot {
	h.t.Helper()
	snap, err := h.Publish(ctx, h.stage(batch, version, files...), m)
	h.must(err)
	return snap
}

// rows reads a snapshot's live rows as sorted texts "id name batch".
func (h *harness) rows(at int64) []string {
	h.t.Helper()
	files, err := h.Files(ctx, table, at)
	h.must(err)
	out := []string{}
	for _, f := range files {
		rows, dead, err := live(f)
		h.must(err)
		for i, r := range rows {
			if !dead[int64(i)] {
				out = append(out, fmt.Sprintf("%d %s %s", r.id, r.name, r.batch))
			}
		}
	}
	slices.Sort(out)
	return out
}

// want compares the current rows, and the snapshot's count of them.
func (h *harness) want(want ...string) {
	h.t.Helper()
	got := h.rows(0)
	if strings.Join(got, "|") != strings.Join(want, "|") {
		h.t.Errorf("rows are\n %q, want\n %q", got, want)
	}
	snaps, err := h.Snapshots(ctx, table)
	h.must(err)
	if len(snaps) > 0 && snaps[0].Rows != int64(len(got)) {
		h.t.Errorf("the snapshot says %d rows, there are %d", snaps[0].Rows, len(got))
	}
}

func seq(from, to int64, name string) (rows []person) {
	for i := from; i < to; i++ {
		rows = append(rows, person{id: i, name: name})
	}
	return rows
}

var (
	add     = lake.Mode{Kind: lake.Append}
	replace = lake.Mode{Kind: lake.Replace}
	merge   = lake.Mode{Kind: lake.Merge, Key: []string{"id"}}
)

func TestPublishModes(t *testing.T) {
	type step struct {
		mode           lake.Mode
		batch, version string
		rows           []person
		remove         bool
	}
	for _, c := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"append twice", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "b", "1", seq(3, 4, "y"), false}},
			[]string{"1 x a", "2 x a", "3 y b"}},
		{"new version replaces its batch", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "b", "1", seq(3, 4, "y"), false}, {add, "a", "2", seq(1, 2, "z"), false}},
			[]string{"1 z a", "3 y b"}},
		{"same version again changes nothing", []step{{add, "a", "1", seq(1, 2, "x"), false}, {add, "a", "1", seq(7, 9, "x"), false}},
			[]string{"1 x a"}},
		{"empty new version", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "a", "2", nil, false}}, nil},
		{"empty first", []step{{add, "a", "1", nil, false}}, nil},
		{"replace", []step{{add, "a", "1", seq(1, 3, "x"), false}, {replace, "b", "1", seq(5, 6, "y"), false}}, []string{"5 y b"}},
		{"empty replace", []step{{add, "a", "1", seq(1, 3, "x"), false}, {replace, "b", "1", nil, false}}, nil},
		{"merge", []step{{add, "a", "1", seq(1, 4, "x"), false}, {merge, "b", "1", seq(3, 5, "y"), false}},
			[]string{"1 x a", "2 x a", "3 y b", "4 y b"}},
		{"merge over a merge", []step{{add, "a", "1", seq(1, 4, "x"), false}, {merge, "b", "1", seq(3, 5, "y"), false}, {merge, "c", "1", seq(2, 4, "z"), false}},
			[]string{"1 x a", "2 z c", "3 z c", "4 y b"}},
		{"merged batch again", []step{{add, "a", "1", seq(1, 4, "x"), false}, {merge, "b", "1", seq(3, 5, "y"), false}, {merge, "b", "2", seq(4, 5, "z"), false}},
			[]string{"1 x a", "2 x a", "4 z b"}},
		{"remove", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "b", "1", seq(3, 4, "y"), false}, {add, "a", "r", nil, true}}, []string{"3 y b"}},
		{"remove a batch with deletes", []step{{add, "a", "1", seq(1, 4, "x"), false}, {merge, "b", "1", seq(3, 5, "y"), false}, {add, "a", "r", nil, true}},
			[]string{"3 y b", "4 y b"}},
		{"remove what is not there", []step{{add, "a", "1", seq(1, 2, "x"), false}, {add, "zz", "r", nil, true}}, []string{"1 x a"}},
		{"removed, then the same version again", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "a", "r", nil, true}, {add, "a", "1", seq(1, 2, "y"), false}}, []string{"1 y a"}},
		{"an old removal again does not touch what came after", []step{{add, "a", "1", seq(1, 3, "x"), false}, {add, "a", "r", nil, true}, {add, "a", "2", seq(1, 2, "y"), false}, {add, "a", "r", nil, true}}, []string{"1 y a"}},
		{"merge into nothing", []step{{merge, "b", "1", seq(3, 5, "y"), false}}, []string{"3 y b", "4 y b"}},
		{"merge nothing", []step{{add, "a", "1", seq(1, 2, "x"), false}, {merge, "b", "1", nil, false}}, []string{"1 x a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			for _, s := range c.steps {
				if s.remove {
					_, err := h.Remove(ctx, table, ident.Batch(s.batch), s.version)
					h.must(err)
				} else if s.rows == nil {
					h.publish(s.mode, s.batch, s.version)
				} else {
					h.publish(s.mode, s.batch, s.version, s.rows)
				}
			}
			h.want(c.want...)
			h.reopen() // everything anew from the disk
			h.want(c.want...)
		})
	}
}

// TestMergeYields: rows of the batches named stay, staged rows with their keys enter dead; also
// when those rows lie in compacted files, and when a crash comes anywhere in between.
func TestMergeYields(t *testing.T) {
	yield := lake.Mode{Kind: lake.Merge, Key: []string{"id"}, Yield: []string{"later"}}
	for _, place := range []string{"none", "journaled", "moving", "moved", "written", "pointing", "committed"} {
		t.Run(place, func(t *testing.T) {
			h := open(t)
			h.publish(merge, "a", "1", seq(1, 5, "x"))
			h.publish(merge, "later", "1", seq(3, 4, "y"))
			if _, err := h.Compact(ctx, table, lake.Limits{Least: 1}); err != nil {
				t.Fatal(err)
			}
			s := h.stage("old", "1", seq(2, 3, "z"), seq(3, 4, "z"), seq(7, 8, "z"))
			if place != "none" {
				h.At(func(at string) error {
					if at == place {
						return fmt.Errorf("a crash at %s", at)
					}
					return nil
				})
				if _, err := h.Publish(ctx, s, yield); err == nil {
					t.Fatal("no crash came")
				}
				h.At(nil)
				h.reopen()
			}
			snap, err := h.Publish(ctx, s, yield)
			h.must(err)
			if snap.Outrun != 1 {
				t.Errorf("%d rows yielded", snap.Outrun)
			}
			h.want("1 x a", "2 z old", "3 y later", "4 x a", "7 z old")
			if again, err := h.Publish(ctx, s, yield); err != nil || again.Outrun != 1 {
				t.Errorf("again: %+v, %v", again, err)
			}
			h.want("1 x a", "2 z old", "3 y later", "4 x a", "7 z old")
			if _, err := h.Remove(ctx, table, "old", "r"); err != nil {
				t.Error(err)
			}
			h.want("1 x a", "3 y later", "4 x a")
		})
	}
}

func TestTimeTravel(t *testing.T) {
	h := open(t)
	first := h.publish(add, "a", "1", seq(1, 4, "x"))
	second := h.publish(merge, "b", "1", seq(3, 5, "y"))
	h.publish(replace, "c", "1", seq(9, 10, "z"))
	for range 2 {
		if got := h.rows(first.ID); len(got) != 3 || first.Rows != 3 {
			t.Errorf("first snapshot: %q, %d", got, first.Rows)
		}
		if got := h.rows(second.ID); len(got) != 4 || got[2] != "3 y b" || second.Rows != 4 {
			t.Errorf("second snapshot: %q, %d", got, second.Rows)
		}
		h.want("9 z c")
		h.reopen()
	}
	if _, err := h.Files(ctx, table, 12345); err == nil || !strings.Contains(err.Error(), "lake.snapshot.missing") {
		t.Errorf("an unknown snapshot gave %v", err)
	}
}

func TestASnapshotIsOfTheTimeOfItsClock(t *testing.T) {
	h := open(t)
	h.now = time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC) // long before the table was made
	for _, cursor := range []string{"a", "b"} {
		h.publish(add, cursor, "1", seq(1, 4, "x"))
		h.now = h.now.AddDate(0, 0, 1)
	}
	h.reopen()
	snaps, err := h.Snapshots(ctx, table)
	h.must(err)
	if len(snaps) != 2 || snaps[0].At.Format(time.DateOnly) != "2024-03-02" || snaps[1].At.Format(time.DateOnly) != "2024-03-01" {
		t.Errorf("the snapshots are %v", snaps)
	}
}

func TestSchemaEvolves(t *testing.T) {
	dec := func(p, s int) row.Type { return row.Type{Kind: row.Decimal, Precision: p, Scale: s} }
	base := append(slices.Clone(people), row.Field{Name: "sum", Type: dec(10, 2)}, row.Field{Name: "_raw", Type: row.ListType})
	with := func(f ...row.Field) row.Schema { return append(slices.Clone(base), f...) }
	changed := func(name string, ty row.Type) row.Schema {
		s := slices.Clone(base)
		for i := range s {
			if s[i].Name == name {
				s[i].Type = ty
			}
		}
		return s
	}
	for _, c := range []struct {
		name string
		next row.Schema
		want string // of the column changed, "" when refused
		col  string
	}{
		{"same", base, "int", "id"},
		{"new column", with(row.Field{Name: "born", Type: row.DateType}), "date", "born"},
		{"new list", with(row.Field{Name: "more", Type: row.ListType}), "texts", "more"},
		{"wider decimal", changed("sum", dec(18, 2)), "decimal(18,2)", "sum"},
		{"narrower decimal", changed("sum", dec(8, 2)), "", "sum"},
		{"other scale", changed("sum", dec(18, 4)), "", "sum"},
		{"int to text", changed("id", row.TextType), "", "id"},
		{"text to int", changed("name", row.IntType), "", "name"},
		{"column left out stays", base[:3], "decimal(10,2)", "sum"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.must(h.Ensure(ctx, table, base))
			before, err := h.FieldIDs(ctx, table)
			h.must(err)
			err = h.Ensure(ctx, table, c.next)
			if c.want == "" {
				if err == nil || !strings.Contains(err.Error(), "lake.schema.narrow") {
					t.Fatalf("not refused: %v", err)
				}
				return
			}
			h.must(err)
			h.reopen()
			s, err := h.Schema(ctx, table)
			h.must(err)
			f, ok := s.Find(c.col)
			if !ok || f.Type.String() != c.want {
				t.Errorf("column is %v", f)
			}
			after, err := h.FieldIDs(ctx, table)
			h.must(err)
			seen := map[int]bool{}
			for name, id := range after {
				if old, ok := before[name]; ok && old != id {
					t.Errorf("%s changed its id from %v to %v", name, old, id)
				}
				if seen[id.ID] || seen[id.Element] && id.Element != 0 {
					t.Errorf("id of %s is used twice: %v", name, after)
				}
				seen[id.ID], seen[id.Element] = true, true
				if f, _ := s.Find(name); (f.Type == row.ListType) != (id.Element != 0) {
					t.Errorf("%s: element id %d", name, id.Element)
				}
			}
		})
	}
}

func TestOldFilesStayWhenColumnsCome(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	h.must(h.Ensure(ctx, table, append(slices.Clone(people), row.Field{Name: "more", Type: row.TextType})))
	h.publish(add, "b", "1", seq(3, 4, "x"))
	h.want("1 x a", "2 x a", "3 x b")
}
