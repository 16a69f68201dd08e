package audit

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
)

// recover finds where the chain stands: from the head on, batch by batch, a second's worth
// of entries at most. It gives the ids of the changes it met on the way.
func (a *Audit) recover(ctx context.Context) (moved []string, err error) {
	if err := os.MkdirAll(a.opt.Dir, 0o700); err != nil {
		return nil, diskFault(err)
	}
	h, err := readHead(a.opt.Head, a.opt.PublicKey)
	if err != nil {
		return nil, err
	}
	own := ""
	if h != nil {
		own = h.Chain
	}
	archived, err := readShelf(a.opt.Dir, own, a.opt.PublicKey)
	if err != nil {
		return nil, err
	}
	if a.segments, err = archived.find(a.opt.Dir, a.opt.Retention.Dir); err != nil {
		return nil, err
	}
	chain, seq, leaf, known, err := a.stored(ctx)
	switch {
	case err != nil:
		return nil, err
	case h == nil && (known || len(a.segments) > 0):
		return nil, damaged(a.opt.Head, 0, "链头文件缺失", "the head is missing")
	case h == nil:
		a.chain = ident.New()
		a.now = genesis(a.chain)
		return nil, a.mark(ctx)
	case known && chain != h.Chain:
		return nil, damaged(a.opt.Head, 0, "链头属于另一条链", "the head is of another chain")
	}
	a.chain = h.Chain
	if moved, err = a.follow(h); err != nil {
		return nil, err
	}
	if known && (seq > a.now.seq || seq == h.Seq && leaf != base64.StdEncoding.EncodeToString(h.Leaf)) {
		return nil, damaged(a.opt.Head, 0, "第 %d 条之后的记录缺失", "the entries after %d are missing", a.now.seq)
	}
	return moved, nil
}

// follow walks from the head to the end.
func (a *Audit) follow(h *head) (moved []string, err error) {
	i := 0
	if h.Seq == 0 && genesis(h.Chain) != h.state() {
		return nil, damaged(a.opt.Head, 0, "链头与链不符", "the head does not match the chain")
	}
	if h.Segment > 0 {
		if i = slices.IndexFunc(a.segments, func(s segment) bool { return s.first == h.Segment }); i < 0 {
			return nil, damaged(segmentPath(a.opt.Dir, h.Segment), 0, "文件缺失", "the file is missing")
		}
	}
	w := newWalker(a.chain, a.opt.PublicKey)
	a.now, a.end = h.state(), h.Offset
	if len(a.segments) == 0 && h.Seq > 0 {
		return nil, damaged(a.opt.Dir, 0, "没有任何文件", "no file is left")
	}
	if h.Offset > 0 {
		if err := h.vouches(a.segments[i].path); err != nil {
			return nil, err
		}
	}
	for offset := h.Offset; i < len(a.segments); i, offset = i+1, 0 {
		s, last := a.segments[i], i == len(a.segments)-1
		data, err := readFrom(s.path, offset)
		if err != nil {
			return nil, err
		}
		at, f := w.all(data, offset == 0, &a.now, func(entry []byte) {
			if e, err := parse(entry); err == nil && e.Record != "" {
				moved = append(moved, e.Record)
			}
		})
		a.end = offset + int64(at)
		if f == nil {
			continue
		}
		rest := data[at:]
		if !last || !blank(rest) && !torn(rest) {
			return nil, damaged(s.path, offset+f.Offset, "%[1]s", "%[2]s", f.What.ZH, f.What.EN)
		}
		if !blank(rest) {
			if err := a.drop(s, rest); err != nil {
				return nil, err
			}
		}
	}
	return moved, nil
}

// vouches proves that the line before the head's place is the batch the head names: a file
// that was cut and filled up again is found at once. The rest is for Verify.
func (h *head) vouches(path string) error {
	f, _, err := openSegment(path)
	if err != nil {
		return err
	}
	defer f.Close()
	data := make([]byte, min(h.Offset, 4096))
	if _, err := f.ReadAt(data, h.Offset-int64(len(data))); err != nil {
		return damaged(path, h.Offset, "文件被截短", "the file was cut")
	}
	line, ended := bytes.CutSuffix(data, []byte("\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	if !ended || newHasher().batch(line) != gm.Digest(h.Prev) {
		return damaged(path, h.Offset, "第 %d 条处与链头不符", "entry %d is not the one the head knows", h.Seq)
	}
	return nil
}

// drop wipes the torn end of the last segment; it was never acknowledged.
func (a *Audit) drop(s segment, rest []byte) error {
	f, _, err := openDurably(s.path, 0)
	if err != nil {
		return diskFault(err)
	}
	_, err = f.WriteAt(make([]byte, len(rest)), a.end)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return diskFault(err)
	}
	a.opt.Log.Warn("the torn end of the audit was dropped; it was never acknowledged", "segment", s.path, "offset", a.end)
	return nil
}

// all walks a segment's data from its beginning, or from a batch in it, to its end. Where
// it ends well the flaw is nil, or, in the last segment, that zero bytes follow.
func (w *walker) all(data []byte, beginning bool, s *state, see func([]byte)) (at int, f *Flaw) {
	if beginning {
		want := s.head(w.chain).append(nil)
		if len(data) < len(want) || string(data[:len(want)]) != string(want) {
			return 0, flaw(s.seq+1, 0, "chain", "文件与前一文件不衔接", "the file does not continue the one before")
		}
		at = len(want)
	}
	for at < len(data) {
		n, to, f := w.next(data, at, *s, see)
		if f != nil {
			return at, f
		}
		if f := w.signed(at); f != nil {
			return at, f
		}
		at, *s = n, to
	}
	return at, nil
}

func readFrom(path string, offset int64) ([]byte, error) {
	f, size, err := openSegment(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size < offset {
		return nil, damaged(path, size, "文件被截短", "the file was cut")
	}
	data := make([]byte, size-offset)
	if _, err := f.ReadAt(data, offset); err != nil && len(data) > 0 {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}
