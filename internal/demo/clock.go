package demo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/region"
)

// before is how many days before the last one the district's month begins.
const before = 31

// Clock is the time in the district: that of a month ago when its folder is new, going on
// as the month is lived through, and the real one from its end on. It never goes back, so
// that whatever the rooms write down by it is as they would have written it then.
type Clock struct {
	real  func() time.Time
	still bool // the real time stands: nothing may depend on what came first within a moment

	mu      sync.Mutex
	at      time.Time // what it said when it was set last; zero: the real time
	set     time.Time // the real time of that
	started time.Time // the real time the district is lived through until
}

// NewClock is the clock of a district in a data folder. A node of a new folder has to be
// opened with it: the month begins with the folder.
func NewClock(data string, now func() time.Time) (*Clock, error) {
	c := &Clock{real: now, started: now()}
	_, err := os.Stat(filepath.Join(data, "state.db"))
	if errors.Is(err, fs.ErrNotExist) {
		c.at, c.set, err = c.hour(-before, 7), c.started, nil
	}
	return c, err
}

// StillClock is a clock whose month ends at a moment and that stands there afterwards. What
// is done by it is done one after the other at the full moments of its plan, so that the
// same seed and moment give the same district to the second.
func StillClock(data string, at time.Time) (*Clock, error) {
	c, err := NewClock(data, func() time.Time { return at })
	c.still = true
	return c, err
}

// Options are those of a node whose district lives by the clock.
func (c *Clock) Options(o node.Options) node.Options {
	o.Now, o.OneByOne = c.Now, c.still
	return o
}

// atOnce is how many of so many things may be done side by side.
func (c *Clock) atOnce(n int) int {
	if c.still {
		return 1
	}
	return n
}

// Now is the time in the district. It runs as fast as the real one, or stands with it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.at.IsZero() {
		return c.real()
	}
	return c.at.Add(c.real().Sub(c.set))
}

// to goes on to a moment, unless it is past already.
func (c *Clock) to(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Before(t) && !c.at.IsZero() {
		c.at, c.set = t, c.real()
	}
}

// end ends the month: from now on it is the real time.
func (c *Clock) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}

// Hours between which people of the district act and applications call.
const (
	morning = 7.5
	evening = 20
	settled = 9.5 // before it nothing has happened on a day yet: the day before is the last
)

// midnight begins a day; 0 is the last one.
func (c *Clock) midnight(day int) time.Time {
	at := c.started.In(region.Beijing)
	y, m, d := at.Date()
	if at.Before(time.Date(y, m, d, 0, 0, 0, 0, region.Beijing).Add(hours(settled))) {
		d--
	}
	return time.Date(y, m, d+day, 0, 0, 0, 0, region.Beijing)
}

// hour is a moment of a day. Of the last day the hours since the morning are all that it has:
// they are shorter.
func (c *Clock) hour(day int, hour float64) time.Time {
	if day == 0 && hour > morning {
		passed := min(evening, c.started.Sub(c.midnight(0)).Hours())
		hour = morning + (hour-morning)*(passed-morning)/(evening-morning)
	}
	return c.midnight(day).Add(hours(hour))
}

func hours(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }

// weekend says whether offices are closed on a day.
func (c *Clock) weekend(day int) bool {
	d := c.midnight(day).Weekday()
	return d == time.Saturday || d == time.Sunday
}

// share is how much of a day's work there has been time for.
func (c *Clock) share(day int) float64 {
	if day < 0 {
		return 1
	}
	return min(1, c.started.Sub(c.midnight(0)).Hours()/18)
}
