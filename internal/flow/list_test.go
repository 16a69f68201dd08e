package flow_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
)

// crowded is a world of two packs whose cases stand everywhere: taken on, stray, watched,
// urged, late, ended.
func crowded(t *testing.T, rng *rand.Rand) *world {
	w := matters(t)
	w.install("examples/pothole")
	acts := []string{"send", "hold", "take", "direct", "extend", "ask", "withdraw", "accept", "sign", "reject", "done", "return", flow.ActUrge, flow.ActComment}
	who := append(slices.Clone(everybody), all)
	for i := range 160 {
		w.at("2026-11-02 08:30")
		w.mu.Lock()
		w.now = w.now.Add(time.Duration(rng.IntN(18*24*60)) * time.Minute)
		w.mu.Unlock()
		var c flow.Case
		if i%2 == 0 {
			c = w.matter(pickOf(rng, []people.Actor{front, plumber, local}), pickOf(rng, []string{"water", "fire", "odd"}))
		} else {
			c = w.report(pickOf(rng, []people.Actor{desk, mender, outside}), ledger.Values{"road": fmt.Sprintf("香港路%d", i), "region": []string{place, place, street, "420102017003", place + "001"}[i%5]})
		}
		for range rng.IntN(20) {
			_, _ = w.try(pickOf(rng, who), c, pickOf(rng, acts), because("理由说明")) // whatever is refused does nothing
		}
		if rng.IntN(5) == 0 {
			_ = w.Watch(t.Context(), pickOf(rng, []people.Actor{all, front, desk}), c.ID, true) // refused to whoever does not see it
		}
	}
	w.at("2026-11-20 10:00")
	if _, err := w.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func pickOf[T any](rng *rand.Rand, all []T) T { return all[rng.IntN(len(all))] }

// TestListsHoldWhatTheyShould: each list, turned page by page, holds the cases that a plain
// walk over all of them finds, each once and in order; the counts say how many. So it is as
// well where little is gathered at once, as among millions of cases.
func TestListsHoldWhatTheyShould(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1415))
	w := crowded(t, rng)
	w.holdWhatTheyShould(rng, append(slices.Clone(everybody), all), 25)
	for _, streams := range []int{64, 2} {
		w.Narrow(streams)
		w.holdWhatTheyShould(rng, []people.Actor{all, pickOf(rng, everybody)}, 1)
	}
}

// holdWhatTheyShould is asked of some readers; each desk holds so many cases for them together.
func (w *world) holdWhatTheyShould(rng *rand.Rand, readers []people.Actor, least int) {
	t := w.t
	t.Helper()
	yes, no := true, false
	filters := []flow.Filter{{}, {Pack: "matter"}, {Pack: "pothole"}, {Flow: "hole"}, {State: "work"}, {State: "reported"}, {State: "nowhere"}, {Open: &yes}, {Open: &no}, {Late: true},
		{Late: true, Pack: "pothole"}, {Key: "P202611"}, {Key: "P"}, {Key: "nothing"}, {Open: &yes, State: "assigned", Pack: "pothole"}, {Late: true, Flow: "matter", Key: "M"},
		{Office: "water"}, {Office: "urban"}, {Office: "operations", Pack: "matter"}, {Office: "gone"}, {Office: "tazihu", State: "mending"}, {Office: "urban", Open: &yes},
		{Region: place}, {Region: street}, {Region: district}, {Region: "420000000000"}, {Region: "420102017000"}, {Region: place + "001"}, {Region: "420106000000", Office: "water"},
		{Text: "路1"}, {Text: "漏水"}, {Text: "水"}, {Text: "P202611"}, {Text: "m0000"}, {Text: "路１５ "}, {Text: "没有"}, {Text: "漏 水"}, {Text: "漏水", Office: "urban"}, {Text: "路", Region: street},
		{Text: "路1", Region: street, Office: "tazihu", Open: &yes, Pack: "pothole", Flow: "hole"}, {Text: "P2026", State: "reported"}, {Text: "%"}, {Text: "路_"}}
	full, met := map[flow.Desk]int{}, 0
	for _, by := range readers {
		sight := w.truth(by)
		for _, d := range flow.Desks {
			for _, f := range filters {
				f.Desk = d
				want := sight.list(f, w.Now())
				full[d] += len(want)
				if d == flow.DeskAll && by.ID == all.ID && len(want) > 0 {
					met++
				}
				for _, limit := range []int{1 + rng.IntN(4), 50} {
					if got := w.turned(by, f, limit); !slices.Equal(got, want) {
						t.Fatalf("%s, %+v by pages of %d:\n got %v\nwant %v", by.ID, f, limit, got, want)
					}
				}
			}
		}
		counts, err := w.Counts(t.Context(), by, "")
		if err != nil {
			t.Fatal(err)
		}
		for d, n := range counts {
			f := flow.Filter{Desk: d}
			if d == flow.DeskWatch || d == flow.DeskStray {
				f.Open = &yes
			}
			if want := sight.list(f, w.Now()); int64(len(want)) != n {
				t.Errorf("%s: %s counts %d, has %d", by.ID, d, n, len(want))
			}
		}
	}
	if met < 30 {
		t.Errorf("only %d filters of %d find anything", met, len(filters))
	}
	for _, d := range flow.Desks {
		if full[d] < least {
			t.Errorf("the lists of %s hold %d cases together: nothing is proved", d, full[d])
		}
	}
}

