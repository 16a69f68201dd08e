package console

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

// The files of who may use what, and of what they did.

func (c *Console) exportGrants(ctx context.Context, in *listGrantsIn) (*filing[grantBody], error) {
	l := lang(ctx)
	titles, err := c.titlesFor(ctx)
	type g = grantBody
	s := &filing[g]{name: fault.T("授权列表", "grants").In(l), each: pages(in, c.listGrants)}
	s.columns = []column[g]{
		{"purpose", fault.T("用途", "purpose"), func(r g) any { return r.Purpose }},
		{"basis", fault.T("依据", "basis"), func(r g) any { return r.Basis }},
		{"grantee", fault.T("被授权方", "grantee"), func(r g) any {
			if r.Grantee.Kind == policy.ToApp {
				return titles.app(r.Grantee.Name)
			}
			return titles.office(r.Grantee.Name)
		}},
		{"grantee_name", fault.T("被授权方标识", "its name"), func(r g) any { return string(r.Grantee.Kind) + ":" + r.Grantee.Name }},
		{"directory", fault.T("目录", "directory"), func(r g) any { return titles.directory(r.Directory) }},
		{"directory_name", fault.T("目录标识", "its name"), func(r g) any { return r.Directory }},
		{"office", fault.T("提供部门", "office"), func(r g) any { return titles.office(r.Office) }},
		{"items", fault.T("信息项", "items"), func(r g) any { return itemsInWords(r.Items) }},
		{"rows", fault.T("行范围", "rows"), func(r g) any { return rowsInWords(r, l) }},
		{"from", fault.T("生效时间", "from"), func(r g) any { return fileTime(r.From) }},
		{"until", fault.T("截止日", "last day"), func(r g) any { return fileTime(r.Until.Add(-time.Second)) }},
		{"per_second", fault.T("每秒次数", "a second"), func(r g) any { return int64(r.PerSecond) }},
		{"per_day", fault.T("每日次数", "a day"), func(r g) any { return int64(r.PerDay) }},
		{"state", fault.T("状态", "state"), func(r g) any { return inWords(grantWords, r.State, l) }},
		{"made", fault.T("授权时间", "made"), func(r g) any { return fileTime(r.MadeAt) }},
		{"id", fault.T("编号", "id"), func(r g) any { return r.ID }},
	}
	return s, err
}

// itemsInWords lists granted items, each with its mask.
func itemsInWords(items []grantItemBody) string {
	out := make([]string, len(items))
	for i, it := range items {
		if out[i] = it.Item; it.Mask != "" {
			out[i] += "=" + it.Mask
		}
	}
	return strings.Join(out, ", ")
}

func rowsInWords(r grantBody, lang string) string {
	if r.AllRows {
		return fault.T("全部行", "all rows").In(lang)
	}
	out := make([]string, len(r.Rows))
	for i, x := range r.Rows {
		out[i] = fmt.Sprintf("%s %s %s", x.Item, x.Op, strings.Join(x.Values, ","))
	}
	return strings.Join(out, "；")
}

func (c *Console) exportApps(ctx context.Context, in *Paging) (*filing[people.App], error) {
	l := lang(ctx)
	titles, err := c.titlesFor(ctx)
	type a = people.App
	s := &filing[a]{name: fault.T("应用列表", "applications").In(l), each: pages(in, c.listApps)}
	s.columns = []column[a]{
		{"title", fault.T("名称", "title"), func(r a) any { return r.Title }},
		{"name", fault.T("标识", "name"), func(r a) any { return r.Name }},
		{"office", fault.T("所属部门", "office"), func(r a) any { return titles.office(r.Office) }},
		{"keys", fault.T("有效密钥", "keys in use"), func(r a) any {
			n := int64(0)
			for _, k := range r.Keys {
				if k.State == people.Enabled {
					n++
				}
			}
			return n
		}},
		{"created", fault.T("登记时间", "registered"), func(r a) any { return fileTime(r.CreatedAt) }},
		{"state", fault.T("状态", "state"), func(r a) any { return inWords(stateWords, string(r.State), l) }},
	}
	return s, err
}

func (c *Console) exportCalls(ctx context.Context, in *statisticsIn) (*filing[callRow], error) {
	l := lang(ctx)
	of, err := c.statisticsOf(ctx, in, math.MaxInt)
	if err != nil {
		return nil, err
	}
	heads := map[string]fault.Text{"service": fault.T("服务", "service"), "app": fault.T("应用", "application"), "office": fault.T("使用部门", "using office"), "grant": fault.T("授权", "grant"),
		"outcome": fault.T("结果", "outcome"), "day": fault.T("日期", "day")}
	s := &filing[callRow]{name: fault.T("调用统计", "calls").In(l), each: whole(of.Rows), about: [][2]string{{fault.T("期间", "days").In(l), of.From + " – " + of.Until}}}
	s.columns = []column[callRow]{
		{"title", heads[in.By], func(r callRow) any { return some(cmp.Or(r.Title, r.Key)) }},
		{"key", fault.T("标识", "name"), func(r callRow) any { return some(r.Key) }},
		{"calls", fault.T("调用次数", "calls"), func(r callRow) any { return r.Calls }},
		{"share", fault.T("占比", "share"), func(r callRow) any {
			if of.Total.Calls == 0 {
				return nil
			}
			return math.Round(float64(r.Calls)/float64(of.Total.Calls)*10000) / 10000
		}},
		{"refused", fault.T("拒绝次数", "refused"), func(r callRow) any { return r.Refused }},
		{"rows", fault.T("返回行数", "rows"), func(r callRow) any { return r.Rows }},
	}
	return s, nil
}

