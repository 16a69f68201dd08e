package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
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

// Request asks for a load. The file stays the caller's: the batch has a name of its own for it.
type Request struct {
	Directory string
	File      *source.Spooled
	Sheet     string    // of a workbook; empty: the first that holds a table
	Again     bool      // judge the same file again though neither it nor the rules changed
	At        time.Time // when the load counts as begun; zero: now. Only a simulation sets it
}

// Load begins to load a spooled file and returns its batch at once; the work is a task.
// The same file under the same rules is the batch there already, unless it came to nothing.
func (e *Engine) Load(ctx context.Context, r Request) (*Batch, error) {
	if r.At.IsZero() {
		r.At = e.Now() // before any file of the lake is planned: what it reads is kept from then on
	}
	d, version, err := e.mounted(ctx, r.Directory)
	if err != nil {
		return nil, err
	}
	cursor, err := e.cursor(ctx, r)
	if err != nil {
		return nil, err
	}
	id := ident.BatchOf(d.Name, "file", cursor)
	old, err := e.known(ctx, id)
	if err != nil || old.serves(r, version) {
		return old, err
	}
	b, err := e.load(ctx, d, version, r, id, old)
	if errors.Is(err, errBusy) { // the same file came twice at once: there is one batch of it
		// What we met may not have been committed yet; after a write of ours it has.
		if e := e.store.Write(ctx, func(context.Context, store.Tx) error { return nil }); e != nil {
			return nil, errors.Join(err, e)
		}
		if old, e := e.known(ctx, id); e == nil && old.serves(r, version) {
			return old, nil
		}
	}
	return b, err
}

// cursor tells what is read of a file: the file itself, or a worksheet of it that is read
// only because it was asked for. The same worksheet is the same batch, however it is named.
func (e *Engine) cursor(ctx context.Context, r Request) (string, error) {
	if r.Sheet == "" {
		return r.File.Hash, nil
	}
	shape, err := source.Look(ctx, r.File, e.sourceOptions(r.Sheet))
	if err != nil {
		return "", err
	}
	if shape.Sheet == shape.Usual {
		return r.File.Hash, nil
	}
	return r.File.Hash + "#" + shape.Sheet, nil
}

// known gives a batch, nil when there is none.
func (e *Engine) known(ctx context.Context, id ident.Batch) (*Batch, error) {
	b, err := byID(ctx, e.store.Read(), string(id))
	return b, fault.Except(fault.Missing, err)
}

// serves says whether a batch is what a request asks for.
func (b *Batch) serves(r Request, version int) bool {
	return b != nil && (b.State.Running() || !r.Again && b.Ruleset == version && (b.State == Published || b.State == Held))
}

// load begins the batch; what it made is gone again when it cannot.
func (e *Engine) load(ctx context.Context, d catalog.Directory, version int, r Request, id ident.Batch, old *Batch) (_ *Batch, err error) {
	f, err := e.own(ctx, r.File)
	if err != nil {
		return nil, err
	}
	j := &job{Input: query.Input{Files: []string{f.Path}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(append(j.Input.Files, append(j.Input.Rejects, f.Path)...)))
		}
	}()
	var shape *source.Shape
	if shape, err = e.plan(ctx, d, version, f, r.Sheet, j); err != nil {
		return nil, err
	}
	if _, err := os.Stat(nameBeside(r.File.Path)); err == nil {
		j.Upload = r.File.Path
	}
	b := &Batch{ID: id, Directory: d.Name, Ruleset: version, File: f.Name, Hash: f.Hash,
		Sheet: shape.Sheet, Encoding: shape.Encoding, Bytes: f.Bytes, Spool: f.Path, State: Queued, job: j, StartedAt: r.At}
	if err = e.begin(ctx, b, old, nil); err != nil {
		return nil, err
	}
	return b, nil
}

// own gives a file another name in the spool folder, which is this batch's alone: an upload
// may be loaded into several directories, and each batch removes its file when it is done.
func (e *Engine) own(ctx context.Context, f *source.Spooled) (*source.Spooled, error) {
	mine := *f
	mine.Path = filepath.Join(e.Spool, f.Hash[:min(len(f.Hash), 16)]+"-"+ident.New()+".original")
	err := os.Link(f.Path, mine.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errGone.At("%s", f.Name)
	case err == nil: // the sweep spares young files
		now := time.Now()
		return &mine, os.Chtimes(mine.Path, now, now)
	default: // a file system without links
		copied, err := source.Spool(ctx, f.Path, e.sourceOptions(""), nil)
		if err != nil {
			return nil, err
		}
		copied.Name = f.Name
		return copied, nil
	}
}

