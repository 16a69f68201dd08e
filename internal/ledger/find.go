package ledger

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// order is how a list is sorted: by a column first, where one is named, then by when records
// were made and their ids, all one way, as the indexes have it.
type order struct {
	column string // "": only the usual
	field  *Compiled
	desc   bool
}

func (e *Entity) order(q Query) (order, error) {
	o := order{desc: !q.Asc}
	if q.Sort == "" || q.Sort == "created_at" {
		return o, nil
	}
	w := &where{e: e}
	column, f, ok := w.target(q.Sort)
	if !ok || f.Class() != "" {
		return o, fault.New(fault.Invalid, "filter.sort", fault.T("不能按 %q 排序", "records cannot be sorted by %q", spec.Clip(q.Sort, 40))).At("sort").
			Fix(fault.T("请选择其他列", "choose another column"))
	}
	o.column, o.field = column, f
	return o, nil
}

// sql prints the order. Empty cells stand where SQLite's indexes have them: first when the
// least is first.
func (o order) sql() string {
	way, nulls := "ASC", "FIRST"
	if o.desc {
		way, nulls = "DESC", "LAST"
	}
	out := fmt.Sprintf("created_at %s, id %s", way, way)
	if o.column != "" {
		out = fmt.Sprintf("%s %s NULLS %s, %s", o.column, way, nulls, out)
	}
	return out
}

// after prints what comes behind a cursor.
func (o order) after(w *where, c cursor) error {
	less := map[bool]string{true: "<", false: ">"}[o.desc]
	if o.column == "" {
		w.add("(created_at, id) "+less+" (?, ?)", c.At, c.ID)
		return nil
	}
	if c.Sort == nil {
		if o.desc {
			w.add("("+o.column+" IS NULL AND (created_at, id) < (?, ?))", c.At, c.ID)
		} else {
			w.add("("+o.column+" IS NOT NULL OR (created_at, id) > (?, ?))", c.At, c.ID)
		}
		return nil
	}
	v := c.Sort
	if o.field.Holds().Kind == Time {
		t, err := time.Parse(time.RFC3339Nano, fmt.Sprint(v))
		if err != nil {
			return fault.New(fault.Invalid, "filter.cursor", fault.T("翻页标记无效", "the mark of the page is not valid")).Fix(fault.T("请从第一页开始", "begin with the first page"))
		}
		v = t
	} else if n, ok := v.(float64); ok && o.field.Holds().column() == "BIGINT" {
		v = int64(n)
	}
	row := "(" + o.column + ", created_at, id) " + less + " (?, ?, ?)"
	if o.desc { // the empty ones come last
		row = "(" + row + " OR " + o.column + " IS NULL)"
	}
	w.add(row, v, c.At, c.ID)
	return nil
}

// mark is the cursor behind a record.
func (o order) mark(r Record) string {
	c := cursor{At: r.CreatedAt, ID: r.ID}
	switch o.column {
	case "":
	case "updated_at":
		c.Sort = r.UpdatedAt
	case "key":
		c.Sort = r.Key
	case "office":
		c.Sort = r.Office
	case "region":
		c.Sort = r.Region
	case "created_by":
		c.Sort = r.CreatedBy
	case "updated_by":
		c.Sort = r.UpdatedBy
	case "id":
		c.Sort = r.ID
	default:
		c.Sort = r.Values[o.field.Name]
	}
	return c.String()
}

// Find gives a page of records and the mark of the next, "" where there is none.
func (l *Ledger) Find(ctx context.Context, e *Entity, q Query) ([]Record, string, error) {
	if q.Limit <= 0 {
		q.Limit = usualLimit
	}
	q.Limit = min(q.Limit, mostLimit)
	return find(ctx, l.opt.Store.Read(), e, q)
}

// FindIn is Find in the transaction somebody is in.
func (l *Ledger) FindIn(ctx context.Context, db bun.IDB, e *Entity, q Query) ([]Record, string, error) {
	q.Limit = min(q.Limit, mostLimit)
	return find(ctx, db, e, q)
}

func find(ctx context.Context, db bun.IDB, e *Entity, q Query) (out []Record, next string, err error) {
	any, of := q.sought()
	if any == "" && len(of) == 0 {
		return e.page(ctx, db, q)
	}
	o, err := e.order(q)
	if err != nil {
		return nil, "", err
	}
	for {
		page, more, err := e.page(ctx, db, q)
		if err != nil {
			return nil, "", err
		}
		for _, r := range page {
			if !e.openly(q, any, of, r) {
				continue
			}
			if len(out) == q.Limit {
				return out, o.mark(out[q.Limit-1]), nil
			}
			out = append(out, r)
		}
		if q.After = more; more == "" {
			return out, "", nil
		}
	}
}

