package rule

import (
	"math"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// batchKinds judge the batch as a whole.
func batchKinds() []kind {
	return []kind{
		{KindInfo{
			Name: "row_count", Title: fault.T("批次行数", "row count"),
			Help: fault.T("本批行数与上一批相比的增减不得超过 within；首批不判断。", "The batch's rows may differ from the last batch's by no more than within; a first batch is not judged."),
			Norm: "0202", Dim: Completeness, Scope: OfBatch, Do: Warn,
			Params:  []Param{required("within", "允许的增减幅度，如 \"20%\"", `how much it may differ, such as "20%"`)},
			Example: Example{YAML: `{kind: row_count, within: "20%"}`, Good: [][]string{{"100", "120"}, {"100", "80"}}, Bad: [][]string{{"100", "121"}, {"100", "0"}}},
		}, "批次行数波动", buildRowCount},
		{KindInfo{
			Name: "freshness", Title: fault.T("更新及时性", "freshness"),
			Help: fault.T("最新一行的日期（column）距入库日不得超过 within；未写 within 时按目录的更新周期。未写 column 时以上一批的入库时间计。",
				"The newest date (column) must not be older than within on the day of the load; without within the directory's update period counts. Without column the last batch's time counts."),
			Norm: "0502", Dim: Timeliness, Scope: OfBatch, Do: Warn,
			Params: []Param{optional("column", "日期信息项", "the date item"), optional("within", "期限，如 7d（天）、2w（周）、1m（月）、1y（年）", "the period: 7d, 2w, 1m or 1y")},
			Example: Example{YAML: "{kind: freshness, column: updated, within: 7d}", Items: []Item{{Name: "updated", Title: "更新日期", Type: row.DateType}},
				Good: rows("0", "7"), Bad: rows("8")},
		}, "数据更新及时性", buildFreshness},
	}
}

func buildRowCount(b *build, c *Compiled) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(c.Within, "%"), 64)
	if err != nil || !strings.HasSuffix(c.Within, "%") || !(v >= 0 && v <= 1000) {
		b.fail("rules.within.percent", fault.T("within 应为百分比", "within must be a per cent"), fault.Text{ZH: `写作 "20%"`, EN: `write "20%"`})
	}
	c.Percent = v
}

func buildFreshness(b *build, c *Compiled) {
	if c.Column != "" {
		if _, ok := b.items[c.Column]; !ok {
			b.fail("rules.item.unknown", fault.T("没有信息项 %s", "there is no item %s", c.Column), fault.T("改为目录中已声明的信息项", "name an item of this directory"))
			return
		}
		b.typedItem(c.Column, c.Kind, row.Date, row.Time)
		c.Reads = []string{c.Column}
	}
	if c.Within == "" {
		return
	}
	days, ok := periodDays(c.Within)
	if !ok {
		b.fail("rules.within.period", fault.T("within 应为期限", "within must be a period"), fault.T("写作 7d、2w、1m 或 1y", "write 7d, 2w, 1m or 1y"))
	}
	c.Days = days
}

func periodDays(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	unit := map[byte]int{'d': 1, 'w': 7, 'm': 31, 'y': 366}[s[len(s)-1]]
	return n * unit, err == nil && n > 0 && n < 10000 && unit > 0
}

// UpdateDays is how old the newest row may be by a directory's update period; 0 where the
// period sets no limit.
func UpdateDays(update string) int {
	return map[string]int{"realtime": 1, "daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}[update]
}

// JudgeCount judges a batch's rows against the last batch's; ok is false without a last one.
func (c Compiled) JudgeCount(rows, last int64) (value string, broken, ok bool) {
	if last <= 0 {
		return "", false, false
	}
	change := float64(rows-last) / float64(last) * 100
	value = strconv.FormatFloat(change, 'f', 1, 64) + "%"
	if change >= 0 {
		value = "+" + value
	}
	return value, math.Abs(change) > c.Percent+1e-9, true
}

// JudgeAge judges how many days old the newest row is; limit is UpdateDays, used where the
// rule names no period; ok is false without either.
func (c Compiled) JudgeAge(days, limit int) (value string, broken, ok bool) {
	if c.Days > 0 {
		limit = c.Days
	}
	return strconv.Itoa(days) + "d", days > limit, limit > 0
}
