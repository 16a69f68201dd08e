package ledger

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// apply creates the table or adds what it lacks.
func (e *Entity) apply(ctx context.Context, tx store.Tx) error {
	columns, err := pairs(ctx, tx, `SELECT name, shape FROM ledger_column WHERE tab = ?`, e.sql.table)
	if err != nil {
		return err
	}
	if len(columns) == 0 {
		for _, s := range e.create()[:1] {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
	}
	first := len(columns) == 0
	for _, f := range e.Fields {
		for _, c := range f.cells() {
			switch shape, ok := columns[c[0]]; {
			case ok && shape != c[1]:
				return fault.New(fault.Conflict, "entity.column", fault.T("字段 %s 曾以另一种类型保存过数据", "the field %s has been kept as another type", f.Name)).
					At("%s.%s", e.Name, f.Name).Fix(fault.T("请换一个字段名", "give the field another name"))
			case !ok:
				if !first {
					if _, err := tx.ExecContext(ctx, "ALTER TABLE "+e.sql.table+" ADD COLUMN "+c[0]+" "+c[1]); err != nil {
						return err
					}
				}
				if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_column (tab, name, shape) VALUES (?, ?, ?)`, e.sql.table, c[0], c[1]); err != nil {
					return err
				}
			}
		}
	}
	return e.reindex(ctx, tx)
}

// reindex makes the indexes that are declared and drops those that no longer are.
func (e *Entity) reindex(ctx context.Context, tx store.Tx) error {
	have, err := pairs(ctx, tx, `SELECT name, name FROM ledger_index WHERE tab = ?`, e.sql.table)
	if err != nil {
		return err
	}
	want := e.indexes()
	for name := range have {
		if slices.ContainsFunc(want, func(i index) bool { return i.name == name }) {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DROP INDEX IF EXISTS "+name); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_index WHERE tab = ? AND name = ?`, e.sql.table, name); err != nil {
			return err
		}
	}
	for _, i := range want {
		if _, ok := have[i.name]; ok {
			continue
		}
		if _, err := tx.ExecContext(ctx, i.create); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_index (tab, name) VALUES (?, ?)`, e.sql.table, i.name); err != nil {
			return err
		}
		have[i.name] = i.name
	}
	return nil
}

func pairs(ctx context.Context, tx store.Tx, query, table string) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, query, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return nil, err
		}
		out[a] = b
	}
	return out, rows.Err()
}
