package flow

import "time"

// Left is how much of a clock's time is left, or has passed beyond its end, counted as the
// clock counts: working time by the hours of the office whose clock it is, or natural time.
type Left struct {
	Seconds int64 // less than nothing: beyond the end
	Working bool
	Day     int64 // seconds of a usual working day of the office
}

// left is that of a case's nearest running clock.
func (e *Engine) left(m *Machine, c Case) (*Left, error) {
	if !c.Open() {
		return nil, nil
	}
	now := e.opt.Now()
	dues, err := m.Dues(c, e.env(nil), now)
	if err != nil {
		return nil, err
	}
	for _, d := range dues {
		if d.Paused {
			continue
		}
		if !d.Working {
			return &Left{Seconds: int64(d.At.Sub(now) / time.Second)}, nil
		}
		hours, _ := e.Hours(c.Clocks[d.Clock].Office)
		return &Left{Seconds: int64(d.Left() / time.Second), Working: true, Day: int64(hours.Usual() / time.Second)}, nil
	}
	return nil, nil
}

// TurnOf is who has to act on an open case: one person, or whoever holds a role in its office.
func (m *Machine) TurnOf(c Case, t *Tree) (person string, by Who) {
	s, err := m.at(c)
	if err != nil || !c.Open() || c.Stray {
		return "", nil
	}
	if u := m.OnDuty(c, t); u != "" {
		return u, s.By
	}
	switch {
	case s.is(Holder):
		return c.Holder, s.By
	case s.is(Creator):
		return c.Creator, s.By
	}
	return "", s.By
}
