package pack

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// Mover is a kind whose running work stays on the version it began with, unless it is moved.
type Mover interface {
	Running(ctx context.Context, db bun.IDB, pack string) (int64, error)
	// Movable gives what forbids moving it.
	Movable(ctx context.Context, db bun.IDB, old, new *Pack) ([]Change, error)
	Move(ctx context.Context, tx store.Tx, old, new *Pack, now time.Time) error
}

// Plan says what installing a pack would do. It changes nothing.
func (s *Packs) Plan(ctx context.Context, p *Pack, move bool) (Plan, error) {
	c, err := s.row(ctx, s.opt.Store.Read(), p.ID)
	if err != nil {
		return Plan{}, err
	}
	var old *Pack
	if c != nil {
		if old, err = s.At(ctx, p.ID, c.Version); err != nil {
			return Plan{}, err
		}
	}
	if err := later(old, p); err != nil {
		return Plan{}, err
	}
	return s.plan(ctx, s.opt.Store.Read(), old, p, move)
}

func (s *Packs) plan(ctx context.Context, db bun.IDB, old, p *Pack, move bool) (Plan, error) {
	out := Plan{Pack: p.ID, To: p.Version, Move: move, Title: p.Title.Text(), Changes: []Change{}}
	if old != nil {
		out.From = old.Version
	}
	for _, k := range s.opt.Kinds {
		changes, err := k.Diff(ctx, db, old, p)
		if err != nil {
			return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
		}
		out.Changes = append(out.Changes, changes...)
		if m, ok := k.(Mover); ok {
			n, err := m.Running(ctx, db, p.ID)
			if err != nil {
				return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
			}
			out.Running += n
			if !move || old == nil || n == 0 {
				continue
			}
			changes, err := m.Movable(ctx, db, old, p)
			if err != nil {
				return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
			}
			out.Changes = append(out.Changes, changes...)
		}
	}
	return out, nil
}

// later refuses a version that is not above the installed one.
func later(old, p *Pack) error {
	if old == nil || old.Hash == p.Hash {
		return nil
	}
	if Compare(p.Version, old.Version) > 0 {
		return nil
	}
	return fault.New(fault.Conflict, "pack.version.old", fault.T("已安装版本 %s，新内容须使用更高的版本号", "version %s is installed; other content needs a higher version", old.Version)).
		At("pack.yaml").Fix(fault.T("请提高 pack.version", "raise pack.version"))
}

// Compare orders two versions.
func Compare(a, b string) int {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(x[2], y[2]))
}

// Install carries a plan out. from is the version the plan began at: if another is installed
// meanwhile, ErrMoved. A plan that would lose data gives ErrForbidden with its lines as
// parts. What is installed already is left as it is.
func (s *Packs) Install(ctx context.Context, by people.Actor, p *Pack, from string, move bool) (Plan, error) {
	files, err := json.Marshal(p.Files)
	if err != nil {
		return Plan{}, fmt.Errorf("pack: %s: %w", p.ID, err)
	}
	var plan Plan
	err = s.turn(ctx, p.ID, func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error) {
		if at := versionOf(old); at != from {
			return nil, ErrMoved.At("%s", p.ID)
		}
		if err := later(old, p); err != nil {
			return nil, err
		}
		if plan, err = s.plan(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		if old != nil && old.Hash == p.Hash {
			return nil, nil
		}
		if err := Forbid(plan.Forbidden()); err != nil {
			return nil, err
		}
		now := s.opt.Now().UTC()
		v := &versionRow{Pack: p.ID, Version: p.Version, Hash: p.Hash, Files: string(files), At: now, Actor: by.ID, Person: by.Name}
		if err := keep(ctx, tx, v); err != nil {
			return nil, err
		}
		if err := s.apply(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		c.Former, c.Version = c.Version, p.Version
		return s.told(ctx, tx, by, "install", plan, now)
	})
	if err == nil {
		err = s.learn(ctx, p.ID)
	}
	return plan, err
}

func versionOf(p *Pack) string {
	if p == nil {
		return ""
	}
	return p.Version
}

// Undo goes back to the version before. Nothing is lost: what the older version does not
// know stays in its tables and is seen again after the next installation.
func (s *Packs) Undo(ctx context.Context, by people.Actor, id string, move bool) (plan Plan, err error) {
	err = s.turn(ctx, id, func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error) {
		if old == nil || c.Former == "" {
			return nil, fault.New(fault.Conflict, "pack.undo.none", fault.T("没有可以退回的版本", "there is no version to go back to")).At("%s", id).
				Fix(fault.T("首次安装的应用包不能退回", "a first installation cannot be undone"))
		}
		p, err := s.AtIn(ctx, tx, id, c.Former)
		if err != nil {
			return nil, err
		}
		plan = Plan{Pack: id, From: old.Version, To: p.Version, Move: move, Title: p.Title.Text(), Changes: []Change{}}
		if err := s.apply(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		c.Version, c.Former = p.Version, ""
		return s.told(ctx, tx, by, "undo", plan, s.opt.Now().UTC())
	})
	if err == nil {
		err = s.learn(ctx, id)
	}
	return plan, err
}

func (s *Packs) apply(ctx context.Context, tx store.Tx, old, p *Pack, move bool) error {
	for _, k := range s.opt.Kinds {
		if err := k.Apply(ctx, tx, old, p); err != nil {
			return err
		}
		if m, ok := k.(Mover); ok && move && old != nil {
			if err := m.Move(ctx, tx, old, p, s.opt.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds a version. One that is there stays what it was: cases may run on it.
func keep(ctx context.Context, tx store.Tx, v *versionRow) error {
	var was versionRow
	err := tx.NewSelect().Model(&was).Column("hash").Where("pack = ?", v.Pack).Where("version = ?", v.Version).Scan(ctx)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = tx.NewInsert().Model(v).Exec(ctx)
	case err == nil && was.Hash != v.Hash:
		err = fault.New(fault.Conflict, "pack.version.used", fault.T("版本 %s 曾以其他内容安装过", "version %s was installed before with other content", v.Version)).
			At("pack.yaml").Fix(fault.T("请提高 pack.version", "raise pack.version"))
	}
	return err
}

// told gives the row of history, after the audit's entry and the fact.
func (s *Packs) told(ctx context.Context, tx store.Tx, by people.Actor, act string, plan Plan, now time.Time) (*turnRow, error) {
	body, err := json.Marshal(plan)
	if err != nil {
		return nil, err
	}
	text := fault.T("安装应用包 %s %s", "installed the pack %s %s", plan.Pack, plan.To)
	if act == "undo" {
		text = fault.T("应用包 %s 退回 %s", "took the pack %s back to %s", plan.Pack, plan.To)
	}
	err = s.opt.Record(ctx, tx, people.Change{At: now, Actor: by, Action: "pack." + act, Kind: "pack", Key: plan.Pack, Text: text,
		Detail: map[string]string{"from": plan.From, "to": plan.To, "changes": fmt.Sprint(len(plan.Changes)), "move": fmt.Sprint(plan.Move)}})
	if err != nil {
		return nil, err
	}
	if err := tx.Emit(ctx, event.PackChanged, plan.Pack, event.PackChange{Pack: plan.Pack, Version: plan.To}); err != nil {
		return nil, err
	}
	return &turnRow{Act: act, FromVersion: plan.From, ToVersion: plan.To, At: now, Actor: by.ID, Person: by.Name, Plan: string(body)}, nil
}
