package flow_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/packs"
)

// world is an engine on a store of its own with the invented people of two offices.
type world struct {
	*flow.Engine
	t       *testing.T
	store   store.Store
	packs   *pack.Packs
	ledger  *ledger.Ledger
	notices *notice.Notices

	mu      sync.Mutex
	now     time.Time
	changes []people.Change
	people  *crowd
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) at(text string) *world {
	w.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", text, region.Beijing)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
	return w
}

const (
	district = "420102000000"
	street   = "420102018000"
	place    = "420102018001"
)

var offices = []flow.Office{
	{Name: "operations", Title: "区城运中心", Region: district},
	{Name: "urban", Title: "区城管执法局", Region: district, Parent: "operations"},
	{Name: "tazihu", Title: "塔子湖街道办", Region: street, Parent: "urban"},
	{Name: "water", Title: "区水务局", Region: district},
}

func person(id, office string, roles ...people.Role) people.Actor {
	a := people.Actor{Kind: people.UserKind, ID: id, Name: id, Office: office, Roles: roles}
	for _, o := range offices {
		if o.Parent == office {
			a.Below = append(a.Below, o.Name)
		}
	}
	if office == "operations" {
		a.Below = append(a.Below, "tazihu")
	}
	return a
}

var (
	desk    = person("duan", "operations", "pothole.desk")
	mender  = person("ma", "tazihu", "pothole.mender", "pothole.checker")
	second  = person("hu", "tazihu", "pothole.mender")
	checker = person("cai", "tazihu", "pothole.checker")
	outside = person("shui", "water", "pothole.mender")
	nobody  = person("wu", "tazihu")

	everybody = append([]people.Actor{desk, mender, second, checker, outside, nobody}, workers...)
)

// crowd is who is there; whoever was disabled is not.
type crowd struct {
	all  []people.Actor
	gone []string
}

func (c *crowd) EachUser(_ context.Context, see func(people.User)) error {
	for _, a := range c.all {
		if slices.Contains(c.gone, a.ID) {
			continue
		}
		see(people.User{ID: a.ID, Login: a.Name, Office: a.Office, Roles: a.Roles, State: people.Enabled})
	}
	return nil
}

func open(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{t: t, people: &crowd{all: everybody}}
	w.at("2026-11-20 10:00")
	st, err := sqlite.Open(t.Context(), filepath.Join(dir, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	record := func(_ context.Context, _ store.Tx, c people.Change) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.changes = append(w.changes, c)
		return nil
	}
	w.store = st
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.ledger, err = ledger.New(t.Context(), ledger.Options{Store: st, Record: record})
	must(err)
	w.packs, err = pack.New(t.Context(), pack.Options{Store: st, Record: record, Now: w.Now, Kinds: kinds(w.ledger)})
	must(err)
	w.notices, err = notice.New(t.Context(), st, w.Now)
	must(err)
	w.Engine, err = flow.New(t.Context(), flow.Options{Store: st, Packs: w.packs, Ledger: w.ledger, Notices: w.notices, Record: record, Now: w.Now,
		People:  w.people,
		Offices: func(context.Context) ([]flow.Office, error) { return offices, nil }})
	must(err)
	return w
}

func kinds(l *ledger.Ledger) []pack.Kind {
	return append(append(pack.Own(), ledger.Kinds(l)...), flow.Kinds()...)
}

// install installs a pack that comes with the program.
func (w *world) install(folder string) *pack.Pack {
	w.t.Helper()
	fsys, err := fs.Sub(packs.Files, folder)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.put(fsys, "", false)
}

// put installs a pack from a folder over a version of it.
func (w *world) put(fsys fs.FS, from string, move bool) *pack.Pack {
	w.t.Helper()
	p, err := w.packs.Read(fsys)
	if err != nil {
		w.t.Fatalf("%+v", err)
	}
	if _, err := w.packs.Install(w.t.Context(), people.Local(), p, from, move); err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) report(by people.Actor, values ledger.Values) flow.Case {
	w.t.Helper()
	v := ledger.Values{"road": "香港路", "class": "main", "region": place}
	for k, x := range values {
		v[k] = x
	}
	c, _, err := w.Open(w.t.Context(), by, flow.Opening{Pack: "pothole", Flow: "hole", Values: v})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) do(by people.Actor, c flow.Case, action string, more ...func(*flow.Input)) flow.Case {
	w.t.Helper()
	out, err := w.try(by, c, action, more...)
	if err != nil {
		w.t.Fatalf("%s by %s: %v", action, by.ID, err)
	}
	return out
}

func (w *world) try(by people.Actor, c flow.Case, action string, more ...func(*flow.Input)) (flow.Case, error) {
	in := flow.Input{Action: action}
	for _, f := range more {
		f(&in)
	}
	return w.Act(w.t.Context(), by, c.ID, in)
}

// shot is a photo that was sent.
var shot = []any{map[string]any{"id": strings.Repeat("ab", 32), "name": "修补后.jpg"}}

func because(reason string) func(*flow.Input) {
	return func(in *flow.Input) { in.Reason, in.Basis = reason, reason }
}
func with(v map[string]any) func(*flow.Input) { return func(in *flow.Input) { in.Values = v } }
func to(name string) func(*flow.Input)        { return func(in *flow.Input) { in.To = name } }
