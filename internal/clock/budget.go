package clock

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Unit is how a budget is counted.
type Unit uint8

// The units. Minutes and hours run from the minute (计时), natural or of an office's working
// time. Days are counted (计日): the first is not, and the last ends with office hours.
const (
	Minutes     Unit = iota + 1 // natural
	Hours                       // natural
	Days                        // natural; a last day that is not worked moves on
	WorkMinutes                 // of working time
	WorkHours                   // of working time
	WorkDays                    // working days
)

var units = [...]struct {
	mark    string
	zh, en  string
	seconds int64 // of running time; 0: days, which are counted
}{
	Minutes:     {"m", "分钟", "minutes", minute},
	Hours:       {"h", "小时", "hours", hour},
	Days:        {"d", "日", "days", 0},
	WorkMinutes: {"wm", "个工作分钟", "working minutes", minute},
	WorkHours:   {"wh", "个工作小时", "working hours", hour},
	WorkDays:    {"wd", "个工作日", "working days", 0},
}

func (u Unit) valid() bool   { return u >= Minutes && u <= WorkDays }
func (u Unit) counted() bool { return u == Days || u == WorkDays }
func (u Unit) working() bool { return u >= WorkMinutes }

// String is the unit's mark in a budget's text.
func (u Unit) String() string {
	if !u.valid() {
		return "?"
	}
	return units[u].mark
}

// Budget is the time a step may take. Its text is a number and a unit: 30m, 4h, 3d, 90wm,
// 8wh, 2wd.
type Budget struct {
	Amount int64
	Unit   Unit
}

var budgetForm = regexp.MustCompile(`^(\d{1,7})(m|h|d|wm|wh|wd)$`)

// maxAmount bounds budgets to what the years of a calendar could ever hold, in minutes.
const maxAmount = 9_999_999

// ParseBudget reads a budget's text.
func ParseBudget(text string) (Budget, error) {
	m := budgetForm.FindStringSubmatch(text)
	if m == nil {
		return Budget{}, fault.New(fault.Invalid, "clock.budget", fault.T("“%s”不是时限", "%q is no budget", clipped(text))).Fix(meant(text))
	}
	b := Budget{}
	b.Amount, _ = strconv.ParseInt(m[1], 10, 64)
	for u := Minutes; u <= WorkDays; u++ {
		if units[u].mark == m[2] {
			b.Unit = u
		}
	}
	return b, b.Check()
}

// clipped keeps a mistaken text short.
func clipped(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}

// spoken are the words that people write for units: the marks they may mean, of natural and of
// working time, and how many of those one is.
var spoken = []struct {
	words, marks []string
	times        []int64
}{
	{[]string{"", "h", "hour", "hr", "小时", "时"}, []string{"h", "wh"}, []int64{1, 1}},
	{[]string{"d", "day", "天", "日", "自然日", "个自然日"}, []string{"d", "wd"}, []int64{1, 1}},
	{[]string{"m", "min", "minute", "分", "分钟"}, []string{"m", "wm"}, []int64{1, 1}},
	{[]string{"w", "week", "周", "星期"}, []string{"d", "wd"}, []int64{7, 5}},
	{[]string{"wd", "workday", "bd", "工作日", "个工作日"}, []string{"wd"}, []int64{1}},
	{[]string{"wh", "workhour", "工作小时", "个工作小时"}, []string{"wh"}, []int64{1}},
	{[]string{"wm", "个工作分钟", "工作分钟"}, []string{"wm"}, []int64{1}},
}

var spokenForm = regexp.MustCompile(`^(\d{1,6})\s*([^\d\s]*)$`)

// meant says how a budget is written, with what a mistaken one may mean.
func meant(text string) fault.Text {
	fix := fault.T("时限写作数字加单位：30m、4h、3d（自然时间），90wm、8wh、2wd（工作时间）", "write a number and a unit: 30m, 4h, 3d of natural time, 90wm, 8wh, 2wd of working time")
	m := spokenForm.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return fix
	}
	n, _ := strconv.ParseInt(m[1], 10, 64)
	for _, s := range spoken {
		if !slices.Contains(s.words, m[2]) && !slices.Contains(s.words, strings.TrimSuffix(m[2], "s")) {
			continue
		}
		var all []string
		for i, mark := range s.marks {
			all = append(all, strconv.FormatInt(n*s.times[i], 10)+mark)
		}
		return fault.T("是否应为 %s？%s", "did you mean %s? %s", fault.Text{ZH: strings.Join(all, " 或 "), EN: strings.Join(all, " or ")}, fix)
	}
	return fix
}

// Check refuses a budget by which no clock can be set.
func (b Budget) Check() error {
	if b.Unit.valid() && b.Amount > 0 && b.Amount <= maxAmount {
		return nil
	}
	return fault.New(fault.Invalid, "clock.budget", fault.T("时限须大于零，且有单位", "a budget must be more than nothing and have a unit")).
		Fix(fault.T("例如 8wh（8 个工作小时）或 2wd（2 个工作日）", "for instance 8wh (working hours) or 2wd (working days)"))
}

// String is the text ParseBudget reads.
func (b Budget) String() string { return strconv.FormatInt(b.Amount, 10) + b.Unit.String() }

// Words names the budget: 8 个工作小时.
func (b Budget) Words() fault.Text {
	if !b.Unit.valid() {
		return fault.Text{}
	}
	u := units[b.Unit]
	if b.Amount == 1 {
		return fault.T("%d "+u.zh, "%d "+u.en[:len(u.en)-1], b.Amount)
	}
	return fault.T("%d "+u.zh, "%d "+u.en, b.Amount)
}

// MarshalText gives the budget's text.
func (b Budget) MarshalText() ([]byte, error) { return []byte(b.String()), b.Check() }

// Form is the text's form for editors.
func (Budget) Form() string { return `^[1-9][0-9]*(m|h|d|wm|wh|wd)$` }

// UnmarshalText reads a budget's text.
func (b *Budget) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBudget(string(text))
	return err
}
