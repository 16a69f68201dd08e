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

// batch is how many copies are made in one transaction.
const batch = 50_000

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
	return w.copies(ctx, len(all), w.o.Cases, all...)
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

// tables are those a case stands in, with the columns that are a copy's own (k.n is its number,
// m its model) and how a row is known as the model's.
var tables = []struct {
	name  string
	own   map[string]string
	model string
}{
	{"flow_case", map[string]string{"id": caseID, "record": recordID, "key": copyKey}, "t.id = m.id"},
	{"flow_turn", map[string]string{"case_id": caseID}, "t.case_id = m.id"},
	{"flow_party", map[string]string{"case_id": caseID}, "t.case_id = m.id"},
	{"flow_timer", map[string]string{"case_id": caseID}, "t.case_id = m.id"},
	{"flow_gram", map[string]string{"case_id": caseID}, "t.case_id = m.id"},
	{"flow_step", map[string]string{"case_id": caseID}, "t.case_id = m.id"},
	{"r_pothole__hole", map[string]string{"id": recordID, "key": copyKey}, "t.id = m.record"},
}

// Ids of copies begin as their model's, so that they are as old, and go on with their number.
const (
	caseID   = "substr(m.id, 1, 9) || printf('%04x-7%03x-8000-%012x', k.n / 4096, k.n % 4096, k.n)"
	recordID = "substr(m.id, 1, 9) || printf('%04x-7%03x-9000-%012x', k.n / 4096, k.n % 4096, k.n)"
	copyKey  = "t.key || '-' || k.n"
)

// copies makes copies of cases in every table, each of them in turn, numbered from one number
// up to another. A transaction makes many, model by model, so that its rows lie side by side
// in the tables and their indexes.
func (w *world) copies(ctx context.Context, from, end int, models ...flow.Case) error {
	for ; from < end; from += batch {
		err := w.books.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			return copied(ctx, tx, from, min(from+batch, end), models)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func copied(ctx context.Context, tx store.Tx, from, end int, models []flow.Case) error {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE model (n INTEGER PRIMARY KEY, id TEXT NOT NULL, record TEXT NOT NULL)`); err != nil {
		return err
	}
	for i, c := range models {
		if _, err := tx.ExecContext(ctx, `INSERT INTO model VALUES (?, ?, ?)`, i, c.ID, c.Record); err != nil {
			return err
		}
	}
	for _, t := range tables {
		columns, err := columnsOf(ctx, tx, t.name)
		if err != nil {
			return err
		}
		values := make([]string, len(columns))
		for i, name := range columns {
			values[i] = cmp.Or(t.own[name], "t."+name)
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %s (%s)
			WITH RECURSIVE k(m, n) AS (SELECT n, ?0 + n FROM model WHERE ?0 + n < ?2 UNION ALL SELECT m, n + ?1 FROM k WHERE n + ?1 < ?2 ORDER BY 1, 2)
			SELECT %s FROM k CROSS JOIN model AS m ON m.n = k.m CROSS JOIN %s AS t ON %s`,
			t.name, strings.Join(columns, ", "), strings.Join(values, ", "), t.name, t.model), from, len(models), end)
		if err != nil {
			return fmt.Errorf("flowbench: copies in %s: %w", t.name, err)
		}
	}
	_, err := tx.ExecContext(ctx, `DROP TABLE model`)
	return err
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
