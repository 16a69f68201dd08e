package rule

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// kinds lists every rule kind, in the order the reference shows them.
func kinds() []kind {
	return slices.Concat(valueKinds(), listKinds(), numberKinds(), relationKinds(), batchKinds())
}

// item gives the rule's item, having checked that its type is one of kinds; none: any.
func (b *build) item(c *Compiled, kinds ...row.Kind) (Item, bool) {
	return b.typedItem(c.Item, c.Kind, kinds...)
}

func (b *build) typedItem(name, rule string, kinds ...row.Kind) (Item, bool) {
	it := b.items[name]
	if len(kinds) > 0 && !slices.Contains(kinds, it.Type.Kind) {
		b.fail("rules.item.type", fault.T("%s 规则不适用于 %s 类型的信息项 %s", "a %s rule does not fit %s, the type of %s", rule, it.Type, name),
			fault.T("改用适合的规则类型，或修改信息项的类型", "use another kind of rule or change the item's type"))
		return it, false
	}
	return it, true
}

// text is the rule's item as cleaned text, for a kernel over it.
func (c *Compiled) text() row.Expr {
	c.Args = []string{c.Item}
	return row.CleanText(c.Item)
}

// judge sets a kernel over the rule's item and its twin.
func (c *Compiled) judge(broken func([]byte) bool, fits func(row.Expr) row.Expr) {
	x := c.text()
	c.Kernel, c.Broken = one(broken), unless(x, fits(x))
}

func not(f func([]byte) bool) func([]byte) bool {
	return func(b []byte) bool { return !f(b) }
}

func matches(form string) func(row.Expr) row.Expr {
	return func(x row.Expr) row.Expr { return row.F(row.Matches, x, row.Str(form)) }
}

// whole reads a bound that must be a whole number within ±2^53.
func (b *build) whole(name string, v float64) int64 {
	if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		b.fail("rules.bound.whole", fault.T("%s 应为整数", "%s must be a whole number", name), fault.T("改为整数", "write a whole number"))
	}
	return int64(v)
}

func (b *build) inOrder(ok bool) {
	if !ok {
		b.fail("rules.bound.order", fault.T("下限大于上限", "the lower bound is above the upper"), fault.T("交换两者", "swap them"))
	}
}

// day reads a date parameter.
func (b *build) day(name, s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || !isoDate([]byte(s)) {
		b.fail("rules.bound.date", fault.T("%s 不是日期", "%s is not a date", name), fault.T("写作 YYYY-MM-DD，如 1949-10-01", "write it as YYYY-MM-DD, such as 1949-10-01"))
	}
	return t
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
