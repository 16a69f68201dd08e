// Package ingest owns loads: a file is spooled, judged in a child process by one statement,
// its bad rows are kept with their reasons and its good ones published, or the batch is
// held for its officer. What was mended is replayed into a batch of its own. At any kill
// the same facts are found again: the judgement is in the store, the files are staged, and
// settling is repeatable.
//
// It must never run an engine in this process and never publish what the store does not
// know to be judged.
//
// Read first: Engine.Load, Engine.judge, Engine.settle, Batch.
package ingest

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/source"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

// Keeper keeps what was judged; the quality engine is one.
type Keeper interface {
	Keep(ctx context.Context, tx store.Tx, batch, directory string, at time.Time, j rule.Judgement) error
}

// Options are what the engine stands on.
type Options struct {
	Store   store.Store
	Lake    *lake.Lake
	Catalog *catalog.Catalog
	Tasks   *task.Tasks
	Keeper  Keeper
	Record  people.Record // nil: corrections are not in the audit
	Log     *slog.Logger
	Now     func() time.Time

	Spool    string   // folder of files as received
	Temp     string   // folder of engines' temporary files
	Child    []string // the command that judges: this binary with its hidden verb
	Memory   string   // of one child's engine
	Threads  int
	Lists    rule.Lists
	MaxBytes int64
}

// Engine runs loads.
type Engine struct {
	Options
	store    store.Store
	mu       sync.Mutex
	progress map[string]Progress
	watchers map[chan Change]struct{}
	crew     crew
	cleaning sync.WaitGroup // removals of what finished batches leave
}

// Progress is how far a running batch is.
type Progress struct {
	Stage         string
	Rows, Total   int64
	RowsPerSecond int64
	SecondsLeft   int64
	since         time.Time
}

// Change tells watchers that a batch moved on.
type Change struct {
	Batch    *Batch
	Progress *Progress
}

// New makes the engine's tables and registers its work.
func New(ctx context.Context, o Options) (*Engine, error) {
	e := &Engine{Options: o, store: o.Store, progress: map[string]Progress{}, watchers: map[chan Change]struct{}{},
		crew: crew{command: o.Child}}
	for _, dir := range []string{o.Spool, o.Temp} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if err := o.Store.Migrate(ctx, "ingest", migrations); err != nil {
		return nil, err
	}
	err := o.Store.Consume(store.Consumer{Name: settling, Kinds: []event.Kind{event.BatchJudged}, Handle: e.settle, Parked: e.stalled})
	if err != nil {
		return nil, err
	}
	o.Tasks.Register(kind, e.judge)
	o.Tasks.OnEnd(kind, e.ended)
	return e, nil
}

// Close waits until nothing of this room touches the lake any more, and ends the processes
// that wait for loads. Whoever runs the tasks and the events has ended them.
func (e *Engine) Close() error {
	e.cleaning.Wait()
	return e.crew.close()
}

func (e *Engine) sourceOptions(sheet string) source.Options {
	return source.Options{Dir: e.Spool, MaxBytes: e.MaxBytes, Sheet: sheet}
}

// Watch gives changes of batches until ctx ends. A slow reader misses some, never the last
// of a batch for long: whoever needs certainty reads the batch.
func (e *Engine) Watch(ctx context.Context) <-chan Change {
	c := make(chan Change, 64)
	e.mu.Lock()
	e.watchers[c] = struct{}{}
	e.mu.Unlock()
	context.AfterFunc(ctx, func() {
		e.mu.Lock()
		delete(e.watchers, c)
		close(c)
		e.mu.Unlock()
	})
	return c
}

func (e *Engine) tell(b *Batch, p *Progress) {
	b = b.copy() // its owner goes on with it
	e.mu.Lock()
	defer e.mu.Unlock()
	if p != nil {
		e.progress[string(b.ID)] = *p
	} else if !b.State.Running() {
		delete(e.progress, string(b.ID))
	}
	for c := range e.watchers {
		select {
		case c <- Change{b, p}:
		default: // the page reads the batch again at its next event
		}
	}
}

// ProgressOf says how far a running batch is; ok is false when it does not run.
func (e *Engine) ProgressOf(id string) (Progress, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p, ok := e.progress[id]
	return p, ok
}

// measure turns the child's report into rows per second and time left.
func (p Progress) measure(q query.Progress, now time.Time) Progress {
	if p.since.IsZero() || p.Stage != q.Stage {
		p = Progress{since: now}
	}
	p.Stage, p.Rows, p.Total = q.Stage, q.Rows, q.Total
	if s := now.Sub(p.since).Seconds(); s > 0.2 && p.Rows > 0 {
		p.RowsPerSecond = int64(float64(p.Rows) / s)
		if p.Total > p.Rows && p.RowsPerSecond > 0 {
			p.SecondsLeft = (p.Total-p.Rows)/p.RowsPerSecond + 1
		}
	}
	return p
}
