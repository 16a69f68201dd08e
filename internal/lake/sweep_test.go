package lake_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
)

func nobody(string, string) bool { return false }

// swept sweeps everything unknown, whatever its age, and checks that the data folder then
// holds what some kept snapshot plans, and nothing else is staged.
func (h *harness) swept(known func(batch, version string) bool) []string {
	h.t.Helper()
	if known == nil {
		known = nobody
	}
	removed, err := h.Sweep(ctx, known, time.Now().Add(time.Hour))
	h.must(err)
	h.clean()
	return removed
}

func (h *harness) clean() {
	h.t.Helper()
	needed := map[string]bool{}
	snaps, err := h.Snapshots(ctx, table)
	h.must(err)
	for _, s := range snaps {
		files, err := h.Files(ctx, table, s.ID)
		h.must(err)
		for _, f := range files {
			needed[f.Path] = true
			for _, d := range f.Deletes {
				needed[d] = true
			}
		}
	}
	for _, path := range h.parquet() {
		if !needed[path] {
			h.t.Errorf("%s is an orphan", filepath.Base(path))
		}
		delete(needed, path)
	}
	for path := range needed {
		h.t.Errorf("%s is planned and not there", filepath.Base(path))
	}
}

// parquet lists every Parquet file under the warehouse.
func (h *harness) parquet() (paths []string) {
	h.t.Helper()
	h.must(filepath.WalkDir(h.o.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".parquet") {
			paths = append(paths, path)
		}
		return err
	}))
	return paths
}

func TestSweepLeavesWhatIsKnownOrYoung(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	h.stage("known", "1", seq(5, 6, "y"))
	h.stage("lost", "1", seq(6, 7, "y"))
	known := func(b, v string) bool { return b == "known" && v == "1" }
	for _, c := range []struct {
		name  string
		older time.Time
		known func(string, string) bool
		left  int
	}{
		{"young", time.Now().Add(-time.Hour), nobody, 3},
		{"known", time.Now().Add(time.Hour), known, 2},
		{"all", time.Now().Add(time.Hour), nobody, 1},
	} {
		_, err := h.Sweep(ctx, c.known, c.older)
		h.must(err)
		if left := h.parquet(); len(left) != c.left {
			t.Errorf("%s: left %q", c.name, left)
		}
	}
	h.want("1 x a", "2 x a")
}

// A half-done publication of a version that is still known keeps what it has moved.
func TestSweepBetweenCrashAndRepeat(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	h.staged = h.stage("b", "1", seq(3, 4, "y"), seq(4, 5, "y"))
	h.At(func(place string) error {
		if place == "moving" {
			return fs.ErrInvalid
		}
		return nil
	})
	if _, err := h.Publish(ctx, h.staged, add); err == nil {
		t.Fatal("the crash did not come")
	}
	h.reopen()
	_, err := h.Sweep(ctx, func(b, v string) bool { return b == "b" }, time.Now().Add(time.Hour))
	h.must(err)
	_, err = h.Publish(ctx, h.staged, add)
	h.must(err)
	h.want("1 x a", "2 x a", "3 y b", "4 y b")
	h.swept(nil)
}

// Staging a version anew after a crash takes back what the first try had moved.
func TestStageAgainAfterCrash(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(1, 3, "x"))
	s := h.stage("b", "1", seq(3, 4, "y"), seq(4, 5, "y"))
	h.At(func(place string) error {
		if place == "written" {
			return fs.ErrInvalid
		}
		return nil
	})
	if _, err := h.Publish(ctx, s, add); err == nil {
		t.Fatal("the crash did not come")
	}
	h.reopen()
	s = h.stage("b", "1", seq(8, 9, "z"))
	h.holds(2)
	_, err := h.Publish(ctx, s, add)
	h.must(err)
	h.want("1 x a", "2 x a", "8 z b")
	h.clean()
	s = h.stage("c", "1", seq(9, 10, "z"))
	h.must(h.Discard(ctx, s))
	if _, err := os.Stat(s.Dir); err == nil {
		t.Error("a discarded stage is still there")
	}
	if _, err := h.Publish(ctx, s, add); err == nil || !strings.Contains(err.Error(), "lake.stage.missing") {
		t.Errorf("publishing a discarded stage gave %v", err)
	}
	h.want("1 x a", "2 x a", "8 z b")
}

func (h *harness) holds(want int) {
	h.t.Helper()
	if got := h.parquet(); len(got) != want {
		h.t.Errorf("%d Parquet files, want %d: %q", len(got), want, got)
	}
}

