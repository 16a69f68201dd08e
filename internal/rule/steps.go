package rule

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// step is one cleaning kind.
type step struct {
	StepInfo
	// build applies the step to x. codes are the directory's code lists.
	build func(x row.Expr, s Step, codes map[string]map[string]string) (row.Expr, *fault.Error)
	// touches gives a function that reports whether the step may change a text; it may say
	// so needlessly.
	touches func(s Step, codes map[string]map[string]string) func(b []byte) bool
	// idle is the characters, as the inside of a class, of which a text may consist to be
	// left alone by the step; none for a step that guards itself.
	idle idle
}

// idle is a set of character groups.
type idle uint8

const (
	idleDigit idle = 1 << iota
	idleUpper
	idleLower
	idleSign // printable ASCII besides letters, digits, blank and *
	idleHan  // common Chinese characters
	idleText = idleDigit | idleUpper | idleLower | idleSign | idleHan
)

// form is the pattern of texts made of the groups.
func (i idle) form() string {
	var s string
	for g, class := range []string{"0-9", "A-Z", "a-z", `!-)+-/:-@\[-` + "`{-~", "一-龥"} {
		if i&(1<<g) != 0 {
			s += class
		}
	}
	return "[" + s + "]*"
}

func pure(f func(x row.Expr) row.Expr) func(row.Expr, Step, map[string]map[string]string) (row.Expr, *fault.Error) {
	return func(x row.Expr, _ Step, _ map[string]map[string]string) (row.Expr, *fault.Error) { return f(x), nil }
}

func when(f func(b []byte) bool) func(Step, map[string]map[string]string) func([]byte) bool {
	return func(Step, map[string]map[string]string) func([]byte) bool { return f }
}

// steps lists every cleaning step, in the order the reference shows them.
func steps() []step {
	return append(plainSteps(), shapeSteps()...)
}

// plainSteps change characters wherever they stand.
func plainSteps() []step {
	return []step{
		{StepInfo{Name: "trim", Title: fault.T("去首尾空白", "trim"),
			Help:    fault.T("去掉首尾的空格、全角空格、制表符、换行和不间断空格。", "Takes blanks, ideographic blanks, tabs, line ends and no-break blanks off both ends."),
			Example: StepExample{YAML: "trim", Pairs: [][2]string{{"　张三 ", "张三"}, {"张 三", "张 三"}, {"  ", ""}}},
		}, pure(func(x row.Expr) row.Expr { return row.F(row.Trim, x) }), when(edged), idleText},
		{StepInfo{Name: "half_width", Title: fault.T("全角转半角", "half width"),
			Help:    fault.T("全角字母、数字、标点和全角空格转为半角。", "Full-width letters, digits, signs and blanks become half-width."),
			Example: StepExample{YAML: "half_width", Pairs: [][2]string{{"１３８－００１３", "138-0013"}, {"Ａ座　３０１", "A座 301"}}},
		}, pure(halfWidth), when(wide), idleText},
		{StepInfo{Name: "upper", Title: fault.T("转大写", "upper case"),
			Help:    fault.T("字母转为大写。", "Letters become upper case."),
			Example: StepExample{YAML: "upper", Pairs: [][2]string{{"9135010ma0", "9135010MA0"}}},
		}, pure(func(x row.Expr) row.Expr { return row.F(row.Upper, x) }), when(func(b []byte) bool { return hasRange(b, 'a', 'z') }), idleText &^ idleLower},
		{StepInfo{Name: "lower", Title: fault.T("转小写", "lower case"),
			Help:    fault.T("字母转为小写。", "Letters become lower case."),
			Example: StepExample{YAML: "lower", Pairs: [][2]string{{"Name@Example.CN", "name@example.cn"}}},
		}, pure(func(x row.Expr) row.Expr { return row.F(row.Lower, x) }), when(func(b []byte) bool { return hasRange(b, 'A', 'Z') }), idleText &^ idleUpper},
		{StepInfo{Name: "digits", Title: fault.T("只留数字", "digits only"),
			Help:    fault.T("只保留数字；全角数字先转为半角。", "Keeps digits only; full-width ones become half-width first."),
			Example: StepExample{YAML: "digits", Pairs: [][2]string{{"No.0 42-1", "0421"}, {"４２０１", "4201"}, {"无", ""}}},
		}, pure(digitsOnly), when(not(digits)), idleDigit},
		{StepInfo{Name: "collapse", Title: fault.T("合并空白", "collapse blanks"),
			Help:    fault.T("值内连续的空白合并为一个空格。", "Runs of blanks inside the value become one blank."),
			Example: StepExample{YAML: "collapse", Pairs: [][2]string{{"解放大道　 100号", "解放大道 100号"}}},
		}, pure(func(x row.Expr) row.Expr { return row.F(row.RegReplace, x, row.Str(blanks+"+"), row.Str(" ")) }), when(hasBlank), idleText},
		{StepInfo{Name: "replace", Title: fault.T("替换", "replace"),
			Help:    fault.T("把 find 全部替换为 with；不写 with 即删去。", "Replaces every find by with; without with it is taken out."),
			Params:  []Param{required("find", "要替换的文字", "the text to be replaced"), optional("with", "替换成的文字", "the text in its place")},
			Example: StepExample{YAML: "{do: replace, find: 社区居委会, with: 社区}", Pairs: [][2]string{{"球场社区居委会", "球场社区"}}},
		}, func(x row.Expr, s Step, _ map[string]map[string]string) (row.Expr, *fault.Error) {
			return row.F(row.Replace, x, row.Str(s.Find), row.Str(s.With)), nil
		}, func(s Step, _ map[string]map[string]string) func([]byte) bool {
			find := []byte(s.Find)
			return func(b []byte) bool { return bytes.Contains(b, find) }
		}, 0},
		{StepInfo{Name: "blank_words", Title: fault.T("空值用语", "blank words"),
			Help:    fault.T("表示“没有”的用语转为空值：%s。", "Words that say there is nothing become blank: %s.", strings.Join(blankWords(), " ")),
			Example: StepExample{YAML: "blank_words", Pairs: [][2]string{{"无", ""}, {"N/A", ""}, {"-", ""}, {"无锡", "无锡"}}},
		}, pure(func(x row.Expr) row.Expr {
			return row.F(row.If, row.In{X: x, Set: literals(blankWords())}, row.Lit{Type: row.TextType}, x)
		}), when(memberSet(blankWords()).has), 0},
	}
}

