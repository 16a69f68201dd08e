// Package clock tells when something is due, and why: by the State Council's calendar with
// its make-up days, by an office's own hours or by natural time, with pauses and extensions.
//
// A case holds a Ledger and never a due time; a Clock is one calendar read with one office's
// hours and computes the time from both. Everything is pure: time is an argument. A clock
// that cannot be set is a fault, never silence.
//
// How days are counted, and what a pause does to them: docs/decisions/0013-counting.md.
//
// Read first: Ledger, Clock.Due, Clock.Explain, Clock.Instants; ParseNotice for a new year.
package clock

import (
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
)

// Clock is a calendar read with an office's hours. It is immutable, may be shared, and holds
// half a megabyte: keep one for each pair in use.
//
// It has three measures of time, each a count that only grows: seconds of working time,
// working days whose office hours have closed, and days that have ended. What a case has
// spent between two instants is the difference of a measure.
type Clock struct {
	calendar *Calendar
	shifts   []Shift  // of weekdays, make-up days, holidays and single days
	shift    []uint16 // of each day, an index of shifts
	seconds  []int64  // of working time before each day
	rank     []int32  // working days before each day
	nth      []int32  // the day of each working day
}

// New reads a calendar with an office's hours. Hours without any working time are refused:
// nothing would ever be due by them.
func New(cal *Calendar, office Office) (*Clock, error) {
	if err := office.Check(); err != nil {
		return nil, err
	}
	c := &Clock{calendar: cal, shift: make([]uint16, allDays), seconds: make([]int64, allDays+1), rank: make([]int32, allDays+1)}
	at := c.share(&office)
	for i, kind := range cal.kind {
		c.shift[i] = at(firstDay+Date(i), kind)
		s := c.shifts[c.shift[i]]
		c.seconds[i+1], c.rank[i+1] = c.seconds[i]+s.seconds(), c.rank[i]
		if kind.Works() && len(s) > 0 {
			c.rank[i+1]++
			c.nth = append(c.nth, int32(i))
		}
	}
	if len(c.nth) == 0 {
		return nil, fault.New(fault.Invalid, "clock.hours", fault.T("没有任何办公时间", "there is no working time at all")).
			Fix(fault.T("至少给一个工作日写上办公时间，例如 09:00-12:00", "give at least one weekday its hours, for instance 09:00-12:00"))
	}
	return c, nil
}

// Calendar is the calendar the clock reads.
func (c *Clock) Calendar() *Calendar { return c.calendar }

// share keeps the office's shifts and gives the place of a day's: the weekdays, make-up days,
// holidays, then single days.
func (c *Clock) share(o *Office) func(Date, DayKind) uint16 {
	c.shifts = append(slices.Clone(o.Week[:]), o.makeUp(), o.Holiday)
	single := map[Date]uint16{}
	for d, s := range o.Except {
		single[d] = uint16(len(c.shifts))
		c.shifts = append(c.shifts, s)
	}
	for i := range c.shifts {
		c.shifts[i] = slices.Clone(c.shifts[i])
	}
	return func(d Date, kind DayKind) uint16 {
		if i, ok := single[d]; ok {
			return i
		}
		switch kind {
		case Holiday:
			return 8
		case MakeUp:
			return 7
		}
		return uint16(d.Weekday())
	}
}

func (s Shift) seconds() int64 {
	var sum int64
	for _, v := range s {
		sum += int64(v.To-v.From) * minute
	}
	return sum
}
