package gm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

const victimDir = "CHENGSHU_GM_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		do := rotateForever
		if os.Getenv("CHENGSHU_GM_REMASTER") != "" {
			do = remasterForever
		}
		fmt.Fprintln(os.Stderr, do(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func at(dir string) RingOptions {
	return RingOptions{Path: filepath.Join(dir, "keys.json"), MasterFile: filepath.Join(dir, "master.key")}
}

func opened(t *testing.T, dir string) *Ring {
	t.Helper()
	r, err := OpenRing(at(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRingIsMadeOnceAndComesBack(t *testing.T) {
	dir := t.TempDir()
	first := opened(t, dir)
	for _, name := range []string{"keys.json", "master.key"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	sealed, err := first.Seal(App, []byte("s3cret"), []byte("app 1"))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := first.Current(Audit).Sign([]byte("root"))
	if err != nil {
		t.Fatal(err)
	}
	again := opened(t, dir)
	if got, err := again.Open(App, sealed, []byte("app 1")); err != nil || string(got) != "s3cret" {
		t.Errorf("%q, %v", got, err)
	}
	if !Verify(again.PublicKey(first.Current(Audit).ID()), []byte("root"), sig) {
		t.Error("a signature of before is refused")
	}
	a, b := first.Current(Mask).HMAC([]byte("x")), again.Current(Mask).HMAC([]byte("x"))
	if a != b {
		t.Error("a code changed")
	}
	if len(again.Keys()) != len(Purposes()) {
		t.Errorf("%d keys", len(again.Keys()))
	}
}

func TestPurposesDoNotMix(t *testing.T) {
	r := opened(t, t.TempDir())
	sealed, err := r.Seal(App, []byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Purpose{Page, Mask, Audit} {
		if _, err := r.Open(p, sealed, nil); !errors.Is(err, ErrSealed) {
			t.Errorf("%s opened what app sealed: %v", p, err)
		}
	}
	if _, err := r.Open(App, sealed[:3], nil); !errors.Is(err, ErrSealed) {
		t.Error(err)
	}
	if r.Current(App).Public() != nil || r.PublicKey("nobody") != nil {
		t.Error("a public key out of nothing")
	}
}

func TestRotationKeepsWhatWas(t *testing.T) {
	dir := t.TempDir()
	r := opened(t, dir)
	old := r.Current(App)
	sealed, err := r.Seal(App, []byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := r.Rotate(App)
	if err != nil || r.Current(App) != fresh || fresh.Version() != 2 || fresh.ID() == old.ID() {
		t.Fatalf("%v, %v", fresh, err)
	}
	for _, ring := range []*Ring{r, opened(t, dir)} {
		if got, err := ring.Open(App, sealed, nil); err != nil || string(got) != "x" {
			t.Errorf("%q, %v", got, err)
		}
		if ring.Current(App).ID() != fresh.ID() {
			t.Errorf("current is %s", ring.Current(App).ID())
		}
		if k, ok := ring.ByID(old.ID()); !ok || k.HMAC() != old.HMAC() {
			t.Error("the old key is gone")
		}
	}
	if _, err := r.Rotate("none"); fault.KindOf(err) != fault.Missing {
		t.Error(err)
	}
}

func TestAFailedRotationChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r := opened(t, dir)
	old := r.Current(Audit)
	if err := os.Rename(dir, dir+"2"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Rotate(Audit); err == nil {
		t.Fatal("rotated without a folder")
	}
	if r.Current(Audit) != old || len(r.Keys()) != len(Purposes()) {
		t.Error("a key that is not on the disk is used")
	}
	if err := os.Rename(dir+"2", dir); err != nil {
		t.Fatal(err)
	}
	if fresh, err := r.Rotate(Audit); err != nil || fresh.Version() != 2 {
		t.Errorf("%v, %v", fresh, err)
	}
}

func TestManyRotateAndSealAtOnce(t *testing.T) {
	r := opened(t, t.TempDir())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := r.Rotate(App); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			sealed, err := r.Seal(App, []byte("x"), nil)
			if err != nil {
				t.Error(err)
			}
			if _, err := r.Open(App, sealed, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if v := r.Current(App).Version(); v != 5 {
		t.Errorf("version %d after four rotations", v)
	}
}

func TestWhatIsRefused(t *testing.T) {
	other := strings.Repeat("ab", 32)
	file := func(dir, name string) string { return filepath.Join(dir, name) }
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change := func(t *testing.T, dir string, do func(f *ringFile)) {
		t.Helper()
		f, err := readRing(file(dir, "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		do(f)
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file(dir, "keys.json"), string(text))
	}
	find := func(f *ringFile, p Purpose) *ringRow {
		return &f.Keys[slices.IndexFunc(f.Keys, func(r ringRow) bool { return r.Purpose == p })]
	}
	cases := map[string]struct {
		spoil func(t *testing.T, dir string)
		want  error
	}{
		"another master key": {func(t *testing.T, dir string) { write(t, file(dir, "master.key"), other) }, ErrMaster},
		"no master key": {func(t *testing.T, dir string) {
			if err := os.Remove(file(dir, "master.key")); err != nil {
				t.Fatal(err)
			}
		}, ErrMasterMissing},
		"half a master key":        {func(t *testing.T, dir string) { write(t, file(dir, "master.key"), other[:32]) }, ErrMasterForm},
		"a master key others read": {func(t *testing.T, dir string) { chmod(t, file(dir, "master.key"), 0o640) }, ErrMode},
		"a ring others read":       {func(t *testing.T, dir string) { chmod(t, file(dir, "keys.json"), 0o604) }, ErrMode},
		"no JSON":                  {func(t *testing.T, dir string) { write(t, file(dir, "keys.json"), "{") }, ErrRing},
		"an empty ring":            {func(t *testing.T, dir string) { write(t, file(dir, "keys.json"), "") }, ErrRing},
		"a sealed byte changed": {func(t *testing.T, dir string) {
			change(t, dir, func(f *ringFile) { f.Keys[1].Sealed[20] ^= 1 })
		}, ErrRing},
		"two keys exchanged": {func(t *testing.T, dir string) {
			change(t, dir, func(f *ringFile) {
				a, b := find(f, App), find(f, Mask)
				a.Sealed, b.Sealed = b.Sealed, a.Sealed
			})
		}, ErrRing},
		"a public key replaced": {func(t *testing.T, dir string) {
			p, err := NewPair()
			if err != nil {
				t.Fatal(err)
			}
			text, err := PublicPEM(p.Public())
			if err != nil {
				t.Fatal(err)
			}
			change(t, dir, func(f *ringFile) { find(f, Audit).Public = string(text) })
		}, ErrRing},
		"a key under another purpose": {func(t *testing.T, dir string) {
			change(t, dir, func(f *ringFile) { find(f, App).Purpose = Page })
		}, ErrRing},
		"a newer format": {func(t *testing.T, dir string) {
			change(t, dir, func(f *ringFile) { f.Format = 2 })
		}, fault.New(fault.Conflict, "gm.newer", fault.Text{})},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			opened(t, dir)
			c.spoil(t, dir)
			before := listing(t, dir)
			if _, err := OpenRing(at(dir)); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			} else if f := fault.From(err); f.Remedy.ZH == "" || !strings.HasPrefix(f.Where, dir) {
				t.Errorf("a fault without place or remedy: %v", f)
			}
			if after := listing(t, dir); !bytes.Equal(before, after) {
				t.Error("a refused ring was written to")
			}
		})
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// listing is every file of a folder with its bytes.
func listing(t *testing.T, dir string) []byte {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, e := range all {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %q\n", e.Name(), text)
	}
	return b.Bytes()
}

func TestTheMasterKeyMayComeFromElsewhere(t *testing.T) {
	dir := t.TempDir()
	m, err := ParseMaster(" " + strings.Repeat("0F", 32) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	o := RingOptions{Path: filepath.Join(dir, "keys.json"), Master: m}
	r, err := OpenRing(o)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := OpenRing(o); err != nil || again.Current(Mask).HMAC() != r.Current(Mask).HMAC() {
		t.Error(err)
	}
	for _, bad := range []string{"", "0f", strings.Repeat("0g", 32), strings.Repeat("0f", 33)} {
		if _, err := ParseMaster(bad); !errors.Is(err, ErrMasterForm) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestNoSecretIsInTheFile(t *testing.T) {
	dir := t.TempDir()
	r := opened(t, dir)
	text, err := os.ReadFile(filepath.Join(dir, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range r.Keys() {
		secret := k.secret
		if k.kind == SM2 {
			secret = k.pair.key.D.Bytes()
		}
		for form, shown := range map[string]string{"raw": string(secret), "hex": fmt.Sprintf("%x", secret), "base64": jsonBytes(t, secret)} {
			if bytes.Contains(text, []byte(shown)) {
				t.Errorf("%s is in the file as %s", k.id, form)
			}
		}
	}
	public, err := ReadPublic(filepath.Join(dir, "keys.json"))
	id := r.Current(Audit).ID()
	if err != nil || len(public) != 1 || !public[id].Equal(r.PublicKey(id)) {
		t.Errorf("%v, %v", public, err)
	}
}

func jsonBytes(t *testing.T, b []byte) string {
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(text), `"=`)
}

// rotateForever names each key once it is said to be on the disk.
func rotateForever(dir string) error {
	r, err := OpenRing(at(dir))
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		k, err := r.Rotate([]Purpose{Audit, App}[i%2])
		if err != nil {
			return err
		}
		fmt.Println(k.ID())
	}
}

func TestKilledWhileItRotates(t *testing.T) {
	dir := t.TempDir()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	var told []string
	for range 5 {
		told = append(told, killed(t, dir, 1+dice.IntN(12))...)
		r := opened(t, dir)
		for _, id := range told {
			if _, ok := r.ByID(id); !ok {
				t.Fatalf("key %s is gone", id)
			}
		}
		versions := map[Purpose]int{}
		for _, k := range r.Keys() {
			versions[k.Purpose()]++
			if k.Version() != versions[k.Purpose()] {
				t.Fatalf("%s is number %d of its purpose", k.ID(), versions[k.Purpose()])
			}
		}
	}
}

func killed(t *testing.T, dir string, lines int) (told []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan(); {
		told = append(told, s.Text())
		if len(told) == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed, as it should be
	if len(told) < lines {
		t.Fatalf("the victim ended by itself after %d rotations", len(told))
	}
	return told
}

func BenchmarkSign(b *testing.B) {
	p, err := NewPair()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Sign([]byte("header")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSum3(b *testing.B) {
	text := make([]byte, 400)
	b.SetBytes(400)
	for b.Loop() {
		Sum3([]byte{0}, text)
	}
}
