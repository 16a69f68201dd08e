// Package invent makes people, enterprises and numbers that look real and are not: names
// out of lists, citizen ids and credit codes with right check digits, phones, days. It is
// deterministic, allocates nothing in its append functions, and is used by the demo district
// and the benches alone.
package invent

import "math/bits"

// Rand is a small fast source of numbers (wyrand); the value is its state. It is not safe
// for concurrent use and good for nothing secret.
type Rand uint64

// Next gives 64 random bits.
func (r *Rand) Next() uint64 {
	*r += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*r), uint64(*r)^0xe7037ed1a0b428db)
	return hi ^ lo
}

// N gives a number from 0 up to, not including, n.
func (r *Rand) N(n int) int {
	hi, _ := bits.Mul64(r.Next(), uint64(n))
	return int(hi)
}

// One reports true once in n times on average.
func (r *Rand) One(n int) bool { return r.N(n) == 0 }

// Pick gives one of the texts.
func (r *Rand) Pick(from []string) string { return from[r.N(len(from))] }

// AppendInt writes n in decimal, with leading zeros up to width.
func AppendInt(b []byte, n, width int) []byte {
	var digits [20]byte
	i := len(digits)
	for n > 0 || i > len(digits)-max(width, 1) {
		i--
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, digits[i:]...)
}
