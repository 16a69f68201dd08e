package query

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// Values reads a small answer whole: nil, string, int64, float64, bool, time.Time or
// []*string a cell; decimals as plain text. Large answers are read row by row with Each, or
// batch by batch with Run.
func Values(ctx context.Context, e Engine, q row.Query, files []lake.File, s row.Schema) (out [][]any, err error) {
	err = Each(ctx, e, q, files, s, func(cells []any) error {
		out = append(out, cells)
		return nil
	})
	return out, err
}

// Each gives the rows of an answer one after the other, the cells as in Values; each row is
// the receiver's own.
func Each(ctx context.Context, e Engine, q row.Query, files []lake.File, s row.Schema, do func(cells []any) error) error {
	r, err := e.Run(ctx, q, files, s)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		rec := r.Record()
		for i := range int(rec.NumRows()) {
			cells := make([]any, rec.NumCols())
			for c := range cells {
				if cells[c], err = cell(rec.Column(c), i); err != nil {
					return err
				}
			}
			if err := do(cells); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

func cell(a arrow.Array, i int) (any, error) {
	if a.IsNull(i) {
		return nil, nil
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i), nil
	case *array.Int64:
		return a.Value(i), nil
	case *array.Int32:
		return int64(a.Value(i)), nil
	case *array.Float64:
		return a.Value(i), nil
	case *array.Boolean:
		return a.Value(i), nil
	case *array.Date32:
		return a.Value(i).ToTime(), nil
	case *array.Timestamp:
		return a.Value(i).ToTime(arrow.Microsecond), nil
	case *array.Decimal128:
		return a.Value(i).ToString(a.DataType().(*arrow.Decimal128Type).Scale), nil // its own text would be 1e-06
	case *array.List:
		from, to := a.ValueOffsets(i)
		texts, ok := a.ListValues().(*array.String)
		if !ok {
			return nil, fmt.Errorf("query: no cell of a list of %s", a.ListValues().DataType())
		}
		out := make([]*string, 0, to-from)
		for k := from; k < to; k++ {
			var v *string
			if !texts.IsNull(int(k)) {
				s := texts.Value(int(k))
				v = &s
			}
			out = append(out, v)
		}
		return out, nil
	}
	return nil, fmt.Errorf("query: no cell of %s", a.DataType())
}
