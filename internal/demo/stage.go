package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
)

// Step is one thing that building the district did.
type Step struct {
	Name    string  `json:"name"`
	OK      bool    `json:"ok"`
	Rows    int64   `json:"rows"`
	Seconds float64 `json:"seconds"`
	State   string  `json:"state,omitempty"`
	Error   string  `json:"error,omitempty"`
}

// Seed is the seed of the district that everybody sees.
const Seed = 420102

// Stage builds the district on an open node: offices, directories and files, then a month
// of it, day by day by the district's clock: loads, decisions, services, grants and calls;
// and the proof that the books hold. It tells every step and goes on after one that failed;
// the error joins them. A district that is there already is left alone. Whatever comes of
// it, the clock shows the real time afterwards.
func Stage(ctx context.Context, n *node.Node, clock *Clock, tell func(Step)) error {
	defer clock.end()
	s := newStage(n, clock, tell)
	counts, err := n.Catalog.Counts(ctx)
	if err != nil {
		return err
	}
	if counts.Directories > 0 {
		clock.end()
		return s.step("verify", func() (int64, error) { return s.verify(ctx) })
	}
	return s.build(ctx, deliveries())
}

// build makes the district with a month of deliveries.
func (s *stage) build(ctx context.Context, all []delivery) error {
	if err := s.found(ctx); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "chengshu-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var files []File
	if err := s.step("files", func() (int64, error) {
		files, err = write(dir, Seed, s.clock.midnight(0), all)
		return int64(len(files)), err
	}); err != nil {
		return err
	}
	errs := []error{s.month(ctx, files), s.until(ctx, s.clock.started)}
	s.clock.end()
	return errors.Join(append(errs, s.step("verify", func() (int64, error) { return s.verify(ctx) }), s.step("audit", func() (int64, error) { return s.chain(ctx) }))...)
}

type stage struct {
	node  *node.Node
	clock *Clock
	tell  func(Step)

	clerks  map[string]*clerk // by login
	callers map[string]*caller
	opened  map[string]string // cases by the road they are about
	calls   int64             // made so far

	mu    sync.Mutex               // of what follows
	last  map[string]*ingest.Batch // of each directory
	proof *answered                // the last answer of a call
}

func newStage(n *node.Node, clock *Clock, tell func(Step)) *stage {
	return &stage{node: n, clock: clock, tell: tell, clerks: map[string]*clerk{}, callers: map[string]*caller{}, opened: map[string]string{}, last: map[string]*ingest.Batch{}}
}

func (s *stage) step(name string, do func() (int64, error)) error {
	began := time.Now()
	rows, err := do()
	return s.say(Step{Name: name, Rows: rows, Seconds: time.Since(began).Seconds()}, err)
}

func (s *stage) say(st Step, err error) error {
	if st.OK = err == nil; err != nil {
		st.Error = fault.From(err).In("en")
		err = fmt.Errorf("demo: %s: %w", st.Name, err)
	}
	s.tell(st)
	return err
}

// found makes what has to be there before the first day: offices, accounts, directories.
func (s *stage) found(ctx context.Context) error {
	if err := s.step("offices", func() (int64, error) {
		return int64(len(Offices())), s.node.Catalog.PutOffices(ctx, Offices())
	}); err != nil {
		return err
	}
	if err := s.step("packs", func() (int64, error) { return s.packs(ctx) }); err != nil {
		return err
	}
	if err := s.step("users", func() (int64, error) {
		users, err := Users(ctx, s.node)
		for _, u := range users {
			s.clerks[u.Login] = &clerk{stage: s, User: u}
		}
		if err == nil {
			_, err = s.node.People.Demonstrate(ctx, colleagues())
		}
		return int64(len(users)), errors.Join(err, s.node.Store.Drain(ctx)) // until it is known who sits where
	}); err != nil {
		return err
	}
	return s.step("directories", func() (int64, error) { return s.directories(ctx) })
}

func (s *stage) directories(ctx context.Context) (int64, error) {
	all, err := Directories()
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		docs, err := catalog.Decode(d.File, d.YAML)
		if err != nil {
			return 0, err
		}
		for _, doc := range docs {
			if err := s.node.Catalog.Check(ctx, *doc.Value, s.node.Regions); err != nil {
				return 0, doc.Locate(err)
			}
			if _, err := s.node.Catalog.Put(ctx, people.Local(), *doc.Value); err != nil {
				return 0, err
			}
			if _, err := s.node.Catalog.Publish(ctx, people.Local(), doc.Value.Name, "演示区目录"); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(all)), nil
}

// load loads one file and compares what came of it with what was meant to.
func (s *stage) load(ctx context.Context, f File) (*ingest.Batch, error) {
	b, err := s.run(ctx, f)
	state, want := "", cmp.Or(f.Expect, string(ingest.Published))
	if err == nil {
		state = string(b.State)
	} else if want == string(ingest.Failed) && fault.KindOf(err) == fault.Invalid {
		return nil, nil // refused at the door, before it became a batch
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("demo: %s: %w", f.Path, err)
	case state == want:
		return b, nil
	case b.Error != nil:
		return b, b.Error
	}
	return b, fmt.Errorf("demo: the batch of %s is %s and should be %s", f.Directory, state, want)
}

func (s *stage) run(ctx context.Context, f File) (*ingest.Batch, error) {
	spooled, err := s.node.Ingest.Spooled(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	b, err := s.node.Ingest.Load(ctx, ingest.Request{Directory: f.Directory, File: spooled})
	if err != nil {
		return nil, err
	}
	return s.node.Ingest.Wait(ctx, b.ID)
}

func (s *stage) verify(ctx context.Context) (int64, error) {
	v, err := s.node.Verify(ctx)
	if err == nil && !v.OK {
		err = fmt.Errorf("demo: %d doubts, the first: %s %s", len(v.Doubts), v.Doubts[0].Batch, v.Doubts[0].What)
	}
	return int64(v.Batches), err
}
