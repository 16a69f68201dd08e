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
// and names that one where it is of the writer's own office, whatever office the record would be
// of: of others' records nobody learns more than that there is one. The table's own indexes refuse what gets past: two nodes at once.
// before are the values it had; what did not change is not asked.
func (l *Ledger) unique(ctx context.Context, tx store.Tx, e *Entity, r *Record, before Values, writer string) error {
	faults, err := l.twins(ctx, tx, e, r, before, writer)
	if err != nil {
		return err
	}
	return fault.All("record.taken", fault.T("%d 处与已有的记录相同", "%d fields are those of other records", len(faults)), faults)
}

// twins are the faults of unique.
func (l *Ledger) twins(ctx context.Context, db bun.IDB, e *Entity, r *Record, before Values, writer string) (faults []*fault.Error, err error) {
	if before == nil && !e.key.seq {
		found, _, err := l.twin(ctx, db, e, r, []string{"key"}, []any{r.Key}, writer)
		if err != nil {
			return nil, err
		}
		if found {
			f := *ErrTaken
			f.Text = fault.T("编号为 %s 的记录已存在", "a record with the number %s exists already", r.Key)
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
		found, key, err := l.twin(ctx, db, e, r, columns, args, writer)
		if err != nil {
			return nil, err
		}
		if found {
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
	if key == "" {
		f.Text = fault.Text{ZH: fmt.Sprintf("“%s”与其他部门的一条记录相同", strings.Join(zh, "、")), EN: fmt.Sprintf("%s: a record of another office has the same", strings.Join(en, ", "))}
		return f.Fix(fault.T("请核对；确属同一对象的，请联系数据主管部门协调", "check it; if it is the same, ask the data administrators to settle it"))
	}
	f.Text = fault.Text{ZH: fmt.Sprintf("“%s”与记录 %s 相同", strings.Join(zh, "、"), key), EN: fmt.Sprintf("%s: the record %s has the same", strings.Join(en, ", "), key)}
	return &f
}

// twin says whether another record has these cells, and gives its number where it is of the
// writer's office.
func (l *Ledger) twin(ctx context.Context, db bun.IDB, e *Entity, r *Record, columns []string, args []any, writer string) (found bool, key string, err error) {
	where := make([]string, len(columns))
	for i, c := range columns {
		where[i] = c + " = $" + strconv.Itoa(i+1)
	}
	query := "SELECT key, office FROM " + e.sql.table + " WHERE " + strings.Join(where, " AND ") + " AND id <> $" + strconv.Itoa(len(columns)+1)
	row, err := rowOf(ctx, db, query, append(args, r.ID)...)
	if err != nil {
		return false, "", err
	}
	var office string
	err = row.Scan(&key, &office)
	if errors.Is(err, sql.ErrNoRows) {
		return false, "", nil
	}
	if err != nil {
		return false, "", fmt.Errorf("ledger: twins of a %s: %w", e.ID(), err)
	}
	if office != writer {
		key = ""
	}
	return true, key, nil
}
