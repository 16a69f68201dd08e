package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keys are listed and rotated beside a running server and without one, and what they signed
// is verified across it.
func TestKeysByCommand(t *testing.T) {
	for name, running := range map[string]bool{"through the server": true, "alone": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			data := filepath.Join(dir, "data")
			if running {
				served(t, data)
			}
			do := func(args ...string) said { return command(t, append(args, "--data", data, "--lang", "en")...) }
			list := func() (current map[string]string) {
				t.Helper()
				got := do("keys", "list", "--json")
				var l struct {
					Items []struct {
						ID, Purpose string
						Current     bool
					}
				}
				if err := json.Unmarshal([]byte(got.out), &l); err != nil || got.code != 0 {
					t.Fatalf("%+v: %v", got, err)
				}
				current = map[string]string{}
				for _, k := range l.Items {
					if k.Current {
						current[k.Purpose] = k.ID
					}
				}
				return current
			}
			before := list()
			if len(before) != 5 || before["audit"] == "" {
				t.Fatalf("the keys are %v", before)
			}
			got := do("keys", "rotate", "audit", "--reason", "yearly", "--json")
			var out struct{ Key struct{ ID string } }
			if err := json.Unmarshal([]byte(got.out), &out); err != nil || got.code != 0 || out.Key.ID == before["audit"] || list()["audit"] != out.Key.ID {
				t.Errorf("rotate: %+v %v", got, err)
			}
			if got := do("keys", "rotate", "none"); got.code != 1 || !strings.Contains(got.errs, "no key for none") {
				t.Errorf("an unheard purpose: %+v", got)
			}
			old, err := os.ReadFile(filepath.Join(data, "master.key"))
			if err != nil {
				t.Fatal(err)
			}
			if got := do("keys", "master"); got.code != 0 || !strings.Contains(got.out, "6 keys") {
				t.Errorf("master: %+v", got)
			}
			if now, err := os.ReadFile(filepath.Join(data, "master.key")); err != nil || string(now) == string(old) {
				t.Errorf("the master key is the old one: %v", err)
			}
			if got := do("verify", "audit"); got.code != 0 || !strings.Contains(got.out, "the chain holds") {
				t.Errorf("verify: %+v", got)
			}
		})
	}
}

// A master key that is kept elsewhere is changed while no server runs.
func TestAMasterKeyOfTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	first, second := strings.Repeat("1a", 32), strings.Repeat("2b", 32)
	t.Setenv("CHENGSHU_MASTER_KEY", first)
	do := func(args ...string) said { return command(t, append(args, "--data", data, "--lang", "en")...) }
	if got := do("keys", "master"); got.code != 1 || !strings.Contains(got.errs, "--to") {
		t.Errorf("a new one of the platform's: %+v", got)
	}
	next := put(t, dir, "next", second+"\n")
	if got := do("keys", "master", "--to", next); got.code != 0 || !strings.Contains(got.out, "5 keys") {
		t.Errorf("--to: %+v", got)
	}
	if got := do("keys", "list"); got.code != 1 || !strings.Contains(got.errs, "not the one of this key ring") {
		t.Errorf("with the old one: %+v", got)
	}
	t.Setenv("CHENGSHU_MASTER_KEY", second)
	if got := do("keys", "list"); got.code != 0 {
		t.Errorf("with the new one: %+v", got)
	}
	served(t, data)
	if got := do("keys", "master", "--to", next); got.code != 1 || !strings.Contains(got.errs, "stop the server") {
		t.Errorf("while a server runs: %+v", got)
	}
	if got := do("keys", "master", "--to", put(t, dir, "bad", "12")); got.code != 1 || !strings.Contains(got.errs, "64 hexadecimal") {
		t.Errorf("no key: %+v", got)
	}
}
