package audit

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sector is what the alignment of direct writes is a multiple of, on every disk.
const sector = 4096

// ring submits writes to the kernel and is told by a descriptor when they are on the disk, so
// that no thread waits for them: under load a thread that blocks costs more than the write.
// It holds one write at a time. See io_submit(2).
type ring struct {
	id    uintptr
	told  *os.File // an eventfd; the network poller waits for it
	event int      // its descriptor
	buf   []byte   // aligned; holds what was written last
	order iocb
}

// iocb is struct iocb of linux/aio_abi.h.
type iocb struct {
	_              [2]uint64 // what comes back in the event; flags of the write
	opcode, _      uint16
	file           uint32
	buf            uint64
	bytes          uint64
	offset         int64
	_              uint64
	options, event uint32
}

// ioEvent is struct io_event.
type ioEvent struct {
	data, order  uint64
	result, rest int64
}

const (
	opWrite     = 1 // IOCB_CMD_PWRITE
	tellByEvent = 1 // IOCB_FLAG_RESFD
)

// newRing fails where the kernel has no such calls or allows none.
func newRing() (_ *ring, err error) {
	r := &ring{}
	if _, _, e := unix.Syscall(unix.SYS_IO_SETUP, 1, uintptr(unsafe.Pointer(&r.id)), 0); e != 0 {
		return nil, fmt.Errorf("io_setup: %w", e)
	}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	fd, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("eventfd: %w", err)
	}
	r.told, r.event = os.NewFile(uintptr(fd), "audit"), fd
	return r, r.room(2 * maxBytes)
}

// room makes the buffer large enough. What it held stays.
func (r *ring) room(n int) error {
	if n <= len(r.buf) {
		return nil
	}
	buf, err := unix.Mmap(-1, 0, aligned(n), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return fmt.Errorf("mmap: %w", err)
	}
	copy(buf, r.buf)
	old := r.buf
	r.buf = buf
	if old != nil {
		return unix.Munmap(old)
	}
	return nil
}

func aligned(n int) int { return (n + sector - 1) &^ (sector - 1) }

// write writes the first n bytes of the buffer and returns when they are on the disk.
func (r *ring) write(f *os.File, n int, at int64) error {
	r.order = iocb{opcode: opWrite, file: uint32(f.Fd()), buf: uint64(uintptr(unsafe.Pointer(&r.buf[0]))), bytes: uint64(n),
		offset: at, options: tellByEvent, event: uint32(r.event)}
	orders := [1]*iocb{&r.order}
	if _, _, e := unix.Syscall(unix.SYS_IO_SUBMIT, r.id, 1, uintptr(unsafe.Pointer(&orders))); e != 0 {
		return &os.PathError{Op: "io_submit", Path: f.Name(), Err: e}
	}
	var count [8]byte
	if _, err := r.told.Read(count[:]); err != nil {
		return err
	}
	var e ioEvent
	for {
		got, _, no := unix.Syscall6(unix.SYS_IO_GETEVENTS, r.id, 1, 1, uintptr(unsafe.Pointer(&e)), 0, 0)
		switch {
		case no == unix.EINTR:
			continue
		case no != 0 || got != 1:
			return &os.PathError{Op: "io_getevents", Path: f.Name(), Err: no}
		case e.result < 0:
			return &os.PathError{Op: "write", Path: f.Name(), Err: unix.Errno(-e.result)}
		case e.result != int64(n):
			return &os.PathError{Op: "write", Path: f.Name(), Err: cutShort(at + e.result)}
		}
		return nil
	}
}

// cutShort says why a write into room that is there ended at a place: a limit on the size of
// files, or the disk.
func cutShort(at int64) error {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && uint64(at) >= limit.Cur {
		return unix.EFBIG
	}
	return unix.EIO
}

func (r *ring) close() error {
	var errs []error
	if r.told != nil {
		errs = append(errs, r.told.Close())
	}
	if _, _, e := unix.Syscall(unix.SYS_IO_DESTROY, r.id, 0, 0); e != 0 {
		errs = append(errs, e)
	}
	if r.buf != nil {
		errs = append(errs, unix.Munmap(r.buf))
		r.buf = nil
	}
	return errors.Join(errs...)
}

// direct is the active segment written past the page cache, through a ring. Writes are whole
// sectors: what stands before the place is written again with it, and zero bytes behind it.
type direct struct {
	*os.File
	ring *ring
	from int64 // place of the buffer's first byte
	held int64 // bytes of the buffer that stand in the file
}

// openDirect fails where the file system knows no direct writes.
func openDirect(path string, r *ring) (*direct, int64, error) {
	f, size, err := openDurably(path, unix.O_DIRECT)
	return &direct{File: f, ring: r}, size, err
}

// WriteAt appends: at is where the last write that succeeded ended, and nothing lies behind.
func (d *direct) WriteAt(b []byte, at int64) (int, error) {
	from := at &^ (sector - 1)
	lead := int(at - from)
	n := aligned(lead + len(b))
	if err := d.ring.room(n); err != nil {
		return 0, err
	}
	buf := d.ring.buf
	if lead > 0 {
		if from < d.from || at > d.from+d.held {
			if got, err := d.File.ReadAt(buf[:sector], from); got < lead {
				return 0, err
			}
		} else {
			copy(buf[:lead], buf[from-d.from:])
		}
	}
	clear(buf[lead+copy(buf[lead:], b) : n])
	d.from, d.held = from, int64(lead)
	if err := d.ring.write(d.File, n, from); err != nil {
		return 0, err
	}
	d.held += int64(len(b))
	return len(b), nil
}
