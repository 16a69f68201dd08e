package rule

import (
	"math"
	"regexp"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// valueKinds judge one value by itself.
func valueKinds() []kind {
	id := []Item{{Name: "id_no", Title: "公民身份号码"}}
	return []kind{
		{KindInfo{
			Name: "required", Title: fault.T("必填", "required"),
			Help: fault.T("清洗后为空（空值或空字符串）即违规。声明为 required 的信息项自动带此规则。", "Broken where the cleaned value is blank. Items declared required have this rule by themselves."),
			Norm: "0201", Dim: Completeness, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: required, item: name}", Items: []Item{{Name: "name", Title: "姓名"}}, Good: rows("张三", "0"), Bad: rows("")},
		}, "%s必填", buildRequired},
		{KindInfo{
			Name: "type", Title: fault.T("数据类型", "type"),
			Help: fault.T("值不符合信息项声明的类型即违规：整数不带小数，小数按声明的位数四舍五入后放得下，日期写作 YYYY-MM-DD 且确有其日。非文本信息项自动带此规则。",
				"Broken where the value does not fit the item's declared type: whole numbers without a fraction; decimals that fit when rounded to their places; existing dates written YYYY-MM-DD. Items that are not text have this rule by themselves."),
			Norm: "0302", Dim: Accuracy, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: type, item: birth}", Items: []Item{{Name: "birth", Title: "出生日期", Type: row.DateType}},
				Good: rows("1990-02-28", "2000-02-29", ""), Bad: rows("1990-02-30", "1990/2/28", "不详")},
		}, "%s类型", buildType},
		{KindInfo{
			Name: "pattern", Title: fault.T("格式", "pattern"),
			Help: fault.T("值须整体符合正则表达式（RE2 语法）。", "The whole value must fit a regular expression (RE2)."),
			Norm: "0302", Dim: Accuracy, Do: Reject,
			Params:  []Param{itemParam(), required("pattern", "正则表达式，匹配整个值", "the regular expression; it must match the whole value")},
			Example: Example{YAML: `{kind: pattern, item: house_no, pattern: '[0-9]{1,4}-[0-9]{1,4}'}`, Items: []Item{{Name: "house_no", Title: "户号"}}, Good: rows("12-301", ""), Bad: rows("12栋301", "12-301A")},
		}, "%s格式", buildPattern},
		{KindInfo{
			Name: "length", Title: fault.T("长度", "length"),
			Help: fault.T("字符数须在 min 与 max 之间（含）；汉字计一个字符。", "The number of characters must lie between min and max, both included."),
			Norm: "0302", Dim: Accuracy, Do: Reject,
			Params:  []Param{itemParam(), optional("min", "最少字符数", "the least number of characters"), optional("max", "最多字符数", "the most")},
			Example: Example{YAML: "{kind: length, item: name, min: 2, max: 50}", Items: []Item{{Name: "name", Title: "姓名"}}, Good: rows("张三", "欧阳修", ""), Bad: rows("张")},
		}, "%s长度", buildLength},
		{KindInfo{
			Name: "citizen_id", Title: fault.T("公民身份号码", "citizen id"),
			Help: fault.T("按 GB 11643 校验：18 位、出生日期存在、校验码（MOD 11-2）正确。港澳台居民居住证（81、82、83 开头）和外国人永久居留身份证（9 开头）同样受理；末位须为大写 X，可先用 x_mark 清洗。",
				"By GB 11643: 18 places, an existing birth date, the right check character (MOD 11-2). Ids of residents from Hong Kong, Macao and Taiwan (81, 82, 83) and of foreign permanent residents (9…) are accepted. The X must be upper case: clean by x_mark."),
			Norm: "0301", Dim: Accuracy, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: citizen_id, item: id_no}", Items: id,
				Good: rows("11010519491231002X", "420102199001010014", "810000199408230021", "91015619900101001X", ""), Bad: rows("110105194912310021", "11010519491231002x", "11010519900230002X", "1101051949123100")},
		}, "%s校验码", func(_ *build, c *Compiled) { c.judge(not(citizenID), fitsCitizenID) }},
		{KindInfo{
			Name: "credit_code", Title: fault.T("统一社会信用代码", "unified social credit code"),
			Help: fault.T("按 GB 32100 校验 18 位代码的校验码，并按 GB 11714 校验其中第 9 至 17 位的组织机构代码。", "By GB 32100 the check character of the 18, and by GB 11714 that of the organisation code inside (9 to 17)."),
			Norm: "0301", Dim: Accuracy, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: credit_code, item: credit_code}", Items: []Item{{Name: "credit_code", Title: "统一社会信用代码"}},
				Good: rows("91350100M000100Y43", ""), Bad: rows("91350100M000100Y44", "91350100M000100Y4", "9135O100M000100Y43")},
		}, "%s校验码", func(_ *build, c *Compiled) { c.judge(not(creditCode), fitsCreditCode) }},
		{KindInfo{
			Name: "phone", Title: fault.T("电话号码", "phone number"),
			Help: fault.T("境内手机号码，固定电话（可带区号、分机），以及 400、800 号码。", "Mainland mobile numbers, fixed lines with or without area code and extension, and 400 and 800 numbers."),
			Norm: "0302", Dim: Accuracy, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: phone, item: phone}", Items: []Item{{Name: "phone", Title: "联系电话"}},
				Good: rows("13800138000", "027-82345678", "02782345678", "82345678", "0712-2345678-801", "400-820-8820", ""), Bad: rows("1380013800", "12345678901", "+8613800138000", "电话")},
		}, "%s号码格式", func(_ *build, c *Compiled) { c.judge(not(phoneNumber), matches(phoneForm)) }},
	}
}

