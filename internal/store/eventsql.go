package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
)

// The SQL of events, the same for every driver.

func head(ctx context.Context, db bun.IDB) (seq int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM event`).Scan(&seq)
	return seq, err
}

func cursor(ctx context.Context, db bun.IDB, consumer string) (seq int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT seq FROM event_cursor WHERE consumer = ?`, consumer).Scan(&seq)
	return seq, err
}

// pass moves a cursor forward and says whether it was behind.
func pass(ctx context.Context, tx Tx, consumer string, seq int64) (bool, error) {
	stmt, err := tx.Prepared(ctx, `UPDATE event_cursor SET seq = $1 WHERE consumer = $2 AND seq < $1`)
	if err != nil {
		return false, err
	}
	return affected(stmt.ExecContext(ctx, seq, consumer))
}

func affected(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// after reads the events above seq up to last, of some kinds or of all.
func after(ctx context.Context, db bun.IDB, seq, last int64, kinds []event.Kind, limit int64) ([]event.Event, error) {
	q := db.NewSelect().Table("event").Column("seq", "kind", "key", "at", "body").
		Where("seq > ?", seq).Where("seq <= ?", last).OrderExpr("seq").Limit(limit)
	if len(kinds) > 0 {
		q = q.Where("kind IN (?)", bun.List(kinds))
	}
	rows, err := q.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []event.Event
	for rows.Next() {
		var e event.Event
		var body []byte
		if err := rows.Scan(&e.Seq, &e.Kind, &e.Key, &e.At, &body); err != nil {
			return nil, err
		}
		e.Body = body
		out = append(out, e)
	}
	return out, rows.Err()
}

func park(ctx context.Context, tx Tx, p ParkedEvent) error {
	e := p.Event
	_, err := tx.ExecContext(ctx, `INSERT INTO event_parked
		(consumer, seq, kind, key, at, body, error, attempts, tried_at, next_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Consumer, e.Seq, string(e.Kind), e.Key, e.At.UTC(), string(e.Body), p.Error, p.Attempts, p.At.UTC(), p.Next.UTC())
	return err
}

func putOff(ctx context.Context, tx Tx, p ParkedEvent) error {
	_, err := tx.ExecContext(ctx, `UPDATE event_parked SET error = ?, attempts = ?, tried_at = ?, next_at = ?
		WHERE consumer = ? AND seq = ?`, p.Error, p.Attempts, p.At.UTC(), p.Next.UTC(), p.Consumer, p.Event.Seq)
	return err
}

func unpark(ctx context.Context, tx Tx, p ParkedEvent) (bool, error) {
	return affected(tx.ExecContext(ctx, `DELETE FROM event_parked WHERE consumer = ? AND seq = ?`,
		p.Consumer, p.Event.Seq))
}

// parked lists parked events, of one consumer where named, due by a time where given.
func parked(ctx context.Context, db bun.IDB, consumer string, due time.Time, limit int64) ([]ParkedEvent, error) {
	q := parkedColumns(db).OrderExpr("seq, consumer").Limit(limit)
	if consumer != "" {
		q = q.Where("consumer = ?", consumer)
	}
	if !due.IsZero() {
		q = q.Where("next_at <= ?", due.UTC())
	}
	return scanParked(ctx, q)
}

func parkedOne(ctx context.Context, db bun.IDB, consumer string, seq int64) (*ParkedEvent, error) {
	found, err := scanParked(ctx, parkedColumns(db).Where("consumer = ?", consumer).Where("seq = ?", seq))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func parkedColumns(db bun.IDB) *bun.SelectQuery {
	return db.NewSelect().Table("event_parked").
		Column("consumer", "seq", "kind", "key", "at", "body", "error", "attempts", "tried_at", "next_at")
}

func scanParked(ctx context.Context, q *bun.SelectQuery) ([]ParkedEvent, error) {
	rows, err := q.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ParkedEvent
	for rows.Next() {
		var p ParkedEvent
		var body []byte
		if err := rows.Scan(&p.Consumer, &p.Event.Seq, &p.Event.Kind, &p.Event.Key, &p.Event.At, &body,
			&p.Error, &p.Attempts, &p.At, &p.Next); err != nil {
			return nil, err
		}
		p.Event.Body = body
		out = append(out, p)
	}
	return out, rows.Err()
}

func nextDue(ctx context.Context, db bun.IDB, consumer string) (at time.Time, err error) {
	err = db.QueryRowContext(ctx,
		`SELECT next_at FROM event_parked WHERE consumer = ? ORDER BY next_at LIMIT 1`, consumer).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at, err
}

// passed is the last event that every consumer has passed.
const passed = `COALESCE((SELECT MIN(seq) FROM event_cursor), (SELECT MAX(seq) FROM event))`

// oldest finds the first events from before a time that every consumer has passed, limit at
// most: the last of them, and how many there are.
func oldest(ctx context.Context, db bun.IDB, before time.Time, limit int64) (last, n int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0), COUNT(*) FROM (SELECT seq FROM event
		WHERE at < ? AND seq <= `+passed+` ORDER BY seq LIMIT ?) AS old`, before.UTC(), limit).Scan(&last, &n)
	return last, n, err
}

// prune removes the events up to last from before a time that every consumer has passed.
func prune(ctx context.Context, tx Tx, before time.Time, last int64) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM event WHERE seq <= ? AND at < ? AND seq <= `+passed, last, before.UTC())
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
