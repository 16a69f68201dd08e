package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/chengshu/chengshu/internal/gm"
)

// Bounds of a batch.
const (
	maxEntries = 1024
	maxBytes   = 512 << 10
)

type request struct {
	ctx   context.Context
	tails [][]byte    // entries that go into one batch
	by    []sought    // by what each is found
	seq   int64       // of the last of them
	taken atomic.Bool // by the writer, or by a caller who gave up
	done  chan error
	told  bool // the outcome was received: nobody else knows the request any more
}

// requests of one entry, used again and again.
var requests = sync.Pool{New: func() any {
	return &request{tails: [][]byte{make([]byte, 0, 512)}, by: make([]sought, 1), done: make(chan error, 1)}
}}

func newRequest(ctx context.Context, e *Entry) (*request, error) {
	r := requests.Get().(*request)
	tail, err := e.tail(r.tails[0][:0])
	if err != nil {
		return nil, err
	}
	r.ctx, r.tails[0], r.by[0], r.told = ctx, tail, e.sought(), false
	r.taken.Store(false)
	return r, nil
}

// release gives back a request whose outcome was received.
func (r *request) release() {
	if r.told {
		r.ctx, r.by[0] = nil, sought{}
		requests.Put(r)
	}
}

// outcome is what the caller is told.
func (r *request) outcome(err error) (int64, error) {
	r.told = true
	if err != nil {
		return 0, err
	}
	return r.seq, nil
}

// writer is two goroutines: one chains entries as they come, the other writes. While one
// batch is on its way to the disk the next one grows; it is cut and signed when the disk
// is free, so that a batch is whatever gathered and nobody waits for more.
type writer struct {
	a    *Audit
	hash *hasher

	// The batch that grows.
	from     state // where it began
	to       state
	requests []*request
	leaves   []gm.Digest
	lines    []byte

	full chan *batch // to the disk
	free chan *batch // back from it, with what became of it

	ring      *ring // nil where the kernel has none
	file      file  // the active segment; the disk goroutine's own once it runs
	at        int64 // where the next batch goes
	size      int64
	dirty     int64      // bytes behind at that a failed write may have left
	preparing chan error // nil: nobody prepares the next segment
}

// batch is one on its way to the disk.
type batch struct {
	lines    []byte
	requests []*request
	leaves   []gm.Digest
	from, to state
	err      error
}

func newWriter(a *Audit) (*writer, error) {
	w := &writer{a: a, hash: newHasher(), from: a.now, to: a.now, full: make(chan *batch), free: make(chan *batch, 1), at: a.end}
	var err error
	if !a.opt.buffered {
		if w.ring, err = newRing(); err != nil {
			a.opt.Log.Info("the audit's writes are waited for by a thread", "cause", err)
		}
	}
	if n := len(a.segments); n > 0 {
		if w.file, w.size, err = openActive(a.segments[n-1].path, w.ring); err != nil {
			return nil, errors.Join(diskFault(err), w.closeRing())
		}
	}
	return w, nil
}

func (w *writer) run() {
	go w.disk()
	defer close(w.a.ended)
	defer close(w.full)
	w.free <- &batch{to: w.to}
	for idle := (*batch)(nil); ; {
		if idle != nil && len(w.requests) > 0 {
			w.gather()
			w.full <- w.cut(idle)
			idle = nil
		}
		queue := w.a.queue
		if len(w.requests) >= maxEntries || len(w.lines) >= maxBytes {
			queue = nil
		}
		if idle != nil { // nothing to do: end here or wait
			select {
			case r := <-queue:
				w.take(r)
				w.takeWaiting()
				continue
			default:
			}
			select {
			case r := <-queue:
				w.take(r)
				w.takeWaiting()
			case <-w.a.closing:
				if len(w.a.queue) == 0 {
					return
				}
			}
			continue
		}
		select {
		case r := <-queue:
			w.take(r)
		case idle = <-w.free:
			w.settle(idle)
			w.takeWaiting()
		}
	}
}

// gather lets everybody run who can before the batch is cut: those who are about to append
// come along, and their entries share one signature and one write. With nothing else to run
// it costs nothing.
func (w *writer) gather() {
	runtime.Gosched()
	w.takeWaiting()
}

// takeWaiting takes what is in the queue now.
func (w *writer) takeWaiting() {
	for len(w.requests) < maxEntries && len(w.lines) < maxBytes {
		select {
		case r := <-w.a.queue:
			w.take(r)
		default:
			return
		}
	}
}

func (w *writer) take(r *request) {
	if r.taken.CompareAndSwap(false, true) {
		w.requests = append(w.requests, r)
		w.linkAll(r)
	}
}

func (w *writer) linkAll(r *request) {
	for _, tail := range r.tails {
		w.link(tail)
	}
	r.seq = w.to.seq
}

// link chains one entry to the batch.
func (w *writer) link(tail []byte) {
	w.to.seq++
	at := len(w.lines)
	w.lines = append(w.lines, "e 012345678901 "...)
	w.lines = append(opening(w.lines, w.to.seq), tail...)
	w.to.leaf = w.hash.leaf(&w.to.leaf, w.lines[at+entryAt:])
	check(w.lines[at+2:at+2+checkChars], &w.to.leaf)
	w.lines = append(w.lines, '\n')
	w.leaves = append(w.leaves, w.to.leaf)
}

