package console

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/spec"
)

// Form is what people fill in on one screen and what the API takes of it. Its words are the
// same in the console, in the document of the API and in the reference.
type Form struct {
	Name   string // the first part of its fields' paths
	Title  fault.Text
	Bodies []string // schemas of the document that carry its fields
	Fields []spec.Field
}

// Forms are all forms but that of a directory, which is a declaration of its own.
func Forms() []Form {
	t := fault.T
	fields := append(append(people.Fields(), catalog.OfficeFields()...), append(policy.Fields(), share.Fields()...)...)
	fields = append(append(fields, ownFields()...), clockFields()...)
	forms := []Form{
		{Name: "signin", Title: t("登录", "Signing in"), Bodies: []string{"SignInIn"}},
		{Name: "password", Title: t("修改密码", "One's password"), Bodies: []string{"ChangePasswordIn"}},
		{Name: "user", Title: t("账号", "Accounts"), Bodies: []string{"AddUserIn", "CorrectUserIn", "SetRolesIn"}},
		{Name: "office", Title: t("部门", "Offices"), Bodies: []string{"PutOfficeIn"}},
		{Name: "rules", Title: t("安全策略", "Security rules"), Bodies: []string{"Rules"}},
		{Name: "service", Title: t("数据服务", "Data services")}, // a document: share's test compares it
		{Name: "grant", Title: t("授权", "Grants"), Bodies: []string{"GrantDraft"}},
		{Name: "app", Title: t("应用", "Applications"), Bodies: []string{"AddAppIn"}},
		{Name: "key", Title: t("应用的密钥", "Keys of applications"), Bodies: []string{"AddKeyIn"}},
		{Name: "load", Title: t("装载", "Loading"), Bodies: []string{"LoadIn", "GuessFileRequest"}},
		{Name: "mend", Title: t("试改", "Mending"), Bodies: []string{"StepIn", "TryIn"}},
		{Name: "subject", Title: t("查找某个对象的调用", "Calls about somebody"), Bodies: []string{"SubjectIn"}},
		{Name: "packfield", Title: t("应用包的字段", "Fields of packs"), Bodies: []string{"AddFieldIn"}},
		{Name: "calendar", Title: t("工作日历", "The working calendar"), Bodies: []string{"CalendarChange"}},
		{Name: "hours", Title: t("办公时间", "Working hours"), Bodies: []string{"Hours"}},
		{Name: "export", Title: t("导出", "Exports")},    // of a list, by its address
		{Name: "try", Title: t("试调用", "A call tried")}, // what it sends is the gateway's
		{Name: "reason", Title: t("事由", "Reasons"), Bodies: []string{"ReasonIn", "StandingIn", "RevokeGrantIn", "RemoveServiceIn", "ReasonedAppIn", "EndKeyIn", "ReasonedUserIn", "RotateIn", "RemasterIn"}},
	}
	for i := range forms {
		for _, f := range fields {
			if strings.HasPrefix(f.Path, forms[i].Name+".") {
				forms[i].Fields = append(forms[i].Fields, f)
			}
		}
	}
	return forms
}

