package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// audited makes a data folder with five entries and gives the receipt of the third.
func audited(t *testing.T) (data string, receipt []byte) {
	t.Helper()
	ctx := context.Background()
	data = t.TempDir()
	ring, err := gm.OpenRing(gm.RingOptions{Path: filepath.Join(data, "keys.json"), MasterFile: filepath.Join(data, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(ctx, filepath.Join(data, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := audit.Open(ctx, audit.Options{Dir: filepath.Join(data, "audit"), Head: filepath.Join(data, "audit.head"), Store: st,
		Signer: func() gm.Signer { return ring.Current(gm.Audit) }, PublicKey: ring.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := a.Append(ctx, audit.Entry{Action: "read", Service: "resident", Rows: 1, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := a.Receipt(ctx, 3)
	if err != nil {
		t.Fatal(err)
	}
	if receipt, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	pub, err := gm.PublicPEM(ring.Current(gm.Audit).Public())
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(a.Close(), st.Close(), os.WriteFile(filepath.Join(data, "audit.pem"), pub, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return data, receipt
}

func ended(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if got := run(context.Background(), args, &out, &out); got != want {
		t.Errorf("%v ended with %d, want %d:\n%s", args, got, want, out.String())
	}
	return out.String()
}

func TestVerifyAuditNamesTheFirstWrongEntry(t *testing.T) {
	data, _ := audited(t)
	for _, more := range [][]string{nil, {"--every"}} {
		out := ended(t, 0, append([]string{"verify", "audit", "--json", "--data", data}, more...)...)
		var r audit.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil || !r.OK || r.Entries != 5 {
			t.Errorf("%s, %v", out, err)
		}
	}
	path := filepath.Join(data, "audit", "0000000000000001.audit")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte(`{"seq":4`))
	text[at+20] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out := ended(t, 1, "verify", "audit", "--json", "--data", data)
	var r audit.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.OK || r.Flaw == nil || r.Flaw.Seq != 4 || r.Flaw.Segment != filepath.Base(path) {
		t.Errorf("%s, %v", out, err)
	}
	if out := ended(t, 1, "verify", "audit", "--lang", "en", "--data", data); !strings.Contains(out, "first wrong entry: 4") {
		t.Error(out)
	}
	ended(t, 1, "verify", "audit", "--data", t.TempDir())
}

func TestVerifyReceiptNeedsTheKeyAlone(t *testing.T) {
	data, receipt := audited(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "receipt.json")
	write := func(text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(receipt)
	key := filepath.Join(data, "audit.pem")
	nowhere := filepath.Join(dir, "no-data")
	out := ended(t, 0, "verify", "receipt", file, "--key", key, "--json", "--data", nowhere)
	var answer struct {
		OK    bool        `json:"ok"`
		Entry audit.Entry `json:"entry"`
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || !answer.OK || answer.Entry.Seq != 3 {
		t.Errorf("%s, %v", out, err)
	}
	ended(t, 0, "verify", "receipt", file, "--data", data)
	if out := ended(t, 1, "verify", "receipt", file, "--json", "--data", nowhere); !strings.Contains(out, "receipt.key") {
		t.Error(out)
	}
	write(bytes.Replace(receipt, []byte(`\"rows\":1`), []byte(`\"rows\":9`), 1))
	if out := ended(t, 1, "verify", "receipt", file, "--key", key, "--json"); !strings.Contains(out, "receipt.forged") || !strings.Contains(out, file) {
		t.Error(out)
	}
	write([]byte("{}"))
	if out := ended(t, 1, "verify", "receipt", file, "--key", key, "--json"); !strings.Contains(out, "receipt.form") {
		t.Error(out)
	}
	if _, err := os.Stat(nowhere); !os.IsNotExist(err) {
		t.Error("a data folder was made to verify a receipt")
	}
}
