package duckdb

import (
	"bytes"
	"strconv"
	"sync"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// reader names the function that reads a text as a value of type t, strictly: the whole
// text, no blanks; decimals are rounded to their places, half away from zero; what does not
// fit is NULL.
func reader(t row.Type) (string, bool) {
	switch t.Kind {
	case row.Int:
		return "cs_int", true
	case row.Float:
		return "cs_float", true
	case row.Bool:
		return "cs_bool", true
	case row.Date:
		return "cs_date", true
	case row.Time:
		return "cs_time", true
	case row.Decimal:
		return "cs_decimal", true
	}
	return "", false
}

// readers are the functions every engine has.
func readers() []function {
	text := []duck.Type{duck.TypeVarchar}
	return []function{
		{name: "cs_int", params: text, result: plain(duck.TypeBigInt), run: reads(readInt)},
		{name: "cs_float", params: text, result: plain(duck.TypeDouble), run: reads(readFloat)},
		{name: "cs_bool", params: text, result: plain(duck.TypeBoolean), run: reads(readBool)},
		{name: "cs_date", params: text, result: plain(duck.TypeDate), run: reads(readDate)},
		{name: "cs_time", params: text, result: plain(duck.TypeTimestamp), run: reads(readTime)},
		{name: "cs_decimal", params: []duck.Type{duck.TypeVarchar, duck.TypeInteger, duck.TypeInteger}, result: plain(duck.TypeVarchar), run: readDecimals()},
		{name: "cs_parse_date", params: []duck.Type{duck.TypeVarchar, duck.TypeVarchar}, result: plain(duck.TypeDate), run: parseDates},
		{name: "cs_plain", params: []duck.Type{duck.TypeDouble}, result: plain(duck.TypeVarchar), run: plainFloats()},
	}
}

// reads lifts a reader of one text to vectors.
func reads[T any](read func([]byte) (T, bool)) func([]column, int, duck.Vector) {
	return func(in []column, n int, out duck.Vector) {
		texts, valid := in[0].texts(), writable(out, n)
		values := cells[T](view(out), n)
		for i := range n {
			if b, ok := texts.At(i); ok {
				if v, ok := read(b); ok {
					values[i] = v
					continue
				}
			}
			valid[i/64] &^= 1 << (i % 64)
		}
	}
}

func readInt(b []byte) (int64, bool) {
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative, b = b[0] == '-', b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || n > (1<<63)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	if negative {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}

func readFloat(b []byte) (float64, bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(b), len(b)), 64)
	return f, err == nil
}

func readBool(b []byte) (bool, bool) {
	switch {
	case len(b) == 1 && b[0] == '1', bytes.EqualFold(b, []byte("true")):
		return true, true
	case len(b) == 1 && b[0] == '0', bytes.EqualFold(b, []byte("false")):
		return false, true
	}
	return false, false
}

// readDate reads YYYY-MM-DD of a year from 1 to 9999.
func readDate(b []byte) (int32, bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	y, ok1 := number4(b[0:4])
	m, ok2 := number2(b[5:7])
	d, ok3 := number2(b[8:10])
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	return daysOf(y, m, d)
}

func number2(b []byte) (int, bool) {
	t, u := b[0]-'0', b[1]-'0'
	return int(t)*10 + int(u), t <= 9 && u <= 9
}

func number4(b []byte) (int, bool) {
	h, ok1 := number2(b)
	l, ok2 := number2(b[2:])
	return h*100 + l, ok1 && ok2
}

// daysOf counts days since 1970 in the proleptic Gregorian calendar; false for a day that
// is not.
func daysOf(y, m, d int) (int32, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	if m <= 2 {
		y--
		m += 12
	}
	era, yoe := y/400, y%400
	doy := (153*(m-3)+2)/5 + d - 1
	return int32(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468), true
}

func monthDays(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// readTime reads a date, or a date and HH:MM, HH:MM:SS or HH:MM:SS.ffffff after a blank or
// T.
func readTime(b []byte) (int64, bool) {
	if len(b) < 10 {
		return 0, false
	}
	day, ok := readDate(b[:10])
	if !ok {
		return 0, false
	}
	at := int64(day) * 86400e6
	b = b[10:]
	if len(b) == 0 {
		return at, true
	}
	if len(b) < 6 || b[0] != ' ' && b[0] != 'T' || b[3] != ':' {
		return 0, false
	}
	h, ok1 := number2(b[1:3])
	m, ok2 := number2(b[4:6])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, false
	}
	at += int64(h)*3600e6 + int64(m)*60e6
	if b = b[6:]; len(b) == 0 {
		return at, true
	}
	return seconds(at, b)
}

