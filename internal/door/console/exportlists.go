package console

import (
	"cmp"
	"context"
	"math"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

func (c *Console) exportLists() {
	give(c, exported[listDirectoriesIn, DirectorySummary]{what: "directories", summary: "导出目录列表 / The list of directories as a file", open: c.exportDirectories})
	give(c, exported[listBatchesIn, batchBody]{what: "batches", summary: "导出批次列表 / The list of batches as a file", open: c.exportBatches})
	give(c, exported[listServicesIn, serviceBody]{what: "services", summary: "导出数据服务列表 / The list of data services as a file", open: c.exportServices})
	give(c, exported[listGrantsIn, grantBody]{what: "grants", summary: "导出授权列表 / The list of grants as a file", open: c.exportGrants})
	give(c, exported[Paging, people.App]{what: "apps", summary: "导出应用列表 / The list of applications as a file", open: c.exportApps})
	give(c, exported[statisticsIn, callRow]{what: "calls", summary: "导出调用统计 / The statistics of calls as a file", open: c.exportCalls})
	give(c, exported[listAuditIn, auditEntry]{what: "audit", summary: "导出审计记录 / Audit entries as a file", open: c.exportAudit})
	give(c, exported[listUsersIn, people.User]{what: "users", summary: "导出账号列表 / The list of accounts as a file", open: c.exportUsers})
	give(c, exported[listCasesIn, CaseSummary]{what: "cases", summary: "导出案件列表 / The list of cases as a file", open: c.exportCases})
	give(c, exported[listRecordsIn, ledger.Record]{what: "records", path: "registers/{pack}/{register}", summary: "导出登记表 / A register as a file", open: c.exportRecords})
}

// fileTime is a moment as a file has it: the country's time.
func fileTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(region.Beijing)
}

func clockOf(t *time.Time) any {
	if t == nil {
		return nil
	}
	return fileTime(*t)
}

