package policy

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Fields are the fields of a grant: the 依据, 场景, 范围, 方式 and 时限 of art. 21 of the
// 政务数据共享条例, and what keeps within them.
func Fields() []spec.Field {
	return append(scopeFields(), termFields()...)
}

func scopeFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("grant.grantee", t("被授权方", "Grantee"), t(
			"一个应用，或一个部门的全部应用。够用即可：能授给应用的，不授给部门。", "one application, or all of an office. No wider than needed: rather the application than the office."), "app:elder_allowance").Needed(),
		field("grant.directory", t("目录", "Directory"), t(
			"一项授权只针对一个目录。只列出您可以授权、已发布且可共享的目录。", "a grant is of one directory. Those are offered that you may grant of, are published and may be shared."), "pension").Needed(),
		field("grant.items", t("信息项", "Items"), t(
			"只给办事必需的信息项；没有勾选的，对方查不到也不能用作条件。", "no more than the work needs; what is not ticked is neither shown nor may be a condition."), "").Needed(),
		field("grant.items.item", t("给出", "Given"), t("勾选即授权这个信息项。", "ticked, the item is granted."), "id_no").Needed(),
		field("grant.items.mask", t("脱敏", "Mask"), t(
			"对方看到的样子。个人信息默认按其种类脱敏；脱敏的项不能用作查询条件。", "how the grantee sees it. Personal items begin with the mask of their kind; a masked item is no condition."), "id"),
		field("grant.items.basis", t("明文依据", "Basis for showing it whole"), t(
			"个人信息不脱敏时必填：允许看到明文的法律、法规条款或文件。", "where a personal item is not masked: the law or document that lets it be seen whole."), "《城市居民最低生活保障条例》第七条"),
		field("grant.all_rows", t("全部行", "All rows"), t("不限制行；对方可查目录的每一行，包括以后新增的。", "every row of the directory, those to come among them."), "false"),
		field("grant.rows", t("行范围", "Rows"), t(
			"同时符合全部条件的行；按区划、日期或类别限定，不能按姓名、证件号等指向具体的人。", "rows that meet every condition: by place, date or category, never by who somebody is."), ""),
		field("grant.rows.item", t("条件项", "Item"), t("按哪个信息项限定。", "the item a condition is on."), "street").Needed(),
		field("grant.rows.op", t("比较", "Comparison"), t("属于某区划及其下级、等于、不小于、不大于，或为其中之一。", "within a region, equal, at least, at most, or one of."), "under").Needed(),
		field("grant.rows.values", t("取值", "Values"), t("区划从树上选择；其他按数据中的写法填写，多个用逗号分隔。", "regions are picked from the tree; others as the data has them, several with commas."), "420102002000").Needed(),
	}
}

func termFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("grant.purpose", t("用途", "Purpose"), t(
			"用于办理什么事，不超过 500 字；对方只能按此使用，审计和回执中写明。", "which work it is for, 500 characters at most; it may be used for that alone, and stands in audit and receipts."), "高龄津贴资格核验").Needed(),
		field("grant.basis", t("法律依据", "Legal basis"), t(
			"法律、法规或文件的全称和条款，不超过 500 字（政务数据共享条例第二十一条）。", "the full title of the law or document and its article, 500 characters at most (Decree 809, art. 21)."), "《政务数据共享条例》第二十一条").Needed(),
		field("grant.from", t("起始日", "From"), t("当日零时起生效；不填即时生效。", "from the first moment of that day; left out, at once."), "2026-12-01"),
		field("grant.until", t("截止日", "Until"), t("含当日；到期自动失效，不能延期，须重新授权。", "that day included; it ends by itself and is not prolonged: another is made."), "2027-11-30").Needed(),
		field("grant.per_second", t("每秒配额", "Calls a second"), t("每秒最多调用多少次，1 至 100,000；超过的被拒绝，次秒恢复。", "1 to 100,000; more are refused until the next second."), "50").Needed(),
		field("grant.per_day", t("每日配额", "Calls a day"), t("每日（北京时间）最多调用多少次，1 至 1,000,000,000；超过的被拒绝，次日恢复。", "of a day in Beijing's time, 1 to 1,000,000,000; more are refused until the next day."), "100000").Needed(),
	}
}