func remove(files []string) error {
	var errs []error
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
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
// tables its rules refer to. Files it makes are in the job whatever happens.
func (e *Engine) plan(ctx context.Context, d catalog.Directory, version int, f *source.Spooled, sheet string, j *job) (*source.Shape, error) {
	o := e.sourceOptions(sheet)
	shape, err := source.Look(ctx, f, o)
	if err != nil {
		return nil, err
	}
	if _, err := match(d, shape.Columns, f.Name); err != nil {
		return nil, shape.Others(f.Name, err)
	}
	ready, err := source.Prepare(ctx, f, shape, o, nil)
	if err != nil {
		return nil, err
	}
	columns := catalog.Match(ready.Columns, d) // JSON may have shown more keys than its beginning
	j.Input = query.Input{Format: ready.Format, Files: ready.Files, Columns: columns, Delim: ready.Delim,
		Quote: ready.Quote, Escape: ready.Escape, Skip: ready.Skip, Rejects: ready.Rejects}
	if err := e.describe(ctx, d, version, j); err != nil {
		return nil, err
	}
	if f.Bytes < oneThread {
		j.Threads = 1
	}
	for _, file := range append(append([]string{}, ready.Files...), ready.Rejects...) {
		j.Allow = append(j.Allow, filepath.Dir(file))
	}
	return shape, nil
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

// describe fills in what does not depend on the input.
func (e *Engine) describe(ctx context.Context, d catalog.Directory, version int, j *job) error {
	j.Directory, j.Ruleset, j.Refs = d, version, map[string][]lake.File{}
	j.Memory, j.Threads, j.Temp, j.Allow, j.Today = e.Memory, e.Threads, e.Temp, []string{e.Temp}, e.Now()
	program, err := rule.Compile(d.RuleSet(), e.Lists)
	if err != nil {
		return err
	}
	for _, r := range program.Rules {
		if r.Scope != rule.OfRef {
			continue
		}
		files, err := e.Lake.Files(ctx, ident.Ref{Space: ident.Published, Name: r.Table}, 0)
		if err != nil && fault.KindOf(err) != fault.Missing {
			return err
		}
		j.Refs[r.Name] = files
		j.allow(files)
	}
	if err := e.ensure(ctx, d, program.Words(), j); err != nil {
		return err
	}
	j.Last, err = e.lastOf(ctx, d.Name)
	return err
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

// begin numbers the batch and starts its task: they become known together. old is the batch
// as it stood when the file was looked at, nil for a new one.
func (e *Engine) begin(ctx context.Context, b, old *Batch, more func(context.Context, store.Tx) error) error {
	b.Version = 1
	if old != nil {
		b.follow(old)
	}
	err := e.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if err := b.free(ctx, tx, old); err != nil {
			return err
		}
		if b.Label == "" {
			if err := b.label(ctx, tx); err != nil {
				return err
			}
		}
		var err error
		if b.Task, err = e.Tasks.StartIn(ctx, tx, task.Spec{Kind: kind, Key: b.taskKey()}); err != nil {
			return err
		}
		if err := e.save(ctx, tx, b); err != nil || more == nil {
			return err
		}
		return more(ctx, tx)
	})
	if err != nil {
		return err
	}
	e.tell(b, nil)
	return nil
}

// follow makes b the next version of a batch; what stands of it is remembered, to stand
// again if this version comes to nothing.
func (b *Batch) follow(old *Batch) {
	b.Label, b.Day, b.Version = old.Label, old.Day, old.Version+1
	switch old.State {
	case Published:
		b.job.Standing = old.Published
	case Held:
		b.job.Standing = old.job.Standing
	default:
		return
	}
	b.job.Prior, b.job.PriorJob = old, old.job
}

// kind is the kind of a load's task. Its key names the version, too: the task of the last one
// may not have ended quite yet.
const kind = "load"

func (b *Batch) taskKey() string { return string(b.ID) + "@" + strconv.Itoa(b.Version) }

// free refuses to begin what another request began or decided meanwhile, and to load a batch
// again while its quarantine is being replayed.
func (b *Batch) free(ctx context.Context, tx store.Tx, old *Batch) error {
	if old != nil {
		if err := old.still(ctx, tx); err != nil {
			return err
		}
	} else if _, err := byID(ctx, tx, string(b.ID)); fault.KindOf(err) != fault.Missing || err == nil {
		return errors.Join(err, errBusy.At("%s", b.ID))
	}
	family := []string{string(b.ID)}
	q := tx.NewSelect().Model((*batchRow)(nil)).Where("state IN (?)", bun.List([]State{Queued, Judging, Publishing}))
	if b.Parent != "" {
		family = append(family, string(b.Parent))
	}
	n, err := q.Where("(id IN (?) OR parent IN (?))", bun.List(family), bun.List(family)).Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	return errBusy.At("%s", b.ID)
}

// errBusy is a batch that is at work, or moved on while it was looked at.
var errBusy = fault.New(fault.Conflict, "batch.busy", fault.T("该批次正在装载、重放或判定", "the batch is being loaded, replayed or decided")).
	Fix(fault.T("请待其结束后再试", "try again when it has ended"))

// still refuses when the batch has moved on since it was read.
func (b *Batch) still(ctx context.Context, tx store.Tx) error {
	now, err := byID(ctx, tx, string(b.ID))
	if err != nil {
		return err
	}
	if now.Version != b.Version || now.State != b.State || now.Task != b.Task {
		return errBusy.At("%s", b.Label)
	}
	return nil
}

// stage makes both private folders of the batch's version, empty: a process that died over
// them may have left files that would enter the table a second time.
func (e *Engine) stage(ctx context.Context, b *Batch) (err error) {
	j, version := b.job, strconv.Itoa(b.Version)
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
	return nil
}
