package audit

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// Report is what a verification found.
type Report struct {
	OK         bool   `json:"ok"`
	Chain      string `json:"chain"`
	Entries    int64  `json:"entries"`
	Batches    int64  `json:"batches"`
	Segments   int    `json:"segments"`
	Bytes      int64  `json:"bytes"`
	Last       int64  `json:"last"`       // number of the last entry
	Head       int64  `json:"head"`       // number the head vouches for
	Unfinished int64  `json:"unfinished"` // bytes of a batch on its way, or torn by a crash
	Archived   int    `json:"archived"`   // segments that were archived, of those the ones in away too
	Elsewhere  int64  `json:"elsewhere"`  // entries in them that were not proven here
	Away       []Away `json:"away"`       // archived segments declared to be elsewhere
	Flaw       *Flaw  `json:"flaw"`       // the first; nil when all holds
}

// Away is an archived segment that is not here: the chain goes over it by what was signed when
// it was archived. Its entries are proven where it is.
type Away struct {
	First int64     `json:"first"`
	Last  int64     `json:"last"`
	File  string    `json:"file"`
	Sum   string    `json:"sum"` // SM3 of the file, base64
	Where string    `json:"where"`
	At    time.Time `json:"at"` // when that was declared
}

// VerifyOptions say what to verify; Dir, Head and PublicKey are required.
type VerifyOptions struct {
	Dir       string
	Head      string
	Archive   string   // folder of archived segments, if there is one
	Also      []string // folders to look for archived segments in
	PublicKey func(id string) *ecdsa.PublicKey
	// Every proves the signature and the tree of every batch. Without it those of the last
	// batch of each segment are proven, to which the hashes of leaves and batches bind
	// everything before, and every one of a segment in which something is wrong.
	Every    bool
	Workers  int                 // 0: one per processor
	Progress func(entries int64) // nil: nobody listens; called by many
}

// Verify proves the whole chain from its files alone: no entry was changed, none is
// missing, exchanged or cut off. A server may go on writing meanwhile. The error is for
// what could not be read; what is wrong with the chain is the report's flaw.
func Verify(ctx context.Context, o VerifyOptions) (Report, error) {
	h, err := readHead(o.Head, o.PublicKey)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return Report{}, err
	}
	chain := ""
	if h != nil {
		chain = h.Chain
	}
	archived, shelved := readShelf(o.Dir, chain, o.PublicKey)
	if shelved != nil && !errors.Is(shelved, ErrDamaged) {
		return Report{}, shelved
	}
	if shelved != nil {
		archived = new(shelf)
	}
	segments, listed := archived.find(append([]string{o.Dir, o.Archive}, o.Also...)...)
	if listed != nil {
		return Report{}, listed
	}
	r := Report{Segments: len(segments), Archived: len(archived.lines), Away: []Away{}}
	switch {
	case err != nil:
		r.Flaw = &Flaw{Segment: filepath.Base(o.Head), Code: "head", What: ErrDamaged.Text}
		return r, nil
	case shelved != nil:
		r.Flaw = &Flaw{Segment: filepath.Base(shelfPath(o.Dir)), Code: "archive", What: fault.From(shelved).Text}
		return r, nil
	case h == nil && len(segments) == 0:
		r.OK = true
		return r, nil
	case h == nil:
		r.Flaw = flaw(1, 0, "head", "链头文件缺失", "the head is missing")
		r.Flaw.Segment = filepath.Base(o.Head)
		return r, nil
	}
	r.Chain, r.Head = h.Chain, h.Seq
	parts, err := verifyAll(ctx, o, h, segments)
	if err != nil {
		return r, err
	}
	r.join(h, segments, parts)
	r.OK = r.Flaw == nil
	return r, nil
}

// part is what was found in one segment.
type part struct {
	from, to       state
	began          bool // its first line can be read
	flaw           *Flaw
	batches, bytes int64
	unfinished     int64
	head           bool // the head's entry is there, as the head says
	away           bool // what is known of it is what was signed when it was archived
}

