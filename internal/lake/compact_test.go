package lake_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

var everything = lake.Limits{Least: 1}

func (h *harness) compact() lake.Compacted {
	h.t.Helper()
	c, err := h.Compact(ctx, table, everything)
	h.must(err)
	return c
}

// A merge that was planned on files which a compaction then replaced must be planned again:
// reloading and committing its old positions would bring the merged rows back, 110 for 100.
func TestMergePlannedBeforeCompactionIsPlannedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		between func(h *harness)
		plans   int
	}{
		{"compaction in between", func(h *harness) { h.compact() }, 2},
		{"nothing in between", func(h *harness) {}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.publish(add, "a", "1", seq(0, 50, "x"))
			h.publish(add, "b", "1", seq(50, 100, "x"))
			s := h.stage("m", "1", seq(45, 55, "new"))
			plans := 0
			h.OnPlanned(func() {
				if plans++; plans == 1 {
					h.OnPlanned(nil)
					c.between(h)
					h.OnPlanned(func() { plans++ })
				}
			})
			snap, err := h.Publish(ctx, s, merge)
			h.must(err)
			rows := h.rows(0)
			if len(rows) != 100 || snap.Rows != 100 || plans != c.plans {
				t.Errorf("%d rows, the snapshot says %d, planned %d times; want 100 and %d", len(rows), snap.Rows, plans, c.plans)
			}
			if n := count(rows, "new m"); n != 10 {
				t.Errorf("%d merged rows, want 10", n)
			}
			h.reopen()
			h.compact()
			if n := len(h.rows(0)); n != 100 {
				t.Errorf("%d rows after another compaction", n)
			}
		})
	}
}

// The other way round: a compaction does not take files over that a merge changed meanwhile.
func TestCompactionPlannedBeforeMergeIsPlannedAgain(t *testing.T) {
	h := open(t)
	h.publish(add, "a", "1", seq(0, 50, "x"))
	h.publish(add, "b", "1", seq(50, 100, "x"))
	first := true
	h.OnPlanned(func() {
		if first {
			first = false
			h.publish(merge, "m", "1", seq(45, 55, "new"))
		}
	})
	done := h.compact()
	if rows := h.rows(0); len(rows) != 100 || count(rows, "new m") != 10 || done.After != 1 {
		t.Errorf("%d rows, %+v", len(rows), done)
	}
	files, err := h.Files(ctx, table, 0)
	h.must(err)
	if len(files) != 1 || len(files[0].Deletes) != 0 {
		t.Errorf("after the compaction: %+v", files)
	}
}

func count(rows []string, tail string) (n int) {
	for _, r := range rows {
		if len(r) >= len(tail) && r[len(r)-len(tail):] == tail {
			n++
		}
	}
	return n
}

func TestBatchesInsideCompactedFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(h *harness)
		want []string
	}{
		{"compacted", func(h *harness) {}, []string{"1 x a", "2 x a", "3 x b", "4 x b", "5 x c"}},
		{"new version", func(h *harness) { h.publish(add, "b", "2", seq(7, 8, "y")) },
			[]string{"1 x a", "2 x a", "5 x c", "7 y b"}},
		{"two new versions", func(h *harness) {
			h.publish(add, "b", "2", seq(7, 8, "y"))
			h.compact()
			h.publish(add, "b", "3", seq(8, 9, "z"))
		}, []string{"1 x a", "2 x a", "5 x c", "8 z b"}},
		{"removed", func(h *harness) { _, err := h.Remove(ctx, table, "b", "r"); h.must(err) },
			[]string{"1 x a", "2 x a", "5 x c"}},
		{"removed twice", func(h *harness) {
			for range 2 {
				_, err := h.Remove(ctx, table, "b", "r")
				h.must(err)
			}
		}, []string{"1 x a", "2 x a", "5 x c"}},
		{"removed, compacted, published", func(h *harness) {
			_, err := h.Remove(ctx, table, "b", "r")
			h.must(err)
			h.compact()
			h.publish(add, "b", "2", seq(7, 8, "y"))
		}, []string{"1 x a", "2 x a", "5 x c", "7 y b"}},
		{"merge that is a new version, too", func(h *harness) { h.publish(merge, "b", "2", seq(2, 4, "y")) },
			[]string{"1 x a", "2 y b", "3 y b", "5 x c"}},
		{"same version again", func(h *harness) { h.publish(add, "b", "1", seq(70, 80, "y")) },
			[]string{"1 x a", "2 x a", "3 x b", "4 x b", "5 x c"}},
		{"all removed, then compacted", func(h *harness) {
			for _, b := range []ident.Batch{"a", "b", "c"} {
				_, err := h.Remove(ctx, table, b, "r")
				h.must(err)
			}
			h.compact()
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.publish(add, "a", "1", seq(1, 3, "x"))
			h.publish(add, "b", "1", seq(3, 5, "x"))
			h.publish(add, "c", "1", seq(5, 6, "x"))
			if done := h.compact(); done.Before != 3 || done.After != 1 || done.Rows != 5 {
				t.Errorf("compaction did %+v", done)
			}
			c.do(h)
			h.want(c.want...)
			h.reopen()
			h.want(c.want...)
			h.compact()
			h.want(c.want...)
		})
	}
}

