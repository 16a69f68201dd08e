// Package sqlite is the driver of serving on SQLite: one file per dataset. A file is built
// beside the one in use and takes its place by one rename; a refresh is one transaction in
// it, with its cursor, the lake's snapshot. Look-ups go on all the while, each on one state
// or the other. What a crash leaves is either not yet a file or a whole one that is behind
// and catches up.
//
// Files are DIR/NAME/NUMBER.db, the highest number being the one in use: a new file never
// has the name of an old one, whose write-ahead log may still lie there.
//
// Read first: Files.Refresh, place, build, apply.
package sqlite

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/serving"
)

// Options open the served files.
type Options struct {
	Dir     string // of the files, a folder of its own
	Lake    serving.Lake
	Engine  serving.Engine
	Log     *slog.Logger     // nil: slog.Default
	Now     func() time.Time // nil: time.Now
	Memory  int64            // bytes of rows that a build or a refresh holds; 0: 64 MiB
	Readers int              // connections kept open for look-ups, over all datasets; 0: 128
	Least   int64            // so many changed rows, or a quarter of the table, are applied one by one; more: built anew. 0: 10,000
}

// Files are the served datasets.
type Files struct {
	o     Options
	slots sync.Map // name → *slot
	open  atomic.Int64
	hook  func(string) error // tests stop at named places
}

var _ serving.Files = (*Files)(nil)

// slot is a dataset's place: its file in use and the lock around its refreshes.
type slot struct {
	name string
	mu   sync.Mutex
	face atomic.Pointer[face]
	gone bool // dropped or closed; guarded by mu
}

// Open opens the files there are, and removes what crashes left. They answer at once, as
// of the snapshot they are at.
func Open(ctx context.Context, o Options) (*Files, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers <= 0 {
		o.Readers = 128
	}
	if o.Least <= 0 {
		o.Least = 10_000
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	f := &Files{o: o}
	folders, err := os.ReadDir(o.Dir)
	if err != nil {
		return nil, err
	}
	for _, d := range folders {
		if !d.IsDir() || ident.Check(d.Name()) != nil {
			continue
		}
		s := &slot{name: d.Name()}
		if err := f.adopt(s); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		f.slots.Store(s.name, s)
	}
	return f, nil
}

const (
	fileEnd  = ".db"
	freshEnd = ".fresh" // of what is not a file yet
)

// adopt takes the highest file that can be read and removes all others: they are older, or
// half built.
func (f *Files) adopt(s *slot) error {
	dir := filepath.Join(f.o.Dir, s.name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var numbers []int
	for _, e := range entries {
		if n, ok := numberOf(e.Name()); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	for _, n := range numbers {
		face, err := f.openFace(s.name, n)
		if err != nil {
			f.o.Log.Warn("a served file cannot be read and will be built anew", "dataset", s.name, "error", err)
			continue
		}
		s.face.Store(face)
		break
	}
	var keep string
	if face := s.face.Load(); face != nil {
		keep = filepath.Base(face.path)
	}
	for _, e := range entries {
		if keep != "" && (e.Name() == keep || e.Name() == keep+"-wal" || e.Name() == keep+"-shm") {
			continue
		}
		err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
	}
	return err
}

func (f *Files) slot(name string) *slot {
	if s, ok := f.slots.Load(name); ok {
		return s.(*slot)
	}
	return nil
}

// State tells what a dataset holds.
func (f *Files) State(name string) (serving.State, error) {
	if s := f.slot(name); s != nil {
		if face := s.face.Load(); face != nil {
			return face.stored.Load().State, nil
		}
	}
	return serving.State{}, serving.ErrUnknown.At("%s", name)
}

// States lists what is served by name.
func (f *Files) States() (all []serving.State) {
	f.slots.Range(func(_, s any) bool {
		if face := s.(*slot).face.Load(); face != nil {
			all = append(all, face.stored.Load().State)
		}
		return true
	})
	slices.SortFunc(all, func(a, b serving.State) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Drop forgets a dataset and its file.
func (f *Files) Drop(_ context.Context, name string) error {
	s := f.slot(name)
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	f.slots.CompareAndDelete(name, s)
	if face := s.face.Swap(nil); face != nil {
		face.retire(false)
	}
	return os.RemoveAll(filepath.Join(f.o.Dir, name))
}

// Close ends all look-ups to come; those under way end by themselves.
func (f *Files) Close() error {
	f.slots.Range(func(name, v any) bool {
		s := v.(*slot)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.gone = true
		f.slots.CompareAndDelete(name, s)
		if face := s.face.Swap(nil); face != nil {
			face.retire(false)
		}
		return true
	})
	return nil
}

func (f *Files) reach(place string) error {
	if f.hook == nil {
		return nil
	}
	return f.hook(place)
}

// readers is how many look-ups in one file run at a time.
func readers() int { return max(4, runtime.GOMAXPROCS(0)) }
