// Package node opens, wires and runs: the one place that lists every driver, engine and
// door. A node owns its data folder from Open to Close.
//
// Read first: Open, Node.Serve, Child.
package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/search"
	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/serving"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/internal/task"
	"github.com/chengshu/chengshu/internal/view"
)

// Node is an open data folder with its engines running.
type Node struct {
	Config  Config
	Catalog *catalog.Catalog
	Search  *search.Index
	Ingest  *ingest.Engine
	Quality *quality.Engine
	Lake    *lake.Lake
	Store   store.Store
	Tasks   *task.Tasks
	Regions *region.Book
	Reader  *duckdb.DB
	Handler http.Handler
	Door    *console.Console
	Keys    *gm.Ring
	Audit   *audit.Audit
	People  *people.People
	Grants  *policy.Grants
	Served  serving.Files
	Share   *share.Engine
	Packs   *pack.Packs
	Ledger  *ledger.Ledger
	Notices *notice.Notices
	Views   *view.Views
	Flow    *flow.Engine

	log    *slog.Logger
	now    func() time.Time
	lock   *store.Held
	cancel context.CancelFunc
	done   chan error
	loops  int
}

// Options are what the settings do not say.
type Options struct {
	Log     *slog.Logger
	Version string
	Pages   fs.FS    // nil: none
	Child   []string // the command of a loading child; empty: this program with "child"
	Now     func() time.Time
	Master  string // the master key in hex; empty: from its file

	OneByOne bool // timers of cases fire one after the other: the same acts give the same books
}

// Open takes the data folder and starts everything but listening. Whoever opens must Close.
func Open(ctx context.Context, c Config, o Options) (_ *Node, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Child) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("node: find this program: %w", err)
		}
		o.Child = []string{self, "child"}
	}
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fault.New(fault.Invalid, "data.folder", fault.T("无法建立数据目录", "the data folder cannot be made")).At("%s", c.Data).
			Fix(fault.T("请改用当前用户可写的目录（--data）", "choose a folder that you may write to (--data)")).Wrap(err)
	}
	n := &Node{Config: c, log: o.Log, now: o.Now, Regions: region.New(), done: make(chan error, 8)}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	if n.lock, err = store.Lock(c.Data); err != nil {
		return nil, err
	}
	if err := n.open(ctx, o); err != nil {
		return nil, err
	}
	return n, n.start()
}

// open opens the rooms from the floor up.
func (n *Node) open(ctx context.Context, o Options) (err error) {
	c := n.Config
	path := func(parts ...string) string { return filepath.Join(append([]string{c.Data}, parts...)...) }
	state, err := sqlite.Open(ctx, path("state.db"), sqlite.Options{})
	if err != nil {
		return err // and Close finds no store: a nil driver in the interface would be one
	}
	n.Store = state
	warehouse := path("lake")
	for _, dir := range []string{warehouse, path("temp")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	n.Reader, err = duckdb.Open(ctx, duckdb.Options{Memory: c.Reads.Memory, Threads: c.Reads.Threads, Temp: path("temp"), Allow: []string{warehouse}})
	if err != nil {
		return err
	}
	if n.Lake, err = lake.Open(ctx, lake.Options{Dir: warehouse, Catalog: path("lake.db"), Now: o.Now, Positions: n.Reader, Keep: n.keep}); err != nil {
		return err
	}
	if n.Catalog, err = catalog.New(n.Store, catalog.WithClock(o.Now), catalog.WithRecord(n.record)); err != nil {
		return err
	}
	n.Search = search.New(path("search"), n.Catalog, o.Log)
	if n.Tasks, err = task.New(n.Store, task.Options{Now: o.Now, Log: o.Log}); err != nil {
		return err
	}
	if n.Quality, err = quality.New(n.Store); err != nil {
		return err
	}
	n.Ingest, err = ingest.New(ctx, ingest.Options{Store: n.Store, Lake: n.Lake, Catalog: n.Catalog, Tasks: n.Tasks, Keeper: n.Quality, Record: n.record,
		Log: o.Log, Now: o.Now, Spool: path("spool"), Temp: path("temp"), Child: o.Child, Memory: c.Loads.Memory,
		Threads: c.Loads.Threads, Lists: n.Regions, MaxBytes: c.Loads.MaxBytes})
	if err != nil {
		return err
	}
	if err := n.trust(ctx, o); err != nil {
		return err
	}
	if err := n.sharing(ctx, o); err != nil {
		return err
	}
	if err := n.flows(ctx, o); err != nil {
		return err
	}
	n.Tasks.Register(checkKind, n.checkAudit)
	n.imports()
	return n.door(ctx, o)
}

func (n *Node) door(ctx context.Context, o Options) error {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	n.Handler, n.Door = console.New(console.Options{Catalog: n.Catalog, Search: n.Search, Ingest: n.Ingest, Quality: n.Quality, Tasks: n.Tasks, Lake: n.Lake,
		Reader: n.Reader, Store: n.Store, Regions: n.Regions, Lists: n.Regions, Log: o.Log, Now: o.Now, Metrics: metrics,
		Temp: filepath.Join(n.Config.Data, "temp"), District: n.Config.Place.Region, Demo: n.Config.Place.Demo, Version: o.Version, MetricsToken: n.Config.Metrics.Token, Pages: console.Pages{FS: o.Pages, Demo: n.Config.Place.Demo},
		Verify: n.Verify, Care: n.Care, CheckAudit: n.CheckAudit, RotateKey: n.RotateKey, RotateMaster: n.RotateMaster, Ready: func(ctx context.Context) error { return n.Store.Read().NewRaw("SELECT 1").Scan(ctx, new(int)) },
		Share: n.Share, People: n.People, Grants: n.Grants, Audit: n.Audit, Keys: n.Keys, Packs: n.Packs, Ledger: n.Ledger, Flow: n.Flow, Notices: n.Notices, Views: n.Views})
	return n.gate(ctx, o, metrics)
}

// start runs the loops: events, tasks, care of the lake; and takes up what a dead process
// left.
func (n *Node) start() error {
	ctx, cancel := context.WithCancel(context.Background())
	n.cancel = cancel
	for _, loop := range []func(context.Context) error{
		n.Store.Run,
		func(ctx context.Context) error { return n.Tasks.Run(ctx, n.Config.Loads.Parallel) },
		n.care,
		n.Flow.Run,
		n.Audit.Run,
		n.upkeep,
		n.forget,
	} {
		n.loops++
		go func() { n.done <- loop(ctx) }()
	}
	return n.Ingest.Recover(ctx)
}

// care compacts, expires and sweeps at quiet intervals.
func (n *Node) care(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if _, err := n.Care(ctx, time.Hour); err != nil && ctx.Err() == nil {
			n.log.Error("care of the lake failed", "error", err)
		}
	}
}

