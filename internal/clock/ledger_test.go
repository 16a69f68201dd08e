package clock

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

func code(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Code
}

// What a ledger cannot do is a fault with its own code, and leaves it as it was.
func TestLedgerRefuses(t *testing.T) {
	b, start := Budget{8, WorkHours}, at(t, "2026-11-20 10:06")
	l := must(Start(start, b))
	paused := must(l.Pause(at(t, "2026-11-20 11:00"), "补正"))
	resumed := must(paused.Resume(at(t, "2026-11-20 12:00")))
	stopped := must(l.Stop(at(t, "2026-11-20 15:00")))
	for name, x := range map[string]struct {
		err  error
		code string
	}{
		"no budget":                 {fail(Start(start, Budget{0, WorkHours})), "clock.budget"},
		"less than nothing":         {fail(Start(start, Budget{-1, WorkDays})), "clock.budget"},
		"no unit":                   {fail(Start(start, Budget{Amount: 1})), "clock.budget"},
		"before the calendar":       {fail(Start(at(t, "2003-12-31 23:59"), b)), "clock.range"},
		"paused twice":              {fail(paused.Pause(at(t, "2026-11-20 12:00"), "补正")), "clock.paused"},
		"paused for no reason":      {fail(l.Pause(at(t, "2026-11-20 12:00"), " ")), "clock.reason"},
		"paused before it began":    {fail(l.Pause(at(t, "2026-11-20 10:05"), "补正")), "clock.order"},
		"paused before it resumed":  {fail(resumed.Pause(at(t, "2026-11-20 11:59"), "补正")), "clock.order"},
		"resumed though it runs":    {fail(l.Resume(at(t, "2026-11-20 12:00"))), "clock.unpaused"},
		"resumed before the pause":  {fail(paused.Resume(at(t, "2026-11-20 10:59"))), "clock.order"},
		"paused after its end":      {fail(stopped.Pause(at(t, "2026-11-20 16:00"), "补正")), "clock.stopped"},
		"extended after its end":    {fail(stopped.Extend(at(t, "2026-11-20 16:00"), b, "复杂")), "clock.stopped"},
		"extended for no reason":    {fail(l.Extend(at(t, "2026-11-20 16:00"), b, "")), "clock.reason"},
		"extended by nothing":       {fail(l.Extend(at(t, "2026-11-20 16:00"), Budget{}, "复杂")), "clock.budget"},
		"reopened though it runs":   {fail(l.Reopen(at(t, "2026-11-20 16:00"), "核查不通过")), "clock.unstopped"},
		"reopened before it ended":  {fail(stopped.Reopen(at(t, "2026-11-20 14:00"), "核查不通过")), "clock.order"},
		"reopened for no reason":    {fail(stopped.Reopen(at(t, "2026-11-20 16:00"), "")), "clock.reason"},
		"stopped before its resume": {fail(resumed.Stop(at(t, "2026-11-20 11:30"))), "clock.order"},
	} {
		if code(x.err) != x.code {
			t.Errorf("%s: %v, want %s", name, x.err, x.code)
		}
	}
	if l.Paused() || len(l.Pauses) > 0 || !paused.Paused() || resumed.Paused() {
		t.Error("a ledger was changed in place")
	}
}

func fail[T any](_ T, err error) error { return err }

// A ledger from a file that contradicts itself is refused by everything that reads it.
func TestDueRefuses(t *testing.T) {
	c, start := usual(), at(t, "2026-11-20 10:06")
	good := must(Start(start, Budget{8, WorkHours}))
	later := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	for name, x := range map[string]struct {
		change func(*Ledger)
		code   string
	}{
		"no budget":                 {func(l *Ledger) { l.Budget = Budget{} }, "clock.budget"},
		"an extension of nothing":   {func(l *Ledger) { l.Extra = []Extension{{}} }, "clock.budget"},
		"no start":                  {func(l *Ledger) { l.Started = time.Time{} }, "clock.range"},
		"a pause that ends before":  {func(l *Ledger) { l.Pauses = []Pause{{From: later(2), To: later(1)}} }, "clock.order"},
		"pauses out of order":       {func(l *Ledger) { l.Pauses = []Pause{{From: later(2), To: later(3)}, {From: later(1), To: later(2)}} }, "clock.order"},
		"an open pause in between":  {func(l *Ledger) { l.Pauses = []Pause{{From: later(2)}, {From: later(3), To: later(4)}} }, "clock.order"},
		"a pause without a time":    {func(l *Ledger) { l.Pauses = []Pause{{To: later(4)}} }, "clock.range"},
		"an end after the calendar": {func(l *Ledger) { l.Budget = Budget{maxAmount, WorkDays} }, "clock.horizon"},
		"… in hours":                {func(l *Ledger) { l.Budget = Budget{maxAmount, Hours} }, "clock.horizon"},
		"… by its extensions":       {func(l *Ledger) { l.Extra = []Extension{{Budget: Budget{maxAmount, WorkHours}}} }, "clock.horizon"},
	} {
		l := good
		x.change(&l)
		if _, err := c.Due(l, start); code(err) != x.code {
			t.Errorf("%s: due says %v, want %s", name, err, x.code)
		}
		if _, _, err := c.Explain(l, start); code(err) != x.code {
			t.Errorf("%s: the sum says %v, want %s", name, err, x.code)
		}
		if _, err := c.Instants(Ladder{{At: 50, Raise: 1}}, l, start); code(err) != x.code {
			t.Errorf("%s: the ladder says %v, want %s", name, err, x.code)
		}
	}
}

