package demo

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

// TestMain is the process of a load as well: nodes of these tests start this program.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "child" {
		if err := node.Child(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestTheSameSeedGivesTheSameCalls(t *testing.T) {
	total := 0
	for day := -before; day <= 0; day++ {
		a, b := callsOn(7, day, false, 1), callsOn(7, day, false, 1)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("day %d has other calls the second time", day)
		}
		if len(a) > 0 && reflect.DeepEqual(a, callsOn(8, day, false, 1)) {
			t.Errorf("another seed gives the same calls on day %d", day)
		}
		if n := len(callsOn(7, day, true, 1)); day != -4 && len(a) > 20 && n*2 > len(a) {
			t.Errorf("%d calls at a weekend where a working day has %d", n, len(a))
		}
		total += len(a)
	}
	if total < 3000 {
		t.Errorf("only %d calls in the month", total)
	}
}

func TestEveryMomentOfTheMonthLiesBehind(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 11, 20, 0, 0, 30, 0, region.Beijing), time.Date(2026, 11, 20, 5, 17, 0, 0, region.Beijing), time.Date(2026, 11, 20, 9, 31, 0, 0, region.Beijing), time.Date(2026, 11, 20, 12, 0, 0, 0, region.Beijing), time.Date(2026, 11, 20, 23, 59, 59, 0, region.Beijing),
	} {
		c, err := NewClock(t.TempDir(), func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		last := time.Time{}
		for day := -before; day <= 0; day++ {
			for _, h := range []float64{7.5, 8, 12, 19} {
				at := c.hour(day, h)
				if at.After(now) || !at.After(last) || at.In(region.Beijing).Format(time.DateOnly) != c.midnight(day).Format(time.DateOnly) {
					t.Fatalf("hour %v of day %d is %s, at %s, after %s", h, day, at, now, last)
				}
				if local := at.In(region.Beijing).Hour(); local < 7 || local >= 20 {
					t.Errorf("at %s the hour %v of day %d is at night: %s", now, h, day, at)
				}
				last = at
			}
		}
		c.to(c.hour(0, 19))
		before := c.Now()
		c.to(c.hour(-3, 8))
		if c.Now().Before(before) {
			t.Errorf("the clock went back to %s", c.Now())
		}
	}
}

