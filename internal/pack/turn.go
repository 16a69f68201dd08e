package pack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

type turnRow struct {
	bun.BaseModel `bun:"table:pack_turn,alias:t"`
	Pack          string `bun:",pk"`
	Seq           int64  `bun:",pk"`
	Act           string
	FromVersion   string
	ToVersion     string
	At            time.Time
	Actor         string
	Person        string
	Plan          string
}

// Turn is one change of what is installed.
type Turn struct {
	Seq    int64     `json:"seq"`
	Act    string    `json:"act" enum:"install,undo"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"by_name"`
	Plan   Plan      `json:"plan"`
}

// Turns lists what was installed and undone of a pack, the last first.
func (s *Packs) Turns(ctx context.Context, id string) ([]Turn, error) {
	var rows []turnRow
	if err := s.opt.Store.Read().NewSelect().Model(&rows).Where("pack = ?", id).Order("seq DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("pack: turns of %s: %w", id, err)
	}
	out := make([]Turn, len(rows))
	for i, r := range rows {
		out[i] = Turn{Seq: r.Seq, Act: r.Act, From: r.FromVersion, To: r.ToVersion, At: r.At.UTC(), By: r.Actor, ByName: r.Person}
		if err := json.Unmarshal([]byte(r.Plan), &out[i].Plan); err != nil {
			return nil, fmt.Errorf("pack: turns of %s: %w", id, err)
		}
	}
	return out, nil
}

// turn changes what is current in one transaction; do gives the row of history, nil for
// nothing to do.
func (s *Packs) turn(ctx context.Context, id string, do func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error)) error {
	err := s.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := s.row(ctx, tx, id)
		if err != nil {
			return err
		}
		var old *Pack
		first := c == nil
		if first {
			c = &currentRow{Pack: id}
		} else if old, err = s.AtIn(ctx, tx, id, c.Version); err != nil {
			return err
		}
		t, err := do(ctx, tx, c, old)
		if err != nil || t == nil {
			return err
		}
		c.Turns, c.At = c.Turns+1, t.At
		t.Pack, t.Seq = id, c.Turns
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return err
		}
		if first {
			_, err = tx.NewInsert().Model(c).Exec(ctx)
		} else {
			_, err = tx.NewUpdate().Model(c).WherePK().Exec(ctx)
		}
		return err
	})
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return fmt.Errorf("pack: %s: %w", id, err)
	}
	return err
}
