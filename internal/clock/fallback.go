package clock

import (
	"math"
	"time"

	"github.com/6tail/lunar-go/calendar"

	"github.com/chengshu/chengshu/internal/fault"
)

// festival is a statutory holiday of all citizens.
type festival struct {
	name fault.Text
	days []Date
}

// festivals are the days of 全国年节及纪念日放假办法, article 2, in the wording in force in the
// year: thirteen since 2025, eleven from 2008 to 2024, ten before.
func festivals(year int) []festival {
	on := func(m time.Month, d, days int) []Date {
		var all []Date
		for i := range days {
			all = append(all, NewDate(year, m, d+i))
		}
		return all
	}
	l := calendar.NewLunarYear(year)
	lunar := func(month, dayOfMonth, days int) []Date {
		var all []Date
		for i := range days {
			all = append(all, julian(l.GetMonth(month).GetFirstJulianDay())+Date(dayOfMonth-1+i))
		}
		return all
	}
	spring, labour := lunar(1, 1, 3), on(5, 1, 1)
	switch {
	case year < 2008:
		labour = on(5, 1, 3)
	case year < 2014: // from the eve, three days
		spring = lunar(1, 0, 3)
	case year >= 2025:
		spring, labour = lunar(1, 0, 4), on(5, 1, 2)
	}
	all := []festival{
		{fault.Text{ZH: "元旦", EN: "New Year's Day"}, on(1, 1, 1)},
		{fault.Text{ZH: "春节", EN: "Spring Festival"}, spring},
		{fault.Text{ZH: "劳动节", EN: "Labour Day"}, labour},
		{fault.Text{ZH: "国庆节", EN: "National Day"}, on(10, 1, 3)},
	}
	if year >= 2008 {
		all = append(all,
			festival{fault.Text{ZH: "清明", EN: "Tomb-sweeping Day"}, []Date{brightness(l)}},
			festival{fault.Text{ZH: "端午", EN: "Dragon Boat Festival"}, lunar(5, 5, 1)},
			festival{fault.Text{ZH: "中秋", EN: "Mid-autumn Festival"}, lunar(8, 15, 1)})
	}
	return all
}

// assume fills a year that has weekends only with the law's holidays. One that falls on a
// weekend is made up on the next working day (article 6: 适逢周六、周日，应当在工作日补假), and one that
// falls on another is too, as in 2009 and 2020: so a year has as many working days as by the
// notices. Nobody can guess which weekends will be worked, so none are.
func (c *Calendar) assume(year int) {
	c.assumed[year-FirstYear] = true
	var owed []festival
	for _, f := range festivals(year) {
		for _, d := range f.days {
			if c.kind[d-firstDay] != Working {
				owed = append(owed, festival{f.name, []Date{d}})
			}
			c.kind[d-firstDay], c.names[d] = Holiday, f.name
		}
	}
	for _, f := range owed {
		d := f.days[0]
		for d < lastDay && c.kind[d-firstDay] != Working {
			d++
		}
		c.kind[d-firstDay], c.names[d] = Holiday, f.name
	}
}

// brightness is the day of 清明 by Beijing's time.
func brightness(l *calendar.LunarYear) Date {
	const index = 8 // of 清明 in the library's table, which begins with 大雪 of the year before
	return julian(l.GetJieQiJulianDays()[index])
}

// julian is the day of a Julian day number of Beijing's time, whose days begin at noon.
func julian(jd float64) Date { return Date(math.Floor(jd+0.5)) - 2440588 }
