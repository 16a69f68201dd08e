package sqlite

import (
	"errors"

	sqlite3 "github.com/mattn/go-sqlite3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// translate gives SQLite's refusals the store's names. What carries a fault already, and
// what SQLite did not say, stays as it is.
func translate(err error, name string) error {
	var said sqlite3.Error
	var known *fault.Error
	if err == nil || errors.As(err, &known) || !errors.As(err, &said) {
		return err
	}
	switch said.Code {
	case sqlite3.ErrFull:
		return store.ErrFull.At("%s", name).Wrap(err)
	case sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return store.ErrDisk.At("%s", name).Wrap(err)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return store.ErrDamaged.At("%s", name).Wrap(err)
	case sqlite3.ErrConstraint:
		if said.ExtendedCode == sqlite3.ErrConstraintUnique || said.ExtendedCode == sqlite3.ErrConstraintPrimaryKey {
			return store.ErrExists.Wrap(err)
		}
	}
	return err
}
