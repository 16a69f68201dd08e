package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/google/uuid"

	"github.com/chengshu/chengshu/internal/ident"
)

// Publish takes a stage over into its table in one commit, by moving its files. It can be
// repeated after a crash anywhere: what is published already is found in the history, what
// was moved is not moved twice. Rows of another version of the batch leave in the same
// commit. A stage without files is legal: only rows leave.
func (l *Lake) Publish(ctx context.Context, s *Stage, m Mode) (Snapshot, error) {
	op := [...]string{Append: opAppend, Replace: opReplace, Merge: opMerge}[m.Kind]
	if m.Kind == Merge && len(m.Key) == 0 {
		return Snapshot{}, fmt.Errorf("lake: a merge into %s without a key", s.Table)
	}
	p := &publication{lake: l, tb: l.table(s.Table), stage: s, mode: m,
		op: op, batch: string(s.Batch), version: s.Version}
	snap, err := l.commit(ctx, s.Table, p)
	if err != nil {
		return snap, err
	}
	return snap, os.RemoveAll(s.Dir)
}

// Remove takes all rows of a batch out. version names the removal: the same one is done
// once. Where the batch has no rows nothing is committed.
func (l *Lake) Remove(ctx context.Context, t ident.Ref, b ident.Batch, version string) (Snapshot, error) {
	return l.commit(ctx, t, &publication{lake: l, tb: l.table(t),
		op: opRemove, batch: string(b), version: version})
}

// publication is the job of Publish and of Remove, which has no stage.
type publication struct {
	lake               *Lake
	tb                 *table
	stage              *Stage
	mode               Mode
	op, batch, version string

	journal  journal
	journals bool // the journal is written
	files    []staged
	relied   map[string]string // data file → its delete files, as the positions were found
	found    []positions
	outrun   int64 // staged rows among those found
	done     func()
}

// staged is one file on its way into the table.
type staged struct {
	from, to string
	footer   footer
}

// positions is one delete file, found but not yet moved.
type positions struct {
	path string
	rows map[string]int64
}

func (p *publication) close() {
	if p.done != nil {
		p.done()
	}
	p.done, p.found, p.relied, p.outrun = nil, nil, nil, 0
}

func (p *publication) already(st *state) *Snapshot {
	if p.stage == nil {
		return st.removed(p.batch, p.version)
	}
	if s := st.published(p.batch, p.version); s != nil {
		return s
	}
	for _, e := range st.files {
		if e.batch == p.batch && e.version == p.version {
			return st.current() // its snapshot has expired, its files are here
		}
	}
	return nil
}

func (p *publication) prepare(ctx context.Context, st *state) (*Snapshot, error) {
	p.close()
	if s := p.already(st); s != nil {
		return s, nil
	}
	if p.stage != nil {
		if err := p.readStage(st); err != nil {
			return nil, err
		}
	}
	return nil, p.find(ctx, st)
}

// readStage lists the stage's files, where they lie now and where they go, with their
// footers. Files without a row are left behind.
func (p *publication) readStage(st *state) (err error) {
	s := p.stage
	if _, err := os.Stat(s.Dir); errors.Is(err, fs.ErrNotExist) {
		return s.missing()
	}
	p.files = nil
	rows := int64(0)
	if p.journal, p.journals, err = s.readJournal(); err != nil {
		return err
	}
	names := p.journal.Files
	if !p.journals {
		if names, err = parquetIn(s.Dir); err != nil {
			return err
		}
		p.journal.Token = strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	}
	ids := fieldIDs(st.meta.CurrentSchema())
	kept := []string{}
	for _, name := range names {
		f := staged{from: filepath.Join(s.Dir, name), to: s.target(dataFolder(st.meta.Location()), p.journal, len(kept))}
		if f.footer, err = readFooter(f.lies()); errors.Is(err, fs.ErrNotExist) {
			return s.missing()
		} else if err != nil {
			return err
		}
		rows += f.footer.rows
		if f.footer.rows == 0 && !p.journals {
			continue
		}
		if err := f.footer.fits(ids, st.meta.CurrentSchema(), name); err != nil {
			return err
		}
		if err := syncPath(f.lies()); err != nil {
			return err
		}
		kept, p.files = append(kept, name), append(p.files, f)
	}
	p.journal.Files = kept
	if s.Rows > 0 && rows != s.Rows {
		return s.missing()
	}
	return nil
}

