package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// file is what a segment needs of its file.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// segment is one file of the chain, named by the number of its first entry. Its path is
// the plain file's, also when it is packed.
type segment struct {
	path  string
	first int64
	line  *Archived // nil: it was not archived
	moved *Moved    // what was declared of an archived one
}

const (
	suffix   = ".audit"
	prepared = "next" // zero bytes on the disk, waiting for its name
)

func segmentPath(dir string, first int64) string {
	return filepath.Join(dir, fmt.Sprintf("%016d%s", first, suffix))
}

// listSegments is oldest first. Files of other names are none of ours.
func listSegments(dir string) (all []segment, err error) {
	names, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, n := range names {
		number, ok := strings.CutSuffix(strings.TrimSuffix(n.Name(), packedSuffix), suffix)
		first, err := strconv.ParseInt(number, 10, 64)
		if ok && err == nil && len(number) == 16 && first > 0 {
			all = append(all, segment{path: segmentPath(dir, first), first: first})
		}
	}
	slices.SortFunc(all, func(a, b segment) int { return int(min(1, max(-1, a.first-b.first))) })
	return slices.Compact(all), nil
}

// prepare makes a file of zero bytes that are on the disk: writing into them changes no
// metadata, so that a sync is one write and cannot meet a full disk.
func prepare(dir string, size int64) error {
	path := filepath.Join(dir, prepared)
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		return nil // it was renamed into place whole
	}
	temp := path + ".new"
	err := fill(temp, size)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err == nil {
		return syncDir(dir)
	}
	_ = os.Remove(temp) // the room goes back; the error is the first one
	return diskFault(err)
}

func fill(path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := unix.Fallocate(int(f.Fd()), 0, 0, size); err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		return &os.PathError{Op: "fallocate", Path: path, Err: err}
	}
	zeros := make([]byte, min(size, 1<<20))
	for at := int64(0); at < size; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}

// diskFault sorts what stopped a write.
func diskFault(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return ErrFull.Wrap(err)
		}
	}
	return ErrDisk.Wrap(err)
}

// openActive opens a segment for writing; each write is on the disk when it returns. Where
// there is no ring, or the file system knows no direct writes, a thread waits for each.
func openActive(path string, r *ring) (file, int64, error) {
	if r != nil {
		f, size, err := openDirect(path, r)
		if err == nil || !errors.Is(err, unix.EINVAL) {
			return f, size, err
		}
	}
	f, size, err := openDurably(path, 0)
	return f, size, err
}

func openDurably(path string, flags int) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_DSYNC|flags, 0o600)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// replace puts a small file in place whole and durable.
func replace(path string, text []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return diskFault(err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return diskFault(err)
	}
	return nil
}
