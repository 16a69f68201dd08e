package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

// Judge is what a child needs of an engine; query/duckdb's DB is one.
type Judge interface {
	query.Judge
	query.Engine
	Close() error
}

// Limits bound a child's engine.
type Limits struct {
	Memory  string
	Threads int
	Temp    string
	Allow   []string // folders it may touch
}

// Work is the child process: it reads jobs, does one after another, and writes progress and
// the result of each as lines of JSON until there are no more. It never touches the store
// or the catalog of the lake.
func Work(ctx context.Context, in io.Reader, out io.Writer, lists rule.Lists, open func(context.Context, Limits) (Judge, error)) error {
	yield()
	var mu sync.Mutex
	enc := json.NewEncoder(out)
	say := func(l line) error {
		mu.Lock()
		defer mu.Unlock()
		return enc.Encode(l)
	}
	for jobs := json.NewDecoder(in); ; {
		j := new(job)
		switch err := jobs.Decode(j); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("ingest: read the job: %w", err)
		}
		w := &work{job: j, lists: lists, report: func(p query.Progress) { _ = say(line{Progress: &p}) }}
		last := line{}
		var err error
		if last.Result, err = w.whole(ctx, open); err != nil {
			last = line{Error: fault.From(err)}
			if last.Error.Kind == fault.Internal {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		if err := say(last); err != nil {
			return err
		}
	}
}

// whole does one job with an engine of its own: what it may touch differs from job to job.
func (w *work) whole(ctx context.Context, open func(context.Context, Limits) (Judge, error)) (_ *result, err error) {
	if w.db, err = open(ctx, Limits{w.job.Memory, w.job.Threads, w.job.Temp, w.job.Allow}); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.db.Close()) }()
	return w.run(ctx)
}

// yield makes the child the first to wait and the first to be killed.
func yield() {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, 10)
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0) // only Linux has it
	debug.SetGCPercent(50)
}

type work struct {
	job     *job
	db      Judge
	lists   rule.Lists
	report  func(query.Progress)
	program *rule.Program
	items   row.Schema
}

func (w *work) run(ctx context.Context) (_ *result, err error) {
	if w.program, err = compile(w.job.Directory, w.job.Today, w.lists); err != nil {
		return nil, err
	}
	w.items = w.job.Directory.Columns()
	g := w.governed()
	g.Samples = samplesPerRule
	o, err := w.db.Govern(ctx, g, w.report)
	if err != nil {
		return nil, err
	}
	if o.In == 0 && w.job.Replay == nil {
		return nil, fault.New(fault.Invalid, "load.empty", fault.T("文件没有数据行", "the file has no rows of data")).
			Fix(fault.T("请核对导出的内容", "check what was exported"))
	}
	w.report(query.Progress{Stage: "report", Rows: o.In, Total: o.In})
	r := &result{Outcome: o}
	if r.Judgement, err = w.judgement(ctx, g, o); err != nil {
		return nil, err
	}
	if w.job.Mend != "" {
		if r.Mended, err = w.mended(ctx); err != nil {
			return nil, err
		}
	}
	return r, w.carry(ctx)
}

// compile compiles a directory's rules for a load's day.
func compile(d catalog.Directory, today time.Time, lists rule.Lists) (*rule.Program, error) {
	set := d.RuleSet()
	set.Today = today
	return rule.Compile(set, lists)
}

// governed maps the program to the statement's pieces.
func (w *work) governed() query.Governed {
	j := w.job
	g := query.Governed{Input: j.Input, Clean: w.program.Clean, Typed: w.program.Typed, Types: w.items,
		Words: w.program.Words(), Batch: j.Batch, BadBatch: j.BadBatch, Ruleset: int64(j.Ruleset),
		Good: j.Good.Dir, Bad: j.Bad.Dir, GoodIDs: j.GoodIDs, BadIDs: j.BadIDs, Today: j.Today}
	if j.Replay != nil {
		g.Input.Where = j.Replay.selected()
	}
	for _, d := range w.program.Dirty {
		g.Dirty = append(g.Dirty, query.Dirty{Item: d.Item, Kernel: d.Kernel})
	}
	g.Reject = make([]int64, g.Words)
	for _, r := range w.program.Rules {
		if r.Bit < 0 {
			continue
		}
		word, mask := query.Place(r.Bit)
		if r.Do != rule.Warn {
			g.Reject[word] |= mask
		}
		switch {
		case r.Kind == rule.Parse:
			g.ParseBit = r.Bit
		case r.Scope == rule.OfKey:
			g.Uniques = append(g.Uniques, query.Unique{Bit: r.Bit, Keys: r.Reads, KeepOne: r.Kind == rule.DuplicateRow})
		case r.Scope == rule.OfRef:
			g.References = append(g.References, query.Reference{Bit: r.Bit, Item: r.Item, Files: j.Refs[r.Name], Column: r.Column})
		default:
			g.Checks = append(g.Checks, query.Check{Bit: r.Bit, Broken: r.Broken, Kernel: r.Kernel, Args: r.Args})
		}
	}
	return g
}

// selected are the rows that are judged again: those of the batch that were parsed, or of
// these the ones that were named.
func (r *replay) selected() row.Expr {
	_, parse := query.Place(rule.ParseBit)
	x := []row.Expr{
		row.F(row.Eq, row.Column(query.BatchColumn), row.Str(r.Batch)),
		row.F(row.Not, row.F(row.HasBits, row.Column(query.Broken(0)), row.Num(parse))),
	}
	if len(r.Rows) > 0 {
		x = append(x, query.AnyOf(r.Rows))
	}
	return row.F(row.And, x...)
}

// mended shows a few cells of a cleaned item, as they came and as they are now.
func (w *work) mended(ctx context.Context) ([][2]string, error) {
	var clean row.Named
	for _, c := range w.program.Clean {
		if c.Name == w.job.Mend {
			clean = c
		}
	}
	return w.db.Mended(ctx, w.governed().Input, clean, 5)
}

// carry keeps what a replay did not judge in the parent's quarantine.
func (w *work) carry(ctx context.Context) error {
	r := w.job.Replay
	if r == nil || w.job.Trial {
		return nil
	}
	rest := row.F(row.And, row.F(row.Eq, row.Column(query.BatchColumn), row.Str(r.Batch)), row.F(row.Not, r.selected()))
	_, err := w.db.Carry(ctx, w.job.Input.Table, rest, query.Table(w.items, w.program.Words()), w.job.BadIDs, w.job.Bad.Dir)
	return err
}
