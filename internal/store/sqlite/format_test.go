package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

func TestFormats(t *testing.T) {
	if len(formats) != store.FormatVersion {
		t.Fatalf("%d steps lead to format %d", len(formats), store.FormatVersion)
	}
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "store.db")
	next := append(append([]string{}, formats...), `CREATE TABLE later (n INTEGER); INSERT INTO later VALUES (1)`)
	broken := append(append([]string{}, next...), `CREATE TABLE half (n INTEGER); INSERT INTO nowhere VALUES (1)`)
	for _, c := range []struct {
		name    string
		formats []string
		version int
		refusal error
		fails   bool
	}{
		{name: "a new folder", formats: formats, version: 1},
		{name: "an older one is brought up", formats: next, version: 2},
		{name: "a newer one is refused", formats: formats, version: 2, refusal: store.ErrNewer, fails: true},
		{name: "a step that fails leaves the format before it", formats: broken, version: 2, fails: true},
		{name: "as it is", formats: next, version: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			st, err := open(ctx, path, Options{}, c.formats)
			if (err != nil) != c.fails || c.refusal != nil && !errors.Is(err, c.refusal) {
				t.Fatalf("open: %v", err)
			}
			if err == nil {
				defer st.Close()
				err = st.Write(ctx, func(ctx context.Context, tx store.Tx) error { return tx.Emit(ctx, "a.b", c.name, nil) })
				if err != nil {
					t.Error(err)
				}
			}
			if got := scan(t, path, `PRAGMA user_version`); got != c.version {
				t.Errorf("format %d, want %d", got, c.version)
			}
		})
	}
	if n := scan(t, path, `SELECT COUNT(*) FROM event`); n != 3 {
		t.Errorf("%d events came through, want 3", n)
	}
	if n := scan(t, path, `SELECT COUNT(*) FROM sqlite_schema WHERE name = 'half'`); n != 0 {
		t.Error("half a step was kept")
	}
}

func TestForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := plain(t, path)
	if _, err := db.Exec(`CREATE TABLE theirs (n INTEGER)`); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), path, Options{})
	if f := fault.From(err); f == nil || f.Code != "store.foreign" {
		t.Errorf("opened a stranger's file: %v", err)
	}
	if n := scan(t, path, `SELECT COUNT(*) FROM sqlite_schema`); n != 1 {
		t.Errorf("left %d objects in it", n)
	}
}

func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	writeFile(t, path, fmt.Sprintf("%4096s", "no database"))
	if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("opened: %v", err)
	}
}

func plain(t *testing.T, path string) *sql.DB {
	t.Helper()
	db := sql.OpenDB(connector{dsn: dsn(path, "")})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func scan(t *testing.T, path, query string) (n int) {
	t.Helper()
	if err := plain(t, path).QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
