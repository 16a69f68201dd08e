// Package storebench measures the store's grouped durable writes against the limit of the
// same disk: one plain durable insert per transaction.
//
// Read first: GroupedWrites.
package storebench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/mattn/go-sqlite3" // the plain side speaks to SQLite directly

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// Result is what was measured; rates are per second, of whole changes on our side and of
// inserts on the other.
type Result struct {
	Name      string  `json:"name"`
	Rate      float64 `json:"rate"`       // median
	LimitRate float64 `json:"limit_rate"` // median
	Ratio     float64 `json:"ratio"`      // Rate / LimitRate
	Rounds    []Round `json:"rounds"`
}

// Round is one measurement of both, in turn.
type Round struct {
	Rate      float64 `json:"rate"`
	LimitRate float64 `json:"limit_rate"`
}

// Extent of one measurement.
const (
	clients = 32
	rounds  = 3
	changes = 20_000
	inserts = 5_000
	cases   = 10_000 // rows that are changed
)

// GroupedWrites has 32 clients change cases, each change a durable write of its own: read
// and update a row with an index, insert its history, emit an event. The limit is a row
// inserted per transaction by one client into a plain file with the same pragmas. dir has
// to be on the disk in question; what is made in it is removed.
func GroupedWrites(ctx context.Context, dir string) (Result, error) {
	return inTurn(ctx, dir, changes, inserts)
}

func inTurn(ctx context.Context, dir string, changes, inserts int) (Result, error) {
	dir, err := os.MkdirTemp(dir, "storebench")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	ours, err := openOurs(ctx, filepath.Join(dir, "store.db"))
	if err != nil {
		return Result{}, err
	}
	defer ours.Close()
	plain, err := measure.OpenPlain(ctx, filepath.Join(dir, "plain.db"))
	if err != nil {
		return Result{}, err
	}
	defer plain.Close()
	r := Result{Name: "store"}
	for range rounds {
		limit, err := plain.Insert(ctx, inserts)
		if err != nil {
			return r, fmt.Errorf("plain inserts: %w", err)
		}
		rate, err := changeOurs(ctx, ours, changes)
		if err != nil {
			return r, fmt.Errorf("grouped writes: %w", err)
		}
		r.Rounds = append(r.Rounds, Round{rate, limit})
	}
	if err := complete(ctx, ours, int64(rounds*changes)); err != nil {
		return r, err
	}
	r.Rate = measure.Median(r.Rounds, func(x Round) float64 { return x.Rate })
	r.LimitRate = measure.Median(r.Rounds, func(x Round) float64 { return x.LimitRate })
	r.Ratio = r.Rate / r.LimitRate
	return r, nil
}

const tables = `
CREATE TABLE bench_case (id BIGINT PRIMARY KEY, state TEXT NOT NULL, office TEXT NOT NULL, changed TIMESTAMP NOT NULL, n BIGINT NOT NULL);
CREATE INDEX bench_case_state ON bench_case (state, changed);
CREATE TABLE bench_history (id INTEGER PRIMARY KEY, subject BIGINT NOT NULL, state TEXT NOT NULL, at TIMESTAMP NOT NULL)`

func openOurs(ctx context.Context, path string) (store.Store, error) {
	st, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := st.Migrate(ctx, "bench", []store.Migration{{Version: 1, SQL: tables}}); err != nil {
		return nil, err
	}
	return st, st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		stmt, err := tx.Prepared(ctx, `INSERT INTO bench_case (id, state, office, changed, n) VALUES ($1, $2, $3, $4, 0)`)
		if err != nil {
			return err
		}
		for id := range cases {
			if _, err := stmt.ExecContext(ctx, id, "open", fmt.Sprintf("office %d", id%46), time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

func changeOurs(ctx context.Context, st store.Store, changes int) (float64, error) {
	var next atomic.Int64
	var work sync.WaitGroup
	failed := make([]error, clients)
	began := time.Now()
	for c := range clients {
		work.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(changes) || failed[c] != nil {
					return
				}
				failed[c] = st.Write(ctx, func(ctx context.Context, tx store.Tx) error { return change(ctx, tx, n*7919%cases) })
			}
		})
	}
	work.Wait()
	took := time.Since(began)
	for _, err := range failed {
		if err != nil {
			return 0, err
		}
	}
	return float64(changes) / took.Seconds(), nil
}

type changed struct {
	State string `json:"state"`
	N     int64  `json:"n"`
}

// change is one action on a case.
func change(ctx context.Context, tx store.Tx, id int64) error {
	read, err := tx.Prepared(ctx, `SELECT state, n FROM bench_case WHERE id = $1`)
	if err != nil {
		return err
	}
	update, err := tx.Prepared(ctx, `UPDATE bench_case SET state = $1, n = $2, changed = $3 WHERE id = $4`)
	if err != nil {
		return err
	}
	history, err := tx.Prepared(ctx, `INSERT INTO bench_history (subject, state, at) VALUES ($1, $2, $3)`)
	if err != nil {
		return err
	}
	var state string
	var n int64
	if err := read.QueryRowContext(ctx, id).Scan(&state, &n); err != nil {
		return err
	}
	now := time.Now()
	state = map[string]string{"open": "handled", "handled": "checked", "checked": "open"}[state]
	if _, err := update.ExecContext(ctx, state, n+1, now, id); err != nil {
		return err
	}
	if _, err := history.ExecContext(ctx, id, state, now); err != nil {
		return err
	}
	return tx.Emit(ctx, "bench.changed", state, changed{state, n + 1})
}

// complete refuses a measurement in which something was not written.
func complete(ctx context.Context, st store.Store, want int64) error {
	for _, query := range []string{
		`SELECT SUM(n) FROM bench_case`, `SELECT COUNT(*) FROM bench_history`, `SELECT COUNT(*) FROM event`,
	} {
		var got int64
		if err := st.Read().QueryRowContext(ctx, query).Scan(&got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s gave %d after %d changes", query, got, want)
		}
	}
	return nil
}
