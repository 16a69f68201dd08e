package flow_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/region"
)

// climbing is a flow whose first state is done late, as often as its ladder says, and whose
// second is found by climbing.
const climbing = `
pack: {id: late, version: 1.0.0, title: 迟, calendar: cn-gov}
roles: {a: {title: 甲}, b: {title: 乙}}
entity: {e: {title: 件, fields: {name: {title: 名, type: text(9)}, region: {title: 区划, type: region}}}}
ladder: {l: [{at: 100%, raise: 1}, {at: 150%, raise: 1}]}
flow:
  e:
    states:
      made: {by: a, within: 2h, ladder: l, actions: {on: {to: seen}}}
      seen: {by: b, within: 2h, ladder: l, actions: {done: {to: closed}}}
      closed: {end: true}
`

// tardy is that flow on a tree of offices.
type tardy struct {
	t    *testing.T
	m    *flow.Machine
	env  flow.Env
	c    flow.Case
	told []string // offices that it climbed to
	now  time.Time
}

func (l *tardy) raise() {
	l.t.Helper()
	timers, err := l.m.Timers(l.c, l.env, l.now)
	if err != nil || len(timers) != 1 {
		l.t.Fatalf("%v, %v", timers, err)
	}
	l.now = timers[0].At
	c, effects, ok, err := l.m.Fire(l.c, timers[0], l.env, l.now)
	if err != nil || !ok {
		l.t.Fatalf("%v, %v", ok, err)
	}
	l.c = c
	for _, x := range effects {
		if x.Tell != nil && x.Tell.Why == flow.ToldRaised {
			l.told = append(l.told, x.Tell.Office)
		}
	}
}

// TestClimbed: a late case that climbed is next with the office it climbed to, or the nearest
// one there or above that has somebody for it; not one higher still because nobody was there
// in between, or because two offices above each other sit at one level.
func TestClimbed(t *testing.T) {
	at := func(name, code, parent string) flow.Office {
		return flow.Office{Name: name, Title: name, Region: region.Code(code), Parent: parent}
	}
	const city, cityCode = "city", "420100000000"
	full := []flow.Office{at("gov", cityCode, ""), at(city, cityCode, "gov"), at("district", district, city), at("bureau", district, "district"), at("street", street, "bureau"), at("community", place, "street")}
	sparse := []flow.Office{at(city, cityCode, ""), at("district", district, city), at("community", place, "district")} // no street in between
	for name, x := range map[string]struct {
		offices []flow.Office
		made    string   // where it is done late
		seen    []string // where somebody may do what comes then
		raised  int
		want    string
		told    string // the last office it climbed to
	}{
		"in time":                                  {full, "street", []string{"community", "street", "district"}, 0, "community", ""},
		"one up":                                   {full, "community", []string{"community", "street", "district"}, 1, "street", "street"},
		"two up, to the street's bureau":           {full, "community", []string{"community", "street", "bureau", city}, 2, "bureau", "bureau"},
		"two up within the district":               {full, "street", []string{"street", "bureau", "district", city}, 2, "district", "district"},
		"nobody at the street":                     {full, "street", []string{"district", city}, 1, "district", "bureau"},
		"nobody below the district":                {full, "community", []string{"district", city}, 1, "district", "street"},
		"no street in between":                     {sparse, "community", []string{"community", "district", city}, 1, "district", "district"},
		"no street in between, nobody below":       {sparse, "community", []string{"district", city}, 1, "district", "district"},
		"no street in between, two up":             {sparse, "community", []string{"community", "district", city}, 2, city, city},
		"nobody where it climbed to or above it":   {full, "street", []string{"community", "street"}, 1, "street", "bureau"},
		"it climbed as far as there is, and again": {sparse, "district", []string{"district", city}, 2, city, city},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, t.TempDir())
			p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(climbing)}})
			if err != nil {
				t.Fatal(err)
			}
			m, _ := flow.Of(p, "e")
			holders := map[string]map[string][]string{x.made: {"late.a": {"u"}}}
			for _, o := range x.seen {
				if holders[o] == nil {
					holders[o] = map[string][]string{}
				}
				holders[o]["late.b"] = []string{"v"}
			}
			clk, err := clock.New(clock.Published(), clock.DefaultOffice())
			if err != nil {
				t.Fatal(err)
			}
			l := &tardy{t: t, m: m, now: w.Now(), env: flow.Env{Clock: func(string) *clock.Clock { return clk }, Tree: flow.NewTree(x.offices, holders), Values: map[string]any{"region": place}}}
			if l.c, _, err = m.Open(flow.Case{ID: "c", Region: place}, flow.Actor{System: true}, l.env, l.now); err != nil || l.c.Office != x.made {
				t.Fatalf("made at %s, %v", l.c.Office, err)
			}
			for range x.raised {
				l.raise()
			}
			if n := len(l.told); n != x.raised || n > 0 && l.told[n-1] != x.told {
				t.Errorf("it climbed to %v", l.told)
			}
			if l.c, _, err = m.Step(l.c, flow.Input{Actor: flow.Actor{ID: "u", Office: x.made, Roles: []string{"a"}}, Action: "on"}, l.env, l.now); err != nil {
				t.Fatal(err)
			}
			if l.c.Office != x.want || l.c.Level != x.raised {
				t.Errorf("it is with %s, level %d", l.c.Office, l.c.Level)
			}
		})
	}
}

// TestClimbedOn: a case that is late again where it climbed to climbs from there, not from
// as far above as it has climbed before.
func TestClimbedOn(t *testing.T) {
	w := open(t, t.TempDir())
	p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(climbing)}})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := flow.Of(p, "e")
	clk, err := clock.New(clock.Published(), clock.DefaultOffice())
	if err != nil {
		t.Fatal(err)
	}
	tree := flow.NewTree([]flow.Office{{Name: "gov", Region: "420100000000"}, {Name: "city", Region: "420100000000", Parent: "gov"}, {Name: "district", Region: district, Parent: "city"}, {Name: "street", Region: street, Parent: "district"}},
		map[string]map[string][]string{"street": {"late.a": {"u"}}, "district": {"late.b": {"v"}}})
	l := &tardy{t: t, m: m, now: w.Now(), env: flow.Env{Clock: func(string) *clock.Clock { return clk }, Tree: tree, Values: map[string]any{"region": place}}}
	if l.c, _, err = m.Open(flow.Case{ID: "c", Region: place}, flow.Actor{System: true}, l.env, l.now); err != nil {
		t.Fatal(err)
	}
	l.raise()
	if l.c, _, err = m.Step(l.c, flow.Input{Actor: flow.Actor{ID: "u", Office: "street", Roles: []string{"a"}}, Action: "on"}, l.env, l.now); err != nil || l.c.Office != "district" {
		t.Fatalf("with %s, %v", l.c.Office, err)
	}
	l.raise()
	l.raise()
	if got := l.told; len(got) != 3 || got[0] != "district" || got[1] != "city" || got[2] != "gov" {
		t.Errorf("it climbed to %v", got)
	}
}
