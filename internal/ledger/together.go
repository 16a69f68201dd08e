package ledger

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/ledger/formula"
)

// Result brings what a formula gave to how the field's values stand.
func (f *Compiled) Result(v any) (any, error) { return f.result(v) }

// GetAll gives the records of some ids, by id; those that are not there are left out.
func (l *Ledger) GetAll(ctx context.Context, db bun.IDB, e *Entity, ids []string) (map[string]Record, error) {
	out := make(map[string]Record, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := db.QueryContext(ctx, "SELECT "+e.sql.read+" FROM "+e.sql.table+" WHERE id IN ("+questions(len(ids))+")", args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: records of %s: %w", e.ID(), err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := e.scan(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: records of %s: %w", e.ID(), err)
		}
		out[r.ID] = r
	}
	return out, rows.Err()
}

// Alike gives the ids of records that hold the same as v in some fields, the newest first,
// limit at most. A field that is empty in v is like none.
func (l *Ledger) Alike(ctx context.Context, db bun.IDB, e *Entity, v Values, same []string, limit int) (ids []string, err error) {
	query, args := "SELECT id FROM "+e.sql.table+" WHERE TRUE", []any{}
	for _, name := range same {
		f, ok := e.by[name]
		if !ok || v[name] == nil || !f.Holds().scalar() {
			return nil, nil
		}
		c, err := f.cell(v[name])
		if err != nil {
			return nil, fmt.Errorf("ledger: %s.%s: %w", e.ID(), name, err)
		}
		query, args = query+" AND f_"+name+" = ?", append(args, c[0])
	}
	rows, err := db.QueryContext(ctx, fmt.Sprintf("%s ORDER BY id DESC LIMIT %d", query, limit), args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %s: %w", e.ID(), err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("ledger: %s: %w", e.ID(), err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// PlaceOf is where a record is by its first point; not ok where it has none.
func (e *Entity) PlaceOf(v Values) (formula.Point, bool) {
	for _, f := range e.Fields {
		if f.Type.Kind != Point {
			continue
		}
		if p, ok := v[f.Name].([]any); ok {
			return pointOf(p)
		}
	}
	return formula.Point{}, false
}
