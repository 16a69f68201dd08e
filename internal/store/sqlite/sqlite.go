// Package sqlite is the store's driver for one machine: a SQLite file in WAL mode with
// synchronous=FULL, one goroutine that writes and a pool that reads.
//
// Read first: Open, writer.group.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/chengshu/chengshu/internal/store"
)

// Options of a store; zero values are the defaults.
type Options struct {
	Readers int // connections that read: 4
	Group   int // closures committed together at most: 256
	Feed    store.FeedOptions
}

// Store is a store in one SQLite file.
type Store struct {
	*store.Feed
	name   string
	now    func() time.Time
	reads  *bun.DB
	writer *writer
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path, making it where it is missing and bringing an older format
// up. A newer one gives store.ErrNewer and is left as it is.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	return open(ctx, path, o, formats)
}

func open(ctx context.Context, path string, o Options, formats []string) (*Store, error) {
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Group <= 0 {
		o.Group = 256
	}
	if o.Feed.Now == nil {
		o.Feed.Now = time.Now
	}
	writes := handle(connector{dsn: dsn(path, "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate"), deaf: true}, 1)
	if err := bringUp(ctx, writes.DB, filepath.Base(path), formats); err != nil {
		return nil, errors.Join(translate(err, filepath.Base(path)), writes.Close())
	}
	s := &Store{
		name:  filepath.Base(path),
		now:   o.Feed.Now,
		reads: handle(connector{dsn: dsn(path, "_query_only=1")}, o.Readers),
	}
	s.Feed = store.NewFeed(s, o.Feed)
	s.writer = newWriter(writes, s.name, o.Group, o.Feed.Now, s.Wake)
	return s, nil
}

func handle(c connector, conns int) *bun.DB {
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return bun.NewDB(db, sqlitedialect.New())
}

// Read is part of store.Store.
func (s *Store) Read() bun.IDB { return s.reads }

// Write is part of store.Store.
func (s *Store) Write(ctx context.Context, do func(ctx context.Context, tx store.Tx) error) error {
	return s.writer.write(ctx, do)
}

// Migrate is part of store.Store.
func (s *Store) Migrate(ctx context.Context, room string, migrations []store.Migration) error {
	return store.Apply(ctx, s, room, migrations, s.now)
}

// Close is part of store.Store.
func (s *Store) Close() error {
	err := errors.Join(s.writer.close(), s.reads.Close())
	if err != nil {
		return fmt.Errorf("close %s: %w", s.name, err)
	}
	return nil
}
