package loadbench

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/ingest"
)

// clock tells how long a load was in each of its stages.
type clock struct {
	mu    sync.Mutex
	name  string
	since time.Time
	spent map[string]time.Duration
	order []string
}

// stages follows the only batch of an engine; it begins with the spooling.
func stages(ctx context.Context, e *ingest.Engine) *clock {
	c := &clock{name: "spool", since: time.Now(), spent: map[string]time.Duration{}}
	changes := e.Watch(ctx)
	go func() {
		for change := range changes {
			switch {
			case change.Progress != nil && change.Batch.State == ingest.Judging:
				c.enter(change.Progress.Stage)
			case change.Progress == nil:
				c.enter(string(change.Batch.State))
			}
		}
	}()
	return c
}

func (c *clock) enter(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name == c.name {
		return
	}
	now := time.Now()
	if c.spent[c.name] == 0 {
		c.order = append(c.order, c.name)
	}
	c.spent[c.name] += now.Sub(c.since)
	c.name, c.since = name, now
}

func (c *clock) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, name := range c.order {
		out = append(out, fmt.Sprintf("%s %.2f", name, c.spent[name].Seconds()))
	}
	return strings.Join(out, ", ")
}
