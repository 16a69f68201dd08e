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

// passing reads a file once and takes it out of the page cache behind itself: a large file
// would push out what others work with, and its pages serve the copy at once, where a
// virtual machine must ask its host for fresh ones.
type passing struct {
	*os.File
	read, gone int64
}

func (p *passing) Read(b []byte) (int, error) {
	n, err := p.File.Read(b)
	if p.read += int64(n); p.read-p.gone >= 8<<20 {
		_ = unix.Fadvise(int(p.Fd()), p.gone, p.read-p.gone, unix.FADV_DONTNEED)
		p.gone = p.read
	}
	return n, err
}
