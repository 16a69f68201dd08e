package rule

import (
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
)

// relationKinds judge a value by others: of its row, its table, another table.
func relationKinds() []kind {
	id := Item{Name: "id_no", Title: "公民身份号码"}
	birth := Item{Name: "birth", Title: "出生日期", Type: row.DateType}
	return []kind{
		{KindInfo{
			Name: "id_birth", Title: fault.T("身份号码与出生日期一致", "id and birth date agree"),
			Help: fault.T("公民身份号码第 7 至 14 位须与出生日期一致；任一为空或无法识别时不判断。", "Places 7 to 14 of the citizen id must be the birth date; where either is blank or cannot be read nothing is said."),
			Norm: "0402", Dim: Consistency, Do: Reject,
			Params: []Param{required("items", "两个信息项：身份号码、出生日期", "two items: the id and the birth date")},
			Example: Example{YAML: "{kind: id_birth, items: [id_no, birth]}", Items: []Item{id, birth},
				Good: [][]string{{"11010519491231002X", "1949-12-31"}, {"11010519491231002X", ""}, {"", "1949-12-31"}}, Bad: [][]string{{"11010519491231002X", "1949-12-30"}}},
		}, "%s一致", buildIDBirth},
		{KindInfo{
			Name: "check", Title: fault.T("逻辑关系", "check"),
			Help: fault.T("表达式须成立。可用：信息项名称，== != < <= > >=，and or not，+ - * /，in [ ]，matches（匹配整个值），len()，is_null()，today()。涉及的值为空而无法判断时不算违规。",
				"The expression must hold. It may use items by name, == != < <= > >=, and or not, + - * /, in [ ], matches (the whole value), len(), is_null(), today(). Where blanks leave it undecided nothing is broken."),
			Norm: "0402", Dim: Consistency, Do: Reject,
			Params: []Param{required("expr", "须成立的表达式", "the expression that must hold")},
			Example: Example{YAML: `{kind: check, name: dates_in_order, expr: 'death >= birth and death <= today()'}`,
				Items: []Item{birth, {Name: "death", Title: "死亡日期", Type: row.DateType}},
				Good:  [][]string{{"1949-12-31", "2020-01-01"}, {"1949-12-31", ""}}, Bad: [][]string{{"1949-12-31", "1949-12-30"}}},
		}, "%s逻辑关系", buildCheck},
		{KindInfo{
			Name: "unique", Title: fault.T("唯一", "unique"),
			Help: fault.T("批次内，这些信息项的组合不得重复；重复的各行全部计为违规，任一为空的不参与比较。", "Within a batch the items together must not repeat; every copy counts as broken; keys with a blank are never equal."),
			Norm: "0304", Dim: Accuracy, Scope: OfKey, Do: Reject,
			Params: []Param{optional("item", "信息项名称", "the item's name"), optional("items", "组合唯一的信息项", "the items that are unique together")},
			Example: Example{YAML: "{kind: unique, item: id_no}", Items: []Item{id},
				Good: rows("11010519491231002X", "420102199001010014", "", ""), Bad: rows("11010519491231002X", "11010519491231002X")},
		}, "%s唯一", buildUnique},
		{KindInfo{
			Name: "duplicate_row", Title: fault.T("整行重复", "duplicate row"),
			Help: fault.T("所有信息项都相同的行只保留一行，其余计为违规。", "Of rows equal in all items one stays, the others are broken."),
			Norm: "0303", Dim: Accuracy, Bad: true, Scope: OfKey, Do: Reject,
			Example: Example{YAML: "{kind: duplicate_row}", Items: []Item{id, birth},
				Good: [][]string{{"11010519491231002X", "1949-12-31"}, {"11010519491231002X", "1949-12-30"}},
				Bad:  [][]string{{"11010519491231002X", "1949-12-31"}, {"11010519491231002X", "1949-12-31"}}},
		}, "整行重复", buildDuplicateRow},
		{KindInfo{
			Name: "reference", Title: fault.T("引用", "reference"),
			Help: fault.T("值须存在于另一目录已发布数据的指定信息项中；为空时不判断。", "The value must occur in an item of another directory's published rows; blanks pass."),
			Norm: "0402", Dim: Consistency, Scope: OfRef, Do: Reject,
			Params: []Param{itemParam(), required("table", "另一目录的名称", "the other directory's name"), required("column", "该目录的信息项名称", "that directory's item")},
			Example: Example{YAML: "{kind: reference, item: credit_code, table: enterprises, column: credit_code}", Items: []Item{{Name: "credit_code", Title: "统一社会信用代码"}},
				Good: rows("91350100M000100Y43", ""), Bad: rows("91350100M000100Y44")},
		}, "%s引用", buildReference},
	}
}

func buildIDBirth(b *build, c *Compiled) {
	if len(c.Items) != 2 {
		b.fail("rules.items.two", fault.T("items 应为两个信息项", "items must be two"), fault.T("依次写身份号码、出生日期", "write the id and then the birth date"))
		return
	}
	_, text := b.typedItem(c.Items[0], c.Kind, row.Text)
	_, date := b.typedItem(c.Items[1], c.Kind, row.Date, row.Text)
	if text && date {
		c.Args = c.Items
		c.Kernel = two(birthDiffers)
		c.Broken = brokenBirth(row.CleanText(c.Items[0]), row.CleanText(c.Items[1]))
	}
}

func buildCheck(b *build, c *Compiled) {
	holds, reads, err := parseCheck(c.Expr, b.items)
	if err != nil {
		b.faults = append(b.faults, err.At("%s: %s", b.where, err.Where))
		return
	}
	c.Reads = reads
	c.Broken = row.F(row.Not, holds)
}

func buildUnique(b *build, c *Compiled) {
	if c.Item != "" && len(c.Items) > 0 || len(c.Reads) == 0 {
		b.fail("rules.unique.items", fault.T("item 与 items 应写且只写一个", "write one of item and items"), fault.T("单项用 item，组合用 items", "item for one, items for several"))
	}
	for i, name := range c.Items {
		if slices.Contains(c.Items[:i], name) {
			b.fail("rules.items.twice", fault.T("items 中 %s 重复", "%s is twice in items", name), fault.T("删去其一", "leave one out"))
		}
	}
}

func buildDuplicateRow(b *build, c *Compiled) {
	for _, it := range b.set.Items {
		c.Reads = append(c.Reads, it.Name)
	}
}

func buildReference(b *build, c *Compiled) {
	for _, name := range []string{c.Table, c.Column} {
		if err := ident.Check(name); err != nil {
			b.fail("rules.reference.name", fault.T("引用的名称不合规", "the name referred to is not a name"), fault.T("写目录和信息项的名称", "write the names of a directory and of its item"))
		}
	}
}