func verifyAll(ctx context.Context, o VerifyOptions, h *head, segments []segment) ([]part, error) {
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	parts := make([]part, len(segments))
	var next, done atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, workers)
	for n := range workers {
		all.Go(func() {
			for ctx.Err() == nil && failed[n] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(segments) {
					return
				}
				w := newWalker(h.Chain, o.PublicKey)
				last := i == len(segments)-1
				parts[i], failed[n] = w.verify(segments[i], h, last, o.Every)
				if o.Progress != nil {
					o.Progress(done.Add(parts[i].to.seq - parts[i].from.seq))
				}
			}
		})
	}
	all.Wait()
	return parts, errors.Join(append(failed, ctx.Err())...)
}

// verify proves one segment from its own first line on. The last one may be growing: what
// does not fit behind the head is read again before it is called wrong.
func (w *walker) verify(s segment, h *head, last, every bool) (p part, err error) {
	for range 5 {
		data, err := readFrom(s.path, 0)
		if errors.Is(err, ErrDamaged) && s.line != nil && !s.here() {
			return s.absent(h), nil
		}
		if errors.Is(err, ErrDamaged) {
			p.flaw = flaw(s.first, 0, "file", "第 %d 条所在的文件无法读出", "the file with entry %d cannot be read", s.first)
			break
		}
		if err != nil {
			return p, err
		}
		p = w.prove(data, h, last, every)
		if !last || p.flaw == nil || p.flaw.Seq <= h.Seq {
			break
		}
	}
	if p.flaw == nil && s.line != nil && (p.from != s.line.before() || p.to != s.line.behind()) {
		p.flaw = flaw(s.first, 0, "archive", "第 %d 条所在的文件与归档时不同", "the file with entry %d is not the one that was archived", s.first)
	}
	if p.flaw != nil {
		p.flaw.Segment = filepath.Base(s.path)
	}
	return p, nil
}

// here says whether a segment's file is where it is looked for.
func (s *segment) here() bool {
	_, plain := os.Stat(s.path)
	_, packed := os.Stat(s.path + packedSuffix)
	return plain == nil || packed == nil
}

// absent is what is known of an archived segment whose file is not here.
func (s *segment) absent(h *head) part {
	p := part{from: s.line.before(), to: s.line.behind(), began: true, away: true}
	p.head = p.to.seq == h.Seq && p.to == h.state()
	if s.moved == nil {
		p.began = false
		p.flaw = flaw(s.first, 0, "file", "第 %d 条所在的归档文件不在归档目录，也未声明存放于他处", "the archived file with entry %d is not in the archive and was not declared to be elsewhere", s.first)
		p.flaw.Segment = filepath.Base(s.path) + packedSuffix
	}
	return p
}

func (s *segment) awayAs() Away {
	return Away{First: s.first, Last: s.line.Last, File: filepath.Base(s.path) + packedSuffix, Where: s.moved.Where, At: s.moved.At,
		Sum: AnswerHash(gm.Digest(s.line.Sum))}
}

func (w *walker) prove(data []byte, h *head, last, every bool) (p part) {
	end := bytes.IndexByte(data, '\n') + 1
	first, from, ok := parseSegmentHead(data[:end])
	if !ok || first.Chain != w.chain {
		if last && blank(data) { // begun, nothing in it yet
			return part{}
		}
		p.flaw = flaw(0, 0, "chain", "文件首行被改动", "the first line of the file was changed")
		return p
	}
	p.from, p.to, p.began = from, from, true
	at, key := end, ""
	prev, before := at, from
	w.roots = every
	for at < len(data) && p.flaw == nil {
		n, to, f := w.next(data, at, p.to, nil)
		if f != nil {
			p.flaw = f
			break
		}
		if every || key != w.h.Key {
			if f := w.signed(at); f != nil {
				p.flaw = f
				break
			}
			key = w.h.Key
		}
		prev, before, at, p.to = at, p.to, n, to
		p.batches++
		p.head = p.head || to.seq == h.Seq && to == h.state()
	}
	p.bytes = int64(at)
	if last && p.flaw != nil && p.to.seq >= h.Seq && (blank(data[at:]) || torn(data[at:])) {
		p.unfinished = int64(len(bytes.TrimRight(data[at:], "\x00")))
		p.flaw = nil
	}
	w.settle(data, end, at, from, bound{prev, before}, &p)
	return p
}

