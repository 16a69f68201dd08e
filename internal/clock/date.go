package clock

import (
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

const (
	second = int64(1)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	east   = 8 * hour // Beijing's time before universal time
)

// The days a calendar knows: the first and the last year.
const (
	FirstYear = 2004
	LastYear  = 2100
)

// Date is a day of Beijing's time, counted from 1970-01-01. Its text is 2006-01-02.
type Date int32

// DateOf is the day in Beijing of an instant.
func DateOf(t time.Time) Date { return dateOf(t.Unix()) }

// NewDate is a day by its numbers; what is past the end of a month goes on in the next.
func NewDate(year int, month time.Month, dayOfMonth int) Date {
	return Date(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / day)
}

// ParseDate reads 2006-01-02.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.New(fault.Invalid, "clock.date", fault.T("不是日期", "not a date")).
			Fix(fault.T("日期写作 2026-11-20", "write a date as 2026-11-20")).Wrap(err)
	}
	return Date(t.Unix() / day), nil
}

func dateOf(sec int64) Date {
	sec += east
	d := sec / day
	if sec%day < 0 {
		d--
	}
	return Date(d)
}

// begin is the instant at which the day begins in Beijing, in seconds.
func (d Date) begin() int64 { return int64(d)*day - east }

// At is the instant of a minute of the day, counted from its midnight in Beijing.
func (d Date) At(m Minute) time.Time { return instant(d.begin() + int64(m)*minute) }

// Year is the year of the day.
func (d Date) Year() int { return d.utc().Year() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int64(d)+4)%7 + 7) % 7) }

// String is the text 2006-01-02.
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText gives 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*day, 0).UTC() }

// instant is a time of whole seconds in Beijing.
func instant(sec int64) time.Time { return time.Unix(sec, 0).In(region.Beijing) }

// ranged tells whether the day lies in the years a calendar knows.
func (d Date) ranged() bool { return d >= firstDay && d <= lastDay }

func outside(d Date) error {
	return fault.New(fault.Invalid, "clock.range", fault.T("日期不在工作日历的年份内（%d–%d 年）", "the date is outside the years of the calendar (%d–%d)", FirstYear, LastYear)).
		Fix(fault.T("请检查起始时间与时限", "check the start and the budget")).At("%s", d)
}
