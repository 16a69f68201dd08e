package rule

import (
	"slices"

	"github.com/chengshu/chengshu/internal/row"
)

// Twin is the SQL twin of a rule that looks into a list, region or id_division; of another
// rule it is Broken. It asks the lists for all they hold, which takes up to some seconds
// and can give hundreds of thousands of literals: for tests and for engines without Go.
func Twin(c Compiled, lists Lists) row.Expr {
	x := row.CleanText(c.Item)
	switch c.Kind {
	case "region":
		return unless(x, row.In{X: x, Set: literals(listedRegions(lists, c.Levels, stem(c.Within)))})
	case "id_division":
		return divisionTwin(x, lists)
	default:
		return c.Broken
	}
}

// listedRegions are the 12-digit codes below stem, found level by level.
func listedRegions(lists Lists, levels []string, stem string) []string {
	const zeros = "000000000000"
	var out []string
	var walk func(head string)
	walk = func(head string) {
		code := []byte(head + zeros[len(head):])
		level, ok := lists.Region(code)
		if !ok && len(head) >= 6 { // above, a level may be missing between two that are there
			return
		}
		if ok && (len(levels) == 0 || slices.Contains(levels, level)) {
			out = append(out, string(code))
		}
		for _, next := range suffixes(len(head)) {
			walk(head + next)
		}
	}
	walk(stem)
	slices.Sort(out)
	return slices.Compact(out)
}

// suffixes are what may follow a head of n digits on the next level, zero left out.
func suffixes(n int) []string {
	width := map[int]int{0: 2, 2: 2, 4: 2, 6: 3, 9: 3}[n]
	if width == 0 {
		return nil
	}
	var out []string
	for i := 1; i < 1000 && (width == 3 || i < 100); i++ {
		s := "00" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
		out = append(out, s[len(s)-width:])
	}
	return out
}

// years is a span of birth years.
type years struct{ from, to int }

func divisionTwin(x row.Expr, lists Lists) row.Expr {
	groups := map[years][]string{}
	for n := 100000; n < 800000; n++ {
		six := []byte{byte('0' + n/100000), byte('0' + n/10000%10), byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)}
		for _, span := range accepted(lists, six) {
			groups[span] = append(groups[span], string(six))
		}
	}
	code := row.F(row.Substr, x, row.Num(1), row.Num(6))
	year := row.Try{X: row.F(row.Substr, x, row.Num(7), row.Num(4)), To: row.IntType}
	known := []row.Expr{row.Lit{Value: false, Type: row.BoolType}}
	for span, codes := range groups {
		known = append(known, row.F(row.And, row.In{X: code, Set: literals(codes)},
			row.F(row.Ge, year, row.Num(int64(span.from))), row.F(row.Le, year, row.Num(int64(span.to)))))
	}
	return row.F(row.And, row.F(row.Matches, x, row.Str(citizenIssued)), row.F(row.Not, row.F(row.Or, known...)))
}

// accepted are the spans of birth years in which ids may begin with six. Codes rejected for
// the first, the last and some years between are taken to be no codes at all.
func accepted(lists Lists, six []byte) (out []years) {
	ever := false
	for y := 1800; y <= 2100 && !ever; y += 20 {
		ever = lists.Division(six, min(y, 2099))
	}
	if !ever {
		return nil
	}
	for y := 1800; y < 2100; y++ {
		switch {
		case !lists.Division(six, y):
		case len(out) > 0 && out[len(out)-1].to == y-1:
			out[len(out)-1].to = y
		default:
			out = append(out, years{y, y})
		}
	}
	return out
}
