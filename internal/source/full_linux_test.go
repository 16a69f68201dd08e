package source

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

// smallDisk gives a folder with one MiB of room, or false where mounting is refused.
func smallDisk(t *testing.T) (string, bool) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		return "", false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

func TestFullDisk(t *testing.T) {
	dir, ok := smallDisk(t)
	if !ok {
		t.Log("mounting is refused here; the limit on a file's size stands in for a full disk")
		limited(t)
		return
	}
	fillsUp(t, dir)
}

// TestFileLimit meets the same fault by a limit on the size of files, in a process of its
// own.
func TestFileLimit(t *testing.T) { limited(t) }

const limitedDir = "SOURCE_TEST_LIMITED_DIR"

func limited(t *testing.T) {
	if dir := os.Getenv(limitedDir); dir != "" {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}); err != nil {
			t.Fatal(err)
		}
		fillsUp(t, dir)
		return
	}
	files := t.TempDir()
	c := exec.Command(os.Args[0], "-test.run=^TestFileLimit$", "-test.v")
	c.Env = append(os.Environ(), limitedDir+"="+t.TempDir(), "SOURCE_TEST_BIG="+write(t, "big.csv", strings.Repeat(people, 20_000)),
		"SOURCE_TEST_WIDE="+write(t, "wide.csv", gbk(strings.Repeat("编号,姓名\n", 1)+strings.Repeat("1,张三丰\n", 90_000))), "TMPDIR="+files)
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

// fillsUp spools more than fits, by file and by upload, and prepares what grows beyond the
// room; nothing may be left each time.
func fillsUp(t *testing.T, dir string) {
	o := Options{Dir: dir}
	big, grows := os.Getenv("SOURCE_TEST_BIG"), os.Getenv("SOURCE_TEST_WIDE")
	if big == "" {
		big = write(t, "big.csv", strings.Repeat(people, 20_000))
		grows = write(t, "wide.csv", gbk("编号,姓名\n"+strings.Repeat("1,张三丰\n", 90_000)))
	}
	full := func(what string, err error) {
		f := fault.From(err)
		if f == nil || f.Code != "source.disk_full" || f.Kind != fault.Busy || f.Where != dir {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := Spool(background, big, o, nil)
	full("spool", err)
	f, err := os.Open(big)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = SpoolReader(background, f, "big.csv", o)
	full("upload", err)
	if l := left(t, dir); len(l) > 0 {
		t.Fatalf("left behind: %v", l)
	}
	s, err := Spool(background, grows, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	sh, err := Look(background, s, o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Prepare(background, s, sh, o, nil)
	full("prepare", err)
	if l := left(t, dir); len(l) != 1 {
		t.Errorf("beside the original: %v", l)
	}
}

func TestWhatStopsAWriteIsNotAlwaysTheDisk(t *testing.T) {
	if err := writeFault("d", errors.New("else")); code(err) != "internal" {
		t.Errorf("got %v", err)
	}
}
