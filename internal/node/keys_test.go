package node

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

// receiptOf fetches the receipt of an answered call.
func (w *world) receiptOf(r reply) audit.Receipt {
	w.t.Helper()
	seq, err := w.Audit.ParseReceiptID(r.header.Get("X-Chengshu-Receipt"))
	w.must(err)
	receipt, err := w.Audit.Receipt(w.t.Context(), seq)
	w.must(err)
	return receipt
}

// local asks the console's API as a command on the server does.
func (w *world) local(method, path, body string) (int, string) {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://chengshu/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	a := httptest.NewRecorder()
	w.Handler.ServeHTTP(a, r.WithContext(console.Local(r.Context())))
	return a.Code, a.Body.String()
}

// rotated rotates every purpose as a command does, and says what the keys were.
func (w *world) rotated() (old map[gm.Purpose]string) {
	w.t.Helper()
	old = map[gm.Purpose]string{}
	for p := range gm.Purposes() {
		old[p] = w.Keys.Current(p).ID()
		status, text := w.local("POST", "/keys/"+string(p)+"/rotate", `{"reason":"例行更换"}`)
		var out struct {
			Key    struct{ ID string }
			Effect string
		}
		if err := json.Unmarshal([]byte(text), &out); err != nil || status != 200 || out.Key.ID == old[p] || out.Key.ID != w.Keys.Current(p).ID() || out.Effect == "" {
			w.t.Fatalf("rotate %s: %d %s", p, status, text)
		}
	}
	return old
}

