package rule

import (
	"slices"
	"strings"
)

// PersonalOf gives the class of personal information that a column holds by its header alone:
// name, address or account; "" where the header says nothing of the kind.
func PersonalOf(header string) string {
	h := strings.ToLower(strings.TrimSpace(header))
	ends := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(h, w) })
	}
	switch {
	case ends("姓名", "人名", "联系人", "代表人", "负责人", "申请人", "申报人", "经办人", "代理人", "监护人", "权利人", "承租人", "参保人", "受益人", "户主", "full_name", "person_name"),
		slices.Contains([]string{"name", "contact", "法人", "配偶", "父亲", "母亲"}, h):
		return "name"
	case ends("住址", "地址", "住所", "address"):
		return "address"
	case ends("银行账号", "银行卡号", "收款账号", "account_no"):
		return "account"
	}
	return ""
}

// named reports a column whose values are names or somebody's own words: however few came,
// the next file brings others.
func (s sample) named() bool {
	if PersonalOf(s.header) != "" {
		return true
	}
	if s.says("类", "型", "状态", "等级", "级别", "性质", "民族", "type", "kind", "class", "status") {
		return false
	}
	return s.says("名称", "备注", "说明", "事由", "_name", "remark", "comment")
}