// settle proves what was put off: the last good batch's signature and tree, and when
// something is wrong there or behind it, all of them from the beginning, to name the first.
func (w *walker) settle(data []byte, begin, at int, from state, tail bound, p *part) {
	if at <= begin {
		return
	}
	w.roots = true
	if p.flaw == nil && w.holds(data, tail.at, tail.from) == nil {
		return
	}
	s := from
	for pos := begin; pos < at; {
		if f := w.holds(data, pos, s); f != nil {
			p.flaw = f
			return
		}
		pos, s, _ = w.next(data, pos, s, nil)
	}
}

// bound is a batch that binds all before it.
type bound struct {
	at   int
	from state
}

// holds proves one batch whole.
func (w *walker) holds(data []byte, at int, from state) *Flaw {
	if _, _, f := w.next(data, at, from, nil); f != nil {
		return f
	}
	return w.signed(at)
}

// join puts the parts together: each continues the one before, and the head is in them.
func (r *Report) join(h *head, segments []segment, parts []part) {
	s := genesis(r.Chain)
	found := h.Seq == 0 && h.state() == s
	for i, p := range parts {
		name := filepath.Base(segments[i].path)
		fail := func(code, zh, en string) {
			r.Flaw = flaw(s.seq+1, 0, code, zh, en, s.seq+1)
			r.Flaw.Segment = name
		}
		r.Bytes += p.bytes
		r.Batches += p.batches
		switch {
		case !p.began && p.flaw == nil: // an empty last one
			if segments[i].first != s.seq+1 {
				fail("missing", "第 %d 条起有记录缺失", "entries are missing from %d on")
			}
		case !p.began && p.flaw.Code == "file":
			r.Flaw = p.flaw
		case !p.began:
			fail("chain", "第 %d 条所在文件的首行被改动", "the first line of the file with entry %d was changed")
		case segments[i].first != p.from.seq+1:
			fail("chain", "第 %d 条所在文件的名称与首行不符", "the name of the file with entry %d does not match its first line")
		case p.from.seq > s.seq:
			fail("missing", "第 %d 条起有记录缺失", "entries are missing from %d on")
		case p.from != s:
			fail("chain", "第 %d 条起的文件与前一文件不衔接", "the file from entry %d does not continue the one before")
		default:
			if p.away {
				r.Elsewhere += p.to.seq - s.seq
				r.Away = append(r.Away, segments[i].awayAs())
			} else {
				r.Entries += p.to.seq - s.seq
			}
			s, r.Unfinished = p.to, p.unfinished
			found = found || p.head
			r.Flaw = p.flaw
		}
		if r.Flaw != nil {
			r.Last = s.seq
			return
		}
	}
	r.Last = s.seq
	switch {
	case s.seq < h.Seq:
		r.Flaw = flaw(s.seq+1, 0, "missing", "第 %d 条之后的记录被截去，链头记有 %d 条", "the entries from %d on were cut off; the head knows of %d", s.seq+1, h.Seq)
	case !found:
		r.Flaw = flaw(h.Seq, 0, "head", "第 %d 条与链头不符", "entry %d is not the one the head knows", h.Seq)
	default:
		return
	}
	if n := len(segments); n > 0 {
		r.Flaw.Segment = filepath.Base(segments[n-1].path)
	}
}

// Verify proves the chain of an open audit, once the head has been written, and counts
// what is still waiting in the store as well.
func (a *Audit) Verify(ctx context.Context, progress func(int64)) (Report, error) {
	if err := a.Keep(ctx); err != nil {
		return Report{}, err
	}
	return Verify(ctx, VerifyOptions{Dir: a.opt.Dir, Head: a.opt.Head, Archive: a.opt.Retention.Dir, PublicKey: a.opt.PublicKey, Progress: progress})
}