func TestExpire(t *testing.T) {
	h := open(t)
	a := h.publish(add, "a", "1", seq(1, 3, "x"))
	b := h.publish(add, "b", "1", seq(3, 4, "x"))
	c := h.publish(replace, "c", "1", seq(4, 5, "x"))
	d := h.publish(merge, "d", "1", seq(4, 6, "y"))
	if out, err := h.Expire(ctx, table, b.At, nil); err != nil || len(out) != 0 {
		t.Errorf("a snapshot was current until %v and expired: %v, %v", b.At, out, err)
	}
	later := d.At.Add(time.Hour)
	out, err := h.Expire(ctx, table, later, []int64{b.ID})
	h.must(err)
	slices.Sort(out)
	want := []int64{a.ID, c.ID}
	slices.Sort(want)
	if !slices.Equal(out, want) {
		t.Errorf("expired %v, want %v", out, want)
	}
	h.clean()
	if got := h.rows(b.ID); len(got) != 3 {
		t.Errorf("the kept snapshot has %q", got)
	}
	h.want("4 y d", "5 y d")
	out, err = h.Expire(ctx, table, later, nil)
	h.must(err)
	if len(out) != 1 {
		t.Errorf("expired %v", out)
	}
	h.clean()
	h.reopen()
	h.want("4 y d", "5 y d")
	if removed := h.swept(nil); len(removed) > 3 {
		t.Errorf("expiry left much to the sweep: %q", removed)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var from time.Time
	h := open(t, func(o *lake.Options) {
		o.History = 3
		o.Keep = func(ident.Ref) time.Time { return from }
	})
	for _, b := range []string{"a", "b", "c", "d", "e"} {
		h.publish(add, b, "1", seq(1, 2, b))
	}
	snaps, err := h.Snapshots(ctx, table)
	h.must(err)
	if len(snaps) != 3 {
		t.Errorf("%d snapshots, want 3", len(snaps))
	}
	// Its snapshot is forgotten, its files are there: published already.
	h.publish(add, "a", "1", seq(50, 60, "wrong"))
	from = snaps[2].At
	for _, b := range []string{"f", "g"} {
		h.publish(add, b, "1", seq(1, 2, b))
	}
	if snaps, err = h.Snapshots(ctx, table); err != nil || len(snaps) != 5 {
		t.Errorf("%d snapshots, want 5, %v", len(snaps), err)
	}
	h.want("1 a a", "1 b b", "1 c c", "1 d d", "1 e e", "1 f f", "1 g g")
	h.reopen()
	h.swept(nil)
	lists, err := filepath.Glob(filepath.Join(h.o.Dir, "published/people/metadata/snap-*.avro"))
	h.must(err)
	metas, err := filepath.Glob(filepath.Join(h.o.Dir, "published/people/metadata/*.metadata.json"))
	h.must(err)
	if len(lists) != 5 || len(metas) > 6 {
		t.Errorf("%d manifest lists and %d metadata files are left", len(lists), len(metas))
	}
}

// TestKeepHoldsWhatWasCurrent: a batch that began between two commits may be reading the
// snapshot that was current then, however old that is.
func TestKeepHoldsWhatWasCurrent(t *testing.T) {
	var from time.Time
	h := open(t, func(o *lake.Options) {
		o.History = 2
		o.Keep = func(ident.Ref) time.Time { return from }
	})
	h.publish(add, "a", "1", seq(1, 2, "a"))
	read := h.publish(add, "b", "1", seq(1, 2, "b"))
	h.now = h.now.Add(time.Hour)
	from = h.now
	h.now = h.now.Add(time.Hour)
	for _, b := range []string{"c", "d", "e"} {
		h.publish(add, b, "1", seq(1, 2, b))
	}
	if got := h.rows(read.ID); len(got) != 2 {
		t.Errorf("the snapshot reads %q", got)
	}
	_, err := h.Expire(ctx, table, h.now.Add(time.Hour), nil)
	h.must(err)
	snaps, err := h.Snapshots(ctx, table)
	h.must(err)
	if len(snaps) != 4 || snaps[3].ID != read.ID {
		t.Errorf("snapshots %+v", snaps)
	}
	from = time.Time{}
	h.publish(add, "f", "1", seq(1, 2, "f"))
	if snaps, err = h.Snapshots(ctx, table); err != nil || len(snaps) != 2 {
		t.Errorf("when the batch has ended: %+v, %v", snaps, err)
	}
}
