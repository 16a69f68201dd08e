package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// labelForm is a label, with the year before it where two years have the same.
var labelForm = regexp.MustCompile(`^(?:([0-9]{4})-)?([0-9]{4}-[0-9]{2,})$`)

// Batch gives one batch by id or by label. A label that batches of several years bear is
// refused until the year is put before it.
func (e *Engine) Batch(ctx context.Context, id string) (*Batch, error) {
	m := labelForm.FindStringSubmatch(id)
	if m == nil {
		return byID(ctx, e.store.Read(), id)
	}
	var rows []batchRow
	q := e.store.Read().NewSelect().Model(&rows).Where("label = ?", m[2]).OrderExpr("day DESC").Limit(10)
	if m[1] != "" {
		q = q.Where("day LIKE ?", m[1]+"-%")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	switch len(rows) {
	case 0:
		return nil, missing(id)
	case 1:
		return rows[0].batch()
	}
	var years []string
	for _, r := range rows {
		years = append(years, r.Day[:4]+"-"+r.Label)
	}
	return nil, fault.New(fault.Conflict, "batch.ambiguous", fault.T("编号 %s 对应多个批次", "several batches bear the label %s", id)).
		Fix(fault.T("请写明年份：%s", "say which year: %s", strings.Join(years, ", ")))
}

func missing(id string) error {
	return fault.New(fault.Missing, "batch.missing", fault.T("没有批次 %s", "there is no batch %s", id)).
		Fix(fault.T("请在批次列表中核对编号", "look the id up in the list of batches"))
}

func byID(ctx context.Context, db bun.IDB, id string) (*Batch, error) {
	r := new(batchRow)
	err := db.NewSelect().Model(r).Where("id = ?", id).Scan(ctx)
	if none(err) {
		return nil, missing(id)
	}
	if err != nil {
		return nil, err
	}
	return r.batch()
}

// label numbers a batch within its day, after the last number given there: a batch that was
// loaded again on another day keeps its own.
func (b *Batch) label(ctx context.Context, tx store.Tx) error {
	at := b.StartedAt.In(region.Beijing)
	b.Day = at.Format(time.DateOnly)
	var last string
	err := tx.NewSelect().Model((*batchRow)(nil)).Column("label").Where("day = ?", b.Day).
		OrderExpr("length(label) DESC, label DESC").Limit(1).Scan(ctx, &last)
	if err != nil && !none(err) {
		return err
	}
	n, _ := strconv.Atoi(last[strings.LastIndexByte(last, '-')+1:])
	b.Label = fmt.Sprintf("%s-%02d", at.Format("0102"), n+1)
	return nil
}

// each hands every batch of a filter to do, a page at a time, so that none is left out
// however many there are.
func (e *Engine) each(ctx context.Context, f Filter, do func(*Batch) error) error {
	for cursor := ""; ; {
		list, next, err := e.Batches(ctx, f, cursor, 200)
		if err != nil {
			return err
		}
		for _, b := range list {
			if err := do(b); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

// Named gives the batches of these ids, asked for at once; unknown ids are left out.
func (e *Engine) Named(ctx context.Context, ids ...string) (map[string]*Batch, error) {
	out := map[string]*Batch{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []batchRow
	if err := e.store.Read().NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	for i := range rows {
		b, err := rows[i].batch()
		if err != nil {
			return nil, err
		}
		out[rows[i].ID] = b
	}
	return out, nil
}

// Filter narrows a list of batches; zero fields do not.
type Filter struct {
	Directory string
	Parent    ident.Batch
	States    []State
	From      time.Time // those that began at it or later
	Until     time.Time // … and before it

	Limited     bool // Directories are all that may be seen, also when empty
	Directories []string
}

// Batches lists the newest first, at most limit, before the cursor of the last page.
func (e *Engine) Batches(ctx context.Context, f Filter, cursor string, limit int) ([]*Batch, string, error) {
	limit = max(limit, 1)
	var rows []batchRow
	q := e.store.Read().NewSelect().Model(&rows).OrderExpr("started_at DESC, id DESC").Limit(int64(limit) + 1)
	if f.Directory != "" {
		q = q.Where("directory = ?", f.Directory)
	}
	if f.Limited {
		q = q.Where("directory IN (?)", bun.List(append([]string{""}, f.Directories...))) // none is called ""
	}
	if f.Parent != "" {
		q = q.Where("parent = ?", string(f.Parent))
	}
	if len(f.States) > 0 {
		q = q.Where("state IN (?)", bun.List(f.States))
	}
	if !f.From.IsZero() {
		q = q.Where("started_at >= ?", f.From.UTC())
	}
	if !f.Until.IsZero() {
		q = q.Where("started_at < ?", f.Until.UTC())
	}
	if cursor != "" {
		at, id, err := after(cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(started_at, id) < (?, ?)", at, id)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d.%s", rows[limit-1].StartedAt.UnixMicro(), rows[limit-1].ID)
	}
	out := make([]*Batch, len(rows))
	for i := range rows {
		b, err := rows[i].batch()
		if err != nil {
			return nil, "", err
		}
		out[i] = b
	}
	return out, next, nil
}

// after reads a cursor. It holds the place itself: its batch may be loaded again meanwhile
// and stand elsewhere.
func after(cursor string) (at time.Time, id string, err error) {
	text, id, ok := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !ok {
		return at, "", fault.New(fault.Invalid, "cursor", fault.T("分页游标不合规", "the cursor is not one of ours")).At("cursor")
	}
	return time.UnixMicro(n).UTC(), id, nil
}
