package share

import "github.com/chengshu/chengshu/internal/fault"

// What is refused. Compare with errors.Is.
var (
	// ErrNone is a call that no standing grant allows. A service that is not there gives the
	// same: whoever may not call it does not learn of it.
	ErrNone = fault.New(fault.Denied, "call.denied", fault.T("没有该服务，或未获授权", "there is no such service, or no grant for it")).
		Fix(fault.T("请核对服务名称；需要数据的，请向数据提供部门申请授权", "check its name; for its data ask the providing office for a grant"))
	// ErrMissing is a service nobody declared, told to those who keep services.
	ErrMissing = fault.New(fault.Missing, "service.unknown", fault.T("没有该服务", "there is no such service")).
			Fix(fault.T("请核对服务名称", "check the service's name"))
	// ErrKey is a look-up whose key is not the service's.
	ErrKey = fault.New(fault.Invalid, "call.key", fault.T("查询键不符合服务的要求", "the key is not the one of the service")).
		Fix(fault.T("请按服务的接口文档填写每个键，各一次", "give each key of the service's OpenAPI document once"))
	// ErrNoKey is a look-up of a service that has lists alone.
	ErrNoKey = fault.New(fault.Invalid, "call.nokey", fault.T("该服务不提供按键查询", "the service has no look-up by key")).
			Fix(fault.T("请使用 /rows", "use /rows"))
	// ErrFilter is a condition the caller may not set.
	ErrFilter = fault.New(fault.Invalid, "call.filter", fault.T("不能按该项筛选或排序", "this item cannot be filtered or sorted by")).
			Fix(fault.T("只能使用服务声明的、且授权中未脱敏的信息项", "use items that the service declares and the grant shows unmasked"))
	// ErrInURL is a personal item in a URL.
	ErrInURL = fault.New(fault.Invalid, "call.url", fault.T("该项含个人信息，不得出现在网址中", "this item is personal and may not stand in a URL")).
			Fix(fault.T("请用 POST，将条件写在 JSON 请求体中", "use POST with the conditions in a JSON body"))
	// ErrBody is a request that is not of the documented form.
	ErrBody = fault.New(fault.Invalid, "call.form", fault.T("请求内容不合规", "the request is not of the documented form")).
		Fix(fault.T("请对照服务的接口文档", "compare it with the service's OpenAPI document"))
	// ErrCursor is a cursor of another list, or changed.
	ErrCursor = fault.New(fault.Invalid, "call.cursor", fault.T("分页标记无效", "the cursor is not one of this list")).At("cursor").
			Fix(fault.T("请原样使用上一页的 next，条件不变；或从头开始", "give next of the page before as it was, with the same conditions, or begin anew"))
	// ErrExpired is a page of a snapshot that is not kept any more.
	ErrExpired = fault.New(fault.Conflict, "call.cursor.expired", fault.T("该分页所用的数据版本已清理", "the snapshot of this list is not kept any more")).At("cursor").
			Fix(fault.T("请从第一页重新开始", "begin again with the first page"))
	// ErrStale is a directory whose data are not yet in the form its last version has.
	ErrStale = fault.New(fault.Busy, "call.stale", fault.T("目录刚有变更，数据尚未按新版本更新", "the directory has changed and its data have not followed yet")).
			Fix(fault.T("请稍后重试；持续出现请联系数据提供部门", "try again later; if it stays, ask the providing office"))
	// ErrSecond and ErrDay are quotas of the grant that are used up.
	ErrSecond = fault.New(fault.Busy, "quota.second", fault.T("超过每秒调用配额", "the quota per second is used up")).
			Fix(fault.T("请降低调用频率后重试", "call less often"))
	ErrDay = fault.New(fault.Busy, "quota.day", fault.T("超过每日调用配额", "the quota of the day is used up")).
		Fix(fault.T("请次日再试，或申请提高配额", "try again tomorrow, or ask for a higher quota"))
	// ErrRefusals is an application whose calls were refused too often to write each down.
	ErrRefusals = fault.New(fault.Busy, "call.refused.often", fault.T("被拒绝的调用过于频繁", "too many calls were refused")).
			Fix(fault.T("请先按此前的错误提示改正", "correct first what the errors before said"))
)
