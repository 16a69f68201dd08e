package duckdb

import (
	"context"
	"errors"
	"math/big"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// result is a streaming answer. It holds its connection until it is closed.
type result struct {
	session *session
	res     duck.Result
	chunk   duck.DataChunk
	owned   bool // the session is closed with the result
}

// next moves to the next chunk and gives its rows; 0 at the end.
func (r *result) next(ctx context.Context) (int, error) {
	duck.DestroyDataChunk(&r.chunk)
	defer r.session.interruptOn(ctx)()
	r.chunk = duck.FetchChunk(r.res)
	if r.chunk.Ptr == nil {
		if m := duck.ResultError(&r.res); m != "" {
			return 0, refused(ctx, m)
		}
		return 0, nil
	}
	return int(duck.DataChunkGetSize(r.chunk)), nil
}

func (r *result) close() {
	duck.DestroyDataChunk(&r.chunk)
	duck.DestroyResult(&r.res)
	if r.owned {
		r.session.close()
	}
}

// column is a view of one vector of a chunk.
type column struct {
	data  unsafe.Pointer
	valid *uint64
	vec   duck.Vector
}

func (r *result) column(i int) column { return view(duck.DataChunkGetVector(r.chunk, duck.IdxT(i))) }

func view(v duck.Vector) column {
	return column{duck.VectorGetData(v), (*uint64)(duck.VectorGetValidity(v)), v}
}

func (c column) null(i int) bool {
	if c.valid == nil {
		return false
	}
	return *(*uint64)(unsafe.Add(unsafe.Pointer(c.valid), i/64*8))&(1<<(i%64)) == 0
}

func at[T any](c column, i int) T {
	var t T
	return *(*T)(unsafe.Add(c.data, i*int(unsafe.Sizeof(t))))
}

func (c column) texts() row.Texts { return row.Texts{Values: c.data, Validity: c.valid} }

// each calls f for every row with its values: string, int64, float64, bool, []any or nil.
// It is for small answers.
func (s *session) each(ctx context.Context, sql string, args []any, f func(v []any) error) error {
	r, err := s.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer r.close()
	kinds := make([]duck.Type, duck.ColumnCount(&r.res))
	for i := range kinds {
		kinds[i] = duck.ColumnType(&r.res, duck.IdxT(i))
	}
	for {
		n, err := r.next(ctx)
		if err != nil || n == 0 {
			return err
		}
		for i := range n {
			vs := make([]any, len(kinds))
			for k := range kinds {
				if vs[k], err = goValue(kinds[k], r.column(k), i); err != nil {
					return err
				}
			}
			if err := f(vs); err != nil {
				return err
			}
		}
	}
}

func goValue(t duck.Type, c column, i int) (any, error) {
	if c.null(i) {
		return nil, nil
	}
	switch t {
	case duck.TypeVarchar:
		texts := c.texts()
		b, _ := texts.At(i)
		return string(b), nil
	case duck.TypeBigInt:
		return at[int64](c, i), nil
	case duck.TypeInteger:
		return int64(at[int32](c, i)), nil
	case duck.TypeUBigInt:
		return int64(at[uint64](c, i)), nil
	case duck.TypeDouble:
		return at[float64](c, i), nil
	case duck.TypeBoolean:
		return at[bool](c, i), nil
	case duck.TypeHugeInt:
		n := hugeInt(c, i)
		return n.Int64(), nil
	case duck.TypeList:
		entry, child := at[[2]uint64](c, i), view(duck.ListVectorGetChild(c.vec))
		out := make([]any, entry[1])
		for k := range out {
			out[k], _ = goValue(duck.TypeVarchar, child, int(entry[0])+k)
		}
		return out, nil
	}
	return nil, errors.New("duckdb: a column of a type that each does not read")
}

func hugeInt(c column, i int) *big.Int {
	h := at[struct {
		lo uint64
		hi int64
	}](c, i)
	n := new(big.Int).Lsh(big.NewInt(h.hi), 64)
	return n.Or(n, new(big.Int).SetUint64(h.lo))
}
