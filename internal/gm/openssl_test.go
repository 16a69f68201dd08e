package gm

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm4"
	"pgregory.net/rapid"
)

// openssl runs the real one; 3.0 and newer know SM2 with its user id.
func openssl(t testing.TB, in []byte, args ...string) ([]byte, error) {
	t.Helper()
	c := exec.Command("openssl", args...)
	c.Stdin = bytes.NewReader(in)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if err != nil {
		t.Logf("openssl %s: %s", strings.Join(args, " "), errs.String())
	}
	return out.Bytes(), err
}

func must(t testing.TB, in []byte, args ...string) []byte {
	t.Helper()
	out, err := openssl(t, in, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func random(t testing.TB, n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t testing.TB, dir, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sizes around the blocks of SM3 and SM4, and larger ones.
var sizes = []int{0, 1, 15, 16, 17, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 4096, 100_003}

func TestHashesAreOpenSSLs(t *testing.T) {
	for _, n := range sizes {
		text, key := random(t, n), random(t, 1+n%90)
		own := Sum3(text[:n/3], text[n/3:])
		if got := must(t, text, "dgst", "-sm3", "-binary"); !bytes.Equal(got, own[:]) {
			t.Errorf("SM3 of %d bytes: %x, openssl %x", n, own, got)
		}
		code := HMAC3(key, text[:n/2], text[n/2:])
		if got := must(t, text, "dgst", "-sm3", "-binary", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString(key)); !bytes.Equal(got, code[:]) {
			t.Errorf("HMAC of %d bytes: %x, openssl %x", n, code, got)
		}
	}
}

func TestStreamedHashIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SliceOf(rapid.Byte())).Draw(t, "parts")
		h := New3()
		for _, p := range parts {
			h.Write(p)
		}
		whole, apart := Sum3(bytes.Join(parts, nil)), Sum3(parts...)
		if !bytes.Equal(h.Sum(nil), whole[:]) || whole != apart {
			t.Fatal("hashes differ")
		}
	})
}

func TestWeSignOpenSSLVerifies(t *testing.T) {
	dir := t.TempDir()
	for _, n := range sizes {
		p, err := NewPair()
		if err != nil {
			t.Fatal(err)
		}
		text := random(t, n)
		sig, err := p.Sign(text)
		if err != nil {
			t.Fatal(err)
		}
		public, err := PublicPEM(p.Public())
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"pkeyutl", "-verify", "-pubin", "-inkey", put(t, dir, "pub", public), "-rawin", "-digest", "sm3",
			"-pkeyopt", "distid:" + UserID, "-sigfile", put(t, dir, "sig", sig), "-in"}
		must(t, nil, append(args, put(t, dir, "text", text))...)
		if _, err := openssl(t, nil, append(args, put(t, dir, "other", append(text, 0)))...); err == nil {
			t.Errorf("openssl took the signature of %d bytes for others", n)
		}
	}
}

func TestOpenSSLSignsWeVerify(t *testing.T) {
	dir := t.TempDir()
	private := must(t, nil, "genpkey", "-algorithm", "SM2")
	public, err := ParsePublic(must(t, private, "pkey", "-pubout"))
	if err != nil {
		t.Fatal(err)
	}
	key := put(t, dir, "key", private)
	for _, n := range sizes {
		text := random(t, n)
		sig := must(t, nil, "pkeyutl", "-sign", "-inkey", key, "-rawin", "-digest", "sm3", "-pkeyopt", "distid:"+UserID, "-in", put(t, dir, "text", text))
		if !Verify(public, text, sig) {
			t.Fatalf("openssl's signature of %d bytes is refused", n)
		}
		if Verify(public, append(text, 0), sig) {
			t.Errorf("a signature of %d bytes is taken for others", n)
		}
		other := must(t, nil, "pkeyutl", "-sign", "-inkey", key, "-rawin", "-digest", "sm3", "-pkeyopt", "distid:somebody", "-in", put(t, dir, "text", text))
		if Verify(public, text, other) {
			t.Error("a signature under another user id is taken")
		}
	}
}

func TestAnyChangedByteOfASignatureIsRefused(t *testing.T) {
	p, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("一网统管")
	sig, err := p.Sign(text)
	if err != nil || !Verify(p.Public(), text, sig) {
		t.Fatal("own signature refused", err)
	}
	if Verify(other.Public(), text, sig) || Verify(nil, text, sig) {
		t.Error("taken under another key")
	}
	for i := range sig {
		for bit := range 8 {
			bad := bytes.Clone(sig)
			bad[i] ^= 1 << bit
			if Verify(p.Public(), text, bad) {
				t.Errorf("taken with bit %d of byte %d changed", bit, i)
			}
		}
		if Verify(p.Public(), text, sig[:i]) {
			t.Errorf("taken when cut to %d bytes", i)
		}
	}
}