func TestCompactionLeavesWhatIsWell(t *testing.T) {
	h := open(t)
	for i := range 5 {
		h.publish(add, fmt.Sprint("b", i), "1", seq(int64(i), int64(i)+1, "x"))
	}
	before, err := h.Files(ctx, table, 0)
	h.must(err)
	done, err := h.Compact(ctx, table, lake.Limits{Least: 6})
	h.must(err)
	after, err := h.Files(ctx, table, 0)
	h.must(err)
	if done.Before != 0 || len(after) != len(before) {
		t.Errorf("too few files were compacted: %+v", done)
	}
	for range 2 { // of one file there is nothing to gather
		done, err = h.Compact(ctx, table, lake.Limits{Least: 1})
		h.must(err)
	}
	if done.Before != 0 {
		t.Errorf("a lone file was compacted: %+v", done)
	}
}

// losing is an engine that loses a row when it rewrites.
type losing struct{ slow }

func TestRewriteThatLosesRowsIsRefused(t *testing.T) {
	h := open(t, func(o *lake.Options) { o.Positions = losing{} })
	h.publish(add, "a", "1", seq(1, 3, "x"))
	h.publish(add, "b", "1", seq(3, 5, "x"))
	if _, err := h.Compact(ctx, table, everything); err == nil {
		t.Error("a compaction that lost a row was committed")
	}
	h.want("1 x a", "2 x a", "3 x b", "4 x b")
}

// Whatever place of whatever change a crash comes in, doing it again after a restart gives
// the right rows, and a sweep leaves nothing behind that nobody refers to.
func TestCrashAnywhere(t *testing.T) {
	crash := errors.New("crash")
	changes := []struct {
		name string
		do   func(h *harness) error
		want []string
	}{
		{"append", publishing(add, "m", "1"), []string{"1 x a", "2 x a", "2 y m", "3 x b", "3 y m", "4 x b"}},
		{"replace", publishing(replace, "m", "1"), []string{"2 y m", "3 y m"}},
		{"merge", publishing(merge, "m", "1"), []string{"1 x a", "2 y m", "3 y m", "4 x b"}},
		{"new version in a mixed file", publishing(add, "b", "2"), []string{"1 x a", "2 x a", "2 y b", "3 y b"}},
		{"remove", func(h *harness) error { _, err := h.Remove(ctx, table, "b", "r"); return err }, []string{"1 x a", "2 x a"}},
		{"compact", func(h *harness) error {
			if _, err := h.Remove(ctx, table, "a", "r"); err != nil {
				return err
			}
			_, err := h.Compact(ctx, table, everything)
			return err
		}, []string{"3 x b", "4 x b"}},
	}
	for _, c := range changes {
		for _, place := range []string{"journaled", "moving", "second moving", "moved", "written", "pointing", "committed"} {
			t.Run(c.name+" "+place, func(t *testing.T) {
				place, second := strings.CutPrefix(place, "second ")
				h := open(t)
				h.publish(add, "a", "1", seq(1, 3, "x"))
				h.publish(add, "b", "1", seq(3, 5, "x"))
				h.compact()
				seen := 0
				h.At(func(p string) error {
					if p != place {
						return nil
					}
					if seen++; second && seen == 1 {
						return nil
					}
					return crash
				})
				if err := c.do(h); err != nil && !errors.Is(err, crash) {
					t.Fatal(err)
				}
				h.reopen()
				h.must(c.do(h))
				h.want(c.want...)
				h.must(c.do(h))
				h.want(c.want...)
				h.swept(nil)
				h.want(c.want...)
			})
		}
	}
}

// publishing publishes two files. The first time they are staged; after a crash the stage
// that it left is published, as ingest does.
func publishing(m lake.Mode, batch, version string) func(h *harness) error {
	return func(h *harness) error {
		if h.staged == nil {
			h.staged = h.stage(batch, version, seq(2, 3, "y"), seq(3, 4, "y"))
		}
		_, err := h.Publish(ctx, h.staged, m)
		return err
	}
}

func (losing) Rewrite(ctx context.Context, files []lake.File, s row.Schema, ids map[string]lake.FieldID, dir string) ([]string, error) {
	return slow{}.Rewrite(ctx, files[1:], s, ids, dir)
}
