package node

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
)

// What rows came from and who uses them is drawn as far as the asker may see it.
func TestLineageByWhoLooks(t *testing.T) {
	w := published(t)
	w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	w.must(w.Store.Drain(t.Context()))
	drawn := func(role people.Role, office string) (nodes, edges, hidden []string) {
		t.Helper()
		status, text := w.looks(role, office, "/directories/pension/lineage", "")
		if status != 200 {
			t.Fatalf("%d %s", status, text)
		}
		var l struct {
			Nodes  []struct{ ID, Title string }
			Edges  []struct{ From, To, Kind string }
			Hidden []string
		}
		w.must(json.Unmarshal([]byte(text), &l))
		for _, n := range l.Nodes {
			id, _, _ := strings.Cut(n.ID, "/")
			if id != "grant" {
				id = n.ID
			}
			nodes = append(nodes, id)
		}
		for _, e := range l.Edges {
			edges = append(edges, e.Kind)
		}
		return nodes, edges, l.Hidden
	}
	nodes, edges, hidden := drawn(people.DataAdmin, "mzj")
	if want := []string{"file/pension.csv", "directory/pension", "service/pension_check", "grant", "app/elder_care"}; !slices.Equal(nodes, want) ||
		!slices.Equal(edges, []string{"loads", "serves", "grants", "uses"}) || len(hidden) != 0 {
		t.Errorf("the data administrator sees %v %v, not %v", nodes, edges, hidden)
	}
	nodes, _, hidden = drawn(people.Officer, "mzj")
	if want := []string{"directory/pension", "service/pension_check"}; !slices.Equal(nodes, want) || !slices.Equal(hidden, []string{"file", "grant"}) {
		t.Errorf("another office's officer sees %v, not %v", nodes, hidden)
	}
	nodes, _, hidden = drawn(people.SystemAdmin, "mzj")
	if want := []string{"directory/pension"}; !slices.Equal(nodes, want) || !slices.Equal(hidden, []string{"file", "service", "grant"}) {
		t.Errorf("the system administrator sees %v, not %v", nodes, hidden)
	}
}

// Directories are counted by their columns, and by whether files come when they are due.
func TestDirectoriesByFreshness(t *testing.T) {
	var later atomic.Int64
	w := publishedAt(t, folder(t.TempDir()), Options{Version: "test", Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	v, err := w.Catalog.Get(t.Context(), "pension")
	w.must(err)
	monthly, empty := v.Directory, v.Directory
	monthly.Update, empty.Update, empty.Name, empty.Title = "monthly", "daily", "empty", "尚无数据"
	_, err = w.Catalog.PutAll(t.Context(), people.Local(), []catalog.Directory{monthly, empty})
	w.must(err)
	ask := func(query string) (text string) {
		t.Helper()
		status, text := w.looks(people.DataAdmin, "mzj", "/directories?"+query, "")
		if status != 200 {
			t.Fatalf("%d %s", status, text)
		}
		return text
	}
	type list struct {
		Items []struct {
			Name, Fresh string
			Due         *time.Time `json:"due_at"`
		}
		Facets map[string][]struct {
			Value string
			Count int
		}
	}
	read := func(text string) (l list) {
		w.must(json.Unmarshal([]byte(text), &l))
		return l
	}
	l := read(ask("facets=true&fresh=fresh"))
	if len(l.Items) != 1 || l.Items[0].Name != "pension" || l.Items[0].Fresh != "fresh" || l.Items[0].Due == nil || !l.Items[0].Due.After(time.Now()) {
		t.Errorf("fresh ones: %+v", l.Items)
	}
	if f := fmt.Sprint(l.Facets["fresh"]); f != "[{never 1} {fresh 1}]" {
		t.Errorf("counts %+v", l.Facets)
	}
	if l = read(ask("fresh=stale")); len(l.Items) != 0 || l.Facets != nil {
		t.Errorf("stale ones: %+v", l)
	}
	later.Store(int64(32 * 24 * time.Hour))
	if l = read(ask("fresh=stale&facets=true")); len(l.Items) != 2 || l.Items[1].Fresh != "stale" || fmt.Sprint(l.Facets["fresh"]) != "[{stale 2}]" {
		t.Errorf("a month later: %+v", l)
	}
	status, text := w.looks(people.DataAdmin, "mzj", "/directories/pension/versions/2", "")
	if status != 200 || !strings.Contains(text, `{"kind":"added","path":"update","name":"","before":"","after":"monthly"}`) {
		t.Errorf("the second version: %d %s", status, text)
	}
	status, text = w.looks(people.DataAdmin, "mzj", "/directories/pension/versions/1", "")
	if status != 200 || !strings.Contains(text, `"differences":[]`) || !strings.Contains(text, `"by":"local"`) {
		t.Errorf("the first version: %d %s", status, text)
	}
	if status, _ := w.looks(people.DataAdmin, "mzj", "/directories/pension/versions/9", ""); status != 404 {
		t.Errorf("a version that is none: %d", status)
	}
}
