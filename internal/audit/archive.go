package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// What is refused of archived segments. Compare with errors.Is.
var (
	// ErrAway is an entry whose segment is kept elsewhere.
	ErrAway = fault.New(fault.Conflict, "audit.away", fault.T("该记录所在的归档文件已移往他处", "the archived file with this entry is kept elsewhere")).
		Fix(fault.T("请将文件放回归档目录后重试", "put the file back into the archive's folder and try again"))
	// ErrNotArchived is a segment nobody has archived.
	ErrNotArchived = fault.New(fault.Missing, "audit.segment", fault.T("没有该归档文件", "there is no such archived segment")).
			Fix(fault.T("请在 chengshu audit segments 中核对首条编号", "look its first entry up by chengshu audit segments"))
	// ErrWhere is a declaration that does not say where.
	ErrWhere = fault.New(fault.Invalid, "audit.where", fault.T("须写明存放处，且不超过 200 字", "say where it is kept, in at most 200 characters")).At("where").
			Fix(fault.T("例如：档案室三号柜 2026-01 号硬盘", "such as: records room, cabinet 3, disk 2026-01"))
)

// Retention says what is archived by itself. Nothing is ever deleted: an archived segment is
// the same file in another folder, which may be on another disk.
type Retention struct {
	Dir   string        // of the archive; empty: nothing is archived
	Age   time.Duration // of the youngest entry of a segment; 0: whatever its age
	Bytes int64         // of packed segments that are not archived, beyond which the oldest go; 0: whatever their size
}

// Segment is a file of the chain as it is shown.
type Segment struct {
	First    int64      `json:"first"` // number of its first entry, by which it is named
	Last     int64      `json:"last"`  // 0: not known without reading it
	File     string     `json:"file"`  // empty: it is not here
	Bytes    int64      `json:"bytes"`
	Archived *time.Time `json:"archived"`
	Moved    *Moved     `json:"moved"` // what was declared
}

// Segments lists the files of the chain, oldest first.
func (a *Audit) Segments() []Segment {
	a.mu.RLock()
	segments := slices.Clone(a.segments)
	a.mu.RUnlock()
	out := make([]Segment, len(segments))
	for i, s := range segments {
		out[i] = Segment{First: s.first, Moved: s.moved}
		if i+1 < len(segments) {
			out[i].Last = segments[i+1].first - 1
		}
		if s.line != nil {
			out[i].Archived = &s.line.At
		}
		for _, path := range []string{s.path, s.path + packedSuffix} {
			if info, err := os.Stat(path); err == nil {
				out[i].File, out[i].Bytes = path, info.Size()
				break
			}
		}
	}
	return out
}

// Archive moves finished segments whose youngest entry is older than before into the archive,
// and gives how many there were; by is who asked for it. Each is proven first, copied, read back and signed for before
// the copy in the chain's folder goes; after a crash between there are both.
func (a *Audit) Archive(ctx context.Context, before time.Time, by string) (n int, err error) {
	a.keeping.Lock()
	defer a.keeping.Unlock()
	if err := a.pack(ctx); err != nil {
		return 0, err
	}
	return a.archive(ctx, by, func(l *Archived) bool { return l.From.Before(before) })
}

// tidy archives what the settings say.
func (a *Audit) tidy(ctx context.Context) error {
	r := a.opt.Retention
	if r.Dir == "" || r.Age == 0 && r.Bytes == 0 {
		return nil
	}
	a.keeping.Lock()
	defer a.keeping.Unlock()
	over := int64(0)
	if r.Bytes > 0 {
		over = a.liveBytes() - r.Bytes
	}
	_, err := a.archive(ctx, "", func(l *Archived) bool {
		goes := r.Age > 0 && l.From.Before(a.opt.Now().Add(-r.Age)) || over > 0
		over -= l.Bytes
		return goes
	})
	return err
}

func (a *Audit) liveBytes() (n int64) {
	for _, s := range a.Segments() {
		if s.Archived == nil {
			n += s.Bytes
		}
	}
	return n
}

// archive takes finished segments, the oldest first, as long as goes says so. The caller
// holds keeping.
func (a *Audit) archive(ctx context.Context, by string, goes func(*Archived) bool) (n int, err error) {
	if a.opt.Retention.Dir == "" {
		return 0, nil
	}
	if err := os.MkdirAll(a.opt.Retention.Dir, 0o700); err != nil {
		return 0, diskFault(err)
	}
	a.mu.RLock()
	segments := a.segments
	a.mu.RUnlock()
	var bytes int64
	first, last := int64(0), int64(0)
	for i := 0; i < min(len(segments)-1, a.packed) && ctx.Err() == nil; i++ {
		if segments[i].line != nil {
			if err := a.settleArchived(i, segments[i].line); err != nil {
				return n, err
			}
			continue
		}
		l, small, err := a.proven(segments[i])
		if err != nil {
			return n, err
		}
		if !goes(l) {
			break
		}
		if err := a.shelve(i, segments[i], l, small); err != nil {
			return n, err
		}
		if n++; first == 0 {
			first = l.First
		}
		last, bytes = l.Last, bytes+l.Bytes
	}
	if n == 0 {
		return 0, ctx.Err()
	}
	return n, a.tellOf(ctx, "audit.archive", fmt.Sprintf("segment/%d", first), fault.T("归档审计记录 %d 至 %d", "archived the entries %d to %d", first, last),
		map[string]string{"segments": fmt.Sprint(n), "bytes": fmt.Sprint(bytes)}, by)
}

