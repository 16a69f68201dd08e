package console

import (
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
)

type calendarBody struct {
	Year    int                  `json:"year"`
	Version string               `json:"version" doc:"equal versions have equal days"`
	Assumed bool                 `json:"assumed" doc:"no calendar was published for the year: it has the law's 13 holidays and weekends, and open cases move once it is"`
	Days    []calendarDayBody    `json:"days" doc:"holidays, make-up days and whatever else is not as its week says"`
	Changes []calendarChangeBody `json:"changes" doc:"made here to the calendar that came with the product, in order"`
}

type calendarDayBody struct {
	Date  string `json:"date" format:"date"`
	Kind  string `json:"kind" enum:"working,weekend,holiday,makeup"`
	Title string `json:"title,omitempty" maxLength:"50" doc:"name of the holiday"`
}

type calendarChangeBody struct {
	Publishes []int             `json:"publishes,omitempty" maxItems:"10" doc:"years that the days tell in full: what was assumed falls away"`
	Days      []calendarDayBody `json:"days" minItems:"1" maxItems:"400"`
	Source    string            `json:"source" minLength:"1" maxLength:"200" doc:"the notice, or why"`
}

type calendarIn struct {
	Year int `query:"year" minimum:"2004" maximum:"2100" doc:"this year unless given"`
}

type changeCalendarIn struct {
	Check bool `query:"check" doc:"say what would be, change nothing"`
	Body  calendarChangeBody
}

type calendarChangedBody struct {
	Version string `json:"version"`
	Open    int64  `json:"open" doc:"open cases, whose times are counted anew; those that move are told of it"`
}

type officeHoursBody struct {
	Office      string   `json:"office" maxLength:"63" doc:"empty: the usual hours"`
	OfficeTitle string   `json:"office_title,omitempty" readOnly:"true"`
	Week        []string `json:"week" minItems:"7" maxItems:"7" doc:"by weekday, Sunday first: 09:00-12:00 13:30-17:30; empty is closed"`
	MakeUp      string   `json:"makeup,omitempty" maxLength:"60" doc:"on make-up days; empty: as on Monday"`
	Holiday     string   `json:"holiday,omitempty" maxLength:"60" doc:"on holidays; empty is closed"`
}

type setHoursIn struct {
	Body struct {
		Office string           `json:"office" maxLength:"63" doc:"empty: the usual hours"`
		Hours  *officeHoursBody `json:"hours,omitempty" doc:"without, the office goes back to the usual ones"`
	}
}

// calendar registers how working time is counted, and how it is changed.
func (c *Console) calendar() {
	route(c, http.MethodGet, "/calendar", "get-calendar", "工作日历 / The working calendar of a year", c.getCalendar)
	route(c, http.MethodPost, "/calendar/changes", "change-calendar", "调整工作日历 / Change the working calendar", c.changeCalendar)
	route(c, http.MethodGet, "/office-hours", "list-office-hours", "办公时间 / Working hours of offices", c.listHours)
	route(c, http.MethodPost, "/office-hours", "set-office-hours", "设置办公时间 / Set working hours", c.setHours)
}

func (c *Console) getCalendar(ctx context.Context, in *calendarIn) (calendarBody, error) {
	if in.Year == 0 {
		in.Year = clock.DateOf(c.Now()).Year()
	}
	cal, l := c.Flow.Calendar(), lang(ctx)
	out := calendarBody{Year: in.Year, Version: cal.Version(), Assumed: cal.Assumed(in.Year)}
	for d := clock.NewDate(in.Year, 1, 1); d <= clock.NewDate(in.Year, 12, 31); d++ {
		day, err := cal.Day(d)
		if err != nil {
			return out, err
		}
		rest := d.Weekday() == 0 || d.Weekday() == 6
		if plain := day.Kind == clock.Working && !rest || day.Kind == clock.Weekend && rest; !plain {
			out.Days = append(out.Days, calendarDay(day, l))
		}
	}
	for _, ch := range cal.Changes() {
		b := calendarChangeBody{Publishes: ch.Publishes, Source: ch.Source}
		for _, d := range ch.Days {
			b.Days = append(b.Days, calendarDay(d, l))
		}
		out.Changes = append(out.Changes, b)
	}
	return out, nil
}

func calendarDay(d clock.Day, l string) calendarDayBody {
	return calendarDayBody{Date: d.Date.String(), Kind: d.Kind.String(), Title: d.Name.In(l)}
}

func (c *Console) changeCalendar(ctx context.Context, in *changeCalendarIn) (out calendarChangedBody, err error) {
	ch := clock.Change{Publishes: in.Body.Publishes, Source: in.Body.Source}
	for _, b := range in.Body.Days {
		day := clock.Day{Name: fault.Text{ZH: b.Title, EN: b.Title}}
		if day.Date, err = clock.ParseDate(b.Date); err != nil {
			return out, err
		}
		if err := day.Kind.UnmarshalText([]byte(b.Kind)); err != nil {
			return out, err
		}
		ch.Days = append(ch.Days, day)
	}
	cal, err := c.Flow.Calendar().With(ch)
	if err != nil {
		return out, err
	}
	if !in.Check {
		if cal, err = c.Flow.AddDays(ctx, actor(ctx), ch); err != nil {
			return out, err
		}
	}
	out.Version = cal.Version()
	out.Open, err = c.Flow.Running(ctx, "")
	return out, err
}

func (c *Console) listHours(ctx context.Context, _ *struct{}) (List[officeHoursBody], error) {
	usual, _ := c.Flow.Hours("")
	out := []officeHoursBody{hoursOf("", "", usual)}
	offices, err := c.Catalog.Offices(ctx)
	for _, o := range offices {
		if h, own := c.Flow.Hours(o.Name); own {
			out = append(out, hoursOf(o.Name, o.Title, h))
		}
	}
	return page(out, ""), err
}

func hoursOf(office, title string, h clock.Office) officeHoursBody {
	out := officeHoursBody{Office: office, OfficeTitle: title, MakeUp: h.MakeUp.String(), Holiday: h.Holiday.String()}
	for _, s := range h.Week {
		out.Week = append(out.Week, s.String())
	}
	return out
}

func (c *Console) setHours(ctx context.Context, in *setHoursIn) (out calendarChangedBody, err error) {
	office := in.Body.Office
	if office != "" {
		titles, err := c.officeTitles(ctx)
		if err != nil {
			return out, err
		}
		if titles[office] == "" {
			return out, fault.New(fault.Missing, "calendar.office", fault.T("没有该部门", "there is no such office")).At("office").Fix(fault.T("请核对部门的英文名", "check the office's name"))
		}
	}
	var h *clock.Office
	if b := in.Body.Hours; b != nil {
		h = new(clock.Office)
		for i, text := range b.Week[:7] {
			if err := h.Week[i].UnmarshalText([]byte(text)); err != nil {
				return out, fault.From(err).At("hours.week[%d]", i)
			}
		}
		if err := h.MakeUp.UnmarshalText([]byte(b.MakeUp)); err != nil {
			return out, fault.From(err).At("hours.makeup")
		}
		if err := h.Holiday.UnmarshalText([]byte(b.Holiday)); err != nil {
			return out, fault.From(err).At("hours.holiday")
		}
	}
	if err := c.Flow.SetHours(ctx, actor(ctx), office, h); err != nil {
		return out, err
	}
	out.Version = c.Flow.Calendar().Version()
	out.Open, err = c.Flow.Running(ctx, "")
	return out, err
}
