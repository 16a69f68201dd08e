package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

// Create adds a record in the caller's transaction. Values that are not given begin as
// Begin has them. The fault names every field that is wrong.
func (l *Ledger) Create(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, v Values, now time.Time) (Record, error) {
	r, err := l.create(ctx, tx, by, e, v, now)
	if err != nil {
		return r, err
	}
	if err := l.insertHistory(ctx, tx, &r, 1, by, now, "create", "", nil); err != nil {
		return r, err
	}
	return r, l.told(ctx, tx, by, e, &r, "create", nil, now)
}

// create adds the row alone.
func (l *Ledger) create(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, v Values, now time.Time) (Record, error) {
	whole := e.Begin(now)
	maps.Copy(whole, v)
	taken, faults, err := l.Settle(ctx, tx, e, whole, nil)
	if err != nil {
		return Record{}, err
	}
	taken, more := e.complete(taken, faults, now)
	if err := invalid(append(faults, more...)); err != nil {
		return Record{}, err
	}
	now = now.UTC().Truncate(time.Microsecond)
	r := Record{Pack: e.Pack, Entity: e.Name, ID: ident.New(), Version: 1, CreatedAt: now, CreatedBy: by.ID, CreatedName: by.Name, UpdatedAt: now, UpdatedBy: by.ID, UpdatedName: by.Name, Values: taken}
	e.owned(&r, by.Office)
	if err := l.refers(ctx, tx, e, taken, nil); err != nil {
		return r, err
	}
	if err := l.number(ctx, tx, e, &r, now); err != nil {
		return r, err
	}
	if err := l.unique(ctx, tx, e, &r, nil, by.Office); err != nil {
		return r, err
	}
	if err := l.insert(ctx, tx, e, &r); err != nil {
		return r, err
	}
	return r, l.useFiles(ctx, tx, e, &r, nil)
}

