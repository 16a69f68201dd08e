package clock

import (
	"regexp"
	"strconv"

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
		return Budget{}, fault.New(fault.Invalid, "clock.budget", fault.T("不是时限", "not a budget")).
			Fix(fault.T("时限写作数字加单位：30m、4h、3d（自然时间），90wm、8wh、2wd（工作时间）",
				"write a number and a unit: 30m, 4h, 3d of natural time, 90wm, 8wh, 2wd of working time"))
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
