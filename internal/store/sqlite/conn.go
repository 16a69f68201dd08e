package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"github.com/chengshu/chengshu/internal/store"
)

// dsn names a file with what all connections share. Foreign keys are on, as in PostgreSQL.
func dsn(path, more string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_busy_timeout=10000&_foreign_keys=1&" + more
}

// connector makes connections that store times as UTC to the microsecond, as PostgreSQL
// does: as text they then sort by time.
type connector struct {
	dsn string
	// deaf makes the connection of the writer. A cancelled context would interrupt the
	// statement, SQLite would roll the whole transaction back, and the closures before it
	// would be lost.
	deaf bool
}

// writing is what the writer asks for beside its dsn. Each closure has a savepoint; what SQLite
// keeps to undo it would otherwise go into a temporary file, a fifth of the cost of an act. The
// cache of 32 MiB holds the pages of a group with what leads to them.
const writing = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768"

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := (&sqlite3.SQLiteDriver{}).Open(c.dsn)
	if err != nil {
		return nil, err
	}
	raw := opened.(*sqlite3.SQLiteConn)
	if c.deaf {
		if _, err := raw.Exec(writing, nil); err != nil {
			return nil, errors.Join(err, raw.Close())
		}
		return deafConn{conn{raw}}, nil
	}
	return conn{raw}, nil
}

type conn struct{ *sqlite3.SQLiteConn }

// CheckNamedValue is part of driver.NamedValueChecker.
func (conn) CheckNamedValue(v *driver.NamedValue) (err error) {
	if v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value); err != nil {
		return err
	}
	if t, ok := v.Value.(time.Time); ok {
		v.Value = t.UTC().Truncate(time.Microsecond)
	}
	return nil
}

type deafConn struct{ conn }

var errBegin = errors.New("a transaction is open already: " + store.ErrNested.Text.EN)

func (c deafConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return nil, store.ErrNested.Wrap(errBegin)
}

func (c deafConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	return c.SQLiteConn.ExecContext(context.WithoutCancel(ctx), q, args)
}

func (c deafConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	return c.SQLiteConn.QueryContext(context.WithoutCancel(ctx), q, args)
}

func (c deafConn) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	s, err := c.SQLiteConn.PrepareContext(context.WithoutCancel(ctx), q)
	if err != nil {
		return nil, err
	}
	return deafStmt{s.(*sqlite3.SQLiteStmt)}, nil
}

type deafStmt struct{ *sqlite3.SQLiteStmt }

func (s deafStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.SQLiteStmt.ExecContext(context.WithoutCancel(ctx), args)
}

func (s deafStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.SQLiteStmt.QueryContext(context.WithoutCancel(ctx), args)
}