// rows makes one-celled rows.
func rows(cells ...string) [][]string {
	out := make([][]string, len(cells))
	for i, c := range cells {
		out[i] = []string{c}
	}
	return out
}

func buildRequired(_ *build, c *Compiled) {
	x := c.text()
	c.Kernel = blankKernel
	c.Broken = row.F(row.Or, row.F(row.IsNull, x), row.F(row.Eq, x, row.Str("")))
}

func buildType(b *build, c *Compiled) {
	it, _ := b.item(c, row.Int, row.Decimal, row.Float, row.Bool, row.Date, row.Time)
	x, value := row.CleanText(c.Item), row.Column(c.Item)
	switch it.Type.Kind {
	case row.Int:
		c.judge(func(v []byte) bool { _, ok := parseInt(v); return !ok }, func(x row.Expr) row.Expr {
			return row.F(row.And, row.F(row.Matches, x, row.Str(intForm)), row.F(row.NotNull, row.Try{X: x, To: it.Type}))
		})
	case row.Decimal:
		p, s := it.Type.Precision, it.Type.Scale
		c.judge(func(v []byte) bool { return !fitsDecimal(v, p, s) }, func(x row.Expr) row.Expr {
			return row.F(row.And, row.F(row.Matches, x, row.Str(decimalForm)), row.F(row.NotNull, row.Try{X: x, To: it.Type}))
		})
	case row.Date:
		c.judge(not(isoDate), fitsDate)
	case row.Float:
		c.Broken = unless(x, row.F(row.And, row.F(row.Matches, x, row.Str(floatForm)), row.F(row.NotNull, value),
			row.F(row.Ge, value, floatLit(-math.MaxFloat64)), row.F(row.Le, value, floatLit(math.MaxFloat64))))
	case row.Time:
		c.Broken = unless(x, row.F(row.And, row.F(row.Matches, x, row.Str(timeForm)), row.F(row.NotNull, value)))
	case row.Bool:
		c.Broken = row.F(row.And, row.F(row.NotNull, x), row.F(row.IsNull, value))
	}
}

const (
	floatForm = `[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?`
	timeForm  = `[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?`
)

func floatLit(v float64) row.Expr { return row.Lit{Value: v, Type: row.FloatType} }

// typed is an item's value out of its cleaned text, NULL where it does not fit.
func typed(it Item) row.Expr {
	x := row.CleanText(it.Name)
	switch it.Type.Kind {
	case row.Text, row.TextList:
		return x
	case row.Bool:
		yes := literals([]string{"true", "t", "1", "yes", "y", "是"})
		no := literals([]string{"false", "f", "0", "no", "n", "否"})
		truth := func(v any) row.Expr { return row.Lit{Value: v, Type: row.BoolType} }
		return row.F(row.If, row.In{X: row.F(row.Lower, x), Set: yes}, truth(true),
			row.F(row.If, row.In{X: row.F(row.Lower, x), Set: no}, truth(false), truth(nil)))
	default:
		return row.Try{X: x, To: it.Type}
	}
}

func buildPattern(b *build, c *Compiled) {
	if _, err := regexp.Compile(c.Pattern); err != nil || strings.Contains(c.Pattern, "(?<") {
		b.fail("rules.pattern", fault.T("正则表达式有误", "the regular expression is wrong"),
			fault.T("使用 RE2 语法；不支持环视和反向引用", "use RE2 syntax; there is no look-around and no back reference"))
		return
	}
	c.Broken = row.F(row.Not, row.F(row.Matches, row.CleanText(c.Item), row.Str(c.Pattern)))
}

func buildLength(b *build, c *Compiled) {
	least, most := int64(0), int64(math.MaxInt32)
	if c.Min == nil && c.Max == nil {
		b.fail("rules.length.none", fault.T("缺少 min 或 max", "min or max is needed"), fault.T("至少写明其一", "write at least one of them"))
	}
	if c.Min != nil {
		least = b.whole("min", *c.Min)
	}
	if c.Max != nil {
		most = b.whole("max", *c.Max)
	}
	b.inOrder(least <= most)
	c.judge(func(v []byte) bool { n := int64(runes(v)); return n < least || n > most }, func(x row.Expr) row.Expr {
		n := row.F(row.Length, x)
		return row.F(row.And, row.F(row.Ge, n, row.Num(least)), row.F(row.Le, n, row.Num(most)))
	})
}
