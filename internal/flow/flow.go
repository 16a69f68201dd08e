// Package flow owns cases: matters that walk through the states a pack declares, each step
// taken by whoever's turn it is, against clocks that warn, climb and decide. The step itself
// is pure (Machine.Step); this room puts it into one transaction with the record it changes,
// the history, the audit, the fact and the notices.
//
// It must never hold what a case is about: that is a record of the ledger, masked and
// guarded there. A case that no office was found for waits on the desk and is counted; a
// clock that cannot be set refuses the step.
//
// Read first: Decl, Machine.Step, Engine.Act, Engine.Tick.
package flow

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

//go:embed schema2.sql
var schema2 string

//go:embed schema3.sql
var schema3 string

//go:embed schema4.sql
var schema4 string

//go:embed schema5.sql
var schema5 string

//go:embed schema6.sql
var schema6 string

var migrations = []store.Migration{{Version: 1, SQL: schema1}, {Version: 2, SQL: schema2}, {Version: 3, SQL: schema3}, {Version: 4, SQL: schema4}, {Version: 5, SQL: schema5}, {Version: 6, SQL: schema6}}

// People is who may hold cases.
type People interface {
	EachUser(ctx context.Context, see func(people.User)) error
}

// Options are what the engine stands on; all but Now and Log are needed.
type Options struct {
	Store   store.Store
	Packs   *pack.Packs
	Ledger  *ledger.Ledger
	Notices *notice.Notices
	People  People
	Offices func(ctx context.Context) ([]Office, error)
	Record  people.Record
	Now     func() time.Time // time.Now
	Log     *slog.Logger

	OneByOne bool // timers fire one after the other, in the order in which they are due
}

// Engine runs cases. It is safe for concurrent use.
type Engine struct {
	opt    Options
	ledger *ledger.Ledger // without entries of its own: a step has one for all of it
	tree   atomic.Pointer[Tree]
	bounds bounds

	mu    sync.Mutex
	times *times // in use

	wake chan struct{} // a timer nearer than the one waited for
}

// New brings the room's tables up and learns offices, people and the calendar.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := o.Store.Migrate(ctx, "flow", migrations); err != nil {
		return nil, fmt.Errorf("flow: %w", err)
	}
	e := &Engine{opt: o, bounds: usual, ledger: o.Ledger.Quiet(), times: newTimes(), wake: make(chan struct{}, 1)}
	if err := e.settings(ctx); err != nil {
		return nil, err
	}
	return e, e.Learn(ctx)
}

// Learn reads offices and people anew: who may hold what, and where.
func (e *Engine) Learn(ctx context.Context) error {
	offices, err := e.opt.Offices(ctx)
	if err != nil {
		return fmt.Errorf("flow: offices: %w", err)
	}
	holders, names, logins := map[string]map[string][]string{}, map[string]string{}, map[string]string{}
	err = e.opt.People.EachUser(ctx, func(u people.User) {
		if u.State != people.Enabled || u.Office == "" {
			return
		}
		for _, r := range u.Roles {
			if !r.OfPack() {
				continue
			}
			if holders[u.Office] == nil {
				holders[u.Office] = map[string][]string{}
			}
			holders[u.Office][string(r)] = append(holders[u.Office][string(r)], u.ID)
			names[u.ID], logins[u.ID] = cmp.Or(u.Name, u.Login), u.Login
		}
	})
	if err != nil {
		return fmt.Errorf("flow: people: %w", err)
	}
	e.tree.Store(NewTree(offices, holders).Named(names, logins))
	return nil
}

// Tree is who sits where, as it is known now.
func (e *Engine) Tree() *Tree { return e.tree.Load() }

// Follow are the consumers of a node: who sits where, and the facts that open and close
// cases.
func (e *Engine) Follow(node string) []store.Consumer {
	return []store.Consumer{
		{Name: "flow.people." + node, Kinds: []event.Kind{event.UserChanged, event.OfficeChanged},
			Handle: func(ctx context.Context, _ event.Event) (store.Writes, error) { return nil, e.Learn(ctx) }},
		{Name: "flow.calendar." + node, Kinds: []event.Kind{event.CalendarChanged}, Handle: e.moveCases},
		{Name: "flow.strays", Kinds: []event.Kind{event.UserChanged, event.OfficeChanged}, Handle: e.restaff},
		{Name: "flow.upgrades", Kinds: []event.Kind{event.PackChanged}, Handle: e.upgraded},
		{Name: "flow.titles", Kinds: []event.Kind{event.RecordChanged}, Handle: e.titles},
		{Name: "flow.triggers", Kinds: []event.Kind{event.QualityFound, event.QualityPassed, event.CaseClosed}, Handle: e.trigger},
	}
}

