package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

type paper struct {
	bun.BaseModel `bun:"table:paper"`

	ID   string          `bun:"id,pk"`
	At   time.Time       `bun:"at"`
	Done *time.Time      `bun:"done"`
	Flag bool            `bun:"flag"`
	Body json.RawMessage `bun:"body,type:json"`
}

const paperTable = `CREATE TABLE paper (
	id TEXT PRIMARY KEY, at TIMESTAMP NOT NULL, done TIMESTAMP, flag BOOLEAN NOT NULL, body JSON NOT NULL)`

// testValues holds what both dialects have to agree on.
func testValues(t *testing.T, open Open) {
	st := fresh(t, open, brisk())
	if err := st.Migrate(within(t), "paper", []store.Migration{{Version: 1, SQL: paperTable}}); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 7, 30, 0, 123456789, time.FixedZone("CST", 8*3600))
	want := time.Date(2026, 2, 28, 23, 30, 0, 123456000, time.UTC)
	body := json.RawMessage(`{"rows":12,"title":"人口信息?"}`)
	write(t, st, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewInsert().Model(&paper{ID: "bun", At: at.UTC(), Flag: true, Body: body}).Exec(ctx)
		return err
	})
	write(t, st, func(ctx context.Context, tx store.Tx) error {
		stmt, err := tx.Prepared(ctx, `INSERT INTO paper (id, at, done, flag, body) VALUES ($1, $2, $3, $4, $5)`)
		if err != nil {
			return err
		}
		_, err = stmt.ExecContext(ctx, "prepared", at, at, true, string(body))
		return err
	})
	for _, id := range []string{"bun", "prepared"} {
		var p paper
		if err := st.Read().NewSelect().Model(&p).Where("id = ?", id).Scan(within(t)); err != nil {
			t.Fatal(err)
		}
		if !p.At.Truncate(time.Microsecond).Equal(want) || !p.Flag || string(p.Body) != string(body) {
			t.Errorf("%s: %+v", id, p)
		}
		if (p.Done != nil) != (id == "prepared") {
			t.Errorf("%s: done %v", id, p.Done)
		}
	}
	expect(t, "papers by time", number(t, st, `SELECT COUNT(*) FROM paper WHERE at >= ? AND at < ?`,
		want.Add(-time.Second), want.Add(time.Second)), 2)
	expect(t, "papers by flag", number(t, st, `SELECT COUNT(*) FROM paper WHERE flag = TRUE`), 2)
	expect(t, "a number in JSON", number(t, st,
		`SELECT SUM(CAST(body ->> 'rows' AS BIGINT)) FROM paper`), 24)
}
