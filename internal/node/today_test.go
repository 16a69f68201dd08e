package node

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type todays struct {
	Directories, Quarantined, Grants, Expiring int
	BatchesToday                               int `json:"batches_today"`
	Calls                                      struct{ Calls, Refused int }
	Due                                        []struct{ Kind, ID, Title string }
	DueTotal                                   int `json:"due_total"`
}

// as asks for something as somebody who is signed in.
func (m *matrix) as(who matrixAsker, path string, into any) int {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.door.URL+"/api/v1"+path, nil)
	m.must(err)
	r.AddCookie(&http.Cookie{Name: "chengshu_session", Value: who.token})
	resp, err := http.DefaultClient.Do(r)
	m.must(err)
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		m.must(json.NewDecoder(resp.Body).Decode(into))
	}
	return resp.StatusCode
}

// TestTodayTellsOfWhatOnesRightsReach: every office has one batch with one bad row, two
// grants of which one ends soon, and one call of its service.
func TestTodayTellsOfWhatOnesRightsReach(t *testing.T) {
	m := newMatrix(t)
	for _, office := range targets {
		g, err := m.Grants.Make(t.Context(), people.Local(), policy.Draft{Grantee: policy.Grantee{Kind: policy.ToApp, Name: "a_" + office}, Directory: "d_" + office,
			Items: []policy.GrantItem{{Item: "id"}}, Rows: policy.Rows{All: true}, Purpose: office, Basis: "试", Until: time.Now().AddDate(0, 0, 10), PerSecond: 1, PerDay: 1})
		m.must(err)
		m.fill[office]["soon"] = g.ID
	}
	for role, want := range map[people.Role]struct {
		directories, batches, grants, calls int
		due                                 []string // offices whose grant ends soon
	}{
		people.DataAdmin:     {3, 3, 6, 3, targets},
		people.Officer:       {3, 1, 2, 1, []string{ownOffice}},
		people.Reviewer:      {3, 2, 4, 2, []string{ownOffice, belowOffice}},
		people.AuditAdmin:    {0, 0, 0, 3, nil},
		people.SecurityAdmin: {3, 0, 6, 0, targets},
		people.SystemAdmin:   {3, 0, 0, 0, nil},
	} {
		var got todays
		who := m.signIn(role)
		if status := m.as(who, "/overview", &got); status != http.StatusOK {
			t.Errorf("%s: %d", role, status)
		}
		if got.Directories != want.directories || got.BatchesToday != want.batches || got.Quarantined != want.batches || got.Grants != want.grants ||
			got.Expiring != len(want.due) || got.Calls.Calls != want.calls || got.DueTotal != len(want.due) {
			t.Errorf("%s sees %+v", role, got)
		}
		for i, office := range want.due { // the first made, the first due
			if i < len(got.Due) && (got.Due[i].Kind != "grant" || got.Due[i].ID != m.fill[office]["soon"]) {
				t.Errorf("%s has %+v at place %d", role, got.Due[i], i)
			}
		}
	}
	if status := m.as(m.signIn(people.Officer), "/batches?day=yesterday", &struct{}{}); status != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", status)
	}
	var some struct{ Items []struct{ Directory string } }
	for day, n := range map[string]int{time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly): 3, "2020-01-01": 0} {
		if m.as(m.signIn(people.DataAdmin), "/batches?day="+day, &some); len(some.Items) != n {
			t.Errorf("%d batches of %s, not %d", len(some.Items), day, n)
		}
	}
}

// TestNobodyFindsWhatTheyMayNotList asks for what every office has one of, by each role.
func TestNobodyFindsWhatTheyMayNotList(t *testing.T) {
	m := newMatrix(t)
	m.signIn(people.SystemAdmin) // one more to be found among the users
	for role, want := range map[people.Role]map[string]int{
		people.DataAdmin:     {"directory": 3, "service": 3, "app": 3, "office": 1},
		people.Officer:       {"directory": 3, "service": 3, "app": 1, "office": 1},
		people.Reviewer:      {"directory": 3, "service": 3, "office": 1},
		people.SecurityAdmin: {"directory": 3, "service": 3, "app": 3, "office": 1, "user": 3},
		people.SystemAdmin:   {"directory": 3, "app": 3, "office": 1, "user": 3},
		people.AuditAdmin:    {"office": 1, "user": 3},
	} {
		who, got := m.signIn(role), map[string]int{}
		for _, q := range []string{"d_", "s_", "a_", "elsewhere", "u_"} {
			var found struct{ Items []struct{ Kind, ID string } }
			if status := m.as(who, "/find?q="+q, &found); status != http.StatusOK {
				t.Fatalf("%s: %d", role, status)
			}
			for _, f := range found.Items {
				if f.Kind == "office" && q != "elsewhere" || f.Kind != "office" && (q == "elsewhere" || !strings.HasPrefix(f.ID, q)) {
					continue
				}
				got[f.Kind]++
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s finds %v and not %v", role, got, want)
		}
	}
	var found struct{ Items []struct{ Kind, ID string } }
	if m.as(m.signIn(people.DataAdmin), "/find?q=jiedao", &found); len(found.Items) != 2 || found.Items[0].ID != "d_"+ownOffice || found.Items[1].ID != ownOffice {
		t.Errorf("by pinyin %v is found", found.Items)
	}
	if status := m.as(matrixAsker{"none"}, "/find?q=a", &found); status != http.StatusUnauthorized {
		t.Errorf("nobody finds something: %d", status)
	}
}