// clockOf is the calendar read with an office's hours.
func (e *Engine) clockOf(office string) *clock.Clock {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, err := e.times.clock(office)
	if err != nil { // hours are checked before they are kept
		e.opt.Log.Error("an office's hours cannot be read; the usual ones count", "office", office, "error", err)
		if c, err = clock.New(e.times.cal, clock.DefaultOffice()); err != nil {
			panic(err)
		}
	}
	return c
}

// env is what is looked at of a case that nobody acts on.
func (e *Engine) env(v ledger.Values) Env {
	return Env{Clock: e.clockOf, Tree: e.tree.Load(), Values: v}
}

// around is env with what a step looks at of other cases: how many are open below it, and
// how many each office has to do.
func (e *Engine) around(ctx context.Context, db bun.IDB, m *Machine, id string, v ledger.Values) (Env, error) {
	env := e.env(v)
	env.Load = func(office, role string) int {
		n, err := db.NewSelect().TableExpr("flow_turn").Where("office = ?", office).Where("role = ?", role).Count(ctx)
		if err != nil {
			e.opt.Log.Error("an office's cases could not be counted; it is taken to have none", "office", office, "error", err)
		}
		return int(n)
	}
	if m.roster != nil {
		env.Duty = func(offices []string, at time.Time) ([]Shift, error) { return e.shifts(ctx, db, m.roster, offices, at) }
	}
	if !m.subs {
		return env, nil
	}
	n, err := db.NewSelect().TableExpr("flow_case").Where("parent = ?", id).Where("parent <> ''").Where("ended IS NULL").Count(ctx)
	env.Below = int(n)
	return env, err
}

// shifts reads those of a roster that hold at an instant, in one query.
func (e *Engine) shifts(ctx context.Context, db bun.IDB, r *roster, offices []string, at time.Time) (out []Shift, err error) {
	records, _, err := e.opt.Ledger.FindIn(ctx, db, r.entity, r.query(offices, at))
	if err != nil {
		return nil, err
	}
	for _, x := range records {
		if s, ok := r.shift(x, at); ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// machine is the flow a case runs on: the version it began with.
func (e *Engine) machine(ctx context.Context, c Case) (*Machine, error) {
	p, err := e.opt.Packs.At(ctx, c.Pack, c.Version)
	return machineOf(p, c, err)
}

// machineIn is machine of a case that was read in a transaction: the version may have been
// installed, and the case moved to it, a moment ago and be committed together with us.
func (e *Engine) machineIn(ctx context.Context, tx store.Tx, c Case) (*Machine, error) {
	p, err := e.opt.Packs.AtIn(ctx, tx, c.Pack, c.Version)
	return machineOf(p, c, err)
}

// matter is the flow of a case that was read in a transaction, with the case's record.
func (e *Engine) matter(ctx context.Context, tx store.Tx, c Case) (*Machine, ledger.Record, error) {
	m, err := e.machineIn(ctx, tx, c)
	if err != nil {
		return nil, ledger.Record{}, err
	}
	r, err := e.opt.Ledger.Get(ctx, tx, m.entity, c.Record)
	return m, r, err
}

func machineOf(p *pack.Pack, c Case, err error) (*Machine, error) {
	if err != nil {
		return nil, err
	}
	m, ok := Of(p, c.Flow)
	if !ok {
		return nil, pack.ErrMissing.At("%s.%s %s", c.Pack, c.Flow, c.Version)
	}
	return m, nil
}

// flowIn is the current version of a flow, as a transaction sees it.
func (e *Engine) flowIn(ctx context.Context, tx store.Tx, packID, name string) (*Machine, error) {
	p, err := e.opt.Packs.CurrentIn(ctx, tx, packID)
	if err != nil {
		return nil, err
	}
	m, ok := Of(p, name)
	if !ok {
		return nil, pack.ErrMissing.At("%s.%s", packID, name)
	}
	return m, nil
}

// Actor is somebody as the flows of a pack see them.
func (e *Engine) Actor(by people.Actor, packID string) Actor {
	a := Actor{ID: by.ID, Name: by.Name, Office: by.Office, Level: e.tree.Load().Level(by.Office)}
	for _, r := range by.Roles {
		if p, short := r.Split(); p == packID {
			a.Roles = append(a.Roles, short)
		}
	}
	return a
}

func wrapped(what string, err error) error {
	if err == nil || faulty(err) {
		return err
	}
	return fmt.Errorf("flow: %s: %w", what, err)
}

// beijing is the time people read.
var beijing = region.Beijing
