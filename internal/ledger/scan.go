package ledger

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// cell brings a value to what a column takes; empty is NULL.
func (f *Compiled) cell(v any) ([]any, error) {
	if f.Holds().Kind == Point {
		p, ok := v.([]any)
		if !ok {
			return []any{nil, nil}, nil
		}
		return []any{p[0], p[1]}, nil
	}
	if v == nil {
		return []any{nil}, nil
	}
	switch f.Holds().column() {
	case "JSON":
		b, err := json.Marshal(v)
		return []any{string(b)}, err
	case "TIMESTAMP":
		t, err := time.Parse(time.RFC3339, v.(string))
		return []any{t.UTC()}, err
	}
	return []any{v}, nil
}

// arguments are a record's columns in the order of ownColumns and fields.
func (e *Entity) cells(r *Record) ([]any, error) {
	var out []any
	for _, f := range e.Fields {
		c, err := f.cell(r.Values[f.Name])
		if err != nil {
			return nil, fmt.Errorf("ledger: %s.%s: %w", e.ID(), f.Name, err)
		}
		out = append(out, c...)
	}
	return out, nil
}

type scanner interface{ Scan(into ...any) error }

// scan reads a row of the statement read.
func (e *Entity) scan(row scanner) (Record, error) {
	r := Record{Pack: e.Pack, Entity: e.Name, Values: make(Values, len(e.Fields))}
	into := []any{&r.ID, &r.Key, &r.Version, &r.Office, &r.Region, &r.CreatedAt, &r.CreatedBy, &r.CreatedName, &r.UpdatedAt, &r.UpdatedBy, &r.UpdatedName}
	holders := make([]holder, len(e.Fields))
	for i, f := range e.Fields {
		into = append(into, holders[i].of(f)...)
	}
	if err := row.Scan(into...); err != nil {
		return r, err
	}
	r.CreatedAt, r.UpdatedAt = r.CreatedAt.UTC(), r.UpdatedAt.UTC()
	for i, f := range e.Fields {
		v, err := holders[i].value(f)
		if err != nil {
			return r, fmt.Errorf("ledger: %s.%s of %s: %w", e.ID(), f.Name, r.ID, err)
		}
		if v != nil {
			r.Values[f.Name] = v
		}
	}
	return r, nil
}

// holder takes a column's cell while a row is scanned.
type holder struct {
	text sql.NullString
	n    sql.NullInt64
	x, y sql.NullFloat64
	b    sql.NullBool
	t    sql.NullTime
}

func (h *holder) of(f *Compiled) []any {
	if f.Holds().Kind == Point {
		return []any{&h.x, &h.y}
	}
	switch f.Holds().column() {
	case "BIGINT":
		return []any{&h.n}
	case "DOUBLE PRECISION":
		return []any{&h.x}
	case "BOOLEAN":
		return []any{&h.b}
	case "TIMESTAMP":
		return []any{&h.t}
	}
	return []any{&h.text}
}

func (h *holder) value(f *Compiled) (any, error) {
	switch t := f.Holds(); {
	case t.Kind == Point && h.x.Valid && h.y.Valid:
		return []any{h.x.Float64, h.y.Float64}, nil
	case t.column() == "BIGINT" && h.n.Valid:
		return h.n.Int64, nil
	case t.Kind == Number && h.x.Valid:
		return h.x.Float64, nil
	case h.b.Valid:
		return h.b.Bool, nil
	case h.t.Valid:
		return h.t.Time.UTC().Format(timeForm), nil
	case t.column() == "JSON" && h.text.Valid:
		var v any
		err := json.Unmarshal([]byte(h.text.String), &v)
		return tidy(v), err
	case h.text.Valid:
		return h.text.String, nil
	}
	return nil, nil
}

// tidy gives whole numbers of stored JSON back as int64, which they were but for places:
// those of files and tables. Points keep float64.
func tidy(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			if n, ok := e.(float64); ok && n == math.Trunc(n) {
				x[k] = int64(n)
			} else {
				x[k] = tidy(e)
			}
		}
	case []any:
		for i := range x {
			x[i] = tidy(x[i])
		}
	}
	return v
}
