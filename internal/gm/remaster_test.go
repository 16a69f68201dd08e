package gm

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// same proves that a ring holds the keys of another.
func same(t *testing.T, a, b *Ring) {
	t.Helper()
	if len(a.Keys()) != len(b.Keys()) {
		t.Fatalf("%d keys, %d before", len(a.Keys()), len(b.Keys()))
	}
	for _, k := range b.Keys() {
		other, ok := a.ByID(k.ID())
		if !ok || k.kind == Secret && other.HMAC() != k.HMAC() || k.kind == SM2 && !other.Public().Equal(k.Public()) {
			t.Errorf("the key %s is another", k.ID())
		}
	}
}

func TestANewMasterKey(t *testing.T) {
	dir := t.TempDir()
	r := opened(t, dir)
	master := filepath.Join(dir, "master.key")
	before, err := os.ReadFile(master)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Remaster(nil); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(master)
	if err != nil || string(after) == string(before) {
		t.Errorf("the master key is the old one: %v", err)
	}
	same(t, opened(t, dir), r)
	if _, err := r.Rotate(App); err != nil {
		t.Fatal(err)
	}
	same(t, opened(t, dir), r)
	if err := os.WriteFile(master, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRing(at(dir)); !errors.Is(err, ErrMaster) {
		t.Errorf("the old master key: %v", err)
	}
}

func TestAMasterKeyKeptElsewhere(t *testing.T) {
	dir := t.TempDir()
	open := func(digit string) (*Ring, error) {
		m, err := ParseMaster(strings.Repeat(digit, 64))
		if err != nil {
			t.Fatal(err)
		}
		return OpenRing(RingOptions{Path: filepath.Join(dir, "keys.json"), Master: m})
	}
	r, err := open("1")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Remaster(nil); !errors.Is(err, ErrMasterGiven) {
		t.Errorf("a new one of our own: %v", err)
	}
	to, err := ParseMaster(strings.Repeat("2", 64))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Remaster(to); err != nil {
		t.Fatal(err)
	}
	again, err := open("2")
	if err != nil {
		t.Fatal(err)
	}
	same(t, again, r)
	if _, err := open("1"); !errors.Is(err, ErrMaster) {
		t.Errorf("the old one: %v", err)
	}
}

// Wherever a process dies while it changes the master key, the ring opens with its keys.
func TestKilledWhileTheMasterKeyChanges(t *testing.T) {
	dir := t.TempDir()
	r := opened(t, dir)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	for range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victimDir+"="+dir, "CHENGSHU_GM_REMASTER=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, want := 0, 1+dice.IntN(12)
		for s := bufio.NewScanner(out); s.Scan(); {
			if lines++; lines == want {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // killed, as it should be
		if lines < want {
			t.Fatal("the victim ended by itself")
		}
		same(t, opened(t, dir), r)
	}
	// The points between the three files' writes, one by one.
	for _, step := range []func(next, master string, old []byte) error{
		func(next, _ string, _ []byte) error { // the next key is there, the ring is not sealed by it
			return os.WriteFile(next, []byte(strings.Repeat("3", 64)+"\n"), 0o600)
		},
		func(next, master string, old []byte) error { // the ring is sealed by it, it has not its place
			if err := os.Rename(master, next); err != nil {
				return err
			}
			return os.WriteFile(master, old, 0o600)
		},
	} {
		master := filepath.Join(dir, "master.key")
		old, err := os.ReadFile(master)
		if err != nil {
			t.Fatal(err)
		}
		if err := opened(t, dir).Remaster(nil); err != nil {
			t.Fatal(err)
		}
		if err := step(following(master), master, old); err != nil {
			t.Fatal(err)
		}
		same(t, opened(t, dir), r)
		if _, err := os.Stat(following(master)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the next key was left: %v", err)
		}
	}
}

func remasterForever(dir string) error {
	r, err := OpenRing(at(dir))
	if err != nil {
		return err
	}
	for {
		if err := r.Remaster(nil); err != nil {
			return err
		}
		fmt.Println("done")
	}
}

// A ring that an older version made gains the purposes it lacks and keeps its keys.
func TestAnOlderRingGainsPurposes(t *testing.T) {
	dir := t.TempDir()
	o := at(dir)
	o.Purposes = map[Purpose]Kind{Audit: SM2, "session": Secret}
	old, err := OpenRing(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Rotate(Audit); err != nil {
		t.Fatal(err)
	}
	r := opened(t, dir)
	if r.Current(Audit).ID() != old.Current(Audit).ID() || r.Current(Audit).Version() != 2 {
		t.Errorf("the audit's key is %s", r.Current(Audit).ID())
	}
	if _, ok := r.ByID(old.Current("session").ID()); !ok {
		t.Error("a key of a purpose that is no more was lost")
	}
	for p := range Purposes() {
		sealed, err := []byte(nil), error(nil)
		if p != Audit {
			if sealed, err = r.Seal(p, []byte("x"), nil); err != nil {
				t.Fatal(err)
			}
			if got, err := opened(t, dir).Open(p, sealed, nil); err != nil || string(got) != "x" {
				t.Errorf("%s: %q, %v", p, got, err)
			}
		}
	}
}
