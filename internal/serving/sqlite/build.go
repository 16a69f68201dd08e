package sqlite

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

const tables = `
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE batch (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE bucket (place INTEGER PRIMARY KEY, rows BLOB NOT NULL);`

// buildPragmas: nothing is kept to go back to, since the file is thrown away unless it is
// finished, and nothing waits for the disk before the end.
var buildPragmas = []string{"page_size=8192", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-8192"}

// build writes a dataset's file anew from a snapshot and puts it in the place of the one
// in use; the slot's lock is held.
func (f *Files) build(ctx context.Context, s *slot, d serving.Dataset, items row.Schema, at lake.Snapshot) (_ serving.State, err error) {
	next := &stored{Format: format, Seed: rand.Uint64(), State: serving.State{Dataset: d, Snapshot: at.ID, Columns: items, Built: f.o.Now().UTC()}}
	if err := next.settle(); err != nil {
		return next.State, err
	}
	dir := filepath.Join(f.o.Dir, d.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return next.State, err
	}
	sorter := newSorter(dir, f.o.Memory)
	defer sorter.close()
	if err := f.gatherAll(ctx, next, sorter, at); err != nil {
		return next.State, err
	}
	number := 1
	if old := s.face.Load(); old != nil {
		number = old.number + 1
	}
	fresh := f.path(d.Name, number) + freshEnd
	defer func() {
		if err != nil {
			err = errors.Join(err, removeFile(fresh))
		}
	}()
	if err := f.writeFile(ctx, fresh, next, sorter); err != nil {
		return next.State, err
	}
	return f.swap(s, fresh, number)
}

func (f *Files) gatherAll(ctx context.Context, next *stored, sorter *sorter, at lake.Snapshot) error {
	g := newGathering(next, sorter)
	if at.ID != 0 {
		files, err := f.o.Lake.Files(ctx, next.Table, at.ID)
		if err != nil {
			return err
		}
		err = g.take(ctx, 1, func(ctx context.Context) (row.Reader, error) {
			return f.o.Engine.Run(ctx, row.Query{From: next.Table, At: at.ID}, files, g.columns())
		})
		if err != nil {
			return err
		}
	}
	next.Rows, next.Unkeyed = g.keyed.Load(), g.unkeyed.Load()
	next.Counted = next.Rows+next.Unkeyed == at.Rows
	return nil
}

// writeFile writes the rows in order and brings the file to the disk.
func (f *Files) writeFile(ctx context.Context, path string, next *stored, sorter *sorter) error {
	if err := removeFile(path); err != nil {
		return err
	}
	c, err := open(path, buildPragmas...)
	if err != nil {
		return err
	}
	err = c.fill(ctx, next, sorter)
	if err == nil {
		err = c.exec("PRAGMA journal_mode=WAL") // for the refreshes to come
	}
	if err = errors.Join(err, c.close()); err != nil {
		return err
	}
	return errors.Join(syncPath(path), f.reach("written"))
}

func (c *conn) fill(ctx context.Context, next *stored, sorter *sorter) error {
	if err := c.exec(tables); err != nil {
		return err
	}
	if err := c.exec("BEGIN"); err != nil {
		return err
	}
	in := &inserter{conn: c}
	err := sorter.runs(ctx, in.write)
	if err == nil {
		err = in.flush()
	}
	if err = errors.Join(err, in.close()); err != nil {
		return err
	}
	if err := c.writeStored(next, 0); err != nil {
		return err
	}
	return c.exec("COMMIT")
}

// writeStored writes what the file says of itself, and the batches from a number on.
func (c *conn) writeStored(st *stored, from int) error {
	for n := from; n < len(st.batches); n++ {
		if err := c.exec("INSERT INTO batch (number, name) VALUES (?, ?)", int64(n), st.batches[n]); err != nil {
			return err
		}
	}
	body, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return c.exec("INSERT OR REPLACE INTO state (one, body) VALUES (1, ?)", string(body))
}

// inserter writes buckets in the order of their places, many in a statement: the driver
// then crosses into C once for all of them.
type inserter struct {
	*conn
	many, one driver.Stmt
	args      []driver.Value
	at        place
	bucket    []byte // of place at, still growing
	arena     []byte // what args point into
}

const perStatement = 64

func (in *inserter) write(r run) error {
	for _, x := range r.rows {
		if x.by < 0 {
			return errDrift
		}
		if len(in.bucket) > 0 && x.place != in.at {
			if err := in.put(); err != nil {
				return err
			}
		}
		in.at = x.place
		in.bucket = appendEntry(in.bucket, uint64(x.by), x.content)
	}
	return nil
}

// put adds the finished bucket to the statement.
func (in *inserter) put() error {
	from := len(in.arena)
	in.arena = append(in.arena, in.bucket...)
	in.args = append(in.args, in.at.rowid(), in.arena[from:len(in.arena):len(in.arena)])
	in.bucket = in.bucket[:0]
	if len(in.args) < 2*perStatement {
		return nil
	}
	return in.run(&in.many, perStatement)
}

// run runs the statement with what was put.
func (in *inserter) run(s *driver.Stmt, buckets int) (err error) {
	if *s == nil {
		sql := "INSERT INTO bucket (place, rows) VALUES " + string(bytes.Repeat([]byte("(?, ?), "), buckets-1)) + "(?, ?)"
		if *s, err = in.raw.Prepare(sql); err != nil {
			return err
		}
	}
	err = do(*s, in.args)
	in.args, in.arena = in.args[:0], in.arena[:0]
	return err
}

// flush writes what is left, one by one.
func (in *inserter) flush() error {
	if len(in.bucket) > 0 {
		if err := in.put(); err != nil {
			return err
		}
	}
	left := in.args
	for i := 0; i < len(left); i += 2 {
		in.args = left[i : i+2]
		if err := in.run(&in.one, 1); err != nil {
			return err
		}
	}
	return nil
}

func (in *inserter) close() (err error) {
	for _, s := range []driver.Stmt{in.many, in.one} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// swap gives a finished file its name, which makes it the one in use, also after a crash,
// and lets the readers of the old one finish.
func (f *Files) swap(s *slot, fresh string, number int) (serving.State, error) {
	path := f.path(s.name, number)
	if err := os.Rename(fresh, path); err != nil {
		return serving.State{}, err
	}
	if err := errors.Join(syncPath(filepath.Dir(path)), syncPath(f.o.Dir), f.reach("renamed")); err != nil {
		return serving.State{}, err
	}
	a, err := f.openFace(s.name, number)
	if err != nil {
		return serving.State{}, err
	}
	if old := s.face.Swap(a); old != nil {
		old.retire(true)
	}
	return a.stored.Load().State, f.reach("swapped")
}

// syncPath brings a file's content, or a folder's names, to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
