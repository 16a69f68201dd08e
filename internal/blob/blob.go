// Package blob owns the bytes of files that people send: photos, papers, recordings. A file
// is known by the SHA-256 of what is kept of it and lies in a folder, so that the same file
// is kept once and a record's file can never become another.
//
// What a file is, is seen from its bytes, never from its name; what could run in a browser is
// refused. A picture is decoded and written anew: nothing stays of its metadata but where and
// when it was taken, which is read before, and nothing behind its pixels. Limits hold while
// it is read, not after.
//
// It must never say who may see a file: the room that refers to it does.
//
// Read first: Shelf.Put, File.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Place is where a picture was taken, in WGS-84 degrees.
type Place struct{ Lon, Lat float64 }

// File is what is kept of a file.
type File struct {
	ID     string // SHA-256 of what is kept, hex
	Type   string // media type, as its bytes say
	Size   int64  // of what is kept
	Width  int    // of a picture, in pixels, as it is looked at
	Height int
	Place  *Place     // where it was taken, where it says so
	Time   *time.Time // when it was taken, where it says so
}

// Picture says that there is a small one of it.
func (f File) Picture() bool { return strings.HasPrefix(f.Type, "image/") }

// Shelf is a folder of files. It is safe for concurrent use.
type Shelf struct {
	dir   string
	turns chan struct{} // who may decode a picture: few at once, since each takes memory
}

// atOnce is how many pictures are decoded at the same time.
const atOnce = 2

// Open makes the folder where it is missing.
func Open(dir string) (*Shelf, error) {
	if err := os.MkdirAll(filepath.Join(dir, "new"), 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &Shelf{dir: dir, turns: make(chan struct{}, atOnce)}, nil
}

// Limits of one file.
type Limits struct {
	Bytes   int64 // 10 MiB
	Picture int64 // bytes of a picture: 30 MiB, and no more than Bytes
	Pixels  int64 // 40 million
}

func (l Limits) usual() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 10 << 20
	}
	if l.Picture <= 0 {
		l.Picture = 30 << 20
	}
	l.Picture = min(l.Picture, l.Bytes)
	if l.Pixels <= 0 {
		l.Pixels = 40_000_000
	}
	return l
}

// ErrMissing is a file that is not there.
var ErrMissing = fault.New(fault.Missing, "blob.missing", fault.T("没有该文件", "there is no such file")).Fix(fault.T("请刷新页面", "refresh the page"))

// Put takes a file in. It is read no further than the limit of what it begins as, and is on
// the disk when Put returns.
func (s *Shelf) Put(ctx context.Context, r io.Reader, l Limits) (File, error) {
	l = l.usual()
	draft, err := os.CreateTemp(filepath.Join(s.dir, "new"), "in-*")
	if err != nil {
		return File{}, kept(err)
	}
	defer discard(draft)
	begins := make([]byte, 16)
	got, err := io.ReadFull(r, begins)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return File{}, kept(err)
	}
	most := l.Bytes
	if strings.HasPrefix(http.DetectContentType(begins[:got]), "image/") {
		most = l.Picture
	}
	n, err := io.Copy(draft, &following{ctx, io.LimitReader(io.MultiReader(bytes.NewReader(begins[:got]), r), most+1)})
	switch {
	case err != nil:
		return File{}, kept(err)
	case n > most:
		return File{}, fault.New(fault.Invalid, "blob.size", fault.T("文件超过 %s MB", "the file is larger than %s MB", megabytes(most))).
			Fix(fault.T("请压缩后重新上传", "make it smaller and send it again"))
	case n == 0:
		return File{}, fault.New(fault.Invalid, "blob.empty", fault.T("文件为空", "the file is empty")).Fix(fault.T("请重新选择文件", "choose the file again"))
	}
	kind, err := sniff(draft, n)
	if err != nil {
		return File{}, err
	}
	if strings.HasPrefix(kind, "image/") {
		return s.picture(ctx, draft, kind, l)
	}
	f := File{Type: kind, Size: n}
	f.ID, err = s.keep(draft)
	return f, err
}

func megabytes(n int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/(1<<20)), ".0")
}

// keep names a draft by its content and puts it in place. One that is there already is it.
func (s *Shelf) keep(draft *os.File) (string, error) {
	if _, err := draft.Seek(0, io.SeekStart); err != nil {
		return "", kept(err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, draft); err != nil {
		return "", kept(err)
	}
	id := hex.EncodeToString(h.Sum(nil))
	return id, s.place(draft, s.path(id))
}

// place makes a draft durable under a name.
func (s *Shelf) place(draft *os.File, path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := draft.Sync(); err != nil {
		return kept(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return kept(err)
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return kept(err)
	}
	return kept(errors.Join(syncDir(filepath.Dir(path)), syncDir(s.dir)))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name()) // gone where it was put in place
}

func kept(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("blob: %w", err)
}

const smallSuffix = ".small"

func (s *Shelf) path(id string) string { return filepath.Join(s.dir, id[:2], id) }

var idForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Open gives a file; the caller closes it. small asks for the small picture of one.
func (s *Shelf) Open(id string, small bool) (*os.File, error) {
	if !idForm.MatchString(id) {
		return nil, ErrMissing
	}
	path := s.path(id)
	if small {
		path += smallSuffix
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrMissing.At("%s", id[:12])
	}
	return f, kept(err)
}

// Remove takes a file away for good; one that is not there is no error.
func (s *Shelf) Remove(id string) error {
	if !idForm.MatchString(id) {
		return ErrMissing
	}
	for _, p := range []string{s.path(id) + smallSuffix, s.path(id)} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return kept(err)
		}
	}
	return nil
}

// Sweep removes drafts that a crash left, older than a time.
func (s *Shelf) Sweep(before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, "new"))
	if err != nil {
		return kept(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.ModTime().Before(before) {
			if err := os.Remove(filepath.Join(s.dir, "new", e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
				return kept(err)
			}
		}
	}
	return nil
}

// following notices between reads that the caller left.
type following struct {
	ctx context.Context
	r   io.Reader
}

func (f *following) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.r.Read(p)
}

// head is the first bytes of a draft.
func head(f *os.File, most int) ([]byte, error) {
	b := make([]byte, most)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, kept(err)
	}
	return bytes.Clone(b[:n]), nil
}
