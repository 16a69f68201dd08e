package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
)

// applyPragmas: a refresh lost with the power comes again, since its cursor is lost with
// it, so nothing waits for the disk; what is merged into the file is on the disk first.
var applyPragmas = []string{"journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=0", "cache_size=-16384"}

// apply changes the file in one transaction, in the order of places, with its new cursor.
func (f *Files) apply(ctx context.Context, a *face, next *stored, s *sorter) error {
	c, err := open(a.path, applyPragmas...)
	if err != nil {
		return err
	}
	err = f.applyWith(ctx, c, a, next, s)
	return errors.Join(err, c.close())
}

func (f *Files) applyWith(ctx context.Context, c *conn, a *face, next *stored, s *sorter) error {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := c.change(ctx, a.stored.Load(), next, s)
	if err == nil {
		err = f.reach("changed")
	}
	if err != nil {
		return errors.Join(err, c.exec("ROLLBACK"))
	}
	a.turn.Add(1) // until stored is what the file says, look-ups read it there
	err = c.exec("COMMIT")
	if err == nil {
		a.stored.Store(next)
	}
	a.turn.Add(1)
	if err != nil {
		return errors.Join(err, c.exec("ROLLBACK"))
	}
	if err := f.reach("committed"); err != nil {
		return err
	}
	return c.exec("PRAGMA wal_checkpoint(TRUNCATE)")
}

// change writes the changed buckets and the state.
func (c *conn) change(ctx context.Context, old, next *stored, s *sorter) (err error) {
	at, err := c.ask("SELECT json_extract(body, '$.snapshot') FROM state")
	if err != nil {
		return err
	}
	if at != old.Snapshot {
		return errDrift
	}
	u, err := c.updater()
	if err != nil {
		return err
	}
	err = s.runs(ctx, u.write)
	if err == nil {
		err = u.flush()
	}
	if err = errors.Join(err, u.close()); err != nil {
		return err
	}
	return c.writeStored(next, len(old.batches))
}

// updater changes buckets, each read and written once.
type updater struct {
	get, put, del driver.Stmt
	at            place
	bucket        []byte
	begun         bool
}

func (c *conn) updater() (u *updater, err error) {
	u = &updater{}
	for sql, s := range map[string]*driver.Stmt{
		"SELECT rows FROM bucket WHERE place = ?":                     &u.get,
		"INSERT OR REPLACE INTO bucket (place, rows) VALUES (?1, ?2)": &u.put,
		"DELETE FROM bucket WHERE place = ?":                          &u.del,
	} {
		if *s, err = c.raw.Prepare(sql); err != nil {
			return nil, errors.Join(err, u.close())
		}
	}
	return u, nil
}

func (u *updater) close() (err error) {
	for _, s := range []driver.Stmt{u.get, u.put, u.del} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

func (u *updater) write(r run) error {
	for _, x := range r.rows {
		if !u.begun || x.place != u.at {
			if err := u.flush(); err != nil {
				return err
			}
			v, err := first(u.get, []driver.Value{x.place.rowid()})
			if err != nil {
				return err
			}
			u.bucket, _ = v.([]byte)
			u.at, u.begun = x.place, true
		}
		var err error
		if u.bucket, err = change(u.bucket, x.by, x.content); err != nil {
			return err
		}
	}
	return nil
}

// flush writes the bucket, or takes it away when nothing is left in it.
func (u *updater) flush() error {
	if !u.begun {
		return nil
	}
	u.begun = false
	if len(u.bucket) == 0 {
		return do(u.del, []driver.Value{u.at.rowid()})
	}
	return do(u.put, []driver.Value{u.at.rowid(), u.bucket})
}
