package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/source"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// Request asks for a load.
type Request struct {
	Directory string
	File      *source.Spooled
	Again     bool      // judge the same file again though neither it nor the rules changed
	At        time.Time // when the load counts as begun; zero: now. Only a simulation sets it
}

// Load begins to load a spooled file and returns its batch at once; the work is a task.
// The same file under the same rules is the batch there already, unless it came to nothing.
func (e *Engine) Load(ctx context.Context, r Request) (*Batch, error) {
	d, version, err := e.mounted(ctx, r.Directory)
	if err != nil {
		return nil, err
	}
	id := ident.BatchOf(d.Name, "file", r.File.Hash)
	if old, err := e.Batch(ctx, string(id)); err == nil {
		if old.State.Running() {
			return old, nil
		}
		if !r.Again && old.Ruleset == version && (old.State == Published || old.State == Held) {
			return old, nil
		}
	} else if fault.KindOf(err) != fault.Missing {
		return nil, err
	}
	j, shape, err := e.plan(ctx, d, version, r.File)
	if err != nil {
		return nil, err
	}
	b := &Batch{ID: id, Directory: d.Name, Ruleset: version, File: r.File.Name, Hash: r.File.Hash,
		Encoding: shape.Encoding, Bytes: r.File.Bytes, Spool: r.File.Path, State: Queued, job: j, StartedAt: r.At}
	return b, e.begin(ctx, b)
}

// mounted gives the current version of a directory that takes loads.
func (e *Engine) mounted(ctx context.Context, name string) (catalog.Directory, int, error) {
	v, err := e.Catalog.Get(ctx, name)
	if err != nil {
		return catalog.Directory{}, 0, err
	}
	d := v.Directory
	if d.Load == nil {
		return d, 0, fault.New(fault.Conflict, "directory.unmounted", fault.T("目录 %s 尚未挂接，不能装载", "directory %s is not mounted and takes no loads", name)).
			Fix(fault.T("请在目录声明中加上 load 一节", "add a load section to its declaration"))
	}
	return d, v.Version, nil
}

// oneThread is the size in bytes below which a second thread costs more than it does.
const oneThread = 4 << 20

// plan makes the job of a file: its shape, its columns matched to items, the files of the
// tables its rules refer to.
func (e *Engine) plan(ctx context.Context, d catalog.Directory, version int, f *source.Spooled) (*job, *source.Shape, error) {
	o := e.sourceOptions()
	shape, err := source.Look(ctx, f, o)
	if err != nil {
		return nil, nil, err
	}
	if _, err := match(d, shape.Columns, f.Name); err != nil {
		return nil, nil, err
	}
	ready, err := source.Prepare(ctx, f, shape, o, nil)
	if err != nil {
		return nil, nil, err
	}
	columns := catalog.Match(ready.Columns, d) // JSON may have shown more keys than its beginning
	j, err := e.job(ctx, d, version)
	if err != nil {
		return nil, nil, err
	}
	j.Input = query.Input{Format: ready.Format, Files: ready.Files, Columns: columns, Delim: ready.Delim,
		Quote: ready.Quote, Escape: ready.Escape, Skip: ready.Skip, Rejects: ready.Rejects}
	if f.Bytes < oneThread {
		j.Threads = 1
	}
	for _, file := range append(append([]string{}, ready.Files...), ready.Rejects...) {
		j.Allow = append(j.Allow, filepath.Dir(file))
	}
	return j, shape, nil
}

// match pairs a file's columns with the directory's items and refuses a file that lacks one.
func match(d catalog.Directory, headers []string, file string) ([]string, error) {
	columns := catalog.Match(headers, d)
	have := map[string]bool{}
	for _, c := range columns {
		have[c] = true
	}
	var parts []*fault.Error
	for _, it := range d.Items {
		if !have[it.Name] {
			parts = append(parts, fault.New(fault.Invalid, "load.column.missing", fault.T(
				"缺少数据项「%s」（%s）对应的列", "no column is there for the item %[2]s (%[1]s)", it.Title, it.Name)).At("%s", file).
				Fix(fault.T("请补上该列，或在目录中为数据项登记该列的别名 aka", "add the column, or register its header as an aka of the item")))
		}
	}
	return columns, fault.All("load.columns", fault.T("文件 %s 的列与目录「%s」不符", "the columns of %s do not fit directory %s", file, d.Title), parts)
}

// job fills in what does not depend on the input.
func (e *Engine) job(ctx context.Context, d catalog.Directory, version int) (*job, error) {
	j := &job{Directory: d, Ruleset: version, Refs: map[string][]lake.File{}, Memory: e.Memory, Threads: e.Threads,
		Temp: e.Temp, Allow: []string{e.Temp}, Today: e.Now()}
	program, err := rule.Compile(d.RuleSet(), e.Lists)
	if err != nil {
		return nil, err
	}
	for _, r := range program.Rules {
		if r.Scope != rule.OfRef {
			continue
		}
		files, err := e.Lake.Files(ctx, ident.Ref{Space: ident.Published, Name: r.Table}, 0)
		if err != nil && fault.KindOf(err) != fault.Missing {
			return nil, err
		}
		j.Refs[r.Name] = files
		j.allow(files)
	}
	if err := e.ensure(ctx, d, program.Words(), j); err != nil {
		return nil, err
	}
	j.Last, err = e.lastOf(ctx, d.Name)
	return j, err
}

