package clock

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// odd is an office that opens on Saturdays and every other night, has hours of its own on
// make-up days, and was closed by a storm.
func odd() Office {
	o := DefaultOffice()
	o.Week[time.Saturday] = must(ParseShift("10:00-15:00"))
	o.Week[time.Wednesday] = must(ParseShift("00:00-01:30 20:00-24:00"))
	o.MakeUp = must(ParseShift("08:00-12:00"))
	o.Except = map[Date]Shift{NewDate(2026, 7, 7): {}, NewDate(2026, 7, 8): {}, NewDate(2026, 10, 2): must(ParseShift("09:00-10:00"))}
	return o
}

var clocks = []*Clock{must(New(Published(), DefaultOffice())), must(New(Published(), RoundTheClock())), must(New(Published(), odd()))}

func anyClock(t *rapid.T) *Clock { return clocks[rapid.IntRange(0, len(clocks)-1).Draw(t, "clock")] }

// moments are mostly around festivals: make-up days and long rests are where counting errs.
func moment(t *rapid.T, name string) time.Time {
	around := rapid.SampledFrom([]Date{NewDate(2026, 2, 13), NewDate(2026, 9, 28), NewDate(2025, 1, 26), NewDate(2026, 12, 28),
		NewDate(2026, 7, 6), NewDate(2009, 10, 1), NewDate(2033, 1, 31), NewDate(2026, 11, 20)}).Draw(t, name+" near")
	d := around + Date(rapid.IntRange(-12, 12).Draw(t, name+" day"))
	return d.At(0).Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, name+" second")) * time.Second)
}

var most = map[Unit]int{Minutes: 30_000, Hours: 600, Days: 40, WorkMinutes: 10_000, WorkHours: 200, WorkDays: 40}

func budget(t *rapid.T, name string) Budget {
	u := Unit(rapid.IntRange(int(Minutes), int(WorkDays)).Draw(t, name+" unit"))
	return Budget{int64(rapid.IntRange(1, most[u]).Draw(t, name)), u}
}

func pause(t *rapid.T, start time.Time, name string) Pause {
	from := start.Add(time.Duration(rapid.IntRange(-100_000, 3_000_000).Draw(t, name+" from")) * time.Second)
	long := rapid.SampledFrom([]int{3600, 100_000, 2_000_000}).Draw(t, name+" scale")
	return Pause{From: from, To: from.Add(time.Duration(rapid.IntRange(0, long).Draw(t, name)) * time.Second), Reason: name}
}

func sorted(pauses []Pause) []Pause {
	return slices.SortedStableFunc(slices.Values(pauses), func(a, b Pause) int { return a.From.Compare(b.From) })
}

func anyLedger(t *rapid.T) Ledger {
	l := must(Start(moment(t, "start"), budget(t, "budget")))
	for range rapid.IntRange(0, 3).Draw(t, "pauses") {
		l.Pauses = append(l.Pauses, pause(t, l.Started, "pause"))
	}
	l.Pauses = sorted(l.Pauses)
	for range rapid.IntRange(0, 2).Draw(t, "extensions") {
		l = must(l.Extend(l.Started, budget(t, "extension"), "复杂"))
	}
	return l
}

func due(t *rapid.T, c *Clock, l Ledger) time.Time {
	d, err := c.Due(l, l.Started)
	if err != nil {
		t.Fatal(err)
	}
	return d.At
}

func TestAPauseNeverMakesItEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		before := due(t, c, l)
		l.Pauses = sorted(append(slices.Clone(l.Pauses), pause(t, l.Started, "added")))
		if after := due(t, c, l); after.Before(before) {
			t.Fatalf("due %s, and with a pause more %s", before, after)
		}
	})
}

func TestCuttingAPauseInTwoChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		l.Pauses = sorted(append(l.Pauses, pause(t, l.Started, "cut")))
		before := must(c.Due(l, l.Started))
		i := rapid.IntRange(0, len(l.Pauses)-1).Draw(t, "which")
		p := l.Pauses[i]
		at := p.From.Add(time.Duration(rapid.Int64Range(0, int64(p.To.Sub(p.From)/time.Second)).Draw(t, "at")) * time.Second)
		l.Pauses = sorted(append(slices.Delete(slices.Clone(l.Pauses), i, i+1), Pause{p.From, at, "a"}, Pause{at, p.To, "b"}))
		if after := must(c.Due(l, l.Started)); after != before {
			t.Fatalf("%+v, and cut in two %+v", before, after)
		}
	})
}

func TestCuttingAnIntervalInTwoChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := odd()
		for d, s := range o.Week {
			if len(s) == 0 {
				continue
			}
			i := rapid.IntRange(0, len(s)-1).Draw(t, "which")
			at := Minute(rapid.IntRange(int(s[i].From)+1, int(s[i].To)-1).Draw(t, "at"))
			o.Week[d] = slices.Insert(slices.Clone(s), i+1, Interval{at, s[i].To})
			o.Week[d][i].To = at
		}
		cut, l := must(New(Published(), o)), anyLedger(t)
		if before, after := must(clocks[2].Due(l, l.Started)), must(cut.Due(l, l.Started)); before != after {
			t.Fatalf("%+v, and cut in two %+v", before, after)
		}
	})
}

func TestMoreBudgetIsNeverEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		before := due(t, c, l)
		l.Budget.Amount += int64(rapid.IntRange(1, 20).Draw(t, "more"))
		if after := due(t, c, l); after.Before(before) || l.Budget.Unit != Days && len(l.Extra) == 0 && !after.After(before) {
			t.Fatalf("due %s, and with more of a budget %s", before, after)
		}
	})
}

func TestALaterStartIsNeverEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		before := due(t, c, l)
		l.Started = l.Started.Add(time.Duration(rapid.IntRange(0, 500_000).Draw(t, "later")) * time.Second)
		if after := due(t, c, l); after.Before(before) {
			t.Fatalf("due %s, and begun later %s", before, after)
		}
	})
}

// A budget is the same given at once or with a part of it as an extension; natural days are
// apart, for each end of theirs moves to a working day.
func TestAnExtensionGoesOnWhereItEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		l.Extra = nil
		if l.Budget.Unit == Days {
			l.Budget.Unit = WorkDays
		}
		more := Budget{int64(rapid.IntRange(1, most[l.Budget.Unit]).Draw(t, "more")), l.Budget.Unit}
		parts := must(l.Extend(l.Started, more, "复杂"))
		l.Budget.Amount += more.Amount
		if a, b := due(t, c, l), due(t, c, parts); !a.Equal(b) {
			t.Fatalf("at once %s, in parts %s", a, b)
		}
	})
}

func TestNothingIsDueWithinAPause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		at := due(t, c, l)
		for _, p := range l.Pauses {
			if p.From.Before(at) && !p.To.Before(at) {
				t.Fatalf("due %s within the pause %s to %s", at, p.From, p.To)
			}
		}
	})
}

// The counted lines of each budget add up to it exactly, and stand in the order of time.
func TestTheSumAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		d, lines, err := c.Explain(l, l.Started)
		if err != nil {
			t.Fatal(err)
		}
		var budgets []Budget
		var sums []int64
		var at time.Time
		for _, x := range lines {
			switch x.Kind {
			case Accepted, Extended:
				budgets, sums, at = append(budgets, *x.Budget), append(sums, 0), time.Time{}
			case Counted:
				if x.From.Before(at) || !x.From.Before(x.To) {
					t.Fatalf("%s is out of order", x.Words().EN)
				}
				at = x.To
				if sums[len(sums)-1] += x.Seconds; x.Seconds == 0 {
					sums[len(sums)-1] += int64(x.Days)
				}
			case Ends:
				if !x.To.Equal(d.At) {
					t.Fatalf("the sum ends %s, due %s", x.To, d.At)
				}
			}
			if w := x.Words(); w.ZH == "" || w.EN == "" {
				t.Fatalf("%+v has no words", x)
			}
		}
		for i, b := range budgets {
			if want := b.Amount * max(units[b.Unit].seconds, 1); sums[i] != want {
				t.Fatalf("the lines of %s add up to %d, not %d", b, sums[i], want)
			}
		}
	})
}

