package source

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// partial ends the names of files still being written; a crash leaves them to the sweep.
const partial = ".part"

// Spool copies a file into the spool folder and hashes it on the way. A file that changes
// while it is read is refused; after any fault nothing is left behind. When Spool returns
// the copy is whole, in place and on disk.
func Spool(ctx context.Context, path string, o Options, progress func(done, total int64)) (*Spooled, error) {
	o, name := o.defaults(), cleanName(path)
	src, before, err := openRegular(path, name)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	size := before.Size()
	switch {
	case size == 0:
		return nil, faultEmpty(name)
	case o.MaxBytes > 0 && size > o.MaxBytes:
		return nil, faultLarge(name, o.MaxBytes)
	}
	dst, err := newDraft(o.Dir)
	if err != nil {
		return nil, err
	}
	defer dst.discard()

	p := pump{name: name, max: o.MaxBytes, line: o.MaxLine, write: dst.write}
	if progress != nil {
		p.tick = func(done int64) { progress(done, size) }
	}
	var from io.Reader = src
	cloned := reflink(dst.File, src)
	if cloned {
		p.write, from = nil, dst.File
	} else {
		if err := reserve(dst.File, size); err != nil {
			return nil, writeFault(o.Dir, err)
		}
		if size >= rarelyReread {
			from = &passing{File: src}
		}
	}
	got, err := p.run(ctx, from, size)
	if err != nil {
		return nil, err
	}
	if !cloned && changed(src, path, before, got.n) {
		return nil, faultChanged(name)
	}
	return dst.keep(name, got)
}

// rarelyReread is the size in bytes from which a file's pages serve others better than the
// next reader of the same file.
const rarelyReread = 64 << 20

// SpoolReader takes in an upload whose size is not known. Cancelling ctx is noticed
// between reads: a reader that blocks must be closed by its owner.
func SpoolReader(ctx context.Context, r io.Reader, name string, o Options) (*Spooled, error) {
	o, name = o.defaults(), cleanName(name)
	dst, err := newDraft(o.Dir)
	if err != nil {
		return nil, err
	}
	defer dst.discard()
	got, err := pump{name: name, max: o.MaxBytes, line: o.MaxLine, write: dst.write}.run(ctx, r, -1)
	if err != nil {
		return nil, err
	}
	if got.n == 0 {
		return nil, faultEmpty(name)
	}
	return dst.keep(name, got)
}

// suffix ends the names of originals. It says nothing of the format: engines must not
// guess by it.
const suffix = ".original"

func cleanName(path string) string {
	name := filepath.Base(filepath.ToSlash(strings.ReplaceAll(path, `\`, "/")))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
	if name == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

func openRegular(path, name string) (*os.File, os.FileInfo, error) {
	info, err := os.Stat(path) // before opening: a pipe would block
	if err != nil {
		return nil, nil, readFault(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, invalid("kind", fault.T("不是普通文件", "this is no regular file")).At("%s", name).
			Fix(fault.T("请提交单个数据文件，而不是文件夹或设备", "give a single data file, not a folder or a device"))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, readFault(name, err)
	}
	if info, err = f.Stat(); err != nil {
		f.Close()
		return nil, nil, readFault(name, err)
	}
	readAhead(f)
	return f, info, nil
}

// changed compares size, time and inode, of the open file and of what its path names now.
func changed(f *os.File, path string, before os.FileInfo, read int64) bool {
	after, err := f.Stat()
	if err != nil {
		return true
	}
	now, err := os.Stat(path)
	if err != nil {
		return true
	}
	return read != before.Size() || after.Size() != before.Size() ||
		!after.ModTime().Equal(before.ModTime()) || !os.SameFile(now, before)
}

// draft is a file of the spool folder that is not yet in place.
type draft struct {
	*os.File
	dir      string
	n, begun int64
	kept     bool
}

func newDraft(dir string) (*draft, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "new-*"+partial)
	if err != nil {
		return nil, writeFault(dir, err)
	}
	return &draft{File: f, dir: dir}, nil
}

func (d *draft) write(b []byte) error {
	if _, err := d.File.Write(b); err != nil {
		return writeFault(d.dir, err)
	}
	d.n += int64(len(b))
	if d.n-d.begun >= 8<<20 {
		startWriting(d.File, d.begun, d.n-d.begun)
		d.begun = d.n
	}
	return nil
}

// keep makes the draft durable and puts it in place under a name of its own.
func (d *draft) keep(name string, got pumped) (*Spooled, error) {
	var salt [6]byte
	rand.Read(salt[:])
	path := filepath.Join(d.dir, got.hash[:16]+"-"+hex.EncodeToString(salt[:])+suffix)
	if err := d.settle(path); err != nil {
		return nil, err
	}
	return &Spooled{Path: path, Name: name, Hash: got.hash, Bytes: got.n, scan: got.scan}, nil
}

func (d *draft) settle(path string) error {
	err := errors.Join(d.Sync(), d.Close())
	if err == nil {
		err = os.Rename(d.Name(), path)
	}
	if err != nil {
		return writeFault(d.dir, err)
	}
	if err := syncDir(d.dir); err != nil {
		os.Remove(path)
		return err
	}
	d.kept = true
	return nil
}

// discard removes a draft that was not kept; it may always be called.
func (d *draft) discard() {
	if !d.kept {
		d.Close()
		os.Remove(d.Name())
	}
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
