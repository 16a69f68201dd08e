package storetest

import (
	"errors"
	"testing"

	"github.com/chengshu/chengshu/internal/store"
)

func testMigrations(t *testing.T, open Open) {
	one := store.Migration{Version: 1, SQL: `CREATE TABLE step (n BIGINT NOT NULL); INSERT INTO step (n) VALUES (1)`}
	two := store.Migration{Version: 2, SQL: `INSERT INTO step (n) VALUES (2)`}
	broken := store.Migration{Version: 2, SQL: `INSERT INTO step (n) VALUES (5); INSERT INTO nowhere (n) VALUES (1)`}
	dir := t.TempDir()
	for _, c := range []struct {
		name  string
		given []store.Migration
		rows  int64
		fails bool
		is    error
	}{
		{"the first", []store.Migration{one}, 1, false, nil},
		{"again", []store.Migration{one}, 1, false, nil},
		{"a broken one leaves nothing", []store.Migration{one, broken}, 1, true, nil},
		{"a gap", []store.Migration{one, {Version: 3}}, 1, true, nil},
		{"the second", []store.Migration{one, two}, 2, false, nil},
		{"tables of a newer program", []store.Migration{one}, 2, true, store.ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := opened(t, open, dir, brisk())
			err := st.Migrate(within(t), "step", c.given)
			if (err != nil) != c.fails || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("migrate: %v", err)
			}
			expect(t, "rows", number(t, st, `SELECT COUNT(*) FROM step`), c.rows)
		})
	}
}
