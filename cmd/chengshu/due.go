package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// due tells when a budget ends and the sum by which it does. It needs no data folder.
func (a *app) due() *cobra.Command {
	var q dueQuestion
	c := &cobra.Command{Use: "due --from TIME --budget BUDGET", Short: "计算到期时间并列出算式 / when a budget ends, and the sum by which it does", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		r, err := q.answer(a.settings.Lang)
		if err != nil {
			return err
		}
		return a.print(r, func(w io.Writer) {
			for _, l := range r.Sum {
				fmt.Fprintln(w, l.Words)
			}
			for _, s := range r.Steps {
				fmt.Fprintln(w, s.words(a))
			}
			fmt.Fprintln(w, r.Words)
		})
	}}
	f := c.Flags()
	f.StringVar(&q.from, "from", "", "开始计时的北京时间：\"2026-11-20 10:06\" / when counting begins, in Beijing: \"2026-11-20 10:06\"")
	f.StringVar(&q.budget, "budget", "", "时限：8wh 90wm 2wd 为工作时间，4h 30m 3d 为自然时间 / 8wh 90wm 2wd of working time, 4h 30m 3d of natural time")
	f.StringArrayVar(&q.pauses, "pause", nil, "暂停：\"2026-11-20 11:00/2026-11-23 09:30:理由\"，不写结束则持续，可多次给出 / a pause: \"2026-11-20 11:00/2026-11-23 09:30:reason\"; without an end it lasts. May be given again")
	f.StringArrayVar(&q.extra, "extend", nil, "同意延长的时间：\"2wd:理由\"，可多次给出 / time agreed to beyond the budget: \"2wd:reason\". May be given again")
	f.StringVar(&q.now, "now", "", "查看的时刻（缺省为现在） / the moment at which to look (the present)")
	f.StringVar(&q.hours, "hours", "", "部门周一至周五的工作时间：\"09:00-12:00 13:30-17:30\" / the office's hours from Monday to Friday: \"09:00-12:00 13:30-17:30\"")
	f.StringVar(&q.ladder, "ladder", "", "要列出时刻的百分比：\"50 80 100 150\" / percentages whose moments are told: \"50 80 100 150\"")
	return c
}

// dueQuestion is what was asked, as it was written.
type dueQuestion struct {
	from, budget, now, hours, ladder string
	pauses, extra                    []string
}

type dueAnswer struct {
	clock.Due
	Words string    `json:"words"` // how it stands
	Sum   []dueLine `json:"sum"`
	Steps []dueStep `json:"steps,omitempty"`
}

type dueLine struct {
	clock.Line
	Words string `json:"words"`
}

type dueStep struct {
	Percent clock.Percent `json:"percent"`
	At      time.Time     `json:"at,omitzero"`
}

func (s dueStep) words(a *app) string {
	if s.At.IsZero() {
		return a.say("%d%%：暂停期间没有时间", "%d%%: no time while it is paused", s.Percent)
	}
	return a.say("%d%%：%s", "%d%%: %s", s.Percent, s.At.Format("2006-01-02 15:04"))
}

func (q *dueQuestion) answer(lang string) (r dueAnswer, err error) {
	c, err := q.clock()
	if err != nil {
		return r, err
	}
	l, err := q.ledger()
	if err != nil {
		return r, err
	}
	now := time.Now()
	if q.now != "" {
		if now, err = minuteOf("now", q.now); err != nil {
			return r, err
		}
	}
	due, sum, err := c.Explain(l, now)
	if err != nil {
		return r, err
	}
	r.Due, r.Words = due, due.Words().In(lang)
	for _, x := range sum {
		r.Sum = append(r.Sum, dueLine{x, x.Words().In(lang)})
	}
	r.Steps, err = q.steps(c, l, now)
	return r, err
}

func (q *dueQuestion) clock() (*clock.Clock, error) {
	office := clock.DefaultOffice()
	if q.hours != "" {
		s, err := clock.ParseShift(q.hours)
		if err != nil {
			return nil, placed(err, "hours")
		}
		for d := time.Monday; d <= time.Friday; d++ {
			office.Week[d] = s
		}
	}
	c, err := clock.New(clock.Published(), office)
	return c, placed(err, "hours")
}

func (q *dueQuestion) ledger() (l clock.Ledger, err error) {
	from, err := minuteOf("from", q.from)
	if err != nil {
		return l, err
	}
	b, err := clock.ParseBudget(q.budget)
	if err != nil {
		return l, placed(err, "budget")
	}
	if l, err = clock.Start(from, b); err != nil {
		return l, placed(err, "from")
	}
	for _, p := range q.pauses {
		if l, err = paused(l, p); err != nil {
			return l, placed(err, "pause")
		}
	}
	for _, e := range q.extra {
		amount, reason, _ := strings.Cut(e, ":")
		if b, err = clock.ParseBudget(amount); err == nil {
			l, err = l.Extend(from, b, reason)
		}
		if err != nil {
			return l, placed(err, "extend")
		}
	}
	return l, nil
}

const minuteForm = "2006-01-02 15:04"

// paused adds a pause written FROM/TO:REASON, or FROM/:REASON for one that lasts.
func paused(l clock.Ledger, text string) (clock.Ledger, error) {
	from, rest, ok := strings.Cut(text, "/")
	if !ok {
		return l, fault.New(fault.Invalid, "command", fault.T("不是暂停", "this is no pause")).
			Fix(fault.T("写作 \"2026-11-20 11:00/2026-11-23 09:30:原因\"", "write \"2026-11-20 11:00/2026-11-23 09:30:reason\""))
	}
	to, reason := "", rest
	if len(rest) >= len(minuteForm) && rest[0] != ':' {
		to, reason = rest[:len(minuteForm)], rest[len(minuteForm):]
	}
	at, err := minuteOf("pause", from)
	if err != nil {
		return l, err
	}
	if l, err = l.Pause(at, strings.TrimPrefix(reason, ":")); err != nil || to == "" {
		return l, err
	}
	if at, err = minuteOf("pause", to); err != nil {
		return l, err
	}
	return l.Resume(at)
}

func (q *dueQuestion) steps(c *clock.Clock, l clock.Ledger, now time.Time) ([]dueStep, error) {
	var ladder clock.Ladder
	for _, word := range strings.Fields(q.ladder) {
		var p clock.Percent
		if err := p.UnmarshalText([]byte(strings.TrimSuffix(word, "%") + "%")); err != nil {
			return nil, placed(err, "ladder")
		}
		ladder = append(ladder, clock.Step{At: p, Mark: "told"})
	}
	all, err := c.Instants(ladder, l, now)
	if err != nil {
		return nil, placed(err, "ladder")
	}
	var steps []dueStep
	for i, x := range all {
		steps = append(steps, dueStep{ladder[i].At, x.At})
	}
	return steps, nil
}

// minuteOf reads a minute of Beijing's time.
func minuteOf(flag, text string) (time.Time, error) {
	t, err := time.ParseInLocation(minuteForm, text, region.Beijing)
	if err != nil {
		return t, fault.New(fault.Invalid, "command", fault.T("不是时间", "this is no time")).At("--%s", flag).
			Fix(fault.T("写作 \"2026-11-20 10:06\"，为北京时间", "write \"2026-11-20 10:06\", of Beijing's time"))
	}
	return t, nil
}

// placed names the flag of a fault that does not say where it is.
func placed(err error, flag string) error {
	if err == nil {
		return nil
	}
	if f := fault.From(err); f.Where == "" {
		return f.At("--%s", flag)
	}
	return err
}
