package ledger

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

// Values are a record's values by field, each as its Kind says; nil and what is not there
// are empty.
type Values map[string]any

// Bounds of single values.
const (
	mostText   = 10_000 // characters
	usualText  = 500
	mostNumber = 1e15 // so that 分 and whole numbers stay exact in every browser
	mostRows   = 500  // of a table
	usualRows  = 100
	mostFiles  = 50
	usualFiles = 9
	mostPoints = 2000 // of an area
	usualSize  = 10   // MB of a file
	bestRating = 5
)

// take brings a value to the shape of its kind and checks it by itself; what is empty comes
// as nil. The fault's place is at and what is below it.
func (f *Compiled) take(at string, v any) (any, *fault.Error) {
	if s, ok := v.(string); ok {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return nil, f.bad(at, "value.text", fault.T("含无法识别的字符", "has characters that cannot be read"), fault.T("请重新输入", "type it again"))
		}
		if v = strings.TrimFunc(s, unicode.IsSpace); v == "" {
			v = nil
		}
	}
	if v == nil {
		return nil, nil
	}
	switch f.Holds().Kind {
	case Text:
		return f.takeText(at, v)
	case Integer, Money, Rating:
		return f.takeWhole(at, v)
	case Number:
		return f.takeNumber(at, v)
	case Date:
		return f.takeDate(at, v)
	case Time:
		return f.takeTime(at, v)
	case Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case Enum, Code:
		return f.takeChoice(at, v)
	case Reference, Office:
		if s, ok := v.(string); ok && len(s) <= 100 {
			return s, nil
		}
	case Region:
		return f.takeRegion(at, v)
	case Person:
		return f.takePerson(at, v)
	case Point:
		return f.takePoint(at, v)
	case Area:
		return f.takeArea(at, v)
	case Files:
		return f.takeFiles(at, v)
	case Table:
		return f.takeTable(at, v)
	}
	return nil, f.shape(at)
}

func (f *Compiled) bad(at, code string, text, fix fault.Text) *fault.Error {
	l := f.Label()
	return fault.New(fault.Invalid, code, fault.Text{ZH: "“" + l.ZH + "”" + text.ZH, EN: l.EN + ": " + text.EN}).At("%s", at).Fix(fix)
}

func (f *Compiled) shape(at string) *fault.Error {
	t := f.Holds().Kind.Title()
	return f.bad(at, "value.shape", fault.Text{ZH: "应为" + t.ZH, EN: "it is no " + t.EN}, fault.T("请按填写说明重新填写", "write it as the field's help says"))
}

func (f *Compiled) takeText(at string, v any) (any, *fault.Error) {
	s, ok := v.(string)
	if !ok {
		return nil, f.shape(at)
	}
	most := f.mostLetters()
	switch n := utf8.RuneCountInString(s); {
	case n > most:
		return nil, f.bad(at, "value.long", fault.T("超过 %d 个字", "it has more than %d characters", most), fault.T("请缩短", "shorten it"))
	case f.Min != nil && n < int(*f.Min):
		return nil, f.bad(at, "value.short", fault.T("少于 %d 个字", "it has less than %d characters", int(*f.Min)), fault.T("请写全", "write more"))
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) {
		return nil, f.bad(at, "value.text", fault.T("含控制字符", "has control characters"), fault.T("请重新输入", "type it again"))
	}
	if f.pattern != nil && !f.pattern.MatchString(s) {
		return nil, f.bad(at, "value.pattern", fault.T("格式不符", "it is not written as it should be"), f.helpOr(fault.T("应符合 %s", "it must match %s", f.Pattern)))
	}
	return s, nil
}

func (f *Compiled) helpOr(t fault.Text) fault.Text {
	if f.Help.ZH != "" {
		return f.Help.Text()
	}
	return t
}

func (f *Compiled) mostLetters() int {
	switch {
	case f.Type.Max > 0:
		return f.Type.Max
	case f.Max != nil:
		return int(*f.Max)
	case f.Type.Kind == Computed:
		return mostText
	}
	return usualText
}

// whole reads the whole numbers that JSON and drivers give.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) <= mostNumber
	case json.Number:
		i, err := strconv.ParseInt(n.String(), 10, 64)
		return i, err == nil
	}
	return 0, false
}

func (f *Compiled) takeWhole(at string, v any) (any, *fault.Error) {
	n, ok := whole(v)
	if !ok || n > mostNumber || n < -mostNumber {
		return nil, f.shape(at)
	}
	scale := 1.0
	if f.Type.Kind == Money {
		scale = 100
	}
	if f.Type.Kind == Rating {
		best := float64(bestRating)
		if f.Max != nil {
			best = *f.Max
		}
		if n < 1 || float64(n) > best {
			return nil, f.bad(at, "value.rating", fault.T("须为 1 至 %s", "it is from 1 to %s", plain(best)), fault.T("请重新评分", "rate it again"))
		}
		return n, nil
	}
	return n, f.within(at, float64(n)/scale)
}

func (f *Compiled) takeNumber(at string, v any) (any, *fault.Error) {
	var n float64
	switch x := v.(type) {
	case float64:
		n = x
	case json.Number:
		var err error
		if n, err = x.Float64(); err != nil {
			return nil, f.shape(at)
		}
	default:
		i, ok := whole(v)
		if !ok {
			return nil, f.shape(at)
		}
		n = float64(i)
	}
	if math.IsNaN(n) || math.Abs(n) > mostNumber {
		return nil, f.shape(at)
	}
	return n, f.within(at, n)
}