func TestAClockOfAFolderThatIsThereShowsTheRealTime(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 20, 12, 0, 0, 0, region.Beijing)
	if err := os.WriteFile(dir+"/state.db", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := NewClock(dir, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if c.to(now.AddDate(0, 0, 1)); !c.Now().Equal(now) {
		t.Errorf("it shows %s", c.Now())
	}
}

// small are directories of which something comes in the month.
var small = []string{"pension", "low_income", "disabled_cards", "enterprises", "hospitals", "licences", "hotline"}

// lived is a district of the small directories after its month.
func lived(t *testing.T) *stage {
	began, noon := time.Now(), time.Date(2026, 11, 20, 12, 0, 0, 0, region.Beijing)
	config := node.Defaults()
	config.Data, config.Listen, config.Place.Demo = t.TempDir()+"/data", "", true
	clock, err := NewClock(config.Data, func() time.Time { return noon.Add(time.Since(began)) })
	if err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(t.Context(), config, node.Options{Version: "test", Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	s := newStage(n, clock, func(st Step) {
		if !st.OK {
			t.Errorf("%s: %s", st.Name, st.Error)
		}
	})
	if err := s.build(t.Context(), slices.DeleteFunc(deliveries(), func(d delivery) bool { return !slices.Contains(small, d.directory) })); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheMonthIsAsPlanned(t *testing.T) {
	s := lived(t)
	t.Run("batches", s.batchesAsPlanned)
	t.Run("calls", s.callsAsPlanned)
	t.Run("grants", s.grantsAsPlanned)
	t.Run("cases", s.casesAsPlanned)
}

func (s *stage) batchesAsPlanned(t *testing.T) {
	all, next, err := s.node.Ingest.Batches(t.Context(), ingest.Filter{}, "", 500)
	if err != nil || next != "" {
		t.Fatal(err, next)
	}
	got, want := map[string]int{}, map[string]int{}
	states := map[ingest.State]int{}
	for _, b := range all {
		if states[b.State]++; b.Parent == "" {
			got[b.StartedAt.In(region.Beijing).Format(time.DateOnly)+" "+b.Directory]++
		} else if b.Directory != "low_income" || b.Published == 0 {
			t.Errorf("a replay of %s mended %d rows", b.Directory, b.Published)
		}
		if b.EndedAt.Before(b.StartedAt) || b.EndedAt.Sub(b.StartedAt) > 12*time.Hour {
			t.Errorf("a batch of %s began at %s and ended at %s", b.Directory, b.StartedAt, b.EndedAt)
		}
	}
	for _, d := range deliveries() {
		if slices.Contains(small, d.directory) && d.expect != "failed" {
			want[s.clock.midnight(d.day).Format(time.DateOnly)+" "+d.directory]++
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("the batches by day are\n%v\nand should be\n%v", got, want)
	}
	if states[ingest.Held] != 1 || states[ingest.Returned] != 1 || states[ingest.Published] != len(all)-2 {
		t.Errorf("the batches are %v", states)
	}
}

// callsAsPlanned compares every call that stands in the audit with the plan: by day,
// application, what it was and what came of it.
func (s *stage) callsAsPlanned(t *testing.T) {
	got, want, last := map[string]int{}, map[string]int{}, time.Time{}
	f := audit.Filter{Limit: 10_000}
	p, err := s.node.Audit.Search(t.Context(), f)
	if err != nil || p.Next != 0 {
		t.Fatal(err, p.Next)
	}
	slices.Reverse(p.Entries)
	for _, e := range p.Entries {
		if e.App == "" || e.Action == "receipt.read" {
			continue
		}
		if last.Sub(e.At) > time.Second { // entries of calls that ran side by side may change places
			t.Errorf("entry %d of %s comes after one of %s", e.Seq, e.At, last)
		}
		last = e.At
		got[fmt.Sprint(e.At.In(region.Beijing).Format(time.DateOnly), " ", e.App, " ", e.Action, " ", e.Outcome)]++
	}
	for day := -before; day <= 0; day++ {
		taken := map[string]int{}
		for _, k := range callsOn(Seed, day, s.clock.weekend(day), s.clock.share(day)) {
			c := s.callers[k.app]
			action, outcome := map[kind]string{list: "list", count: "count"}[k.kind], "ok"
			if action == "" {
				action = "read"
			}
			ended := c.app == "licence_watch" && (day > -9 || day == -9 && k.hour > 17) || c.until != 0 && day > c.until
			switch {
			case ended:
				outcome = "call.denied"
			case c.perDay > 0 && taken[k.app] >= c.perDay:
				outcome = "quota.day"
			case k.kind == wrong:
				outcome = "call.key"
			}
			taken[k.app]++
			want[fmt.Sprint(s.clock.midnight(day).Format(time.DateOnly), " ", k.app, " ", action, " ", outcome)]++
		}
	}
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%s: %d calls, planned %d", k, got[k], n)
		}
		delete(got, k)
	}
	if len(got) > 0 {
		t.Errorf("nobody planned %v", got)
	}
}

func (s *stage) grantsAsPlanned(t *testing.T) {
	grants, _, err := s.node.Grants.List(t.Context(), policy.Filter{}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	states := map[policy.State]int{}
	for _, g := range grants {
		states[g.State]++
	}
	if !maps.Equal(states, map[policy.State]int{policy.Active: len(uses) - 2, policy.Revoked: 1, policy.Expired: 1}) {
		t.Errorf("the grants are %v", states)
	}
	var entries struct {
		Items []struct{ Actor, Action string }
	}
	auditor := s.clerks["wu_shenji"]
	if err := auditor.do(t.Context(), http.MethodGet, "/audit?action=grant.revoke", nil, &entries); err != nil {
		t.Fatal(err)
	}
	if len(entries.Items) != 1 || entries.Items[0].Actor == "local" || entries.Items[0].Actor == "" {
		t.Errorf("the revocation is written down as %v", entries.Items)
	}
}

// casesAsPlanned looks at the cases as the desk and the steward do: every pothole came where
// its month brought it, and every order about data has an office that answers for it.
func (s *stage) casesAsPlanned(t *testing.T) {
	type summary struct {
		Title, State, Office, Holder string
		Stray, Late, Demanded        bool
		Urged, Merged                int
	}
	list := func(login, query string) (out []summary) {
		var found struct {
			Items []summary
			Next  *string
		}
		if err := s.clerks[login].do(t.Context(), http.MethodGet, "/cases?desk=all&limit=500&"+query, nil, &found); err != nil || found.Next != nil {
			t.Fatal(err, found.Next)
		}
		return found.Items
	}
	want := map[string]string{"石桥一路": "closed", "塔子湖东路": "closed", "淌湖二路": "void", "后湖大道": "mending", "金桥大道": "checking", "兴业路": "assigned", "兴业路（石桥一路口）": flow.StateJoined,
		"解放大道": "assigned", "建设渠路": "mending", "三金潭路": "mending", "幸福大道": "assigned", "塔子湖西路": "reported"}
	got := map[string]string{}
	for _, c := range list("feng_chenglan", "pack=pothole") {
		got[c.Title] = c.State
		switch c.Title {
		case "后湖大道":
			if !c.Late || !c.Demanded || c.Urged != 1 {
				t.Errorf("the late one is %+v", c)
			}
		case "兴业路":
			if c.Merged != 1 {
				t.Errorf("%d reports joined %s", c.Merged, c.Title)
			}
		case "解放大道":
			if !c.Stray {
				t.Errorf("somebody was found for %s: %s", c.Title, c.Office)
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("the potholes are\n%v\nand should be\n%v", got, want)
	}
	states := map[string]int{}
	for _, c := range list("lin_shujv", "pack=quality_orders") {
		if states[c.State]++; c.Stray {
			t.Errorf("nobody answers for %s", c.Title)
		}
	}
	for _, state := range []string{"issued", "mending", "closed"} {
		if states[state] == 0 {
			t.Errorf("no order is %s: %v", state, states)
		}
	}
}
