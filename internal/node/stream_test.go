package node

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
)

// streaming opens the stream of events as a user and reads until it lives.
func (w *world) streaming(login, password string) (people.Signed, *bufio.Reader) {
	w.t.Helper()
	s, token, err := w.People.SignIn(w.t.Context(), login, password, people.Place{})
	w.must(err)
	r, err := http.NewRequestWithContext(w.t.Context(), "GET", w.door.URL+"/api/v1/events", nil)
	w.must(err)
	r.AddCookie(&http.Cookie{Name: "chengshu_session", Value: token})
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	w.t.Cleanup(func() { _ = resp.Body.Close() })
	lines := bufio.NewReader(resp.Body)
	if line, err := lines.ReadString('\n'); err != nil || resp.StatusCode != 200 || !strings.Contains(line, "ping") {
		w.t.Fatalf("the stream began with %d %q, %v", resp.StatusCode, line, err)
	}
	return s, lines
}

// A stream tells what happens for as long as its session stands as it was when it opened, and
// ends by itself when the session is ended, its user disabled or given other roles.
func TestAStreamEndsWithItsSession(t *testing.T) {
	w := published(t)
	ctx := t.Context()
	given, err := w.People.Demonstrate(ctx, []people.Profile{{Login: "zhang_san", Name: "张三", Office: "rsj", Roles: []people.Role{people.Officer}}})
	w.must(err)
	file := pensionRows
	for name, end := range map[string]func(people.Signed) error{
		"its session is ended": func(s people.Signed) error { return w.People.EndSession(ctx, people.Local(), s.Session.ID) },
		"other roles": func(s people.Signed) error {
			_, err := w.People.SetRoles(ctx, people.Local(), s.User.ID, []people.Role{people.Reviewer})
			return err
		},
		"its user is disabled": func(s people.Signed) error {
			_, err := w.People.DisableUser(ctx, people.Local(), s.User.ID, "离职")
			return err
		},
	} {
		s, lines := w.streaming("zhang_san", given[0])
		file += "000000195405050055,周五,420102001,2500.00,2026-11-16,6222000000000005\n" // another file each time
		w.load(file)
		for line := ""; !strings.Contains(line, "published"); {
			if line, err = lines.ReadString('\n'); err != nil {
				t.Fatalf("%s: the stream ended while its session stood: %v", name, err)
			}
		}
		w.must(end(s))
		if _, err := io.Copy(io.Discard, lines); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err := w.People.EnableUser(ctx, people.Local(), s.User.ID)
		w.must(err)
		_, err = w.People.SetRoles(ctx, people.Local(), s.User.ID, []people.Role{people.Officer})
		w.must(err)
	}
}