func TestOfficeRefuses(t *testing.T) {
	closed, upside, overlapping, late := Office{}, DefaultOffice(), DefaultOffice(), DefaultOffice()
	upside.Week[1] = Shift{{600, 540}}
	overlapping.Holiday = Shift{{540, 720}, {700, 800}}
	late.Except = map[Date]Shift{NewDate(2026, 11, 20): {{540, 1441}}}
	weekends := Office{}
	weekends.Week[0] = Shift{{540, 720}} // open on Sundays alone: make-up days are the only working days, and there are some
	for name, o := range map[string]Office{"closed": closed, "upside down": upside, "overlapping": overlapping, "past midnight": late} {
		if _, err := New(Published(), o); code(err) != "clock.hours" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Published(), weekends); err != nil {
		t.Error(err)
	}
}

// While it is paused the end moves on with the time, and what is left stays.
func TestPaused(t *testing.T) {
	c := usual()
	l := must(must(Start(at(t, "2026-11-20 10:06"), Budget{8, WorkHours})).Pause(at(t, "2026-11-20 11:00"), "等候补正材料"))
	first, second := must(c.Due(l, at(t, "2026-11-20 15:00"))), must(c.Due(l, at(t, "2026-12-04 15:00")))
	if !first.Paused || first.Percent != 11 || first.Left() != second.Left() || first.Percent != second.Percent || second.Late {
		t.Errorf("%+v, later %+v", first, second)
	}
	if want := at(t, "2026-12-07 15:06"); !second.At.Equal(want) {
		t.Errorf("resumed then it would be due %s, want %s", second.At, want)
	}
	_, lines, err := c.Explain(l, at(t, "2026-12-04 15:00"))
	if err != nil {
		t.Fatal(err)
	}
	said := map[LineKind]string{}
	for _, x := range lines {
		said[x.Kind] = x.Words().ZH
	}
	if said[Held] != "2026-11-20 11:00 起暂停，尚未恢复：等候补正材料" || said[Ends] != "若此刻恢复，2026-12-07 15:06 到期" {
		t.Errorf("%v", said)
	}
	if got := second.Words(); got.ZH != "已暂停，还剩 7 小时 6 分（工作时间）" || got.EN != "paused, 7 h 6 min of working time left" {
		t.Errorf("%+v", got)
	}
}

// A clock that stopped stands as it stood, and a reopened one runs on.
func TestStopped(t *testing.T) {
	c := usual()
	l := must(must(Start(at(t, "2026-11-20 10:06"), Budget{1, WorkDays})).Stop(at(t, "2026-11-23 10:00")))
	if d := must(c.Due(l, at(t, "2027-03-01 10:00"))); d.Late || d.Percent != 14 {
		t.Errorf("%+v", d)
	}
	for when, want := range map[string]string{"2026-11-23 10:00": "2026-11-23 10:00 结束，按时", "2026-11-23 18:00": "2026-11-23 18:00 结束，已超时"} {
		done := l
		done.Stopped = at(t, when)
		_, lines, err := c.Explain(done, at(t, "2027-03-01 10:00"))
		if err != nil || lines[len(lines)-2].Words().ZH != want {
			t.Errorf("%s: %v %v", when, lines, err)
		}
	}
	l = must(l.Reopen(at(t, "2026-11-25 10:00"), "核查不通过"))
	if d := must(c.Due(l, at(t, "2026-11-25 11:00"))); !d.At.Equal(at(t, "2026-11-25 17:30")) || d.Days != 1 {
		t.Errorf("%+v", d)
	}
}

