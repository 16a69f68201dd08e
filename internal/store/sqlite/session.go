package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/uptrace/bun"
)

// session is the writer's connection with what is prepared on it.
type session struct {
	conn  bun.Conn
	raw   deafConn
	stmts map[string]*sql.Stmt

	begin, savepoint, release, undo, commit *word
}

// word is a statement without arguments, run past database/sql.
type word struct{ stmt driver.Stmt }

func (w *word) run() error {
	_, err := w.stmt.(driver.StmtExecContext).ExecContext(context.Background(), nil)
	return err
}

func connect(db *bun.DB) (*session, error) {
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{conn: c, stmts: map[string]*sql.Stmt{}}
	err = c.Raw(func(dc any) error {
		s.raw = dc.(deafConn)
		return s.prepareWords(ctx)
	})
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *session) prepareWords(ctx context.Context) error {
	for _, p := range []struct {
		into **word
		sql  string
	}{
		{&s.begin, "BEGIN IMMEDIATE"},
		{&s.savepoint, "SAVEPOINT own"},
		{&s.release, "RELEASE own"},
		{&s.undo, "ROLLBACK TO own"},
		{&s.commit, "COMMIT"},
	} {
		stmt, err := s.raw.PrepareContext(ctx, p.sql)
		if err != nil {
			return err
		}
		*p.into = &word{stmt}
	}
	return nil
}

func (s *session) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

// close gives the connection up for good: it does not return to the pool.
func (s *session) close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	for _, w := range []*word{s.begin, s.savepoint, s.release, s.undo, s.commit} {
		if w != nil {
			errs = append(errs, w.stmt.Close())
		}
	}
	if err := s.conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
		errs = append(errs, err)
	}
	if err := s.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
