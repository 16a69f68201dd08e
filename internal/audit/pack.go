package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// packedSuffix marks a finished segment that was packed: the same bytes as one zstd file,
// which `zstd -dc` reads. Entries repeat themselves, so it is a third of the size.
const packedSuffix = ".zst"

// pack packs every finished segment, oldest first. The packed file is complete and read
// back before the plain one goes; after a crash between there are both, and the plain one
// counts.
func (a *Audit) pack(ctx context.Context) error {
	a.mu.RLock()
	segments := a.segments
	a.mu.RUnlock()
	for ; a.packed < len(segments)-1 && ctx.Err() == nil; a.packed++ {
		if err := packSegment(segments[a.packed].path); err != nil {
			return err
		}
	}
	return nil
}

func packSegment(path string) error {
	plain, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it is packed
	}
	if err != nil {
		return err
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	small := e.EncodeAll(plain, nil)
	if err := e.Close(); err != nil {
		return err
	}
	if back, err := unpack(small); err != nil || !bytes.Equal(back, plain) {
		return fmt.Errorf("audit: %s does not come back when it is packed: %w", path, err)
	}
	if err := replace(path+packedSuffix, small); err != nil {
		return err
	}
	return os.Remove(path)
}

func unpack(small []byte) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(small, nil)
}

// readable is a segment's bytes, plain or packed.
type readable interface {
	io.ReaderAt
	io.Closer
}

// openSegment opens a segment in whichever form it is and gives its size.
func openSegment(path string) (readable, int64, error) {
	for range 2 { // it may be packed between the two looks
		f, err := os.Open(path)
		if err == nil {
			info, err := f.Stat()
			if err != nil {
				return nil, 0, errors.Join(err, f.Close())
			}
			return f, info.Size(), nil
		}
		small, packed := os.ReadFile(path + packedSuffix)
		if errors.Is(packed, os.ErrNotExist) {
			continue
		}
		if packed != nil {
			return nil, 0, packed
		}
		data, err := unpack(small)
		if err != nil {
			return nil, 0, damaged(path+packedSuffix, 0, "压缩文件被改动", "the packed file was changed")
		}
		return inMemory{bytes.NewReader(data)}, int64(len(data)), nil
	}
	return nil, 0, damaged(path, 0, "文件缺失", "the file is missing")
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
