package policy

import "github.com/chengshu/chengshu/internal/people"

// line is one row of the table.
type line struct {
	action Action
	kind   bool
	zh, en string
	may    may
}

type may map[people.Role]Scope

const (
	read   = false
	change = true

	system   = people.SystemAdmin
	security = people.SecurityAdmin
	auditor  = people.AuditAdmin
	data     = people.DataAdmin
	officer  = people.Officer
	reviewer = people.Reviewer
	app      = people.Application
	inPack   = people.PackRole
)

// everybody is every user.
func everybody(s Scope) may {
	return may{system: s, security: s, auditor: s, data: s, officer: s, reviewer: s, inPack: s}
}

// lines is the table of rights: what is not in it is denied. testdata/rights.md shows it
// whole. A local command may do all of it: who owns the data folder could as well change
// its files, and the audit says that it was local.
//
// Who keeps accounts gives no roles; who gives roles keeps no accounts; who reads the audit
// changes nothing; none of the three sees data. An office decides about what is its own.
var lines = []line{
	{DistrictRead, read, "查看本区划", "see the district", everybody(All)},
	{OverviewRead, read, "查看今日概况", "see the overview", everybody(All)},
	{ReferenceRead, read, "查看规则和区划", "see rules and regions", everybody(All)},

	{OfficeRead, read, "查看部门", "see offices", everybody(All)},
	{OfficeWrite, change, "维护部门", "keep offices", may{system: All}},

	{DirectoryRead, read, "查看目录", "see directories", may{system: All, security: All, data: All, officer: All, reviewer: All}},
	{DirectoryWrite, change, "编制目录", "compile directories", may{data: All, officer: Office}},
	{DirectoryPublish, change, "发布和撤下目录", "publish and withdraw directories", may{data: All, reviewer: Descendants}},
	{RowsRead, read, "查看已发布数据", "see published rows", may{data: All, officer: Office, reviewer: Descendants}},
	{RowsPlain, read, "查看未脱敏数据", "see rows unmasked", may{officer: Office}},
	{RowsExport, read, "导出已发布数据", "export published rows", may{data: All, officer: Office}},

	{LoadTry, change, "试装数据", "try a load", may{data: All, officer: Office}},
	{LoadRun, change, "装载数据", "load data", may{data: All, officer: Office}},
	{BatchRead, read, "查看批次和报告", "see batches and reports", may{data: All, officer: Office, reviewer: Descendants}},
	{BatchRelease, change, "放行批次", "release batches", may{data: All, officer: Office, reviewer: Descendants}},
	{BatchReturn, change, "退回批次", "return batches", may{data: All, officer: Office, reviewer: Descendants}},
	{BatchDiscard, change, "丢弃批次", "discard batches", may{data: All, officer: Office}},
	{BatchCancel, change, "取消装载", "cancel loads", may{data: All, officer: Office}},
	{QuarantineRead, read, "查看问题数据", "see quarantined rows", may{data: All, officer: Office, reviewer: Descendants}},
	{QuarantineExport, read, "下载问题数据", "download quarantined rows", may{officer: Office}},
	{MendTry, read, "试算清洗步骤", "try cleaning steps", may{data: All, officer: Office}},
	{MendAdopt, change, "采纳清洗步骤", "adopt cleaning steps", may{data: All, officer: Office}},
	{MendReplay, change, "重放问题数据", "replay quarantine", may{data: All, officer: Office}},

	{ServiceRead, read, "查看服务", "see services", may{security: All, data: All, officer: All, reviewer: All, app: All}},
	{ServiceWrite, change, "维护服务", "keep services", may{data: All, officer: Office}},
	{ServiceCall, read, "调用服务", "call services", may{app: Office}},

	{GrantRead, read, "查看授权", "see grants", may{security: All, data: All, officer: Office, reviewer: Descendants, app: Office}},
	{GrantMake, change, "授权使用数据", "grant the use of data", may{data: All, officer: Office}},
	{GrantRevoke, change, "撤销授权", "revoke grants", may{security: All, data: All, officer: Office}},

	{CallRead, read, "查看调用统计", "see how often what was called", may{auditor: All, data: All, officer: Office, reviewer: Descendants, app: Own}},
	{ReceiptRead, read, "查看回执", "see receipts", may{auditor: All, data: All, officer: Office, app: Own}},
	{AuditRead, read, "查阅审计", "read the audit", may{auditor: All}},
	{AuditVerify, read, "校验审计", "verify the audit", may{system: All, auditor: All}},
	{AuditArchive, change, "归档审计文件", "archive files of the audit", may{system: All}},

	{AccountRead, read, "查看账号", "see accounts", may{system: All, security: All, auditor: All, data: Own, officer: Own, reviewer: Own}},
	{AccountWrite, change, "维护账号", "keep accounts", may{system: All}},
	{AccountPassword, change, "修改本人密码", "change one's own password", everybody(Own)},
	{RoleAssign, change, "分配角色", "give roles", may{security: All}},
	{DutyWrite, change, "设置安全策略", "set the security rules", may{security: All}},
	{SessionRead, read, "查看会话", "see sessions", may{system: All, security: All, auditor: All, data: Own, officer: Own, reviewer: Own}},
	{SessionEnd, change, "结束会话", "end sessions", may{system: All, security: All, auditor: Own, data: Own, officer: Own, reviewer: Own}},

	{AppRead, read, "查看应用", "see applications", may{system: All, security: All, data: All, officer: Office, app: Own}},
	{AppWrite, change, "维护应用", "keep applications", may{system: All, data: All}},
	{AppKey, change, "发放和收回应用密钥", "give and withdraw application keys", may{security: All, data: All}},

	{KeyRead, read, "查看系统密钥", "see the system's keys", may{security: All, auditor: All}},
	{KeyRotate, change, "更换系统密钥", "rotate the system's keys", may{security: All}},

	{PackRead, read, "查看应用包", "see packs", may{system: All, security: All, data: All, inPack: All}},
	{PackInstall, change, "安装和退回应用包", "install packs and take them back", may{data: All}},
	{CalendarSet, change, "设置工作日历", "set the working calendar", may{data: All}},
	{RecordRead, read, "查看登记", "see registers", may{data: All, inPack: Descendants}},
	{RecordPlain, read, "查看未脱敏的登记", "see registers unmasked", may{inPack: Office}},
	{RecordWrite, change, "登记和更正", "enter and correct records", may{inPack: Descendants}},
	{RecordExport, read, "导出登记", "download registers", may{inPack: Descendants}},
	{CaseRead, read, "查看案件", "see cases", may{data: All, inPack: Descendants}},
	{CaseAct, change, "办理案件", "handle cases", may{data: All, inPack: Descendants}},
	{NoticeRead, read, "查看本人的通知", "see one's own notices", everybody(Own)},

	{TaskRead, read, "查看任务", "see tasks", may{system: All, data: All, officer: Office, reviewer: Descendants}},
	{ParkedRead, read, "查看停靠的事件", "see parked events", may{system: All, data: All}},
	{ParkedRetry, change, "重试停靠的事件", "retry parked events", may{system: All, data: All}},
	{VerifyRun, read, "核对账目", "verify the books", may{system: All, auditor: All, data: All}},
	{CareRun, change, "整理数据湖", "tidy the lake", may{system: All, data: All}},
	{MetricsRead, read, "读取运行指标", "read metrics", may{system: All}},
}

// table is lines for looking up, the local command's column added.
var table = func() map[Action]may {
	t := map[Action]may{}
	for _, l := range lines {
		m := may{people.LocalOperator: All}
		for r, s := range l.may {
			m[r] = s
		}
		t[l.action] = m
	}
	return t
}()

// Scoped is one cell of the table.
func Scoped(r people.Role, a Action) Scope { return table[a][r] }