func (s *Stage) missing() error { return ErrNoStage.At("%s %s@%s", s.Table, s.Batch, s.Version) }

// lies gives where the file is now.
func (f staged) lies() string {
	if _, err := os.Stat(f.from); err != nil {
		return f.to
	}
	return f.from
}

// find asks for the positions of the rows that must leave from files that stay.
func (p *publication) find(ctx context.Context, st *state) (err error) {
	if p.mode.Kind == Replace {
		return nil
	}
	if p.relied, err = p.reliance(st); err != nil || len(p.relied) == 0 {
		return err
	}
	if p.lake.o.Positions == nil {
		return errPositions.At("%s", p.tb.ref)
	}
	dir, done, err := p.lake.work(p.tb.ref)
	if err != nil {
		return err
	}
	p.done = done
	var mixed, all []File
	for _, f := range st.plan() {
		if _, ok := p.relied[f.Path]; !ok || f.Batch == p.batch {
			continue
		}
		held, err := p.tb.holds(st.files[f.Path], p.batch)
		if err != nil {
			return err
		}
		if held {
			mixed = append(mixed, f)
		}
		all = append(all, f)
	}
	if len(mixed) > 0 {
		out := filepath.Join(dir, "batch.parquet")
		rows, err := p.lake.o.Positions.ByBatch(ctx, mixed, p.batch, out)
		if err != nil {
			return err
		}
		p.keep(out, rows)
	}
	if p.mode.Kind != Merge || len(p.files) == 0 {
		return nil
	}
	if err := p.findKeys(ctx, all, filepath.Join(dir, "key.parquet")); err != nil || len(p.mode.Yield) == 0 {
		return err
	}
	return p.findOutrun(ctx, all, filepath.Join(dir, "outrun.parquet"))
}

// findOutrun looks for the staged rows that must yield to rows of the table.
func (p *publication) findOutrun(ctx context.Context, all []File, out string) error {
	var old []File
	for _, f := range all {
		if f.Batch == "" || slices.Contains(p.mode.Yield, f.Batch) {
			old = append(old, f)
		}
	}
	staged := make([]Staged, len(p.files))
	for i, f := range p.files {
		staged[i] = Staged{f.lies(), f.to}
	}
	rows, err := p.lake.o.Positions.Outrun(ctx, staged, old, p.mode.Yield, p.mode.Key, out)
	if err != nil {
		return err
	}
	p.outrun = 0
	for _, n := range rows {
		p.outrun += n
	}
	p.keep(out, rows)
	return nil
}

// findKeys looks among the rows that the batch's own replacement leaves alive.
func (p *publication) findKeys(ctx context.Context, all []File, out string) error {
	for i, f := range all {
		for _, d := range p.found {
			if d.rows[f.Path] > 0 {
				all[i].Deletes = append(slices.Clone(f.Deletes), d.path)
			}
		}
	}
	stage := make([]string, len(p.files))
	for i, f := range p.files {
		stage[i] = f.lies()
	}
	rows, err := p.lake.o.Positions.ByKey(ctx, all, stage, p.mode.Key, p.mode.Yield, out)
	if err == nil {
		p.keep(out, rows)
	}
	return err
}

func (p *publication) keep(path string, rows map[string]int64) {
	maps.DeleteFunc(rows, func(_ string, n int64) bool { return n == 0 })
	if len(rows) > 0 {
		p.found = append(p.found, positions{path, rows})
	}
}

