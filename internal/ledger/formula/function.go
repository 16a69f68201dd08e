package formula

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

// function is one that formulas may call: what it takes, an argument each, what it gives,
// and what it does with arguments of which none is checked to be there.
type function struct {
	form     string // as it is written
	title    fault.Text
	takes    [][]Type // per argument the types that will do
	more     bool     // the last argument may be repeated, 8 times at most
	optional bool     // the last argument may be left out
	gives    Type
	do       func(...any) (any, error)
}

const mostRepeated = 8

func (f function) least() int {
	if f.optional {
		return len(f.takes) - 1
	}
	return len(f.takes)
}

func (f function) most() int {
	if f.more {
		return len(f.takes) - 1 + mostRepeated
	}
	return len(f.takes)
}

func (f function) wants(i int) []Type { return f.takes[min(i, len(f.takes)-1)] }

// Info is a function with its words, for the reference.
type Info struct {
	Name, Form string
	Title      fault.Text
}

// Functions lists what formulas may call, by name.
func Functions() []Info {
	var out []Info
	for _, name := range functionNames() {
		out = append(out, Info{name, functions[name].form, functions[name].title})
	}
	return out
}

func functionNames() []string {
	out := make([]string, 0, len(functions))
	for n := range functions {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func one(types ...Type) []Type { return types }

func math1(form string, zh, en string, do func(float64) float64) function {
	return function{form: form, title: fault.Text{ZH: zh, EN: en}, takes: [][]Type{one(Number)}, gives: Number, do: func(v ...any) (any, error) {
		n, ok := number(v[0])
		if !ok {
			return nil, nil
		}
		return do(n), nil
	}}
}

func text1(form string, zh, en string, do func(string) string) function {
	return function{form: form, title: fault.Text{ZH: zh, EN: en}, takes: [][]Type{one(Text)}, gives: Text, do: func(v ...any) (any, error) {
		s, ok := v[0].(string)
		if !ok {
			return nil, nil
		}
		return do(s), nil
	}}
}

func span1(form string, zh, en string, unit time.Duration) function {
	return function{form: form, title: fault.Text{ZH: zh, EN: en}, takes: [][]Type{one(Number)}, gives: Span, do: func(v ...any) (any, error) {
		n, ok := number(v[0])
		if !ok || math.Abs(n) > 1e6 {
			return nil, nil
		}
		return time.Duration(n * float64(unit)), nil
	}}
}

func part1(form string, zh, en string, do func(time.Time) int) function {
	return function{form: form, title: fault.Text{ZH: zh, EN: en}, takes: [][]Type{one(Time)}, gives: Number, do: func(v ...any) (any, error) {
		t, ok := v[0].(time.Time)
		if !ok {
			return nil, nil
		}
		return float64(do(t.In(zone))), nil
	}}
}

func fold(form string, zh, en string, do func(a, b float64) float64) function {
	return function{form: form, title: fault.Text{ZH: zh, EN: en}, takes: [][]Type{one(Number, List(Number))}, more: true, gives: Number, do: func(v ...any) (any, error) {
		var out any
		for _, n := range flat(v) {
			if out == nil {
				out = n
			} else {
				out = do(out.(float64), n)
			}
		}
		return out, nil
	}}
}

func flat(v []any) (out []float64) {
	for _, e := range v {
		if n, ok := number(e); ok {
			out = append(out, n)
		}
		if list, ok := e.([]any); ok {
			out = append(out, flat(list)...)
		}
	}
	return out
}

// functions is the table of what may be called. metres says in a formula what its number is.
var functions = map[string]function{
	"distance": {form: "distance(a, b)", title: fault.T("两处之间的米数；a 可为一组照片的位置，取最远的一张，有一张没有位置则为空", "metres between two places; of pictures' places the farthest, empty where one has none"),
		takes: [][]Type{one(Place, List(Place)), one(Place)}, gives: Number, do: func(v ...any) (any, error) { return distance(v[0], v[1]), nil }},
	"metres": math1("metres(n)", "n 米", "n metres", func(n float64) float64 { return n }),
	"len": {form: "len(x)", title: fault.T("文字的字数，列表、文件或表格的个数", "how many characters, entries, files or rows"), takes: [][]Type{one(Text, List(Any), Table(nil), Object(nil))}, gives: Number,
		do: func(v ...any) (any, error) { return length(v[0]), nil }},
	"empty": {form: "empty(x)", title: fault.T("是否为空", "whether it is empty"), takes: [][]Type{one(Any)}, gives: Bool, do: func(v ...any) (any, error) { return empty(v[0]) || length(v[0]) == 0.0, nil }},
	"lower": text1("lower(s)", "转为小写", "in lower case", strings.ToLower),
	"upper": text1("upper(s)", "转为大写", "in upper case", strings.ToUpper),
	"trim":  text1("trim(s)", "去掉首尾空白", "without blanks at its ends", strings.TrimSpace),
	"abs":   math1("abs(n)", "绝对值", "without its sign", math.Abs),
	"floor": math1("floor(n)", "向下取整", "rounded down", math.Floor),
	"ceil":  math1("ceil(n)", "向上取整", "rounded up", math.Ceil),
	"round": {form: "round(n, places)", title: fault.T("四舍五入到若干位小数", "rounded to some places"), takes: [][]Type{one(Number), one(Number)}, optional: true, gives: Number, do: func(v ...any) (any, error) { return round(v), nil }},
	"min":   fold("min(a, b, …)", "最小的一个", "the least", math.Min),
	"max":   fold("max(a, b, …)", "最大的一个", "the greatest", math.Max),
	"sum": {form: "sum(rows.column)", title: fault.T("合计", "the sum"), takes: [][]Type{one(List(Number))}, gives: Number, do: func(v ...any) (any, error) {
		total := 0.0
		for _, n := range flat(v) {
			total += n
		}
		return total, nil
	}},
	"days":    span1("days(n)", "n 天", "n days", 24*time.Hour),
	"hours":   span1("hours(n)", "n 小时", "n hours", time.Hour),
	"minutes": span1("minutes(n)", "n 分钟", "n minutes", time.Minute),
	"date": {form: `date("2026-01-31")`, title: fault.T("写出的日期", "a date that is written out"), takes: [][]Type{one(Text)}, gives: Time, do: func(v ...any) (any, error) {
		s, _ := v[0].(string)
		if t, ok := Day(s, zone); ok {
			return t, nil
		}
		return nil, nil
	}},
	"year":  part1("year(t)", "年", "its year", func(t time.Time) int { return t.Year() }),
	"month": part1("month(t)", "月", "its month", func(t time.Time) int { return int(t.Month()) }),
	"day":   part1("day(t)", "日", "its day", func(t time.Time) int { return t.Day() }),
	"hour":  part1("hour(t)", "时", "its hour", func(t time.Time) int { return t.Hour() }),
}

func length(v any) any {
	switch v := v.(type) {
	case string:
		return float64(utf8.RuneCountInString(v))
	case []any:
		return float64(len(v))
	case map[string]any:
		n, _ := number(v[rowCount])
		return n
	}
	return 0.0
}

func round(v []any) any {
	n, ok := number(v[0])
	if !ok {
		return nil
	}
	scale := 1.0
	if len(v) > 1 {
		places, ok := number(v[1])
		if !ok || places < 0 || places > 9 {
			return nil
		}
		scale = math.Pow10(int(places))
	}
	return math.Round(n*scale) / scale
}
