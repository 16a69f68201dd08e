package people_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

func TestFirstAccounts(t *testing.T) {
	w := open(t)
	firsts, err := w.Bootstrap(ctx)
	if err != nil || len(firsts) != 3 {
		t.Fatalf("%v %v", firsts, err)
	}
	if again, err := w.Bootstrap(ctx); again != nil || err != nil {
		t.Errorf("a second time: %v %v", again, err)
	}
	for _, f := range firsts {
		s, token, err := w.SignIn(ctx, f.Login, f.Password, here)
		if err != nil || !s.MustChange || len(s.Actor.Roles) != 0 {
			t.Fatalf("%s: %v %+v", f.Login, err, s)
		}
		if s, err = w.Authenticate(ctx, token); err != nil || !s.MustChange || len(s.Actor.Roles) != 0 {
			t.Errorf("%s acts with the first password: %v %v", f.Login, s.Actor.Roles, err)
		}
		if err := w.ChangePassword(ctx, s, f.Password, "Chun-Jiang-7x", here); err != nil {
			t.Fatal(err)
		}
		if s, err = w.Authenticate(ctx, token); err != nil || s.MustChange || !slices.Equal(s.Actor.Roles, []people.Role{f.Role}) {
			t.Errorf("%s: %v %v", f.Login, s.Actor.Roles, err)
		}
		_, _, err = w.SignIn(ctx, f.Login, f.Password, here)
		is(t, "the first password again", err, people.ErrCredentials)
	}
	if firsts[0].Password == firsts[1].Password || len(firsts[0].Password) < 20 {
		t.Errorf("passwords %q", firsts)
	}
	if err := people.CheckPassword(firsts[0].Password, firsts[0].Login, people.UsualRules().PasswordLength); err != nil {
		t.Error(err)
	}
	for _, c := range w.changes {
		for _, v := range c.Detail {
			for _, f := range firsts {
				if strings.Contains(v, f.Password) {
					t.Error("a password is in the audit")
				}
			}
		}
	}
}

// TestNothingSecretIsKept looks through the store's own bytes.
func TestNothingSecretIsKept(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	_, token := w.in(t, "zhang")
	if _, err := w.AddApp(ctx, people.Local(), "care", "养老服务", "mzj"); err != nil {
		t.Fatal(err)
	}
	_, api, err := w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.APIKey})
	if err != nil {
		t.Fatal(err)
	}
	_, mac, err := w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.HMACKey})
	if err != nil {
		t.Fatal(err)
	}
	var path string
	if err := w.st.Read().QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	found := false
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(string(b), "zhang")
		for name, s := range map[string]string{"password": secretOf("zhang"), "token": token, "API key": api, "HMAC key": mac} {
			if strings.Contains(string(b), s) {
				t.Errorf("the %s is in %s", name, filepath.Base(f))
			}
		}
	}
	if !found {
		t.Error("the login is not in these files either: they are the wrong ones")
	}
}

func TestLock(t *testing.T) {
	for _, login := range []string{"zhang", "nobody"} {
		w := open(t)
		w.add(t, "zhang", "rsj", people.Officer)
		wrong := func() error {
			_, _, err := w.SignIn(ctx, login, "Wrong-Password-1", here)
			return err
		}
		for range 4 {
			is(t, login, wrong(), people.ErrCredentials)
		}
		w.now = w.now.Add(16 * time.Minute) // old failures do not count
		for range 5 {
			is(t, login, wrong(), people.ErrCredentials)
		}
		is(t, "the sixth for "+login, wrong(), people.ErrLocked)
		if _, _, err := w.SignIn(ctx, login, secretOf("zhang"), here); !errors.Is(err, people.ErrLocked) {
			t.Errorf("the right password while locked: %v", err)
		}
		w.now = w.now.Add(15*time.Minute - time.Second)
		is(t, "a second before the end", wrong(), people.ErrLocked)
		w.now = w.now.Add(time.Second)
		is(t, "after it", wrong(), people.ErrCredentials)
		if login == "nobody" {
			if slices.Contains(w.actions(), "session.refuse") {
				t.Error("the audit has logins nobody has: they may be mistyped passwords")
			}
			continue
		}
		w.in(t, login)
		want := map[string]int{"session.refuse": 9, "session.lock": 1}
		for a, n := range want {
			got := 0
			for _, x := range w.actions() {
				if x == a {
					got++
				}
			}
			if got != n {
				t.Errorf("%d entries %s, want %d", got, a, n)
			}
		}
	}
}