func (j *job) allow(files []lake.File) {
	for _, f := range files {
		j.Allow = append(j.Allow, filepath.Dir(f.Path))
		for _, del := range f.Deletes {
			j.Allow = append(j.Allow, filepath.Dir(del))
		}
	}
}

// ensure makes or evolves both tables of a directory and learns their field ids.
func (e *Engine) ensure(ctx context.Context, d catalog.Directory, words int, j *job) error {
	schema := query.Table(d.Columns(), words)
	for _, t := range []struct {
		space ident.Space
		ids   *map[string]lake.FieldID
	}{{ident.Published, &j.GoodIDs}, {ident.Quarantine, &j.BadIDs}} {
		ref := ident.Ref{Space: t.space, Name: d.Name}
		if err := e.Lake.Ensure(ctx, ref, schema); err != nil {
			return err
		}
		ids, err := e.Lake.FieldIDs(ctx, ref)
		if err != nil {
			return err
		}
		*t.ids = ids
	}
	return nil
}

// lastOf is the last published batch of a directory that came from a file.
func (e *Engine) lastOf(ctx context.Context, directory string) (*last, error) {
	r := new(batchRow)
	err := e.store.Read().NewSelect().Model(r).Where("directory = ?", directory).Where("parent = ''").
		Where("state = ?", string(Published)).OrderExpr("started_at DESC").Limit(1).Scan(ctx)
	if none(err) {
		return nil, nil
	}
	return &last{Rows: r.In, At: r.StartedAt}, err
}

// begin makes both private folders of the batch's version, numbers it and starts its task.
// The batch and its task become known together; folders of a batch that never did are swept.
func (e *Engine) begin(ctx context.Context, b *Batch) error {
	if b.StartedAt.IsZero() {
		b.StartedAt = e.Now()
	}
	b.Version = 1
	switch old, err := e.Batch(ctx, string(b.ID)); {
	case err == nil:
		b.Label, b.Version = old.Label, old.Version+1
		if !old.State.gone() {
			b.job.Prior, b.job.PriorJob = old, old.job
			if old.State == Held {
				b.job.PriorGood = old.job.Good
			}
		}
	case fault.KindOf(err) != fault.Missing:
		return err
	}
	if err := e.stage(ctx, b); err != nil {
		return err
	}
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := b.free(ctx, tx); err != nil {
			return err
		}
		if b.Label == "" {
			n, err := tx.NewSelect().Model((*batchRow)(nil)).Where("day = ?", b.StartedAt.UTC().Format(time.DateOnly)).Count(ctx)
			if err != nil {
				return err
			}
			b.Label = fmt.Sprintf("%s-%02d", b.StartedAt.UTC().Format("0102"), n+1)
		}
		var err error
		if b.Task, err = e.Tasks.StartIn(ctx, tx, task.Spec{Kind: "load", Key: string(b.ID)}); err != nil {
			return err
		}
		return e.save(ctx, tx, b)
	})
	if err != nil {
		return err
	}
	e.tell(b, nil)
	return nil
}

// free refuses to begin what another request began meanwhile, and to load a batch again
// while its quarantine is being replayed.
func (b *Batch) free(ctx context.Context, tx store.Tx) error {
	family := []string{string(b.ID)}
	q := tx.NewSelect().Model((*batchRow)(nil)).Where("state IN (?)", bun.List([]State{Queued, Judging, Publishing}))
	if b.Parent != "" {
		family = append(family, string(b.Parent))
	}
	n, err := q.Where("(id IN (?) OR parent IN (?))", bun.List(family), bun.List(family)).Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Conflict, "batch.busy", fault.T("该批次正在装载或重放", "the batch is being loaded or replayed")).
		Fix(fault.T("请待其结束后再试", "try again when it has ended"))
}

// stage makes both private folders of the batch's version.
func (e *Engine) stage(ctx context.Context, b *Batch) (err error) {
	j, version := b.job, fmt.Sprintf("%d", b.Version)
	j.Batch = string(b.ID)
	if j.Good, err = e.Lake.Stage(ctx, ident.Ref{Space: ident.Published, Name: b.Directory}, b.ID, version); err != nil {
		return err
	}
	bad := b.ID
	if b.Parent != "" {
		bad, j.BadBatch = b.Parent, string(b.Parent)
		version = "r" + string(b.ID) + "." + version // the parent's quarantine, as this replay leaves it
	}
	if j.Bad, err = e.Lake.Stage(ctx, ident.Ref{Space: ident.Quarantine, Name: b.Directory}, bad, version); err != nil {
		return err
	}
	j.Allow = append(j.Allow, j.Good.Dir, j.Bad.Dir)
	return nil
}
