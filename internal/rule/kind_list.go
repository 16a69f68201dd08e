package rule

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// listKinds judge a value by a list.
func listKinds() []kind {
	sex := Example{Items: []Item{{Name: "sex", Title: "性别"}}, Good: rows("1", "2", ""), Bad: rows("男", "3")}
	values, codes := sex, sex
	values.YAML = `{kind: values, item: sex, values: ["1", "2"]}`
	codes.YAML, codes.Codes = "{kind: codes, item: sex, list: sex}", map[string]map[string]string{"sex": {"1": "男", "2": "女"}}
	return []kind{
		{KindInfo{
			Name: "values", Title: fault.T("值域", "value set"),
			Help: fault.T("值须为列出的值之一。", "The value must be one of those listed."),
			Norm: "0101", Dim: Normative, Do: Reject,
			Params:  []Param{itemParam(), required("values", "允许的值", "the allowed values")},
			Example: values,
		}, "%s值域", func(_ *build, c *Compiled) { c.among(c.Values) }},
		{KindInfo{
			Name: "codes", Title: fault.T("代码集", "code list"),
			Help: fault.T("值须为代码集中的代码。代码集在目录的 codes 中声明。", "The value must be a code of a code list, declared under the directory's codes."),
			Norm: "0105", Dim: Normative, Do: Reject,
			Params:  []Param{itemParam(), required("list", "代码集名称", "the code list's name")},
			Example: codes,
		}, "%s代码", buildCodes},
		{KindInfo{
			Name: "region", Title: fault.T("区划代码", "region code"),
			Help: fault.T("值须为现行统计用区划代码（12 位；到网格为 15 位），可限定层级和上级区划。", "The value must be an existing region code of 12 digits (15 with the grid); levels and an ancestor may be asked for."),
			Norm: "0105", Dim: Normative, Do: Reject,
			Params: []Param{itemParam(),
				optional("levels", "允许的层级：province、city、district、street、community、grid", "the allowed levels: province, city, district, street, community, grid"),
				optional("within", "上级区划代码，12 位", "the ancestor's code of 12 digits")},
			Example: Example{YAML: `{kind: region, item: community, levels: [community], within: "420102000000"}`, Items: []Item{{Name: "community", Title: "所属社区"}},
				Good: rows("420102002007", ""), Bad: rows("420102000000", "420102999999", "420104002001", "江岸区")},
		}, "%s区划代码", buildRegion},
		{KindInfo{
			Name: "id_division", Title: fault.T("身份号码的区划", "division of a citizen id"),
			Help: fault.T("公民身份号码前六位须是其出生或签发时在用的县级以上区划代码。历史区划资料止于 2021 年前后，缺省仅提示。8、9 开头的证件号码不判断。",
				"The first six digits of a citizen id must be a division that was in force when its holder was born or it was issued. The history ends about 2021, so it warns by default. Ids that begin with 8 or 9 are not judged."),
			Norm: "0105", Dim: Normative, Do: Warn, Params: []Param{itemParam()},
			Example: Example{YAML: "{kind: id_division, item: id_no}", Items: []Item{{Name: "id_no", Title: "公民身份号码"}},
				Good: rows("420102199001010014", "810000199408230021", "不是号码", ""), Bad: rows("420199199001010013")},
		}, "%s前六位区划", buildIDDivision},
	}
}

func (c *Compiled) among(values []string) {
	m := memberSet(values)
	c.judge(not(m.has), func(x row.Expr) row.Expr { return row.In{X: x, Set: literals(values)} })
}

func buildCodes(b *build, c *Compiled) {
	if list, ok := b.codeList(c.List); ok {
		c.among(slices.Sorted(maps.Keys(list)))
	}
}

func (b *build) codeList(name string) (map[string]string, bool) {
	list := b.set.Codes[name]
	if len(list) == 0 {
		b.fail("rules.list.unknown", fault.T("没有代码集 %s", "there is no code list %s", name),
			fault.T("在目录的 codes 中声明，或改正名称", "declare it under codes or mend the name"))
	}
	return list, len(list) > 0
}

func levelNames() []string {
	return []string{"province", "city", "district", "street", "community", "grid"}
}

func buildRegion(b *build, c *Compiled) {
	for _, l := range c.Levels {
		if !slices.Contains(levelNames(), l) {
			b.fail("rules.level.unknown", fault.T("levels：没有层级 %q", "levels: there is no level %q", l),
				fault.T("可用层级：province、city、district、street、community、grid", "the levels are province, city, district, street, community, grid"))
		}
	}
	if !b.hasLists() {
		return
	}
	if c.Within != "" {
		if _, ok := b.lists.Region([]byte(c.Within)); !ok || len(c.Within) != 12 {
			b.fail("rules.within.unknown", fault.T("within：没有区划 %s", "within: there is no region %s", c.Within), fault.T("写 12 位区划代码", "write a region's 12 digits"))
		}
	}
	c.Args = []string{c.Item}
	c.Kernel = one(not(inRegion(b.lists, c.Levels, []byte(stem(c.Within)))))
}

func (b *build) hasLists() bool {
	if b.lists == nil {
		b.fail("rules.lists.none", fault.T("未提供区划资料", "the lists of divisions are not there"), fault.T("在装有区划资料的服务上使用此规则", "use this rule where they are loaded"))
	}
	return b.lists != nil
}

func inRegion(lists Lists, levels []string, stem []byte) func(b []byte) bool {
	return func(b []byte) bool {
		if len(b) != 12 && len(b) != 15 || !bytes.HasPrefix(b, stem) {
			return false
		}
		level, ok := lists.Region(b)
		return ok && (len(levels) == 0 || slices.Contains(levels, level))
	}
}

// stem is the part of a 12-digit code that its descendants share.
func stem(code string) string {
	for _, end := range []int{2, 4, 6, 9} {
		if len(code) == 12 && strings.Trim(code[end:], "0") == "" {
			return code[:end]
		}
	}
	return code
}

func buildIDDivision(b *build, c *Compiled) {
	if b.hasLists() {
		c.Args = []string{c.Item}
		c.Kernel = one(issuedNowhere(b.lists))
	}
}
