package node

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/people"
)

// What somebody asked for without a right to it is in the audit, and not for ever.
func TestRefusalsForLackOfARightAreInTheAudit(t *testing.T) {
	w := published(t)
	for _, c := range []struct {
		name         string
		role         people.Role
		path, body   string
		action, want string
	}{
		{"rows of another office", people.Officer, "/api/v1/directories/pension/rows", "", "rows.read", "GET /api/v1/directories/pension/rows"},
		{"whole values", people.DataAdmin, "/api/v1/directories/pension/rows?plain=true", "", "rows.read", "GET /api/v1/directories/pension/rows"},
		{"the audit", people.DataAdmin, "/api/v1/audit", "", "audit.read", "GET /api/v1/audit"},
		{"a change", people.Reviewer, "/api/v1/keys/audit/rotate", `{}`, "key.rotate", "POST /api/v1/keys/audit/rotate"},
		{"a declaration", people.Reviewer, "/api/v1/services", `{}`, "service.write", "POST /api/v1/services"},
	} {
		if status, text := w.asked(c.role, "mzj", c.path, c.body); status != 403 {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
		e := w.lastLook(c.action)
		if e.Outcome != "policy.denied" || e.Target != c.want || e.Actor == "" || e.Office != "mzj" || e.Address != "127.0.0.1" || e.Rows != 0 || e.Answer != "" ||
			(e.Directory == "pension") != strings.Contains(c.path, "/rows") {
			t.Errorf("%s: in the audit as %+v", c.name, e)
		}
	}
	before := w.Audit.Last()
	given, err := w.People.Demonstrate(t.Context(), []people.Profile{{Login: "curious", Name: "试", Office: "mzj", Roles: []people.Role{people.Officer}}})
	w.must(err)
	s, token, err := w.People.SignIn(t.Context(), "curious", given[0], people.Place{})
	w.must(err)
	for range 200 {
		w.request("GET", "/api/v1/audit", "", "Cookie", "chengshu_session="+token)
	}
	p, err := w.Audit.Search(t.Context(), audit.Filter{Actor: s.User.ID, Action: "audit.read", Limit: 500})
	w.must(err)
	if n := len(p.Entries); n < 60 || n > 190 || w.Audit.Last() < before {
		t.Errorf("200 refusals left %d entries", n)
	}
}

// A key is good from the addresses it was given for; elsewhere its use is refused, clearly
// and in the audit.
func TestKeysByAddress(t *testing.T) {
	w := published(t)
	w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	give := func(addresses string) (int, string, string) {
		t.Helper()
		status, text := w.local("POST", "/apps/elder_care/keys", `{"kind":"api","addresses":[`+addresses+`]}`)
		var out struct {
			Key    people.Key
			Secret string
			Code   string
			Where  string
		}
		w.must(json.Unmarshal([]byte(text), &out))
		return status, out.Secret, strings.TrimSpace(strings.Join(out.Key.Addresses, " ") + out.Code + " " + out.Where)
	}
	for _, c := range []struct{ given, want string }{
		{`"10.1.2.3/8","192.0.2.7"`, "10.0.0.0/8 192.0.2.7/32"},
		{`"::1","2001:db8::1/32","::ffff:10.0.0.1"`, "::1/128 2001:db8::/32 10.0.0.1/32"},
		{`"10.0.0.1","nowhere"`, "key.network addresses[1]"},
		{`"10.0.0.0/33"`, "key.network addresses[0]"},
	} {
		if _, _, got := give(c.given); got != c.want {
			t.Errorf("%s: %q, want %q", c.given, got, c.want)
		}
	}
	_, here, _ := give(`"127.0.0.0/8"`)
	_, elsewhere, _ := give(`"10.0.0.0/8","2001:db8::/32"`)
	if r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", here); r.status != 200 {
		t.Errorf("from its address: %d %s", r.status, r.body)
	}
	r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", elsewhere)
	if r.status != 403 || r.problem.Code != "key.address" || r.problem.Remedy == "" || r.problem.Receipt == "" || strings.Contains(r.body, "127.0.0.1") {
		t.Errorf("from elsewhere: %d %s", r.status, r.body)
	}
	if e := w.receiptOf(r); !strings.Contains(e.Entry, `"outcome":"key.address"`) || !strings.Contains(e.Entry, `"app":"elder_care"`) || !strings.Contains(e.Entry, `"address":"127.0.0.1"`) {
		t.Errorf("in the audit as %s", e.Entry)
	}
	dir := w.dir
	w.close()
	again := open(t, dir, w.now)
	if r := again.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", elsewhere); r.problem.Code != "key.address" {
		t.Errorf("after a restart: %d %s", r.status, r.body)
	}
}

