package catalog

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// OfficeFields are the fields of an office.
func OfficeFields() []spec.Field {
	t := fault.T
	return []spec.Field{
		field("office.title", t("部门名称", "Office"), t(
			"机构的规范全称或区内通用的简称；目录、授权和审计中以它称呼。", "its full title, or the short one the district knows it by."), "区人力资源和社会保障局").Needed(),
		field("office.name", t("部门英文名", "Office's name"), t(
			"系统内的唯一标识：小写字母开头，只含小写字母、数字和下划线。登记后不变，目录声明以它指明提供方。",
			"what the platform knows it by: a lower-case letter, then lower-case letters, digits and underscores. It never changes; declarations name it."), "hrss").Needed(),
		field("office.region", t("所在区划", "Region"), t(
			"12 位区划代码对应的区、街道或社区；决定其管辖的数据行和上级逐级查找。", "the district, street or community it is of, by its 12 digits; its rows and the office above it are found by it."), "420102000000").Needed(),
		field("office.parent", t("上级部门", "Office above it"), t(
			"“本部门及下级”的范围由它决定；不得循环。没有上级的不填。", "what is of an office and those below it follows from this; not in a circle. Left out where there is none."), "data"),
		field("office.credit", t("统一社会信用代码", "Credit code"), t(
			"18 位，数字和大写字母，不含 I、O、S、V、Z（GB 32100）。对外交换和回执中用来证明是哪个机构，可暂不填写。",
			"18 digits and capitals without I, O, S, V, Z (GB 32100). It tells other platforms which body it is; it may be left out for now."), "11420102MB0A00001X"),
	}
}
