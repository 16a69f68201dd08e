package node

import (
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

// from sends a call as if it came from an address.
func (w *world) from(address, body string, header ...string) reply {
	w.t.Helper()
	r := httptest.NewRequest("POST", "/data/v1/pension_check", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = address + ":4711"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a := httptest.NewRecorder()
	w.Handler.ServeHTTP(a, r)
	return reply{status: a.Code, body: a.Body.String(), header: a.Header()}
}

// TestACopiedKey has a key on two machines: what the copy does is in the audit with where it
// came from and counts against the one grant's quota; withdrawing the key ends both. Of a
// signed call a copy is of no use, from wherever it is sent.
func TestACopiedKey(t *testing.T) {
	w := published(t)
	k, key := w.app("elder_care", people.APIKey, "")
	hmac, secret := w.app("elder_care", people.HMACKey, "")
	d := w.draft("elder_care")
	d.PerDay = 4
	w.grant(d)
	call := func(address string) (reply, audit.Entry) {
		t.Helper()
		r := w.from(address, zhao, "X-Api-Key", key)
		seq, err := w.Audit.ParseReceiptID(r.header.Get("X-Chengshu-Receipt"))
		if err != nil {
			return r, audit.Entry{}
		}
		e, err := w.Audit.Entry(t.Context(), seq)
		w.must(err)
		return r, e
	}
	for _, address := range []string{"192.0.2.10", "203.0.113.9", "192.0.2.10"} {
		if r, e := call(address); r.status != 200 || e.Address != address || e.App != "elder_care" {
			t.Errorf("from %s: %d, in the audit as %+v", address, r.status, e)
		}
	}
	sign := func(m []byte) []byte { s := gm.HMAC3([]byte(secret), m); return s[:] }
	signed := signing(sign, hmac.ID, "POST", "/data/v1/pension_check", "", zhao, "nonce-number-0001", time.Now())
	if r := w.from("192.0.2.10", zhao, signed...); r.status != 200 {
		t.Errorf("a signed call: %d %s", r.status, r.body)
	}
	if r := w.from("203.0.113.9", zhao, signed...); r.status != 401 || !strings.Contains(r.body, "sign.replay") {
		t.Errorf("a copy of it: %d %s", r.status, r.body)
	}
	if r, e := call("203.0.113.9"); r.status != 429 || e.Outcome != "quota.day" || e.Address != "203.0.113.9" {
		t.Errorf("the fifth of four: %d, in the audit as %+v", r.status, e)
	}
	_, err := w.People.EndKey(t.Context(), people.Local(), "elder_care", k.ID, "已泄露")
	w.must(err)
	for _, address := range []string{"192.0.2.10", "203.0.113.9"} {
		if r, _ := call(address); r.status != 401 {
			t.Errorf("after it was withdrawn, from %s: %d", address, r.status)
		}
	}
}

// TestAClockSetBack sets the clock back by a day, an hour and a second while calls go on, and
// across a restart: nothing opens again that was over, and the chain holds.
func TestAClockSetBack(t *testing.T) {
	noon := time.Now().Truncate(24 * time.Hour).Add(4 * time.Hour) // in the middle of a Beijing day
	var shift atomic.Int64
	now := func() time.Time { return noon.Add(time.Duration(shift.Load())) }
	set := func(d time.Duration) { shift.Store(int64(d)) }
	dir := t.TempDir()
	w := publishedAt(t, folder(dir), Options{Version: "test", Now: now})
	_, key := w.app("elder_care", people.APIKey, "")
	_, brief := w.app("brief_care", people.APIKey, "")
	hmac, secret := w.app("elder_care", people.HMACKey, "")
	d := w.draft("elder_care")
	d.PerDay = 3
	w.grant(d)
	d = w.draft("brief_care")
	d.Until = now().Add(time.Hour)
	over := w.grant(d)
	call := func(w *world, key string) (int, string) {
		t.Helper()
		r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
		return r.status, r.problem.Code
	}
	sign := func(m []byte) []byte { s := gm.HMAC3([]byte(secret), m); return s[:] }
	recorded := signing(sign, hmac.ID, "POST", "/data/v1/pension_check", "", zhao, "nonce-number-0001", now())
	if r := w.request("POST", "/data/v1/pension_check", zhao, recorded...); r.status != 200 {
		t.Fatalf("the first: %d %s", r.status, r.body)
	}
	if status, _ := call(w, brief); status != 200 {
		t.Fatalf("a grant of an hour: %d", status)
	}
	set(2 * time.Hour)
	_, err := w.Grants.Expire(t.Context(), now())
	w.must(err)
	if status, code := call(w, brief); code != "call.denied" {
		t.Errorf("after its hour: %d %s", status, code)
	}
	refused := func(w *world, back time.Duration) {
		t.Helper()
		set(back)
		if r := w.request("POST", "/data/v1/pension_check", zhao, recorded...); r.status != 401 {
			t.Errorf("%s: a recorded call: %d %s", back, r.status, r.body)
		}
		if status, code := call(w, brief); code != "call.denied" {
			t.Errorf("%s: a grant that was over: %d %s", back, status, code)
		}
	}
	for _, back := range []time.Duration{-time.Second, -time.Hour, -24 * time.Hour} {
		refused(w, back)
	}
	used := 1
	for range 10 {
		if status, _ := call(w, key); status == 200 {
			used++
		}
	}
	w.close()
	w = openAs(t, folder(dir), Options{Version: "test", Now: now})
	refused(w, -24*time.Hour)
	for range 10 {
		if status, _ := call(w, key); status == 200 {
			used++
		}
	}
	if used > 3 {
		t.Errorf("%d calls of a quota of 3 a day were answered", used)
	}
	g, err := w.Grants.Get(t.Context(), over.ID)
	if w.must(err); g.State != "expired" {
		t.Errorf("the grant that was over is %s", g.State)
	}
	set(3 * time.Hour)
	w.must(w.Audit.Move(t.Context()))
	if r, err := w.Audit.Verify(t.Context(), nil); err != nil || !r.OK {
		t.Errorf("the chain: %+v %v", r.Flaw, err)
	}
}
