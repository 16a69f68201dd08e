package conform

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

//go:embed asked/hooks.py
var askedHooks []byte

// told is what hooks.py is told.
type told struct {
	Address string            `json:"address"`
	Session *session          `json:"session"` // of a user
	Keys    []string          `json:"keys"`    // of applications
	Leaver  map[string]string `json:"leaver"`  // who signs out
	Kept    []string          `json:"kept"`    // users and sessions that have to stay
	Instead map[string]string `json:"instead"` // whom it is done to instead, by the parameter
}

func (q *questioner) tell(ctx context.Context, a AskedAPI) (told, error) {
	t := told{Address: q.address, Keys: []string{}}
	switch a.Role {
	case nobody:
		return t, nil
	case application:
		t.Keys = q.keys
		return t, nil
	}
	login := "leaves_" + a.Role
	t.Leaver = map[string]string{"login": login, "password": q.users[login]}
	login = "asks_" + a.Role
	s, err := q.signIn(ctx, login, q.users[login])
	t.Session = &s
	return t, err
}

// keep names who must stay: the users who ask, of all waves, and their sessions.
func (q *questioner) keep(ctx context.Context, all []told) error {
	var users struct {
		Items []struct{ ID, Login string }
	}
	if err := q.call(ctx, "GET", "/users?limit=500", nil, &users); err != nil {
		return err
	}
	var kept []string
	owners, instead := map[string]bool{}, map[string]string{"who": "asked_user0", "login": "asked_user0"}
	for _, u := range users.Items {
		if strings.HasPrefix(u.Login, "asks_") || strings.HasPrefix(u.Login, "leaves_") {
			kept, owners[u.ID] = append(kept, u.ID, u.Login), true
		}
	}
	var sessions struct {
		Items []struct{ ID, User string }
	}
	if err := q.call(ctx, "GET", "/sessions", nil, &sessions); err != nil {
		return err
	}
	q.known["sessions"] = nil
	for _, s := range sessions.Items {
		if owners[s.User] {
			kept = append(kept, s.ID)
		} else {
			q.add("sessions", s.ID)
			instead["id"] = s.ID
		}
	}
	if instead["id"] == "" {
		instead["id"] = "none"
		q.add("sessions", "none")
	}
	for i := range all {
		all[i].Kept, all[i].Instead = kept, instead
	}
	return nil
}

// ask runs the tool on one document as one role.
func (q *questioner) ask(ctx context.Context, a *AskedAPI, t told) error {
	began := time.Now()
	folder := filepath.Join(q.dir, a.Role+"-"+a.Document)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"told.json": text, "hooks.py": askedHooks, "schemathesis.toml": []byte(q.settings(a.Role))} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, q.o.Tool, q.arguments(a, folder)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "SCHEMATHESIS_HOOKS=hooks", "PYTHONPATH="+folder, "PYTHONDONTWRITEBYTECODE=1", "CHENGSHU_ASKED="+filepath.Join(folder, "told.json"))
	said, ended := cmd.CombinedOutput()
	a.Seconds = time.Since(began).Seconds()
	return a.read(filepath.Join(folder, "report.json"), said, ended)
}

// pools says which parameter takes which values that are there, by paths; without a path,
// wherever it stands. Two times of three it does, else what the schema gives.
var pools = []struct{ paths, parameter, values string }{
	{"^/api/v1/batches/", "path.id", "batches"}, {"^/api/v1/directories/", "path.name", "directories"}, {"^/api/v1/services/", "path.name", "services"},
	{"^/api/v1/apps/", "path.name", "apps"}, {"^/api/v1/apps/", "path.key", "app_keys"}, {"^/api/v1/grants/", "path.id", "grants"},
	{"^/(api|data)/v1/receipts/", "path.id", "receipts"}, {"^/api/v1/keys/", "path.id", "keys"}, {"^/api/v1/users/", "path.who", "users"},
	{"^/api/v1/sessions/", "path.id", "sessions"}, {"^/api/v1/regions/", "path.code", "regions"},
	{"", "query.directory", "directories"}, {"", "body.directory", "directories"}, {"", "query.office", "offices"}, {"", "body.office", "offices"},
	{"", "query.app", "apps"}, {"", "query.user", "users"}, {"", "query.parent", "batches"}, {"", "query.at", "snapshots"}, {"", "body.login", "users"},
	{"", "body.upload", "uploads"}, {"", "body.item", "items"}, {"", "body.items[*].item", "items"}, {"", "body.rows[*]", "rows"}, {"", "body.grantee.name", "apps"},
}

// settings are the tool's: what it checks, and how it asks.
func (q *questioner) settings(role string) string {
	var b strings.Builder
	b.WriteString(`request-timeout = 120
continue-on-failure = true
warnings = false
suppress-health-check = ["all"] # they are about the tool's speed
max-stream-events = 1
[generation]
database = "none"
no-shrink = true
[phases]
examples.enabled = false
stateful.enabled = false
`)
	if role == nobody { // whatever the bounds of a schema, the answer comes before they are read
		b.WriteString("coverage.enabled = false\n")
	}
	b.WriteString(`[checks]
# What the schema allows may still name what is not there, or is in another state.
positive_data_acceptance.enabled = false
`)
	for _, name := range slices.Sorted(maps.Keys(q.known)) {
		text, _ := json.Marshal(q.known[name]) // texts always marshal
		fmt.Fprintf(&b, "[dictionaries.%s]\nvalues = %s\n", name, text)
	}
	of := map[string]string{}
	for _, p := range pools {
		of[p.paths] += fmt.Sprintf("%q = { dictionary = %q, probability = 0.67 }\n", p.parameter, p.values)
	}
	for _, paths := range slices.Sorted(maps.Keys(of)) {
		if paths == "" {
			fmt.Fprintf(&b, "[parameters]\n%s", of[paths])
			continue
		}
		fmt.Fprintf(&b, "[[operations]]\ninclude-path-regex = %q\n[operations.parameters]\n%s", paths, of[paths])
	}
	// A key that is personal has no GET in the document, and the door says why it refuses one.
	b.WriteString("[[operations]]\ninclude-path = \"/data/v1/asked_by_person\"\n[operations.checks]\nunsupported_method.enabled = false\nallow_header_conformance.enabled = false\n")
	return b.String()
}
