package serving

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// AppendCell appends cell i of a column as JSON: texts quoted, numbers in plain digits with
// all places of a decimal, dates as "YYYY-MM-DD", times as RFC 3339 in UTC, NULL as null.
// The same value always gives the same bytes; what JSON has no number for is a text ("NaN").
func AppendCell(dst []byte, a arrow.Array, i int) ([]byte, error) {
	if a.IsNull(i) {
		return append(dst, "null"...), nil
	}
	switch a := a.(type) {
	case *array.String:
		return appendText(dst, a.Value(i)), nil
	case *array.Int64:
		return strconv.AppendInt(dst, a.Value(i), 10), nil
	case *array.Date32:
		dst = appendDay(append(dst, '"'), int64(a.Value(i)))
		return append(dst, '"'), nil
	case *array.Decimal128:
		return appendDecimal(dst, a.Value(i), int(a.DataType().(*arrow.Decimal128Type).Scale)), nil
	case *array.Float64:
		return appendFloat(dst, a.Value(i)), nil
	case *array.Boolean:
		return strconv.AppendBool(dst, a.Value(i)), nil
	case *array.Timestamp:
		return appendTime(dst, int64(a.Value(i))), nil
	case *array.List:
		return appendList(dst, a, i)
	}
	return dst, fmt.Errorf("serving: no cell of %s", a.DataType())
}

func appendList(dst []byte, a *array.List, i int) (_ []byte, err error) {
	from, to := a.ValueOffsets(i)
	dst = append(dst, '[')
	for k := from; k < to; k++ {
		if k > from {
			dst = append(dst, ',')
		}
		if dst, err = AppendCell(dst, a.ListValues(), int(k)); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

const hex = "0123456789abcdef"

// appendText quotes a text; bytes that are no UTF-8 become the replacement character.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = appendEscape(append(dst, s[from:i]...), c)
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(append(dst, s[from:i]...), "\ufffd"...)
			from = i + 1
		}
		i += size
	}
	return append(append(dst, s[from:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	case f == 0: // of either sign: they are equal
		return append(dst, '0')
	}
	if m := math.Abs(f); m < 1e-6 || m >= 1e21 {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

const dayMicros = 86400_000_000

func appendTime(dst []byte, micros int64) []byte {
	day, in := micros/dayMicros, micros%dayMicros
	if in < 0 {
		day, in = day-1, in+dayMicros
	}
	dst = append(appendDay(append(dst, '"'), day), 'T')
	seconds := int(in / 1_000_000)
	dst = append(append2(dst, seconds/3600), ':')
	dst = append(append2(dst, seconds/60%60), ':')
	dst = append2(dst, seconds%60)
	if part := int(in % 1_000_000); part != 0 {
		dst = append(dst, '.')
		dst = append2(append2(append2(dst, part/10000), part/100%100), part%100)
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return append(dst, 'Z', '"')
}

func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// appendDay writes a day since 1970, proleptic Gregorian; years beyond four digits carry
// their sign.
func appendDay(dst []byte, day int64) []byte {
	y, m, d := civil(day)
	switch {
	case y >= 0 && y <= 9999:
		dst = append2(append2(dst, int(y/100)), int(y%100))
	default:
		dst = fmt.Appendf(dst, "%+06d", y)
	}
	dst = append2(append(dst, '-'), m)
	return append2(append(dst, '-'), d)
}

// civil is the calendar day of a day since 1970 (Howard Hinnant's algorithm).
func civil(day int64) (y int64, m, d int) {
	day += 719468
	era := day / 146097
	if day < 0 {
		era = (day - 146096) / 146097
	}
	doe := day - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y, m, d = yoe+era*400, int(mp)+3, int(doy-(153*mp+2)/5)+1
	if m > 12 {
		y, m = y+1, m-12
	}
	return y, m, d
}

// dayOf reads what appendDay wrote, and any day a user writes the same way.
func dayOf(s string) (time.Time, error) {
	if n := len(s); n > 10 && (s[0] == '+' || s[0] == '-') {
		y, err := strconv.Atoi(s[:n-6])
		if err != nil {
			return time.Time{}, err
		}
		rest, err := time.Parse("2006-01-02", "2000"+s[n-6:])
		return time.Date(y, rest.Month(), rest.Day(), 0, 0, 0, 0, time.UTC), err
	}
	return time.Parse("2006-01-02", s)
}

func timeOf(s string) (time.Time, error) {
	if at := len(s); at > 21 && (s[0] == '+' || s[0] == '-') {
		for i, c := range s {
			if c == 'T' {
				day, err := dayOf(s[:i])
				if err != nil {
					return day, err
				}
				in, err := time.Parse("2006-01-02T15:04:05.999999Z", "2000-01-01"+s[i:])
				return day.Add(in.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))), err
			}
		}
	}
	return time.Parse("2006-01-02T15:04:05.999999999Z07:00", s)
}
