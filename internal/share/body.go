package share

import (
	"math"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// mostBytes is how large an answer grows.
const mostBytes = 8 << 20

// lens shows served rows: cells that no mask is laid over go out as they are kept, the
// others are read, masked and written.
type lens struct {
	columns row.Schema // of the served rows, as a look-up gives them
	policy  policy.Lens
	read    []bool // columns whose values the filter or a mask needs
	shown   []shownColumn
}

type shownColumn struct {
	head  string // "name":
	at    int
	plain bool
	typ   row.Type // of what is shown
}

type lensBox struct{ p atomic.Pointer[lens] }

// over gives the lens for columns, made anew when they are others than last time.
func (p *plan) over(columns row.Schema) (*lens, error) {
	if l := p.lens.p.Load(); l != nil && same(l.columns, columns) {
		return l, nil
	}
	inner, err := p.decision.Over(columns)
	if err != nil {
		return nil, ErrStale.Wrap(err)
	}
	l := &lens{columns: columns, policy: inner, read: make([]bool, len(columns))}
	for i, f := range columns {
		l.read[i] = slices.Contains(p.filtered, f.Name)
	}
	for _, c := range p.decision.Columns {
		at := slices.IndexFunc(columns, func(f row.Field) bool { return f.Name == c.Item })
		plain := c.Mask.Kind == policy.MaskNone
		l.read[at] = l.read[at] || !plain
		l.shown = append(l.shown, shownColumn{`"` + c.Item + `":`, at, plain, c.Mask.Type(c.Type)})
	}
	p.lens.p.Store(l)
	return l, nil
}

// same tells the very same columns without comparing them one by one.
func same(a, b row.Schema) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.Equal(a, b))
}

// row appends a served row as JSON; not ok for one that may not be seen.
func (l *lens) row(dst []byte, cells serving.Cells, values []any) (_ []byte, ok bool, err error) {
	for i, read := range l.read {
		if read {
			if values[i], err = cells.Value(i); err != nil {
				return dst, false, err
			}
		}
	}
	shown, ok := l.policy.Row(values)
	if !ok {
		return dst, false, nil
	}
	dst = append(dst, '{')
	for i, c := range l.shown {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, c.head...)
		if c.plain {
			dst = append(dst, cells.JSON(c.at)...)
		} else {
			dst = appendValue(dst, shown[i], c.typ)
		}
	}
	return append(dst, '}'), true, nil
}

// appendValue writes a cell as serving does: texts quoted, decimals with all their places,
// dates and times as ISO 8601 in UTC.
func appendValue(dst []byte, v any, t row.Type) []byte {
	switch v := v.(type) {
	case string:
		if t.Kind == row.Decimal {
			return append(dst, v...)
		}
		return serving.AppendText(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case time.Time:
		form := time.RFC3339Nano
		if t.Kind == row.Date {
			form = time.DateOnly
		}
		return serving.AppendText(dst, v.UTC().Format(form))
	case []*string:
		dst = append(dst, '[')
		for i, s := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if s == nil {
				dst = append(dst, "null"...)
			} else {
				dst = serving.AppendText(dst, *s)
			}
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return serving.AppendText(dst, strconv.FormatFloat(f, 'f', -1, 64))
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

// appendShown writes a row that the engine gave and the masks were laid over.
func (p *plan) appendShown(dst []byte, cells []any) []byte {
	dst = append(dst, '{')
	for i, c := range p.decision.Columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), c.Item...), `":`...)
		dst = appendValue(dst, cells[i], c.Mask.Type(c.Type))
	}
	return append(dst, '}')
}
