package rule

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// shapeSteps bring a value of a known sort into its one written form.
func shapeSteps() []step {
	forms := make([]string, 0, 10)
	for _, f := range dateForms() {
		forms = append(forms, f.name+" "+f.example)
	}
	list := strings.Join(forms, "，")
	listEN := strings.Join(forms, ", ")
	return []step{
		{StepInfo{Name: "x_mark", Title: fault.T("校验码 X", "check character X"),
			Help:    fault.T("18 位证件号码末位的 ×、х（西里尔字母）、ｘ、x、* 等改为大写 X；前 17 位须为数字。", "The last of 18 places written ×, х (Cyrillic), ｘ, x or * becomes X; the first 17 must be digits."),
			Example: StepExample{YAML: "x_mark", Pairs: [][2]string{{"11010519491231002×", "11010519491231002X"}, {"11010519491231002x", "11010519491231002X"}, {"1101051949123100x", "1101051949123100x"}}},
		}, pure(xMark), when(func(b []byte) bool { return len(b) >= 18 && len(b) <= 21 && b[len(b)-1]-'0' > 9 && b[len(b)-1] != 'X' }), idleText &^ idleLower},
		{StepInfo{Name: "date", Title: fault.T("日期归一", "date"),
			Help: fault.Text{ZH: "以下写法的日期改为 YYYY-MM-DD：" + list + "。不存在的日期、不能确定的写法（如 05/01/2024）保持原样，由类型规则判定。",
				EN: "Dates written in these forms become YYYY-MM-DD: " + listEN + ". Days that do not exist and forms that leave doubt, such as 05/01/2024, stay as they are for the rule type to judge."},
			Params: []Param{optional("forms", "只认这些写法（名称如上）", "only these forms, by the names above")},
			Example: StepExample{YAML: "date", Pairs: [][2]string{{"2024-1-5", "2024-01-05"}, {"2024/1/5", "2024-01-05"}, {"2024.01.05", "2024-01-05"}, {"20240105", "2024-01-05"},
				{"2024年1月5日", "2024-01-05"}, {"2024-01-05 00:00:00", "2024-01-05"}, {"2024/1/5 0:00", "2024-01-05"}, {"2024-01-05T08:30:00", "2024-01-05"},
				{"45296", "2024-01-05"}, {"05-Jan-2024", "2024-01-05"}, {"05/01/2024", "05/01/2024"}, {"2024-02-30", "2024-02-30"}}},
		}, cleanDate, when(func(b []byte) bool { return !isoShaped(b) }), 0},
		{StepInfo{Name: "map", Title: fault.T("代码映射", "map"),
			Help:    fault.T("把写法换成代码：map 逐一写明，或用 list 按代码集的名称换成代码。其余的值不变。", "Turns written values into codes: by map, or by the names of a code list. Other values stay."),
			Params:  []Param{optional("map", "写法: 代码", "written value: code"), optional("list", "代码集名称", "a code list's name")},
			Example: StepExample{YAML: `{do: map, map: {男: "1", 女: "2"}}`, Pairs: [][2]string{{"男", "1"}, {"女", "2"}, {"1", "1"}, {"不详", "不详"}}},
		}, cleanMap, func(s Step, codes map[string]map[string]string) func([]byte) bool {
			m, _ := mapping(s, codes)
			return memberSet(slices.Collect(maps.Keys(m))).has
		}, 0},
		{StepInfo{Name: "phone", Title: fault.T("电话号码归一", "phone number"),
			Help:    fault.T("去掉 +86、0086、空白、括号和连字符，只留号码；分机号前的连字符保留。", "Takes off +86, 0086, blanks, brackets and dashes; the dash before an extension stays."),
			Example: StepExample{YAML: "phone", Pairs: [][2]string{{"+86 138-0013-8000", "13800138000"}, {"(027) 8234 5678", "02782345678"}, {"0086-27-82345678", "02782345678"}, {"027-82345678-801", "02782345678-801"}, {"电话", "电话"}}},
		}, pure(cleanPhone), when(func(b []byte) bool { return len(b) != 11 || !digits(b) || b[0] > '1' }), 0},
	}
}

