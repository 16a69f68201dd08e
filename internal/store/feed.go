package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
)

// ReadWriter is what a feed needs of its driver.
type ReadWriter interface {
	Read() bun.IDB
	Write(ctx context.Context, do func(ctx context.Context, tx Tx) error) error
}

// FeedOptions tune how consumers are fed; zero values are the defaults.
type FeedOptions struct {
	Now func() time.Time // time.Now
	// Attempts is how often an event is tried before it is parked: 3.
	Attempts int
	// Backoff is the time to wait after the n-th failed attempt, counted from 1, also when
	// the event is parked: 100 ms, then four times as long each, up to ten minutes.
	Backoff func(n int) time.Duration
	// Poll is how long a consumer sleeps when nothing wakes it: 5 s.
	Poll time.Duration
}

func (o FeedOptions) withDefaults() FeedOptions {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Attempts <= 0 {
		o.Attempts = 3
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Poll <= 0 {
		o.Poll = 5 * time.Second
	}
	return o
}

func backoff(n int) time.Duration {
	return min(10*time.Minute, time.Duration(100*math.Pow(4, float64(min(n, 20)-1)))*time.Millisecond)
}

// Feed is the Events side of every driver: it works on tables event(seq, kind, key, at,
// body), event_cursor(consumer, seq) and event_parked, which the driver makes. The driver
// calls Wake after a commit that held an Emit.
type Feed struct {
	st  ReadWriter
	opt FeedOptions

	mu        sync.Mutex
	followers map[string]*follower
	running   context.Context // nil when nobody runs
	work      sync.WaitGroup
	moved     chan struct{} // closed when a follower moves, then renewed
}

// NewFeed makes the feed of one store.
func NewFeed(st ReadWriter, opt FeedOptions) *Feed {
	return &Feed{st: st, opt: opt.withDefaults(), followers: map[string]*follower{}, moved: make(chan struct{})}
}

// Consume is part of Events.
func (f *Feed) Consume(c Consumer) error {
	if c.Name == "" || c.Handle == nil {
		return errors.New("a consumer needs a name and a handler")
	}
	w := &follower{Consumer: c, feed: f, wake: make(chan struct{}, 1)}
	// Not under mu: Wake takes it on the way of the very commit that load waits for.
	if err := w.load(context.Background()); err != nil {
		return fmt.Errorf("consumer %s: %w", c.Name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, twice := f.followers[c.Name]; twice {
		return fmt.Errorf("consumer %s is there already", c.Name)
	}
	f.followers[c.Name] = w
	if f.running != nil {
		f.start(w)
	}
	return nil
}

// start is called with mu held.
func (f *Feed) start(w *follower) {
	ctx := f.running
	f.work.Go(func() { w.run(ctx) })
}

// Run is part of Events.
func (f *Feed) Run(ctx context.Context) error {
	f.mu.Lock()
	if f.running != nil {
		f.mu.Unlock()
		return errors.New("the consumers are being run already")
	}
	f.running = ctx
	for _, w := range f.followers {
		f.start(w)
	}
	f.mu.Unlock()
	<-ctx.Done()
	f.mu.Lock()
	f.running = nil
	f.mu.Unlock()
	f.work.Wait()
	if err := f.save(context.WithoutCancel(ctx)); err != nil && !errors.Is(err, ErrClosed) {
		return err
	}
	return nil
}

// Wake tells every consumer that there may be something new. It never blocks.
func (f *Feed) Wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.followers {
		w.nudge()
	}
}

func (f *Feed) all() []*follower {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]*follower, 0, len(f.followers))
	for _, w := range f.followers {
		out = append(out, w)
	}
	return out
}

// save writes positions that moved over events of other kinds; they are not worth a
// transaction each.
func (f *Feed) save(ctx context.Context) error {
	all := f.all()
	if len(all) == 0 {
		return nil
	}
	return f.st.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, w := range all {
			if _, err := pass(ctx, tx, w.Name, w.pos.Load()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Drain is part of Events.
func (f *Feed) Drain(ctx context.Context) error {
	// Quick, and whoever runs out of time shall be told who is behind.
	last, err := head(context.WithoutCancel(ctx), f.st.Read())
	if err != nil {
		return err
	}
	for {
		f.mu.Lock()
		moved := f.moved
		f.mu.Unlock()
		behind := f.behind(last)
		if len(behind) == 0 {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			names := strings.Join(behind, ", ")
			return fault.New(fault.Busy, "event.behind", fault.T(
				"以下事件消费者尚未处理完毕：%s", "these consumers have not caught up: %s", names)).
				Fix(fault.T("请稍后重试，或查看待重试事件", "try again later, or look at the parked events")).Wrap(ctx.Err())
		}
	}
}

func (f *Feed) behind(last int64) []string {
	var names []string
	for _, w := range f.all() {
		if w.pos.Load() < last {
			names = append(names, w.Name)
		}
	}
	return names
}

func (f *Feed) announce() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.moved)
	f.moved = make(chan struct{})
}

// pruneStep bounds how long a prune keeps other writers waiting.
const pruneStep = 5000

// Prune is part of Events. Cursors of consumers that this process does not have count too.
// What is old is looked for outside the writer.
func (f *Feed) Prune(ctx context.Context, olderThan time.Time) (int64, error) {
	if err := f.save(ctx); err != nil {
		return 0, err
	}
	var total int64
	for {
		last, found, err := oldest(ctx, f.st.Read(), olderThan, pruneStep)
		if err != nil || found == 0 {
			return total, err
		}
		var n int64
		err = f.st.Write(ctx, func(ctx context.Context, tx Tx) error {
			n, err = prune(ctx, tx, olderThan, last)
			return err
		})
		total += n
		if err != nil || found < pruneStep {
			return total, err
		}
	}
}
