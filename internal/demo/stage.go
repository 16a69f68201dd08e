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
	"github.com/chengshu/chengshu/internal/source"
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

// Stage builds the district on an open node: offices, directories, files, loads, services
// with their grants and calls, and the proof that the books hold. It tells every step and goes on after one
// that failed; the error joins them. A district that is there already is left alone.
func Stage(ctx context.Context, n *node.Node, now time.Time, tell func(Step)) error {
	s := &stage{node: n, now: now, tell: tell}
	counts, err := n.Catalog.Counts(ctx)
	if err != nil {
		return err
	}
	if counts.Directories > 0 {
		return s.step("verify", func() (int64, error) { return s.verify(ctx) })
	}
	if err := s.step("offices", func() (int64, error) {
		return int64(len(Offices())), n.Catalog.PutOffices(ctx, Offices())
	}); err != nil {
		return err
	}
	if err := s.step("directories", func() (int64, error) { return s.directories(ctx) }); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "chengshu-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var files []File
	if err := s.step("files", func() (int64, error) {
		files, err = Write(dir, Seed, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC))
		return int64(len(files)), err
	}); err != nil {
		return err
	}
	return errors.Join(s.loads(ctx, files), s.sharing(ctx), s.step("verify", func() (int64, error) { return s.verify(ctx) }))
}

type stage struct {
	node *node.Node
	now  time.Time
	mu   sync.Mutex
	tell func(Step)
}

func (s *stage) step(name string, do func() (int64, error)) error {
	began := time.Now()
	rows, err := do()
	st := Step{Name: name, OK: err == nil, Rows: rows, Seconds: time.Since(began).Seconds()}
	return s.say(st, err)
}

func (s *stage) say(st Step, err error) error {
	if err != nil {
		st.Error = fault.From(err).In("en")
		err = fmt.Errorf("demo: %s: %w", st.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(st)
	return err
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
			if _, _, _, err := s.node.Catalog.Put(ctx, *doc.Value); err != nil {
				return 0, err
			}
			if _, err := s.node.Catalog.Publish(ctx, people.Local(), doc.Value.Name, "演示区目录"); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(all)), nil
}

// loads feeds every directory its files in order, the directories side by side; those that
// rules refer to come first.
func (s *stage) loads(ctx context.Context, files []File) error {
	byRank := [2]map[string][]File{{}, {}}
	for _, f := range files {
		r := rank(f.Directory)
		byRank[r][f.Directory] = append(byRank[r][f.Directory], f)
	}
	var errs []error
	var mu sync.Mutex
	for _, group := range byRank {
		var wg sync.WaitGroup
		for _, chain := range group {
			wg.Go(func() {
				for _, f := range chain {
					if err := s.load(ctx, f); err != nil {
						mu.Lock()
						errs = append(errs, err)
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
	}
	return errors.Join(errs...)
}

// load loads one file as of its day and compares what came of it with what was meant to.
func (s *stage) load(ctx context.Context, f File) error {
	began := time.Now()
	at := s.now.AddDate(0, 0, f.Day)
	st := Step{Name: "load " + f.Directory}
	b, err := s.run(ctx, f, at)
	st.Seconds = time.Since(began).Seconds()
	want := cmp.Or(f.Expect, string(ingest.Published))
	if err == nil {
		st.Rows, st.State = b.In, string(b.State)
	} else if want == string(ingest.Failed) && fault.KindOf(err) == fault.Invalid {
		st.State, err = want, nil // refused at the door, before it became a batch
	}
	if err == nil && st.State != want {
		err = fmt.Errorf("demo: the batch of %s is %s and should be %s", f.Directory, st.State, want)
		if b != nil && b.Error != nil {
			err = b.Error
		}
	}
	st.OK = err == nil
	return s.say(st, err)
}

func (s *stage) run(ctx context.Context, f File, at time.Time) (*ingest.Batch, error) {
	spooled, err := s.node.Ingest.Spooled(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	return s.loaded(ctx, f.Directory, spooled, at)
}

func (s *stage) loaded(ctx context.Context, directory string, f *source.Spooled, at time.Time) (*ingest.Batch, error) {
	b, err := s.node.Ingest.Load(ctx, ingest.Request{Directory: directory, File: f, At: at})
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
