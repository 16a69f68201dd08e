package lake

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/google/uuid"

	"github.com/chengshu/chengshu/internal/ident"
)

func (l Limits) orDefaults() Limits {
	if l.Small <= 0 {
		l.Small = 32 << 20
	}
	if l.Target <= 0 {
		l.Target = 256 << 20
	}
	if l.Least <= 0 {
		l.Least = 8
	}
	return l
}

// Compact gathers small files and applies deletes: it has the live rows rewritten while the
// table stays open to others, and commits those groups of files that nobody changed
// meanwhile. Where there is nothing to do it commits nothing. Rows keep their batch, so
// that batches can still be replaced and removed.
func (l *Lake) Compact(ctx context.Context, t ident.Ref, limits Limits) (Compacted, error) {
	c := &compaction{lake: l, tb: l.table(t), limits: limits.orDefaults()}
	snap, err := l.commit(ctx, t, c)
	c.result.Snapshot = snap
	return c.result, err
}

// compaction is the job of Compact.
type compaction struct {
	lake   *Lake
	tb     *table
	limits Limits
	groups []group
	done   func()
	result Compacted
}

// group is rewritten and committed as one.
type group struct {
	files          []File
	bytes, rows    int64 // live rows
	batches        map[string]bool
	batch, version string // when all is of one version of one batch
	out            []staged
}

func (c *compaction) close() {
	if c.done != nil {
		c.done()
	}
	c.done, c.groups = nil, nil
}

func (c *compaction) prepare(ctx context.Context, st *state) (*Snapshot, error) {
	c.close()
	picked, err := c.pick(st)
	if err != nil {
		return nil, err
	}
	if c.groups, err = c.gather(st, picked); err != nil || len(c.groups) == 0 {
		return st.current(), err
	}
	if c.lake.o.Positions == nil {
		return nil, errPositions.At("%s", c.tb.ref)
	}
	dir, done, err := c.lake.work(c.tb.ref)
	if err != nil {
		return nil, err
	}
	c.done = done
	for i := range c.groups {
		if err := c.rewrite(ctx, st, &c.groups[i], filepath.Join(dir, fmt.Sprint(i))); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// pick takes every file with deletes, and the small ones when there are enough of them.
func (c *compaction) pick(st *state) ([]File, error) {
	var picked, small []File
	for _, f := range st.plan() {
		e := st.files[f.Path]
		live, err := c.tb.liveRows(&st.tree, e)
		if err != nil {
			return nil, err
		}
		switch {
		case live < e.rows:
			picked = append(picked, f)
		case e.bytes < c.limits.Small:
			small = append(small, f)
		}
	}
	if len(small)+len(picked) >= c.limits.Least {
		picked = append(picked, small...)
	}
	return picked, nil
}

// gather makes groups of up to Target bytes; a file that would be alone and has no deletes
// is left as it is.
func (c *compaction) gather(st *state, picked []File) ([]group, error) {
	var groups []group
	for _, f := range picked {
		last := len(groups) - 1
		if last < 0 || groups[last].bytes+f.Bytes > c.limits.Target {
			groups = append(groups, group{batches: map[string]bool{}})
			last++
		}
		g, e := &groups[last], st.files[f.Path]
		live, err := c.tb.liveRows(&st.tree, e)
		if err != nil {
			return nil, err
		}
		batches, err := c.tb.batchesOf(e)
		if err != nil {
			return nil, err
		}
		if len(g.files) == 0 {
			g.batch, g.version = e.batch, e.version
		} else if g.batch != e.batch || g.version != e.version {
			g.batch, g.version = "", ""
		}
		g.files = append(g.files, f)
		g.bytes += f.Bytes
		g.rows += live
		maps.Copy(g.batches, batches)
	}
	return slices.DeleteFunc(groups, func(g group) bool {
		return len(g.files) == 1 && g.rows == g.files[0].Rows
	}), nil
}

// rewrite has a group's live rows written, and checks that they all are.
func (c *compaction) rewrite(ctx context.Context, st *state, g *group, dir string) error {
	if g.rows == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	schema := st.meta.CurrentSchema()
	columns, err := rowSchema(schema)
	if err != nil {
		return err
	}
	ids := fieldIDs(schema)
	paths, err := c.lake.o.Positions.Rewrite(ctx, g.files, columns, ids, dir)
	if err != nil {
		return err
	}
	var rows int64
	for _, path := range paths {
		f := staged{from: path}
		if f.footer, err = readFooter(path); err != nil {
			return err
		}
		if err := f.footer.fits(ids, schema, filepath.Base(path)); err != nil {
			return err
		}
		if err := syncPath(path); err != nil {
			return err
		}
		rows += f.footer.rows
		g.out = append(g.out, f)
	}
	if rows != g.rows {
		return fmt.Errorf("lake: rewriting files of %s gave %d rows for %d", c.tb.ref, rows, g.rows)
	}
	return nil
}

// settle takes the groups whose files and deletes are still the same.
func (c *compaction) settle(ctx context.Context, st *state) (*change, *Snapshot, error) {
	ch := &change{op: opCompact, remove: map[string]bool{}}
	c.result = Compacted{}
	deletes := st.deletes()
	for _, g := range c.groups {
		if !g.unchanged(st, deletes) {
			continue
		}
		if err := c.take(st, g, ch); err != nil {
			return nil, nil, err
		}
		c.result.Before += len(g.files)
		c.result.After += len(g.out)
		c.result.Rows += g.rows
	}
	if len(ch.remove) == 0 {
		return nil, nil, nil
	}
	return ch, nil, syncPath(dataFolder(st.meta.Location()))
}

func (g *group) unchanged(st *state, deletes []*entry) bool {
	return !slices.ContainsFunc(g.files, func(f File) bool {
		e := st.files[f.Path]
		return e == nil || !slices.Equal(e.file(deletes).Deletes, f.Deletes)
	})
}

// take moves a group's new files into the data folder and names old and new in ch.
func (c *compaction) take(st *state, g group, ch *change) error {
	for _, f := range g.files {
		ch.remove[f.Path] = true
	}
	token := strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	for n, f := range g.out {
		to := filepath.Join(dataFolder(st.meta.Location()), dataName(g.batch, g.version, token, n))
		if err := move(f.from, to); err != nil {
			return err
		}
		df, err := f.footer.dataFile(st.meta.PartitionSpec(), iceberg.EntryContentData, to)
		if err != nil {
			return err
		}
		ch.add = append(ch.add, df)
		if g.batch == "" {
			c.tb.know.Lock()
			c.tb.learnBatches(to, g.batches)
			c.tb.know.Unlock()
		}
		if err := c.lake.hooks.reach("moving"); err != nil {
			return err
		}
	}
	return nil
}
