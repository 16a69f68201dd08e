package clock

import (
	"slices"
	"time"
)

// Explain is Due with the sum by which it comes about: where counting begins, each working
// interval or run of days, each pause with its reason, each extension, the calendar.
func (c *Clock) Explain(l Ledger, now time.Time) (Due, []Line, error) {
	d, err := c.Due(l, now)
	if err != nil {
		return Due{}, nil, err
	}
	s := sum{walk: walk{c: c, l: &l, now: standing(&l, now)}}
	s.lines = append(s.lines, Line{Kind: Accepted, From: instant(l.Started.Unix()), Budget: &l.Budget})
	end := s.budget(l.Budget, l.Started.Unix(), begins(l.Budget.Unit, l.Started.Unix()))
	for i := range l.Extra {
		e := &l.Extra[i]
		s.lines = append(s.lines, Line{Kind: Extended, From: instant(e.At.Unix()), Budget: &e.Budget, Reason: e.Reason})
		end = s.budget(e.Budget, end, follows(e.Budget.Unit, end))
	}
	s.lines = append(s.lines, Line{Kind: Ends, To: d.At, Open: d.Paused})
	if !l.Stopped.IsZero() {
		s.lines = append(s.lines, Line{Kind: Done, To: l.Stopped, Late: l.Stopped.After(d.At)})
	}
	if d.Assumed {
		s.lines = append(s.lines, Line{Kind: Guessed, Name: s.guessed(end)})
	}
	return d, append(s.lines, Line{Kind: ReadFrom, Version: c.calendar.version}), nil
}

// sum gathers the lines of a walk.
type sum struct {
	walk
	lines []Line
	held  int // pauses already told
}

// budget adds the lines of one budget, in the order of time, and gives its end. Its pauses
// are told from its start, even where counting begins later.
func (s *sum) budget(b Budget, start, from int64) int64 {
	end, _ := s.leg(b, from) // Due found it already
	var part []Line
	switch b.Unit.measure() {
	case natural:
		s.segments(from, end, func(a, z int64) {
			part = append(part, Line{Kind: Counted, From: instant(a), To: instant(z), Seconds: z - a})
		})
	case worked:
		part = s.intervals(from, end)
	default:
		part = s.days(b, from, end)
	}
	for ; s.held < len(s.l.Pauses) && s.l.Pauses[s.held].From.Unix() < end; s.held++ {
		if p := s.l.Pauses[s.held]; s.until(&p) > start {
			part = append(part, Line{Kind: Held, From: p.From, To: p.To, Reason: p.Reason})
		}
	}
	slices.SortStableFunc(part, func(a, b Line) int { return a.From.Compare(b.From) })
	s.lines = append(s.lines, part...)
	return end
}

// segments gives the stretches of time in which the clock runs.
func (s *sum) segments(from, to int64, yield func(a, z int64)) {
	for i := range s.l.Pauses {
		p := &s.l.Pauses[i]
		if begin := min(p.From.Unix(), to); begin > from {
			yield(from, begin)
		}
		from = max(from, s.until(p))
	}
	if from < to {
		yield(from, to)
	}
}
