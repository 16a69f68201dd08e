package clock

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Minute is a minute of a day, from 0 to 1440.
type Minute int16

// String is 09:00; the end of a day is 24:00.
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// Interval is working time within a day, From before To.
type Interval struct{ From, To Minute }

// Shift is a day's working time, in order, without overlap. Its text is
// "09:00-12:00 13:30-17:30"; an empty one is a closed day.
type Shift []Interval

// Office is an office's own working hours.
//
// Working hours (计时) are counted wherever its shifts say so. Working days (计日) are those
// of the calendar on which the office opens at all.
type Office struct {
	Week    [7]Shift       `json:"week"`             // by weekday, Sunday first; on working days and on plain weekends
	MakeUp  Shift          `json:"makeup,omitempty"` // on make-up days; empty: the first shift from Monday on
	Holiday Shift          `json:"holiday,omitempty"`
	Except  map[Date]Shift `json:"except,omitempty"` // single days, before all others
}

// DefaultOffice is open from Monday to Friday, 09:00-12:00 and 13:30-17:30: seven hours, so
// that eight working hours are more than one working day.
func DefaultOffice() Office {
	o, s := Office{}, Shift{{9 * 60, 12 * 60}, {13*60 + 30, 17*60 + 30}}
	for d := time.Monday; d <= time.Friday; d++ {
		o.Week[d] = s
	}
	return o
}

// RoundTheClock is a desk that never closes, on holidays neither.
func RoundTheClock() Office {
	o, s := Office{}, Shift{{0, 24 * 60}}
	for d := range o.Week {
		o.Week[d] = s
	}
	o.MakeUp, o.Holiday = s, s
	return o
}

func (o *Office) makeUp() Shift {
	if len(o.MakeUp) > 0 {
		return o.MakeUp
	}
	return o.usual()
}

// usual is the first shift from Monday on.
func (o *Office) usual() Shift {
	for i := range 7 {
		if s := o.Week[(1+i)%7]; len(s) > 0 {
			return s
		}
	}
	return nil
}

// Usual is the working time of a usual day: the first from Monday on that is worked.
func (o *Office) Usual() (d time.Duration) {
	for _, i := range o.usual() {
		d += time.Duration(i.To-i.From) * time.Minute
	}
	return d
}

// Check refuses shifts that are not times of a day in order.
func (o *Office) Check() error {
	all := append([]Shift{o.MakeUp, o.Holiday}, o.Week[:]...)
	for _, s := range o.Except {
		all = append(all, s)
	}
	for _, s := range all {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Shift) check() error {
	at := Minute(0)
	for _, v := range s {
		if v.From < at || v.To <= v.From || v.To > 24*60 {
			return badShift()
		}
		at = v.To
	}
	return nil
}

func badShift() *fault.Error {
	return fault.New(fault.Invalid, "clock.hours", fault.T("办公时间不成立", "these are no working hours")).
		Fix(fault.T("写作 09:00-12:00 13:30-17:30，先后有序，不重叠", "write 09:00-12:00 13:30-17:30, in order and without overlap"))
}

var intervalForm = regexp.MustCompile(`^(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)$`)

// ParseShift reads "09:00-12:00 13:30-17:30"; empty text is a closed day.
func ParseShift(text string) (Shift, error) {
	s := Shift{}
	for _, word := range strings.Fields(text) {
		m := intervalForm.FindStringSubmatch(word)
		if m == nil {
			return nil, badShift()
		}
		at := func(h, mm string) Minute {
			a, _ := strconv.Atoi(h)
			b, _ := strconv.Atoi(mm)
			return Minute(a*60 + b)
		}
		s = append(s, Interval{at(m[1], m[2]), at(m[3], m[4])})
	}
	return s, s.check()
}

// String is the text ParseShift reads.
func (s Shift) String() string {
	var words []string
	for _, v := range s {
		words = append(words, v.From.String()+"-"+v.To.String())
	}
	return strings.Join(words, " ")
}

// MarshalText gives the shift's text.
func (s Shift) MarshalText() ([]byte, error) { return []byte(s.String()), s.check() }

// UnmarshalText reads the shift's text.
func (s *Shift) UnmarshalText(text []byte) (err error) {
	*s, err = ParseShift(string(text))
	return err
}