// TestGuessesSideBySide: however many guess at once, no more are tried than the rule says.
func TestGuessesSideBySide(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[string]int{}
	for range 40 {
		wg.Go(func() {
			_, _, err := w.SignIn(ctx, "zhang", "Wrong-Password-1", here)
			mu.Lock()
			defer mu.Unlock()
			got[fault.From(err).Code]++
		})
	}
	wg.Wait()
	if got["signin.wrong"] != 5 || got["signin.locked"] != 35 {
		t.Errorf("%v", got)
	}
	_, _, err := w.SignIn(ctx, "zhang", secretOf("zhang"), here)
	is(t, "the right one", err, people.ErrLocked)
	if _, _, err := w.ResetUser(ctx, people.Local(), "zhang"); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.SignIn(ctx, "zhang", secretOf("zhang"), here)
	is(t, "after a reset the old one", err, people.ErrCredentials)
}

func TestOddCredentials(t *testing.T) {
	w := open(t)
	u := w.add(t, "zhang", "rsj", people.Officer)
	for _, c := range [][2]string{{"", ""}, {"zhang", ""}, {"", secretOf("zhang")}, {"ZHANG", secretOf("zhang")}, {u.ID, secretOf("zhang")},
		{"zhang", secretOf("zhang") + " "}, {"zhang", strings.Repeat("x", 1<<20)}, {"zhang' OR '1'='1", "x"}} {
		_, _, err := w.SignIn(ctx, c[0], c[1], here)
		is(t, c[0], err, people.ErrCredentials)
	}
	for _, token := range []string{"", "x", u.ID} {
		_, err := w.Authenticate(ctx, token)
		is(t, "token "+token, err, people.ErrSession)
	}
}

func TestSessionEnds(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	live := func(token string) bool { _, err := w.Authenticate(ctx, token); return err == nil }
	_, token := w.in(t, "zhang")
	for range 30 { // used, it lives up to its last hour
		w.now = w.now.Add(20 * time.Minute)
		if !live(token) {
			t.Fatalf("it ended after %v", w.now.Sub(noon))
		}
	}
	w.now = noon.Add(12 * time.Hour)
	if live(token) {
		t.Error("it is older than a session may be")
	}
	_, token = w.in(t, "zhang")
	w.now = w.now.Add(30*time.Minute - time.Second)
	if other := w.again(t); !live(token) {
		t.Error("it ended before it was idle long enough")
	} else if s, err := other.Authenticate(ctx, token); err != nil || s.User.Login != "zhang" || !slices.Equal(s.Actor.Below, []string{"sbzx"}) {
		t.Errorf("in another process: %+v %v", s, err)
	}
	w.now = w.now.Add(30 * time.Minute)
	if live(token) {
		t.Error("nobody used it for half an hour")
	}
	if list, err := w.Sessions(ctx, ""); err != nil || len(list) != 0 {
		t.Errorf("listed %v %v", list, err)
	}
	if n, err := w.Sweep(ctx); err != nil || n != 2 {
		t.Errorf("%d swept: %v", n, err)
	}
}

// With a minute of idleness allowed, a session that is used every half a minute goes on: what
// is kept of its last use is as exact as that asks for.
func TestASessionInUseIsNeverIdle(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	rules := people.UsualRules()
	rules.IdleMinutes = 1
	if err := w.SetRules(ctx, people.Local(), rules); err != nil {
		t.Fatal(err)
	}
	_, token := w.in(t, "zhang")
	for range 20 {
		w.now = w.now.Add(30 * time.Second)
		if _, err := w.Authenticate(ctx, token); err != nil {
			t.Fatalf("it ended after %v of use: %v", w.now.Sub(noon), err)
		}
	}
	w.now = w.now.Add(time.Minute)
	_, err := w.Authenticate(ctx, token)
	is(t, "a minute later", err, people.ErrSession)
}

