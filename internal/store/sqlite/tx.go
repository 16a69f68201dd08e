package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
)

// tx is what one closure works with. bun.Conn serves bun's queries; a transaction begun on
// it is refused by the driver.
type tx struct {
	bun.Conn
	s       *session
	now     func() time.Time
	afters  []func()
	emitted bool
	dead    bool
}

var _ store.Tx = (*tx)(nil)

var errDead = errors.New("a transaction was used after its closure returned")

const emit = `INSERT INTO event (kind, key, at, body) VALUES ($1, $2, $3, $4)`

// Emit is part of store.Tx.
func (t *tx) Emit(ctx context.Context, kind event.Kind, key string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body of event %s: %w", kind, err)
	}
	stmt, err := t.Prepared(ctx, emit)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, string(kind), key, t.now(), string(text)); err != nil {
		return fmt.Errorf("emit %s: %w", kind, err)
	}
	t.emitted = true
	return nil
}

// Prepared is part of store.Tx.
func (t *tx) Prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if t.dead {
		return nil, errDead
	}
	return t.s.prepared(ctx, query)
}

// After is part of store.Tx.
func (t *tx) After(f func()) { t.afters = append(t.afters, f) }
