// Package search finds directories by Chinese words, pinyin and initials. Its index is
// derived: everything in it comes from the catalog, it may be removed at any time, and it
// is brought up to the catalog before every answer, so that an answer is never older than
// the question. Nothing is opened before the first question.
//
// Read first: Index, Index.Find, fields.
package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"sync"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
)

// Source is what is indexed: the catalog.
type Source interface {
	Last(ctx context.Context) (int64, error)
	Texts(ctx context.Context, after int64, limit int) ([]catalog.Text, int64, error)
}

// Index is the index of one catalog in a folder of its own. It is safe for concurrent use;
// one process at a time may use the folder.
type Index struct {
	dir string
	src Source
	log *slog.Logger

	mu     sync.RWMutex // held for writing by who opens, brings up or closes
	idx    bleve.Index  // nil: not open
	cursor int64        // the last change in it
	known  []string     // the syllables in it, sorted
	closed bool
}

// New is an index in a folder, which need not be there.
func New(dir string, src Source, log *slog.Logger) *Index {
	return &Index{dir: dir, src: src, log: log}
}

// Close gives the folder back; questions after it are refused.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	return x.shut()
}

func (x *Index) shut() error {
	if x.idx == nil {
		return nil
	}
	err := x.idx.Close()
	x.idx, x.cursor, x.known = nil, 0, nil
	return err
}

var errClosed = fault.New(fault.Busy, "search.closed", fault.T("服务正在停止", "the server is stopping")).
	Fix(fault.T("请稍后再试", "try again in a moment"))

// current brings the index up to the catalog and leaves it locked for reading; the caller
// unlocks it.
func (x *Index) current(ctx context.Context) error {
	for {
		last, err := x.src.Last(ctx)
		if err != nil {
			return err
		}
		x.mu.RLock()
		if x.idx != nil && x.cursor >= last {
			return nil
		}
		x.mu.RUnlock()
		if err := x.bring(ctx, last); err != nil {
			return err
		}
	}
}

// bring opens the index, builds it where it is missing, broken, of another form or ahead
// of the catalog, and takes in what changed.
func (x *Index) bring(ctx context.Context, last int64) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return errClosed
	}
	if x.idx == nil {
		if err := x.open(last); err != nil {
			return fmt.Errorf("search: open: %w", err)
		}
	}
	if x.cursor < last {
		if err := x.follow(ctx); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	return x.learn()
}

// The keys of what the index knows of itself.
var (
	keyForm   = []byte("chengshu.form")
	keyCursor = []byte("chengshu.cursor")
)

func (x *Index) open(last int64) (err error) {
	if err := register(); err != nil {
		return err
	}
	idx, err := bleve.OpenUsing(x.dir, map[string]any{"bolt_timeout": "5s"})
	if err == nil {
		f, e1 := idx.GetInternal(keyForm)
		c, e2 := idx.GetInternal(keyCursor)
		n, e3 := strconv.ParseInt(string(c), 10, 64)
		if errors.Join(e1, e2, e3) == nil && string(f) == form && n <= last {
			x.idx, x.cursor = idx, n
			return nil
		}
		err = errors.Join(errors.New("of another form, unfinished, or ahead of the catalog"), idx.Close())
	}
	if _, missing := os.Stat(x.dir); missing == nil {
		x.log.Warn("the search index is built anew", "reason", err)
	}
	return x.create()
}

func (x *Index) create() error {
	if err := os.RemoveAll(x.dir); err != nil {
		return err
	}
	m, err := newMapping()
	if err != nil {
		return err
	}
	idx, err := bleve.New(x.dir, m)
	if err != nil {
		return err
	}
	x.idx, x.cursor = idx, 0
	return nil
}

const perBatch = 100

// follow takes in what changed, some at a time: the cursor goes with what it stands for.
func (x *Index) follow(ctx context.Context) error {
	for {
		texts, last, err := x.src.Texts(ctx, x.cursor, perBatch)
		if err != nil || len(texts) == 0 {
			return err
		}
		b := x.idx.NewBatch()
		for _, t := range texts {
			if err := b.Index(t.Directory.Name, document(t)); err != nil {
				return err
			}
		}
		b.SetInternal(keyForm, []byte(form))
		b.SetInternal(keyCursor, []byte(strconv.FormatInt(last, 10)))
		if err := x.idx.Batch(b); err != nil {
			return errors.Join(err, x.shut())
		}
		x.cursor = last
	}
}

// learn reads which syllables occur.
func (x *Index) learn() (err error) {
	var known []string
	for _, f := range fields {
		if !f.pinyin {
			continue
		}
		dict, err := x.idx.FieldDict(f.name + sound)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		known, err = terms(dict, known)
		if err := errors.Join(err, dict.Close()); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	slices.Sort(known)
	x.known = slices.Compact(known)
	return nil
}

func terms(dict index.FieldDict, into []string) ([]string, error) {
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return into, err
		}
		into = append(into, e.Term)
	}
}
