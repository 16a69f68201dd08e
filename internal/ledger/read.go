package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

// Get gives a record by its id; ErrMissing where there is none. db is the store's reading
// side or the transaction somebody is in.
func (l *Ledger) Get(ctx context.Context, db bun.IDB, e *Entity, id string) (Record, error) {
	row, err := rowOf(ctx, db, e.sql.get, id)
	if err != nil {
		return Record{}, err
	}
	return e.found(e.scan(row))
}

// ByKey gives a record by its number.
func (l *Ledger) ByKey(ctx context.Context, db bun.IDB, e *Entity, key string) (Record, error) {
	row, err := rowOf(ctx, db, "SELECT "+e.sql.read+" FROM "+e.sql.table+" WHERE key = $1", key)
	if err != nil {
		return Record{}, err
	}
	return e.found(e.scan(row))
}

func (e *Entity) found(r Record, err error) (Record, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, ErrMissing
	}
	if err != nil {
		return Record{}, fmt.Errorf("ledger: a record of %s: %w", e.ID(), err)
	}
	return r, nil
}

// rowOf runs a query with $1 in it, prepared inside a transaction.
func rowOf(ctx context.Context, db bun.IDB, query string, args ...any) (*sql.Row, error) {
	if tx, ok := db.(store.Tx); ok {
		stmt, err := tx.Prepared(ctx, query)
		if err != nil {
			return nil, err
		}
		return stmt.QueryRowContext(ctx, args...), nil
	}
	return db.QueryRowContext(ctx, marked.ReplaceAllString(query, "?"), args...), nil
}

// rowsOf is rowOf for many rows.
func rowsOf(ctx context.Context, db bun.IDB, query string, args ...any) (*sql.Rows, error) {
	if tx, ok := db.(store.Tx); ok {
		stmt, err := tx.Prepared(ctx, query)
		if err != nil {
			return nil, err
		}
		return stmt.QueryContext(ctx, args...)
	}
	return db.QueryContext(ctx, marked.ReplaceAllString(query, "?"), args...)
}

// marked are the placeholders of prepared statements; bun's are question marks. Statements
// that are run both ways name each placeholder once, in order.
var marked = regexp.MustCompile(`\$\d+`)

// Past is one change of a record.
type Past struct {
	Version int          `json:"version"`
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
	ByName  string       `json:"by_name"`
	Action  string       `json:"action"`
	Reason  string       `json:"reason"`
	Changes []Difference `json:"changes"`
}

// History gives a record's changes, the last first, with their values masked unless plain:
// a plain one is asked for only after it was put into the audit.
func (l *Ledger) History(ctx context.Context, e *Entity, id string, plain bool) ([]Past, error) {
	all, err := l.Histories(ctx, e, []string{id}, plain)
	return all[id], err
}

// Histories gives the changes of some records of a register, as History does, by record.
func (l *Ledger) Histories(ctx context.Context, e *Entity, ids []string, plain bool) (map[string][]Past, error) {
	rows, err := l.opt.Store.Read().QueryContext(ctx,
		`SELECT record, seq, at, actor, person, action, reason, change FROM ledger_history WHERE pack = ? AND entity = ? AND record IN (?) ORDER BY record, seq DESC`, e.Pack, e.Name, bun.List(ids))
	if err != nil {
		return nil, fmt.Errorf("ledger: history: %w", err)
	}
	defer rows.Close()
	out := make(map[string][]Past, len(ids))
	for rows.Next() {
		var p Past
		var id, change string
		if err := rows.Scan(&id, &p.Version, &p.At, &p.By, &p.ByName, &p.Action, &p.Reason, &change); err != nil {
			return nil, fmt.Errorf("ledger: history: %w", err)
		}
		p.At = p.At.UTC()
		if err := json.Unmarshal([]byte(change), &p.Changes); err != nil {
			return nil, fmt.Errorf("ledger: history: %w", err)
		}
		for i, c := range p.Changes {
			f, ok := e.by[c.Field]
			if !ok { // of a field that is gone nobody knows what it held
				p.Changes[i].From, p.Changes[i].To = nil, nil
				continue
			}
			p.Changes[i].From, p.Changes[i].To = f.shown(f.stored(c.From), plain), f.shown(f.stored(c.To), plain)
		}
		out[id] = append(out[id], p)
	}
	return out, rows.Err()
}

// stored brings a value that was kept as JSON back to its shape.
func (f *Compiled) stored(v any) any {
	if n, ok := v.(float64); ok && f.Holds().column() == "BIGINT" {
		return int64(n)
	}
	if f.Holds().column() == "JSON" {
		return tidy(v)
	}
	return v
}
