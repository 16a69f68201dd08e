package rule

import (
	"strings"

	"github.com/chengshu/chengshu/internal/row"
)

// A unified social credit code (GB 32100) is 18 characters without I O S V Z: two of the
// registrar and the kind, six digits of its division, nine of an organisation code with a
// check of its own (GB 11714), and a check character.
const (
	creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	creditForm     = `[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{8}[0-9X][0-9A-HJ-NPQRTUWXY]`
)

var (
	creditWeights = [17]uint32{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} // 3^i mod 31
	organWeights  = [8]uint32{3, 7, 9, 10, 5, 8, 4, 2}
	creditValues  = creditTable()
)

// creditTable gives a character's place in the alphabet, 255 for others.
func creditTable() (t [256]uint8) {
	for i := range t {
		t[i] = 255
	}
	for i, c := range []byte(creditAlphabet) {
		t[c] = uint8(i)
	}
	return t
}

// creditCode reports whether b is a unified social credit code with both checks right.
func creditCode(b []byte) bool {
	if len(b) != 18 || !digits(b[2:8]) {
		return false
	}
	var sum uint32
	for i, w := range creditWeights {
		v := creditValues[b[i]]
		if v == 255 {
			return false
		}
		sum += w * uint32(v)
	}
	return creditAlphabet[(31-sum%31)%31] == b[17] && organCode(b[8:17])
}

// organCode judges an organisation code of nine characters, checked to be of the alphabet:
// weights by GB 11714, letters counting from A = 10.
func organCode(b []byte) bool {
	var sum uint32
	for i, w := range organWeights {
		sum += w * organValue(b[i])
	}
	switch c := 11 - sum%11; c {
	case 10:
		return b[8] == 'X'
	case 11:
		return b[8] == '0'
	default:
		return b[8] == byte('0'+c)
	}
}

func organValue(c byte) uint32 {
	if c <= '9' {
		return uint32(c - '0')
	}
	return uint32(c-'A') + 10
}

// fitsCreditCode is the twin of creditCode. The value of a character comes out of two
// translations, one to its tens and one to its units; both weighted sums with their checks
// are 0 modulo 31 and 11.
func fitsCreditCode(c row.Expr) row.Expr {
	credit := row.In{X: weighted(c, creditAlphabet, 0, append(creditWeights[:], 1)), Set: residues(0, 31, 31*400)}
	letters := "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	check := row.F(row.Substr, c, row.Num(17), row.Num(1))
	organ := row.In{
		X: row.F(row.Add, weighted(c, letters, 8, organWeights[:]),
			row.F(row.If, row.F(row.Eq, check, row.Str("X")), row.Num(10), row.Try{X: check, To: row.IntType})),
		Set: residues(0, 11, 35*48+10),
	}
	return row.F(row.And, row.F(row.Matches, c, row.Str(creditForm)), credit, organ)
}

// weighted is Σ wᵢ·value(character skip+i) with the value a character's place in alphabet.
func weighted(c row.Expr, alphabet string, skip int, weights []uint32) row.Expr {
	var tens, units strings.Builder
	for i := range alphabet {
		tens.WriteByte(byte('0' + i/10))
		units.WriteByte(byte('0' + i%10))
	}
	t := row.F(row.Translate, c, row.Str(alphabet), row.Str(tens.String()))
	u := row.F(row.Translate, c, row.Str(alphabet), row.Str(units.String()))
	var terms []row.Expr
	for i, w := range weights {
		value := row.F(row.Add, row.F(row.Mul, row.Num(10), digitAt(t, skip+i+1)), digitAt(u, skip+i+1))
		terms = append(terms, row.F(row.Mul, row.Num(int64(w)), value))
	}
	return sum(terms)
}
