package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// calendar is the command of the working calendar.
func (a *app) calendar() *cobra.Command {
	c := group(&cobra.Command{Use: "calendar", Short: "工作日历 / the working calendar: show, set, import"})
	c.AddCommand(a.calendarShow(), a.calendarSet(), a.calendarImport())
	return c
}

// calendarYear is a year of the calendar in use.
type calendarYear struct {
	Year     int               `json:"year"`
	Version  string            `json:"version"`
	Assumed  bool              `json:"assumed"`
	Working  int               `json:"working"`
	Holidays int               `json:"holidays"`
	MakeUps  int               `json:"make_ups"`
	Days     []calendarDay     `json:"days"`
	Changes  []calendarEdition `json:"changes"`
}

type calendarDay struct {
	Date   string `json:"date"`
	Kind   string `json:"kind"`
	Title  string `json:"title,omitempty"`
	Origin string `json:"origin,omitempty"`
	Change int    `json:"change,omitempty"`
}

type calendarEdition struct {
	Number  int           `json:"number"`
	Version string        `json:"version"`
	At      string        `json:"at,omitempty"`
	ByName  string        `json:"by_name,omitempty"`
	By      string        `json:"by,omitempty"`
	Source  string        `json:"source"`
	Days    []calendarDay `json:"days"`
	Open    int64         `json:"open"`
	Moved   int64         `json:"moved"`
}

func (a *app) calendarShow() *cobra.Command {
	return &cobra.Command{Use: "show [YEAR]", Short: "查看一年的放假与调休，及历次调整 / a year's holidays and make-up days, and what was changed", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "/calendar"
			if len(args) > 0 {
				n, err := strconv.Atoi(args[0])
				if err != nil || n < clock.FirstYear || n > clock.LastYear {
					return fault.New(fault.Invalid, "command", fault.T("年份须在 %d 至 %d 之间", "the year must be from %d to %d", clock.FirstYear, clock.LastYear)).At("YEAR")
				}
				path += "?year=" + args[0]
			}
			return a.with(cmd.Context(), func(c *client) error {
				var y calendarYear
				if err := c.call(cmd.Context(), "GET", path, nil, &y); err != nil {
					return err
				}
				return a.print(y, func(w io.Writer) { a.writeYear(w, y) })
			})
		}}
}

func (a *app) writeYear(w io.Writer, y calendarYear) {
	standing := a.say("已公布", "published")
	if y.Assumed {
		standing = a.say("尚未公布，按 13 天法定节假日和周末推定", "not published: the law's 13 holidays and weekends are assumed")
	}
	fmt.Fprintln(w, a.say("%d 年：%d 个工作日，%s（工作日历 %s）", "%d: %d working days, %s (calendar %s)", y.Year, y.Working, standing, y.Version))
	for i := 0; i < len(y.Days); {
		j, first := i+1, y.Days[i]
		for j < len(y.Days) && follows(y.Days[j-1], y.Days[j]) {
			j++
		}
		span := first.Date
		if j-i > 1 {
			span += a.say(" 至 ", " to ") + y.Days[j-1].Date
		}
		words := []string{span, a.kindOf(first.Kind)}
		if first.Title != "" {
			words = append(words, first.Title)
		}
		if first.Origin == "own" {
			words = append(words, a.say("（本地调整 %d）", "(change %d made here)", first.Change))
		}
		fmt.Fprintln(w, strings.Join(words, " "))
		i = j
	}
	for _, x := range y.Changes {
		fmt.Fprintln(w, a.say("调整 %d：%s %s %s；在办 %d 件，到期时间变动 %d 件；工作日历 %s", "change %d: %s %s %s; open cases: %d, due at another time: %d; calendar %s",
			x.Number, a.moment(x.At), cmp.Or(x.ByName, x.By), x.Source, x.Open, x.Moved, x.Version))
	}
}