func xMark(x row.Expr) row.Expr {
	return row.F(row.If, row.F(row.Matches, x, row.Str(`[0-9]{17}[xｘＸ×хХχΧ✕✖╳*＊]`)),
		row.F(row.Concat, row.F(row.Substr, x, row.Num(1), row.Num(17)), row.Str("X")), x)
}

// dateForm is one written form of a date: the pattern of the whole value, and how its day is
// read. inner, where set, is the group of the pattern that holds the date.
type dateForm struct {
	name, example string
	pattern       string
	layout        string // for ParseDate; "" for a spreadsheet's serial
	inner         bool
}

const clockForm = `[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?`

func dateForms() []dateForm {
	return []dateForm{
		{"dash", "2024-1-5", `[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`, "%Y-%m-%d", false},
		{"slash", "2024/1/5", `[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}`, "%Y/%m/%d", false},
		{"compact", "20240105", `[0-9]{8}`, "%Y%m%d", false},
		{"dash_time", "2024-01-05 00:00:00", `([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}) +` + clockForm, "%Y-%m-%d", true},
		{"slash_time", "2024/1/5 0:00", `([0-9]{4}/[0-9]{1,2}/[0-9]{1,2}) +` + clockForm, "%Y/%m/%d", true},
		{"chinese", "2024年1月5日", `[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日`, "%Y年%m月%d日", false},
		{"dot", "2024.1.5", `[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}`, "%Y.%m.%d", false},
		{"iso_time", "2024-01-05T00:00:00", `([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})T` + clockForm + `(?:Z|[+-][0-9]{2}:?[0-9]{2})?`, "%Y-%m-%d", true},
		{"serial", "45296", `[1-7][0-9]{4}`, "", false},
		{"month_name", "05-Jan-2024", `[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-[0-9]{4}`, "%d-%b-%Y", false},
	}
}

// dateWholes match a whole value against each of dateForms.
var dateWholes = wholes(dateForms())

func wholes(forms []dateForm) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(forms))
	for i, f := range forms {
		out[i] = regexp.MustCompile("^(?:" + f.pattern + ")$")
	}
	return out
}

// cleanDate tries the forms in turn; a column mostly has one, so each costs one look.
func cleanDate(x row.Expr, s Step, _ map[string]map[string]string) (row.Expr, *fault.Error) {
	known := map[string]bool{}
	out := x
	for _, f := range slices.Backward(dateForms()) {
		known[f.name] = true
		if len(s.Forms) > 0 && !slices.Contains(s.Forms, f.name) {
			continue
		}
		out = row.F(row.If, row.F(row.Matches, x, row.Str(f.pattern)), row.F(row.Coalesce, row.F(row.ToText, f.day(x)), x), out)
	}
	for _, name := range s.Forms {
		if !known[name] {
			return nil, fault.New(fault.Invalid, "rules.step.forms", fault.T("forms：没有日期写法 %q", "forms: there is no written form %q", name)).
				Fix(fault.T("可用写法见步骤 date 的说明", "see the reference of the step date for the forms"))
		}
	}
	return row.F(row.If, row.F(row.Matches, x, row.Str(isoForm)), x, out), nil
}

func (f dateForm) day(x row.Expr) row.Expr {
	if f.layout == "" {
		epoch := row.Lit{Value: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), Type: row.DateType}
		return row.F(row.AddDays, epoch, row.Try{X: x, To: row.IntType})
	}
	if f.inner {
		x = row.F(row.Extract, x, row.Str(f.pattern), row.Num(1))
	}
	return row.F(row.ParseDate, x, row.Str(f.layout))
}

func isoShaped(b []byte) bool {
	return len(b) == 10 && b[4] == '-' && b[7] == '-' && digits(b[:4]) && digits(b[5:7]) && digits(b[8:])
}

// readDate is cleanDate in Go, for guessing: the day as YYYY-MM-DD and the form it had.
func readDate(s string) (iso, form string) {
	if isoDate([]byte(s)) {
		return s, "iso"
	}
	for i, f := range dateForms() {
		m := dateWholes[i].FindStringSubmatch(s)
		if m == nil {
			continue
		}
		if f.inner {
			s = m[1]
		}
		if iso := f.read(s); iso != "" {
			return iso, f.name
		}
		return "", ""
	}
	return "", ""
}

