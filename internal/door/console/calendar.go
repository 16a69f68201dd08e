package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/spec"
)

type calendarBody struct {
	Year      int                   `json:"year"`
	Version   string                `json:"version" doc:"equal versions have equal days"`
	Assumed   bool                  `json:"assumed" doc:"no calendar was published for the year: it has the law's 13 holidays and weekends, and open cases move once it is"`
	Published int                   `json:"published" doc:"the last year that is published"`
	First     int                   `json:"first" doc:"the first year there is"`
	Last      int                   `json:"last"`
	Working   int                   `json:"working" doc:"working days of the year, make-up days among them"`
	Holidays  int                   `json:"holidays"`
	MakeUps   int                   `json:"make_ups"`
	Days      []calendarDayBody     `json:"days" doc:"holidays, make-up days and whatever else is not as its week says, or was said here"`
	Changes   []calendarEditionBody `json:"changes" doc:"made here to the calendar that came with the product, in order, of all years"`
}

type calendarDayBody struct {
	Date   string `json:"date" format:"date"`
	Kind   string `json:"kind" enum:"working,weekend,holiday,makeup"`
	Title  string `json:"title,omitempty" maxLength:"50" doc:"name of the holiday"`
	Origin string `json:"origin,omitempty" enum:"published,assumed,own" readOnly:"true" doc:"the State Council's notice; the law's holidays, as there is no notice yet; a day set here"`
	Change int    `json:"change,omitempty" readOnly:"true" doc:"which change said it, counted from one; none where it came with the product"`
}

type calendarEditionBody struct {
	Number    int               `json:"number" doc:"counted from one"`
	Version   string            `json:"version" doc:"of the calendar that came of it"`
	At        string            `json:"at,omitempty" format:"date-time"`
	By        string            `json:"by,omitempty"`
	ByName    string            `json:"by_name,omitempty"`
	Source    string            `json:"source" doc:"the notice, or why"`
	Publishes []int             `json:"publishes,omitempty" doc:"years that the days tell in full"`
	Days      []calendarDayBody `json:"days"`
	Open      int64             `json:"open" doc:"open cases at that time"`
	Moved     int64             `json:"moved" doc:"of them those whose due times moved"`
}

type calendarChangeBody struct {
	Notice    string            `json:"notice,omitempty" maxLength:"20000"`
	Publishes []int             `json:"publishes,omitempty" maxItems:"10"`
	Days      []calendarSetBody `json:"days,omitempty" maxItems:"400"`
	Source    string            `json:"source,omitempty" maxLength:"200"`
}

type calendarSetBody struct {
	Date  string `json:"date" maxLength:"10"`
	Kind  string `json:"kind" enum:"working,weekend,holiday,makeup"`
	Title string `json:"title,omitempty" maxLength:"50"`
}

type calendarIn struct {
	Year int `query:"year" minimum:"2004" maximum:"2100" doc:"this year unless given"`
}

type changeCalendarIn struct {
	Check bool `query:"check" doc:"say what would be, change nothing"`
	Body  calendarChangeBody
}

type calendarChangedBody struct {
	Version string              `json:"version"`
	Year    int                 `json:"year,omitempty" doc:"of the first day that is another, or that is published"`
	Source  string              `json:"source,omitempty" doc:"as it is kept: a notice tells its number"`
	Changed []dayDifferenceBody `json:"changed" doc:"days that are of another kind"`
	Moves   movesBody           `json:"moves"`
	Packs   []calendarPackBody  `json:"packs" doc:"the same by pack; those with open cases"`
}

type dayDifferenceBody struct {
	Date   string `json:"date" format:"date"`
	Before string `json:"before" enum:"working,weekend,holiday,makeup"`
	After  string `json:"after" enum:"working,weekend,holiday,makeup"`
}

type movesBody struct {
	Open        int64 `json:"open" doc:"open cases"`
	Moved       int64 `json:"moved" doc:"of them those that are due at another time; whose turn they are is told"`
	Later       int64 `json:"later"`
	Earlier     int64 `json:"earlier"`
	Late        int64 `json:"late" doc:"were in time and are overdue"`
	Freed       int64 `json:"freed" doc:"were overdue and are in time"`
	MostLater   int64 `json:"most_later" doc:"seconds by which the due time that moves furthest is put off"`
	MostEarlier int64 `json:"most_earlier" doc:"seconds by which the one that moves furthest the other way comes sooner"`
}

type calendarPackBody struct {
	Pack  string `json:"pack"`
	Title string `json:"title"`
	Open  int64  `json:"open"`
	Moved int64  `json:"moved"`
	Late  int64  `json:"late" doc:"were in time and are overdue"`
	Freed int64  `json:"freed" doc:"were overdue and are in time"`
}

// calendar registers how working time is counted, and how it is changed.
func (c *Console) calendar() {
	route(c, http.MethodGet, "/calendar", "get-calendar", "工作日历 / The working calendar of a year", c.getCalendar)
	route(c, http.MethodPost, "/calendar/changes", "change-calendar", "调整工作日历 / Change the working calendar", c.changeCalendar)
	route(c, http.MethodGet, "/office-hours", "list-office-hours", "办公时间 / Working hours of offices", c.listHours)
	route(c, http.MethodPost, "/office-hours", "set-office-hours", "设置办公时间 / Set working hours", c.setHours)
}

