package clock

import (
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

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
