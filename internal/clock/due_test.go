package clock

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/region"
)

// at reads a time of Beijing.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", text, region.Beijing)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func usual() *Clock { return must(New(Published(), DefaultOffice())) }

func TestDue(t *testing.T) {
	c, nights := usual(), must(New(Published(), RoundTheClock()))
	type pause [2]string
	tests := []struct {
		name, from, budget string
		pauses             []pause
		extra              string
		clock              *Clock
		due                string
	}{
		{name: "signed on Friday, due on Monday morning", from: "2026-11-20 10:06", budget: "8wh", due: "2026-11-23 11:06"},
		{name: "over lunch", from: "2026-11-20 11:50", budget: "30wm", due: "2026-11-20 13:50"},
		{name: "ends at the close, not at the next opening", from: "2026-11-20 10:00", budget: "6wh", due: "2026-11-20 17:30"},
		{name: "taken before office hours", from: "2026-11-20 06:00", budget: "1wh", due: "2026-11-20 10:00"},
		{name: "taken on a Saturday", from: "2026-11-21 10:00", budget: "1wh", due: "2026-11-23 10:00"},
		{name: "working days: the first is not counted", from: "2026-11-20 10:06", budget: "1wd", due: "2026-11-23 17:30"},
		{name: "the minute of the first day is all one", from: "2026-11-20 23:59", budget: "1wd", due: "2026-11-23 17:30"},
		{name: "taken on a rest day", from: "2026-11-21 10:06", budget: "2wd", due: "2026-11-24 17:30"},
		{name: "across the Spring Festival, to a make-up Saturday", from: "2026-02-13 09:00", budget: "6wd", due: "2026-02-28 17:30"},
		{name: "working hours on a make-up Saturday", from: "2026-02-13 16:30", budget: "2wh", due: "2026-02-14 10:00"},
		{name: "a National Day in a week and its make-up Saturday", from: "2026-09-30 16:30", budget: "3wd", due: "2026-10-10 17:30"},
		{name: "natural minutes", from: "2026-11-20 23:50", budget: "30m", due: "2026-11-21 00:20"},
		{name: "natural hours", from: "2026-11-20 10:06", budget: "72h", due: "2026-11-23 10:06"},
		{name: "natural days: a last day that is not worked moves on", from: "2026-11-19 10:06", budget: "2d", due: "2026-11-23 17:30"},
		{name: "natural days: not when it is worked", from: "2026-11-17 10:06", budget: "3d", due: "2026-11-20 17:30"},
		{name: "natural days over the whole Spring Festival", from: "2026-02-13 10:00", budget: "5d", due: "2026-02-24 17:30"},
		{name: "a desk that never closes", from: "2026-11-20 20:00", budget: "8wh", clock: nights, due: "2026-11-21 04:00"},
		{name: "its working days are still those of the calendar", from: "2026-11-20 20:00", budget: "1wd", clock: nights, due: "2026-11-24 00:00"},
		{name: "a pause of an hour", from: "2026-11-20 10:06", budget: "8wh", pauses: []pause{{"2026-11-20 10:30", "2026-11-20 11:30"}}, due: "2026-11-23 13:36"},
		{name: "a pause out of hours costs nothing", from: "2026-11-20 10:06", budget: "8wh", pauses: []pause{{"2026-11-20 18:00", "2026-11-23 09:00"}}, due: "2026-11-23 11:06"},
		{name: "overlapping pauses count once", from: "2026-11-20 10:06", budget: "8wh", pauses: []pause{{"2026-11-20 10:30", "2026-11-20 11:15"}, {"2026-11-20 11:00", "2026-11-20 11:30"}}, due: "2026-11-23 13:36"},
		{name: "a pause before the start does nothing", from: "2026-11-20 10:06", budget: "8wh", pauses: []pause{{"2026-11-19 10:30", "2026-11-20 10:06"}}, due: "2026-11-23 11:06"},
		{name: "days: a pause within office hours costs no day", from: "2026-11-20 10:06", budget: "1wd", pauses: []pause{{"2026-11-23 09:30", "2026-11-23 17:29"}}, due: "2026-11-23 17:30"},
		{name: "days: a day is spent at its close", from: "2026-11-20 10:06", budget: "1wd", pauses: []pause{{"2026-11-23 10:00", "2026-11-25 15:00"}}, due: "2026-11-25 17:30"},
		{name: "days: resumed after the close", from: "2026-11-20 10:06", budget: "1wd", pauses: []pause{{"2026-11-23 10:00", "2026-11-25 17:30"}}, due: "2026-11-26 17:30"},
		{name: "days: paused at the close itself, the day is spent", from: "2026-11-20 10:06", budget: "2wd", pauses: []pause{{"2026-11-23 17:30", "2026-11-24 09:00"}}, due: "2026-11-24 17:30"},
		{name: "days: paused on the day it was taken", from: "2026-11-20 10:06", budget: "1wd", pauses: []pause{{"2026-11-20 11:00", "2026-11-23 09:00"}}, due: "2026-11-23 17:30"},
		{name: "natural days: paused where it would move to", from: "2026-11-19 10:06", budget: "2d", pauses: []pause{{"2026-11-22 10:00", "2026-11-24 09:00"}}, due: "2026-11-24 17:30"},
		{name: "natural days: paused until its very close", from: "2026-11-19 10:06", budget: "2d", pauses: []pause{{"2026-11-22 10:00", "2026-11-23 17:30"}}, due: "2026-11-24 17:30"},
		{name: "extension in the same unit", from: "2026-11-20 10:06", budget: "2wd", extra: "3wd", due: "2026-11-27 17:30"},
		{name: "extension in days after hours", from: "2026-11-20 10:06", budget: "8wh", extra: "2wd", due: "2026-11-25 17:30"},
		{name: "extension in hours after days", from: "2026-11-20 10:06", budget: "1wd", extra: "2wh", due: "2026-11-24 11:00"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			l := must(Start(at(t, x.from), must(ParseBudget(x.budget))))
			for _, p := range x.pauses {
				l.Pauses = append(l.Pauses, Pause{From: at(t, p[0]), To: at(t, p[1]), Reason: "补正"})
			}
			if x.extra != "" {
				l = must(l.Extend(at(t, x.from), must(ParseBudget(x.extra)), "复杂"))
			}
			if x.clock == nil {
				x.clock = c
			}
			d, sum, err := x.clock.Explain(l, l.Started)
			if err != nil {
				t.Fatal(err)
			}
			if !d.At.Equal(at(t, x.due)) {
				t.Errorf("due %s, want %s", d.At, x.due)
			}
			for _, line := range sum {
				t.Log(line.Words().ZH + " | " + line.Words().EN)
			}
			text := must(json.Marshal(l))
			var back Ledger
			if err := json.Unmarshal(text, &back); err != nil {
				t.Fatal(err)
			}
			if again := must(x.clock.Due(back, l.Started)); again != d {
				t.Errorf("from JSON %+v, want %+v", again, d)
			}
		})
	}
}