// The chain is verified from the console as a task; the result is in the audit, and names
// the first wrong entry.
func TestTheChainIsVerifiedByButton(t *testing.T) {
	w := published(t)
	type state struct {
		Last    int64
		Running *struct{ Task string }
		Checked *struct {
			OK      bool
			Entries int64
			By      string
			Receipt string
			Flaw    *struct {
				Seq  int64
				What string
			}
		}
		Failed *struct{ Code string }
	}
	look := func() (s state) {
		t.Helper()
		status, text := w.local("GET", "/audit/chain", "")
		if status != 200 {
			t.Fatalf("%d %s", status, text)
		}
		w.must(json.Unmarshal([]byte(text), &s))
		return s
	}
	check := func() state {
		t.Helper()
		status, text := w.local("POST", "/audit/check", "")
		var out struct{ Task string }
		w.must(json.Unmarshal([]byte(text), &out))
		if status != 200 || out.Task == "" {
			t.Fatalf("%d %s", status, text)
		}
		_, err := w.Tasks.Wait(t.Context(), out.Task)
		w.must(err)
		return look()
	}
	if s := look(); s.Checked != nil || s.Running != nil || s.Failed != nil {
		t.Fatalf("before: %+v", s)
	}
	s := check()
	if s.Checked == nil || !s.Checked.OK || s.Checked.Flaw != nil || s.Checked.By != "local" || s.Checked.Entries < 2 || s.Running != nil {
		t.Fatalf("a chain that holds: %+v", s.Checked)
	}
	if status, text := w.local("GET", "/receipts/"+s.Checked.Receipt, ""); status != 200 || !strings.Contains(text, "audit.check") {
		t.Errorf("the receipt of the result: %d %s", status, text)
	}
	w.must(w.Audit.Keep(t.Context()))
	files, err := filepath.Glob(filepath.Join(w.dir, "audit", "*"))
	w.must(err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil || !strings.Contains(string(text), "grant.make") && !strings.Contains(string(text), "directory.publish") {
			continue
		}
		w.must(os.WriteFile(f, []byte(strings.Replace(string(text), "directory.publish", "directory.Publish", 1)), 0o600))
	}
	s = check()
	if s.Checked == nil || s.Checked.OK || s.Checked.Flaw == nil || s.Checked.Flaw.Seq < 1 || !strings.Contains(s.Checked.Flaw.What, fmt.Sprint(s.Checked.Flaw.Seq)) {
		t.Errorf("a chain with an entry that was changed: %+v", s.Checked)
	}
}

// Offices are the system administrator's, with their entry; errors name the field.
func TestAnOfficeIsEnteredAndCorrected(t *testing.T) {
	w := published(t)
	put := func(role people.Role, body string) (int, string) {
		status, text := w.asked(role, "rsj", "/api/v1/offices", body)
		var p struct{ Code, Where string }
		w.must(json.Unmarshal([]byte(text), &p))
		return status, p.Code + " " + p.Where
	}
	if status, got := put(people.SystemAdmin, `{"name":"xfz","title":"信访站","region":"420102000000","parent":"rsj"}`); status != 200 {
		t.Fatalf("%d %s", status, got)
	}
	w.must(w.Audit.Move(t.Context()))
	if e := w.lastLook("office.put"); e.Target != "office/xfz" || e.Actor == "" {
		t.Errorf("in the audit as %+v", e)
	}
	for _, c := range []struct{ body, want string }{
		{`{"name":"xfz","title":"信访站","region":"42"}`, "office.region region"},
		{`{"name":"xfz","title":" ","region":"420102000000"}`, "office.title title"},
		{`{"name":"rsj","title":"人社局","region":"420102000000","parent":"xfz"}`, "office.circle parent"},
		{`{"name":"xfz","title":"信访站","region":"420102000000","credit":"1"}`, "office.credit credit"},
	} {
		if status, got := put(people.SystemAdmin, c.body); status != 422 || got != c.want {
			t.Errorf("%s: %d %s, want %s", c.body, status, got, c.want)
		}
	}
	if status, got := put(people.DataAdmin, `{"name":"x","title":"x","region":"420102000000"}`); status != 403 {
		t.Errorf("the data administrator: %d %s", status, got)
	}
}