func (f *Compiled) within(at string, n float64) *fault.Error {
	switch {
	case f.Min != nil && n < *f.Min:
		return f.bad(at, "value.least", fault.T("小于最小值 %s", "it is less than %s", plain(*f.Min)), fault.T("请核对", "check it"))
	case f.Max != nil && n > *f.Max:
		return f.bad(at, "value.most", fault.T("大于最大值 %s", "it is more than %s", plain(*f.Max)), fault.T("请核对", "check it"))
	}
	return nil
}

func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func (f *Compiled) takeDate(at string, v any) (any, *fault.Error) {
	s, ok := v.(string)
	if t, err := time.Parse(time.DateOnly, s); !ok || err != nil || t.Year() < 1000 {
		return nil, f.bad(at, "value.date", fault.T("不是日期", "it is no date"), fault.T("请写作 2026-01-31", "write it as 2026-01-31"))
	}
	return s, nil
}

// timeForm is how times stand in Values.
const timeForm = "2006-01-02T15:04:05Z"

func (f *Compiled) takeTime(at string, v any) (any, *fault.Error) {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(timeForm), nil
	}
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1000 || t.Year() > 9999 {
		return nil, f.bad(at, "value.time", fault.T("不是时间", "it is no time"), fault.T("请写作 2026-01-31T08:30:00+08:00", "write it as 2026-01-31T08:30:00+08:00"))
	}
	return t.UTC().Format(timeForm), nil
}

func (f *Compiled) takeChoice(at string, v any) (any, *fault.Error) {
	s, ok := v.(string)
	if _, known := f.Word(s); ok && known {
		return s, nil
	}
	return nil, f.bad(at, "value.choice", fault.T("不在可选范围内", "it is none of the choices"), f.among())
}

// among names the choices, as many as help.
func (f *Compiled) among() fault.Text {
	const most = 8
	var zh, en []string
	for _, c := range f.Choices() {
		if len(zh) == most {
			zh, en = append(zh, "…"), append(en, "…")
			break
		}
		zh, en = append(zh, c.Title.ZH), append(en, c.Title.EN)
	}
	return fault.Text{ZH: "可选：" + strings.Join(zh, "、"), EN: "choose one of " + strings.Join(en, ", ")}
}

func (f *Compiled) takeRegion(at string, v any) (any, *fault.Error) {
	s, _ := v.(string)
	c, err := region.Form{}.Parse(s)
	if err != nil {
		e := fault.From(err)
		return nil, f.bad(at, "value.region", fault.Text{ZH: "：" + e.Text.ZH, EN: e.Text.EN}, e.Remedy)
	}
	return string(c), nil
}

// PersonParts are what is kept of a person, by the kind of personal information.
var PersonParts = []string{"name", "phone", "id", "address"}

func (f *Compiled) takePerson(at string, v any) (any, *fault.Error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, f.shape(at)
	}
	out := map[string]any{}
	for k, v := range m {
		s, ok := v.(string)
		if v == nil {
			continue
		}
		if !slices.Contains(PersonParts, k) || !ok || utf8.RuneCountInString(s) > 200 || !utf8.ValidString(s) {
			return nil, f.shape(at)
		}
		if s = strings.TrimSpace(s); s != "" {
			out[k] = s
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func (f *Compiled) takeTable(at string, v any) (any, *fault.Error) {
	rows, ok := v.([]any)
	if !ok {
		return nil, f.shape(at)
	}
	if err := f.count(at, len(rows), usualRows, fault.T("行", "rows")); err != nil || len(rows) == 0 {
		return nil, err
	}
	out, parts := make([]any, len(rows)), []*fault.Error(nil)
	for i, r := range rows {
		row, ok := r.(map[string]any)
		if !ok {
			return nil, f.shape(place(at, i))
		}
		kept, faults := takeRow(f.Table, place(at, i), row)
		out[i], parts = kept, append(parts, faults...)
	}
	if len(parts) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "value.table", Parts: parts}
	}
	return out, nil
}

func takeRow(columns []*Compiled, at string, row map[string]any) (map[string]any, []*fault.Error) {
	kept, faults := map[string]any{}, []*fault.Error(nil)
	for k := range row {
		if !slices.ContainsFunc(columns, func(c *Compiled) bool { return c.Name == k }) {
			faults = append(faults, unknownField(place(at, k), k))
		}
	}
	for _, c := range columns {
		v, err := c.take(place(at, c.Name), row[c.Name])
		switch {
		case err != nil:
			faults = append(faults, err)
		case v == nil && c.Required == "true":
			faults = append(faults, c.missing(place(at, c.Name)))
		case v != nil:
			kept[c.Name] = v
		}
	}
	return kept, faults
}

// count bounds how many files or rows there are.
func (f *Compiled) count(at string, n, usual int, what fault.Text) *fault.Error {
	most := usual
	if f.Max != nil {
		most = int(*f.Max)
	}
	if n > most {
		return f.bad(at, "value.many", fault.Text{ZH: "超过 " + strconv.Itoa(most) + " " + what.ZH, EN: "there are more than " + strconv.Itoa(most) + " " + what.EN}, fault.T("请删减", "take some away"))
	}
	if f.Min != nil && n < int(*f.Min) && n > 0 {
		return f.bad(at, "value.few", fault.Text{ZH: "少于 " + plain(*f.Min) + " " + what.ZH, EN: "there are less than " + plain(*f.Min) + " " + what.EN}, fault.T("请补充", "add some"))
	}
	return nil
}

func (f *Compiled) missing(at string) *fault.Error {
	return f.bad(at, "value.missing", fault.T("必填", "it is required"), fault.T("请填写", "fill it in"))
}

func unknownField(at, name string) *fault.Error {
	return fault.New(fault.Invalid, "value.field", fault.T("没有字段 %q", "there is no field %q", spec.Clip(name, 40))).At("%s", at).
		Fix(fault.T("请刷新页面后重试", "refresh the page and try again"))
}
