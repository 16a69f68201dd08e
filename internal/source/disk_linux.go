package source

import (
	"os"

	"golang.org/x/sys/unix"
)

// reflink shares src's blocks with dst where the filesystem can; no byte is copied then,
// and dst no longer changes with src.
func reflink(dst, src *os.File) bool {
	return unix.IoctlFileClone(int(dst.Fd()), int(src.Fd())) == nil
}

// reserve takes the space at once, so that a full disk is known before the copy. Only
// that is reported: where the call is not supported the copy finds out by itself.
func reserve(f *os.File, size int64) error {
	for {
		err := unix.Fallocate(int(f.Fd()), 0, 0, size)
		switch err {
		case unix.EINTR:
			continue
		case unix.ENOSPC, unix.EDQUOT, unix.EFBIG:
			return &os.PathError{Op: "fallocate", Path: f.Name(), Err: err}
		}
		return nil
	}
}

// startWriting asks the kernel to begin writing a range, so that the sync at the end is
// short. It is a hint: failure is found by that sync.
func startWriting(f *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
}

// readAhead tells the kernel that a file is read once, from front to back.
func readAhead(f *os.File) { _ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_SEQUENTIAL) }
