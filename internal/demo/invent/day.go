package invent

import "time"

// Day counts days from 1930-01-01, which is 0.
type Day int

// LastDay is 2049-12-31, the last day with a text of its own.
const LastDay Day = 43829

// Calendar holds the texts of the days, so that writing one is a copy.
type Calendar struct{ text [LastDay + 1][10]byte }

// NewCalendar fills the texts, in a millisecond or two.
func NewCalendar() *Calendar {
	c := &Calendar{}
	for d, t := Day(0), time.Date(1930, 1, 1, 0, 0, 0, 0, time.UTC); d <= LastDay; d, t = d+1, t.AddDate(0, 0, 1) {
		t.AppendFormat(c.text[d][:0], time.DateOnly)
	}
	return c
}

// DayOf is the day of a date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(time.Date(1930, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// Text is the day as 2006-01-02. It must not be changed.
func (c *Calendar) Text(d Day) []byte { return c.text[d][:] }

// AppendPlain writes the day as 20060102.
func (c *Calendar) AppendPlain(b []byte, d Day) []byte {
	t := &c.text[d]
	return append(b, t[0], t[1], t[2], t[3], t[5], t[6], t[8], t[9])
}
