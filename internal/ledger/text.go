package ledger

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

// Parse reads a value as people write it in cells, defaults and forms: codes by code or
// name, amounts in yuan, dates in the usual ways, 是 and 否. It does not check bounds. The
// fault has no place.
func (f *Compiled) Parse(text string) (any, *fault.Error) {
	s := strings.TrimSpace(text)
	if s == "" {
		return nil, nil
	}
	switch f.Holds().Kind {
	case Integer, Rating:
		n, err := strconv.ParseInt(digits(s), 10, 64)
		if whole := strings.TrimSuffix(digits(s), ".0"); err != nil {
			n, err = strconv.ParseInt(whole, 10, 64) // as spreadsheets write whole numbers at times
		}
		if err != nil {
			return nil, f.bad("", "value.whole", fault.T("不是整数", "it is no whole number"), fault.T("请只填数字，不带单位", "write digits only, without a unit"))
		}
		return n, nil
	case Number:
		n, err := strconv.ParseFloat(digits(s), 64)
		if err != nil {
			return nil, f.bad("", "value.number", fault.T("不是数", "it is no number"), fault.T("请只填数字，不带单位", "write digits only, without a unit"))
		}
		return n, nil
	case Money:
		return f.parseMoney(s)
	case Date:
		if t, ok := dateOf(s); ok {
			return t.Format(time.DateOnly), nil
		}
		return nil, f.bad("", "value.date", fault.T("不是日期", "it is no date"), fault.T("请写作 2026-01-31", "write it as 2026-01-31"))
	case Time:
		if t, ok := timeOf(s); ok {
			return t.UTC().Format(timeForm), nil
		}
		return nil, f.bad("", "value.time", fault.T("不是时间", "it is no time"), fault.T("请写作 2026-01-31 08:30", "write it as 2026-01-31 08:30"))
	case Bool:
		return f.parseBool(s)
	case Enum, Code:
		return f.parseChoice(s)
	case Point:
		return f.parsePoint(s)
	case Person:
		return parsePerson(s), nil
	case Area, Files, Table:
		t := f.Type.Kind.Title()
		return nil, f.bad("", "value.cell", fault.Text{ZH: "为" + t.ZH + "，不能写在单元格中", EN: t.EN + " cannot be written in a cell"}, fault.T("请在登记表中填写", "fill it in on the record's page"))
	}
	return s, nil
}

// digits is a number without what cells put around it: full-width digits, commas, a yuan
// sign.
func digits(s string) string {
	return strings.NewReplacer(",", "", " ", "", "¥", "", "￥", "", "元", "").Replace(width.Narrow.String(s))
}

func (f *Compiled) parseMoney(s string) (any, *fault.Error) {
	r, ok := new(big.Rat).SetString(digits(s))
	bad := f.bad("", "value.money", fault.T("不是金额", "it is no amount"), fault.T("请填写元，最多两位小数，例如 1200.50", "write yuan with two places at most, such as 1200.50"))
	if !ok || strings.ContainsAny(s, "/eExXbBoO_pP") {
		return nil, bad
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return nil, bad
	}
	return r.Num().Int64(), nil
}

var dateForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2006-1-2T15:04:05Z07:00"}

func dateOf(s string) (time.Time, bool) {
	s = strings.TrimSuffix(strings.TrimSuffix(width.Narrow.String(s), " 00:00:00"), "T00:00:00")
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1000 {
			return t, true
		}
	}
	return time.Time{}, false
}

var timeForms = []string{"2006-1-2 15:4:5", "2006-1-2 15:4", "2006/1/2 15:4:5", "2006/1/2 15:4", "2006-1-2T15:04:05", "2006年1月2日15时4分", "2006年1月2日 15:4", "20060102150405"}

// timeOf reads a time of this country.
func timeOf(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	s = width.Narrow.String(s)
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, s, region.Beijing); err == nil && t.Year() >= 1000 {
			return t, true
		}
	}
	if t, ok := dateOf(s); ok {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, region.Beijing), true
	}
	return time.Time{}, false
}