// blanks is the class of blanks that trim and collapse know.
const blanks = `[\t\n\v\f\r \x{a0}\x{3000}\x{feff}]`

func blankWords() []string {
	return []string{"无", "空", "暂无", "未知", "不详", "未填", "没有", "/", "//", "\\", "-", "--", "---", "—", "——", ".", "*",
		"NULL", "null", "Null", "(null)", "<null>", "\\N", "N/A", "n/a", "NA", "#N/A", "None", "none", "NaN", "nan", "无数据"}
}

func halfWidth(x row.Expr) row.Expr {
	var from, to strings.Builder
	from.WriteRune('　')
	to.WriteByte(' ')
	for r := '!'; r <= '~'; r++ {
		from.WriteRune(r + 0xFEE0)
		to.WriteRune(r)
	}
	return row.F(row.Translate, x, row.Str(from.String()), row.Str(to.String()))
}

func digitsOnly(x row.Expr) row.Expr {
	x = row.F(row.Translate, x, row.Str("０１２３４５６７８９"), row.Str("0123456789"))
	return row.F(row.RegReplace, x, row.Str("[^0-9]+"), row.Str(""))
}

// edged reports a first or last character that trim may take off.
func edged(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	first, last := b[0], b[len(b)-1]
	if first > ' ' && first < 0x80 && last > ' ' && last < 0x80 {
		return false
	}
	r, _ := utf8.DecodeRune(b)
	l, _ := utf8.DecodeLastRune(b)
	return isBlank(r) || isBlank(l)
}

func isBlank(r rune) bool {
	return r <= ' ' || r == 0xA0 || r == 0x3000 || r == 0xFEFF || r == 0x85 || r == utf8.RuneError ||
		r >= 0x1680 && (r == 0x1680 || r >= 0x2000 && r <= 0x200F || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x2060)
}

func hasBlank(b []byte) bool {
	for i, c := range b {
		if c <= ' ' || c == 0xA0 || c == 0x80 && i > 0 && b[i-1] == 0x80 || c == 0xBF {
			return true
		}
	}
	return false
}

// wide reports a full-width form: U+3000, U+FF01 to U+FF5E.
func wide(b []byte) bool {
	for i, c := range b {
		if c >= 0xE3 && (c == 0xEF || c == 0xE3 && i+1 < len(b) && b[i+1] == 0x80) {
			return true
		}
	}
	return false
}

