package source

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

// trim takes off what no column name or value begins or ends with.
func trim(s string) string { return strings.Trim(s, " \t\r\n\u00A0\u3000\uFEFF") }

var (
	numberForm = regexp.MustCompile(`^[+-]?[\d,]*\.?\d+([eE][+-]?\d+)?%?$`)
	dateForm   = regexp.MustCompile(`^\d{2,4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T]\d{1,2}:\d{2}.*)?$`)
	codeForm   = regexp.MustCompile(`^[0-9A-Za-z-]*\d{6,}[0-9A-Za-z-]*$`)
)

// valueLike says that a text is a number, a date or a code: no name of a column.
func valueLike(s string) bool {
	return numberForm.MatchString(s) || dateForm.MatchString(s) || codeForm.MatchString(s)
}

// nameWords end the names of columns in departments' files.
var nameWords = []string{"名", "名称", "姓名", "编号", "代码", "编码", "号码", "号", "地址", "住址", "日期", "时间", "类型", "类别", "状态",
	"性别", "民族", "备注", "电话", "单位", "部门", "序号", "金额", "数量", "面积", "年龄", "机构", "区划", "街道", "社区",
	"id", "name", "code", "date", "time", "type", "status", "address", "phone", "no", "number"}

// tops is where the data begins.
type tops struct {
	header bool
	skip   int // records before the data
	names  []string
	reason fault.Text
}

const titleRows = 20

// findHeader decides which of the first records is the header. Title lines above it, as
// departments' tables have them, are skipped; nothing that might be data is.
func findHeader(records [][]string, columns int) tops {
	first := 0
	for first < len(records)-1 && emptyRow(records[first]) {
		first++
	}
	for i := first; columns >= 3 && i < min(len(records), titleRows); i++ {
		if !titleLike(records[i], columns) {
			if i > first && nameRow(records[i]) && filled(records[i]) >= 2 {
				return tops{true, i + 1, records[i], fault.T("前 %d 行是标题，第 %d 行是列名", "the first %d lines are a title; line %d holds the column names", i, i+1)}
			}
			break
		}
	}
	header, reason := headerHere(records[first], records[first+1:])
	if header {
		return tops{true, first + 1, records[first], reason}
	}
	return tops{false, first, nil, reason}
}

// titleLike rows hold one thing, or are cut unlike the rest.
func titleLike(row []string, columns int) bool {
	return filled(row) <= 1 || len(row) != columns && filled(row) <= columns/2
}

func filled(row []string) int { return record{fields: row}.filled() }

func emptyRow(row []string) bool { return filled(row) == 0 }

// nameRow rows hold nothing that looks like a value.
func nameRow(row []string) bool {
	for _, c := range row {
		if valueLike(trim(c)) {
			return false
		}
	}
	return true
}

func headerHere(row []string, body [][]string) (bool, fault.Text) {
	for i, c := range row {
		if valueLike(trim(c)) {
			return false, fault.T("第一行第 %d 列是数值、日期或编码，不像列名", "column %d of the first row is a number, date or code, no name", i+1)
		}
	}
	for i := range row {
		if trim(row[i]) != "" && valuesBelow(body, i) {
			return true, fault.T("第一行都是文字，第 %d 列下方是数值、日期或编码", "the first row is words; below it column %d holds numbers, dates or codes", i+1)
		}
	}
	if namesIn(row) {
		return true, fault.T("第一行都是常见的列名", "the first row holds usual column names")
	}
	if repeats(row) {
		return false, fault.T("第一行有重复的内容，且与下方类型相同", "the first row repeats itself and is like the rows below")
	}
	if len(body) > 0 && belowToo(row, body) {
		return false, fault.T("第一行的内容在下方同一列再次出现", "what the first row holds comes again below it")
	}
	return true, fault.T("第一行都是互不相同的文字，按惯例作为列名", "the first row is distinct words; by custom it is the header")
}

// valuesBelow says that nearly every cell of a column that holds something is value-like.
func valuesBelow(body [][]string, col int) bool {
	values, all := 0, 0
	for _, row := range body {
		if col >= len(row) || trim(row[col]) == "" {
			continue
		}
		all++
		if valueLike(trim(row[col])) {
			values++
		}
	}
	return all > 0 && values*10 >= all*7
}

func namesIn(row []string) bool {
	n := 0
	for _, c := range row {
		c = strings.ToLower(trim(c))
		for _, w := range nameWords {
			if strings.HasSuffix(c, w) && utf8.RuneCountInString(c) <= 24 {
				n++
				break
			}
		}
	}
	return n*2 >= filled(row) && n > 0
}

func repeats(row []string) bool {
	seen := map[string]bool{}
	for _, c := range row {
		if c = trim(c); c != "" && seen[c] {
			return true
		}
		seen[c] = true
	}
	return false
}

func belowToo(row []string, body [][]string) bool {
	for _, below := range body {
		for i, c := range row {
			if trim(c) != "" && i < len(below) && trim(below[i]) == trim(c) {
				return true
			}
		}
	}
	return false
}

// columnNames cleans the header's cells; a blank or repeated one is a fault, beside which
// the names are given all the same.
func columnNames(name string, header []string, limit int) ([]string, error) {
	if len(header) > limit {
		return nil, faultColumns(name, len(header), limit)
	}
	names := make([]string, len(header))
	seen := map[string]int{}
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	for i, c := range header {
		names[i] = trim(c)
		if names[i] == "" {
			note(faultBlankHeader(name, i+1))
			continue
		}
		if at, ok := seen[names[i]]; ok {
			note(faultDuplicate(name, names[i], at, i+1))
		}
		seen[names[i]] = i + 1
	}
	return names, first
}

// numbered names columns of a file without a header.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("column_%d", i+1)
	}
	return names
}
