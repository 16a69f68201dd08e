package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// unique asks, before a record is written, whether another has what no two may have alike,
// and names that one. The table's own indexes refuse what gets past: two nodes at once.
// before are the values it had; what did not change is not asked.
func (l *Ledger) unique(ctx context.Context, tx store.Tx, e *Entity, r *Record, before Values) error {
	faults, err := l.twins(ctx, tx, e, r, before)
	if err != nil {
		return err
	}
	return fault.All("record.taken", fault.T("%d 处与已有的记录相同", "%d fields are those of other records", len(faults)), faults)
}

// twins are the faults of unique.
func (l *Ledger) twins(ctx context.Context, db bun.IDB, e *Entity, r *Record, before Values) (faults []*fault.Error, err error) {
	if before == nil && !e.key.seq {
		key, err := l.twin(ctx, db, e, r.ID, []string{"key"}, []any{r.Key})
		if err != nil {
			return nil, err
		}
		if key != "" {
			f := *ErrTaken
			f.Text = fault.T("编号为 %s 的记录已存在", "a record with the number %s exists already", key)
			if names := e.key.fields(); len(names) > 0 {
				f.Where = names[0]
			}
			faults = append(faults, &f)
		}
	}
	for _, g := range e.groups {
		columns, args, changed := make([]string, len(g)), make([]any, len(g)), before == nil
		whole := true
		for i, n := range g {
			c, err := e.by[n].cell(r.Values[n])
			if err != nil {
				return nil, err
			}
			columns[i], args[i], whole = "f_"+n, c[0], whole && c[0] != nil
			changed = changed || !reflect.DeepEqual(before[n], r.Values[n])
		}
		if !whole || !changed { // what is empty is like nothing
			continue
		}
		key, err := l.twin(ctx, db, e, r.ID, columns, args)
		if err != nil {
			return nil, err
		}
		if key != "" {
			faults = append(faults, e.twinFault(g, key))
		}
	}
	return faults, nil
}

func (e *Entity) twinFault(group []string, key string) *fault.Error {
	var zh, en []string
	for _, n := range group {
		t := e.by[n].Label()
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	f := *ErrTaken
	f.Where = group[0]
	f.Text = fault.Text{ZH: fmt.Sprintf("“%s”与记录 %s 相同", strings.Join(zh, "、"), key), EN: fmt.Sprintf("%s: the record %s has the same", strings.Join(en, ", "), key)}
	return &f
}

// twin gives the number of another record with these cells, "" where there is none.
func (l *Ledger) twin(ctx context.Context, db bun.IDB, e *Entity, id string, columns []string, args []any) (key string, err error) {
	where := make([]string, len(columns))
	for i, c := range columns {
		where[i] = c + " = $" + strconv.Itoa(i+1)
	}
	query := "SELECT key FROM " + e.sql.table + " WHERE " + strings.Join(where, " AND ") + " AND id <> $" + strconv.Itoa(len(columns)+1)
	row, err := rowOf(ctx, db, query, append(args, id)...)
	if err != nil {
		return "", err
	}
	err = row.Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("ledger: twins of a %s: %w", e.ID(), err)
	}
	return key, nil
}
