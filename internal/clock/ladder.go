package clock

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Percent is a part of the budget in hundredths. Its text is 80%.
type Percent int

var percentForm = regexp.MustCompile(`^(\d{1,4})%$`)

// Form is the text's form for editors.
func (Percent) Form() string { return `^[0-9]{1,4}%$` }

// UnmarshalText reads 80%.
func (p *Percent) UnmarshalText(text []byte) error {
	m := percentForm.FindSubmatch(text)
	if m == nil {
		return fault.New(fault.Invalid, "clock.ladder", fault.T("“%s”不是百分数", "%q is no percentage", clipped(string(text)))).Fix(fault.T("写作 %s", "write %s", share(string(text))))
	}
	n, _ := strconv.Atoi(string(m[1]))
	*p = Percent(n)
	return nil
}

// share is a mistaken percentage as it may be meant.
func share(text string) string {
	n, err := strconv.ParseFloat(strings.Trim(text, "% "), 64)
	switch {
	case err != nil || n <= 0 || n > 1000:
		return "80%"
	case n < 2 && strings.Contains(text, "."):
		n *= 100
	}
	return strconv.Itoa(int(math.Round(n))) + "%"
}

// MarshalText gives 80%.
func (p Percent) MarshalText() ([]byte, error) { return []byte(strconv.Itoa(int(p)) + "%"), nil }

// Step is a rung of a ladder: what happens when so much of the budget is spent.
type Step struct {
	At     Percent  `json:"at"`
	Notify []string `json:"notify,omitempty"` // who is told, in the words of the declaration
	Raise  int      `json:"raise,omitempty"`  // levels the case climbs
	Mark   string   `json:"mark,omitempty"`
	Score  int      `json:"score,omitempty"` // points for the holder's office
}

// Ladder is the warnings of a clock, in ascending order.
type Ladder []Step

// Check refuses steps out of order and steps that do nothing.
func (l Ladder) Check() error {
	for i, s := range l {
		if s.At <= 0 || s.At > 1000 || i > 0 && s.At <= l[i-1].At {
			return fault.New(fault.Invalid, "clock.ladder", fault.T("各步须由小到大，在百分之 1 至 1000 之间", "the steps must ascend, from 1 to 1000 percent")).At("%d%%", s.At)
		}
		if len(s.Notify) == 0 && s.Raise <= 0 && s.Mark == "" && s.Score == 0 {
			return fault.New(fault.Invalid, "clock.ladder", fault.T("这一步什么也不做", "this step does nothing")).At("%d%%", s.At).
				Fix(fault.T("写明 notify、raise、mark 或 score", "give it notify, raise, mark or score"))
		}
	}
	return nil
}

// Instant is when a step fires. A step that the ledger does not reach has no time: it is
// paused before it, stopped before it, or would fall after the calendar's last year.
type Instant struct {
	Step int       `json:"step"` // its place in the ladder
	At   time.Time `json:"at,omitzero"`
}

// Instants are when the steps fire, in their order: when so many percent of the running time
// up to the due time have run. The step of 100 % fires at the due time itself.
func (c *Clock) Instants(ladder Ladder, l Ledger, now time.Time) ([]Instant, error) {
	if err := ladder.Check(); err != nil {
		return nil, err
	}
	if err := l.Check(); err != nil {
		return nil, err
	}
	w := walk{c: c, l: &l, now: standing(&l, now)}
	end, ok := w.end()
	if !ok {
		return nil, horizon()
	}
	m, origin := w.scale()
	total, all := w.ran(m, origin, end), make([]Instant, len(ladder))
	for i, s := range ladder {
		all[i].Step = i
		sec, ok := w.run(m, origin, (total*int64(s.At)+99)/100)
		if ok && w.settled(sec) {
			all[i].At = instant(sec)
		}
	}
	return all, nil
}

// Next is the first step after those that fired which has a time; false when there is none.
func Next(all []Instant, fired int) (Instant, bool) {
	i := slices.IndexFunc(all, func(x Instant) bool { return x.Step >= fired && !x.At.IsZero() })
	if i < 0 {
		return Instant{}, false
	}
	return all[i], true
}

// settled tells whether the clock really runs until an instant: no pause that lasts and no
// stop comes before it.
func (w *walk) settled(sec int64) bool {
	if !w.l.Stopped.IsZero() && w.l.Stopped.Unix() < sec {
		return false
	}
	return !w.l.Paused() || sec <= w.l.Pauses[len(w.l.Pauses)-1].From.Unix()
}
