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

// measure names what is counted.
type measure uint8

const (
	natural measure = iota // seconds
	worked                 // seconds of working time
	ended                  // days that have ended: at the close of office hours, else at 24:00
	closed                 // working days whose office hours have closed
)

func (u Unit) measure() measure {
	switch u {
	case WorkMinutes, WorkHours:
		return worked
	case Days:
		return ended
	case WorkDays:
		return closed
	}
	return natural
}

// at is the count of a measure at an instant.
func (c *Clock) at(m measure, sec int64) int64 {
	if m == natural {
		return sec
	}
	i, s := split(sec)
	switch m {
	case worked:
		return c.seconds[i] + c.within(i, s)
	case ended:
		return int64(i) + c.over(i, s)
	default:
		return int64(c.rank[i]) + c.over(i, s)
	}
}

// reach is the first instant at which a measure's count is n, which must be more than its
// count at the hint. Past the last day there is none.
func (c *Clock) reach(m measure, n int64, hint int64) (sec int64, ok bool) {
	switch m {
	case natural:
		return n, n < (lastDay + 1).begin()
	case worked:
		if n > c.seconds[allDays] {
			return 0, false
		}
		i, _ := split(hint)
		i = gallop(c.seconds, i, n)
		return (firstDay + Date(i)).begin() + c.shifts[c.shift[i]].after(n-c.seconds[i]), true
	case ended:
		if n > int64(allDays) {
			return 0, false
		}
		return c.end(int(n - 1)), true
	default:
		if n > int64(len(c.nth)) {
			return 0, false
		}
		return c.end(int(c.nth[n-1])), true
	}
}

// counts tells whether a day is a working day of the office.
func (c *Clock) counts(i int) bool { return c.rank[i+1] > c.rank[i] }

// end is the instant at which a day ends: with office hours on a working day (民法典 第二百零三条:
// 有业务时间的，停止业务活动的时间为截止时间), else at 24:00.
func (c *Clock) end(i int) int64 {
	if !c.counts(i) {
		return (firstDay + Date(i+1)).begin()
	}
	s := c.shifts[c.shift[i]]
	return (firstDay + Date(i)).begin() + int64(s[len(s)-1].To)*minute
}

// over is 1 when a working day's office hours have closed at a second of it.
func (c *Clock) over(i int, s int64) int64 {
	if i < allDays && c.counts(i) && (firstDay+Date(i)).begin()+s >= c.end(i) {
		return 1
	}
	return 0
}

// within is the working time of a day until a second of it.
func (c *Clock) within(i int, s int64) int64 {
	if i >= allDays {
		return 0
	}
	var sum int64
	for _, v := range c.shifts[c.shift[i]] {
		from, to := int64(v.From)*minute, int64(v.To)*minute
		if s <= from {
			break
		}
		sum += min(s, to) - from
	}
	return sum
}

// after is the second of a day at which so much of its working time has passed.
func (s Shift) after(sum int64) int64 {
	for _, v := range s {
		from, to := int64(v.From)*minute, int64(v.To)*minute
		if sum <= to-from {
			return from + sum
		}
		sum -= to - from
	}
	return day
}

// split is an instant's day, from 0 to allDays, and its second of that day.
func split(sec int64) (i int, s int64) {
	n := sec + east - int64(firstDay)*day
	if n < 0 {
		return 0, 0
	}
	if n >= int64(allDays)*day {
		return allDays, 0
	}
	return int(n / day), n % day
}

// gallop finds the day in which a sum is reached: sums[i] < n <= sums[i+1], from a day before
// or at it. Due times are near their start, so the steps begin small.
func gallop(sums []int64, i int, n int64) int {
	step := 1
	for i+step < len(sums)-1 && sums[i+step] < n {
		i += step
		step *= 2
	}
	hi := min(i+step, len(sums)-1)
	for hi-i > 1 {
		mid := (i + hi) / 2
		if sums[mid] < n {
			i = mid
		} else {
			hi = mid
		}
	}
	return i
}
