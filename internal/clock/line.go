package clock

import (
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// LineKind is what a line of the sum tells.
type LineKind string

// The kinds of line.
const (
	Accepted LineKind = "accepted" // where counting begins, and the budget
	Counted  LineKind = "counted"  // time that is counted: an interval of one day, or whole days
	Rested   LineKind = "rested"   // days that are not worked
	Held     LineKind = "held"     // a pause with its reason
	Skipped  LineKind = "skipped"  // days at whose close the clock was paused
	Extended LineKind = "extended" // time that was agreed to; the counted lines after it are its own
	Carried  LineKind = "carried"  // natural days whose last is not worked
	Ends     LineKind = "ends"     // when it is due; Open: while paused, if it were resumed now
	Done     LineKind = "done"     // when the clock was stopped
	Guessed  LineKind = "guessed"  // years whose calendar is not published
	ReadFrom LineKind = "calendar" // the calendar's version
)

// Line is one step of the sum by which a due time comes about. The counted lines of a budget
// add up to it exactly.
type Line struct {
	Kind    LineKind   `json:"kind"`
	From    time.Time  `json:"from,omitzero"`
	To      time.Time  `json:"to,omitzero"` // of days: the close of the last
	Seconds int64      `json:"seconds,omitempty"`
	Days    int        `json:"days,omitempty"`
	Budget  *Budget    `json:"budget,omitempty"`
	Reason  string     `json:"reason,omitempty"` // as it was written by who paused or agreed
	Name    fault.Text `json:"name,omitzero"`    // of the days: a holiday, a weekend
	Unit    string     `json:"unit,omitempty"`
	Version string     `json:"version,omitempty"`
	Open    bool       `json:"open,omitempty"`
	Late    bool       `json:"late,omitempty"`
}

// Words is the line as a sentence.
func (l Line) Words() fault.Text {
	switch l.Kind {
	case Accepted:
		t := both("%s 起算，时限 %s", "%s: counting begins, the budget is %s", stamp(l.From), l.Budget.Words())
		if l.Budget.Unit.counted() {
			return both("%s，当日不计", "%s; the day itself is not counted", t)
		}
		return t
	case Counted:
		return l.countedWords()
	case Rested:
		return both("%s %s，不计", "%s: %s, not counted", l.span(), l.Name)
	case Held:
		if l.To.IsZero() {
			return both("%s 起暂停，尚未恢复：%s", "paused since %s: %s", stamp(l.From), same(l.Reason))
		}
		return both("%s 暂停：%s", "%s: paused: %s", between(l.From, l.To), same(l.Reason))
	case Skipped:
		return both("%s 下班时仍在暂停，不计", "%s: still paused at the close of office hours, not counted", l.span())
	case Extended:
		return both("%s 同意延期 %s：%s", "%s: %s more were agreed to: %s", stamp(l.From), l.Budget.Words(), same(l.Reason))
	case Carried:
		return both("最后一日不是工作日，顺延至 %s", "the last day is not a working day; it moves on to %s", same(DateOf(l.To).String()))
	case Done:
		if l.Late {
			return both("%s 结束，已超时", "%s: done, late", ending(l.To))
		}
		return both("%s 结束，按时", "%s: done in time", ending(l.To))
	case Ends:
		if l.Open {
			return both("若此刻恢复，%s 到期", "%s: due if it were resumed now", ending(l.To))
		}
		return both("%s 到期", "%s: due", ending(l.To))
	case Guessed:
		return both("%s 年放假安排尚未公布，按法定节假日和周末推算，公布后重新计算", "the calendar of %s is not published: statutory holidays and weekends are assumed, and it is counted anew once it is", l.Name)
	case ReadFrom:
		return both("工作日历 %s", "calendar %s", same(l.Version))
	}
	return fault.Text{}
}

func (l Line) countedWords() fault.Text {
	amount := length(l.Seconds)
	if l.Seconds == 0 {
		u := Days
		if l.Unit == WorkDays.String() {
			u = WorkDays
		}
		amount = Budget{int64(l.Days), u}.Words()
	} else if l.Days > 0 {
		amount = both("%s办公时间，%s", "the office hours of %s, %s", Budget{int64(l.Days), WorkDays}.Words(), amount)
	}
	where := l.span()
	if l.Days == 0 {
		where = between(l.From, l.To)
	}
	if l.Name != (fault.Text{}) {
		return both("%s（%s）计 %s", "%s (%s): %s", where, l.Name, amount)
	}
	return both("%s 计 %s", "%s: %s", where, amount)
}

// span names the line's days.
func (l Line) span() fault.Text {
	from, to := DateOf(l.From), DateOf(l.To.Add(-time.Second))
	if from >= to {
		return same(from.String())
	}
	return both("%s 至 %s", "%s to %s", same(from.String()), same(to.String()))
}

func stamp(t time.Time) fault.Text { return same(minuteOf(t, "2006-01-02 15:04")) }

// ending is stamp for the end of something: midnight belongs to the day before it.
func ending(t time.Time) fault.Text {
	if t = whole(t); t.Unix() == DateOf(t).begin() {
		return same((DateOf(t) - 1).String() + " 24:00")
	}
	return stamp(t)
}

func between(from, to time.Time) fault.Text {
	a, z := stamp(from).EN, ending(to).EN
	if a[:len(time.DateOnly)] == z[:len(time.DateOnly)] {
		return same(a + "–" + z[len(time.DateOnly)+1:])
	}
	return both("%s 至 %s", "%s to %s", same(a), same(z))
}

func minuteOf(t time.Time, layout string) string {
	t = whole(t)
	if t.Second() != 0 {
		layout += ":05"
	}
	return t.Format(layout)
}

// length names seconds: 1 小时 54 分.
func length(sec int64) fault.Text {
	var zh, en string
	for _, u := range []struct {
		n      int64
		zh, en string
	}{{sec / hour, "小时", "h"}, {sec % hour / minute, "分", "min"}, {sec % minute, "秒", "s"}} {
		if u.n > 0 {
			zh += fmt.Sprintf(" %d %s", u.n, u.zh)
			en += fmt.Sprintf(" %d %s", u.n, u.en)
		}
	}
	if zh == "" {
		return fault.Text{ZH: "0 分", EN: "0 min"}
	}
	return fault.Text{ZH: zh[1:], EN: en[1:]}
}

func same(s string) fault.Text { return fault.Text{ZH: s, EN: s} }

// both formats a sentence whose parts are texts themselves.
func both(zh, en string, parts ...fault.Text) fault.Text {
	var z, e []any
	for _, p := range parts {
		z, e = append(z, p.ZH), append(e, p.EN)
	}
	return fault.Text{ZH: fmt.Sprintf(zh, z...), EN: fmt.Sprintf(en, e...)}
}