func (c *Console) exportAudit(ctx context.Context, in *listAuditIn) (*filing[auditEntry], error) {
	l := lang(ctx)
	titles, err := c.titlesFor(ctx)
	if err != nil {
		return nil, err
	}
	names, err := c.userNames(ctx)
	type e = auditEntry
	s := &filing[e]{name: fault.T("审计记录", "audit").In(l), marked: true}
	// What is written down of this very export, while it runs, is not in it.
	last := c.Audit.Last()
	s.each = pages(in, func(ctx context.Context, in *listAuditIn) (List[auditEntry], error) {
		b, err := c.listAudit(ctx, in)
		b.Items = upTo(b.Items, last)
		return b.List, err
	})
	s.columns = []column[e]{
		{"seq", fault.T("序号", "no."), func(r e) any { return r.Seq }},
		{"at", fault.T("时间", "time"), func(r e) any { return fileTime(r.At) }},
		{"who", fault.T("操作者", "who"), func(r e) any {
			if r.App != "" {
				return titles.app(r.App)
			}
			return some(cmp.Or(names[r.Actor], r.Actor))
		}},
		{"actor", fault.T("操作者标识", "their id"), func(r e) any { return some(cmp.Or(r.Actor, r.App)) }},
		{"office", fault.T("部门", "office"), func(r e) any { return titles.office(r.Office) }},
		{"door", fault.T("入口", "door"), func(r e) any { return some(inWords(doorWords, r.Door, l)) }},
		{"action", fault.T("操作", "action"), func(r e) any { return policy.Action(r.Action).Title().In(l) }},
		{"code", fault.T("操作代码", "its code"), func(r e) any { return r.Action }},
		{"service", fault.T("服务", "service"), func(r e) any { return some(r.Service) }},
		{"directory", fault.T("目录", "directory"), func(r e) any { return titles.directory(r.Directory) }},
		{"change", fault.T("变更", "change"), func(r e) any { return some(changeInWords(r.Entry, l)) }},
		{"target", fault.T("对象", "target"), func(r e) any { return some(r.Target) }},
		{"grant", fault.T("授权编号", "grant"), func(r e) any { return some(r.Grant) }},
		{"purpose", fault.T("用途", "purpose"), func(r e) any { return some(r.Purpose) }},
		{"items", fault.T("信息项", "items"), func(r e) any { return some(strings.Join(r.Items, ", ")) }},
		{"rows", fault.T("行数", "rows"), func(r e) any { return r.Rows }},
		{"outcome", fault.T("结果", "outcome"), func(r e) any { return r.Outcome }},
		{"address", fault.T("来源地址", "address"), func(r e) any { return some(r.Address) }},
		{"receipt", fault.T("回执编号", "receipt"), func(r e) any { return r.Receipt }},
	}
	return s, err
}

func upTo(entries []auditEntry, last int64) []auditEntry {
	for len(entries) > 0 && entries[0].Seq > last {
		entries = entries[1:]
	}
	return entries
}

// changeInWords is what an entry says of a change.
func changeInWords(e audit.Entry, lang string) string {
	var c struct{ Text fault.Text }
	if len(e.Change) == 0 || json.Unmarshal(e.Change, &c) != nil {
		return ""
	}
	return c.Text.In(lang)
}

// userNames are the names of all users by id.
func (c *Console) userNames(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	return out, c.People.EachUser(ctx, func(u people.User) { out[u.ID] = u.Name })
}

func (c *Console) exportUsers(ctx context.Context, in *listUsersIn) (*filing[people.User], error) {
	l := lang(ctx)
	titles, err := c.titlesFor(ctx)
	roles := map[people.Role]string{}
	for _, r := range people.Roles() {
		roles[r.Name] = r.Title.In(l)
	}
	type u = people.User
	s := &filing[u]{name: fault.T("账号列表", "accounts").In(l), marked: true, each: pages(in, c.listUsers)}
	s.columns = []column[u]{
		{"name", fault.T("姓名", "name"), func(r u) any { return r.Name }},
		{"login", fault.T("登录名", "login"), func(r u) any { return r.Login }},
		{"office", fault.T("部门", "office"), func(r u) any { return titles.office(r.Office) }},
		{"roles", fault.T("角色", "roles"), func(r u) any {
			out := make([]string, len(r.Roles))
			for i, x := range r.Roles {
				out[i] = cmp.Or(roles[x], string(x))
			}
			return some(strings.Join(out, "，"))
		}},
		{"state", fault.T("状态", "state"), func(r u) any { return inWords(stateWords, string(r.State), l) }},
		{"created", fault.T("建立时间", "created"), func(r u) any { return fileTime(r.CreatedAt) }},
		{"seen", fault.T("最近登录", "last sign-in"), func(r u) any { return clockOf(r.SeenAt) }},
	}
	return s, err
}