func (f *Compiled) parseBool(s string) (any, *fault.Error) {
	switch strings.ToLower(s) {
	case "是", "有", "true", "yes", "y", "1", "√", "对":
		return true, nil
	case "否", "无", "false", "no", "n", "0", "×", "错":
		return false, nil
	}
	return nil, f.bad("", "value.bool", fault.T("应为是或否", "it is yes or no"), fault.T("请填写“是”或“否”", "write yes or no"))
}

func (f *Compiled) parseChoice(s string) (any, *fault.Error) {
	if _, ok := f.Word(s); ok {
		return s, nil
	}
	var titles []string
	for _, c := range f.Choices() {
		if c.Title.ZH == s || strings.EqualFold(c.Title.EN, s) {
			return c.Value, nil
		}
		titles = append(titles, c.Title.ZH)
	}
	fix := f.among()
	if near := spec.Nearest(s, titles); near != "" {
		fix = fault.T("是否应为“%s”？", "did you mean %q?", near)
	}
	return nil, f.bad("", "value.choice", fault.T("不在可选范围内", "it is none of the choices"), fix)
}

func (f *Compiled) parsePoint(s string) (any, *fault.Error) {
	a, b, ok := strings.Cut(strings.Trim(strings.ReplaceAll(width.Narrow.String(s), " ", ","), "[]()"), ",")
	lon, err1 := strconv.ParseFloat(strings.Trim(a, ", "), 64)
	lat, err2 := strconv.ParseFloat(strings.Trim(b, ", "), 64)
	if !ok || err1 != nil || err2 != nil {
		return nil, f.bad("", "value.point", fault.T("不是经纬度", "it is no longitude and latitude"), fault.T("请写作 114.31,30.66（先经度后纬度，WGS-84 或 CGCS2000）", "write it as 114.31,30.66: longitude first, WGS-84"))
	}
	return []any{lon, lat}, nil
}

var (
	phoneForm = regexp.MustCompile(`^[0-9+-]{7,20}$`)
	idForm    = regexp.MustCompile(`^\d{17}[\dXx]$`)
)

// parsePerson reads a name, a phone number and an identity number that stand beside each other.
func parsePerson(s string) map[string]any {
	out := map[string]any{}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,，、/;；\t\n", r) }) {
		switch {
		case idForm.MatchString(word):
			out["id"] = word
		case phoneForm.MatchString(word):
			out["phone"] = word
		case out["name"] == nil:
			out["name"] = word
		default:
			out["name"] = fmt.Sprint(out["name"], " ", word)
		}
	}
	return out
}

// Format writes a value as Parse reads it, for cells and lines of text.
func (f *Compiled) Format(v any, lang string) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return f.formatText(x, lang)
	case bool:
		if x {
			return fault.T("是", "yes").In(lang)
		}
		return fault.T("否", "no").In(lang)
	case int64:
		if f.Holds().Kind == Money {
			return money(x)
		}
		return strconv.FormatInt(x, 10)
	case float64:
		return plain(x)
	case map[string]any:
		var parts []string
		for _, p := range PersonParts {
			if s, ok := x[p].(string); ok {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, " ")
	case []any:
		return f.formatList(x, lang)
	}
	return ""
}

func money(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

func (f *Compiled) formatText(s, lang string) string {
	switch f.Holds().Kind {
	case Enum, Code:
		if t, ok := f.Word(s); ok {
			return t.In(lang)
		}
	case Time:
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.In(region.Beijing).Format("2006-01-02 15:04")
		}
	}
	return s
}

func (f *Compiled) formatList(x []any, lang string) string {
	switch f.Type.Kind {
	case Point:
		if p, ok := pointOf(x); ok {
			return plain(p.Lon) + "," + plain(p.Lat)
		}
	case Files:
		return fault.T("%d 个文件", "%d files", len(x)).In(lang)
	case Table:
		return fault.T("%d 行", "%d rows", len(x)).In(lang)
	case Area:
		return fault.T("已勾绘", "drawn").In(lang)
	}
	return ""
}
