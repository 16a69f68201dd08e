package duckdb

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// arrowReader copies an answer into Arrow batches, a chunk of the engine (2,048 rows) each.
// The bindings' own Arrow needs a build tag; copying costs little beside the query.
type arrowReader struct {
	ctx    context.Context
	result *result
	schema *arrow.Schema
	fields row.Schema
	build  *array.RecordBuilder
	record arrow.RecordBatch
	err    error
}

func newReader(ctx context.Context, r *result, fields row.Schema) *arrowReader {
	schema := fields.Arrow()
	return &arrowReader{ctx: ctx, result: r, fields: fields, schema: schema,
		build: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
}

func (r *arrowReader) Schema() *arrow.Schema     { return r.schema }
func (r *arrowReader) Record() arrow.RecordBatch { return r.record }
func (r *arrowReader) Err() error                { return r.err }

func (r *arrowReader) Next() bool {
	if r.err != nil || r.result == nil {
		return false
	}
	n, err := r.result.next(r.ctx)
	if err != nil || n == 0 {
		r.err = err
		return false
	}
	for i, f := range r.fields {
		if r.err = appendColumn(r.build.Field(i), f.Type, r.result.column(i), n); r.err != nil {
			return false
		}
	}
	if r.record != nil {
		r.record.Release()
	}
	r.record = r.build.NewRecordBatch()
	return true
}

// Close ends the statement; a second call does nothing.
func (r *arrowReader) Close() error {
	if r.result == nil {
		return nil
	}
	if r.record != nil {
		r.record.Release()
	}
	r.build.Release()
	r.result.close()
	r.result = nil
	return nil
}

func appendColumn(b array.Builder, t row.Type, c column, n int) error {
	b.Reserve(n)
	switch b := b.(type) {
	case *array.StringBuilder:
		texts := c.texts()
		for i := range n {
			if v, ok := texts.At(i); ok {
				b.BinaryBuilder.Append(v)
			} else {
				b.AppendNull()
			}
		}
	case *array.Int64Builder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(at[int64](c, i)) })
	case *array.Float64Builder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(at[float64](c, i)) })
	case *array.BooleanBuilder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(at[bool](c, i)) })
	case *array.Date32Builder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(arrow.Date32(at[int32](c, i))) })
	case *array.TimestampBuilder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(arrow.Timestamp(at[int64](c, i))) })
	case *array.Decimal128Builder:
		fill(c, n, b.AppendNull, func(i int) { b.Append(decimalAt(c, i, t.Precision)) })
	case *array.ListBuilder:
		return appendLists(b, c, n)
	default:
		return fmt.Errorf("duckdb: no Arrow column for %s", t)
	}
	return nil
}

func fill(c column, n int, null func(), value func(i int)) {
	for i := range n {
		if c.null(i) {
			null()
		} else {
			value(i)
		}
	}
}

// decimalAt reads a decimal, which the engine keeps as small as its precision allows.
func decimalAt(c column, i, precision int) decimal128.Num {
	switch {
	case precision <= 4:
		return decimal128.FromI64(int64(at[int16](c, i)))
	case precision <= 9:
		return decimal128.FromI64(int64(at[int32](c, i)))
	case precision <= 18:
		return decimal128.FromI64(at[int64](c, i))
	}
	h := at[struct {
		lo uint64
		hi int64
	}](c, i)
	return decimal128.New(h.hi, h.lo)
}

func appendLists(b *array.ListBuilder, c column, n int) error {
	texts, ok := b.ValueBuilder().(*array.StringBuilder)
	if !ok {
		return fmt.Errorf("duckdb: only lists of texts are known")
	}
	child := view(duck.ListVectorGetChild(c.vec)).texts()
	for i := range n {
		if c.null(i) {
			b.AppendNull()
			continue
		}
		b.Append(true)
		entry := at[[2]uint64](c, i)
		for k := range entry[1] {
			if v, ok := child.At(int(entry[0] + k)); ok {
				texts.BinaryBuilder.Append(v)
			} else {
				texts.AppendNull()
			}
		}
	}
	return nil
}
