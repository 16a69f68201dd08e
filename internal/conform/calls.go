package conform

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// CallsResult is what happened.
type CallsResult struct {
	OK        bool    `json:"ok"`
	Rounds    int     `json:"rounds"`
	Seed      uint64  `json:"seed"`
	Answered  int     `json:"answered"`  // calls that got their 200, each proven by its receipt
	Refused   int     `json:"refused"`   // calls refused with a receipt, each proven by it
	Grants    int     `json:"grants"`    // acknowledged
	Revoked   int     `json:"revoked"`   // acknowledged
	Exhausted int     `json:"exhausted"` // grants whose day was used up
	Batches   int     `json:"batches"`   // published while they were read
	Rotated   int     `json:"rotated"`   // keys, the master key among them
	Segments  int     `json:"segments"`  // of the audit
	Entries   int64   `json:"entries"`   // of the audit, verified
	Seconds   float64 `json:"seconds"`
}

// CrashCalls kills the server at a random moment of every round while services are called,
// grants made and revoked, batches published to served directories, keys rotated and audit
// segments rolled over; starts it again; and proves that every answered call is in the
// audit as it was answered, that no revoked grant answers, that no quota was exceeded, that
// nobody read half a batch, that what was acknowledged is there, and that the chain holds.
func CrashCalls(ctx context.Context, o CrashOptions) (r CallsResult, err error) {
	began := time.Now()
	s, err := newSiege(o)
	if err != nil {
		return r, err
	}
	defer func() {
		err = s.over(err)
		r = s.result
		r.OK, r.Rounds, r.Seed, r.Seconds = err == nil, o.Rounds, o.Seed, time.Since(began).Seconds()
	}()
	if err := s.start(ctx); err != nil {
		return r, err
	}
	if err := s.found(ctx); err != nil {
		return r, fmt.Errorf("conform: set the services up: %w", err)
	}
	for i := range o.Rounds {
		if err := s.round(ctx); err != nil {
			return r, fmt.Errorf("conform: seed %d, round %d of calls (folder %s kept): %w", o.Seed, i+1, s.dir, err)
		}
		if (i+1)%10 == 0 {
			o.Tell(fmt.Sprintf("%d rounds, %d calls answered, %d grants, %d revoked, %d audit segments", i+1, s.result.Answered, s.result.Grants, s.result.Revoked, s.result.Segments))
		}
	}
	return r, s.final(ctx)
}

// smallSegment makes the audit roll over many times a round.
const smallSegment = "65536"

func newSiege(o CrashOptions) (*siege, error) {
	s, err := newStorm(o, "--audit.segment-bytes", smallSegment)
	return &siege{storm: s, rng: rand.New(rand.NewPCG(o.Seed, 2)), grants: map[string]*grant{}, asked: map[string]bool{}, seen: map[string]bool{},
		exhausted: map[string]bool{}}, err
}

// round works, kills, starts again and proves.
func (s *siege) round(ctx context.Context) error {
	plan := s.plan()
	if err := s.struck(ctx, time.Duration(s.rng.IntN(1200))*time.Millisecond, plan, func(ctx context.Context) error { return s.chain(ctx, false) }); err != nil {
		return err
	}
	return s.prove(ctx)
}

// plan is what is done at the same time, chosen before the clock runs so that a seed gives
// the same choice.
func (s *siege) plan() []func(context.Context) {
	var out []func(context.Context)
	add := func(do func(context.Context, *rand.Rand)) {
		rng := rand.New(rand.NewPCG(s.rng.Uint64(), 3))
		out = append(out, func(ctx context.Context) { do(ctx, rng) })
	}
	for range 3 + s.rng.IntN(3) {
		add(s.caller)
	}
	add(s.counter)
	add(s.granter)
	add(s.loader)
	add(s.rotator)
	if s.rng.IntN(3) == 0 {
		add(func(ctx context.Context, _ *rand.Rand) {
			_ = s.call(ctx, "POST", "/care", map[string]any{"grace_seconds": 60}, nil)
		})
	}
	return out
}

// final proves once more, now every signature, receipts of all rounds, and an orderly end.
func (s *siege) final(ctx context.Context) error {
	if err := s.prove(ctx); err != nil {
		return err
	}
	if err := errors.Join(s.oldReceipts(ctx, 2000), s.shows(ctx, keyCount)); err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	return s.chain(ctx, true)
}
