package flow_test

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/packs"
)

const shiftEntity = `entity:
  shift: {title: {zh: 值班表, en: Duty roster}, fields: {office: {type: office, required: true}, who: {type: text(20), required: true}, starts: {type: time, required: true, index: true}, ends: {type: time, required: true}}}
`

// onDuty is the pack of potholes with a roster: menders and checkers of the street come by it.
func onDuty(t *testing.T, more ...string) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(packs.Files, "examples/pothole/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	pairs := append([]string{
		"entity:\n", shiftEntity,
		"    supervise:", "    roster: {entity: shift, person: who, from: starts, to: ends, office: office}\n    supervise:",
		"by: mender@street, route: climb", "by: mender@street, route: [climb, duty]",
		"by: checker@street, except: mender", "by: checker@street, route: duty, except: mender"}, more...)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the pack has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return fstest.MapFS{"pack.yaml": {Data: []byte(s)}}
}

// shift enters one into the roster, with times of that day.
func (w *world) shift(p string, office, who, from, to string) {
	w.t.Helper()
	pk, err := w.packs.Current(p)
	if err != nil {
		w.t.Fatal(err)
	}
	e, _ := ledger.Of(pk, "shift")
	at := func(s string) string { return s + ":00+08:00" }
	err = w.store.Write(w.t.Context(), func(ctx context.Context, tx store.Tx) error {
		_, err := w.ledger.Create(ctx, tx, people.Local(), e, ledger.Values{"office": office, "who": who, "starts": at(from), "ends": at(to)}, w.Now())
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// todo are those of the street whose turn a case is.
func (w *world) todo(c flow.Case) string {
	w.t.Helper()
	var out []string
	for _, a := range []people.Actor{mender, second, checker} {
		list, _, err := w.List(w.t.Context(), a, flow.Filter{Desk: flow.DeskTodo}, "", 50)
		if err != nil {
			w.t.Fatal(err)
		}
		if slices.ContainsFunc(list, func(x flow.Listed) bool { return x.ID == c.ID }) {
			out = append(out, a.ID)
		}
	}
	return strings.Join(out, " ")
}

// said is what the last step of a case says of the roster.
func (w *world) noted(c flow.Case) flow.DutyNote {
	w.t.Helper()
	steps := w.get(c).Steps
	if n := steps[len(steps)-1].Detail.Duty; n != nil {
		return *n
	}
	return flow.DutyNote{}
}

// TestDuty: a case is the turn of whoever is on duty in the office that was found, of nobody
// else there until the shift ends; then whoever is on duty takes over, and of all who hold
// the role where nobody is. The history says each time what the roster had.
func TestDuty(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(onDuty(t), "", false)
	w.shift("pothole", "tazihu", "ma", "2026-11-20T12:00", "2026-11-20T20:00")
	w.shift("pothole", "tazihu", "hu", "2026-11-20T08:00", "2026-11-20T12:00")
	w.shift("pothole", "water", "shui", "2026-11-20T09:00", "2026-11-20T12:00") // of another office
	c := w.do(desk, w.report(desk, nil), "accept")
	if c.Office != "tazihu" || c.Stray || w.todo(c) != "hu" || w.told(second, flow.ToldTurn) != 1 || w.told(mender, flow.ToldTurn) != 0 {
		t.Fatalf("with %s: of %s", c.Office, w.todo(c))
	}
	if n := w.noted(c); n != (flow.DutyNote{Office: "tazihu", Person: "hu"}) {
		t.Errorf("%+v", n)
	}
	if f := w.refused(mender, c, "sign", "case.turn"); !strings.Contains(f.Remedy.ZH, "值班的养护员 hu") {
		t.Errorf("%s", f.Remedy.ZH)
	}
	w.at("2026-11-20 12:00").tick(1)
	if w.todo(c) != "ma" || w.told(mender, flow.ToldTurn) != 1 {
		t.Errorf("of %s after the shift", w.todo(c))
	}
	w.refused(second, c, "sign", "case.turn")
	w.at("2026-11-20 15:31").tick(1) // the time of the stage is over
	w.at("2026-11-20 20:00").tick(1)
	if n := w.noted(c); w.todo(c) != "ma hu" || n.Why != flow.DutyNobody || n.Person != "" {
		t.Errorf("of %s where nobody is on duty: %+v", w.todo(c), n)
	}
	steps := w.get(c).Steps
	if last := steps[len(steps)-1]; last.Action != flow.ActRelieve || last.Actor != "" {
		t.Errorf("%+v", last)
	}
	w.tick(0)
	if c = w.do(second, c, "sign"); c.Holder != "hu" || c.Duty != nil {
		t.Errorf("%+v", c)
	}
}

// TestDutyNobody: where nobody is on duty, or who is may not act, the case goes by role.
func TestDutyNobody(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(onDuty(t), "", false)
	c := w.do(desk, w.report(desk, nil), "accept")
	if n := w.noted(c); w.todo(c) != "ma hu" || n != (flow.DutyNote{Office: "tazihu", Why: flow.DutyNobody}) {
		t.Errorf("of %s, %+v", w.todo(c), n)
	}
	c = w.do(mender, c, "sign")
	w.shift("pothole", "tazihu", "ma", "2026-11-20T08:00", "2026-11-20T20:00") // he may not check himself
	c = w.do(mender, c, "done", with(map[string]any{"method": "cold", "area": 1.0, "after": shot}))
	if n := w.noted(c); c.State != "checking" || w.todo(c) != "ma cai" || n.Why != flow.DutyAway || n.Person != "" {
		t.Errorf("of %s, %+v", w.todo(c), n) // his role's turn it is, and he is refused
	}
	w.refused(mender, c, "pass", "case.self")
	w.do(checker, c, "pass")

	d := w.do(desk, w.report(desk, ledger.Values{"class": "branch"}), "accept")
	if w.todo(d) != "ma" {
		t.Fatalf("of %s", w.todo(d))
	}
	w.shift("pothole", "tazihu", "zhao", "2026-11-20T09:30", "2026-11-20T20:00") // nobody of the office is called so
	e := w.do(desk, w.report(desk, ledger.Values{"class": "branch"}), "accept")
	if w.todo(e) != "ma" {
		t.Errorf("of %s: who began before is still on duty", w.todo(e))
	}
	w.people.gone = []string{"ma"}
	w.feed(event.UserChanged, "ma")
	for _, x := range []flow.Case{d, e} {
		if n := w.noted(x); w.todo(x) != "ma hu" || n.Why != flow.DutyAway || w.get(x).Stray { // ma's account no longer lets him in
			t.Errorf("of %s once who was on duty has left: %+v", w.todo(x), n)
		}
	}
	if steps := len(w.get(d).Steps); steps != 3 {
		t.Errorf("%d steps", steps)
	}
	w.feed(event.UserChanged, "ma") // again, after a crash
	if steps := len(w.get(d).Steps); steps != 3 {
		t.Errorf("%d steps after the same once more", steps)
	}
	w.do(second, d, "sign")
}

// TestDutyHandedOn: whoever is on duty may hand a case to a colleague of the role.
func TestDutyHandedOn(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(onDuty(t), "", false)
	w.shift("pothole", "tazihu", "hu", "2026-11-20T08:00", "2026-11-20T12:00")
	c := w.do(desk, w.report(desk, nil), "accept")
	w.refused(second, c, flow.ActDelegate, "case.delegate", to("cai")) // who mends nothing
	w.refused(mender, c, flow.ActDelegate, "case.turn", to("ma"))
	if c = w.do(second, c, flow.ActDelegate, to("ma")); w.todo(c) != "ma" || c.Holder != "" {
		t.Errorf("of %s", w.todo(c))
	}
	w.do(mender, c, "sign")
}

// TestDutyRaised: a late case that climbs is told to whoever is on duty above.
func TestDutyRaised(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(onDuty(t, "within: 4wh, actions", "within: 4wh, ladder: std, actions"), "", false)
	w.people.all = append(slices.Clone(everybody), person("lu", "urban", "pothole.mender"), person("shi", "urban", "pothole.mender"))
	w.feed(event.UserChanged, "lu")
	w.shift("pothole", "urban", "lu", "2026-11-20T08:00", "2026-11-23T08:00")
	c := w.do(desk, w.report(desk, nil), "accept")
	w.at("2026-11-20 15:31")
	if _, err := w.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	lu, shi := person("lu", "urban"), person("shi", "urban")
	if w.told(lu, flow.ToldRaised) != 1 || w.told(shi, flow.ToldRaised) != 0 {
		t.Errorf("on duty told %d, others %d: %+v", w.told(lu, flow.ToldRaised), w.told(shi, flow.ToldRaised), w.get(c).Case)
	}
	if n := w.noted(c); n != (flow.DutyNote{Office: "urban", Person: "lu"}) {
		t.Errorf("%+v", n)
	}
}

// TestDutyOfSeveral: of equally near offices the one is taken that has somebody on duty; the
// roster is asked once for all of them, at the step's instant.
func TestDutyOfSeveral(t *testing.T) {
	w := open(t, t.TempDir())
	p, err := w.packs.Read(onDuty(t))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := flow.Of(p, "hole")
	holders := map[string]map[string][]string{"operations": {"pothole.desk": {"d"}}}
	tree := []flow.Office{{Name: "operations", Region: district}}
	for _, o := range []string{"east", "north", "west"} {
		tree = append(tree, flow.Office{Name: o, Region: street, Parent: "operations"})
		holders[o] = map[string][]string{"pothole.mender": {o + "1", o + "2"}}
	}
	names := map[string]string{}
	for _, o := range holders {
		for _, users := range o {
			for _, u := range users {
				names[u] = u
			}
		}
	}
	clk, err := clock.New(clock.Published(), clock.DefaultOffice())
	if err != nil {
		t.Fatal(err)
	}
	var asked [][]string
	now := w.Now()
	env := flow.Env{Clock: func(string) *clock.Clock { return clk }, Tree: flow.NewTree(tree, holders).Named(names, nil), Values: map[string]any{"class": "main", "region": place},
		Duty: func(offices []string, at time.Time) ([]flow.Shift, error) {
			asked = append(asked, offices)
			if !at.Equal(now) {
				t.Errorf("asked for %s", at)
			}
			return []flow.Shift{{Office: "west", Person: "nobody", Until: now.Add(time.Hour)}, {Office: "west", Person: "west2", Until: now.Add(time.Hour)}}, nil
		}}
	c, _, err := m.Open(flow.Case{ID: "c", Region: place}, flow.Actor{System: true}, env, now)
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = m.Step(c, flow.Input{Actor: flow.Actor{ID: "d", Office: "operations", Level: "district", Roles: []string{"desk"}}, Action: "accept"}, env, now); err != nil {
		t.Fatal(err)
	}
	if c.Office != "west" || m.OnDuty(c, env.Tree) != "west2" || len(asked) != 1 || strings.Join(asked[0], " ") != "east north west" {
		t.Errorf("with %s, %v; asked %v", c.Office, c.Duty, asked)
	}
}

// TestDutyByDay: a roster may go by whole days, name people with their telephone, and say by
// whose its records are which office they are of.
func TestDutyByDay(t *testing.T) {
	days := func(to string) fs.FS {
		return onDuty(t, "office: {type: office, required: true}, who: {type: text(20), required: true}, starts: {type: time, required: true, index: true}, ends: {type: time, required: true}", "who: {type: person}, starts: {type: date}, ends: {type: date}",
			"from: starts, to: ends, office: office", "from: starts"+to)
	}
	for name, x := range map[string]struct {
		to         string
		last       string // day of the record
		at         string
		want, gone string
	}{
		"one day, at its end":            {"", "2026-11-20", "2026-11-20 23:59", "hu", "2026-11-21 00:00"},
		"the last day counts whole":      {", to: ends", "2026-11-22", "2026-11-22 23:59", "hu", "2026-11-23 00:00"},
		"one day alone, on the next day": {"", "2026-11-22", "2026-11-21 00:00", "ma hu", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, t.TempDir())
			p := w.put(days(x.to), "", false)
			e, _ := ledger.Of(p, "shift")
			err := w.store.Write(t.Context(), func(ctx context.Context, tx store.Tx) error {
				_, err := w.ledger.Create(ctx, tx, mender, e, ledger.Values{"who": map[string]any{"name": "hu", "phone": "027-00000001"}, "starts": "2026-11-20", "ends": x.last}, w.Now())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			w.at(x.at)
			c := w.do(desk, w.report(desk, nil), "accept")
			if w.todo(c) != x.want {
				t.Errorf("of %s", w.todo(c))
			}
			if x.gone == "" {
				return
			}
			if _, err := w.at(x.gone).Tick(t.Context()); err != nil || w.todo(c) != "ma hu" {
				t.Errorf("of %s after it, %v", w.todo(c), err)
			}
		})
	}
}

// TestDutyFaults: what is wrong with a roster is told with its place and what was meant.
func TestDutyFaults(t *testing.T) {
	const roster = "{entity: shift, person: who, from: starts, to: ends, office: office}"
	for given, want := range map[string]string{
		"{entity: shfit, person: who, from: starts, to: ends}":              "flow.roster.entity shift",
		"{entity: shift, person: whom, from: starts, to: ends}":             "flow.roster.field who",
		"{entity: shift, person: starts, from: starts, to: ends}":           "flow.roster.type text/person",
		"{entity: shift, person: who, from: who, to: ends}":                 "flow.roster.type time/date",
		"{entity: shift, person: who, from: starts}":                        "flow.roster to",
		"{entity: shift, from: starts, to: ends}":                           "flow.roster person",
		"{person: who, from: starts, to: ends}":                             "flow.roster entity",
		"{entity: shift, person: who, from: starts, to: ends, office: who}": "flow.roster.type office",
		"{entity: shift, person: who, from: starts, till: ends}":            "key till",
	} {
		_, err := w0(t).packs.Read(onDuty(t, roster, given))
		f := fault.From(err)
		if f == nil {
			t.Errorf("%s is taken", given)
			continue
		}
		if len(f.Parts) > 0 {
			f = f.Parts[0]
		}
		code, word, _ := strings.Cut(want, " ")
		if !strings.Contains(f.Code, code) || !strings.Contains(f.Text.EN+f.Remedy.EN, word) || !strings.HasPrefix(f.Where, "pack.yaml:") || f.Remedy.ZH == "" {
			t.Errorf("%s: %s at %s: %s", given, f.Code, f.Where, f.In("en"))
		}
	}
	_, err := w0(t).packs.Read(onDuty(t, "    roster: "+roster+"\n", ""))
	if f := fault.From(err); f == nil || len(f.Parts) != 2 || f.Parts[0].Code != "flow.duty" {
		t.Errorf("no roster: %v", err)
	}
}

func w0(t *testing.T) *world { return open(t, t.TempDir()) }

// TestDutyTried: tests beside a pack give the roster its shifts and say who is on duty.
func TestDutyTried(t *testing.T) {
	trials := func(duty string) string {
		return `tests:
  - name: 值班的养护员先接，交班后转给下一班
    given:
      at: "2026-11-20 09:30"
      shift:
        - {office: street, who: mender2, starts: "2026-11-20 08:00", ends: "2026-11-20 12:00"}
        - {office: street, who: mender, starts: "2026-11-20 12:00", ends: "2026-11-20 20:00"}
      hole: {road: 香港路, class: main}
    when:
      - {do: accept, as: desk, then: {state: assigned, office: street, duty: ` + duty + `, told: mender}}
      - {do: sign, as: mender, refused: case.turn}
      - {at: "2026-11-20 12:01", then: {duty: mender}}
      - {at: "2026-11-20 20:01", then: {duty: none}}
      - {do: sign, as: mender2, then: {holder: mender2}}
`
	}
	for duty, ok := range map[string]bool{"mender2": true, "mender": false} {
		w := open(t, t.TempDir())
		files := onDuty(t).(fstest.MapFS)
		files["tests.yaml"] = &fstest.MapFile{Data: []byte(trials(duty))}
		p, err := w.packs.Read(files)
		if err != nil {
			t.Fatalf("%+v", err)
		}
		all, err := flow.Try(t.Context(), p, flow.Ground{Kinds: kinds, Store: func(context.Context) (store.Store, error) {
			return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "trial.db"), sqlite.Options{})
		}})
		if err != nil || len(all) != 1 || all[0].OK != ok || !ok && all[0].Found["when[0].then.duty"] != "mender2" {
			t.Errorf("%s: %+v, %v", duty, all, err)
		}
	}
	files := onDuty(t).(fstest.MapFS)
	files["tests.yaml"] = &fstest.MapFile{Data: []byte("tests: [{name: 错, given: {shift: {whom: mender}, hole: {road: 香港路}}}]")}
	if _, err := w0(t).packs.Read(files); err == nil || !strings.Contains(fault.From(err).In("en")+fmt.Sprint(fault.From(err).Parts), "whom") {
		t.Errorf("a field the roster does not have: %v", err)
	}
}
