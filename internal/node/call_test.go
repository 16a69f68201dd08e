package node

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

const zhao = `{"key":{"id_no":"000000195001010011"}}`

// TestCallWalk is the second half of the platform's walk: publish, grant, call, proof,
// revocation.
func TestCallWalk(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	auth := []string{"Authorization", "Bearer " + key}

	before := w.request("POST", "/data/v1/pension_check", zhao, auth...)
	unheard := w.request("POST", "/data/v1/unheard", zhao, auth...)
	if before.status != 403 || before.problem.Code != "call.denied" || unheard.status != 403 || sansReceipt(before.body) != sansReceipt(unheard.body) {
		t.Errorf("without a grant: %d %s; of no service: %d %s", before.status, before.body, unheard.status, unheard.body)
	}

	g := w.grant(w.draft("elder_care"))
	r := w.request("POST", "/data/v1/pension_check", zhao, auth...)
	want := `{"rows":[` +
		`{"id_no":"000000********0011","person":"赵*","region":"420102001","amount":3120.50,"paid":"2026-11-10"},` +
		`{"id_no":"000000********0011","person":"赵*","region":"420102001","amount":120.00,"paid":"2026-11-15"}],"more":false}`
	if r.status != 200 || sorted(r.body) != sorted(want) {
		t.Fatalf("the call: %d\n%s\nwant\n%s", r.status, r.body, want)
	}
	li := w.request("POST", "/data/v1/pension_check", `{"key":{"id_no":"000000195304040044"}}`, auth...)
	if li.status != 200 || li.body != `{"rows":[],"more":false}` {
		t.Errorf("a row of another district: %d %s", li.status, li.body)
	}

	w.proven(r, g.ID, auth)

	if _, err := w.Grants.Revoke(t.Context(), people.Local(), g.ID, "用途已终止"); err != nil {
		t.Fatal(err)
	}
	after := w.request("POST", "/data/v1/pension_check", zhao, auth...)
	if after.status != 403 || after.problem.Code != "call.denied" || after.problem.Receipt == "" || strings.Contains(after.body, "赵") {
		t.Errorf("after the revocation: %d %s", after.status, after.body)
	}
	w.spoiled()
}

// proven fetches the receipt of an answer and proves it by our own code and by openssl.
func (w *world) proven(r reply, grant string, auth []string) {
	t := w.t
	t.Helper()
	id := r.header.Get("X-Chengshu-Receipt")
	got := w.request("GET", "/data/v1/receipts/"+id, "", auth...)
	if got.status != 200 {
		t.Fatalf("the receipt: %d %s", got.status, got.body)
	}
	receipt, err := audit.ParseReceipt([]byte(got.body))
	w.must(err)
	pub := w.Keys.PublicKey(receipt.Key)
	e, err := audit.VerifyReceipt(receipt, pub)
	w.must(err)
	if sum := gm.Sum3([]byte(r.body)); e.Answer != audit.AnswerHash(sum) || e.Grant != grant || e.App != "elder_care" || e.Office != "mzj" || e.Rows != 2 ||
		strings.Join(e.Items, " ") != "id_no person region amount paid" || e.Service != "pension_check" || e.Purpose != "高龄津贴资格核验" || e.Subject == "" {
		t.Errorf("the entry %+v is not of this answer", e)
	}
	if strings.Contains(receipt.Entry, "赵") || strings.Contains(receipt.Entry, "19500101") {
		t.Errorf("the entry holds what was looked up: %s", receipt.Entry)
	}
	opensslProves(t, receipt, pub, []byte(r.body), e.Answer)

	_, other := w.app("other_app", people.APIKey, "")
	if got := w.request("GET", "/data/v1/receipts/"+id, "", "X-Api-Key", other); got.status != 404 {
		t.Errorf("another application got the receipt: %d", got.status)
	}
	receipt.Entry = strings.Replace(receipt.Entry, `"rows":2`, `"rows":1`, 1)
	if _, err := audit.VerifyReceipt(receipt, pub); err == nil {
		t.Error("a forged receipt holds")
	}
}

// opensslProves checks signature and answer with openssl alone.
func opensslProves(t *testing.T, r audit.Receipt, pub *ecdsa.PublicKey, body []byte, answer string) {
	t.Helper()
	dir := t.TempDir()
	pem, err := gm.PublicPEM(pub)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"pub.pem": pem, "header": []byte(r.Header), "sig": r.Signature, "body": body} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", "pub.pem", "-in", "header", "-sigfile", "sig", "-pkeyopt", "distid:"+gm.UserID)
	out := run("dgst", "-sm3", "-hex", "body")
	sum, err := base64.StdEncoding.DecodeString(answer)
	if err != nil || !strings.Contains(out, fmt.Sprintf("%x", sum)) {
		t.Errorf("openssl's hash of the answer is %s, the entry's %x", out, sum)
	}
}

// spoiled changes one byte of the audit and wants the change found.
func (w *world) spoiled() {
	t := w.t
	t.Helper()
	if r, err := w.Audit.Verify(t.Context(), nil); err != nil || !r.OK {
		t.Fatalf("before anything was changed: %+v %v", r.Flaw, err)
	}
	dir, keys := filepath.Join(w.dir, "audit"), w.Keys.PublicKey
	w.close()
	segments, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(segments) == 0 {
		t.Fatal(err, segments)
	}
	text, err := os.ReadFile(segments[0])
	w.must(err)
	at := strings.Index(string(text), `"outcome":"call.denied"`)
	if at < 0 {
		t.Fatal("no refusal in the audit")
	}
	text[at+len(`"outcome":"`)] = 'C'
	w.must(os.WriteFile(segments[0], text, 0o600))
	r, err := audit.Verify(t.Context(), audit.VerifyOptions{Dir: dir, Head: filepath.Join(w.dir, "audit.head"), PublicKey: keys})
	if err != nil || r.OK || r.Flaw == nil {
		t.Errorf("a changed byte was not found: %+v %v", r, err)
	}
}

func sansReceipt(body string) string {
	var m map[string]any
	_ = json.Unmarshal([]byte(body), &m)
	delete(m, "receipt")
	b, _ := json.Marshal(m)
	return string(b)
}

// sorted puts an answer's rows in an order: a look-up's means nothing.
func sorted(body string) string {
	var m struct {
		Rows []json.RawMessage
		More bool
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return body
	}
	rows := make([]string, len(m.Rows))
	for i, r := range m.Rows {
		rows[i] = string(r)
	}
	if len(rows) == 2 && rows[0] > rows[1] {
		rows[0], rows[1] = rows[1], rows[0]
	}
	return fmt.Sprint(rows, m.More)
}
