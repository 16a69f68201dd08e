package console

import (
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// day is the form of a day.
const day = time.DateOnly

const mostDays = 1100 // three years, as long as records are kept

// daysOf are the days of a time, the last among them.
func daysOf(from, until string) ([]string, error) {
	first, err := dayOf("from", from)
	if err != nil {
		return nil, err
	}
	last, err := dayOf("until", until)
	if err != nil {
		return nil, err
	}
	var out []string
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		if out = append(out, d.Format(day)); len(out) > mostDays {
			return nil, fault.New(fault.Invalid, "days.many", fault.T("一次最多统计 %d 天", "at most %d days are counted at once", mostDays)).At("from").
				Fix(fault.T("请缩短起止日期", "choose a shorter time"))
		}
	}
	return out, nil
}

// dayOf is the midnight in Beijing that begins a day.
func dayOf(where, text string) (time.Time, error) {
	t, err := time.ParseInLocation(day, text, region.Beijing)
	if err != nil {
		return t, audit.ErrDay.At("%s", where)
	}
	return t, nil
}