// seconds adds :SS or :SS.f… with up to six digits.
func seconds(at int64, b []byte) (int64, bool) {
	if len(b) < 3 || b[0] != ':' {
		return 0, false
	}
	s, ok := number2(b[1:3])
	if !ok || s > 59 {
		return 0, false
	}
	at += int64(s) * 1e6
	if b = b[3:]; len(b) == 0 {
		return at, true
	}
	if b[0] != '.' || len(b) < 2 || len(b) > 7 {
		return 0, false
	}
	scale := int64(100000)
	for _, c := range b[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		at += int64(c-'0') * scale
		scale /= 10
	}
	return at, true
}

// readDecimals passes on texts that are plain decimals with no more places before the point
// than the precision and scale allow, without needless zeros, and NULL for the rest.
func readDecimals() func([]column, int, duck.Vector) {
	pool := sync.Pool{New: func() any { return &arena{} }}
	return func(in []column, n int, out duck.Vector) {
		texts, valid := in[0].texts(), writable(out, n)
		whole := int(at[int32](in[1], 0)) - int(at[int32](in[2], 0))
		a := pool.Get().(*arena)
		defer pool.Put(a)
		a.begin(cells[textCell](view(out), n))
		var buf [48]byte
		for i := range n {
			b, ok := texts.At(i)
			if ok {
				b, ok = decimal(b, whole, buf[:0])
			}
			if !ok {
				valid[i/64] &^= 1 << (i % 64)
				continue
			}
			a.set(i, b)
		}
		a.end(out)
	}
}

// decimal writes b without needless zeros. Places beyond the scale stay: the engine rounds
// them half away from zero, and gives NULL when the result does not fit.
func decimal(b []byte, whole int, out []byte) ([]byte, bool) {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			out = append(out, '-')
		}
		b = b[1:]
	}
	left, right, _ := bytes.Cut(b, []byte("."))
	if len(left)+len(right) == 0 || !digitsOnly(left) || !digitsOnly(right) {
		return nil, false
	}
	left, right = bytes.TrimLeft(left, "0"), bytes.TrimRight(right, "0")
	if len(left) > whole {
		return nil, false
	}
	out = append(append(append(out, '0'), left...), '.')
	return append(append(out, right...), '0'), true
}

// readScaled reads a decimal of up to 18 digits as its value times ten to the scale,
// rounded half away from zero.
func readScaled(b []byte, t row.Type) (int64, bool) {
	var buf [64]byte
	out, ok := decimal(b, t.Precision-t.Scale, buf[:0])
	if !ok {
		return 0, false
	}
	negative := out[0] == '-'
	if negative {
		out = out[1:]
	}
	n, places, point := int64(0), 0, false
	for _, c := range out {
		if c == '.' {
			point = true
			continue
		}
		if point && places == t.Scale {
			if c >= '5' {
				n++
			}
			break
		}
		if point {
			places++
		}
		n = n*10 + int64(c-'0')
	}
	for ; places < t.Scale; places++ {
		n *= 10
	}
	if negative {
		n = -n
	}
	return n, n < tens[t.Precision] && n > -tens[t.Precision]
}

// tens are the powers of ten that 64 bits hold.
var tens = func() (t [19]int64) {
	for i := range t {
		t[i] = 1
		for range i {
			t[i] *= 10
		}
	}
	return t
}()

func digitsOnly(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// plainFloats writes floats without an exponent, in the fewest digits that read back the
// same.
func plainFloats() func([]column, int, duck.Vector) {
	pool := sync.Pool{New: func() any { return &arena{} }}
	return func(in []column, n int, out duck.Vector) {
		values, valid := cells[float64](in[0], n), writable(out, n)
		a := pool.Get().(*arena)
		defer pool.Put(a)
		a.begin(cells[textCell](view(out), n))
		var buf [400]byte
		for i := range n {
			if in[0].null(i) {
				valid[i/64] &^= 1 << (i % 64)
				continue
			}
			a.set(i, strconv.AppendFloat(buf[:0], values[i], 'f', -1, 64))
		}
		a.end(out)
	}
}
