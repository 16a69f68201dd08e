package catalog

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Field is a field of a declaration, with its words.
type Field = spec.Field

func field(path string, title, help fault.Text, example string) Field {
	return spec.NewField(path, title, help, example)
}

func yesNo() []Word {
	return []Word{{Name: "true", Title: fault.T("是", "yes")}, {Name: "false", Title: fault.T("否", "no")}}
}

// Fields are the fields of a declaration in the order in which it is read. Those of rules and
// cleaning steps are the rule room's.
func Fields() []Field {
	return append(append(headFields(), shareFields()...), append(itemFields(), loadFields()...)...)
}

func headFields() []Field {
	return []Field{
		field("name", fault.T("英文名", "name"), fault.T(
			"目录在系统内的唯一标识：小写字母开头，只含小写字母、数字和下划线，不超过 63 个字符。登记后不能更改。",
			"what the system knows the directory by: a lower-case letter, then lower-case letters, digits and underscores, 63 characters at most. It never changes."), "pension").Needed(),
		field("title", fault.T("信息资源名称", "title"), fault.T(
			"信息资源的中文名称，同一提供方内不重复。写明是谁的什么信息，不写“数据”“表”一类的泛称。",
			"the resource's title, once in its office. Say whose and which information it is."), "养老待遇领取人员信息").Needed(),
		field("code", fault.T("信息资源代码", "code"), fault.T(
			"类 1 位、项 2 位、目 3 位、细目若干位，“/”后接顺序号（发改高技〔2017〕1272号）。全区不重复；可暂不填写。",
			"1 digit of class, 2 of item, 3 of entry, any of sub-entry, then / and a serial. No two alike; it may be left out for now."), "303001/000001"),
		field("office", fault.T("信息资源提供方", "office"), fault.T(
			"编制目录并提供数据的部门，须是已登记的部门。一数一源：每项数据只有一个提供方。",
			"the office that compiles the directory and provides its data; it must be registered. One datum has one source."), "hrss").Needed(),
		field("class", fault.T("信息资源分类", "class"), fault.T(
			"基础信息资源（人口、法人、空间、信用等）、主题信息资源（围绕一件事由多部门共建）或部门信息资源。",
			"base (population, legal persons, space, credit), theme (one matter, built by several offices) or department."), "department").Among(Classes()),
		field("domain", fault.T("领域", "domain"), fault.T(
			"数据所属的主题领域，用于检索和开放分类。", "the matter it belongs to, for finding it and for open data."), "employment").Among(Domains()),
		field("abstract", fault.T("信息资源摘要", "abstract"), fault.T(
			"一两句话：包括哪些对象、哪些内容，用来做什么。申请使用的人凭它判断是否需要。",
			"a sentence or two: whom and what it holds and what it is for. Others decide by it whether they need it."), "在本区领取养老待遇人员的身份、待遇标准和发放账户，用于资格核验。").Needed(),
		field("format", fault.T("信息资源格式", "format"), fault.T(
			"数据的存在形式。它决定可以怎样共享：电子表格不能以服务接口共享，流媒体只能以服务接口共享。",
			"how the data is kept. It decides how it can be shared: a spreadsheet not by interface, a stream by nothing else."), "database").Among(Formats()),
		field("secret", fault.T("涉密属性", "secret"), fault.T(
			"涉密信息资源不得编入本目录。", "what is secret must not be listed here."), "false").Among(yesNo()),
		field("level", fault.T("数据分级", "level"), fault.T(
			"按 GB/T 43697-2024：一般数据 1 至 4 级、重要、核心。就高从严：目录取其信息项的最高级。级别决定脱敏和审批。",
			"by GB/T 43697-2024: general 1 to 4, important, core. The highest item decides. It decides masks and approval."), "L3").Among(Levels()),
		field("update", fault.T("更新周期", "update period"), fault.T(
			"承诺多久提供一次新数据。逾期未更新的目录会被标出并提醒提供方。",
			"how often new data is promised. Directories that are late are marked."), "monthly").Among(Updates()),
		field("issued", fault.T("发布日期", "date of issue"), fault.T(
			"在进入本系统之前首次发布的日期，YYYY-MM-DD。", "when it was first published elsewhere, YYYY-MM-DD."), "2024-06-30"),
		field("related", fault.T("关联资源代码", "related codes"), fault.T(
			"与之关联的信息资源的代码，可有多个。", "codes of resources it is related to."), "303001/000002"),
		field("use", fault.T("使用条件", "conditions of use"), fault.T(
			"获得数据者可以怎样使用：限于何种业务、能否留存、能否转用。",
			"what whoever receives it may do: for which work, whether it may be kept or passed on."), "仅限业务办理时核验，不得留存和转用"),
	}
}