func TestKeysGoToOpenSSLAndBack(t *testing.T) {
	p, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	private, err := p.PrivatePEM()
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string][]byte{
		"ours":  private,
		"pkcs8": must(t, private, "pkcs8", "-topk8", "-nocrypt"),
		"sec1":  must(t, private, "ec"),
		"ecparam": append(must(t, nil, "ecparam", "-name", "SM2"),
			must(t, private, "ec")...),
	}
	for name, text := range forms {
		back, err := ParsePrivate(text)
		if err != nil || !back.Public().Equal(p.Public()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	own, err := PublicPEM(p.Public())
	if err != nil {
		t.Fatal(err)
	}
	if theirs := must(t, private, "pkey", "-pubout"); !bytes.Equal(own, theirs) {
		t.Errorf("ours:\n%s\nopenssl's:\n%s", own, theirs)
	}
	p256 := must(t, nil, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
	for name, text := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "another curve": must(t, p256, "pkey", "-pubout"), "a private key": private,
		"rsa": must(t, must(t, nil, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"), "pkey", "-pubout"),
	} {
		if _, err := ParsePublic(text); err == nil {
			t.Errorf("%s was taken for a public key", name)
		}
	}
	if _, err := ParsePrivate(p256); err == nil {
		t.Error("a key of another curve was taken")
	}
}

// TestSM4IsOpenSSLs compares the cipher; GCM is compared with the norm below, since
// openssl 3.0 has no SM4-GCM, and its encryption with openssl's CTR.
func TestSM4IsOpenSSLs(t *testing.T) {
	for _, n := range sizes {
		key, iv, text := random(t, KeySize), random(t, 16), random(t, n)
		block, err := sm4.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		pad := bytes.Repeat([]byte{byte(16 - n%16)}, 16-n%16)
		own := append(bytes.Clone(text), pad...)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(own, own)
		args := []string{"-K", hex.EncodeToString(key), "-iv", hex.EncodeToString(iv)}
		if got := must(t, text, append([]string{"enc", "-sm4-cbc"}, args...)...); !bytes.Equal(got, own) {
			t.Errorf("CBC of %d bytes differs", n)
		}
		if back := must(t, own, append([]string{"enc", "-d", "-sm4-cbc"}, args...)...); !bytes.Equal(back, text) {
			t.Errorf("openssl reads our CBC of %d bytes as something else", n)
		}
		sealed, err := Seal(key, text, []byte("aad"))
		if err != nil {
			t.Fatal(err)
		}
		counter := hex.EncodeToString(sealed[:12]) + "00000002"
		plain := must(t, sealed[12:12+n], "enc", "-d", "-sm4-ctr", "-K", hex.EncodeToString(key), "-iv", counter)
		if !bytes.Equal(plain, text) {
			t.Errorf("openssl reads our GCM of %d bytes as something else", n)
		}
	}
}

// TestGCMIsTheNorms is the example of RFC 8998, appendix A.1.
func TestGCMIsTheNorms(t *testing.T) {
	h := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	key, nonce, aad := h("0123456789ABCDEFFEDCBA9876543210"), h("00001234567800000000ABCD"), h("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
	plain := h("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA")
	sealed := h("17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D" +
		"83DE3541E4C2B58177E065A9BF7B62EC")
	got, err := Open(key, append(nonce, sealed...), aad)
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%x, %v", got, err)
	}
}

func TestSealedTextOpensUnchangedAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "key")
		plain, aad := rapid.SliceOf(rapid.Byte()).Draw(t, "plain"), rapid.SliceOf(rapid.Byte()).Draw(t, "aad")
		sealed, err := Seal(key, plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Open(key, sealed, aad); err != nil || !bytes.Equal(back, plain) {
			t.Fatalf("%x, %v", back, err)
		}
		bad := bytes.Clone(sealed)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if _, err := Open(key, bad, aad); err == nil {
			t.Fatal("a changed text opened")
		}
		if _, err := Open(key, sealed, append(aad, 'x')); err == nil {
			t.Fatal("opened beside other data")
		}
		if _, err := Open(key, sealed[:rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")], aad); err == nil {
			t.Fatal("a cut text opened")
		}
	})
}
