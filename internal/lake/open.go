package lake

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/apache/iceberg-go"
	sqlcat "github.com/apache/iceberg-go/catalog/sql"
	iceio "github.com/apache/iceberg-go/io"
	_ "github.com/mattn/go-sqlite3" // the catalog's driver

	"github.com/chengshu/chengshu/internal/ident"
)

// catalogName stands in every row of the catalog; other engines must be given the same.
const catalogName = "chengshu"

const defaultHistory = 100

// Lake is the open warehouse; safe for concurrent use. One process owns it.
type Lake struct {
	o      Options
	dir    string
	db     *sql.DB
	cat    *sqlcat.Catalog
	fs     iceio.WriteFileIO
	hooks  hooks
	mu     sync.Mutex
	tables map[ident.Ref]*table
	busy   map[string]bool // work folders in use, which the sweep leaves alone
}

// hooks let tests stop at the places where a crash or a neighbour hurts most.
type hooks struct {
	planned func()             // positions are found, the lock is not yet taken
	at      func(string) error // named places of a commit; an error ends it there
}

func (h hooks) reach(place string) error {
	if h.at == nil {
		return nil
	}
	return h.at(place)
}

// Open opens or makes the warehouse and its catalog. Close it.
func Open(ctx context.Context, o Options) (*Lake, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.History <= 0 {
		o.History = defaultHistory
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, stageFolder), 0o700); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", "file:"+o.Catalog+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	cat, err := sqlcat.NewCatalog(catalogName, db, sqlcat.SQLite, iceberg.Properties{})
	if err != nil {
		db.Close()
		return nil, err
	}
	l := &Lake{o: o, dir: dir, db: db, cat: cat, fs: iceio.LocalFS{},
		tables: map[ident.Ref]*table{}, busy: map[string]bool{}}
	for _, space := range []ident.Space{ident.Published, ident.Quarantine} {
		if err := l.ensureSpace(ctx, space); err != nil {
			l.Close()
			return nil, err
		}
	}
	return l, nil
}

func (l *Lake) ensureSpace(ctx context.Context, space ident.Space) error {
	have, err := l.cat.CheckNamespaceExists(ctx, []string{string(space)})
	if err != nil || have {
		return err
	}
	return l.cat.CreateNamespace(ctx, []string{string(space)}, nil)
}

// Close closes the catalog.
func (l *Lake) Close() error { return l.db.Close() }

// Tables lists the tables of the lake, space by space.
func (l *Lake) Tables(ctx context.Context) ([]ident.Ref, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT table_namespace, table_name FROM iceberg_tables
		WHERE catalog_name = ? ORDER BY 1, 2`, catalogName)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var refs []ident.Ref
	for rows.Next() {
		var r ident.Ref
		if err := rows.Scan(&r.Space, &r.Name); err != nil {
			return nil, err
		}
		refs = append(refs, r)
	}
	return refs, rows.Err()
}

// table gives the one in-memory face of a table, which holds its lock.
func (l *Lake) table(t ident.Ref) *table {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tables[t] == nil {
		l.tables[t] = &table{lake: l, ref: t}
	}
	return l.tables[t]
}

func identifier(t ident.Ref) []string { return []string{string(t.Space), t.Name} }

func (l *Lake) location(t ident.Ref) string {
	return filepath.Join(l.dir, string(t.Space), t.Name)
}