// follows says whether a day goes on with what the day before it is.
func follows(a, b calendarDay) bool {
	d, err := clock.ParseDate(a.Date)
	return err == nil && (d+1).String() == b.Date && a.Kind == b.Kind && a.Title == b.Title && a.Change == b.Change
}

func (a *app) moment(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return "—"
	}
	return t.In(region.Beijing).Format(minuteForm)
}

func (a *app) kindOf(kind string) string {
	return map[string]string{"working": a.say("工作日", "working day"), "weekend": a.say("周末", "weekend"), "holiday": a.say("放假", "holiday"), "makeup": a.say("调休上班", "make-up day")}[kind]
}

// changeOfDays is what the server is sent.
type changeOfDays struct {
	Notice string        `json:"notice,omitempty"`
	Days   []calendarDay `json:"days,omitempty"`
	Source string        `json:"source,omitempty"`
}

// changedDays is what it answers.
type changedDays struct {
	Version string `json:"version"`
	Source  string `json:"source,omitempty"`
	Changed []struct {
		Date   string `json:"date"`
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"changed"`
	Moves struct {
		tally
		MostLater   int64 `json:"most_later"`
		MostEarlier int64 `json:"most_earlier"`
	} `json:"moves"`
	Packs []struct {
		Pack  string `json:"pack"`
		Title string `json:"title"`
		tally
	} `json:"packs"`
}

type tally struct {
	Open    int64 `json:"open"`
	Moved   int64 `json:"moved"`
	Later   int64 `json:"later"`
	Earlier int64 `json:"earlier"`
	Late    int64 `json:"late"`
	Freed   int64 `json:"freed"`
}

func (a *app) calendarSet() *cobra.Command {
	var check bool
	var source, title string
	c := &cobra.Command{Use: "set DAY=KIND ... --source WHY", Short: "调整若干天：放假、调休上班或恢复 / change days: holidays, make-up days, or back", Args: cobra.MinimumNArgs(1),
		Example: "  chengshu calendar set 2026-12-31=holiday --title 岁末 --source 区政府办〔2026〕18号 --check\n  chengshu calendar set 2027-07-20..2027-07-22=holiday --title 防汛停工 --source 防汛一级响应",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := changeOfDays{Source: source}
			for _, arg := range args {
				days, err := daysOf(arg, title)
				if err != nil {
					return err
				}
				in.Days = append(in.Days, days...)
			}
			return a.changeDays(cmd.Context(), in, check)
		}}
	f := c.Flags()
	f.StringVar(&source, "source", "", "依据：文号或为什么 / the document's number, or why")
	f.StringVar(&title, "title", "", "名称，日历上显示 / what the days are for, shown in the calendar")
	f.BoolVar(&check, "check", false, "只说明将怎样，不作改动 / say what would be, change nothing")
	return c
}

// daysOf reads 2026-12-31=holiday or 2027-07-20..2027-07-22=holiday.
func daysOf(arg, title string) (out []calendarDay, err error) {
	span, kind, ok := strings.Cut(arg, "=")
	first, last, many := strings.Cut(span, "..")
	if !many {
		last = first
	}
	from, err := clock.ParseDate(first)
	if err != nil || !ok {
		return nil, badDays(arg)
	}
	to, err := clock.ParseDate(last)
	if err != nil || to < from || to-from > 366 {
		return nil, badDays(arg)
	}
	var k clock.DayKind
	if err := k.UnmarshalText([]byte(kind)); err != nil {
		return nil, fault.From(err).At("%s", arg)
	}
	for d := from; d <= to; d++ {
		out = append(out, calendarDay{Date: d.String(), Kind: kind, Title: title})
	}
	return out, nil
}

func badDays(arg string) error {
	return fault.New(fault.Invalid, "command", fault.T("不是要调整的日子", "these are no days to change")).At("%s", arg).
		Fix(fault.T("写作 2026-12-31=holiday 或 2027-07-20..2027-07-22=holiday", "write 2026-12-31=holiday or 2027-07-20..2027-07-22=holiday"))
}

func (a *app) calendarImport() *cobra.Command {
	var check bool
	var source string
	c := &cobra.Command{Use: "import FILE", Short: "从国务院办公厅通知的原文公布一年 / publish a year from the text of the State Council's notice", Args: cobra.ExactArgs(1),
		Example: "  chengshu calendar import 2027年部分节假日安排.txt --check",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readFile(args[0])
			if err != nil {
				return err
			}
			return a.changeDays(cmd.Context(), changeOfDays{Notice: string(text), Source: source}, check)
		}}
	c.Flags().StringVar(&source, "source", "", "依据；通知写有文号时可不给 / the basis; a notice that says its number needs none")
	c.Flags().BoolVar(&check, "check", false, "只说明将怎样，不作改动 / say what would be, change nothing")
	return c
}

func (a *app) changeDays(ctx context.Context, in changeOfDays, check bool) error {
	return a.changeTimes(ctx, "/calendar/changes", in, check, func(w io.Writer, r changedDays) {
		for _, d := range r.Changed {
			fmt.Fprintln(w, d.Date, a.kindOf(d.Before), "→", a.kindOf(d.After))
		}
		if len(r.Changed) == 0 {
			fmt.Fprintln(w, a.say("没有哪一天因此不同", "no day becomes another"))
		}
		a.writeMoves(w, r, check)
	})
}

// changeTimes changes days or hours, or asks what that would do, and tells of the answer.
func (a *app) changeTimes(ctx context.Context, path string, in any, check bool, words func(io.Writer, changedDays)) error {
	return a.with(ctx, func(c *client) error {
		var out changedDays
		if err := c.call(ctx, "POST", path+"?check="+strconv.FormatBool(check), in, &out); err != nil {
			return err
		}
		return a.print(out, func(w io.Writer) { words(w, out) })
	})
}

// writeMoves tells what becomes of the open cases.
func (a *app) writeMoves(w io.Writer, r changedDays, check bool) {
	m := r.Moves
	fmt.Fprintln(w, a.say("在办 %d 件，到期时间变动 %d 件：推迟 %d，提前 %d；由未逾期变为逾期 %d，由逾期变为未逾期 %d", "open cases: %d, due at another time: %d (later: %d, earlier: %d); overdue by it: %d, no longer overdue: %d",
		m.Open, m.Moved, m.Later, m.Earlier, m.Late, m.Freed))
	if m.MostLater > 0 {
		fmt.Fprintln(w, a.say("最多推迟 %s", "put off by %s at most", a.spanOf(m.MostLater)))
	}
	if m.MostEarlier > 0 {
		fmt.Fprintln(w, a.say("最多提前 %s", "sooner by %s at most", a.spanOf(m.MostEarlier)))
	}
	for _, p := range r.Packs {
		fmt.Fprintln(w, a.say("  %s：在办 %d，变动 %d，变为逾期 %d", "  %s: open %d, moved %d, overdue by it %d", p.Title, p.Open, p.Moved, p.Late))
	}
	if check {
		fmt.Fprintln(w, a.say("未作改动", "nothing was changed"))
		return
	}
	fmt.Fprintln(w, a.say("已调整，工作日历 %s；案件逐件改期，并告知经办人", "changed: calendar %s; the cases follow one by one, and whose turn they are is told", r.Version))
}

// spanOf is a length in days and hours.
func (a *app) spanOf(sec int64) string {
	d, h, m := sec/86400, sec%86400/3600, sec%3600/60
	var words []string
	for _, x := range []struct {
		n      int64
		zh, en string
	}{{d, "天", "d"}, {h, "小时", "h"}, {m, "分钟", "min"}} {
		if x.n > 0 {
			words = append(words, a.say("%d "+x.zh, "%d "+x.en, x.n))
		}
	}
	return strings.Join(words, " ")
}
