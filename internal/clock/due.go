package clock

import (
	"math"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Due is when a ledger's time ends and how it stands. While it is paused, At is what it
// would be if the pause ended now.
type Due struct {
	At       time.Time     `json:"at"`
	Working  bool          `json:"working,omitempty"` // Total and Spent are working time: all budgets are
	Total    time.Duration `json:"total"`             // running time from the start to At
	Spent    time.Duration `json:"spent"`             // of it until now
	Days     int           `json:"days"`              // of a budget in days: those not yet ended
	Percent  int           `json:"percent"`
	Paused   bool          `json:"paused,omitempty"`
	Late     bool          `json:"late,omitempty"`
	Assumed  bool          `json:"assumed,omitempty"` // a day of it is of a year without a published calendar
	Calendar string        `json:"calendar"`
}

// Left is the running time that is left, or less than nothing when it is late.
func (d Due) Left() time.Duration { return d.Total - d.Spent }

// Due computes when the ledger's time ends and how it stands now. It allocates nothing.
func (c *Clock) Due(l Ledger, now time.Time) (Due, error) {
	if err := l.Check(); err != nil {
		return Due{}, err
	}
	w := walk{c: c, l: &l, now: standing(&l, now)}
	end, ok := w.end()
	if !ok {
		return Due{}, horizon()
	}
	return w.due(end), nil
}

// standing is the instant at which the ledger is looked at: a stopped clock stands.
func standing(l *Ledger, now time.Time) int64 {
	if !l.Stopped.IsZero() && l.Stopped.Before(now) {
		now = l.Stopped
	}
	return min(max(now.Unix(), firstDay.begin()), (lastDay + 1).begin())
}

// walk is one reading of a ledger.
type walk struct {
	c   *Clock
	l   *Ledger
	now int64
}

// end is the instant at which the budget and all that was added to it are spent.
func (w *walk) end() (sec int64, ok bool) {
	sec, ok = w.leg(w.l.Budget, begins(w.l.Budget.Unit, w.l.Started.Unix()))
	for i := 0; ok && i < len(w.l.Extra); i++ {
		b := w.l.Extra[i].Budget
		sec, ok = w.leg(b, follows(b.Unit, sec))
	}
	return sec, ok
}

// leg is the end of one budget from where its counting begins.
func (w *walk) leg(b Budget, from int64) (sec int64, ok bool) {
	amount := b.Amount
	if n := units[b.Unit].seconds; n > 0 {
		amount *= n
	}
	sec, ok = w.run(b.Unit.measure(), from, amount)
	if ok && b.Unit == Days {
		return w.roll(sec)
	}
	return sec, ok
}

// begins is where counting begins: of days, the first is not counted (民法典 第二百零一条:
// 开始的当日不计入，自下一日开始计算).
func begins(u Unit, start int64) int64 {
	if u.counted() {
		return (dateOf(start) + 1).begin()
	}
	return start
}

// follows is where an extension's counting begins after an end. A midnight ends the day
// before it.
func follows(u Unit, end int64) int64 {
	if u.counted() {
		return begins(u, end-1)
	}
	return end
}

// run is the first instant at which so much of a measure has run from a start, pauses not
// counted.
func (w *walk) run(m measure, from, amount int64) (sec int64, ok bool) {
	count := w.c.at(m, from)
	for i := range w.l.Pauses {
		p := &w.l.Pauses[i]
		to := w.until(p)
		if to <= from {
			continue
		}
		if begin := p.From.Unix(); begin > from {
			passed := w.c.at(m, begin) - count
			if passed >= amount {
				break
			}
			amount -= passed
		}
		from, count = to, w.c.at(m, to)
	}
	return w.c.reach(m, count+amount, from)
}

// until is the end of a pause; one that lasts is read as if it ended now.
func (w *walk) until(p *Pause) int64 {
	if p.To.IsZero() {
		return max(w.now, p.From.Unix())
	}
	return p.To.Unix()
}

// roll moves the end of natural days from a day that is not worked to the next working day
// (民法典 第二百零三条), and on while the clock is paused at its close.
func (w *walk) roll(sec int64) (int64, bool) {
	i, _ := split(sec - 1)
	if i < allDays && w.c.counts(i) {
		return sec, true
	}
	n := int64(w.c.rank[i]) + 1
	sec, ok := w.c.reach(closed, n, sec)
	for j := 0; ok && j < len(w.l.Pauses); j++ {
		p := &w.l.Pauses[j]
		if to := w.until(p); p.From.Unix() < sec && sec <= to {
			sec, ok = w.c.reach(closed, w.c.at(closed, to)+1, to)
		}
	}
	return sec, ok
}

// ran is how much of a measure has run between two instants, pauses not counted.
func (w *walk) ran(m measure, from, to int64) int64 {
	var sum int64
	for i := range w.l.Pauses {
		p := &w.l.Pauses[i]
		begin, end := p.From.Unix(), w.until(p)
		if begin >= to {
			break
		}
		if begin > from {
			sum += w.c.at(m, begin) - w.c.at(m, from)
		}
		from = max(from, end)
	}
	if from < to {
		sum += w.c.at(m, to) - w.c.at(m, from)
	}
	return sum
}

// scale is the measure in which the ledger's progress is told, and where it begins: working
// time if every budget is of working time, else natural time.
func (w *walk) scale() (m measure, origin int64) {
	m = worked
	if !w.l.Budget.Unit.working() {
		m = natural
	}
	for i := range w.l.Extra {
		if !w.l.Extra[i].Budget.Unit.working() {
			m = natural
		}
	}
	return m, begins(w.l.Budget.Unit, w.l.Started.Unix())
}

func (w *walk) due(end int64) Due {
	m, origin := w.scale()
	total, spent := w.ran(m, origin, end), w.ran(m, origin, w.now)
	d := Due{At: instant(end), Working: m == worked, Total: seconds(total), Spent: seconds(spent), Percent: int(spent * 100 / max(total, 1)),
		Paused: w.l.Paused(), Late: w.now > end, Calendar: w.c.calendar.version, Assumed: w.assumed(end)}
	if u := w.l.Budget.Unit; u.counted() {
		d.Days = int(w.ran(u.measure(), max(w.now, origin), end))
	}
	return d
}

// assumed tells whether the end depends on a year without a published calendar.
func (w *walk) assumed(end int64) bool {
	m, origin := w.scale()
	if dateOf(end) < w.c.calendar.known || m == natural && w.l.Budget.Unit != Days && len(w.l.Extra) == 0 {
		return false
	}
	for y := dateOf(origin).Year(); y <= dateOf(end).Year(); y++ {
		if w.c.calendar.Assumed(y) {
			return true
		}
	}
	return false
}

func seconds(n int64) time.Duration {
	return time.Duration(min(n, math.MaxInt64/int64(time.Second))) * time.Second
}

func horizon() error {
	return fault.New(fault.Invalid, "clock.horizon", fault.T("到期时间超出工作日历的年份（至 %d 年）", "it would be due after the calendar's last year (%d)", LastYear)).
		Fix(fault.T("请检查时限", "check the budget"))
}