func TestSessionsOfOthers(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	w.add(t, "chen", "mzj", people.Officer)
	w.add(t, "keeper", "", people.SystemAdmin)
	z, token := w.in(t, "zhang")
	c, _ := w.in(t, "chen")
	k, _ := w.in(t, "keeper")
	is(t, "another's", w.EndSession(ctx, c.Actor, z.Session.ID), people.ErrNoSession)
	is(t, "nobody's", w.EndSession(ctx, k.Actor, "unheard"), people.ErrNoSession)
	if list, err := w.Sessions(ctx, c.User.ID); err != nil || len(list) != 1 || list[0].ID != c.Session.ID || list[0].Address != here.Address {
		t.Errorf("%v %v", list, err)
	}
	if _, err := w.Authenticate(ctx, token); err != nil {
		t.Fatal(err)
	}
	if err := w.EndSession(ctx, k.Actor, z.Session.ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.Authenticate(ctx, token)
	is(t, "ended by the administrator", err, people.ErrSession)
	last := w.changes[len(w.changes)-1]
	if last.Action != "session.end" || last.Actor.ID != k.User.ID || last.Detail["user"] != z.User.ID {
		t.Errorf("recorded %+v", last)
	}
}

func TestPasswordChange(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	s, mine := w.in(t, "zhang")
	_, other := w.in(t, "zhang")
	is(t, "a wrong old one", w.ChangePassword(ctx, s, "Wrong-Password-1", "Ming-Yue-2026", here), people.ErrCredentials)
	if got := codes(w.ChangePassword(ctx, s, secretOf("zhang"), secretOf("zhang"), here)); !slices.Equal(got, []string{"password.same@password"}) {
		t.Errorf("the same: %v", got)
	}
	if got := codes(w.ChangePassword(ctx, s, secretOf("zhang"), "zhang", here)); !slices.Equal(got, []string{"password.short@password", "password.plain@password", "password.login@password"}) {
		t.Errorf("a weak one: %v", got)
	}
	if err := w.ChangePassword(ctx, s, secretOf("zhang"), "Ming-Yue-2026", here); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Authenticate(ctx, mine); err != nil {
		t.Errorf("the session it was changed in: %v", err)
	}
	_, err := w.Authenticate(ctx, other)
	is(t, "another session", err, people.ErrSession)
	w.now = w.now.AddDate(0, 0, 90)
	s, _, err = w.SignIn(ctx, "zhang", "Ming-Yue-2026", here)
	if err != nil || !s.MustChange || s.Actor.Roles != nil {
		t.Errorf("an old password: %+v %v", s, err)
	}
	if policy.Allowed(s.Actor, policy.RowsRead, policy.Target{Office: "rsj"}) == nil {
		t.Error("with a password that must be changed one may read")
	}
}

func TestPasswordRules(t *testing.T) {
	for p, want := range map[string]string{
		"Qing-Chuan-9": "", "qing9chuan!": "", "清川九曲水长流Qi9": "", "Short-1": "short", "alllowercase-": "plain", "1234567890!": "plain",
		"Zhang-San-2026": "login", "Tab\tTab-2026": "form", "Bad-\xff-2026": "form", strings.Repeat("Aa1-", 33): "long", "": "short plain",
	} {
		var got []string
		for _, c := range codes(people.CheckPassword(p, "zhang", 10)) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(c, "password."), "@password"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", p, got, want)
		}
	}
}

// TestCostMayChange: passwords made at one cost are known at another, and new ones are made
// at the new one. The zero cost is the usual one.
func TestCostMayChange(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", people.Officer)
	dear := w.dear(t, people.Cost{})
	s, _, err := dear.SignIn(ctx, "zhang", secretOf("zhang"), here)
	if err != nil {
		t.Fatal(err)
	}
	if err := dear.ChangePassword(ctx, s, secretOf("zhang"), "Ming-Yue-2026", here); err != nil {
		t.Fatal(err)
	}
	var kept string
	if err := w.st.Read().QueryRowContext(ctx, `SELECT password FROM people_user`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept as %.40s", kept)
	}
	if _, _, err := w.SignIn(ctx, "zhang", "Ming-Yue-2026", here); err != nil {
		t.Error(err)
	}
}

func TestCSRF(t *testing.T) {
	a, b := people.CSRF("token a"), people.CSRF("token b")
	if a == b || strings.Contains(a, "token") || !people.CheckCSRF("token a", a) {
		t.Errorf("%s %s", a, b)
	}
	for _, given := range []string{"", b, "token a", a + "x"} {
		if people.CheckCSRF("token a", given) {
			t.Errorf("%q was taken", given)
		}
	}
	if people.CheckCSRF("", people.CSRF("")) {
		t.Error("without a session there is a token")
	}
}
