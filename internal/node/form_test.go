package node

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
)

// What is not of the documented form is refused, with a status the document has.
func TestFormOfRequests(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.every("elder_care")
	b := signedIn(w, people.SystemAdmin)
	nul := url.QueryEscape("a\x00b")
	for _, c := range []struct {
		method, path, body string
		status             int
		code, allow        string
	}{
		{"GET", "/api/v1/users?cursor=" + nul, "", 422, "request.nul", ""},
		{"GET", "/api/v1/users?office=" + nul, "", 422, "request.nul", ""},
		{"POST", "/api/v1/session", `{"login":"a\u0000","password":"x"}`, 422, "request.nul", ""},
		{"POST", "/api/v1/users", `{"login":"li","name":"李\u0000","roles":["officer"]}`, 422, "request.nul", ""},
		{"POST", "/api/v1/users/" + nul, `{"name":"李"}`, 422, "request.nul", ""},
		{"POST", "/api/v1/session", "", 400, "request", ""},
		{"PUT", "/api/v1/users", "", 405, "path.method", "GET, POST"},
		{"PATCH", "/api/v1/users/zhang/roles", "", 405, "path.method", "POST"},
		{"OPTIONS", "/api/v1/session", "", 405, "path.method", "GET, POST, DELETE"},
		{"GET", "/api/v1/none", "", 404, "path.missing", ""},
	} {
		r := w.request(c.method, c.path, c.body, "Cookie", b.cookie.String(), "X-CSRF-Token", b.csrf)
		if r.status != c.status || r.problem.Code != c.code || r.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d %s, allowed %q", c.method, c.path, r.status, r.body, r.header.Get("Allow"))
		}
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		code, allow        string
	}{
		{"POST", "/data/v1/pension_check/count", "null", 422, "call.form", ""},
		{"POST", "/data/v1/pension_check", "null", 422, "call.form", ""},
		{"POST", "/data/v1/pension_check/rows", " ", 422, "call.form", ""},
		{"POST", "/data/v1/pension_check/count", `{"limit":-1}`, 422, "call.form", ""},
		{"POST", "/data/v1/pension_check/count", `{"filters":[{"item":"region","op":"eq","values":[null]}]}`, 422, "call.form", ""},
		{"POST", "/data/v1/pension_check/count", `{"filters":[{"item":"region","op":"eq","values":["420102001"]}]}`, 200, "", ""},
		{"PUT", "/data/v1/pension_check/rows", "{}", 405, "call.method", "GET, POST"},
		{"POST", "/data/v1/receipts/1", "{}", 405, "call.method", "GET"},
		{"POST", "/data/v1/pension_check/openapi.json", "{}", 405, "call.method", "GET"},
	} {
		r := w.request(c.method, c.path, c.body, "X-Api-Key", key)
		if r.status != c.status || r.problem.Code != c.code || r.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d %s, allowed %q", c.method, c.path, r.status, r.body, r.header.Get("Allow"))
		}
	}
}

// signedIn is a browser in which somebody with a role is signed in.
func signedIn(w *world, role people.Role) *browser {
	given, err := w.People.Demonstrate(w.t.Context(), []people.Profile{{Login: "signed", Name: "试", Office: "rsj", Roles: []people.Role{role}}})
	w.must(err)
	_, token, err := w.People.SignIn(w.t.Context(), "signed", given[0], people.Place{})
	w.must(err)
	return &browser{t: w.t, base: w.door.URL, http: w.door.Client(), cookie: &http.Cookie{Name: "chengshu_session", Value: token}, csrf: people.CSRF(token)}
}
