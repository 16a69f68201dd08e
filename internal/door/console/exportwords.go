package console

import (
	"slices"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
)

// The words of states as the screens have them, for files that are read without a screen.
var (
	batchWords = map[string]fault.Text{
		"queued": fault.T("排队", "queued"), "judging": fault.T("判定中", "judging"), "publishing": fault.T("发布中", "publishing"),
		"published": fault.T("已发布", "published"), "held": fault.T("已拦截", "held"), "returned": fault.T("已退回", "returned"),
		"discarded": fault.T("已丢弃", "discarded"), "failed": fault.T("失败", "failed"), "cancelled": fault.T("已取消", "cancelled"), "superseded": fault.T("已被替代", "replaced"),
	}
	freshWords = map[string]fault.Text{"fresh": fault.T("按期", "up to date"), "stale": fault.T("逾期未更新", "overdue"), "never": fault.T("尚无数据", "no data yet"), "none": fault.T("无周期", "no period")}
	grantWords = map[string]fault.Text{"active": fault.T("有效", "active"), "revoked": fault.T("已撤销", "revoked"), "expired": fault.T("已过期", "expired")}
	stateWords = map[string]fault.Text{string(people.Enabled): fault.T("启用", "enabled"), string(people.Disabled): fault.T("停用", "disabled")}
	doorWords  = map[string]fault.Text{"gateway": fault.T("服务接口", "service API"), "console": fault.T("工作台", "console"), "socket": fault.T("本机命令", "command on the server")}
	yesWords   = map[bool]fault.Text{true: fault.T("是", "yes"), false: fault.T("否", "no")}
)

// inWords is a state in words; itself where it has none.
func inWords(words map[string]fault.Text, s, lang string) string {
	if t, ok := words[s]; ok {
		return t.In(lang)
	}
	return s
}

// wordOf is the title of a word of declarations; itself where it has none.
func wordOf(words []catalog.Word, name string) fault.Text {
	if i := slices.IndexFunc(words, func(w catalog.Word) bool { return w.Name == name }); i >= 0 {
		return words[i].Title
	}
	return fault.Text{ZH: name, EN: name}
}
