package clock

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chengshu/chengshu/internal/fault"
)

const (
	firstDay = Date(12418) // 2004-01-01
	lastDay  = Date(47846) // 2100-12-31
	allDays  = int(lastDay-firstDay) + 1
)

//go:embed data/workdays.json
var notices []byte

// DayKind says why a day is worked or not.
type DayKind uint8

// The kinds of day. Make-up days (调休上班) are weekend days that are worked for a holiday.
const (
	Working DayKind = iota
	Weekend
	Holiday
	MakeUp
)

var dayKinds = [...]string{"working", "weekend", "holiday", "makeup"}

// String is the kind's name in files.
func (k DayKind) String() string { return dayKinds[k&3] }

// Works tells whether such a day is a working day.
func (k DayKind) Works() bool { return k == Working || k == MakeUp }

// MarshalText gives the kind's name.
func (k DayKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *DayKind) UnmarshalText(text []byte) error {
	i := slices.Index(dayKinds[:], string(text))
	if i < 0 {
		return fault.New(fault.Invalid, "clock.calendar", fault.T("没有这种日子", "there is no such kind of day")).
			Fix(fault.T("可用：%s", "the kinds are: %s", strings.Join(dayKinds[:], ", ")))
	}
	*k = DayKind(i)
	return nil
}

// Day is one day of a calendar. Assumed is set where no calendar was published for the year,
// and the day follows from the law's holidays and the weekends alone.
type Day struct {
	Date    Date       `json:"date"`
	Kind    DayKind    `json:"kind"`
	Name    fault.Text `json:"name,omitzero"` // of the holiday
	Assumed bool       `json:"assumed,omitempty"`
}

// Change brings a calendar up: a newly published year's notice, or single days that an
// administrator sets (a storm, a city's festival).
type Change struct {
	Publishes []int  `json:"publishes,omitempty"` // years that Days tells in full: the law's fallback falls away
	Days      []Day  `json:"days"`
	Source    string `json:"source"` // the notice, or who and why
}

// Calendar is working days with their make-up days, from FirstYear to LastYear. It is
// immutable and may be shared.
type Calendar struct {
	version string
	kind    []DayKind // by day from firstDay
	names   map[Date]fault.Text
	assumed [LastYear - FirstYear + 1]bool
	known   Date // no day before it is assumed
	changes []Change
}

// Published is the State Council's calendar as it came with this version of the product. The
// years after its last notice are assumed.
func Published() *Calendar { return published() }

var published = sync.OnceValue(func() *Calendar {
	c, err := read(notices)
	if err != nil {
		panic("clock: the embedded calendar: " + err.Error())
	}
	return c
})

func read(text []byte) (*Calendar, error) {
	var file struct{ Holidays, Workdays map[Date]string }
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	change, last := Change{}, 0
	take := func(days map[Date]string, kind DayKind) {
		for d, words := range days {
			p := strings.SplitN(words, ",", 3)
			change.Days = append(change.Days, Day{Date: d, Kind: kind, Name: fault.Text{ZH: p[1%len(p)], EN: p[0]}})
			if !slices.Contains(change.Publishes, d.Year()) {
				change.Publishes = append(change.Publishes, d.Year())
			}
			last = max(last, d.Year())
		}
	}
	take(file.Holidays, Holiday)
	take(file.Workdays, MakeUp)
	c := &Calendar{kind: make([]DayKind, allDays), names: map[Date]fault.Text{}}
	for y := FirstYear; y <= LastYear; y++ {
		c.weekends(y)
		if !slices.Contains(change.Publishes, y) {
			c.assume(y)
		}
	}
	c, err := c.With(change)
	if err != nil {
		return nil, err
	}
	c.version, c.changes = fmt.Sprintf("cn-%d", last), nil
	return c, nil
}

// With is the calendar with changes, applied in order; its version tells it from the one
// before and depends on nothing but the changes.
func (c *Calendar) With(changes ...Change) (*Calendar, error) {
	n := &Calendar{kind: slices.Clone(c.kind), names: make(map[Date]fault.Text, len(c.names)), assumed: c.assumed,
		changes: append(slices.Clone(c.changes), changes...)}
	for d, t := range c.names {
		n.names[d] = t
	}
	for _, ch := range changes {
		if err := n.apply(ch); err != nil {
			return nil, err
		}
	}
	n.version, n.known = c.root()+"+"+digest(n.changes), n.certain()
	return n, nil
}

func (c *Calendar) apply(ch Change) error {
	for _, y := range ch.Publishes {
		if y < FirstYear || y > LastYear {
			return outside(NewDate(y, 1, 1))
		}
		c.weekends(y)
		c.assumed[y-FirstYear] = false
	}
	for _, d := range ch.Days {
		if !d.Date.ranged() {
			return outside(d.Date)
		}
		if d.Kind > MakeUp {
			return fault.New(fault.Invalid, "clock.calendar", fault.T("没有这种日子", "there is no such kind of day")).At("%s", d.Date)
		}
		c.kind[d.Date-firstDay] = d.Kind
		delete(c.names, d.Date)
		if d.Name != (fault.Text{}) {
			c.names[d.Date] = d.Name
		}
	}
	return nil
}

// weekends sets a year back to its weeks.
func (c *Calendar) weekends(year int) {
	for d := NewDate(year, 1, 1); d < NewDate(year+1, 1, 1); d++ {
		c.kind[d-firstDay] = Working
		if w := d.Weekday(); w == 0 || w == 6 {
			c.kind[d-firstDay] = Weekend
		}
		delete(c.names, d)
	}
}

// certain is the first day of the first assumed year.
func (c *Calendar) certain() Date {
	for i, a := range c.assumed {
		if a {
			return NewDate(FirstYear+i, 1, 1)
		}
	}
	return lastDay + 1
}

// Version names the calendar: equal versions have equal days.
func (c *Calendar) Version() string { return c.version }

// Changes are those made to the published calendar, in order.
func (c *Calendar) Changes() []Change { return slices.Clone(c.changes) }

// Assumed tells whether no calendar was published for the year.
func (c *Calendar) Assumed(year int) bool {
	return year < FirstYear || year > LastYear || c.assumed[year-FirstYear]
}

// Day is what the calendar says of a day; of one outside its years it is an error.
func (c *Calendar) Day(d Date) (Day, error) {
	if !d.ranged() {
		return Day{}, outside(d)
	}
	return Day{Date: d, Kind: c.kind[d-firstDay], Name: c.names[d], Assumed: c.Assumed(d.Year())}, nil
}

func (c *Calendar) root() string {
	root, _, _ := strings.Cut(c.version, "+")
	return root
}

// digest is over what the changes say about days, not over who made them.
func digest(changes []Change) string {
	h := sha256.New()
	for _, ch := range changes {
		days := slices.SortedFunc(slices.Values(ch.Days), func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
		fmt.Fprint(h, slices.Sorted(slices.Values(ch.Publishes)), ";")
		for _, d := range days {
			fmt.Fprint(h, d.Date, d.Kind, ";")
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}
