package sqlite

import (
	"database/sql/driver"
	"errors"
	"io"
	"net/url"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// conn is a connection without database/sql around it, used by one goroutine at a time: a
// look-up then is one call into C.
type conn struct {
	raw  *sqlite3.SQLiteConn
	find driver.Stmt // of a reader
	args [2]driver.Value
}

// open opens a file with some pragmas.
func open(path string, pragmas ...string) (*conn, error) {
	c, err := (&sqlite3.SQLiteDriver{}).Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?_busy_timeout=10000&_mutex=no")
	if err != nil {
		return nil, err
	}
	out := &conn{raw: c.(*sqlite3.SQLiteConn)}
	for _, p := range pragmas {
		if err := out.exec("PRAGMA " + p); err != nil {
			return nil, errors.Join(err, out.close())
		}
	}
	return out, nil
}

func (c *conn) exec(sql string, args ...driver.Value) error {
	_, err := c.raw.Exec(sql, args)
	return err
}

func (c *conn) close() error {
	if c.find != nil {
		c.find.Close()
	}
	return c.raw.Close()
}

// do runs a prepared statement for its effect. Through Query the driver binds and runs it
// in one call into C, where Exec makes one for each value.
func do(s driver.Stmt, args []driver.Value) error {
	//lint:ignore SA1019 for QueryContext every value is wrapped in a named one first, on the hottest path there is
	rows, err := s.Query(args)
	if err != nil {
		return err
	}
	return rows.Close()
}

// first gives the first row's only value of a prepared statement; nil without a row.
func first(s driver.Stmt, args []driver.Value) (driver.Value, error) {
	//lint:ignore SA1019 for QueryContext every value is wrapped in a named one first, on the hottest path there is
	rows, err := s.Query(args)
	if err != nil {
		return nil, err
	}
	var v [1]driver.Value
	if err := rows.Next(v[:]); err != nil && err != io.EOF {
		return nil, errors.Join(err, rows.Close())
	}
	return v[0], rows.Close()
}

// ask is first for a statement that is used once.
func (c *conn) ask(sql string, args ...driver.Value) (driver.Value, error) {
	s, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, err
	}
	v, err := first(s, args)
	return v, errors.Join(err, s.Close())
}
