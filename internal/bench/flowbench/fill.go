package flowbench

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/store"
)

// models is how many cases are made by the engine; the others are copies of them in every
// table, with ids and numbers of their own.
const models = 450

// batch is how many copies are made at a time.
const batch = 10_000

// fill makes open cases in every state of the flow, over two months, in every street. Most
// are late by now, as they would be.
func (w *world) fill(ctx context.Context) error {
	w.o.Tell(fmt.Sprintf("making %d open cases", w.o.Cases))
	var all []flow.Case
	for i := range min(models, w.o.Cases) {
		w.at(morning.AddDate(0, 0, -60+i*60/models).Add(time.Duration(i*13%360) * time.Minute))
		c, err := w.model(ctx, i%7)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	w.at(morning)
	if _, err := w.engine.Tick(ctx); err != nil { // what has come due of them meanwhile
		return err
	}
	for from := len(all); from < w.o.Cases; from += batch {
		for i, c := range all {
			if err := w.copies(ctx, c, from+i, min(from+batch, w.o.Cases), len(all)); err != nil {
				return err
			}
		}
	}
	return nil
}

// model is a case that has come so far: none of them ends.
func (w *world) model(ctx context.Context, far int) (flow.Case, error) {
	var times []float64
	c, err := w.report(ctx, &times)
	if err != nil {
		return c, err
	}
	return c, w.through(ctx, c, &times, min(far, len(life)-1))
}

// tables are those a case stands in, with the columns that are a copy's own: n is its number.
var tables = []struct {
	name string
	own  map[string]string
	of   string // the model's rows
}{
	{"flow_case", map[string]string{"id": caseID, "record": recordID, "key": copyKey}, "t.id = $4"},
	{"flow_turn", map[string]string{"case_id": caseID}, "t.case_id = $4"},
	{"flow_party", map[string]string{"case_id": caseID}, "t.case_id = $4"},
	{"flow_timer", map[string]string{"case_id": caseID}, "t.case_id = $4"},
	{"flow_step", map[string]string{"case_id": caseID}, "t.case_id = $4"},
	{"r_pothole__hole", map[string]string{"id": recordID, "key": copyKey}, "t.id = (SELECT record FROM flow_case WHERE id = $4)"},
}

// Ids of copies begin as their model's, so that they are as old, and go on with their number.
const (
	caseID   = "substr($4, 1, 9) || printf('%04x-7%03x-8000-%012x', n / 4096, n % 4096, n)"
	recordID = "substr($4, 1, 9) || printf('%04x-7%03x-9000-%012x', n / 4096, n % 4096, n)"
	copyKey  = "t.key || '-' || n"
)

// copies makes copies of a case in every table, numbered in steps below an end.
func (w *world) copies(ctx context.Context, c flow.Case, from, end, step int) error {
	if from >= end {
		return nil
	}
	return w.books.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		for _, t := range tables {
			columns, err := columnsOf(ctx, tx, t.name)
			if err != nil {
				return err
			}
			values := make([]string, len(columns))
			for i, name := range columns {
				values[i] = cmp.Or(t.own[name], "t."+name)
			}
			stmt, err := tx.Prepared(ctx, fmt.Sprintf(`WITH RECURSIVE k(n) AS (SELECT $1 UNION ALL SELECT n + $2 FROM k WHERE n + $2 < $3)
				INSERT INTO %s (%s) SELECT %s FROM k, %s AS t WHERE %s`, t.name, strings.Join(columns, ", "), strings.Join(values, ", "), t.name, t.of))
			if err != nil {
				return err
			}
			if _, err := stmt.ExecContext(ctx, from, step, end, c.ID); err != nil {
				return fmt.Errorf("flowbench: copies in %s: %w", t.name, err)
			}
		}
		return nil
	})
}

func columnsOf(ctx context.Context, tx store.Tx, table string) (out []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}
