package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/store"
)

// TestCancelWithinAStatement ends the caller's context while SQLite is inside a statement:
// an interrupt there would roll back everybody's work.
func TestCancelWithinAStatement(t *testing.T) {
	const query = `INSERT INTO blob (b) WITH RECURSIVE c (n) AS (SELECT tell() UNION ALL SELECT n + 1 FROM c WHERE n < 300000)
		SELECT n FROM c WHERE n % 1000 = 0`
	for name, run := range map[string]func(ctx context.Context, tx store.Tx) (sql.Result, error){
		"plain": func(ctx context.Context, tx store.Tx) (sql.Result, error) { return tx.ExecContext(ctx, query) },
		"prepared": func(ctx context.Context, tx store.Tx) (sql.Result, error) {
			stmt, err := tx.Prepared(ctx, query)
			if err != nil {
				return nil, err
			}
			return stmt.ExecContext(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			st, err := withBlobs(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			outer, cancel := context.WithCancel(context.Background())
			tell := func() int { cancel(); return 0 }
			err = st.Write(outer, func(_ context.Context, tx store.Tx) error {
				if err := st.writer.session.raw.RegisterFunc("tell", tell, false); err != nil {
					return err
				}
				_, err := run(outer, tx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if n := scan(t, path, `SELECT COUNT(*) FROM blob`); n != 301 {
				t.Errorf("%d rows", n)
			}
		})
	}
}
