package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// format is the version of the files; one of another version is built anew.
const format = 1

// stored is what a file says of itself.
type stored struct {
	Format  int    `json:"format"`
	Seed    uint64 `json:"seed"`    // of the hashes
	Counted bool   `json:"counted"` // the rows were those that the lake counts
	serving.State

	batches []string // by number
	keys    []int    // the key's places among the columns
	keyed   row.Schema
}

// face is an open file and its readers.
type face struct {
	files  *Files
	path   string
	number int
	stored atomic.Pointer[stored]
	turn   atomic.Int64 // odd while a refresh commits: stored may not be what a reader sees

	turns   chan struct{} // a place for each reader at work
	mu      sync.Mutex
	idle    []*conn
	open    int
	retired bool
	remove  bool // the file, once its last reader has gone
}

func (f *Files) path(name string, number int) string {
	return filepath.Join(f.o.Dir, name, fmt.Sprintf("%08d%s", number, fileEnd))
}

func numberOf(file string) (int, bool) {
	digits, ok := strings.CutSuffix(file, fileEnd)
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil
}

func (f *Files) openFace(name string, number int) (*face, error) {
	a := &face{files: f, path: f.path(name, number), number: number, turns: make(chan struct{}, readers())}
	c, err := a.connect()
	if err != nil {
		return nil, err
	}
	st, err := c.readStored()
	if err == nil && (st.Format != format || st.Name != name) {
		err = fmt.Errorf("serving: a file of format %d for %s", st.Format, st.Name)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	a.stored.Store(st)
	a.idle, a.open = []*conn{c}, 1
	f.open.Add(1)
	return a, nil
}

// readerPragmas keep an idle connection small: pages come from the mapped file and are not
// copied, those of a log that is not yet part of it go through a small cache.
var readerPragmas = []string{"mmap_size=1099511627776", "cache_size=-256", "query_only=1"}

func (a *face) connect() (*conn, error) {
	if _, err := os.Stat(a.path); err != nil { // SQLite would make an empty one
		return nil, err
	}
	c, err := open(a.path, readerPragmas...)
	if err != nil {
		return nil, err
	}
	if c.find, err = c.raw.Prepare("SELECT rows FROM bucket WHERE place BETWEEN ? AND ?"); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// readStored reads what the file says of itself, in one state of it: inside a transaction
// of the caller's, or alone when nobody writes.
func (c *conn) readStored() (*stored, error) {
	body, err := c.ask("SELECT body FROM state")
	if err != nil {
		return nil, err
	}
	st := &stored{}
	text, ok := body.(string)
	if !ok {
		return nil, errors.New("serving: a file without its state")
	}
	if err := json.Unmarshal([]byte(text), st); err != nil {
		return nil, err
	}
	if st.batches, err = c.batches(); err != nil {
		return nil, err
	}
	return st, st.settle()
}

// settle finds the key among the columns.
func (st *stored) settle() error {
	st.keys, st.keyed = nil, nil
	for _, k := range st.Key {
		i := slices.IndexFunc(st.Columns, func(f row.Field) bool { return f.Name == k })
		if i < 0 || st.Columns[i].Type.Kind == row.TextList {
			return serving.ErrKeyColumn.At("%s", k)
		}
		st.keys, st.keyed = append(st.keys, i), append(st.keyed, st.Columns[i])
	}
	return nil
}

func (c *conn) batches() (names []string, err error) {
	rows, err := c.raw.Query("SELECT number, name FROM batch ORDER BY number", nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var v [2]driver.Value
	for {
		if err := rows.Next(v[:]); err == io.EOF {
			return names, nil
		} else if err != nil {
			return nil, err
		}
		if n, _ := v[0].(int64); n != int64(len(names)) {
			return nil, errors.New("serving: a file's batches are not numbered one by one")
		}
		name, _ := v[1].(string)
		names = append(names, name)
	}
}

// errRetired says that the file has been replaced: take the one in its place.
var errRetired = errors.New("serving: the file has been replaced")

// take gives a reader, which must be given back.
func (a *face) take(ctx context.Context) (*conn, error) {
	select {
	case a.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.retired {
		<-a.turns
		return nil, errRetired
	}
	if n := len(a.idle); n > 0 {
		c := a.idle[n-1]
		a.idle = a.idle[:n-1]
		return c, nil
	}
	c, err := a.connect()
	if err != nil {
		<-a.turns
		return nil, err
	}
	a.open++
	a.files.open.Add(1)
	return c, nil
}

// give takes a reader back. One that failed is not used again.
func (a *face) give(c *conn, failed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	<-a.turns
	if failed || a.retired || a.files.open.Load() > int64(a.files.o.Readers) {
		a.drop(c)
		return
	}
	a.idle = append(a.idle, c)
}

// drop closes a reader, and removes the file after the last one of a replaced file.
func (a *face) drop(c *conn) {
	err := c.close()
	a.open--
	a.files.open.Add(-1)
	if a.retired && a.remove && a.open == 0 {
		err = errors.Join(err, removeFile(a.path))
	}
	a.gone(err)
}

// retire lets the readers at work finish and everybody else go elsewhere.
func (a *face) retire(remove bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.retired, a.remove = true, remove
	for _, c := range a.idle {
		a.drop(c)
	}
	a.idle = nil
	if remove && a.open == 0 {
		a.gone(removeFile(a.path))
	}
}

func (a *face) gone(err error) {
	if err != nil {
		a.files.o.Log.Warn("a replaced file of served data stays until the next start", "error", err)
	}
}

func removeFile(path string) (err error) {
	for _, end := range []string{"-wal", "-shm", ""} {
		if e := os.Remove(path + end); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