// Care compacts every table, forgets snapshots past their days and sweeps files older than
// grace that nobody owns.
func (n *Node) Care(ctx context.Context, grace time.Duration) (done console.Cared, err error) {
	tables, err := n.Lake.Tables(ctx)
	if err != nil {
		return done, err
	}
	for _, t := range tables {
		c, err := n.Lake.Compact(ctx, t, lake.Limits{})
		if err != nil {
			return done, fmt.Errorf("node: compact %s: %w", t, err)
		}
		if c.Before > 0 {
			done.Compacted++
		}
		gone, err := n.Lake.Expire(ctx, t, n.now().AddDate(0, 0, -n.Config.Lake.KeepDays), nil)
		if err != nil {
			return done, fmt.Errorf("node: expire %s: %w", t, err)
		}
		done.Expired += len(gone)
	}
	swept, err := n.Ingest.Sweep(ctx, grace)
	done.Swept = len(swept)
	return done, err
}

// keep is the time from which snapshots of a table must stay, for the sake of batches that are
// not finished. When nobody can say, all stay.
func (n *Node) keep(t ident.Ref) time.Time {
	if n.Ingest == nil { // still opening
		return time.Unix(0, 0)
	}
	oldest, err := n.Ingest.Oldest(context.Background(), t.Name)
	if err != nil {
		n.log.Warn("the oldest unfinished batch is not known; every snapshot stays", "table", t, "error", err)
		return time.Unix(0, 0)
	}
	return oldest
}

// Verify proves the books of the whole folder.
func (n *Node) Verify(ctx context.Context) (console.Verified, error) {
	checked, doubts, err := n.Ingest.Verify(ctx, n.Reader)
	if doubts == nil {
		doubts = []ingest.Doubt{}
	}
	return console.Verified{OK: len(doubts) == 0, Batches: checked, Doubts: doubts}, err
}

// Close stops the loops and gives the folder back. It may be called on a node that was
// opened halfway.
func (n *Node) Close() error {
	var errs []error
	if n.cancel != nil {
		n.cancel()
		for range n.loops {
			errs = append(errs, <-n.done)
		}
	}
	if n.Ingest != nil {
		errs = append(errs, n.Ingest.Close())
	}
	errs = append(errs, n.closeTrust())
	if n.Search != nil {
		errs = append(errs, n.Search.Close())
	}
	if n.Lake != nil {
		errs = append(errs, n.Lake.Close())
	}
	if n.Reader != nil {
		errs = append(errs, n.Reader.Close())
	}
	if n.Store != nil {
		errs = append(errs, n.Store.Close())
	}
	if n.lock != nil {
		errs = append(errs, n.lock.Release())
	}
	return errors.Join(errs...)
}
