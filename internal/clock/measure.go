package clock

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