func (f dateForm) read(s string) string {
	if f.layout == "" {
		return time.Date(1899, 12, 30+number([]byte(s)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	layout := strings.NewReplacer("%Y", "2006", "%m", "1", "%d", "2", "%b", "Jan").Replace(f.layout)
	if f.name == "compact" {
		layout = "20060102"
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// mapping is what a map step turns into what.
func mapping(s Step, codes map[string]map[string]string) (map[string]string, *fault.Error) {
	if (len(s.Map) > 0) == (s.List != "") {
		return nil, fault.New(fault.Invalid, "rules.step.map", fault.T("map 与 list 应写且只写一个", "write one of map and list")).
			Fix(fault.T("逐一写明用 map，按代码集用 list", "map for single values, list for a code list"))
	}
	if s.List == "" {
		return s.Map, nil
	}
	if len(codes[s.List]) == 0 {
		return nil, fault.New(fault.Invalid, "rules.list.unknown", fault.T("没有代码集 %s", "there is no code list %s", s.List)).
			Fix(fault.T("在目录的 codes 中声明，或改正名称", "declare it under codes or mend the name"))
	}
	out := map[string]string{}
	for _, code := range slices.Sorted(maps.Keys(codes[s.List])) {
		name := codes[s.List][code]
		if _, twice := out[name]; twice {
			return nil, fault.New(fault.Invalid, "rules.step.map.twice", fault.T("代码集 %s 中有两个代码同名", "two codes of %s have one name", s.List)).
				Fix(fault.T("改用 map 逐一写明", "use map instead"))
		}
		if _, isCode := codes[s.List][name]; !isCode {
			out[name] = code
		}
	}
	return out, nil
}

// cleanMap looks a value up in a balanced tree of comparisons: a few looks a value even for
// long lists.
func cleanMap(x row.Expr, s Step, codes map[string]map[string]string) (row.Expr, *fault.Error) {
	m, err := mapping(s, codes)
	if err != nil {
		return nil, err
	}
	return lookUp(x, slices.Sorted(maps.Keys(m)), m), nil
}

func lookUp(x row.Expr, keys []string, m map[string]string) row.Expr {
	if len(keys) > 8 {
		mid := len(keys) / 2
		return row.F(row.If, row.F(row.Lt, x, row.Str(keys[mid])), lookUp(x, keys[:mid], m), lookUp(x, keys[mid:], m))
	}
	out := x
	for _, k := range slices.Backward(keys) {
		out = row.F(row.If, row.F(row.Eq, x, row.Str(k)), row.Str(m[k]), out)
	}
	return out
}

// cleanPhone leaves mobile numbers alone at one look, then takes signs and the country's
// code off. A number with the country's code written out has lost the 0 of its area.
func cleanPhone(x row.Expr) row.Expr {
	const signs = `[\t \x{a0}\x{3000}()（）·.－—–‐‑−-]+`
	bare := row.F(row.RegReplace, x, row.Str(signs), row.Str(""))
	const abroad = `(?:\+|＋|00)?86(1[3-9][0-9]{9}|0[0-9]{9,11}|[48]00[0-9]{7})`
	const area = `(?:\+|＋|00)?86([2-9][0-9]{8,10}|10[0-9]{8})`
	const extended = `((?:0[0-9]{2,3}[^0-9]*)?[2-9][0-9]{6,7})[^0-9]*[-－—转][^0-9]*([0-9]{1,6})`
	group := func(form string) row.Expr { return row.F(row.Extract, bare, row.Str(form), row.Num(1)) }
	number := func(form string) row.Expr { return row.F(row.Matches, bare, row.Str(form)) }
	whole := row.F(row.If, number(abroad), group(abroad),
		row.F(row.If, number(area), row.F(row.Concat, row.Str("0"), group(area)),
			row.F(row.If, number(`[0-9]{7,12}`), bare, x)))
	withExtension := row.F(row.Concat,
		row.F(row.RegReplace, row.F(row.Extract, x, row.Str(extended), row.Num(1)), row.Str(`[^0-9]+`), row.Str("")),
		row.Str("-"), row.F(row.Extract, x, row.Str(extended), row.Num(2)))
	return row.F(row.If, row.F(row.Matches, x, row.Str(mobileForm)), x,
		row.F(row.If, row.F(row.Matches, x, row.Str(extended)), withExtension, whole))
}
