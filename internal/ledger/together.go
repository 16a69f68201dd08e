package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

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

// Likeness is how records of a register are found that resemble one: by its place, or by a
// field that has an index; neither where it has none of both.
type Likeness struct {
	Place *formula.Point
	Field *Compiled
}

// Like says by what records that resemble one of these values are found.
func (e *Entity) Like(v Values) (out Likeness) {
	if f := e.pointField(); f != nil && (f.Index || e.Merge != nil) {
		if p, ok := e.PlaceOf(v); ok {
			out.Place = &p
			return out
		}
	}
	for _, f := range e.Fields {
		if f.Index && f.Class() == "" && f.Holds().scalar() && f.Type.Kind != Point && v[f.Name] != nil {
			out.Field = f
			return out
		}
	}
	return out
}

// mostAround bounds how many records around a place are looked at.
const mostAround = 2000

// Resembling gives the ids of records entered since a time that lie within some metres of a
// place, as a square counts it, or hold the same in a field; the newest first, limit at most.
// Those around a place are sorted here: a planner that sorts would read the register by time.
func (l *Ledger) Resembling(ctx context.Context, db bun.IDB, e *Entity, like Likeness, v Values, metres float64, since time.Time, limit int) (ids []string, err error) {
	var query string
	var args []any
	switch {
	case like.Place != nil:
		low, high := around(*like.Place, metres)
		query = fmt.Sprintf("x_%[1]s >= $1 AND x_%[1]s <= $2 AND y_%[1]s >= $3 AND y_%[1]s <= $4 LIMIT %[2]d", e.pointField().Name, mostAround)
		args = []any{low.Lon, high.Lon, low.Lat, high.Lat}
	case like.Field != nil:
		c, err := like.Field.cell(v[like.Field.Name])
		if err != nil {
			return nil, fmt.Errorf("ledger: %s.%s: %w", e.ID(), like.Field.Name, err)
		}
		query, args = fmt.Sprintf("f_%s = $1 ORDER BY created_at DESC, id DESC LIMIT %d", like.Field.Name, limit), []any{c[0]}
	default:
		return nil, nil
	}
	rows, err := rowsOf(ctx, db, "SELECT id, created_at FROM "+e.sql.table+" WHERE "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %s: %w", e.ID(), err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var at time.Time
		if err := rows.Scan(&id, &at); err != nil {
			return nil, fmt.Errorf("ledger: %s: %w", e.ID(), err)
		}
		if !at.Before(since) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) // ids go with time
	return ids[:min(len(ids), limit)], rows.Err()
}
