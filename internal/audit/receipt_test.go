package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/gm"
)

func TestEveryPathOfEveryTree(t *testing.T) {
	h := newHasher()
	for n := 1; n <= 40; n++ {
		leaves := make([]gm.Digest, n)
		for i := range leaves {
			leaves[i] = gm.Sum3([]byte{byte(i)})
		}
		root := h.root(leaves)
		if want := rfc6962(leaves); root != want {
			t.Fatalf("%d leaves: not the norm's root", n)
		}
		for i := range leaves {
			path := h.path(leaves, i)
			if got, ok := h.climb(leaves[i], int64(i), int64(n), path); !ok || got != root {
				t.Errorf("leaf %d of %d does not reach the root", i, n)
			}
			if _, ok := h.climb(leaves[i], int64(i), int64(n), append(path, root)); ok {
				t.Errorf("leaf %d of %d: a longer path is taken", i, n)
			}
			if got, ok := h.climb(leaves[i], int64(n-1-i), int64(n), path); ok && got == root && n-1-i != i {
				t.Errorf("leaf %d of %d reaches the root from elsewhere", i, n)
			}
		}
	}
}

// rfc6962 is the norm's own recursive definition over given leaves.
func rfc6962(leaves []gm.Digest) gm.Digest {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := rfc6962(leaves[:k]), rfc6962(leaves[k:])
	return gm.Sum3([]byte{1}, l[:], r[:])
}

func TestReceiptsHoldAndForgedOnesDoNot(t *testing.T) {
	b := opened(t, t.TempDir(), small)
	written(t, b, 120)
	pub := b.ring.Current(gm.Audit).Public()
	other, err := gm.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	var receipts []Receipt
	for seq := int64(1); seq <= 120; seq++ {
		r, err := b.Receipt(background, seq)
		if err != nil {
			t.Fatal(err)
		}
		e, err := VerifyReceipt(r, pub)
		if err != nil || e.Seq != seq {
			t.Fatal(e.Seq, err)
		}
		if _, err := VerifyReceipt(r, other.Public()); !errors.Is(err, ErrReceiptForged) {
			t.Fatal("held under another key", err)
		}
		if id := b.ReceiptID(seq); mustID(t, b, id) != seq {
			t.Fatal(id)
		}
		receipts = append(receipts, r)
	}
	for _, id := range []string{"", "1", "-1", "00000000-1", b.ReceiptID(1) + "x", b.ReceiptID(0)[:8] + "-01"} {
		if seq, err := b.ParseReceiptID(id); err == nil {
			t.Errorf("%q is %d", id, seq)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := receipts[rapid.IntRange(0, 119).Draw(t, "seq")]
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(text)
		at := rapid.IntRange(0, len(bad)-1).Draw(t, "at")
		bad[at] = byte(rapid.IntRange(' ', '~').Draw(t, "by"))
		got, err := ParseReceipt(bad)
		if err != nil {
			return
		}
		if _, err := VerifyReceipt(got, pub); err == nil {
			if again, err := json.Marshal(got); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("a forged receipt holds:\n%s\n%s", text, bad)
			}
		}
	})
	// Parts of other receipts do not make a new one.
	a, z := receipts[3], receipts[100]
	for name, r := range map[string]Receipt{
		"entry": {Version: 1, Entry: z.Entry, Prev: a.Prev, Index: a.Index, Count: a.Count, Path: a.Path, Header: a.Header, Signature: a.Signature, Key: a.Key},
		"path":  {Version: 1, Entry: a.Entry, Prev: a.Prev, Index: a.Index, Count: a.Count, Path: append(z.Path, z.Prev), Header: a.Header, Signature: a.Signature, Key: a.Key},
		"sig":   {Version: 1, Entry: a.Entry, Prev: a.Prev, Index: a.Index, Count: a.Count, Path: a.Path, Header: a.Header, Signature: z.Signature, Key: a.Key},
		"head":  {Version: 1, Entry: a.Entry, Prev: a.Prev, Index: a.Index, Count: a.Count, Path: a.Path, Header: z.Header, Signature: z.Signature, Key: a.Key},
		"empty": {},
	} {
		if _, err := VerifyReceipt(r, pub); err == nil {
			t.Errorf("holds with another's %s", name)
		}
	}
	closed(t, b)
}

func mustID(t *testing.T, b *bureau, id string) int64 {
	seq, err := b.ParseReceiptID(id)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// TestTheReferenceVerifiesWithOpenSSL runs the script of docs/reference/receipt.md as it
// stands there, on true receipts and on forged ones.
func TestTheReferenceVerifiesWithOpenSSL(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/receipt.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the page has no script")
	}
	if chinese, err := os.ReadFile("../../docs/reference/receipt.zh-CN.md"); err != nil || !bytes.Contains(chinese, []byte("```sh\n"+script+"```")) {
		t.Errorf("the script is another one in Chinese, %v", err)
	}
	b := opened(t, t.TempDir(), nil)
	dir := t.TempDir()
	pub, err := gm.PublicPEM(b.ring.Current(gm.Audit).Public())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("audit.pem", pub)
	run := func(r Receipt) ([]byte, error) {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		write("receipt.json", text)
		c := exec.Command("bash", "-euc", script)
		c.Dir = dir
		return c.CombinedOutput()
	}
	// One batch of seven, so that paths have several lengths, and one alone.
	tails := make([][]byte, 7)
	for i := range tails {
		e := call(i)
		e.At = b.opt.Now()
		if tails[i], err = e.tail(nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.enqueue(&request{ctx: background, tails: tails, done: make(chan error, 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Append(background, call(8)); err != nil {
		t.Fatal(err)
	}
	for _, seq := range []int64{1, 6, 7, 8} {
		r, err := b.Receipt(background, seq)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := run(r); err != nil || !bytes.Contains(out, []byte("the receipt holds")) {
			t.Fatalf("%d: %v\n%s", seq, err, out)
		}
		if seq != 6 {
			continue
		}
		bad := r
		bad.Entry = strings.Replace(r.Entry, `"rows":1`, `"rows":2`, 1)
		if out, err := run(bad); err == nil || bytes.Contains(out, []byte("the receipt holds")) {
			t.Fatalf("%d with another entry: %v\n%s", seq, err, out)
		}
		bad = r
		bad.Header = strings.Replace(r.Header, `"v":1`, `"v":2`, 1)
		if out, err := run(bad); err == nil || bytes.Contains(out, []byte("the receipt holds")) {
			t.Fatalf("%d with another header: %v\n%s", seq, err, out)
		}
	}
	closed(t, b)
}
