package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

func testWrites(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"a committed write is read":                          committed,
		"a failing closure undoes itself alone":              failsAlone,
		"a write inside a write is refused":                  nested,
		"a context that ended keeps a closure from starting": ended,
		"a context that ends does not interrupt":             uninterrupted,
		"200 writers lose nothing":                           crowd,
		"the read handle cannot write":                       readOnly,
		"after a commit, and only then":                      afters,
		"a key twice is ErrExists":                           exists,
		"closed":                                             closed,
	} {
		t.Run(name, func(t *testing.T) { test(t, withNotes(t, fresh(t, open, brisk()))) })
	}
}

func committed(t *testing.T, st store.Store) {
	write(t, st, add("a", 1))
	expect(t, "rows", number(t, st, `SELECT n FROM note WHERE id = ?`, "a"), 1)
}

// failsAlone makes closures wait behind one, so that the driver may gather them.
func failsAlone(t *testing.T, st store.Store) {
	own := errors.New("own")
	bad := map[int]func() error{
		3: func() error { return own },
		7: func() error { panic("seven") },
		9: func() error { runtime.Goexit(); return nil },
	}
	began, let := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		if err := st.Write(within(t), func(context.Context, store.Tx) error { close(began); <-let; return nil }); err != nil &&
			!errors.Is(err, store.ErrPanic) && !errors.Is(err, store.ErrUndone) {
			t.Error(err)
		}
	})
	<-began
	failed := make([]error, 20)
	for i := range failed {
		all.Go(func() {
			failed[i] = st.Write(within(t), func(ctx context.Context, tx store.Tx) error {
				if err := add(fmt.Sprint(i), int64(i))(ctx, tx); err != nil {
					return err
				}
				if f := bad[i]; f != nil {
					return f()
				}
				return nil
			})
		})
	}
	close(let)
	all.Wait()
	if !errors.Is(failed[3], own) || !errors.Is(failed[7], store.ErrPanic) || !errors.Is(failed[9], store.ErrPanic) {
		t.Errorf("refusals: %v, %v, %v", failed[3], failed[7], failed[9])
	}
	for i, err := range failed {
		// One that ends the writer's goroutine may take its group along, and says so.
		if bad[i] == nil && err != nil && !errors.Is(err, store.ErrUndone) {
			t.Errorf("write %d: %v", i, err)
		}
		var want int64
		if err == nil {
			want = 1
		}
		expect(t, fmt.Sprintf("row %d", i), number(t, st, `SELECT COUNT(*) FROM note WHERE id = ?`, fmt.Sprint(i)), want)
	}
}

func nested(t *testing.T, st store.Store) {
	outer := within(t)
	for name, inner := range map[string]func(context.Context, store.Tx) error{
		"with the closure's context": func(ctx context.Context, _ store.Tx) error { return st.Write(ctx, add("b", 1)) },
		"with the outer context":     func(context.Context, store.Tx) error { return st.Write(outer, add("b", 1)) },
		"by bun": func(ctx context.Context, tx store.Tx) error {
			return tx.RunInTx(ctx, nil, func(context.Context, bun.Tx) error { return nil })
		},
	} {
		if err := st.Write(outer, inner); !errors.Is(err, store.ErrNested) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var after error
	write(t, st, func(ctx context.Context, tx store.Tx) error {
		tx.After(func() { after = st.Write(outer, add("b", 1)) })
		return add("a", 1)(ctx, tx)
	})
	if !errors.Is(after, store.ErrNested) {
		t.Errorf("after the commit: %v", after)
	}
	expect(t, "rows", number(t, st, `SELECT COUNT(*) FROM note`), 1)
}

func ended(t *testing.T, st store.Store) {
	ctx, cancel := context.WithCancel(within(t))
	began, let, gaveUp := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		gaveUp <- st.Write(within(t), func(context.Context, store.Tx) error { close(began); <-let; return nil })
	}()
	<-began
	go func() { gaveUp <- st.Write(ctx, add("late", 1)) }()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(let)
	if err := <-gaveUp; err != nil {
		t.Error(err)
	}
	write(t, st, add("a", 1))
	expect(t, "late rows", number(t, st, `SELECT COUNT(*) FROM note WHERE id = 'late'`), 0)
}

func uninterrupted(t *testing.T, st store.Store) {
	ctx, cancel := context.WithCancel(within(t))
	err := st.Write(ctx, func(inner context.Context, tx store.Tx) error {
		cancel()
		if err := add("a", 1)(ctx, tx); err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		return add("b", 1)(inner, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "rows", number(t, st, `SELECT COUNT(*) FROM note WHERE id = 'b'`), 1)
}

func crowd(t *testing.T, st store.Store) {
	const writers, each = 200, 10
	write(t, st, add("sum", 0))
	ctx := within(t)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := st.Write(ctx, increment); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	expect(t, "sum", number(t, st, `SELECT n FROM note WHERE id = 'sum'`), writers*each)
	expect(t, "events", number(t, st, `SELECT COUNT(*) FROM event`), writers*each)
}

// increment reads and then writes, by prepared statements.
func increment(ctx context.Context, tx store.Tx) error {
	read, err := tx.Prepared(ctx, `SELECT n FROM note WHERE id = $1`)
	if err != nil {
		return err
	}
	save, err := tx.Prepared(ctx, `UPDATE note SET n = $1 WHERE id = $2`)
	if err != nil {
		return err
	}
	var n int64
	if err := read.QueryRowContext(ctx, "sum").Scan(&n); err != nil {
		return err
	}
	if _, err := save.ExecContext(ctx, n+1, "sum"); err != nil {
		return err
	}
	return tx.Emit(ctx, "note.changed", "sum", nil)
}

func readOnly(t *testing.T, st store.Store) {
	if _, err := st.Read().ExecContext(within(t), `INSERT INTO note (id, n) VALUES ('x', 1)`); err == nil {
		t.Error("written by the read handle")
	}
}

func afters(t *testing.T, st store.Store) {
	var ran []string
	write(t, st, func(ctx context.Context, tx store.Tx) error {
		tx.After(func() { ran = append(ran, "kept") })
		return nil
	})
	_ = st.Write(within(t), func(ctx context.Context, tx store.Tx) error {
		tx.After(func() { ran = append(ran, "undone") })
		return sql.ErrNoRows
	})
	write(t, st, add("a", 1))
	if len(ran) != 1 || ran[0] != "kept" {
		t.Errorf("ran %v", ran)
	}
}

func exists(t *testing.T, st store.Store) {
	write(t, st, add("a", 1))
	if err := st.Write(within(t), add("a", 2)); !errors.Is(err, store.ErrExists) {
		t.Error(err)
	}
}

func closed(t *testing.T, st store.Store) {
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := st.Write(within(t), add("a", 1)); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
}
