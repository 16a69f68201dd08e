package serving

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// appendDecimal writes a decimal with all places of its scale.
func appendDecimal(dst []byte, n decimal128.Num, scale int) []byte {
	var buf [48]byte
	digits := buf[:0]
	if lo := int64(n.LowBits()); n.HighBits() == lo>>63 {
		digits = strconv.AppendInt(digits, lo, 10)
	} else {
		digits = n.BigInt().Append(digits, 10)
	}
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	for pad := scale + 1 - len(digits); pad > 0; pad-- {
		if pad == scale+1-len(digits) {
			dst = append(dst, '0')
			if scale > 0 {
				dst = append(dst, '.')
			}
			continue
		}
		dst = append(dst, '0')
	}
	if len(digits) <= scale {
		return append(dst, digits...)
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	if scale > 0 {
		dst = append(append(dst, '.'), digits[len(digits)-scale:]...)
	}
	return dst
}

// decimalText writes a text as appendDecimal would write its value; exact is false when no
// decimal of that scale equals it, ok when it is no decimal at all.
func decimalText(s string, scale int) (text []byte, exact, ok bool) {
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	if whole+part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return nil, false, false
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if len(part) > scale {
		return nil, false, true
	}
	if negative && whole+part != "" {
		text = append(text, '-')
	}
	if whole == "" {
		whole = "0"
	}
	text = append(text, whole...)
	if scale > 0 {
		text = append(append(text, '.'), part...)
		text = append(text, bytes.Repeat([]byte{'0'}, scale-len(part))...)
	}
	return text, true, true
}