// proven reads a packed segment and proves it; what is archived was whole.
func (a *Audit) proven(s segment) (*Archived, []byte, error) {
	small, err := os.ReadFile(s.path + packedSuffix)
	if err != nil {
		return nil, nil, diskFault(err)
	}
	data, err := unpack(small)
	if err != nil {
		return nil, nil, damaged(s.path+packedSuffix, 0, "压缩文件被改动", "the packed file was changed")
	}
	w := newWalker(a.chain, a.opt.PublicKey)
	p := w.prove(data, &head{}, false, false)
	if p.flaw != nil || !p.began {
		return nil, nil, damaged(s.path+packedSuffix, 0, "该文件不成立，不予归档", "the file does not hold and is not archived")
	}
	sum := gm.Sum3(small)
	return &Archived{V: formatVersion, Chain: a.chain, First: s.first, Last: p.to.seq, Leaf: p.from.leaf[:], Prev: p.from.batch[:],
		EndLeaf: p.to.leaf[:], EndBatch: p.to.batch[:], Bytes: int64(len(small)), Sum: sum[:], From: w.h.At}, small, nil
}

// shelve copies one, signs for it and lets the original go.
func (a *Audit) shelve(i int, s segment, l *Archived, small []byte) error {
	to := segmentPath(a.opt.Retention.Dir, s.first)
	if err := replace(to+packedSuffix, small); err != nil {
		return err
	}
	if back, err := os.ReadFile(to + packedSuffix); err != nil || !bytes.Equal(back, small) {
		return ErrDisk.At("%s", to+packedSuffix).Wrap(err)
	}
	signer := a.opt.Signer()
	l.At, l.Key = a.opt.Now().UTC().Truncate(time.Second), signer.ID()
	line, err := signed('a', l, signer)
	if err != nil {
		return err
	}
	if err := addToShelf(a.opt.Dir, line); err != nil {
		return err
	}
	return a.settleArchived(i, l)
}

// settleArchived takes an archived segment from the archive from now on and removes what the
// chain's folder still has of it.
func (a *Audit) settleArchived(i int, l *Archived) error {
	to := segmentPath(a.opt.Retention.Dir, l.First)
	there, err := os.Stat(to + packedSuffix)
	if err != nil {
		return nil // it is elsewhere, or in an archive of before
	}
	a.mu.Lock()
	a.segments = slices.Clone(a.segments)
	a.segments[i].path, a.segments[i].line = to, l
	a.mu.Unlock()
	own := segmentPath(a.opt.Dir, l.First)
	if here, err := os.Stat(own + packedSuffix); err == nil && os.SameFile(here, there) {
		return nil // the archive is the chain's folder by another name
	}
	for _, path := range []string{own, own + packedSuffix} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskFault(err)
		}
	}
	return nil
}

// Declare notes that an archived segment, named by its first entry, is kept elsewhere. While
// its file is here that counts.
func (a *Audit) Declare(ctx context.Context, first int64, where, reason, by string) (Moved, error) {
	where, reason = strings.TrimSpace(where), strings.TrimSpace(reason)
	if n := len([]rune(where)); n == 0 || n > 200 {
		return Moved{}, ErrWhere
	}
	a.keeping.Lock()
	defer a.keeping.Unlock()
	a.mu.RLock()
	i := slices.IndexFunc(a.segments, func(s segment) bool { return s.first == first && s.line != nil })
	a.mu.RUnlock()
	if i < 0 {
		return Moved{}, ErrNotArchived.At("%d", first)
	}
	signer := a.opt.Signer()
	m := Moved{V: formatVersion, Chain: a.chain, First: first, Where: where, Reason: reason, By: by, At: a.opt.Now().UTC().Truncate(time.Second), Key: signer.ID()}
	line, err := signed('m', m, signer)
	if err != nil {
		return m, err
	}
	if err := a.tellOf(ctx, "audit.moved", fmt.Sprintf("segment/%d", first), fault.T("声明归档审计文件 %d 存放于他处", "declared the archived segment %d to be elsewhere", first),
		map[string]string{"where": where, "reason": reason}, by); err != nil {
		return m, err
	}
	if err := addToShelf(a.opt.Dir, line); err != nil {
		return m, err
	}
	a.mu.Lock()
	a.segments = slices.Clone(a.segments)
	a.segments[i].moved = &m
	a.mu.Unlock()
	return m, nil
}

// tellOf writes down what was done to the audit itself.
func (a *Audit) tellOf(ctx context.Context, action, target string, text fault.Text, detail map[string]string, by string) error {
	change, err := Change(text, detail)
	if err != nil {
		return err
	}
	_, err = a.Append(context.WithoutCancel(ctx), Entry{Action: action, Actor: by, Target: target, Outcome: "ok", Change: change})
	return err
}
