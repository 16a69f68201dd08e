package audit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

const limitedDir = "CHENGSHU_AUDIT_LIMITED_DIR"

// TestFullDisk has a process whose files may not grow, so that no next segment can be made:
// appends are refused clearly, nothing is numbered, and they go on when there is room.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv(limitedDir); dir != "" {
		if err := limited(t, dir); err != nil {
			t.Fatal(err)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestFullDisk$", "-test.v")
	cmd.Env = append(os.Environ(), limitedDir+"="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func limited(t *testing.T, dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	b := opened(t, dir, func(o *Options) { o.Segment = 64 << 10 })
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	limit := func(bytes uint64) error {
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: old.Max})
	}
	told := int64(0)
	for round := range 3 {
		if err := limit(32 << 10); err != nil {
			return err
		}
		refused := 0
		for n := 0; refused < 5; n++ {
			seq, err := b.Append(background, call(n))
			switch {
			case err == nil && refused == 0 && seq == told+1 && n < 5000:
				told = seq
			case errors.Is(err, ErrFull) && fault.KindOf(err) == fault.Busy && fault.From(err).Remedy.ZH != "" && seq == 0:
				refused++
			default:
				return fmt.Errorf("round %d, append %d after %d refused: %d, %w", round, n, refused, seq, err)
			}
		}
		if err := limit(old.Cur); err != nil {
			return err
		}
		seq, err := b.Append(background, call(0))
		if err != nil || seq != told+1 {
			return fmt.Errorf("round %d: with room again: %d, %w", round, seq, err)
		}
		told = seq
		if _, err := b.Receipt(background, seq); err != nil {
			return err
		}
	}
	closed(t, b)
	wellAt(t, b.report(t), told)
	return nil
}
