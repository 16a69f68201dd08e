package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// gathering takes rows of the lake to the sorter: one goroutine reads, others encode.
type gathering struct {
	next    *stored // what the file will say; its batches grow
	sorter  *sorter
	mu      sync.Mutex // guards the sorter
	numbers sync.Map   // batch → its number
	naming  sync.Mutex // guards the growth of next.batches
	keyed   atomic.Int64
	unkeyed atomic.Int64
}

func newGathering(next *stored, s *sorter) *gathering {
	g := &gathering{next: next, sorter: s}
	next.batches = slices.Clone(next.batches)
	for n, b := range next.batches {
		g.numbers.Store(b, uint64(n))
	}
	return g
}

// columns are what is read of the lake: the items, then the batch.
func (g *gathering) columns() row.Schema {
	return append(slices.Clone(g.next.Columns), row.Field{Name: query.BatchColumn, Type: row.TextType})
}

// take reads an answer to its end; every row comes by times (or goes).
func (g *gathering) take(ctx context.Context, by int64, read func(context.Context) (row.Reader, error)) error {
	work, ctx := errgroup.WithContext(ctx)
	batches := make(chan arrow.RecordBatch, 2)
	work.Go(func() (err error) {
		defer close(batches)
		r, err := read(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		for r.Next() {
			rec := r.Record()
			rec.Retain()
			select {
			case batches <- rec:
			case <-ctx.Done():
				rec.Release()
				return ctx.Err()
			}
		}
		return r.Err()
	})
	for range max(2, runtime.NumCPU()) {
		work.Go(func() (err error) {
			e := encoder{gathering: g}
			for rec := range batches {
				if err == nil {
					err = e.encode(rec, by)
				}
				rec.Release()
			}
			return err
		})
	}
	return work.Wait()
}

// encoder encodes batches of rows, one goroutine.
type encoder struct {
	*gathering
	bytes  []byte // contents, one after the other
	rows   []encoded
	ends   []int
	key    []byte
	batch  string // the last one
	number uint64
	known  bool
}

type encoded struct {
	place    place
	from, to int
}

func (e *encoder) encode(rec arrow.RecordBatch, by int64) error {
	items := rec.Columns()[:len(e.next.Columns)]
	batch, ok := rec.Column(len(items)).(*array.String)
	if !ok {
		return errors.New("serving: the batch column is no text")
	}
	e.bytes, e.rows = e.bytes[:0], e.rows[:0]
	n := int(rec.NumRows())
	for i := range n {
		if err := e.row(items, batch, i); err != nil {
			return err
		}
	}
	e.keyed.Add(by * int64(len(e.rows)))
	e.unkeyed.Add(by * int64(n-len(e.rows)))
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.rows {
		if err := e.sorter.add(r.place, by, e.bytes[r.from:r.to]); err != nil {
			return err
		}
	}
	return nil
}

// row encodes one row; one with a NULL in its key is left out.
func (e *encoder) row(items []arrow.Array, batch *array.String, i int) (err error) {
	for _, k := range e.next.keys {
		if items[k].IsNull(i) {
			return nil
		}
	}
	if name := batch.Value(i); !e.known || name != e.batch {
		e.batch, e.known = string(append([]byte(nil), name...)), true
		e.number = e.numberOf(e.batch)
	}
	from := len(e.bytes)
	e.bytes = binary.AppendUvarint(e.bytes, e.number)
	cells := len(e.bytes)
	if e.bytes, e.ends, err = serving.AppendRow(e.bytes, e.ends[:0], items, i); err != nil {
		return err
	}
	e.rows = append(e.rows, encoded{placeOf(hash(e.keyOf(cells), e.next.Seed), hash(e.bytes[from:], e.next.Seed)), from, len(e.bytes)})
	return nil
}

// keyOf gives the key's cells, each with its length, of the row whose cells begin there.
func (e *encoder) keyOf(cells int) []byte {
	e.key = e.key[:0]
	for _, k := range e.next.keys {
		from := cells
		if k > 0 {
			from = e.ends[k-1]
		}
		e.key = append(e.key, e.bytes[from:e.ends[k]]...)
	}
	return e.key
}

func (g *gathering) numberOf(batch string) uint64 {
	if n, ok := g.numbers.Load(batch); ok {
		return n.(uint64)
	}
	g.naming.Lock()
	defer g.naming.Unlock()
	if n, ok := g.numbers.Load(batch); ok {
		return n.(uint64)
	}
	n := uint64(len(g.next.batches))
	g.next.batches = append(g.next.batches, batch)
	g.numbers.Store(batch, n)
	return n
}