// turned gives a whole list by its pages.
func (w *world) turned(by people.Actor, f flow.Filter, limit int) (ids []string) {
	w.t.Helper()
	for cursor := ""; ; {
		rows, next, err := w.List(w.t.Context(), by, f, cursor, limit)
		if err != nil || len(rows) > limit || next != "" && len(rows) < limit {
			w.t.Fatalf("%+v: %d rows of %d, %v", f, len(rows), limit, err)
		}
		for _, r := range rows {
			ids = append(ids, r.Case.ID)
		}
		if cursor = next; next == "" {
			return ids
		}
	}
}

// truth is what somebody may see, by a walk over all tables.
type truth struct {
	all []seen
}

type seen struct {
	id, pack, flow, state, key        string
	office, region, title             string
	open, mine, watched, urged, stray bool
	due                               time.Time
}

func (w *world) truth(by people.Actor) (out truth) {
	w.t.Helper()
	ctx := context.Background()
	turns, parties, watched := map[string]bool{}, map[string]bool{}, map[string]bool{}
	urged := map[string]bool{}
	w.rows(ctx, `SELECT case_id, office, role, person, urged FROM flow_turn`, func(scan func(...any) error) error {
		var id, office, role, person string
		var u bool
		err := scan(&id, &office, &role, &person, &u)
		if person == by.ID && person != "" || role != "" && (office == "" || office == by.Office) && slices.Contains(by.Roles, people.Role(role)) {
			turns[id], urged[id] = true, urged[id] || u
		}
		return err
	})
	w.rows(ctx, `SELECT case_id, office FROM flow_party`, func(scan func(...any) error) error {
		var id, office string
		err := scan(&id, &office)
		parties[id] = parties[id] || office == by.Office || slices.Contains(by.Below, office)
		return err
	})
	w.rows(ctx, `SELECT case_id, person FROM flow_watch`, func(scan func(...any) error) error {
		var id, person string
		err := scan(&id, &person)
		watched[id] = watched[id] || person == by.ID
		return err
	})
	w.rows(ctx, `SELECT id, pack, flow, state, key, creator, holder, stray, ended IS NULL, due, office, region, COALESCE((SELECT f_road FROM r_pothole__hole WHERE id = record), (SELECT f_name FROM r_matter__matter WHERE id = record), (SELECT f_name FROM r_matter__visit WHERE id = record)) FROM flow_case`, func(scan func(...any) error) error {
		var s seen
		var creator, holder string
		var due *time.Time
		if err := scan(&s.id, &s.pack, &s.flow, &s.state, &s.key, &creator, &holder, &s.stray, &s.open, &due, &s.office, &s.region, &s.title); err != nil {
			return err
		}
		s.due = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
		if due != nil {
			s.due = due.UTC()
		}
		s.mine, s.urged, s.watched = turns[s.id], urged[s.id], watched[s.id] || creator == by.ID
		if w.Sees(by, s.pack) && (creator == by.ID || holder == by.ID || s.mine || parties[s.id]) {
			out.all = append(out.all, s)
		}
		return nil
	})
	return out
}

func (t truth) list(f flow.Filter, now time.Time) (ids []string) {
	day := now.In(beijing)
	midnight := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, beijing)
	late := func(s seen) bool { return !s.due.After(now) }
	onDesk := map[flow.Desk]func(seen) bool{
		flow.DeskTodo: func(s seen) bool { return s.mine }, flow.DeskOverdue: func(s seen) bool { return s.mine && late(s) },
		flow.DeskToday: func(s seen) bool { return s.mine && !late(s) && !s.due.After(midnight) }, flow.DeskUrged: func(s seen) bool { return s.mine && s.urged },
		flow.DeskWatch: func(s seen) bool { return s.watched }, flow.DeskStray: func(s seen) bool { return s.stray }, flow.DeskAll: func(seen) bool { return true }}
	var out []seen
	for _, s := range t.all {
		if onDesk[f.Desk](s) && (f.Pack == "" || f.Pack == s.pack) && (f.Flow == "" || f.Flow == s.flow) && (f.State == "" || f.State == s.state) && (f.Open == nil || *f.Open == s.open) &&
			strings.HasPrefix(s.key, f.Key) && s.placed(f) && (!f.Late || s.open && late(s)) {
			out = append(out, s)
		}
	}
	byDue := slices.Contains([]flow.Desk{flow.DeskTodo, flow.DeskOverdue, flow.DeskToday, flow.DeskUrged}, f.Desk)
	slices.SortFunc(out, func(a, b seen) int {
		if !byDue {
			return strings.Compare(b.id, a.id)
		}
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	for _, s := range out {
		ids = append(ids, s.id)
	}
	return ids
}

// placed says whether a case is where a filter wants it and is called as it says.
func (s seen) placed(f flow.Filter) bool {
	below := map[string][]string{"": {s.office}, "water": {"water"}, "urban": {"urban", "tazihu"}, "operations": {"operations", "urban", "tazihu"}, "tazihu": {"tazihu"}}
	text := strings.ToLower(strings.TrimSpace(strings.NewReplacer("１", "1", "５", "5").Replace(f.Text)))
	in := strings.Contains(s.title, text) && len([]rune(text)) > 1 || strings.HasPrefix(strings.ToLower(s.key), text)
	return slices.Contains(below[f.Office], s.office) && (f.Region == "" || strings.HasPrefix(s.region, strings.TrimRight(f.Region, "0")) || f.Region == s.region) && in
}

var beijing = time.FixedZone("CST", 8*3600)

func (w *world) rows(ctx context.Context, query string, see func(scan func(...any) error) error) {
	w.t.Helper()
	rows, err := w.store.Read().QueryContext(ctx, query)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := see(rows.Scan); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
}
