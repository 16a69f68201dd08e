package people

import (
	"strconv"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Fields are the fields by which people and applications are kept, each under its form:
// signing in, one's password, accounts, applications and their keys, and the rules.
func Fields() []spec.Field {
	return append(append(signFields(), userFields()...), append(appFields(), ruleFields()...)...)
}

func signFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("signin.login", t("登录名", "Login"), t(
			"系统管理员建立账号时定下的登录名，不是姓名。", "the login that the system administrator gave; not a person's name."), "zhang_san").Needed(),
		field("signin.password", t("密码", "Password"), t(
			"连续输错达到安全策略规定的次数，该登录名即被锁定一段时间；忘记密码请联系系统管理员重置。",
			"wrong ones lock the login for a while, as the security rules say; the system administrator resets a forgotten one."), "").Needed(),
		field("password.old", t("原密码", "Old password"), t(
			"当前的密码；初次登录时是系统管理员给的初始密码。", "the one in use; at the first sign-in the one that was given."), "").Needed(),
		field("password.password", t("新密码", "New password"), t(
			"混用大写字母、小写字母、数字、其他字符中至少三种，不含登录名，长度不少于安全策略的规定。修改后，其他地方的会话全部结束。",
			"at least three of capitals, small letters, digits and others, without the login, and as long as the security rules say. Sessions elsewhere end."), "").Needed(),
		field("password.again", t("再次输入新密码", "New password again"), t(
			"与新密码一致，以免误输；只在页面上比对，不发送。", "the same once more, against slips; it is compared on this page and not sent."), "").Needed(),
	}
}

func userFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("user.name", t("姓名", "Name"), t(
			"真实姓名，1 至 50 字；审计和各页面用它称呼此人。", "the person's own name, 1 to 50 characters; the audit and the pages call them by it."), "李文静").Needed(),
		field("user.login", t("登录名", "Login"), t(
			"小写字母开头，只含小写字母、数字和下划线，不超过 63 个字符。登记后不变，停用后也不再给别人用。",
			"a lower-case letter, then lower-case letters, digits and underscores, 63 characters at most. It never changes and is given to nobody else."), "zhang_san").Needed(),
		field("user.office", t("部门", "Office"), t(
			"决定其“本部门”“本部门及下级”的范围；数据专员和审核员必须属于一个部门。",
			"decides what is of their office, and below it; data officers and reviewers must have one."), "hrss"),
		field("user.roles", t("角色", "Roles"), t(
			"决定其可以办理的事项；没有角色则什么都不能办。三员分立启用时，三员各由一人担任，且不兼任其他角色。",
			"decide what they may do; without any they may do nothing. While the three administrators are kept apart, each is one person who has no other role."), ""),
	}
}

func appFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("app.title", t("应用名称", "Application's title"), t(
			"调用数据的业务系统的中文名称，1 至 100 字；授权、审计和回执中以它称呼。",
			"the title of the system that calls, 1 to 100 characters; grants, audit and receipts call it by it."), "高龄津贴系统").Needed(),
		field("app.name", t("应用英文名", "Application's name"), t(
			"系统内的唯一标识：小写字母开头，只含小写字母、数字和下划线。登记后不变，停用后也保留。",
			"what the platform knows it by: a lower-case letter, then lower-case letters, digits and underscores. It never changes."), "elder_allowance").Needed(),
		field("app.office", t("所属部门", "Office"), t(
			"对此应用负责的部门；授权给该部门的数据，此应用也可调用。", "the office that answers for it; what is granted to the office, the application may call too."), "civil").Needed(),
		field("key.kind", t("种类", "Kind"), t(
			"API 密钥随请求头发出，最简便；签名密钥以 HMAC-SM3 对每次请求签名，密钥不在网络上传送；SM2 由应用自持私钥，平台只留公钥，最稳妥。",
			"an API key goes with each call and is the simplest; a signing key signs each call by HMAC-SM3 and never travels; with SM2 the application keeps its private key and the platform the public one: the safest."), "hmac").Needed(),
		field("key.public", t("公钥（PEM）", "Public key (PEM)"), t(
			"SM2 公钥，PEM 格式，以 BEGIN PUBLIC KEY 开头。私钥不要粘贴到任何地方。", "the SM2 public key in PEM, beginning with BEGIN PUBLIC KEY. Paste the private key nowhere."), ""),
		field("key.until", t("有效期至", "Valid until"), t(
			"含当日；不填则到收回为止。建议不超过一年，到期前发放新的再收回旧的。",
			"that day included; left out, until it is withdrawn. A year at most is advised: give a new one first, then withdraw the old."), "2027-12-31"),
		field("key.addresses", t("允许的地址", "Allowed addresses"), t(
			"只能从这些地址或网段（CIDR）使用，最多 50 个；不填则不限。", "addresses or networks (CIDR) it may be used from, 50 at most; none: from anywhere."), "10.12.0.0/16"),
	}
}

func ruleFields() []spec.Field {
	t := fault.T
	within := func(path string, title, help fault.Text, usual int) spec.Field {
		for _, b := range bounds {
			if b.at == path {
				help.ZH += "可为 " + strconv.Itoa(b.least) + " 至 " + strconv.Itoa(b.most) + "。"
				help.EN += " From " + strconv.Itoa(b.least) + " to " + strconv.Itoa(b.most) + "."
			}
		}
		return spec.NewField("rules."+path, title, help, strconv.Itoa(usual)).Needed()
	}
	u := UsualRules()
	return []spec.Field{
		spec.NewField("rules.apart", t("三员分立", "Three administrators apart"), t(
			"启用后，系统管理员、安全管理员、审计管理员须由不同的人担任，且不兼任其他角色。等级保护三级要求启用。",
			"system, security and audit administrator are three persons with no other role. Level 3 of the classified protection asks for it."), "true").Needed(),
		within("failures", t("输错密码几次即锁定", "Wrong passwords that lock"), t("同一登录名连续输错达到这个次数即锁定，无论该账号是否存在。", "that many in a row lock a login, whether anybody has it or not."), u.Failures),
		within("lock_minutes", t("锁定分钟数", "Minutes it stays locked"), t("锁定多久之后自动解除；重置密码立即解除。", "after which it opens again; a reset opens it at once."), u.LockMinutes),
		within("idle_minutes", t("会话闲置分钟数", "Minutes without use"), t("多久没有操作，会话自动结束。", "a session that nobody uses ends after so long."), u.IdleMinutes),
		within("session_hours", t("会话最长小时数", "Hours of a session"), t("无论是否在用，会话最迟多久结束，须重新登录。", "any session, used or not, ends after so long."), u.SessionHours),
		within("password_length", t("密码最少字符数", "Least characters of a password"), t("对此后设定的密码生效，已有的密码不受影响。", "of passwords set from now on; those there are stay."), u.PasswordLength),
		within("password_days", t("密码有效天数", "Days a password is good"), t("到期后登录时须先修改；0 为不限。", "after which it must be changed at sign-in; 0: for good."), u.PasswordDays),
	}
}
