package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"database/sql/driver"

	"github.com/chengshu/chengshu/internal/serving"
)

// Look finds the rows with a key, at most so many.
func (f *Files) Look(ctx context.Context, name string, key []any, most int) (serving.Answer, error) {
	for {
		s := f.slot(name)
		if s == nil {
			return serving.Answer{}, serving.ErrUnknown.At("%s", name)
		}
		a := s.face.Load()
		if a == nil {
			return serving.Answer{}, serving.ErrUnknown.At("%s", name)
		}
		c, err := a.take(ctx)
		if errors.Is(err, errRetired) {
			continue
		}
		if err != nil {
			return serving.Answer{}, err
		}
		out, err := a.look(c, key, most)
		a.give(c, err != nil && !asked(err))
		return out, err
	}
}

// asked tells whether an error is the question's: the reader is well.
func asked(err error) bool {
	return errors.Is(err, serving.ErrKeyCount) || errors.Is(err, serving.ErrKeyValue)
}

// look reads rows in one statement, so from one state of the file, and makes sure that it
// is the state the answer says: where a refresh committed meanwhile it asks again inside a
// transaction.
func (a *face) look(c *conn, key []any, most int) (serving.Answer, error) {
	turn := a.turn.Load()
	if turn%2 == 0 {
		out, err := c.look(a.stored.Load(), key, most)
		if a.turn.Load() == turn {
			return out, err
		}
	}
	if err := c.exec("BEGIN"); err != nil {
		return serving.Answer{}, err
	}
	st, err := c.readStored()
	var out serving.Answer
	if err == nil {
		out, err = c.look(st, key, most)
	}
	return out, errors.Join(err, c.exec("ROLLBACK"))
}

func (c *conn) look(st *stored, key []any, most int) (serving.Answer, error) {
	out := serving.Answer{Snapshot: st.Snapshot, Columns: st.Columns}
	var buf [64]byte
	want, found, err := serving.AppendKey(buf[:0], st.keyed, key)
	if err != nil || !found {
		return out, err
	}
	from, to := rangeOf(hash(want, st.Seed))
	c.args = [2]driver.Value{from.rowid(), to.rowid()}
	//lint:ignore SA1019 for QueryContext every value is wrapped in a named one first, on the hottest path there is
	rows, err := c.find.Query(c.args[:])
	if err != nil {
		return out, err
	}
	var v [1]driver.Value
	for err == nil && !out.More {
		if err = rows.Next(v[:]); err == nil {
			bucket, _ := v[0].([]byte)
			err = st.read(&out, bucket, want, most)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return out, errors.Join(err, rows.Close())
}

// read adds those rows of a bucket that have the key.
func (st *stored) read(out *serving.Answer, bucket, want []byte, most int) error {
	for len(bucket) > 0 {
		count, content, rest, err := nextEntry(bucket)
		if err != nil {
			return err
		}
		bucket = rest
		r, err := st.row(content)
		if err != nil {
			return err
		}
		if same, err := st.has(r.Cells, want); err != nil {
			return err
		} else if !same {
			continue
		}
		for ; count > 0; count-- {
			if len(out.Rows) == most {
				out.More = true
				return nil
			}
			out.Rows = append(out.Rows, r)
		}
	}
	return nil
}

// row takes a row apart: the number of its batch, then its cells.
func (st *stored) row(content []byte) (serving.Row, error) {
	batch, n := binary.Uvarint(content)
	if n <= 0 || batch >= uint64(len(st.batches)) {
		return serving.Row{}, errBucket
	}
	cells, err := serving.ReadCells(content[n:], st.Columns)
	return serving.Row{Batch: st.batches[batch], Cells: cells}, err
}

// has compares a row's key with the one that is wanted.
func (st *stored) has(cells serving.Cells, want []byte) (bool, error) {
	for _, k := range st.keys {
		cell, rest, err := serving.NextCell(want)
		if err != nil {
			return false, err
		}
		if cells.IsNull(k) || string(cells.JSON(k)) != string(cell) {
			return false, nil
		}
		want = rest
	}
	return true, nil
}