func (l *Ledger) insert(ctx context.Context, tx store.Tx, e *Entity, r *Record) error {
	cells, err := e.cells(r)
	if err != nil {
		return err
	}
	stmt, err := tx.Prepared(ctx, e.sql.insert)
	if err != nil {
		return err
	}
	args := append([]any{r.ID, r.Key, r.Version, r.Office, r.Region, r.CreatedAt, r.CreatedBy, r.CreatedName, r.UpdatedAt, r.UpdatedBy, r.UpdatedName}, cells...)
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

// owned says whose and where a record is.
func (e *Entity) owned(r *Record, usual string) {
	r.Office, r.Region = usual, ""
	if s, ok := r.Values[e.office].(string); ok {
		r.Office = s
	}
	if s, ok := r.Values[e.region].(string); ok {
		r.Region = s
	}
}

// number gives the record its number: the next within its scope, or what its fields make.
func (l *Ledger) number(ctx context.Context, tx store.Tx, e *Entity, r *Record, now time.Time) error {
	scope := e.key.scope(r, now)
	n := int64(0)
	if e.key.seq {
		var err error
		if n, err = l.reserve(ctx, tx, e, scope, 1); err != nil {
			return err
		}
	}
	r.Key = e.key.number(scope, n)
	if len([]rune(r.Key)) > mostKey {
		return fault.New(fault.Invalid, "record.key", fault.T("编号超过 %d 个字", "the number is longer than %d characters", mostKey)).
			Fix(fault.T("请缩短编号所用的字段", "shorten the fields it is made of"))
	}
	return nil
}

// reserve takes the next numbers of a scope and gives the first.
func (l *Ledger) reserve(ctx context.Context, tx store.Tx, e *Entity, scope string, count int64) (int64, error) {
	stmt, err := tx.Prepared(ctx, `INSERT INTO ledger_sequence (pack, entity, scope, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pack, entity, scope) DO UPDATE SET n = ledger_sequence.n + EXCLUDED.n RETURNING n`)
	if err != nil {
		return 0, err
	}
	var last int64
	if err := stmt.QueryRowContext(ctx, e.Pack, e.Name, scope, count).Scan(&last); err != nil {
		return 0, fmt.Errorf("ledger: number of %s: %w", e.ID(), err)
	}
	return last - count + 1, nil
}

// refers asks whether what values refer to is there: offices, and records of the pack. What
// did not change is not asked again.
func (l *Ledger) refers(ctx context.Context, tx store.Tx, e *Entity, v, before Values) error {
	var faults []*fault.Error
	for _, f := range e.Fields {
		s, ok := v[f.Name].(string)
		if !ok || s == before[f.Name] {
			continue
		}
		switch f.Type.Kind {
		case Office:
			known, err := l.knownOffice(ctx, s)
			if err != nil {
				return err
			}
			if !known {
				faults = append(faults, f.bad(f.Name, "value.office", fault.T("没有该部门", "there is no such office"), fault.T("请从部门列表中选择", "choose one of the offices")))
			}
		case Reference:
			there, err := l.there(ctx, tx, tableOf(e.Pack, f.Type.Of), s)
			if err != nil {
				return err
			}
			if !there {
				faults = append(faults, f.bad(f.Name, "value.reference", fault.T("没有所关联的记录", "there is no such record to refer to"), fault.T("请重新选择", "choose another")))
			}
		}
	}
	return invalid(faults)
}

func (l *Ledger) there(ctx context.Context, tx store.Tx, table, id string) (bool, error) {
	stmt, err := tx.Prepared(ctx, "SELECT 1 FROM "+table+" WHERE id = $1")
	if err != nil {
		return false, err
	}
	var one int
	err = stmt.QueryRowContext(ctx, id).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Update changes a record in the caller's transaction: v holds only what changes, nil for
// what becomes empty. expect is the version the change was made from, 0 for any. action and
// reason stand in the history; an action of "" is an edit. Nothing changed is no version.
func (l *Ledger) Update(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, id string, v Values, expect int, action, reason string, now time.Time) (Record, error) {
	r, err := l.Get(ctx, tx, e, id)
	if err != nil {
		return r, err
	}
	if expect != 0 && expect != r.Version {
		return r, changedBy(e, r)
	}
	return l.change(ctx, tx, by, e, r, v, action, reason, now)
}

// UpdateRead is Update of a record that the caller has read in the same transaction.
func (l *Ledger) UpdateRead(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, r Record, v Values, action, reason string, now time.Time) (Record, error) {
	return l.change(ctx, tx, by, e, r, v, action, reason, now)
}

// change is Update of a record that was just read. It is told in a batch's entry where the
// ledger is quiet and many are changed at once: then action says so.
func (l *Ledger) change(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, r Record, v Values, action, reason string, now time.Time) (Record, error) {
	edit := action == "" || strings.HasPrefix(action, "import")
	before := r
	changes, err := l.merge(ctx, tx, by, e, &r, v, now)
	if err != nil || len(changes) == 0 && edit {
		return r, err
	}
	if action == "" {
		action = "update"
	}
	now = now.UTC().Truncate(time.Microsecond)
	r.Version, r.UpdatedAt, r.UpdatedBy, r.UpdatedName = before.Version+1, now, by.ID, by.Name
	if err := l.update(ctx, tx, e, &r, before, changes); err != nil {
		return r, err
	}
	if err := l.insertHistory(ctx, tx, &r, int64(r.Version), by, now, action, reason, changes); err != nil {
		return r, err
	}
	if strings.HasPrefix(action, "import") {
		return r, nil // the batch is told as one
	}
	fields := make([]string, len(changes))
	for i, c := range changes {
		fields[i] = c.Field
	}
	return r, l.told(ctx, tx, by, e, &r, action, fields, now)
}

// merge lays the changes over the record and says what differs.
func (l *Ledger) merge(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, r *Record, v Values, now time.Time) ([]Difference, error) {
	before := maps.Clone(r.Values)
	taken, faults, err := l.Settle(ctx, tx, e, v, before)
	if err != nil {
		return nil, err
	}
	whole := maps.Clone(before)
	maps.Copy(whole, taken)
	whole, more := e.complete(whole, faults, now)
	if err := invalid(append(faults, more...)); err != nil {
		return nil, err
	}
	if err := l.refers(ctx, tx, e, whole, before); err != nil {
		return nil, err
	}
	r.Values = whole
	if err := l.unique(ctx, tx, e, r, before, by.Office); err != nil {
		return nil, err
	}
	for _, n := range e.key.fields() {
		if !reflect.DeepEqual(before[n], whole[n]) {
			f := e.by[n]
			return nil, f.bad(n, "value.key", fault.T("是编号的一部分，不能修改", "it is part of the number and never changes"), fault.T("请新建一条记录", "make another record"))
		}
	}
	usual := r.Office
	e.owned(r, usual)
	return differences(e, before, whole), l.useFiles(ctx, tx, e, r, before)
}

func (l *Ledger) update(ctx context.Context, tx store.Tx, e *Entity, r *Record, before Record, changes []Difference) error {
	cells, err := e.cells(r)
	if err != nil {
		return err
	}
	changed := map[string]bool{"office": r.Office != before.Office, "region": r.Region != before.Region}
	for _, d := range changes {
		changed[d.Field] = true
	}
	query, args := e.sql.update(changed, append([]any{r.Version, r.Office, r.Region, r.UpdatedAt, r.UpdatedBy, r.UpdatedName}, cells...))
	stmt, err := tx.Prepared(ctx, query)
	if err != nil {
		return err
	}
	res, err := stmt.ExecContext(ctx, append(args, r.ID, before.Version)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(ErrChanged.At("%s", r.Key), err) // between our reading and writing: another node
	}
	return nil
}

// changedBy names who was faster.
func changedBy(e *Entity, r Record) error {
	f := *ErrChanged.At("%s", r.Key)
	at := r.UpdatedAt.In(region.Beijing).Format("01-02 15:04")
	f.Text = fault.T("%s 已由 %s 于 %s 修改（第 %d 版）", "%s was changed by %s at %s (version %d)", r.Key, r.UpdatedName, at, r.Version)
	return &f
}

// Difference is what a change did to one field.
type Difference struct {
	Field string `json:"field"`
	From  any    `json:"from,omitempty"`
	To    any    `json:"to,omitempty"`
}

func differences(e *Entity, before, after Values) (out []Difference) {
	for _, f := range e.Fields {
		a, b := before[f.Name], after[f.Name]
		if !reflect.DeepEqual(a, b) {
			out = append(out, Difference{f.Name, a, b})
		}
	}
	return out
}

// insertHistory keeps what changed: the values before and after, which are as well guarded
// as the record's own.
func (l *Ledger) insertHistory(ctx context.Context, tx store.Tx, r *Record, seq int64, by people.Actor, now time.Time, action, reason string, changes []Difference) error {
	body := []byte("[]")
	if len(changes) > 0 {
		var err error
		if body, err = json.Marshal(changes); err != nil {
			return fmt.Errorf("ledger: history of %s: %w", r.Key, err)
		}
	}
	stmt, err := tx.Prepared(ctx, `INSERT INTO ledger_history (pack, entity, record, seq, at, actor, person, action, reason, change) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, r.Pack, r.Entity, r.ID, seq, now.UTC(), by.ID, by.Name, action, reason, string(body)); err != nil {
		return fmt.Errorf("ledger: history of %s: %w", r.Key, err)
	}
	return nil
}

// told keeps the audit's entry and emits the fact: names of fields, never values.
func (l *Ledger) told(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, r *Record, action string, fields []string, now time.Time) error {
	if !l.quiet {
		text := fault.T("登记 %s %s", "entered %s %s", e.Title.Text(), r.Key)
		if action != "create" {
			text = fault.T("修改 %s %s", "changed %s %s", e.Title.Text(), r.Key)
		}
		detail := map[string]string{"version": strconv.Itoa(r.Version)}
		if len(fields) > 0 {
			detail["fields"] = strings.Join(fields, ",")
		}
		err := l.opt.Record(ctx, tx, people.Change{At: now, Actor: by, Action: "record." + action, Kind: "record", Key: e.ID() + "/" + r.ID, Office: r.Office, Text: text, Detail: detail})
		if err != nil {
			return fmt.Errorf("ledger: audit of %s: %w", r.Key, err)
		}
	}
	return tx.Emit(ctx, event.RecordChanged, e.ID()+"/"+r.ID, event.RecordChange{Pack: e.Pack, Entity: e.Name, Records: []string{r.ID}, Action: action, Fields: slices.Clone(fields)})
}
