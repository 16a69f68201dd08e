package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed format1.sql
var format1 string

// formats are the steps from each format to the next; the file's user_version counts those
// applied. There are store.FormatVersion of them. A released step is never changed.
var formats = []string{format1}

// bringUp applies the missing steps, each in a transaction with its number.
func bringUp(ctx context.Context, db *sql.DB, name string, formats []string) error {
	version, tables, err := look(ctx, db)
	switch {
	case err != nil:
		return err
	case version > len(formats):
		e := store.ErrNewer.At("%s", name)
		e.Text = fault.T("数据目录的格式版本为 %d，本版本程序只支持到 %d",
			"the data folder has format %d, this program knows up to %d", version, len(formats))
		return e
	case version == 0 && tables > 0:
		return fault.New(fault.Conflict, "store.foreign",
			fault.T("该文件是其他程序的 SQLite 数据库", "this SQLite file belongs to another program")).
			At("%s", name).Fix(fault.T("请换用其他数据目录", "choose another data folder"))
	}
	for ; version < len(formats); version++ {
		if err := step(ctx, db, version+1, formats[version]); err != nil {
			return fmt.Errorf("bring %s to format %d: %w", name, version+1, err)
		}
	}
	return nil
}

func look(ctx context.Context, db *sql.DB) (version, tables int, err error) {
	if err = db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema`).Scan(&tables)
	return version, tables, err
}

func step(ctx context.Context, db *sql.DB, to int, ddl string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE;\n%s;\nPRAGMA user_version = %d;\nCOMMIT", ddl, to))
	if err != nil {
		_, undo := conn.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}