// The sum as an officer reads it.
func TestSumInWords(t *testing.T) {
	c := usual()
	l := must(Start(at(t, "2026-12-30 10:06"), Budget{3, WorkDays}))
	l = must(must(l.Pause(at(t, "2026-12-31 10:00"), "等候补正材料")).Resume(at(t, "2027-01-04 09:30")))
	l = must(l.Extend(at(t, "2027-01-05 15:00"), Budget{1, WorkDays}, "须现场勘验"))
	_, lines, err := c.Explain(l, at(t, "2027-01-05 15:00"))
	if err != nil {
		t.Fatal(err)
	}
	var zh, en []string
	for _, x := range lines {
		zh, en = append(zh, x.Words().ZH), append(en, x.Words().EN)
	}
	wantZH := `2026-12-30 10:06 起算，时限 3 个工作日，当日不计
2026-12-31 10:00 至 2027-01-04 09:30 暂停：等候补正材料
2026-12-31 下班时仍在暂停，不计
2027-01-01 元旦放假，不计
2027-01-02 至 2027-01-03 周末，不计
2027-01-04 至 2027-01-06 计 3 个工作日
2027-01-05 15:00 同意延期 1 个工作日：须现场勘验
2027-01-07 计 1 个工作日
2027-01-07 17:30 到期
2027 年放假安排尚未公布，按法定节假日和周末推算，公布后重新计算
工作日历 cn-2026`
	wantEN := `2026-12-30 10:06: counting begins, the budget is 3 working days; the day itself is not counted
2026-12-31 10:00 to 2027-01-04 09:30: paused: 等候补正材料
2026-12-31: still paused at the close of office hours, not counted
2027-01-01: holiday, New Year's Day, not counted
2027-01-02 to 2027-01-03: weekend, not counted
2027-01-04 to 2027-01-06: 3 working days
2027-01-05 15:00: 1 working day more were agreed to: 须现场勘验
2027-01-07: 1 working day
2027-01-07 17:30: due
the calendar of 2027 is not published: statutory holidays and weekends are assumed, and it is counted anew once it is
calendar cn-2026`
	if got := strings.Join(zh, "\n"); got != wantZH {
		t.Errorf("got\n%s\nwant\n%s", got, wantZH)
	}
	if got := strings.Join(en, "\n"); got != wantEN {
		t.Errorf("got\n%s\nwant\n%s", got, wantEN)
	}
}

// Whole days of working time are one line.
func TestLongSum(t *testing.T) {
	_, lines, err := usual().Explain(must(Start(at(t, "2026-11-20 15:00"), Budget{60, WorkHours})), at(t, "2026-11-20 15:00"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range lines {
		got = append(got, x.Words().ZH)
	}
	want := []string{"2026-11-20 15:00 起算，时限 60 个工作小时", "2026-11-20 15:00–17:30 计 2 小时 30 分", "2026-11-21 至 2026-11-22 周末，不计",
		"2026-11-23 至 2026-11-27 计 5 个工作日办公时间，35 小时", "2026-11-28 至 2026-11-29 周末，不计",
		"2026-11-30 至 2026-12-02 计 3 个工作日办公时间，21 小时", "2026-12-03 09:00–10:30 计 1 小时 30 分", "2026-12-03 10:30 到期", "工作日历 cn-2026"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// A due time costs no memory.
func TestDueAllocatesNothing(t *testing.T) {
	c := usual()
	l := must(must(Start(at(t, "2026-11-20 10:06"), Budget{2, WorkDays})).Pause(at(t, "2026-11-23 10:00"), "补正"))
	now := at(t, "2026-11-24 10:00")
	if n := testing.AllocsPerRun(100, func() { _, _ = c.Due(l, now) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLedgerAsJSON(t *testing.T) {
	l := must(Start(at(t, "2026-11-20 10:06"), Budget{8, WorkHours}))
	l = must(must(l.Pause(at(t, "2026-11-20 11:00"), "补正")).Resume(at(t, "2026-11-20 12:00")))
	text := string(must(json.Marshal(l)))
	want := `{"started":"2026-11-20T10:06:00+08:00","budget":"8wh","pauses":[{"from":"2026-11-20T11:00:00+08:00","to":"2026-11-20T12:00:00+08:00","reason":"补正"}]}`
	if text != want {
		t.Errorf("got %s", text)
	}
}
