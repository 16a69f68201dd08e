package store

import (
	"context"
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Apply is Migrate for drivers: it runs what is missing of a room's migrations, each in
// one transaction with its record in the driver's table migration(room, version, at).
func Apply(ctx context.Context, st ReadWriter, room string, migrations []Migration, now func() time.Time) error {
	for i, m := range migrations {
		if m.Version != i+1 {
			return fmt.Errorf("migrations of %s: version %d stands at place %d", room, m.Version, i+1)
		}
	}
	var have int
	err := st.Read().QueryRowContext(ctx,
		`SELECT COALESCE(MAX(version), 0) FROM migration WHERE room = ?`, room).Scan(&have)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", room, err)
	}
	if have > len(migrations) {
		e := ErrNewer.At("%s", room)
		e.Text = fault.T("数据表版本为 %d，本版本程序只支持到 %d", "its tables have version %d, this program knows up to %d", have, len(migrations))
		return e
	}
	for _, m := range migrations[have:] {
		if err := apply(ctx, st, room, m, now()); err != nil {
			return fmt.Errorf("migration %d of %s: %w", m.Version, room, err)
		}
	}
	return nil
}

func apply(ctx context.Context, st ReadWriter, room string, m Migration, at time.Time) error {
	return st.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO migration (room, version, at) VALUES (?, ?, ?)`,
			room, m.Version, at.UTC())
		return err
	})
}
