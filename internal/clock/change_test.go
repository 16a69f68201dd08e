package clock_test

import (
	"testing"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
)

// TestChangeCheck: what a change says wrongly is told with its place in it.
func TestChangeCheck(t *testing.T) {
	day := func(d int, k clock.DayKind) clock.Day { return clock.Day{Date: clock.NewDate(2026, 11, d), Kind: k} }
	good := day(24, clock.Holiday)
	for name, x := range map[string]struct {
		change      clock.Change
		code, where string
	}{
		"nothing":              {clock.Change{}, "clock.change", "days"},
		"a year outside":       {clock.Change{Publishes: []int{2027, 1999}}, "clock.range", "publishes[1]"},
		"a day outside":        {clock.Change{Days: []clock.Day{good, {Date: clock.NewDate(2101, 1, 1)}}}, "clock.range", "days[1].date"},
		"a day twice":          {clock.Change{Days: []clock.Day{good, good}}, "clock.twice", "days[1].date"},
		"a Tuesday made up":    {clock.Change{Days: []clock.Day{day(24, clock.MakeUp)}}, "clock.kind", "days[0].kind"},
		"a Tuesday as weekend": {clock.Change{Days: []clock.Day{day(24, clock.Weekend)}}, "clock.kind", "days[0].kind"},
		"a Sunday as workday":  {clock.Change{Days: []clock.Day{day(29, clock.Working)}}, "clock.kind", "days[0].kind"},
	} {
		f := fault.From(x.change.Check())
		if f == nil || f.Code != x.code || f.Where != x.where || f.Kind != fault.Invalid {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if err := (clock.Change{Days: []clock.Day{good, day(25, clock.Working), day(28, clock.MakeUp), day(29, clock.Weekend)}}).Check(); err != nil {
		t.Error(err)
	}
}

// TestOrigins: each day of a year tells which change said it last.
func TestOrigins(t *testing.T) {
	storm := clock.NewDate(2027, 7, 20)
	own := clock.Change{Days: []clock.Day{{Date: storm, Kind: clock.Holiday}}}
	c, err := clock.Published().With(own, clock.Change{Publishes: []int{2027}}, own)
	if err != nil {
		t.Fatal(err)
	}
	if o := c.Origins(2027); len(o) != 365 || o[storm] != 3 || o[storm+1] != 2 {
		t.Errorf("%d days, the storm by %d, the day after by %d", len(o), o[storm], o[storm+1])
	}
	if o := c.Origins(2026); len(o) != 0 {
		t.Errorf("2026: %v", o)
	}
}
