package rule

import "github.com/chengshu/chengshu/internal/row"

const isoForm = `[0-9]{4}-[0-9]{2}-[0-9]{2}`

// isoDate reports whether b is an existing day of the years 1 to 9999, written YYYY-MM-DD.
func isoDate(b []byte) bool {
	return len(b) == 10 && b[4] == '-' && b[7] == '-' &&
		digits(b[:4]) && digits(b[5:7]) && digits(b[8:]) &&
		validDay(number(b[:4]), number(b[5:7]), number(b[8:]))
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
	return y >= 1 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m)
}

func daysIn(y, m int) int {
	switch {
	case m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	default:
		return 31
	}
}
