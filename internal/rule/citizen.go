package rule

import (
	"github.com/chengshu/chengshu/internal/row"
)

// A citizen id (GB 11643) is six digits of a division, the birth date, a serial number and
// a check character by MOD 11-2. Ids of residents from Hong Kong, Macao and Taiwan (81, 82,
// 83) and of foreign permanent residents (9…) are made the same way.
const (
	citizenForm   = `[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]`
	citizenLoose  = `[0-9]{17}[0-9Xx]` // enough to read the birth date
	citizenIssued = `[1-7][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]`
	citizenChecks = "10X98765432"
)

// Weights 2^(17−i) mod 11.
var citizenWeights = [17]uint32{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// citizenID reports whether b is a citizen id: 18 places, an existing birth date of the
// years 1800 to 2099, the right check character.
func citizenID(b []byte) bool {
	if len(b) != 18 || b[0] == '0' {
		return false
	}
	var sum uint32
	for i, w := range citizenWeights {
		d := uint32(b[i] - '0')
		if d > 9 {
			return false
		}
		sum += w * d
	}
	return citizenChecks[sum%11] == b[17] && citizenBorn(b)
}

func citizenBorn(b []byte) bool {
	y := number(b[6:10])
	return y >= 1800 && y < 2100 && validDay(y, number(b[10:12]), number(b[12:14]))
}

// fitsCitizenID is the twin of citizenID: the weighted sum with the check is 1 modulo 11.
func fitsCitizenID(c row.Expr) row.Expr {
	last := row.F(row.Substr, c, row.Num(18), row.Num(1))
	terms := []row.Expr{row.F(row.If, row.F(row.Eq, last, row.Str("X")), row.Num(10), row.Try{X: last, To: row.IntType})}
	most := 10
	for i, w := range citizenWeights {
		terms = append(terms, row.F(row.Mul, row.Num(int64(w)), digitAt(c, i+1)))
		most += 9 * int(w)
	}
	return row.F(row.And, row.F(row.Matches, c, row.Str(citizenForm)),
		row.F(row.NotNull, row.F(row.ParseDate, row.F(row.Substr, c, row.Num(7), row.Num(8)), row.Str("%Y%m%d"))),
		row.In{X: sum(terms), Set: residues(1, 11, most)})
}

func digitAt(c row.Expr, at int) row.Expr {
	return row.Try{X: row.F(row.Substr, c, row.Num(int64(at)), row.Num(1)), To: row.IntType}
}

func sum(terms []row.Expr) row.Expr {
	x := terms[0]
	for _, t := range terms[1:] {
		x = row.F(row.Add, x, t)
	}
	return x
}

// residues are the numbers from to most that leave the same remainder.
func residues(from, modulus, most int) []row.Lit {
	var out []row.Lit
	for n := from; n <= most; n += modulus {
		out = append(out, row.Lit{Value: int64(n), Type: row.IntType})
	}
	return out
}

// birthDiffers compares the birth date inside an id with one written YYYY-MM-DD; where
// either cannot be read nothing is said.
func birthDiffers(id, birth []byte) bool {
	if len(id) != 18 || !digits(id[:17]) || !citizenLast(id[17]) {
		return false
	}
	day := isoDay(birth)
	return day != 0 && day != number(id[6:14])
}

func citizenLast(c byte) bool { return c-'0' <= 9 || c == 'X' || c == 'x' }

func brokenBirth(id, birth row.Expr) row.Expr {
	return row.F(row.And, row.F(row.Matches, id, row.Str(citizenLoose)), fitsDate(birth),
		row.F(row.Ne, row.F(row.Substr, id, row.Num(7), row.Num(8)), row.F(row.Replace, birth, row.Str("-"), row.Str(""))))
}

// issuedNowhere asks whether the first six digits of an id were no division in its days;
// what is no id, and ids that carry no division of the list (8…, 9…), are not judged.
func issuedNowhere(lists Lists) func(b []byte) bool {
	return func(b []byte) bool {
		if len(b) != 18 || b[0] < '1' || b[0] > '7' || !digits(b[:17]) || !citizenLast(b[17]) {
			return false
		}
		y := number(b[6:10])
		return y >= 1800 && y < 2100 && !lists.Division(b[:6], y)
	}
}
