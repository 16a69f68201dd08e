package share

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Fields are the fields of a service's declaration.
func Fields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("service.directory", t("目录", "Directory"), t(
			"服务给出哪个目录的数据；登记后不变。未发布的目录，服务只能先停用。", "whose data it gives; it never changes. Of an unpublished directory it waits, stopped."), "pension").Needed(),
		field("service.title", t("服务名称", "Service's title"), t(
			"写明核验或查询什么，1 至 100 字；调用方在接口文档中看到它。", "what it looks up, 1 to 100 characters; callers see it in the service's document."), "养老待遇核验").Needed(),
		field("service.name", t("服务英文名", "Service's name"), t(
			"调用地址的一部分：小写字母开头，只含小写字母、数字和下划线，不超过 63 个字符。登记后不变。",
			"a part of its address: a lower-case letter, then lower-case letters, digits and underscores, 63 characters at most. It never changes."), "pension_check").Needed(),
		field("service.abstract", t("说明", "Abstract"), t(
			"用于什么、多久更新、口径如何，不超过 1000 字；写入接口文档，供调用方阅读。", "what it is for, how often it is renewed and what its figures mean, 1,000 characters at most; it goes into the document for callers."), "按证件号核验养老待遇领取状态，每日更新。"),
		field("service.key", t("查询键", "Key"), t(
			"调用方按它查一个对象，须全部给出，先后以勾选次序为准；没有查询键则只提供列表和计数。", "what a look-up must give, all of it, in this order; without one there are lists and counts alone."), "id_no"),
		field("service.filter", t("可筛选", "May filter"), t(
			"列表和计数可以用作条件的信息项；授权中脱敏的项不能作为条件。", "items that lists and counts may be narrowed by; never one that the grant masks."), "street"),
		field("service.sort", t("可排序", "May sort"), t("列表可以按它排序的信息项。", "items that a list may be in the order of."), "since"),
		field("service.stopped", t("停用", "Stopped"), t(
			"停用的服务不应答任何调用；数据和授权保留，恢复即可再用。", "answers no call; data and grants stay, and it can be started again."), "false"),
	}
}