func TestPercentagesOnlyGrow(t *testing.T) {
	ladder := Ladder{{At: 1, Raise: 1}, {At: 50, Raise: 1}, {At: 80, Raise: 1}, {At: 100, Raise: 1}, {At: 150, Raise: 1}}
	rapid.Check(t, func(t *rapid.T) {
		c, l := anyClock(t), anyLedger(t)
		all, err := c.Instants(ladder, l, l.Started)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(all, func(a, b Instant) int { return a.At.Compare(b.At) }) {
			t.Fatalf("out of order: %v", all)
		}
		end := due(t, c, l)
		if !all[3].At.Equal(end) {
			t.Fatalf("the step of 100 %% is at %s, due %s", all[3].At, end)
		}
		for i, x := range all {
			just, before := must(c.Due(l, x.At)), must(c.Due(l, x.At.Add(-time.Second)))
			if just.Percent < int(ladder[i].At) || before.Percent >= int(ladder[i].At) {
				t.Fatalf("at %s %d %%, a second before %d %%, the step is at %d", x.At, just.Percent, before.Percent, ladder[i].At)
			}
			if just.Late != x.At.After(end) {
				t.Fatalf("at %s late is %v, due %s", x.At, just.Late, end)
			}
		}
	})
}

// The naive count, minute by minute and day by day, gives the same.
func TestAgainstTheNaiveCount(t *testing.T) {
	offices := []Office{DefaultOffice(), RoundTheClock(), odd()}
	rapid.Check(t, func(t *rapid.T) {
		which := rapid.IntRange(0, 2).Draw(t, "clock")
		l := anyLedger(t)
		l.Extra, l.Budget.Amount = nil, min(l.Budget.Amount, 3_000)
		l.Started = l.Started.Truncate(time.Minute)
		for i := range l.Pauses {
			l.Pauses[i].From, l.Pauses[i].To = l.Pauses[i].From.Truncate(time.Minute), l.Pauses[i].To.Truncate(time.Minute)
		}
		want := naive{&offices[which], l}.due()
		if got := due(t, clocks[which], l); !got.Equal(want) {
			t.Fatalf("due %s, by the naive count %s", got, want)
		}
	})
}

// naive counts as the decision on counting says it, without any of the clock's arithmetic.
type naive struct {
	office *Office
	l      Ledger
}

func (n naive) due() time.Time {
	if n.l.Budget.Unit.counted() {
		return n.days()
	}
	at, left := n.l.Started, n.l.Budget.Amount
	if u := n.l.Budget.Unit; u == Hours || u == WorkHours {
		left *= 60
	}
	for ; left > 0; at = at.Add(time.Minute) {
		if !n.paused(at.Add(time.Minute)) && (!n.l.Budget.Unit.working() || n.open(at)) {
			left--
		}
	}
	return at
}

func (n naive) days() time.Time {
	left := n.l.Budget.Amount
	for d := DateOf(n.l.Started) + 1; ; d++ {
		end := (d + 1).At(0)
		kind := must(Published().Day(d)).Kind
		shift := n.shift(d, kind)
		works := kind.Works() && len(shift) > 0
		if works {
			end = d.At(shift[len(shift)-1].To)
		}
		if n.paused(end) || !works && n.l.Budget.Unit == WorkDays {
			continue
		}
		if left--; left <= 0 && works {
			return end
		}
	}
}

func (n naive) shift(d Date, kind DayKind) Shift {
	if s, ok := n.office.Except[d]; ok {
		return s
	}
	switch kind {
	case Holiday:
		return n.office.Holiday
	case MakeUp:
		if len(n.office.MakeUp) == 0 {
			return n.office.Week[time.Monday]
		}
		return n.office.MakeUp
	}
	return n.office.Week[d.Weekday()]
}

// paused tells whether the clock was paused just before an instant.
func (n naive) paused(at time.Time) bool {
	return slices.ContainsFunc(n.l.Pauses, func(p Pause) bool { return p.From.Before(at) && !p.To.Before(at) })
}

// open tells whether the office is open in the minute after an instant.
func (n naive) open(at time.Time) bool {
	d := DateOf(at)
	m := Minute(at.Sub(d.At(0)) / time.Minute)
	return slices.ContainsFunc(n.shift(d, must(Published().Day(d)).Kind), func(v Interval) bool { return v.From <= m && m < v.To })
}
