package clock

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
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

// intervals are the counted stretches of working time. Three and more whole days in a row are
// one line.
func (s *sum) intervals(from, to int64) []Line {
	var all []Line
	var whole run
	flush := func() {
		if whole.days >= 3 {
			all = append(all, s.wholeDays(whole))
		} else if whole.days > 0 {
			for i := whole.first; i < whole.first+whole.days; i++ {
				all = s.clip(all, i, (firstDay + Date(i)).begin(), (firstDay + Date(i+1)).begin())
			}
		}
		whole = run{}
	}
	rest := s.rests(from, to)
	s.segments(from, to, func(a, z int64) {
		i, _ := split(a)
		for last, _ := split(z); i <= last && i < allDays; i++ {
			shift := s.c.shifts[s.c.shift[i]]
			if len(shift) == 0 {
				flush()
				continue
			}
			begin := (firstDay + Date(i)).begin()
			if a <= begin+int64(shift[0].From)*minute && z >= begin+int64(shift[len(shift)-1].To)*minute {
				if whole.days > 0 && s.name(whole.first) != s.name(i) {
					flush()
				}
				if whole.days == 0 {
					whole.first = i
				}
				whole.days++
				continue
			}
			flush()
			all = s.clip(all, i, a, z)
		}
		flush()
	})
	return append(all, rest...)
}

// run is days in a row.
type run struct{ first, days int }

// wholeDays is one line for whole days.
func (s *sum) wholeDays(r run) Line {
	last := r.first + r.days - 1
	from, to := s.c.shifts[s.c.shift[r.first]], s.c.shifts[s.c.shift[last]]
	return Line{Kind: Counted, From: (firstDay + Date(r.first)).At(from[0].From), To: (firstDay + Date(last)).At(to[len(to)-1].To),
		Seconds: s.c.seconds[last+1] - s.c.seconds[r.first], Days: r.days, Name: s.name(r.first)}
}

// clip adds what of a day's working time lies between two instants.
func (s *sum) clip(all []Line, i int, a, z int64) []Line {
	begin := (firstDay + Date(i)).begin()
	for _, v := range s.c.shifts[s.c.shift[i]] {
		from, to := max(a, begin+int64(v.From)*minute), min(z, begin+int64(v.To)*minute)
		if from < to {
			all = append(all, Line{Kind: Counted, From: instant(from), To: instant(to), Seconds: to - from, Name: s.name(i)})
		}
	}
	return all
}

// days are the lines of a budget in days: runs that are counted, rested or skipped.
func (s *sum) days(b Budget, from, end int64) []Line {
	var all []Line
	left := b.Amount
	i, _ := split(from)
	for ; i < allDays && (firstDay+Date(i)).begin() < end; i++ {
		l := Line{Kind: Counted, From: (firstDay + Date(i)).At(0), To: instant(s.c.end(i)), Days: 1, Unit: b.Unit.String(), Name: s.name(i)}
		switch {
		case b.Unit == WorkDays && !s.c.counts(i):
			l.Kind, l.Name = Rested, s.rest(i)
		case s.pausedAt(s.c.end(i)):
			l.Kind, l.Name, l.From = Skipped, fault.Text{}, l.To.Add(-time.Second)
		case left == 0:
			continue // days past the last, until one is worked
		default:
			left--
		}
		if b.Unit == Days {
			l.Name = fault.Text{}
		}
		if n := len(all); n > 0 && all[n-1].Kind == l.Kind && all[n-1].Name == l.Name && !s.heldIn(all[n-1].To, l.From) {
			all[n-1].To, all[n-1].Days = l.To, all[n-1].Days+1
			continue
		}
		all = append(all, l)
	}
	if last := lastCounted(all); b.Unit == Days && !last.IsZero() && last.Unix() != end {
		all = append(all, Line{Kind: Carried, From: last, To: instant(end)})
	}
	return all
}

func lastCounted(all []Line) time.Time {
	for _, l := range slices.Backward(all) {
		if l.Kind == Counted {
			return l.To
		}
	}
	return time.Time{}
}

// pausedAt tells whether the clock is paused at the close of a day.
func (s *sum) pausedAt(end int64) bool {
	return slices.ContainsFunc(s.l.Pauses, func(p Pause) bool { return p.From.Unix() < end && end <= s.until(&p) })
}

// heldIn tells whether a pause begins between two days, so that they are told apart.
func (s *sum) heldIn(a, z time.Time) bool {
	return slices.ContainsFunc(s.l.Pauses, func(p Pause) bool { return !p.From.Before(a) && p.From.Before(z) })
}

// rests are the days between two instants on which the office is closed.
func (s *sum) rests(from, to int64) []Line {
	var all []Line
	i, _ := split(from)
	for ; i < allDays && (firstDay+Date(i+1)).begin() < to; i++ {
		if len(s.c.shifts[s.c.shift[i]]) > 0 {
			continue
		}
		l := Line{Kind: Rested, From: (firstDay + Date(i)).At(0), To: (firstDay + Date(i+1)).At(0), Days: 1, Name: s.rest(i)}
		if n := len(all); n > 0 && all[n-1].To.Equal(l.From) && all[n-1].Name == l.Name {
			all[n-1].To, all[n-1].Days = l.To, all[n-1].Days+1
			continue
		}
		all = append(all, l)
	}
	return all
}

// name tells what is special of a day that is worked.
func (s *sum) name(i int) fault.Text {
	if s.c.calendar.kind[i] != MakeUp {
		return fault.Text{}
	}
	n := s.c.calendar.names[firstDay+Date(i)]
	return fault.Text{ZH: n.ZH + "调休上班", EN: "a make-up day" + ifAny(" of the ", n.EN)}
}

// rest tells why a day is not worked.
func (s *sum) rest(i int) fault.Text {
	switch s.c.calendar.kind[i] {
	case Weekend:
		return fault.Text{ZH: "周末", EN: "weekend"}
	case Holiday:
		n := s.c.calendar.names[firstDay+Date(i)]
		return fault.Text{ZH: n.ZH + "放假", EN: "holiday" + ifAny(", ", n.EN)}
	}
	return fault.Text{ZH: "本单位不办公", EN: "the office is closed"}
}

func ifAny(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// guessed names the years without a published calendar.
func (s *sum) guessed(end int64) fault.Text {
	var years []string
	for y := dateOf(s.l.Started.Unix()).Year(); y <= dateOf(end).Year(); y++ {
		if s.c.calendar.Assumed(y) {
			years = append(years, strconv.Itoa(y))
		}
	}
	return fault.Text{ZH: strings.Join(years, "、"), EN: strings.Join(years, ", ")}
}
