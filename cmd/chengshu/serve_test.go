package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// served runs the server until the test ends and gives its address.
func served(t *testing.T, data string) string {
	t.Helper()
	in, out := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0", "--loads.memory", "256MB", "--loads.threads", "1"}, out, io.Discard)
		_ = out.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("serve ended with %d", code)
		}
	})
	var v struct{ Address string }
	if err := json.NewDecoder(in).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v.Address
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

func TestServedBesideThePages(t *testing.T) {
	address := served(t, filepath.Join(t.TempDir(), "data"))
	for path, want := range map[string]string{
		"/healthz": "", "/readyz": "", "/openapi.json": `"openapi":"3.1.`,
	} {
		if status, body := get(t, address+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", path, status, body)
		}
	}
	for _, path := range []string{"/metrics", "/api/v1/district", "/api/v1/session"} {
		if status, body := get(t, address+path); status != 401 || !strings.Contains(body, "session.ended") {
			t.Errorf("%s asked by nobody: %d %.300s", path, status, body)
		}
	}
}

// While a server owns the folder commands go through its socket; a second server is refused.
func TestCommandsThroughTheServer(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	served(t, data)
	if got := command(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--json"); got.code != 1 || !strings.Contains(got.errs, `"kind":"busy"`) {
		t.Errorf("a second server: %+v", got)
	}
	walk(t, dir, data)
}

// Without one, every command takes the folder and gives it back.
func TestCommandsAlone(t *testing.T) {
	dir := t.TempDir()
	walk(t, dir, filepath.Join(dir, "data"))
}

const ids = "姓名,公民身份号码\n王小明,11010519491231002X\n李小红,110105194912310021\n赵小刚,11010519491231002×\n"

// walk is what the tutorial does: guess, add, load, mend, replay, read, verify.
func walk(t *testing.T, dir, data string) {
	t.Helper()
	do := func(want int, args ...string) string {
		t.Helper()
		got := command(t, append(args, "--data", data, "--lang", "en", "--loads.memory", "256MB", "--loads.threads", "1")...)
		if got.code != want {
			t.Fatalf("%v: %+v", args, got)
		}
		return got.out
	}
	file := put(t, dir, "ids.csv", ids)
	declared := do(0, "directory", "guess", file, "--office", "data", "--name", "ids")
	if !strings.Contains(declared, "citizen_id") {
		t.Errorf("guessed:\n%s", declared)
	}
	unclean := strings.ReplaceAll(declared, "    clean: [x_mark]\n", "")
	do(0, "directory", "add", put(t, dir, "ids.yaml", unclean))
	var b batch
	if err := json.Unmarshal([]byte(do(0, "load", file, "--directory", "ids", "--json")), &b); err != nil {
		t.Fatal(err)
	}
	if b.RowsIn != 3 || b.Published != 1 || b.Quarantined != 2 {
		t.Errorf("loaded: %+v", b)
	}
	if report := do(0, "report", b.ID); !strings.Contains(report, "citizen_id") {
		t.Errorf("report:\n%s", report)
	}
	do(0, "directory", "add", put(t, dir, "ids.yaml", declared))
	var all struct{ Batches []batch }
	if err := json.Unmarshal([]byte(do(0, "replay", "--directory", "ids", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Batches) != 1 || all.Batches[0].Published != 1 {
		t.Errorf("replayed: %+v", all)
	}
	if rows := do(0, "directory", "rows", "ids", "--json"); !strings.Contains(rows, `"total": 2`) {
		t.Errorf("rows: %s", rows)
	}
	do(0, "verify")
}