func shareFields() []Field {
	return []Field{
		field("share.type", fault.T("共享类型", "sharing"), fault.T(
			"无条件共享、有条件共享或不予共享（国务院令第809号）。不予共享须有法律、行政法规或国务院决定为依据。",
			"unconditional, conditional or not shared (Decree 809). The last needs a law, an administrative regulation or a State Council decision."), "conditional").Among(ShareTypes()),
		field("share.condition", fault.T("共享条件", "condition"), fault.T(
			"有条件共享时必填：谁、为何事、以何种范围可以申请。", "of conditional sharing: who may ask, for what, to which extent."), "按核准的共享申请使用"),
		field("share.way", fault.T("共享方式", "way"), fault.T(
			"服务接口、批量交换或文件下载（第二十二条）。", "by interface, bulk exchange or file download (art. 22)."), "api").Among(Ways()),
		field("share.basis", fault.T("不予共享依据", "basis"), fault.T(
			"不予共享时必填：文件全称和条款。地方性法规、规章不能作为依据。", "of what is not shared: the document's full title and its article. Local rules are none."), "《中华人民共和国统计法》第二十五条"),
		field("share.basis_kind", fault.T("依据种类", "kind of basis"), fault.T(
			"依据是法律、行政法规还是国务院决定；能从依据的全称看出的不必填写。", "whether it is a law, a regulation or a decision; not needed where the title says so."), "law").Among(BasisKinds()),
		field("open.public", fault.T("是否向社会开放", "open"), fault.T(
			"可以向公众开放的填“是”。含个人信息、重要数据的不得开放。", "whether the public may have it. Personal and important data may not."), "false").Among(yesNo()),
		field("open.condition", fault.T("开放条件", "condition of opening"), fault.T(
			"有条件开放时写明条件。", "where it is opened on conditions."), "实名注册后下载"),
	}
}

func itemFields() []Field {
	return []Field{
		field("items", fault.T("信息项", "items"), fault.T("目录的各个字段，按文件中的次序。", "the directory's fields, in the order of its files."), ""),
		field("items.name", fault.T("信息项英文名", "item's name"), fault.T(
			"字段名：小写字母开头，只含小写字母、数字和下划线。", "the column's name: a lower-case letter, then lower-case letters, digits and underscores."), "id_no").Needed(),
		field("items.title", fault.T("信息项名称", "item's title"), fault.T(
			"与文件表头一致的中文名称。", "the title, as the header of the files has it."), "公民身份号码").Needed(),
		field("items.type", fault.T("数据类型", "type"), fault.T(
			"text 文本、int 整数、decimal(p,s) 小数（共 p 位，小数 s 位）、float 浮点数、bool 是否、date 日期、time 时间。证件号、电话、代码一律用文本。",
			"text, int, decimal(p,s), float, bool, date or time. Ids, phone numbers and codes are text."), "text").Needed(),
		field("items.aka", fault.T("其他表头", "other headers"), fault.T(
			"文件里可能出现的其他写法，装载时自动对应。", "other headers it comes under; loads match them."), "身份证号"),
		field("items.required", fault.T("必填", "required"), fault.T(
			"为空的行判为问题数据。", "rows where it is blank are quarantined."), "true").Among(yesNo()),
		field("items.personal", fault.T("个人信息", "personal"), fault.T(
			"是哪一类个人信息；决定样例、列表和导出如何脱敏。", "which kind of personal information it is; it decides the mask."), "id").Among(Personals()),
		field("items.level", fault.T("信息项分级", "item's level"), fault.T(
			"高于目录分级时填写。", "where it is higher than the directory's."), "L4").Among(Levels()),
		field("items.clean", fault.T("清洗步骤", "cleaning"), fault.T(
			"判定之前依次改正写法，原文保留。", "how what is written is put right before it is judged; the raw text is kept."), "trim"),
		field("rules", fault.T("质量规则", "rules"), fault.T(
			"每条规则说明一个要求；不满足的行进问题数据、仅提示，或在超限时拦截整批。",
			"what each row must meet; rows that do not are quarantined, marked, or hold the batch above a share."), ""),
		field("codes", fault.T("代码集", "code lists"), fault.T("信息项可用的代码及其含义，供规则和清洗步骤引用。", "codes and what they mean, for rules and cleaning."), ""),
		field("codes.name", fault.T("代码集英文名", "list's name"), fault.T("供规则引用的名称。", "what rules call it."), "sex").Needed(),
		field("codes.title", fault.T("代码集名称", "list's title"), fault.T("中文名称，可引标准号。", "its title, with its standard's number."), "性别（GB/T 2261.1）"),
		field("codes.codes", fault.T("代码", "codes"), fault.T("每行一个：代码=名称。", "one a line: code=name."), "1=男"),
	}
}

func loadFields() []Field {
	return []Field{
		field("load", fault.T("挂接", "load"), fault.T("数据怎样进入本目录；不填为只编目、未挂接。", "how data enters; left out, it is listed only."), ""),
		field("load.mode", fault.T("装载方式", "mode"), fault.T(
			"追加：每批都加在后面；全量替换：新的一批取代全部；按主键合并：同一主键以新行为准。",
			"append adds each batch; replace puts the new batch in the place of all; merge lets the new row of a key win."), "merge").Among(Modes()),
		field("load.key", fault.T("主键", "key"), fault.T("按主键合并时，哪些信息项合起来唯一。", "of merge: which items together are unique."), "id_no"),
	}
}
