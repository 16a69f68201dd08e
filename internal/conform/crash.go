// Package conform proves promises on the built binary, from outside: it starts the real
// server, works on it as users do, and does to it what the world does.
//
// Read first: Crash.
package conform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// CrashOptions say how often and with what.
type CrashOptions struct {
	Self   string // the binary
	Dir    string // where the data folder is made; removed unless a round fails
	Rounds int
	Seed   uint64
	Tell   func(string)
}

// CrashResult is what happened.
type CrashResult struct {
	OK       bool           `json:"ok"`
	Rounds   int            `json:"rounds"`
	Seed     uint64         `json:"seed"`
	Kills    map[string]int `json:"kills"` // server, child
	Accepted int            `json:"accepted"`
	Batches  int            `json:"batches"`
	Swept    int            `json:"swept"`
	Seconds  float64        `json:"seconds"`
}

// Crash kills the server, or the process of one of its loads, at a random moment of every
// round while files are loaded, replayed, released, returned and tables compacted; starts
// it again; and proves that what was accepted is there, once: every batch ends, the books
// hold, each file's counts are its truth, no event is parked, no file is left over.
func Crash(ctx context.Context, o CrashOptions) (r CrashResult, err error) {
	began := time.Now()
	r = CrashResult{Rounds: o.Rounds, Seed: o.Seed, Kills: map[string]int{}}
	s, err := newStorm(o)
	if err != nil {
		return r, err
	}
	w := &world{storm: s, truths: map[string]truth{}, rng: rand.New(rand.NewPCG(o.Seed, 1))}
	defer func() {
		err = w.over(err)
		r.OK, r.Seconds, r.Accepted = err == nil, time.Since(began).Seconds(), len(w.truths)
	}()
	if err := w.start(ctx); err != nil {
		return r, err
	}
	if err := w.declare(ctx); err != nil {
		return r, err
	}
	for i := range o.Rounds {
		what, err := w.round(ctx)
		r.Kills[what]++
		if err != nil {
			return r, fmt.Errorf("conform: seed %d, round %d, %s killed (folder %s kept): %w", o.Seed, i+1, what, w.dir, err)
		}
		if (i+1)%10 == 0 {
			o.Tell(fmt.Sprintf("%d rounds, %d files accepted", i+1, len(w.truths)))
		}
	}
	r.Batches, r.Swept, err = w.final(ctx)
	return r, err
}

// round works, kills, starts again and proves.
func (w *world) round(ctx context.Context) (killed string, err error) {
	work, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for _, do := range w.plan() {
		wg.Go(func() { do(work) })
	}
	delay := time.Duration(w.rng.IntN(1200)) * time.Millisecond
	killed = "server"
	if w.rng.IntN(3) == 0 {
		killed = "child"
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return killed, ctx.Err()
	}
	if killed == "child" && !w.killChild() {
		killed = "server"
	}
	if killed == "server" {
		w.kill()
		stop()
		wg.Wait()
		if err := w.start(ctx); err != nil {
			return killed, err
		}
	} else {
		wg.Wait()
	}
	return killed, w.prove(ctx)
}

// plan is a few things users do at the same time, chosen before the clock runs so that a
// seed gives the same choice.
func (w *world) plan() []func(context.Context) {
	var out []func(context.Context)
	for range 2 + w.rng.IntN(2) {
		seed := w.rng.Uint64()
		directory := directories[w.rng.IntN(len(directories))]
		out = append(out, func(ctx context.Context) { w.load(ctx, directory, seed) })
	}
	if w.rng.IntN(2) == 0 {
		pick := w.rng.Uint64()
		out = append(out, func(ctx context.Context) { w.replay(ctx, pick) })
	}
	if w.rng.IntN(3) == 0 {
		out = append(out, func(ctx context.Context) { _ = w.call(ctx, "POST", "/care", map[string]any{"grace_seconds": 60}, nil) })
	}
	pick := w.rng.Uint64()
	return append(out, func(ctx context.Context) { w.decide(ctx, pick) })
}
