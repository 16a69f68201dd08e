package console

import (
	"cmp"
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
)

// exportCases is a desk's list as a file: what stands for each record is nobody's personal
// information, so that nothing is masked.
func (c *Console) exportCases(ctx context.Context, in *listCasesIn) (*filing[CaseSummary], error) {
	l := lang(ctx)
	s := &filing[CaseSummary]{name: fault.T("案件列表", "cases").In(l)}
	s.each = pages(in, func(ctx context.Context, in *listCasesIn) (List[CaseSummary], error) {
		_, out, err := c.casePage(ctx, in)
		return out, err
	})
	s.columns = c.caseColumns(l)
	return s, nil
}

func (in *listCasesIn) filter() flow.Filter {
	f := flow.Filter{Desk: flow.Desk(in.Desk), Pack: in.Pack, Flow: in.Flow, State: in.State, Key: in.Key, Office: in.Office, Region: in.Region, Text: trimmed(in.Q), Parent: in.Parent, Into: in.Into}
	if in.Open != "" {
		open := in.Open == "yes"
		f.Open = &open
	}
	return f
}

func (c *Console) caseColumns(l string) []column[CaseSummary] {
	type x = CaseSummary
	return []column[x]{
		{"key", fault.T("编号", "number"), func(r x) any { return r.Key }},
		{"title", fault.T("事项", "matter"), func(r x) any { return some(r.Title) }},
		{"pack", fault.T("应用", "application"), func(r x) any { return some(r.PackTitle) }},
		{"flow", fault.T("类型", "kind"), func(r x) any { return r.FlowTitle }},
		{"region", fault.T("区划", "region"), func(r x) any { return some(r.RegionTitle) }},
		{"state", fault.T("状态", "state"), func(r x) any { return r.StateTitle }},
		{"office", fault.T("现由部门", "office whose turn it is"), func(r x) any { return some(r.OfficeTitle) }},
		{"turn", fault.T("现由人员", "whose turn it is"), func(r x) any { return some(cmp.Or(r.TurnName, r.TurnBy)) }},
		{"holder", fault.T("承办人", "handled by"), func(r x) any { return some(r.HolderName) }},
		{"due", fault.T("到期", "due"), func(r x) any { return clockOf(r.Due) }},
		{"late", fault.T("超时", "late"), func(r x) any { return yesWords[r.Late].In(l) }},
		{"late_hours", fault.T("超时小时", "hours late"), func(r x) any {
			if r.Due == nil || r.EndedAt != nil || c.Now().Before(*r.Due) {
				return nil
			}
			return c.Now().Sub(*r.Due).Round(6 * time.Minute).Hours()
		}},
		{"level", fault.T("已上报级数", "levels climbed"), func(r x) any { return int64(r.Level) }},
		{"urged", fault.T("催办次数", "reminders"), func(r x) any { return int64(r.Urged) }},
		{"merged", fault.T("并入上报", "reports joined"), func(r x) any { return int64(r.Merged) }},
		{"opened", fault.T("登记时间", "opened"), func(r x) any { return fileTime(r.OpenedAt) }},
		{"entered", fault.T("进入状态", "in the state since"), func(r x) any { return fileTime(r.EnteredAt) }},
		{"ended", fault.T("办结时间", "ended"), func(r x) any { return clockOf(r.EndedAt) }},
		{"id", fault.T("案件标识", "id"), func(r x) any { return r.ID }},
	}
}