// ownFields are fields of forms that no other room owns.
func ownFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("load.directory", t("目录", "Directory"), t("文件的行装入哪个目录；按其声明清洗、判定和去重。", "the directory the rows go into; its declaration cleans, judges and merges them."), "pension").Needed(),
		field("load.upload", t("上传的文件", "Sent file"), t("CSV、Excel、JSON 或 Parquet，发送后按内容编号；同一文件不必重复发送。", "CSV, Excel, JSON or Parquet, known by its content once it was sent; nobody sends it twice."), ""),
		field("load.path", t("服务器上的文件", "File on the server"), t("服务器导入目录中的路径，用于很大的文件；只能是配置允许的目录之内。", "a path in the server's folder for imports, for very large files; nothing outside it is read."), "pension-2026-11.csv"),
		field("load.sheet", t("工作表", "Sheet"), t("工作簿中装载哪一张；不填为第一张有表格的。", "which sheet of a workbook; left out, the first that holds a table."), "11月"),
		field("load.office", t("信息资源提供方", "Office"), t("推测声明时，新目录归哪个部门。", "of a guess: the office of the new directory."), "hrss"),
		field("load.name", t("目录英文名", "Directory's name"), t("推测声明时，新目录叫什么；不填由文件名而来。", "of a guess: what the new directory is called; left out, the file's name says it."), "pension"),
		field("load.title", t("目录名称", "Directory's title"), t("推测声明时，新目录的名称；不填由文件名而来。", "of a guess: the new directory's title; left out, the file's name says it."), "养老待遇领取人员信息"),
		field("load.again", t("再次装载", "Again"), t("内容和规则都没有变的文件，一般不必再装；勾选后照样再判一次。", "a file that was loaded by the same rules need not be loaded again; ticked, it is judged once more."), "false"),
		field("load.trial", t("试装", "Trial"), t("只判前 10,000 行，不留下任何数据。", "judges the first 10,000 rows and keeps nothing."), "false"),
		field("mend.item", t("信息项", "Item"), t("改正哪一列的写法。", "the column whose cells are mended."), "phone").Needed(),
		field("mend.step", t("清洗步骤", "Cleaning step"), t("对该列每个值依次作用；先试算能改正多少行，采用后写入目录声明，以后每批都照此清洗。", "works on every cell of the column. It is tried first; adopted, it becomes part of the declaration and cleans every batch from then on."), "trim").Needed(),
		field("mend.plain", t("看明文", "As they are"), t("样例中的个人信息不脱敏；须有权限，并记入审计。", "personal cells of the sample unmasked, for those who may; it stands in the audit."), "false"),
		field("subject.service", t("服务", "Service"), t("查的是哪个服务的调用；查询键随服务而定。", "whose calls are looked for; the key is that of the service."), "pension_check").Needed(),
		field("subject.key", t("查询键的值", "Value of the key"), t(
			"例如公民身份号码；多个键写“项=值”，逗号分隔。审计中只有散列：您输入的值用来算散列，不保存，也不出现在网址中。",
			"an id number, say; of several items write item=value with commas. The audit holds hashes alone: what is typed is hashed, kept nowhere and in no address."), "").Needed(),
		field("packfield.register", t("登记表", "Register"), t("字段加到应用包的哪张登记表。", "which of the pack's registers gets the field."), "hole").Needed(),
		field("packfield.name", t("字段标识", "Field's name"), t("小写字母开头，其后为小写字母、数字和下划线，不超过 40 个字符；安装后不可更改。", "a lower-case letter, then lower-case letters, digits and underscores, 40 characters at most. It never changes once it is installed."), "depth").Needed(),
		field("packfield.title", t("字段名称", "Field's title"), t("表单和清单上显示的名称，不超过 100 字。", "what forms and lists call it, 100 characters at most."), "坑深").Needed(),
		field("packfield.title_en", t("英文名称", "Title in English"), t("英文界面显示的名称；不填则用中文名称。", "what it is called in English; left out, the Chinese title is shown."), "Depth"),
		field("packfield.type", t("类型", "Type"), t("值的类型；文本写最多多少字，代码写取自哪个代码表，关联写关联哪张登记表。安装后一般不可更改。", "what its values are; a text says how long, a code which list, a reference which register. It hardly changes once there are values."), "number").Needed(),
		field("packfield.options", t("选项", "Options"), t("类型为选项时，可选的值。", "of a choice: what may be chosen."), ""),
		field("packfield.options.value", t("选项的值", "Option's value"), t("保存的值：小写字母、数字和下划线，不可更改。", "what is kept: lower-case letters, digits and underscores. It never changes."), "deep").Needed(),
		field("packfield.options.title", t("选项名称", "Option's title"), t("表单上显示的名称。", "what forms call it."), "深").Needed(),
		field("packfield.options.title_en", t("选项英文名称", "Option's title in English"), t("英文界面显示的名称；不填则用中文名称。", "what it is called in English; left out, the Chinese title is shown."), "deep"),
		field("packfield.required", t("必填", "Required"), t("新登记必须填写；已有的登记在下次更正时补填。", "new records must have it; those that are there are asked for it when next changed."), "false"),
		field("packfield.personal", t("个人信息种类", "Kind of personal information"), t("属于个人信息的，按种类脱敏；查看原值记入审计。", "personal values are masked by their kind, and who sees them as they are stands in the audit."), "phone"),
		field("packfield.from", t("起始版本", "Version begun at"), t("查看变更时安装着的版本，由页面填写；其间被他人更新的，须重新查看。", "the version that was installed when the change was shown; the page writes it. Where somebody changed it meanwhile, it is shown again."), "1.0.0"),
		field("export.purpose", t("用途", "Purpose"), t("数据取出后用于什么，不超过 200 字；记入审计。", "what the rows are taken out for, 200 characters at most; it stands in the audit."), "核对十一月发放名册"),
		field("try.app", t("应用", "Application"), t("以哪个应用的名义调用；计入其配额，记入审计。", "in whose name the call is made; it counts against its quota and stands in the audit."), "elder_allowance").Needed(),
		field("try.key", t("密钥", "Key"), t("用应用的哪一把密钥；SM2 私钥不在平台，不能在此签名。", "which of its keys; what SM2 signs with is not here."), "").Needed(),
		field("try.secret", t("密钥明文", "Secret"), t("发放时显示过一次；只在本页内存中用来签名，不保存，离开本页即失。", "it was told once; it signs in this page's memory and is kept nowhere."), "").Needed(),
		field("try.values", t("查询键的值", "Value of the key"), t("写在请求体里，不进网址；按数据中的写法填写。", "goes in the body, never in the address; as the data has it."), "").Needed(),
		field("try.filters", t("筛选条件", "Conditions"), t("列表和计数只取同时符合全部条件的行；授权中脱敏的项会被拒绝。", "lists and counts take the rows that meet all; an item that the grant masks is refused."), ""),
		field("try.sort", t("排序", "Order"), t("列表按哪一项升序或降序；不选则不保证次序。", "which item a list is in the order of; without one there is none."), ""),
		field("try.limit", t("行数", "Rows"), t("一次返回多少行，1 至 1,000；更多的用应答里的游标续取。", "how many come at once, 1 to 1,000; the answer's cursor fetches more."), "20"),
		field("reason.reason", t("事由", "Reason"), t("写明为什么这样做，不超过 500 字；记入审计，事后可查。", "why it is done, 500 characters at most; it stands in the audit."), "业务系统下线").Needed(),
	}
}

// tellForms says of every field of a form in the document what the screens say of it.
func tellForms(r huma.Registry) {
	for _, form := range Forms() {
		for _, body := range form.Bodies {
			s := r.Map()[body]
			for _, f := range form.Fields {
				tellField(r, s, strings.Split(f.Path, ".")[1:], f)
			}
		}
	}
}

func tellField(r huma.Registry, s *huma.Schema, path []string, f spec.Field) {
	p := s.Properties[path[0]]
	switch {
	case p == nil:
	case len(path) > 1 && p.Items != nil && p.Items.Ref != "":
		tellField(r, r.SchemaFromRef(p.Items.Ref), path[1:], f)
	case len(path) == 1:
		p.Description = fmt.Sprintf("%s：%s %s: %s", f.Title.ZH, f.Help.ZH, f.Title.EN, f.Help.EN)
	}
}