// some is a text, or nothing.
func some(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (c *Console) exportDirectories(ctx context.Context, in *listDirectoriesIn) (*filing[DirectorySummary], error) {
	l := lang(ctx)
	in.Facets = false
	s := &filing[DirectorySummary]{name: fault.T("目录列表", "directories").In(l)}
	s.each = pages(in, func(ctx context.Context, in *listDirectoriesIn) (List[DirectorySummary], error) {
		b, err := c.listDirectories(ctx, in)
		return b.List, err
	})
	type d = DirectorySummary
	last := func(of func(*lastBatch) any) func(d) any {
		return func(r d) any {
			if r.LastBatch == nil {
				return nil
			}
			return of(r.LastBatch)
		}
	}
	s.columns = []column[d]{
		{"title", fault.T("名称", "title"), func(r d) any { return r.Title }},
		{"name", fault.T("标识", "name"), func(r d) any { return r.Name }},
		{"office", fault.T("提供部门", "office"), func(r d) any { return some(r.OfficeTitle) }},
		{"class", fault.T("分类", "class"), func(r d) any { return some(wordOf(catalog.Classes(), r.Class).In(l)) }},
		{"domain", fault.T("领域", "domain"), func(r d) any { return some(wordOf(catalog.Domains(), r.Domain).In(l)) }},
		{"level", fault.T("数据级别", "grade"), func(r d) any { return some(wordOf(catalog.Levels(), r.Level).In(l)) }},
		{"share", fault.T("共享类型", "sharing"), func(r d) any { return some(wordOf(catalog.ShareTypes(), r.ShareType).In(l)) }},
		{"state", fault.T("状态", "state"), func(r d) any { return some(wordOf(catalog.States(), r.State).In(l)) }},
		{"update", fault.T("更新周期", "update period"), func(r d) any { return some(wordOf(catalog.Updates(), r.Update).In(l)) }},
		{"fresh", fault.T("更新情况", "freshness"), func(r d) any { return inWords(freshWords, r.Fresh, l) }},
		{"due", fault.T("应更新时间", "due by"), func(r d) any { return clockOf(r.DueAt) }},
		{"items", fault.T("信息项", "items"), func(r d) any { return int64(r.ItemsCount) }},
		{"mounted", fault.T("已挂接", "mounted"), func(r d) any { return yesWords[r.Mounted].In(l) }},
		{"rows", fault.T("行数", "rows"), func(r d) any { return r.Rows }},
		{"quarantined", fault.T("问题行", "quarantined"), func(r d) any { return r.Quarantined }},
		{"last", fault.T("最近批次", "last batch"), last(func(b *lastBatch) any { return b.Label })},
		{"last_state", fault.T("批次状态", "its state"), last(func(b *lastBatch) any { return inWords(batchWords, b.State, l) })},
		{"last_at", fault.T("批次时间", "its time"), last(func(b *lastBatch) any { return fileTime(b.At) })},
		{"grade", fault.T("质量等级", "quality"), last(func(b *lastBatch) any { return some(b.Grade) })},
	}
	return s, nil
}

func (c *Console) exportBatches(ctx context.Context, in *listBatchesIn) (*filing[batchBody], error) {
	l := lang(ctx)
	type b = batchBody
	s := &filing[b]{name: fault.T("批次列表", "batches").In(l), each: pages(in, c.listBatches)}
	s.columns = []column[b]{
		{"batch", fault.T("批次", "batch"), func(r b) any { return r.Label }},
		{"directory", fault.T("目录", "directory"), func(r b) any { return r.DirectoryTitle }},
		{"directory_name", fault.T("目录标识", "its name"), func(r b) any { return r.Directory }},
		{"office", fault.T("提供部门", "office"), func(r b) any { return some(r.OfficeTitle) }},
		{"file", fault.T("文件", "file"), func(r b) any { return some(r.File) }},
		{"state", fault.T("状态", "state"), func(r b) any { return inWords(batchWords, r.State, l) }},
		{"held_hours", fault.T("已拦截小时", "hours held"), func(r b) any {
			if r.HeldSeconds == nil {
				return nil
			}
			return math.Round(float64(*r.HeldSeconds)/360) / 10
		}},
		{"rows_in", fault.T("读入行", "rows in"), func(r b) any { return r.RowsIn }},
		{"published", fault.T("发布行", "published"), func(r b) any { return r.Published }},
		{"quarantined", fault.T("问题行", "quarantined"), func(r b) any { return r.Quarantined }},
		{"held", fault.T("拦截行", "held"), func(r b) any { return r.Held }},
		{"replayed", fault.T("已重放行", "replayed"), func(r b) any { return r.Replayed }},
		{"grade", fault.T("质量等级", "quality"), func(r b) any {
			if r.Grade == nil {
				return nil
			}
			return *r.Grade
		}},
		{"score", fault.T("得分", "score"), func(r b) any {
			if r.Score == nil {
				return nil
			}
			return math.Round(*r.Score*100) / 100
		}},
		{"started", fault.T("开始时间", "started"), func(r b) any { return fileTime(r.StartedAt) }},
		{"ended", fault.T("结束时间", "ended"), func(r b) any { return clockOf(r.EndedAt) }},
		{"seconds", fault.T("用时（秒）", "seconds"), func(r b) any { return math.Round(r.Seconds*10) / 10 }},
		{"id", fault.T("编号", "id"), func(r b) any { return r.ID }},
	}
	return s, nil
}

func (c *Console) exportServices(ctx context.Context, in *listServicesIn) (*filing[serviceBody], error) {
	l := lang(ctx)
	list, err := c.listServices(ctx, in)
	if err != nil {
		return nil, err
	}
	titles, err := c.titlesFor(ctx)
	type v = serviceBody
	s := &filing[v]{name: fault.T("数据服务列表", "data services").In(l), each: whole(list.Items)}
	s.columns = []column[v]{
		{"title", fault.T("名称", "title"), func(r v) any { return r.Title }},
		{"name", fault.T("标识", "name"), func(r v) any { return r.Name }},
		{"abstract", fault.T("用途说明", "what it is for"), func(r v) any { return some(r.Abstract) }},
		{"directory", fault.T("目录", "directory"), func(r v) any { return titles.directory(r.Directory) }},
		{"office", fault.T("提供部门", "office"), func(r v) any { return titles.office(r.Office) }},
		{"key", fault.T("查询键", "key"), func(r v) any { return some(strings.Join(r.Key, ", ")) }},
		{"filter", fault.T("可筛选项", "filters"), func(r v) any { return some(strings.Join(r.Filter, ", ")) }},
		{"sort", fault.T("可排序项", "sorted by"), func(r v) any { return some(strings.Join(r.Sort, ", ")) }},
		{"state", fault.T("状态", "state"), func(r v) any {
			if r.Stopped {
				return fault.T("已停用", "stopped").In(l)
			}
			return fault.T("运行中", "running").In(l)
		}},
		{"version", fault.T("版本", "version"), func(r v) any { return int64(r.Version) }},
		{"changed", fault.T("修改时间", "changed"), func(r v) any { return fileTime(r.ChangedAt) }},
	}
	return s, err
}

// titlesOf are the titles of what lists name; a name where there is none.
type titlesOf struct{ offices, directories, apps map[string]string }

func (t titlesOf) office(n string) any    { return some(cmp.Or(t.offices[n], n)) }
func (t titlesOf) directory(n string) any { return some(cmp.Or(t.directories[n], n)) }
func (t titlesOf) app(n string) any       { return some(cmp.Or(t.apps[n], n)) }

func (c *Console) titlesFor(ctx context.Context) (t titlesOf, err error) {
	t.directories, t.apps = map[string]string{}, map[string]string{}
	if t.offices, err = c.officeTitles(ctx); err != nil {
		return t, err
	}
	for _, a := range c.People.Known() {
		t.apps[a.Name] = a.Title
	}
	entries, err := c.Catalog.All(ctx, catalog.Filter{})
	for _, e := range entries {
		t.directories[e.Name] = e.Title
	}
	return t, err
}
