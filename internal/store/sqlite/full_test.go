package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func exec1(query string) func(context.Context, store.Tx) error {
	return func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, query)
		return err
	}
}

func insert(bytes int) func(context.Context, store.Tx) error {
	return exec1(fmt.Sprintf(`INSERT INTO blob (b) VALUES (zeroblob(%d))`, bytes))
}

func withBlobs(ctx context.Context, path string) (*Store, error) {
	st, err := Open(ctx, path, Options{})
	if err != nil {
		return nil, err
	}
	return st, st.Migrate(ctx, "blob", []store.Migration{{Version: 1, SQL: `CREATE TABLE blob (b BLOB)`}})
}

// TestDurable reads what the writer's connection promises.
func TestDurable(t *testing.T) {
	ctx := context.Background()
	st, err := Open(ctx, filepath.Join(t.TempDir(), "store.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
		var got string
		err := st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			return tx.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got)
		})
		if err != nil || got != want {
			t.Errorf("%s is %q, want %q: %v", pragma, got, want, err)
		}
	}
}

// TestFull takes SQLite's pages away: SQLITE_FULL without a full disk.
func TestFull(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "store.db")
	st, err := withBlobs(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Write(ctx, insert(100)); err != nil {
		t.Fatal(err)
	}
	if err := st.Write(ctx, exec1(`PRAGMA max_page_count = 40`)); err != nil {
		t.Fatal(err)
	}
	err = st.Write(ctx, insert(1<<20))
	if !errors.Is(err, store.ErrFull) || fault.KindOf(err) != fault.Busy || fault.From(err).Remedy.ZH == "" {
		t.Errorf("full: %v", err)
	}
	// A group in which one closure meets the end: each is told, and what is told holds.
	var all sync.WaitGroup
	told := make([]error, 20)
	for i := range told {
		all.Go(func() {
			size := 10
			if i == 10 {
				size = 1 << 20
			}
			told[i] = st.Write(ctx, insert(size))
		})
	}
	all.Wait()
	kept := 1
	for _, err := range told {
		if err == nil {
			kept++
		}
	}
	if n := scan(t, path, `SELECT COUNT(*) FROM blob`); n != kept {
		t.Errorf("%d rows, %d reported", n, kept)
	}
	if err := st.Write(ctx, exec1(`PRAGMA max_page_count = 100000`)); err != nil {
		t.Fatal(err)
	}
	if err := st.Write(ctx, insert(1<<20)); err != nil {
		t.Errorf("after room was made: %v", err)
	}
}

const limitedDir = "CHENGSHU_SQLITE_LIMITED_DIR"

// TestDisk has a process whose files may not grow: its writes fail in the kernel.
func TestDisk(t *testing.T) {
	if dir := os.Getenv(limitedDir); dir != "" {
		if err := limited(dir); err != nil {
			t.Fatal(err)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^TestDisk$")
	cmd.Env = append(os.Environ(), limitedDir+"="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func limited(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	path := filepath.Join(dir, "store.db")
	st, err := withBlobs(ctx, path)
	if err != nil {
		return err
	}
	defer st.Close()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	for round := range 3 {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: old.Max}); err != nil {
			return err
		}
		if err := st.Write(ctx, insert(8<<20)); !errors.Is(err, store.ErrDisk) && !errors.Is(err, store.ErrFull) {
			return fmt.Errorf("round %d: the write gave %w", round, err)
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			return err
		}
		if err := st.Write(ctx, insert(100)); err != nil {
			return fmt.Errorf("round %d: not usable afterwards: %w", round, err)
		}
	}
	var n int
	if err := st.Read().QueryRowContext(ctx, `SELECT COUNT(*) FROM blob`).Scan(&n); err != nil || n != 3 {
		return fmt.Errorf("%d rows: %w", n, err)
	}
	return nil
}
