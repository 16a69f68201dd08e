package rule

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/chengshu/chengshu/internal/row"
)

// one judges one text per row; blanks break nothing.
func one(broken func(b []byte) bool) row.Kernel {
	return func(args []row.Texts, n int, bit uint64, out []uint64) {
		t := &args[0]
		for i := range n {
			if b, ok := t.At(i); ok && len(b) > 0 && broken(b) {
				out[i] |= bit
			}
		}
	}
}

// two judges two texts per row; where either is blank nothing is broken.
func two(broken func(a, b []byte) bool) row.Kernel {
	return func(args []row.Texts, n int, bit uint64, out []uint64) {
		t, u := &args[0], &args[1]
		for i := range n {
			a, ok := t.At(i)
			if !ok || len(a) == 0 {
				continue
			}
			if b, ok := u.At(i); ok && len(b) > 0 && broken(a, b) {
				out[i] |= bit
			}
		}
	}
}

// blankKernel marks what is NULL or empty.
func blankKernel(args []row.Texts, n int, bit uint64, out []uint64) {
	t := &args[0]
	for i := range n {
		if b, ok := t.At(i); !ok || len(b) == 0 {
			out[i] |= bit
		}
	}
}

// unless is the twin of one: broken where the text is there and does not fit. fits must not
// be NULL for a text that is there.
func unless(c, fits row.Expr) row.Expr {
	return row.F(row.And, row.F(row.NotNull, c), row.F(row.Ne, c, row.Str("")), row.F(row.Not, fits))
}

// members is a set of texts that answers without allocating.
type members struct {
	few     []string
	many    map[string]struct{}
	longest int
}

func memberSet(values []string) members {
	if len(values) <= 8 {
		return members{few: values}
	}
	m := members{many: make(map[string]struct{}, len(values))}
	for _, v := range values {
		m.many[v] = struct{}{}
		m.longest = max(m.longest, len(v))
	}
	return m
}

func (m members) has(b []byte) bool {
	for _, v := range m.few {
		if string(b) == v {
			return true
		}
	}
	if len(b) > m.longest {
		return false
	}
	_, ok := m.many[string(b)]
	return ok
}

func literals(values []string) []row.Lit {
	out := make([]row.Lit, len(values))
	for i, v := range values {
		out[i] = row.Lit{Value: v, Type: row.TextType}
	}
	return out
}

// runes counts characters as SQL's length does: bytes that do not continue one, eight at a
// time.
func runes(b []byte) int {
	n := len(b)
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		n -= bits.OnesCount64(w >> 7 & (^w >> 6) & 0x0101010101010101)
	}
	for _, c := range b {
		if c&0xC0 == 0x80 {
			n--
		}
	}
	return n
}

// digits reports ASCII digits alone, looking at eight bytes at a time: adding 0x46 to a
// byte above '9', or taking '0' from one below it, sets its top bit.
func digits(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		if (w|(w+0x4646464646464646)|(w-0x3030303030303030))&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

const intForm = `[+-]?[0-9]+`

// parseInt reads what intForm fits and 64 bits hold.
func parseInt(b []byte) (v int64, ok bool) {
	neg := b[0] == '-'
	if neg || b[0] == '+' {
		b = b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	var u uint64
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || u > math.MaxInt64/10 {
			return 0, false
		}
		u = u*10 + d
	}
	if neg {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u <= math.MaxInt64
}

const decimalForm = `[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)`

// fitsDecimal reports whether a plain decimal number, rounded half up to scale places, has
// at most precision digits.
func fitsDecimal(b []byte, precision, scale int) bool {
	if b[0] == '-' || b[0] == '+' {
		b = b[1:]
	}
	point := len(b)
	for i, c := range b {
		if c == '.' {
			point = i
			break
		}
	}
	whole, part := b[:point], b[min(point+1, len(b)):]
	if len(whole)+len(part) == 0 || !digits(whole) || !digits(part) {
		return false
	}
	for len(whole) > 0 && whole[0] == '0' {
		whole = whole[1:]
	}
	if len(whole) != precision-scale {
		return len(whole) < precision-scale
	}
	return len(part) <= scale || part[scale] < '5' || !nines(whole) || !nines(part[:scale])
}

func nines(b []byte) bool {
	for _, c := range b {
		if c != '9' {
			return false
		}
	}
	return true
}