func hasRange(b []byte, lo, hi byte) bool {
	for _, c := range b {
		if c >= lo && c <= hi || c >= 0x80 {
			return true
		}
	}
	return false
}

// cleaning is an item's cleaned text out of x, with what its steps may touch (nil without
// steps). A text that is blank in the end is NULL.
func (b *build) cleaning(x row.Expr, ss []Step) (row.Expr, row.Kernel) {
	out, err := chain(x, ss, b.set.Codes)
	if err != nil {
		for _, e := range err {
			b.faults = append(b.faults, e.At("%s%s", b.where, e.Where))
		}
		return x, nil
	}
	out = row.F(row.NullIf, out, row.Str(""))
	if len(ss) == 0 {
		return out, nil
	}
	return out, dirtyKernel(ss, b.set.Codes)
}

// chain applies steps in order. Most values are clean, so the leading steps that leave
// plain texts alone share one guard, outside, where it is cheap: their functions run only
// on texts of other characters.
func chain(x row.Expr, ss []Step, codes map[string]map[string]string) (row.Expr, []*fault.Error) {
	table := map[string]step{}
	var names []string
	for _, s := range steps() {
		table[s.Name] = s
		names = append(names, s.Name)
	}
	var errs []*fault.Error
	for i, s := range ss {
		if err := checkStep(table, s, codes, names); err != nil {
			errs = append(errs, err.At("[%d] %s", i, s.Do))
		}
	}
	if errs != nil {
		return nil, errs
	}
	guard, lead := idleText, 0
	for lead < len(ss) && guard&table[ss[lead].Do].idle != 0 {
		guard &= table[ss[lead].Do].idle
		lead++
	}
	apply := func(x row.Expr, ss []Step) row.Expr {
		for _, s := range ss {
			x, _ = table[s.Do].build(x, s, codes) // checked above
		}
		return x
	}
	if lead == 0 {
		return apply(x, ss), nil
	}
	rest := ss[lead:]
	dirty := apply(apply(x, ss[:lead]), rest)
	return row.F(row.If, row.F(row.Matches, x, row.Str(guard.form())), apply(x, rest), dirty), nil
}

func checkStep(table map[string]step, s Step, codes map[string]map[string]string, names []string) *fault.Error {
	k, ok := table[s.Do]
	if !ok {
		return fault.New(fault.Invalid, "rules.step.unknown", fault.T("没有清洗步骤 %q", "there is no cleaning step %q", s.Do)).
			Fix(fault.T("可用步骤：%s", "the steps are %s", strings.Join(names, ", ")))
	}
	has := map[string]bool{"map": len(s.Map) > 0, "list": s.List != "", "find": s.Find != "", "with": s.With != "", "forms": len(s.Forms) > 0}
	var takes []string
	for _, p := range k.Params {
		takes = append(takes, p.Name)
		if p.Required && !has[p.Name] {
			return fault.New(fault.Invalid, "rules.step.param", fault.T("步骤 %s 缺少参数 %s", "the step %s needs %s", s.Do, p.Name)).Fix(p.Help)
		}
		delete(has, p.Name)
	}
	for _, name := range []string{"map", "list", "find", "with", "forms"} {
		if has[name] {
			return fault.New(fault.Invalid, "rules.step.param", fault.T("步骤 %s 没有参数 %s", "the step %s takes no %s", s.Do, name)).
				Fix(fault.T("可用参数：%s", "it takes %s", fmt.Sprint(takes)))
		}
	}
	_, err := k.build(row.Str(""), s, codes)
	return err
}

// dirtyKernel marks raw texts that any of the steps may touch. What no step touches goes
// through all of them unchanged.
func dirtyKernel(ss []Step, codes map[string]map[string]string) row.Kernel {
	var touches []func([]byte) bool
	for _, s := range ss {
		for _, k := range steps() {
			if k.Name == s.Do {
				touches = append(touches, k.touches(s, codes))
			}
		}
	}
	return func(args []row.Texts, n int, bit uint64, out []uint64) {
		t := &args[0]
		for i := range n {
			b, ok := t.At(i)
			if !ok {
				continue
			}
			dirty := len(b) == 0
			for _, f := range touches {
				dirty = dirty || f(b)
			}
			if dirty {
				out[i] |= bit
			}
		}
	}
}
