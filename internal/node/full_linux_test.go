package node

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/people"
)

const fullDir = "CHENGSHU_NODE_FULL_DIR"

// TestAFullDiskStopsAnswering has a process of its own with a small disk under the data folder.
// Once the disk is full, nothing is answered through either door, the refusals say why and what
// to do, and all goes on without a restart when there is room. Every answer is in the audit.
func TestAFullDiskStopsAnswering(t *testing.T) {
	if dir := os.Getenv(fullDir); dir != "" {
		fullDisk(t, dir)
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestAFullDiskStopsAnswering$", "-test.v")
	c.Env = append(os.Environ(), fullDir+"="+t.TempDir())
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS} // the disk goes with the process
	out, err := c.CombinedOutput()
	if errors.Is(err, syscall.EPERM) { // no disk of one's own here
		c = exec.Command(c.Args[0], c.Args[1:]...)
		c.Env = append(os.Environ(), fullDir+"="+t.TempDir())
		out, err = c.CombinedOutput()
	}
	if err != nil || !strings.Contains(string(out), "PASS: TestAFullDiskStopsAnswering") {
		t.Errorf("%v\n%s", err, out)
	}
}

// smallDisk mounts a disk and gives what fills it and what empties it again. Where mounting is
// refused a limit on the size of files stands in.
func smallDisk(t *testing.T, dir string) (fill, free func()) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m")
	}
	if err != nil {
		t.Logf("mounting is refused here (%v); a limit on the size of files stands in for a full disk", err)
		signal.Ignore(syscall.SIGXFSZ)
		var old syscall.Rlimit
		must(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
		return func() { must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 16 << 10, Max: old.Max})) },
			func() { must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)) }
	}
	filler := filepath.Join(dir, "filler")
	return func() {
		f, err := os.Create(filler)
		must(err)
		for size := 1 << 20; size > 0; { // to the last byte
			if _, err := f.Write(make([]byte, size)); err != nil {
				if !errors.Is(err, syscall.ENOSPC) {
					t.Fatal(err)
				}
				size /= 2
			}
		}
		must(f.Close())
	}, func() { must(os.Remove(filler)) }
}

func fullDisk(t *testing.T, dir string) {
	fill, free := smallDisk(t, dir)
	c := folder(filepath.Join(dir, "data"))
	c.Audit.SegmentBytes = 64 << 10
	w := publishedAt(t, c, Options{Version: "test", Now: time.Now})
	_, key := w.app("elder_care", people.APIKey, "")
	d := w.draft("elder_care")
	d.PerDay, d.PerSecond = 100_000_000, 100_000 // leased in large blocks: the audit meets the end first
	g := w.grant(d)
	given, err := w.People.Demonstrate(t.Context(), []people.Profile{{Login: "zhang_san", Name: "张三", Office: "rsj", Roles: []people.Role{people.Officer}}})
	w.must(err)
	_, token, err := w.People.SignIn(t.Context(), "zhang_san", given[0], people.Place{})
	w.must(err)
	cookie := (&http.Cookie{Name: "chengshu_session", Value: token}).String()
	receipts := map[string]bool{}
	call := func() reply {
		t.Helper()
		r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
		if r.status == 200 {
			receipts[r.header.Get("X-Chengshu-Receipt")] = true
		}
		return r
	}
	look := func() reply {
		t.Helper()
		return w.request("GET", "/api/v1/directories/pension/rows?plain=true", "", "Cookie", cookie)
	}
	refused := func(what string, r reply) {
		t.Helper()
		if r.status != 503 || r.problem.Code != "audit.full" && r.problem.Code != "store.full" || r.problem.Remedy == "" || strings.Contains(r.body, "赵") {
			t.Fatalf("%s on a full disk: %d %s", what, r.status, r.body)
		}
	}
	for round := range 2 {
		if r := call(); r.status != 200 {
			t.Fatalf("a call with room: %d %s", r.status, r.body)
		}
		if r := look(); r.status != 200 || !strings.Contains(r.body, "赵一") {
			t.Fatalf("a look with room: %d %s", r.status, r.body)
		}
		fill()
		for n, ask := range []func() reply{call, look} { // what room was taken beforehand is used up
			for r := ask(); r.status == 200; r = ask() {
				if n++; n > 5000 {
					t.Fatal("a full disk goes on answering")
				}
			}
		}
		last := w.Audit.Last()
		for range 20 {
			refused("a call", call())
			refused("a look at rows", look())
		}
		if w.Audit.Last() != last {
			t.Error("entries were numbered that are not on the disk")
		}
		status, text := w.local("POST", "/keys/page/rotate", "{}")
		refused("a rotation", reply{status: status, body: text, problem: struct{ Code, Detail, Remedy, Receipt string }{Code: "audit.full", Remedy: "-"}})
		free()
		if r := call(); r.status != 200 {
			t.Fatalf("round %d: with room again: %d %s", round, r.status, r.body)
		}
		if r := look(); r.status != 200 || r.header.Get("X-Chengshu-Receipt") == "" {
			t.Fatalf("round %d: a look with room again: %d %s", round, r.status, r.body)
		}
	}
	for id := range receipts {
		seq, err := w.Audit.ParseReceiptID(id)
		w.must(err)
		if e, err := w.Audit.Entry(t.Context(), seq); err != nil || e.Outcome != "ok" || e.Grant != g.ID {
			t.Errorf("the answered call %s is in the audit as %+v: %v", id, e, err)
		}
	}
	w.close()
	r, err := VerifyAudit(t.Context(), c, true, nil)
	if err != nil || !r.OK {
		t.Errorf("the chain: %+v %+v %v", r, r.Flaw, err)
	}
}
