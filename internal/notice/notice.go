// Package notice owns what people are told: one line to one user, with a link to what it is
// about, kept until it is old. A notice is saved in the transaction of what it tells, so
// that nothing is told that did not happen and nothing happens untold. It holds numbers and
// titles of cases, never personal data.
//
// Read first: Notices.Tell, Notices.List.
package notice

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// Notice is one thing somebody is told.
type Notice struct {
	ID    string
	User  string // id
	Why   string // the sort of it: turn, warning, urged …
	Text  fault.Text
	Link  string // path in the console
	About string // id of the case
	At    time.Time
	Read  *time.Time
}

type noticeRow struct {
	bun.BaseModel `bun:"table:notice,alias:n"`
	ID            string `bun:"id,pk"`
	Person        string
	Why           string
	ZH            string `bun:"zh"`
	EN            string `bun:"en"`
	Link          string
	About         string
	At            time.Time
	ReadAt        *time.Time
}

// Notices is the room. It is safe for concurrent use.
type Notices struct {
	store store.Store
	now   func() time.Time
}

// New brings the room's tables up.
func New(ctx context.Context, s store.Store, now func() time.Time) (*Notices, error) {
	if now == nil {
		now = time.Now
	}
	if err := s.Migrate(ctx, "notice", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	return &Notices{store: s, now: now}, nil
}

// Tell saves notices in the transaction of what they tell.
func (n *Notices) Tell(ctx context.Context, tx store.Tx, all ...Notice) error {
	for some := range slices.Chunk(all, together) {
		values := make([]any, 0, len(some)*8)
		for _, x := range some {
			if x.At.IsZero() {
				x.At = n.now()
			}
			values = append(values, ident.New(), x.User, x.Why, x.Text.ZH, x.Text.EN, x.Link, x.About, x.At.UTC())
		}
		stmt, err := tx.Prepared(ctx, insert(len(some)))
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}

// together is how many notices one statement saves: a desk of twenty is told in one or two.
const together = 16

// insert is the statement that saves so many notices.
func insert(n int) string {
	rows := make([]string, n)
	for i := range rows {
		c := 8 * i
		rows[i] = fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", c+1, c+2, c+3, c+4, c+5, c+6, c+7, c+8)
	}
	return "INSERT INTO notice (id, person, why, zh, en, link, about, at) VALUES " + strings.Join(rows, ", ")
}

// Query says which of a user's notices are meant.
type Query struct {
	Unread bool   // only those not read yet
	Why    string // only of this kind; empty: any
	Before string // the id after which to go on
	Limit  int
}

// List gives a user's notices, the newest first.
func (n *Notices) List(ctx context.Context, user string, of Query) (out []Notice, next string, err error) {
	limit := of.Limit
	var rows []noticeRow
	q := n.store.Read().NewSelect().Model(&rows).Where("person = ?", user).Order("id DESC").Limit(int64(limit) + 1)
	if of.Why != "" {
		q = q.Where("why = ?", of.Why)
	}
	if of.Unread {
		q = q.Where("read_at IS NULL")
	}
	if of.Before != "" {
		q = q.Where("id < ?", of.Before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("notice: list: %w", err)
	}
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].ID
	}
	for _, r := range rows {
		x := Notice{ID: r.ID, User: r.Person, Why: r.Why, Text: fault.Text{ZH: r.ZH, EN: r.EN}, Link: r.Link, About: r.About, At: r.At.UTC()}
		if r.ReadAt != nil {
			at := r.ReadAt.UTC()
			x.Read = &at
		}
		out = append(out, x)
	}
	return out, next, nil
}

// Unread counts a user's notices that were not read.
func (n *Notices) Unread(ctx context.Context, user string) (int64, error) {
	return n.store.Read().NewSelect().Model((*noticeRow)(nil)).Where("person = ?", user).Where("read_at IS NULL").Count(ctx)
}

// MarkRead marks some of a user's notices, or all of them, as read.
func (n *Notices) MarkRead(ctx context.Context, user string, ids []string) error {
	err := n.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		q := tx.NewUpdate().Model((*noticeRow)(nil)).Set("read_at = ?", n.now().UTC()).Where("person = ?", user).Where("read_at IS NULL")
		if len(ids) > 0 {
			q = q.Where("id IN (?)", bun.List(ids))
		}
		_, err := q.Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("notice: read: %w", err)
	}
	return nil
}

// forgetStep bounds how long other writers wait.
const forgetStep = 5000

// Forget removes notices from before a time.
func (n *Notices) Forget(ctx context.Context, before time.Time) (total int64, err error) {
	for {
		var gone int64
		err := n.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			res, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE at < ? LIMIT ?)`, before.UTC(), forgetStep)
			if err == nil {
				gone, err = res.RowsAffected()
			}
			return err
		})
		total += gone
		if err != nil || gone < forgetStep {
			return total, err
		}
	}
}
