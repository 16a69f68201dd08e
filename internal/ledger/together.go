package ledger

import (
	"context"
	"fmt"
	"math"
	"strconv"

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

// alikeColumns are what records are compared by that may be the same matter: the fields that
// must be alike, then the place.
func (e *Entity) alikeColumns() (out []string) {
	if e.Merge == nil || len(e.Merge.Same) == 0 || e.Merge.Within == 0 {
		return nil
	}
	for _, name := range e.Merge.Same {
		f, ok := e.by[name]
		if !ok || !f.Holds().scalar() {
			return nil
		}
		out = append(out, "f_"+name)
	}
	if f := e.pointField(); f != nil {
		return append(out, "x_"+f.Name, "y_"+f.Name)
	}
	return nil
}

func (e *Entity) pointField() *Compiled {
	for _, f := range e.Fields {
		if f.Type.Kind == Point {
			return f
		}
	}
	return nil
}

// Alike gives the ids of records that may be the same matter as v by the register's rule: the
// same in its fields and within its distance, as a square counts it; the newest first, limit
// at most. A field that is empty in v is like none.
func (l *Ledger) Alike(ctx context.Context, db bun.IDB, e *Entity, v Values, limit int) (ids []string, err error) {
	query, args, ok, err := e.alike(v)
	if err != nil || !ok {
		return nil, err
	}
	rows, err := rowsOf(ctx, db, fmt.Sprintf("%s ORDER BY id DESC LIMIT %d", query, limit), args...)
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

// alike is the statement of Alike; not ok where nothing can be.
func (e *Entity) alike(v Values) (query string, args []any, ok bool, err error) {
	if e.Merge == nil {
		return "", nil, false, nil
	}
	query = "SELECT id FROM " + e.sql.table + " WHERE TRUE"
	also := func(term string, arg any) {
		args = append(args, arg)
		query += " AND " + term + " $" + strconv.Itoa(len(args))
	}
	for _, name := range e.Merge.Same {
		f, ok := e.by[name]
		if !ok || v[name] == nil || !f.Holds().scalar() {
			return "", nil, false, nil
		}
		c, err := f.cell(v[name])
		if err != nil {
			return "", nil, false, fmt.Errorf("ledger: %s.%s: %w", e.ID(), name, err)
		}
		also("f_"+name+" =", c[0])
	}
	if e.Merge.Within > 0 {
		here, ok := e.PlaceOf(v)
		if !ok {
			return "", nil, false, nil
		}
		low, high := around(here, float64(e.Merge.Within))
		f := e.pointField().Name
		also("x_"+f+" >=", low.Lon)
		also("x_"+f+" <=", high.Lon)
		also("y_"+f+" >=", low.Lat)
		also("y_"+f+" <=", high.Lat)
	}
	return query, args, true, nil
}

// metresPerDegree of a meridian; somewhat less than it is, so that a square holds its circle.
const metresPerDegree = 110_000

// around is the square of the places that lie within some metres of one, and a little more.
func around(p formula.Point, metres float64) (low, high formula.Point) {
	lat := metres / metresPerDegree
	lon := lat / max(math.Cos(p.Lat*math.Pi/180), 0.01)
	return formula.Point{Lon: p.Lon - lon, Lat: p.Lat - lat}, formula.Point{Lon: p.Lon + lon, Lat: p.Lat + lat}
}

// PlaceOf is where a record is by its first point; not ok where it has none.
func (e *Entity) PlaceOf(v Values) (formula.Point, bool) {
	f := e.pointField()
	if f == nil {
		return formula.Point{}, false
	}
	p, ok := v[f.Name].([]any)
	if !ok {
		return formula.Point{}, false
	}
	return pointOf(p)
}
