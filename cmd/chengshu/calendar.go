package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
)

// calendar shows a year's holidays and make-up days, and what a notice would change.
func (a *app) calendar() *cobra.Command {
	var notice string
	c := &cobra.Command{Use: "calendar [YEAR]", Short: "查看一年的放假与调休 / a year's holidays and make-up days", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		cal, before := clock.Published(), clock.Published()
		year := clock.DateOf(time.Now()).Year()
		if notice != "" {
			ch, err := readNotice(notice)
			if err != nil {
				return err
			}
			if year = ch.Days[len(ch.Days)-1].Date.Year(); len(ch.Publishes) > 0 {
				year = ch.Publishes[0]
			}
			if cal, err = cal.With(ch); err != nil {
				return err
			}
		}
		if len(args) > 0 {
			n, err := strconv.Atoi(args[0])
			if err != nil || n < clock.FirstYear || n > clock.LastYear {
				return fault.New(fault.Invalid, "command", fault.T("年份须在 %d 至 %d 之间", "the year must be from %d to %d", clock.FirstYear, clock.LastYear)).At("YEAR")
			}
			year = n
		}
		r, err := yearOf(cal, before, year)
		if err != nil {
			return err
		}
		return a.print(r, func(w io.Writer) { a.writeYear(w, r) })
	}}
	c.Flags().StringVar(&notice, "notice", "", "国务院办公厅通知原文的文件：列出将带来的变化 / a file with the text of a State Council notice: shows what it would change")
	return c
}

func readNotice(path string) (clock.Change, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return clock.Change{}, fault.New(fault.Missing, "command", fault.T("文件无法读取", "the file cannot be read")).At("%s", path).Wrap(err)
	}
	return clock.ParseNotice(string(text))
}

// calendarYear is a year of a calendar.
type calendarYear struct {
	Year        int           `json:"year"`
	Version     string        `json:"version"`
	Assumed     bool          `json:"assumed"`
	WorkingDays int           `json:"working_days"`
	Days        []clock.Day   `json:"days"` // holidays and make-up days
	Changed     []changedDays `json:"changed,omitempty"`
}

// changedDays is a day that the notice changes.
type changedDays struct {
	Date   clock.Date    `json:"date"`
	Before clock.DayKind `json:"before"`
	After  clock.DayKind `json:"after"`
}

func yearOf(cal, before *clock.Calendar, year int) (calendarYear, error) {
	r := calendarYear{Year: year, Version: cal.Version(), Assumed: cal.Assumed(year)}
	first := max(clock.NewDate(year-1, 12, 25), clock.NewDate(clock.FirstYear, 1, 1)) // a notice may move the last days of the year before
	for d := first; d < clock.NewDate(year+1, 1, 1); d++ {
		day, err := cal.Day(d)
		if err != nil {
			return r, err
		}
		was, err := before.Day(d)
		if err != nil {
			return r, err
		}
		if was.Kind != day.Kind {
			r.Changed = append(r.Changed, changedDays{d, was.Kind, day.Kind})
		}
		if d.Year() != year {
			continue
		}
		if day.Kind.Works() {
			r.WorkingDays++
		}
		if day.Kind == clock.Holiday || day.Kind == clock.MakeUp {
			r.Days = append(r.Days, day)
		}
	}
	return r, nil
}

func (a *app) writeYear(w io.Writer, r calendarYear) {
	standing := a.say("已公布", "published")
	if r.Assumed {
		standing = a.say("尚未公布，按法定节假日和周末推算", "not published: statutory holidays and weekends are assumed")
	}
	fmt.Fprintln(w, a.say("%d 年：%d 个工作日，%s（工作日历 %s）", "%d: %d working days, %s (calendar %s)", r.Year, r.WorkingDays, standing, r.Version))
	for i := 0; i < len(r.Days); {
		j := i + 1
		for j < len(r.Days) && r.Days[j].Date == r.Days[j-1].Date+1 && r.Days[j].Kind == r.Days[i].Kind && r.Days[j].Name == r.Days[i].Name {
			j++
		}
		span := r.Days[i].Date.String()
		if j-i > 1 {
			span += a.say(" 至 ", " to ") + r.Days[j-1].Date.String()
		}
		what := a.say("放假", "holiday")
		if r.Days[i].Kind == clock.MakeUp {
			what = a.say("调休上班", "make-up day")
		}
		fmt.Fprintln(w, span, what, r.Days[i].Name.In(a.settings.Lang))
		i = j
	}
	for _, c := range r.Changed {
		fmt.Fprintln(w, a.say("与现用工作日历不同：%s", "differs from the calendar in use: %s", c.Date), a.kindOf(c.Before), "→", a.kindOf(c.After))
	}
}

func (a *app) kindOf(k clock.DayKind) string {
	return [...]string{a.say("工作日", "working day"), a.say("周末", "weekend"), a.say("放假", "holiday"), a.say("调休上班", "make-up day")}[k]
}
