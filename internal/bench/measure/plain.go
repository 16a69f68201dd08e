package measure

import (
	"context"
	"database/sql"
	"time"

	_ "github.com/mattn/go-sqlite3" // the plain side speaks to SQLite directly
)

// Plain is a database of one table on which one client makes durable transactions of one row.
type Plain struct{ db *sql.DB }

// OpenPlain makes it in a file.
func OpenPlain(ctx context.Context, path string) (*Plain, error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_foreign_keys=1")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `CREATE TABLE plain (id INTEGER PRIMARY KEY, state TEXT NOT NULL, at TIMESTAMP NOT NULL)`)
	return &Plain{db}, err
}

// Close closes it.
func (p *Plain) Close() error { return p.db.Close() }

// Insert gives rows a second, as fast as one client can be: prepared, nothing else to do.
func (p *Plain) Insert(ctx context.Context, rows int) (float64, error) {
	stmt, err := p.db.PrepareContext(ctx, `INSERT INTO plain (state, at) VALUES (?, ?)`)
	if err != nil {
		return 0, err
	}
	defer stmt.Close()
	began := time.Now()
	for range rows {
		if _, err := stmt.ExecContext(context.WithoutCancel(ctx), "open", time.Now()); err != nil {
			return 0, err
		}
	}
	return float64(rows) / time.Since(began).Seconds(), nil
}
