package duckdb

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// aside is where the raw texts and the bits of bad rows wait while good ones are written:
// a table of the engine, which holds it within its memory and else in its temporary folder.
// Bad rows are few; writing them by a statement of their own spares the good ones, which are
// many, from being laid out by good and bad.
type aside struct {
	db           *DB
	table        string // quoted
	plain        string
	texts, words int
	mu           sync.Mutex
	free, all    []*appender
	rows         int64
	err          error // the first
}

// appender is one thread's way into the table.
type appender struct {
	session *session
	to      duck.Appender
	chunk   duck.DataChunk
}

func (d *DB) aside(ctx context.Context, s *session, texts, words int) (*aside, error) {
	a := &aside{db: d, plain: d.name("aside"), texts: texts, words: words}
	a.table = name(a.plain)
	var columns []string
	for i := range texts {
		columns = append(columns, rawName(i)+" VARCHAR")
	}
	for _, w := range a.columns() {
		columns = append(columns, w+" BIGINT")
	}
	return a, s.exec(ctx, "CREATE TABLE "+a.table+" ("+strings.Join(columns, ", ")+")")
}

// put keeps the rows that are bad. What goes wrong is told by end: the function that judges
// cannot stop the statement.
func (a *aside) put(bad []bool, count int, texts []row.Texts, words [][]uint64) {
	to, err := a.take()
	if err == nil {
		err = to.put(bad, count, texts, words)
		a.give(to)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rows += int64(count)
	if a.err == nil {
		a.err = err
	}
}

// columns are the names of the words of bits.
func (a *aside) columns() (out []string) {
	for w := range a.words {
		out = append(out, name(query.Broken(w)))
	}
	return out
}

func (a *aside) take() (*appender, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.free); n > 0 {
		to := a.free[n-1]
		a.free = a.free[:n-1]
		return to, nil
	}
	to, err := a.open()
	if err == nil {
		a.all = append(a.all, to)
	}
	return to, err
}

func (a *aside) give(to *appender) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free = append(a.free, to)
}

func (a *aside) open() (*appender, error) {
	s, err := a.db.session()
	if err != nil {
		return nil, err
	}
	to := &appender{session: s}
	if duck.AppenderCreate(s.conn, "", a.plain, &to.to) == duck.StateError {
		defer to.close()
		return nil, fmt.Errorf("duckdb: %s", duck.AppenderError(to.to))
	}
	text, big := duck.CreateLogicalType(duck.TypeVarchar), duck.CreateLogicalType(duck.TypeBigInt)
	defer duck.DestroyLogicalType(&text)
	defer duck.DestroyLogicalType(&big)
	var types []duck.LogicalType
	for range a.texts {
		types = append(types, text)
	}
	for range a.words {
		types = append(types, big)
	}
	to.chunk = duck.CreateDataChunk(types)
	return to, nil
}

// put copies the cells as they lie: the engine copies what they point to when it appends.
func (to *appender) put(bad []bool, count int, texts []row.Texts, words [][]uint64) error {
	duck.DataChunkReset(to.chunk)
	for k, t := range texts {
		v := duck.DataChunkGetVector(to.chunk, duck.IdxT(k))
		valid, out, next := writable(v, count), cells[textCell](view(v), count), 0
		for i := range bad {
			if !bad[i] {
				continue
			}
			if _, ok := cell(&t, i); ok {
				out[next] = unsafe.Slice((*textCell)(t.Values), len(bad))[i]
			} else {
				valid[next/64] &^= 1 << (next % 64)
			}
			next++
		}
	}
	for w := range words {
		out, next := cells[uint64](view(duck.DataChunkGetVector(to.chunk, duck.IdxT(len(texts)+w))), count), 0
		for i := range bad {
			if bad[i] {
				out[next] = words[w][i]
				next++
			}
		}
	}
	duck.DataChunkSetSize(to.chunk, duck.IdxT(count))
	if duck.AppendDataChunk(to.to, to.chunk) == duck.StateError {
		return refused(context.Background(), duck.AppenderError(to.to))
	}
	return nil
}

func (to *appender) close() {
	duck.AppenderDestroy(&to.to)
	duck.DestroyDataChunk(&to.chunk)
	to.session.close()
}

// end makes all that was put aside readable and gives how many rows there are. It must be
// called once, also after a failure.
func (a *aside) end() (int64, error) {
	for _, to := range a.all {
		if duck.AppenderClose(to.to) == duck.StateError && a.err == nil {
			a.err = refused(context.Background(), duck.AppenderError(to.to))
		}
		to.close()
	}
	return a.rows, a.err
}

// drop forgets the rows.
func (a *aside) drop(s *session) error { return s.exec(context.Background(), "DROP TABLE "+a.table) }