// TestWhatWasBeforeARotationStands rotates every key while the server runs: receipts and roots
// of before are verified by the old public key and by no other, applications that sign go on
// signing, cursors go on, and only what has to changes.
func TestWhatWasBeforeARotationStands(t *testing.T) {
	w := published(t)
	hmac, secret := w.app("elder_care", people.HMACKey, "")
	_, key := w.app("elder_care", people.APIKey, "")
	d := w.draft("elder_care")
	d.Items[1].Mask = policy.Mask{Kind: policy.MaskHash}
	d.Rows = policy.Rows{All: true}
	w.grant(d)
	call := func() reply {
		t.Helper()
		r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
		if r.status != 200 {
			t.Fatalf("the call: %d %s", r.status, r.body)
		}
		return r
	}
	type hashed struct {
		Rows []struct{ Person string }
		Next string
	}
	read := func(r reply) (h hashed) {
		t.Helper()
		w.must(json.Unmarshal([]byte(r.body), &h))
		return h
	}
	before := call()
	first := w.receiptOf(before)
	page := w.request("POST", "/data/v1/pension_check/rows", `{"limit":2}`, "X-Api-Key", key)
	old := w.rotated()
	after := call()
	second := w.receiptOf(after)

	if first.Key != old[gm.Audit] || second.Key != w.Keys.Current(gm.Audit).ID() {
		t.Errorf("receipts by %s and %s", first.Key, second.Key)
	}
	for _, c := range []struct {
		name string
		r    audit.Receipt
		key  string
		ok   bool
	}{{"the old by the old key", first, first.Key, true}, {"the new by the new key", second, second.Key, true},
		{"the old by the new key", first, second.Key, false}, {"the new by the old key", second, first.Key, false}} {
		if _, err := audit.VerifyReceipt(c.r, w.Keys.PublicKey(c.key)); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	next, err := json.Marshal(share.Question{Limit: 2, Cursor: read(page).Next})
	w.must(err)
	if r := w.request("POST", "/data/v1/pension_check/rows", string(next), "X-Api-Key", key); r.status != 200 || len(read(r).Rows) != 2 {
		t.Errorf("a cursor of before: %d %s", r.status, r.body)
	}
	sign := func(m []byte) []byte { s := gm.HMAC3([]byte(secret), m); return s[:] }
	if r := w.request("POST", "/data/v1/pension_check", zhao, signing(sign, hmac.ID, "POST", "/data/v1/pension_check", "", zhao, "nonce-number-0001", time.Now())...); r.status != 200 {
		t.Errorf("an application whose secret the old key sealed: %d %s", r.status, r.body)
	}
	if a, b := read(before).Rows[0].Person, read(after).Rows[0].Person; a == b || a == "" {
		t.Errorf("the pseudonym is %q before and %q after", a, b)
	}
	e1, err := audit.VerifyReceipt(first, w.Keys.PublicKey(first.Key))
	w.must(err)
	e2, err := audit.VerifyReceipt(second, w.Keys.PublicKey(second.Key))
	w.must(err)
	if e1.Subject == e2.Subject {
		t.Error("the subject's mark is the same")
	}
	var asked struct{ Key map[string]string }
	w.must(json.Unmarshal([]byte(zhao), &asked))
	marks, err := w.Share.Subjects("pension_check", asked.Key)
	if err != nil || !slices.Equal(marks, []string{e2.Subject, e1.Subject}) {
		t.Errorf("the marks of the subject are %v, not %s and %s: %v", marks, e2.Subject, e1.Subject, err)
	}
	if alone, err := w.Share.Subjects("pension_check", map[string]string{"": asked.Key["id_no"]}); err != nil || !slices.Equal(alone, marks) {
		t.Errorf("by the value alone the marks are %v: %v", alone, err)
	}
	found, err := w.Audit.Search(t.Context(), audit.Filter{Subjects: marks})
	w.must(err)
	for _, e := range found.Entries {
		if e.Subject != e1.Subject && e.Subject != e2.Subject {
			t.Errorf("entry %d is of another subject", e.Seq)
		}
	}
	if n := len(found.Entries); n < 2 || found.Entries[n-1].Subject != e1.Subject || found.Entries[0].Subject != e2.Subject {
		t.Errorf("%d entries of the subject were found", n)
	}
	for _, wrong := range []map[string]string{{}, {"person": "x"}, {"id_no": ""}, {"id_no": "1", "person": "x"}} {
		if _, err := w.Share.Subjects("pension_check", wrong); !errors.Is(err, share.ErrKey) {
			t.Errorf("the key %v: %v", wrong, err)
		}
	}

	p, err := w.Audit.Search(t.Context(), audit.Filter{Action: "key.rotate", Target: "key/audit"})
	w.must(err)
	if len(p.Entries) != 2 || p.Entries[0].Of != p.Entries[1].Seq || p.Entries[0].Outcome != "ok" || p.Entries[1].Outcome != "begun" || p.Entries[0].Door != "socket" ||
		!strings.Contains(string(p.Entries[0].Change), second.Key) || !strings.Contains(string(p.Entries[0].Change), "例行更换") {
		t.Errorf("the rotation is in the audit as %+v", p.Entries)
	}
	dir := w.dir
	w.close()
	for _, every := range []bool{false, true} {
		if r, err := VerifyAudit(t.Context(), Config{Data: dir}, every, nil); err != nil || !r.OK {
			t.Errorf("the chain across the rotation: %+v %v", r.Flaw, err)
		}
	}
	again := open(t, dir, time.Now)
	if again.Keys.Current(gm.Audit).ID() != second.Key || again.receiptOf(before).Key != first.Key {
		t.Error("the keys are others after a restart")
	}
}

// A copied ring opens nothing without the master key, and the old master key opens no ring
// that was sealed anew.
func TestACopiedRingIsOfNoUse(t *testing.T) {
	w := published(t)
	dir := w.dir
	master := filepath.Join(dir, "master.key")
	old, err := os.ReadFile(master)
	w.must(err)
	if status, text := w.local("POST", "/master-key/rotate", `{"reason":"人员变动"}`); status != 200 || strings.Contains(text, strings.TrimSpace(string(old))) {
		t.Fatalf("a new master key: %d %s", status, text)
	}
	if e := w.lastLook("key.master"); e.Outcome != "ok" || e.Target != "key/master" {
		t.Errorf("it is in the audit as %+v", e)
	}
	w.close()
	for name, c := range map[string]struct {
		master []byte
		want   *fault.Error
	}{"without": {nil, gm.ErrMasterMissing}, "with the old one": {old, gm.ErrMaster}, "with one of the thief's": {[]byte(strings.Repeat("ab", 32)), gm.ErrMaster}} {
		thief := t.TempDir()
		w.must(os.CopyFS(thief, os.DirFS(dir)))
		w.must(os.Chmod(filepath.Join(thief, "keys.json"), 0o600))
		w.must(os.Remove(filepath.Join(thief, "master.key")))
		if c.master != nil {
			w.must(os.WriteFile(filepath.Join(thief, "master.key"), c.master, 0o600))
		}
		config := Defaults()
		config.Data, config.Listen = thief, ""
		n, err := Open(t.Context(), config, Options{})
		if !errors.Is(err, c.want) {
			t.Errorf("a copied folder %s: %v", name, err)
		}
		if err == nil {
			w.must(n.Close())
		}
	}
	open(t, dir, time.Now) // with the new one it opens
}

// Keys are listed without what is secret of them, and rotated by the security administrator.
func TestKeysAreForTheSecurityAdministrator(t *testing.T) {
	w := published(t)
	status, text := w.looks(people.SecurityAdmin, "rsj", "/keys", "")
	if status != 200 || strings.Count(text, `"id"`) != len(gm.Purposes()) || strings.Contains(text, "secret\":\"") || !strings.Contains(text, `"certified":false`) {
		t.Errorf("the list: %d %s", status, text)
	}
	if status, _ := w.looks(people.SystemAdmin, "rsj", "/keys/mask/rotate", "{}"); status != 403 {
		t.Errorf("the system administrator rotates: %d", status)
	}
	if status, text := w.looks(people.SecurityAdmin, "rsj", "/keys/none/rotate", "{}"); status != 404 || !strings.Contains(text, "gm.purpose") {
		t.Errorf("an unheard purpose: %d %s", status, text)
	}
}
