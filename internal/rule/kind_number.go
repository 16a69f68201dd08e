package rule

import (
	"math"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// numberKinds judge numbers and dates by bounds.
func numberKinds() []kind {
	return []kind{
		{KindInfo{
			Name: "range", Title: fault.T("取值范围", "range"),
			Help: fault.T("数值须在 min 与 max 之间，日期须在 from 与 to 之间（均含）。日期范围按 0501 计。", "A number must lie between min and max, a date between from and to, all included. A range of dates counts under 0501."),
			Norm: "0301", Dim: Accuracy, Do: Reject,
			Params: []Param{itemParam(), optional("min", "最小值", "the least number"), optional("max", "最大值", "the greatest number"),
				optional("from", "最早日期，YYYY-MM-DD", "the first day, YYYY-MM-DD"), optional("to", "最晚日期，YYYY-MM-DD", "the last day, YYYY-MM-DD")},
			Example: Example{YAML: "{kind: range, item: age, min: 0, max: 150}", Items: []Item{{Name: "age", Title: "年龄", Type: row.IntType}}, Good: rows("0", "150", ""), Bad: rows("-1", "151")},
		}, "%s取值范围", buildRange},
		{KindInfo{
			Name: "not_future", Title: fault.T("不晚于当日", "not in the future"),
			Help: fault.T("日期不得晚于入库当日。", "A date must not lie after the day of the load."),
			Norm: "0501", Dim: Timeliness, Do: Reject, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: not_future, item: birth}", Items: []Item{{Name: "birth", Title: "出生日期", Type: row.DateType}}, Good: rows("1990-01-01", ""), Bad: rows("2999-01-01")},
		}, "%s不晚于当日", buildNotFuture},
	}
}

func buildRange(b *build, c *Compiled) {
	it, ok := b.item(c, row.Int, row.Decimal, row.Float, row.Date, row.Time)
	if !ok {
		return
	}
	dated := it.Type.Kind == row.Date || it.Type.Kind == row.Time
	numbers, days := c.Min != nil || c.Max != nil, c.From != "" || c.To != ""
	if dated && (numbers || !days) || !dated && (days || !numbers) {
		b.fail("rules.range.bounds", fault.T("范围参数与类型 %s 不符", "these bounds do not fit the type %s", it.Type),
			fault.T("数值用 min、max，日期用 from、to，至少写一个", "numbers take min and max, dates from and to; write at least one"))
		return
	}
	switch it.Type.Kind {
	case row.Int:
		b.intRange(c)
	case row.Date:
		c.Norm, c.Dim = "0501", Timeliness
		b.dateRange(c)
	case row.Time:
		c.Norm, c.Dim = "0501", Timeliness
		c.Broken = b.timeRange(c)
	default:
		c.Broken = b.numberRange(c, it.Type)
	}
}

func (b *build) intRange(c *Compiled) {
	lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
	if c.Min != nil {
		lo = b.whole("min", *c.Min)
	}
	if c.Max != nil {
		hi = b.whole("max", *c.Max)
	}
	b.inOrder(lo <= hi)
	x := c.text()
	value := row.Try{X: x, To: row.IntType}
	c.Kernel = one(func(v []byte) bool { n, ok := parseInt(v); return ok && (n < lo || n > hi) })
	c.Broken = row.F(row.And, row.F(row.Matches, x, row.Str(intForm)),
		row.F(row.Or, row.F(row.Lt, value, row.Num(lo)), row.F(row.Gt, value, row.Num(hi))))
}

func (b *build) dateRange(c *Compiled) {
	from, to := "0001-01-01", "9999-12-31"
	if c.From != "" {
		b.day("from", c.From)
		from = c.From
	}
	if c.To != "" {
		b.day("to", c.To)
		to = c.To
	}
	b.inOrder(from <= to)
	x := c.text()
	c.Kernel = outside(from, to)
	c.Broken = row.F(row.And, fitsDate(x), row.F(row.Or, row.F(row.Lt, x, row.Str(from)), row.F(row.Gt, x, row.Str(to))))
}

// outside marks dates written YYYY-MM-DD before from or after to; what is no date passes.
func outside(from, to string) row.Kernel {
	lo, hi := isoDay([]byte(from)), isoDay([]byte(to))
	return one(func(v []byte) bool {
		day := isoDay(v)
		return day != 0 && (day < lo || day > hi)
	})
}

func (b *build) timeRange(c *Compiled) row.Expr {
	x := row.Column(c.Item)
	var beyond []row.Expr
	if c.From != "" {
		beyond = append(beyond, row.F(row.Lt, x, row.Lit{Value: b.day("from", c.From), Type: row.TimeType}))
	}
	if c.To != "" {
		beyond = append(beyond, row.F(row.Ge, x, row.Lit{Value: b.day("to", c.To).Add(24 * time.Hour), Type: row.TimeType}))
	}
	b.inOrder(c.From == "" || c.To == "" || c.From <= c.To)
	return any1(beyond)
}

func (b *build) numberRange(c *Compiled, t row.Type) row.Expr {
	x := row.Column(c.Item)
	var beyond []row.Expr
	if c.Min != nil {
		beyond = append(beyond, row.F(row.Lt, x, bound(*c.Min, t)))
	}
	if c.Max != nil {
		beyond = append(beyond, row.F(row.Gt, x, bound(*c.Max, t)))
	}
	b.inOrder(c.Min == nil || c.Max == nil || *c.Min <= *c.Max)
	return any1(beyond)
}

func any1(xs []row.Expr) row.Expr {
	if len(xs) == 1 {
		return xs[0]
	}
	return row.F(row.Or, xs...)
}

// bound is a number to compare a column of type t with: exact for decimals.
func bound(v float64, t row.Type) row.Expr {
	s := plain(v)
	_, part, _ := strings.Cut(s, ".")
	switch {
	case part == "" && math.Abs(v) <= 1<<53:
		return row.Num(int64(v))
	case t.Kind == row.Decimal && len(part) <= 18 && math.Abs(v) < 1e15:
		return row.Try{X: row.Str(s), To: row.Type{Kind: row.Decimal, Precision: 18 + len(part), Scale: len(part)}}
	default:
		return floatLit(v)
	}
}

func buildNotFuture(b *build, c *Compiled) {
	it, ok := b.item(c, row.Date, row.Time)
	if !ok {
		return
	}
	today := row.F(row.Today)
	if it.Type.Kind == row.Time {
		c.Broken = row.F(row.Gt, row.Try{X: row.F(row.Substr, row.CleanText(c.Item), row.Num(1), row.Num(10)), To: row.DateType}, today)
		return
	}
	x := c.text()
	c.Broken = row.F(row.And, fitsDate(x), row.F(row.Gt, row.Try{X: x, To: row.DateType}, today))
	if b.set.Today.IsZero() {
		c.Args = nil
		return
	}
	c.Kernel = outside("0001-01-01", b.set.Today.Format(time.DateOnly))
}
