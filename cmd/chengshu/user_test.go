package main

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// The passwords of the first three accounts are printed at the first start and never again.
func TestTheFirstAccountsAreToldOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for start, want := range []int{3, 0} {
		in, out := io.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, []string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0"}, out, io.Discard)
			_ = out.Close()
		}()
		var v struct {
			Accounts []struct{ Login, Role, Password string }
		}
		if err := json.NewDecoder(in).Decode(&v); err != nil {
			t.Fatal(err)
		}
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("serve ended with %d", code)
		}
		if len(v.Accounts) != want {
			t.Errorf("start %d told %d accounts", start+1, len(v.Accounts))
		}
		for _, a := range v.Accounts {
			if a.Login == "" || a.Role == "" || len(a.Password) < 10 {
				t.Errorf("an account is told as %+v", a)
			}
		}
	}
}

func TestAccountsByCommand(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	do := func(args ...string) said { return command(t, append(args, "--data", data, "--lang", "en")...) }
	added := do("user", "add", "zhang_san", "--name", "张三", "--role", "data_admin")
	if added.code != 0 || !strings.Contains(added.out, "password of zhang_san") {
		t.Fatalf("add: %+v", added)
	}
	if again := do("user", "add", "zhang_san", "--name", "张三"); again.code != 1 || !strings.Contains(again.errs, "taken") {
		t.Errorf("add again: %+v", again)
	}
	if roles := do("user", "roles", "zhang_san", "data_admin", "audit_admin"); roles.code != 1 || !strings.Contains(roles.errs, "three persons") {
		t.Errorf("roles that are kept apart: %+v", roles)
	}
	if reset := do("user", "reset", "zhang_san"); reset.code != 0 || reset.out == added.out {
		t.Errorf("reset: %+v", reset)
	}
	if off := do("user", "disable", "zhang_san", "--reason", "离职"); off.code != 0 || !strings.Contains(off.out, "disabled") {
		t.Errorf("disable: %+v", off)
	}
	if list := do("user", "list"); list.code != 0 || !strings.Contains(list.out, "zhang_san") || !strings.Contains(list.out, "data_admin") || !strings.Contains(list.out, "disabled") {
		t.Errorf("list: %+v", list)
	}
	if on := do("user", "enable", "zhang_san"); on.code != 0 || !strings.Contains(on.out, "enabled") {
		t.Errorf("enable: %+v", on)
	}
}
