package source

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// clean is the validator's answer when it met nothing wrong.
const clean = math.MinInt

// validator checks UTF-8 that comes in blocks.
type validator struct {
	tail [utf8.UTFMax]byte // a character cut off by the block's end
	n    int
	high bool // non-ASCII was met
}

// feed gives the index in b of the first byte that is not UTF-8, negative when it lies in
// the block before, or clean.
func (v *validator) feed(b []byte) int {
	from := 0
	if v.n > 0 {
		had := v.n
		for v.n < utf8.UTFMax && from < len(b) && !utf8.FullRune(v.tail[:v.n]) {
			v.tail[v.n] = b[from]
			v.n++
			from++
		}
		if !utf8.FullRune(v.tail[:v.n]) {
			return clean
		}
		if r, size := utf8.DecodeRune(v.tail[:v.n]); r == utf8.RuneError && size == 1 {
			return -had
		}
		v.n, v.high = 0, true
	}
	i := firstInvalid(b[from:], &v.high)
	if i == clean {
		return clean
	}
	i += from
	if rest := b[i:]; len(rest) < utf8.UTFMax && !utf8.FullRune(rest) {
		v.n = copy(v.tail[:], rest)
		return clean
	}
	return i
}

// end answers for a character that never became whole.
func (v *validator) end() int {
	if v.n > 0 {
		return -v.n
	}
	return clean
}

const highs = 0x8080808080808080

// firstInvalid walks ASCII 32 bytes at a time and Chinese three bytes at a time.
func firstInvalid(b []byte, high *bool) int {
	i := 0
	for i < len(b) {
		for ; i+32 <= len(b); i += 32 {
			w := b[i : i+32]
			if (binary.LittleEndian.Uint64(w)|binary.LittleEndian.Uint64(w[8:])|
				binary.LittleEndian.Uint64(w[16:])|binary.LittleEndian.Uint64(w[24:]))&highs != 0 {
				break
			}
		}
		for ; i < len(b) && b[i] < utf8.RuneSelf; i++ {
		}
		if i == len(b) {
			return clean
		}
		// Three-byte characters E1–EC and EE–EF need no check of the second byte's range.
		for i+4 <= len(b) {
			w := binary.LittleEndian.Uint32(b[i:])
			if w&0xC0C0F0 != 0x8080E0 || w&0xFF == 0xE0 || w&0xFF == 0xED {
				break
			}
			i += 3
			*high = true
		}
		if i < len(b) && b[i] >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 {
				return i
			}
			*high = true
			i += size
		}
	}
	return clean
}