// clockFields are what the forms of calendar and hours ask for.
func clockFields() []spec.Field {
	t, field := fault.T, spec.NewField
	return []spec.Field{
		field("calendar.notice", t("通知原文", "Text of the notice"), t(
			"国务院办公厅“关于某年部分节假日安排的通知”全文，直接粘贴。从中读出放假和上班的日子，并核对星期和天数；读不通的地方会指出。",
			"the State Council's notice on the holidays of a year, pasted whole. Its days are read, its weekdays and numbers of days are checked, and what does not fit is named."), ""),
		field("calendar.publishes", t("公布的年份", "Years published"), t(
			"所列日子就是这些年份的全部安排：此前推定的放假一概取消。粘贴通知原文时由通知而定。",
			"the days tell these years in full: what was assumed of them falls away. A notice says it by itself."), "2027"),
		field("calendar.days", t("调整的日子", "Days changed"), t("逐日写明改成什么；没有写到的日子不变。", "each day with what it becomes; the others stay."), ""),
		field("calendar.days.date", t("日期", "Date"), t("调整哪一天，写作 2026-12-31。", "the day that changes, as 2026-12-31."), "2026-12-31").Needed(),
		field("calendar.days.kind", t("改为", "Becomes"), t(
			"放假：当天不计工作时间。工作日：周一至周五照常上班。调休上班：周末上班，按工作日计。周末：周六、周日照常休息。",
			"a holiday does not count. A working day is one from Monday to Friday. A make-up day is a weekend day that is worked, and counts. A weekend day rests as always."), "holiday").Needed(),
		field("calendar.days.title", t("名称", "Name"), t("放什么假、为何上班，不超过 50 字；日历上显示。", "what the day is for, 50 characters at most; the calendar shows it."), "防汛停工"),
		field("calendar.source", t("依据", "Basis"), t(
			"文号或为什么调整，不超过 200 字；留在日历的历次调整和审计中。粘贴的通知带文号的，可不填。",
			"the document's number, or why; 200 characters at most. It stands in the calendar's history and in the audit. A notice that says its number needs none."), "区政府办〔2026〕18号"),
		field("hours.office", t("部门", "Office"), t("给哪个部门设置；不选为全区的通用办公时间。", "whose hours they are; none: the usual ones of the district."), "hrss"),
		field("hours.week", t("每周", "Week"), t(
			"星期日起，逐日写时段，如 09:00-12:00 13:30-17:30；先后有序，不重叠；留空为不上班。七天都不给，则改回通用办公时间。",
			"from Sunday on, each day's hours as 09:00-12:00 13:30-17:30, in order and without overlap; empty is closed. Without any week the office goes back to the usual hours."), "09:00-12:00 13:30-17:30"),
		field("hours.makeup", t("调休上班日", "Make-up days"), t("周末调休上班的时段；留空与周一相同。", "on weekend days that are worked; empty: as on Monday."), "09:00-12:00 13:30-17:30"),
		field("hours.holiday", t("节假日", "Holidays"), t("节假日值守的时段；留空为不上班。只影响按小时计的时限。", "on holidays; empty is closed. It counts for limits in hours alone."), "09:00-12:00"),
		field("hours.reason", t("事由", "Reason"), t("为什么调整，不超过 200 字；记入审计。", "why they change, 200 characters at most; it stands in the audit."), "夏季作息"),
	}
}

func (c *Console) getCalendar(ctx context.Context, in *calendarIn) (calendarBody, error) {
	if in.Year == 0 {
		in.Year = clock.DateOf(c.Now()).Year()
	}
	cal, l := c.Flow.Calendar(), lang(ctx)
	out := calendarBody{Year: in.Year, Version: cal.Version(), Assumed: cal.Assumed(in.Year), First: clock.FirstYear, Last: clock.LastYear}
	for y := clock.LastYear; y >= clock.FirstYear && out.Published == 0; y-- {
		if !cal.Assumed(y) {
			out.Published = y
		}
	}
	editions, origins := c.Flow.Editions(), cal.Origins(in.Year)
	for d := clock.NewDate(in.Year, 1, 1); d <= clock.NewDate(in.Year, 12, 31); d++ {
		day, err := cal.Day(d)
		if err != nil {
			return out, err
		}
		out.count(day.Kind)
		b := calendarDay(day, l)
		b.Origin, b.Change = originOf(day, origins[d], editions)
		rest := d.Weekday() == 0 || d.Weekday() == 6
		if plain := day.Kind == clock.Working && !rest || day.Kind == clock.Weekend && rest; !plain || b.Origin == "own" {
			out.Days = append(out.Days, b)
		}
	}
	ids := make([]string, len(editions))
	for i, x := range editions {
		ids[i] = x.By
	}
	names, err := c.People.Names(ctx, ids...)
	if err != nil {
		return out, err
	}
	names[people.Local().ID] = people.Local().Name
	for i, x := range editions {
		out.Changes = append(out.Changes, editionOf(i, x, names, l))
	}
	return out, nil
}

