package conform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// CasesResult is what happened.
type CasesResult struct {
	OK       bool    `json:"ok"`
	Rounds   int     `json:"rounds"`
	Seed     uint64  `json:"seed"`
	Cases    int     `json:"cases"`    // opened
	Acts     int     `json:"acts"`     // acknowledged, each found once
	Refused  int     `json:"refused"`  // somebody was faster; none of them found
	Unsure   int     `json:"unsure"`   // not answered, found once or not at all
	Rungs    int     `json:"rungs"`    // of ladders, each found once and told once
	Imports  int     `json:"imports"`  // that were acknowledged, each whole
	Resumed  int     `json:"resumed"`  // … of those that went on after a kill
	Records  int     `json:"records"`  // that they made, each there once
	Upgrades int     `json:"upgrades"` // installed while cases ran
	Undone   int     `json:"undone"`   // taken back
	Entries  int64   `json:"entries"`  // of the audit, verified
	Seconds  float64 `json:"seconds"`
}

// docket is a data folder with a pack, the server on it, and what its users were told.
type docket struct {
	storm
	rng    *rand.Rand // used between rounds only
	result CasesResult
	users  []session

	mu      sync.Mutex
	cases   map[string]*matter // by id
	order   []string           // their ids, as they came
	asked   map[string]bool    // names of cases whose opening was not answered
	refused map[string]bool    // reasons of acts that were refused
	acts    int
	books   map[string]*book // imports by id
	files   int
	pack    packs
	wrong   []error // what users saw and must not see
}

// matter is a case as its users know it.
type matter struct {
	id, name    string
	state       string
	rev         int
	acked, sent map[string]bool // reasons of acts
}

// CrashCases kills the server at a random moment of every round while cases are opened and
// acted on by several at once, their clocks climb, workbooks are imported into a register,
// and the pack is upgraded and taken back with its cases; starts it again; and proves that
// every acknowledged act stands in its case's history once and no refused one does, that each
// rung fired once, that imports go on to exactly their rows, that the pack is wholly one
// version, and that the audit's chain holds and has each act once.
func CrashCases(ctx context.Context, o CrashOptions) (r CasesResult, err error) {
	began := time.Now()
	s, err := newStorm(o, "--audit.segment-bytes", smallSegment)
	if err != nil {
		return r, err
	}
	d := &docket{storm: s, rng: rand.New(rand.NewPCG(o.Seed, 4)), cases: map[string]*matter{}, asked: map[string]bool{}, refused: map[string]bool{}, books: map[string]*book{}}
	defer func() {
		err = d.over(err)
		r = d.result
		r.OK, r.Rounds, r.Seed, r.Cases, r.Seconds = err == nil, o.Rounds, o.Seed, len(d.cases), time.Since(began).Seconds()
	}()
	if err := d.start(ctx); err != nil {
		return r, err
	}
	if err := d.found(ctx); err != nil {
		return r, fmt.Errorf("conform: set the pack up: %w", err)
	}
	for i := range o.Rounds {
		if err := d.round(ctx); err != nil {
			return r, fmt.Errorf("conform: seed %d, round %d of cases (folder %s kept): %w", o.Seed, i+1, d.dir, err)
		}
		if (i+1)%5 == 0 {
			o.Tell(fmt.Sprintf("%d rounds, %d cases, %d acts, %d imports, %d upgrades", i+1, len(d.cases), d.result.Acts, d.result.Imports, d.result.Upgrades))
		}
	}
	return r, d.final(ctx)
}

// round works, kills, starts again and proves.
func (d *docket) round(ctx context.Context) error {
	plan := d.plan()
	if err := d.struck(ctx, 300*time.Millisecond+time.Duration(d.rng.IntN(1500))*time.Millisecond, plan, d.chain); err != nil {
		return err
	}
	return d.prove(ctx)
}

func (d *docket) plan() []func(context.Context) {
	var out []func(context.Context)
	add := func(do func(context.Context, *rand.Rand)) {
		rng := rand.New(rand.NewPCG(d.rng.Uint64(), 5))
		out = append(out, func(ctx context.Context) { do(ctx, rng) })
	}
	add(d.opener)
	for i := range d.users {
		add(func(ctx context.Context, rng *rand.Rand) { d.actor(ctx, d.users[i], rng) })
	}
	add(d.importer)
	if d.rng.IntN(3) > 0 {
		add(d.installer)
	}
	return out
}

// chain verifies the audit from its files.
func (d *docket) chain(ctx context.Context) error {
	r, err := d.audited(ctx, false)
	if err != nil {
		return err
	}
	d.result.Entries = r.Entries
	return nil
}
