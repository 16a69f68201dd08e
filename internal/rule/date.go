package rule

import "github.com/chengshu/chengshu/internal/row"

const isoForm = `[0-9]{4}-[0-9]{2}-[0-9]{2}`

// isoDate reports whether b is an existing day of the years 1 to 9999, written YYYY-MM-DD.
func isoDate(b []byte) bool { return isoDay(b) != 0 }

// isoDay is the day as the number YYYYMMDD, 0 where b is not isoDate.
func isoDay(b []byte) int {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0
	}
	y, m, d := pair(b[0], b[1])*100+pair(b[2], b[3]), pair(b[5], b[6]), pair(b[8], b[9])
	if y|m|d < 0 || !validDay(y, m, d) {
		return 0
	}
	return y*10000 + m*100 + d
}

// pair reads two digits; far below 0 where they are none.
func pair(t, u byte) int {
	t, u = t-'0', u-'0'
	if t > 9 || u > 9 {
		return -1 << 20
	}
	return int(t)*10 + int(u)
}

// fitsDate is the twin of isoDate.
func fitsDate(c row.Expr) row.Expr {
	return row.F(row.And, row.F(row.Matches, c, row.Str(isoForm)),
		row.F(row.Not, row.F(row.StartsWith, c, row.Str("0000"))),
		row.F(row.NotNull, row.Try{X: c, To: row.DateType}))
}

// number reads digits; the caller has checked them.
func number(b []byte) (n int) {
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}

func validDay(y, m, d int) bool {
	return y >= 1 && m >= 1 && m <= 12 && d >= 1 && (d <= 28 || d <= daysIn(y, m))
}

func daysIn(y, m int) int {
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		return 29
	}
	return int(monthDays[m])
}

var monthDays = [13]uint8{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