func (b *calendarBody) count(k clock.DayKind) {
	switch {
	case k.Works():
		b.Working++
		if k == clock.MakeUp {
			b.MakeUps++
		}
	case k == clock.Holiday:
		b.Holidays++
	}
}

// originOf tells where a day comes from.
func originOf(d clock.Day, change int, editions []flow.Edition) (origin string, by int) {
	switch {
	case change > 0 && change <= len(editions) && !slices.Contains(editions[change-1].Publishes, d.Date.Year()):
		return "own", change
	case d.Assumed:
		return "assumed", 0
	}
	return "published", change
}

func editionOf(i int, x flow.Edition, names map[string]string, l string) calendarEditionBody {
	b := calendarEditionBody{Number: i + 1, Version: x.Version, By: x.By, ByName: names[x.By], Source: x.Source, Publishes: x.Publishes, Open: x.Moves.Open, Moved: x.Moves.Moved}
	if !x.At.IsZero() {
		b.At = x.At.Format(time.RFC3339)
	}
	for _, d := range x.Days {
		b.Days = append(b.Days, calendarDay(d, l))
	}
	return b
}

func calendarDay(d clock.Day, l string) calendarDayBody {
	return calendarDayBody{Date: d.Date.String(), Kind: d.Kind.String(), Title: d.Name.In(l)}
}

func (c *Console) changeCalendar(ctx context.Context, in *changeCalendarIn) (out calendarChangedBody, err error) {
	ch, err := in.Body.change()
	if err != nil {
		return out, err
	}
	var before, after *clock.Calendar
	var m flow.Moves
	if in.Check {
		before, after, m, err = c.Flow.ForeseeDays(ctx, ch)
	} else {
		before, after, m, err = c.Flow.AddDays(ctx, actor(ctx), ch)
	}
	if err != nil {
		return out, err
	}
	out = c.changed(after, m, lang(ctx))
	out.Source = ch.Source
	for _, d := range before.Differences(after) {
		out.Changed = append(out.Changed, dayDifferenceBody{d.Date.String(), d.Before.String(), d.After.String()})
	}
	if len(ch.Publishes) > 0 {
		out.Year = ch.Publishes[0]
	} else {
		out.Year = ch.Days[0].Date.Year()
	}
	return out, nil
}

// change reads what the form has: the text of a notice, or days.
func (b *calendarChangeBody) change() (ch clock.Change, err error) {
	ch = clock.Change{Publishes: b.Publishes}
	if trimmed(b.Notice) != "" {
		if len(b.Days)+len(b.Publishes) > 0 {
			return ch, fault.New(fault.Invalid, "calendar.both", fault.T("通知原文与逐日调整不能同时提交", "a notice and single days do not go together")).At("notice").
				Fix(fault.T("先公布通知，再调整其中的日子", "publish the notice first, then change days of it"))
		}
		if ch, err = clock.ParseNotice(b.Notice); err != nil {
			f := *fault.From(err)
			if f.Where != "" {
				f.Text = fault.Text{ZH: f.Text.ZH + "：" + f.Where, EN: f.Text.EN + ": " + f.Where}
			}
			return ch, f.At("notice")
		}
	}
	for i, d := range b.Days {
		day := clock.Day{Name: fault.Text{ZH: d.Title, EN: d.Title}}
		if day.Date, err = clock.ParseDate(d.Date); err != nil {
			return ch, fault.From(err).At("days[%d].date", i)
		}
		if err := day.Kind.UnmarshalText([]byte(d.Kind)); err != nil {
			return ch, fault.From(err).At("days[%d].kind", i)
		}
		ch.Days = append(ch.Days, day)
	}
	if s := trimmed(b.Source); s != "" {
		ch.Source = s
	}
	if ch.Source == "" {
		return ch, fault.New(fault.Invalid, "calendar.source", fault.T("须写明依据", "a basis is needed")).At("source").
			Fix(fault.T("写明文号，或为什么调整", "give the document's number, or why"))
	}
	return ch, nil
}

func (c *Console) changed(cal *clock.Calendar, m flow.Moves, l string) calendarChangedBody {
	out := calendarChangedBody{Version: cal.Version(), Changed: []dayDifferenceBody{}, Packs: []calendarPackBody{},
		Moves: movesBody{Open: m.Open, Moved: m.Moved, Later: m.Later, Earlier: m.Earlier, Late: m.Late, Freed: m.Freed,
			MostLater: int64(m.MostLater.Seconds()), MostEarlier: int64(m.MostEarlier.Seconds())}}
	for _, p := range m.Packs {
		b := calendarPackBody{Pack: p.Pack, Title: p.Pack, Open: p.Open, Moved: p.Moved, Late: p.Late, Freed: p.Freed}
		if known, err := c.Packs.Current(p.Pack); err == nil {
			b.Title = known.Title.In(l)
		}
		out.Packs = append(out.Packs, b)
	}
	return out
}