// cut signs the batch and begins the next one in the buffers of an old one.
func (w *writer) cut(old *batch) *batch {
	b := &batch{requests: w.requests, leaves: w.leaves, from: w.from}
	signer := w.a.opt.Signer()
	root := w.hash.root(w.leaves)
	h := header{V: formatVersion, Chain: w.a.chain, First: w.from.seq + 1, Count: int64(len(w.leaves)),
		Prev: w.from.batch[:], Leaf: w.from.leaf[:], Root: root[:], At: w.a.opt.Now(), Key: signer.ID()}
	line := h.append([]byte("b "))
	sig, err := signer.Sign(line[2:])
	b.err = err
	line = base64.StdEncoding.AppendEncode(append(line, ' '), sig)
	w.to.batch = w.hash.batch(line)
	b.lines = append(append(w.lines, line...), '\n')
	b.to = w.to
	w.from = w.to
	w.requests, w.leaves, w.lines = old.requests[:0], old.leaves[:0], old.lines[:0]
	return b
}

// settle takes back a batch from the disk. When it failed, what was chained to it is
// chained anew to what is durable.
func (w *writer) settle(b *batch) {
	if b.err == nil {
		return
	}
	w.from, w.to = b.from, b.from
	w.leaves, w.lines = w.leaves[:0], w.lines[:0]
	for _, r := range w.requests {
		w.linkAll(r)
	}
}

// disk writes batches and tells their callers.
func (w *writer) disk() {
	for b := range w.full {
		if b.err == nil {
			b.err = w.write(b)
		}
		for _, r := range b.requests {
			if b.err == nil {
				for i := range r.by {
					w.a.fresh.add(r.seq-int64(len(r.by)-1-i), &r.by[i])
				}
			}
			r.done <- b.err
		}
		clear(b.requests)
		w.free <- b
	}
}

func (w *writer) write(b *batch) error {
	if w.dirty > 0 {
		if err := w.wipe(); err != nil {
			return diskFault(err)
		}
	}
	if w.file == nil || w.at+int64(len(b.lines)) > w.size {
		if err := w.roll(b); err != nil {
			return err
		}
	}
	lines := b.lines
	if w.at == 0 {
		lines = append(b.from.head(w.a.chain).append(nil), lines...)
	}
	if err := w.a.opt.write(w.file, lines, w.at); err != nil {
		w.dirty = int64(len(lines))
		_ = w.wipe() // else before the next batch
		return diskFault(err)
	}
	w.at += int64(len(lines))
	w.a.mu.Lock()
	w.a.now, w.a.end = b.to, w.at
	w.a.mu.Unlock()
	return nil
}

// wipe takes back what a failed write may have left, so that what stands behind the last
// batch after a crash is the end of one write.
func (w *writer) wipe() error {
	_, err := w.file.WriteAt(make([]byte, min(w.dirty, w.size-w.at)), w.at)
	if err == nil {
		w.dirty = 0
	}
	return err
}

// roll ends the active segment and begins the next: the old one gets its length, then the
// new one its name, so that only the last segment ever has zero bytes at its end.
func (w *writer) roll(b *batch) error {
	dir := w.a.opt.Dir
	size := max(w.a.opt.Segment, int64(aligned(len(b.lines)+1024)))
	if w.preparing != nil {
		<-w.preparing // what failed is tried again below
		w.preparing = nil
	}
	if err := prepare(dir, size); err != nil {
		return err
	}
	if w.file != nil && w.at > 0 {
		if err := errors.Join(w.file.Truncate(w.at), w.file.Sync()); err != nil {
			return diskFault(err)
		}
		w.size = w.at
	}
	path := segmentPath(dir, b.from.seq+1)
	if err := errors.Join(os.Rename(filepath.Join(dir, prepared), path), syncDir(dir)); err != nil {
		return diskFault(err)
	}
	f, size, err := openActive(path, w.ring)
	if err != nil {
		return diskFault(err)
	}
	if w.file != nil {
		_ = w.file.Close() // everything in it is on the disk
	}
	w.file, w.at, w.size = f, 0, size
	w.a.mu.Lock()
	if n := len(w.a.segments); n == 0 || w.a.segments[n-1].path != path { // else it took the place of an empty one
		w.a.segments = append(slices.Clip(w.a.segments), segment{path: path, first: b.from.seq + 1})
	}
	w.a.end = 0
	w.a.mu.Unlock()
	done := make(chan error, 1)
	w.preparing = done
	go func() { done <- prepare(dir, w.a.opt.Segment) }()
	return nil
}

func (w *writer) close() error {
	if w.preparing != nil {
		if err := <-w.preparing; err != nil {
			w.a.opt.Log.Warn("the next audit segment could not be prepared", "error", err)
		}
	}
	if w.file == nil {
		return w.closeRing()
	}
	return errors.Join(w.file.Close(), w.closeRing())
}

func (w *writer) closeRing() error {
	if w.ring == nil {
		return nil
	}
	return w.ring.close()
}