// reliance is what finding positions relies on: for a merge every data file and its
// deletes, else those mixed files that hold the batch.
func (p *publication) reliance(st *state) (map[string]string, error) {
	on := map[string]string{}
	deletes := st.deletes()
	for path, e := range st.files {
		if p.mode.Kind != Merge {
			if e.batch != "" {
				continue
			}
			if held, err := p.tb.holds(e, p.batch); err != nil {
				return nil, err
			} else if !held {
				continue
			}
		}
		on[path] = strings.Join(e.file(deletes).Deletes, "\n")
	}
	return on, nil
}

func (p *publication) settle(ctx context.Context, st *state) (*change, *Snapshot, error) {
	if s := p.already(st); s != nil {
		return nil, s, nil
	}
	c := &change{op: p.op, batch: p.batch, version: p.version, outrun: p.outrun, remove: map[string]bool{}, deleted: map[string]int64{}}
	for path, e := range st.files {
		if p.mode.Kind == Replace || e.batch == p.batch {
			c.remove[path] = true
		}
	}
	if p.mode.Kind != Replace {
		now, err := p.reliance(st)
		if err != nil {
			return nil, nil, err
		}
		if !maps.Equal(now, p.relied) {
			return nil, nil, nil
		}
	}
	if p.stage == nil && len(c.remove)+len(p.found) == 0 {
		return nil, st.current(), nil
	}
	if err := p.move(st, c); err != nil {
		return nil, nil, err
	}
	return c, nil, nil
}

// move brings the files into the data folder and names them in c.
func (p *publication) move(st *state, c *change) error {
	if err := os.MkdirAll(dataFolder(st.meta.Location()), 0o700); err != nil {
		return err
	}
	if p.stage != nil && !p.journals {
		if err := p.stage.writeJournal(p.journal); err != nil {
			return err
		}
		p.journals = true
	}
	if err := p.lake.hooks.reach("journaled"); err != nil {
		return err
	}
	spec := st.meta.PartitionSpec()
	for _, f := range p.files {
		if err := move(f.from, f.to); err != nil {
			return err
		}
		df, err := f.footer.dataFile(spec, iceberg.EntryContentData, f.to)
		if err != nil {
			return err
		}
		c.add = append(c.add, df)
		if err := p.lake.hooks.reach("moving"); err != nil {
			return err
		}
	}
	for _, d := range p.found {
		if err := p.tb.takeDeletes(st, d, c); err != nil {
			return err
		}
	}
	return errors.Join(syncPath(dataFolder(st.meta.Location())), p.lake.hooks.reach("moved"))
}

// takeDeletes moves a delete file into the data folder. Its bounds come from what is known
// to be in it, so that plans give it to no other files.
func (tb *table) takeDeletes(st *state, d positions, c *change) error {
	foot, err := readFooter(d.path)
	if err != nil {
		return err
	}
	var total int64
	come := map[string]bool{}
	for _, df := range c.add {
		come[df.FilePath()] = true
	}
	for path, n := range d.rows {
		if c.remove[path] || st.files[path] == nil && !come[path] {
			return fmt.Errorf("lake: deletes name %s, which is not in %s", filepath.Base(path), tb.ref)
		}
		total += n
		c.deleted[path] += n
	}
	if foot.rows != total || foot.columns["file_path"].ID != deleteFilePathID || foot.columns["pos"].ID != deletePosID {
		return fmt.Errorf("lake: a delete file of %s has %d rows where %d were found, or wrong field ids", tb.ref, foot.rows, total)
	}
	named := slices.Sorted(maps.Keys(d.rows))
	foot.lower[deleteFilePathID], foot.upper[deleteFilePathID] = []byte(named[0]), []byte(named[len(named)-1])
	to := st.place("del"+uuid.NewString()[:13], 0)
	if err := errors.Join(syncPath(d.path), move(d.path, to)); err != nil {
		return err
	}
	df, err := foot.dataFile(st.meta.PartitionSpec(), iceberg.EntryContentPosDeletes, to)
	if err != nil {
		return err
	}
	c.deletes = append(c.deletes, df)
	tb.know.Lock()
	defer tb.know.Unlock()
	tb.learnTargets(to, d.rows)
	return nil
}
