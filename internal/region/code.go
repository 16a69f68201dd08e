// Package region owns the codes of places: province, city, district, street, community and
// grid, who is whose ancestor, which codes exist, which divisions were in force when, and
// the outlines of districts. It reads nothing but what it embeds; data/SOURCES.md names the
// origin of each file.
//
// Read first: Code, Book.Region, Book.Division.
package region

import (
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Level is how far down a code names a place.
type Level string

// The levels, from the top.
const (
	Province  Level = "province"  // 省, 2 digits
	City      Level = "city"      // 市, +2 (GB/T 2260)
	District  Level = "district"  // 区县, +2
	Street    Level = "street"    // 街道/乡镇, +3 (GB/T 10114)
	Community Level = "community" // 社区/村, +3 (statistical)
	Grid      Level = "grid"      // 网格, the digits after the twelfth
)

// Title is the level's name on Chinese screens.
func (l Level) Title() string {
	switch l {
	case Province:
		return "省级"
	case City:
		return "市级"
	case District:
		return "区县"
	case Street:
		return "街道"
	case Community:
		return "社区"
	case Grid:
		return "网格"
	}
	return string(l)
}

// Code names a place: twelve digits, the lower levels zero, or more for a grid. Only Form
// makes one out of foreign text; its methods rely on that.
type Code string

// Form is how codes are written here.
type Form struct {
	Grid int // digits of a grid's whole code, more than 12; else 15
}

// gridDigits is the usual length of a grid's code.
const gridDigits = 15

func (f Form) grid() int {
	if f.Grid <= 12 {
		return gridDigits
	}
	return f.Grid
}

// Parse checks a written code and brings it to its full length: 6 and 9 digits are padded
// with zeros, 12 and a grid's length are taken as they are. It does not ask whether the
// place exists; Book.Region does.
func (f Form) Parse(s string) (Code, error) {
	grid := f.grid()
	digits := strings.Trim(s, "0123456789") == ""
	switch n := len(s); {
	case digits && (n == 6 || n == 9):
		s += "000000"[:12-n]
	case digits && (n == 12 || n == grid):
	default:
		return "", fault.New(fault.Invalid, "region.form", fault.T(
			"区划代码须为 6、9、12 或 %d 位数字", "a region code has 6, 9, 12 or %d digits", grid)).
			Fix(fault.T("请按国家统计局统计用区划代码填写", "write it as in the statistical codes of the National Bureau of Statistics"))
	}
	if !nested(s) {
		return "", fault.New(fault.Invalid, "region.gap", fault.T(
			"区划代码中间有一级为零而其下级不为零", "a level in the region code is zero while one below it is not")).
			Fix(fault.T("上级代码为零时下级须全为零", "below a level of zeros write zeros only"))
	}
	return Code(s), nil
}

// nested reports whether no zero level stands above a level that is not zero. The district
// may be zero above a street: cities without districts (441900) have streets of their own.
func nested(s string) bool {
	zero := func(i, j int) bool { return strings.Trim(s[i:j], "0") == "" }
	if zero(0, 2) {
		return false
	}
	if zero(2, 4) && !zero(4, len(s)) {
		return false
	}
	if zero(6, 9) && !zero(9, len(s)) {
		return false
	}
	return len(s) == 12 || !zero(9, 12)
}

// Level is the lowest level the code names; "" for what no Form made.
func (c Code) Level() Level {
	switch {
	case len(c) < 12:
		return ""
	case len(c) > 12:
		return Grid
	case c[9:] != "000":
		return Community
	case c[6:9] != "000":
		return Street
	case c[4:6] != "00":
		return District
	case c[2:4] != "00":
		return City
	default:
		return Province
	}
}

// own is how many leading digits say what the code names.
func (c Code) own() int {
	switch c.Level() {
	case Province:
		return 2
	case City:
		return 4
	case District:
		return 6
	case Street:
		return 9
	case Community:
		return 12
	}
	return len(c)
}

// Parent is the code one level up; "" above a province. A street of a city without
// districts has the city as its parent.
func (c Code) Parent() Code {
	cut := map[Level]int{City: 2, District: 4, Street: 6, Community: 9, Grid: 12}[c.Level()]
	if cut == 0 {
		return ""
	}
	return c[:cut] + Code("000000000000"[:12-cut])
}

// Ancestors are the codes above c, the nearest first.
func (c Code) Ancestors() []Code {
	var up []Code
	for p := c.Parent(); p != ""; p = p.Parent() {
		up = append(up, p)
	}
	return up
}

// IsAncestorOf reports whether other lies within c; no code is its own ancestor.
func (c Code) IsAncestorOf(other Code) bool {
	return c != other && strings.HasPrefix(string(other), string(c[:c.own()]))
}

// Short is the code without the zeros of lower levels, as a prefix of all within it: 2, 4,
// 6, 9 or 12 digits, or the whole of a grid's.
func (c Code) Short() string { return string(c[:c.own()]) }
