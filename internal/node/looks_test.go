package node

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
)

// looks is asked of the console's API.
func (w *world) looks(role people.Role, office, path, body string) (int, string) {
	w.t.Helper()
	return w.asked(role, office, "/api/v1"+path, body)
}

// asked signs somebody in and gives what they get of a path.
func (w *world) asked(role people.Role, office, path, body string) (int, string) {
	w.t.Helper()
	login := "l_" + strings.ReplaceAll(string(role), "_", "") + office
	given, err := w.People.Demonstrate(w.t.Context(), []people.Profile{{Login: login, Name: "试", Office: office, Roles: []people.Role{role}}})
	w.must(err)
	_, token, err := w.People.SignIn(w.t.Context(), login, given[0], people.Place{})
	w.must(err)
	method := "GET"
	if body != "" {
		method = "POST"
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.door.URL+path, strings.NewReader(body))
	w.must(err)
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: "chengshu_session", Value: token})
	r.Header.Set("X-CSRF-Token", people.CSRF(token))
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, string(text)
}

// The office's own officer sees persons as they are; whoever looks after the district sees
// them masked; another office's officer sees nothing.
func TestRowsByWhoLooks(t *testing.T) {
	w := published(t)
	w.must(w.Store.Drain(t.Context()))
	const path = "/directories/pension/rows"
	if status, text := w.looks(people.Officer, "rsj", path, ""); status != 200 || !strings.Contains(text, "000000195001010011") || !strings.Contains(text, "赵一") {
		t.Errorf("the office's officer: %d %s", status, text)
	}
	status, text := w.looks(people.DataAdmin, "mzj", path, "")
	if status != 200 || strings.Contains(text, "195001010011") || strings.Contains(text, "赵一") || !strings.Contains(text, "赵*") || !strings.Contains(text, "3120.5") {
		t.Errorf("the data administrator: %d %s", status, text)
	}
	if status, text := w.looks(people.Officer, "mzj", path, ""); status != 403 || strings.Contains(text, "赵") {
		t.Errorf("another office's officer: %d %s", status, text)
	}
}

// A path names a file of the server: only commands on it may, or every file it can read
// could be had through a load.
func TestNobodyLoadsTheServersFiles(t *testing.T) {
	w := published(t)
	for _, path := range []string{"/guesses", "/loads", "/trials"} {
		if status, text := w.looks(people.DataAdmin, "mzj", path, `{"directory":"pension","path":"/etc/hostname"}`); status != 403 || !strings.Contains(text, "load.path.local") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}
