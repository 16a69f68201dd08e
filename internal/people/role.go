package people

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Role is a duty somebody holds. What a role may do is the table of package policy.
type Role string

// The roles. The first three are the 三员 (three administrators); the last two are not
// given to users: applications and commands on this machine have them by what they are.
const (
	SystemAdmin   Role = "system_admin"
	SecurityAdmin Role = "security_admin"
	AuditAdmin    Role = "audit_admin"
	DataAdmin     Role = "data_admin"
	Officer       Role = "officer"
	Reviewer      Role = "reviewer"
	Application   Role = "application"
	LocalOperator Role = "local"
)

// RoleInfo is a role with its words for screens.
type RoleInfo struct {
	Name  Role       `json:"name"`
	Title fault.Text `json:"title"`
	Duty  fault.Text `json:"duty"`
	Users bool       `json:"users"` // may be given to a user
}

// Roles lists every role, in the order of the policy's table.
func Roles() []RoleInfo {
	t := fault.T
	return []RoleInfo{
		{SystemAdmin, t("系统管理员", "system administrator"), t("管理账号、部门和运行", "keeps accounts, offices and the running of the system"), true},
		{SecurityAdmin, t("安全管理员", "security administrator"), t("分配角色，撤销授权，更换密钥", "gives roles, revokes grants, rotates keys"), true},
		{AuditAdmin, t("审计管理员", "audit administrator"), t("查阅和校验审计，不作任何更改", "reads and verifies the audit, changes nothing"), true},
		{DataAdmin, t("数据管理员", "data administrator"), t("管理全区目录、装载、服务和授权", "keeps the district's directories, loads, services and grants"), true},
		{Officer, t("数据专员", "data officer"), t("编制本部门目录，挂接数据，答复申请", "compiles an office's directories, loads its data, answers requests"), true},
		{Reviewer, t("审核员", "reviewer"), t("审核本部门及下级的目录和批次", "reviews directories and batches of an office and those below it"), true},
		{PackRole, t("应用包角色", "role of a pack"), t("按应用包的声明办理案件和登记", "handles the cases and registers of a pack, as it declares"), false},
		{Application, t("应用", "application"), t("凭密钥调用已授权的服务", "calls services it has grants for"), false},
		{LocalOperator, t("本机命令", "local command"), t("在服务器本机以数据目录的权限执行命令", "commands on the server itself, by the right to its data folder"), false},
	}
}

// trio are the three administrators.
var trio = []Role{SystemAdmin, SecurityAdmin, AuditAdmin}

// own are the roles that packs do not declare: what is checked where a pack may be gone.
func own(roles []Role) []Role {
	return slices.DeleteFunc(slices.Clone(roles), Role.OfPack)
}

// Trio says whether a role is one of the three administrators.
func (r Role) Trio() bool { return slices.Contains(trio, r) }

// CheckRoles gives everything that is wrong with a user's roles; none at all is right: such
// a one may do nothing. With apart (三员分立, the
// default) a person holds at most one of the three administrators, and such a one none of
// the roles whose work they watch. ofPacks are the roles that packs declare.
func CheckRoles(roles []Role, apart bool, ofPacks []RoleInfo) error {
	var faults []*fault.Error
	fail := func(code string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, code, text).At("roles").Fix(fix))
	}
	var known []string
	for _, r := range append(Roles(), ofPacks...) {
		if r.Users {
			known = append(known, string(r.Name))
		}
	}
	watchers := 0
	for i, r := range roles {
		if !slices.Contains(known, string(r)) {
			fail("user.role", fault.T("用户不能有角色 %q", "a user cannot have the role %q", r),
				fault.T("可用角色：%s", "the roles are %s", strings.Join(known, ", ")))
		}
		if slices.Contains(roles[:i], r) {
			fail("user.role.twice", fault.T("角色 %s 重复", "the role %s is there twice", r), fault.T("请删去其中一个", "remove one"))
		} else if r.Trio() {
			watchers++
		}
	}
	if apart && watchers > 0 && len(roles) > 1 {
		fail("user.roles.apart", fault.T("三员分立：系统管理员、安全管理员、审计管理员须由不同的人担任，且不兼任其他角色",
			"system, security and audit administrator are three persons, who hold no other role"),
			fault.T("请分别建立账号；人员不足的单位可关闭三员分立，审计将予以记录", "make an account for each; a small bureau may switch the rule off, and the audit says so"))
	}
	return fault.All("user.roles.invalid", fault.T("角色有 %d 处错误", "%d errors in the roles", len(faults)), faults)
}
