package clock

import (
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Check refuses a change that says nothing, or that says of a day what it cannot be: where in
// the change stands with it, as days[2].kind.
func (ch Change) Check() error {
	if len(ch.Publishes)+len(ch.Days) == 0 {
		return fault.New(fault.Invalid, "clock.change", fault.T("没有写明调整哪一天", "no day is changed")).At("days").
			Fix(fault.T("至少写明一天，或给出国务院办公厅通知的原文", "name a day at least, or give the text of the State Council's notice"))
	}
	for i, y := range ch.Publishes {
		if y < FirstYear || y > LastYear {
			return fault.From(outside(NewDate(y, 1, 1))).At("publishes[%d]", i)
		}
	}
	said := map[Date]int{}
	for i, d := range ch.Days {
		if !d.Date.ranged() {
			return fault.From(outside(d.Date)).At("days[%d].date", i)
		}
		if _, twice := said[d.Date]; twice {
			return fault.New(fault.Invalid, "clock.twice", fault.T("同一天写了两次", "the same day stands there twice")).At("days[%d].date", i).
				Fix(fault.T("每一天只写一次", "name each day once"))
		}
		said[d.Date] = i
		if !d.fits() {
			return misfit(d).At("days[%d].kind", i)
		}
	}
	return nil
}

// fits tells whether a day of the week may be of the kind: make-up days and weekends are
// Saturdays and Sundays, plain working days are not. Working hours would be counted wrongly
// otherwise.
func (d Day) fits() bool {
	w := d.Date.Weekday()
	rests := w == time.Saturday || w == time.Sunday
	return d.Kind == Holiday || rests == (d.Kind == Weekend || d.Kind == MakeUp)
}

func misfit(d Day) *fault.Error {
	f := fault.New(fault.Invalid, "clock.kind", fault.T("%s 是周末，不能记作平常的工作日", "%s is of a weekend and no plain working day", d.Date)).
		Fix(fault.T("要上班的周末记作调休上班（makeup）", "a weekend day that is worked is a make-up day (makeup)"))
	if d.Kind != Working {
		f = fault.New(fault.Invalid, "clock.kind", fault.T("%s 不是周末", "%s is not of a weekend", d.Date)).
			Fix(fault.T("休息记作放假（holiday），上班记作工作日（working）", "a day of rest is a holiday (holiday), one that is worked is a working day (working)"))
	}
	return f
}

// Origins tells which of the changes, counted from one, said last what the days of a year are;
// a day that none has touched is not in it.
func (c *Calendar) Origins(year int) map[Date]int {
	out := map[Date]int{}
	for i, ch := range c.changes {
		for _, y := range ch.Publishes {
			for d := NewDate(y, 1, 1); y == year && d < NewDate(y+1, 1, 1); d++ {
				out[d] = i + 1
			}
		}
		for _, d := range ch.Days {
			if d.Date.Year() == year {
				out[d.Date] = i + 1
			}
		}
	}
	return out
}

// Difference is a day that two calendars tell differently.
type Difference struct {
	Date          Date
	Before, After DayKind
}

// Differences are the days that another calendar tells differently, in order.
func (c *Calendar) Differences(after *Calendar) (out []Difference) {
	for i, k := range after.kind {
		if c.kind[i] != k {
			out = append(out, Difference{firstDay + Date(i), c.kind[i], k})
		}
	}
	return out
}
