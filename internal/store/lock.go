package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/chengshu/chengshu/internal/fault"
)

// Held is the ownership of a data folder. The kernel takes it back when the process dies.
type Held struct{ file *os.File }

// Lock makes this process the owner of a data folder, which has to exist. Another owner
// gives ErrLocked, naming its process number.
func Lock(dir string) (*Held, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.New(fault.Invalid, "data.folder",
			fault.T("无法使用数据目录", "the data folder cannot be used")).At("%s", dir).
			Fix(fault.T("请确认目录存在且当前用户有读写权限", "make sure that it exists and this user may write to it")).Wrap(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		return nil, held(f, dir)
	}
	// The number is for people; the lock itself is the kernel's.
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	return &Held{f}, nil
}

func held(f *os.File, dir string) error {
	text, _ := io.ReadAll(io.LimitReader(f, 20))
	e := ErrLocked.At("%s", dir)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		e.Text = fault.T("数据目录正被进程 %d 使用", "the data folder is in use by process %d", pid)
	}
	return e
}

// Release gives the folder up.
func (h *Held) Release() error { return h.file.Close() }
