package serving

import (
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// AppendKey appends the values of a look-up as the cells of a row have them, each with its
// length. found is false when no row can equal them: a nil, or a number with more places
// than its item has.
func AppendKey(dst []byte, columns row.Schema, values []any) (_ []byte, found bool, err error) {
	if len(values) != len(columns) {
		return dst, false, ErrKeyCount
	}
	found = true
	for i, v := range values {
		at := len(dst)
		var equal, ok bool
		if dst, equal, ok = appendKey(append(dst, 0), columns[i].Type, v); !ok {
			return dst, false, ErrKeyValue.At("%s", columns[i].Name)
		}
		dst, found = measure(dst, at), found && equal
	}
	return dst, found, nil
}

// appendKey appends one value; equal is false when nothing equals it, ok when it is none of
// the type.
func appendKey(dst []byte, t row.Type, v any) (_ []byte, equal, ok bool) {
	switch v := v.(type) {
	case nil:
		return dst, false, true
	case string:
		return appendKeyText(dst, t, v)
	case int:
		return appendKeyText(dst, t, strconv.Itoa(v))
	case int64:
		return appendKeyText(dst, t, strconv.FormatInt(v, 10))
	case bool:
		return appendKeyText(dst, t, strconv.FormatBool(v))
	case float64:
		return appendKeyText(dst, t, strconv.FormatFloat(v, 'f', -1, 64))
	case time.Time:
		return appendKeyTime(dst, t, v)
	}
	return dst, false, false
}

func appendKeyTime(dst []byte, t row.Type, v time.Time) (_ []byte, equal, ok bool) {
	switch t.Kind {
	case row.Date: // the calendar day of the place it was taken in
		y, m, d := v.Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
		return append(appendDay(append(dst, '"'), day), '"'), true, true
	case row.Time:
		return appendTime(dst, v.UnixMicro()), v.Nanosecond()%1000 == 0, true
	}
	return dst, false, false
}

func appendKeyText(dst []byte, t row.Type, s string) (_ []byte, equal, ok bool) {
	switch t.Kind {
	case row.Text:
		return appendText(dst, s), true, true
	case row.Int:
		text, exact, ok := decimalText(s, 0)
		return append(dst, text...), exact, ok
	case row.Decimal:
		text, exact, ok := decimalText(s, t.Scale)
		return append(dst, text...), exact, ok
	case row.Float:
		f, err := strconv.ParseFloat(s, 64)
		return appendFloat(dst, f), true, err == nil
	case row.Bool:
		b, err := strconv.ParseBool(s)
		return strconv.AppendBool(dst, b), true, err == nil
	case row.Date:
		day, err := dayOf(s)
		if err != nil {
			return dst, false, false
		}
		return appendKeyTime(dst, t, day)
	case row.Time:
		at, err := timeOf(s)
		if err != nil {
			return dst, false, false
		}
		return appendKeyTime(dst, t, at)
	}
	return dst, false, false // a list is no key
}