// page reads a page as the database finds it.
func (e *Entity) page(ctx context.Context, db bun.IDB, q Query) ([]Record, string, error) {
	query, args, o, err := e.selection(q)
	if err != nil {
		return nil, "", err
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, "", fmt.Errorf("ledger: find %s: %w", e.ID(), err)
	}
	defer rows.Close()
	var out []Record
	for rows.Next() {
		r, err := e.scan(rows)
		if err != nil {
			return nil, "", fmt.Errorf("ledger: find %s: %w", e.ID(), err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, "", fmt.Errorf("ledger: find %s: %w", e.ID(), err)
	}
	next := ""
	if len(out) > q.Limit {
		out = out[:q.Limit]
		next = o.mark(out[q.Limit-1])
	}
	return out, next, nil
}

// selection prints the statement of a page: one record more than the page has. For several
// offices it takes a page of each, which their index gives in order, and of these the first:
// neither a great nor a small office makes it read the whole register.
func (e *Entity) selection(q Query) (string, []any, order, error) {
	w, err := e.conditions(q)
	if err != nil {
		return "", nil, order{}, err
	}
	o, err := e.order(q)
	if err != nil {
		return "", nil, o, err
	}
	if q.After != "" {
		c, err := cursorOf(q.After)
		if err == nil {
			err = o.after(w, c)
		}
		if err != nil {
			return "", nil, o, err
		}
	}
	tail := fmt.Sprintf(" ORDER BY %s LIMIT %d", o.sql(), q.Limit+1)
	branches := q.Reach.branches()
	if len(branches) == 1 {
		b := branches[0]
		return "SELECT " + e.sql.read + " FROM " + e.sql.table + " WHERE " + b.sql + " AND " + w.sql() + tail, append(b.args, w.args...), o, nil
	}
	var parts []string
	var args []any
	for _, b := range branches {
		parts = append(parts, "SELECT * FROM (SELECT id FROM "+e.sql.table+" WHERE "+b.sql+" AND "+w.sql()+tail+") AS one")
		args = append(append(args, b.args...), w.args...)
	}
	return "SELECT " + e.sql.read + " FROM " + e.sql.table + " WHERE id IN (" + strings.Join(parts, " UNION ") + ")" + tail, args, o, nil
}

type branch struct {
	sql  string
	args []any
}

// branches are the ways in which somebody reaches records.
func (r Reach) branches() (out []branch) {
	if r.All {
		return []branch{{"TRUE", nil}}
	}
	for _, office := range r.Offices {
		out = append(out, branch{"office = ?", []any{office}})
	}
	if r.Creator != "" {
		out = append(out, branch{"created_by = ?", []any{r.Creator}})
	}
	if len(out) == 0 {
		return []branch{{"FALSE", nil}}
	}
	return out
}

// sql is the reach in one condition.
func (r Reach) condition() (string, []any) {
	var parts []string
	var args []any
	for _, b := range r.branches() {
		parts, args = append(parts, b.sql), append(args, b.args...)
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// Has says whether a record is within reach.
func (r Reach) Has(x Record) bool {
	if r.All || r.Creator != "" && x.CreatedBy == r.Creator {
		return true
	}
	for _, o := range r.Offices {
		if o == x.Office {
			return true
		}
	}
	return false
}

// Counted is as far as Count counts: lists say "more than".
const Counted = 10_000

// Count says how many records a query finds, Counted + 1 where there are more.
func (l *Ledger) Count(ctx context.Context, e *Entity, q Query) (int, error) {
	if any, of := q.sought(); any != "" || len(of) > 0 {
		return l.countOpenly(ctx, e, q)
	}
	w, err := e.conditions(q)
	if err != nil {
		return 0, err
	}
	reach, args := q.Reach.condition()
	query := fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 AS one FROM %s WHERE %s AND %s LIMIT %d) AS found", e.sql.table, reach, w.sql(), Counted+1)
	var n int
	if err := l.opt.Store.Read().QueryRowContext(ctx, query, append(args, w.args...)...).Scan(&n); err != nil {
		return 0, fmt.Errorf("ledger: count %s: %w", e.ID(), err)
	}
	return n, nil
}

// countOpenly counts by looking at each record.
func (l *Ledger) countOpenly(ctx context.Context, e *Entity, q Query) (n int, err error) {
	q.After = ""
	for _, err := range l.Each(ctx, e, q) {
		if err != nil {
			return 0, err
		}
		if n++; n > Counted {
			return n, nil
		}
	}
	return n, nil
}

// Each walks every record a query finds, for an export, a page at a time.
func (l *Ledger) Each(ctx context.Context, e *Entity, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		q.Limit = 1000
		for {
			page, next, err := find(ctx, l.opt.Store.Read(), e, q)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			q.After = next
		}
	}
}

// Nobody says that nothing is within reach.
func (r Reach) Nobody() bool { return !r.All && r.Creator == "" && len(r.Offices) == 0 }
