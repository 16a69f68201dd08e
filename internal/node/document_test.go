package node

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

// TestDocumentedSignaturesWork runs the examples of docs/reference/gateway.md as they stand.
func TestDocumentedSignaturesWork(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/gateway.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(text, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	chinese, err := os.ReadFile("../../docs/reference/gateway.zh-CN.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range examples { // the other page has the very same
		if bytes.Count(chinese, e[0]) != 1 {
			t.Errorf("example %d is another one in Chinese", i+1)
		}
	}
	w := published(t)
	pair, err := gm.NewPair()
	w.must(err)
	public, err := gm.PublicPEM(pair.Public())
	w.must(err)
	private, err := pair.PrivatePEM()
	w.must(err)
	file := filepath.Join(t.TempDir(), "private.pem")
	w.must(os.WriteFile(file, private, 0o600))
	hmac, secret := w.app("elder_care", people.HMACKey, "")
	sm2, _ := w.app("elder_care", people.PublicKey, string(public))
	w.grant(w.draft("elder_care"))
	want := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", func() string { _, k := w.app("elder_care", people.APIKey, ""); return k }())
	for i, env := range [][]string{{"KEY=" + hmac.ID, "SECRET=" + secret}, {"KEY=" + sm2.ID, "PRIVATE=" + file}} {
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", string(examples[i][1]))
		cmd.Env = append(append(os.Environ(), "BASE="+w.door.URL), env...)
		out, err := cmd.CombinedOutput()
		if err != nil || sorted(string(out)) != sorted(want.body) || want.status != 200 {
			t.Errorf("example %d: %v %s, want %s", i+1, err, out, want.body)
		}
	}
}
