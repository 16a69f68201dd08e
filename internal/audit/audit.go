// Package audit owns the record of what was done: append-only segments whose entries are
// chained by SM3 and whose batches are signed by SM2, and the receipts out of them. An
// entry is durable before Append returns; nothing is ever changed or taken out. It must
// never hold a cell's value.
//
// A segment is text, one line an entry, and a batch of entries ends with its signed header;
// docs/reference/receipt.md has the format. What was written since the last head and is
// torn by a crash is the only thing that is ever dropped, and it was never acknowledged.
//
// Read first: Audit.Append, Audit.Record, Verify, VerifyReceipt.
package audit

import (
	"context"
	"crypto/ecdsa"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
)

// What is refused. Compare with errors.Is.
var (
	// ErrFull is a disk without room for the next segment; there is no answer without its
	// entry.
	ErrFull = fault.New(fault.Busy, "audit.full",
		fault.T("磁盘空间不足，审计记录无法写入，已暂停应答", "the disk is full: the audit cannot be written, so nothing is answered")).
		Fix(fault.T("请清理数据目录所在磁盘的空间后重试，无需重启服务", "free space on the disk of the data folder and try again; no restart is needed"))
	// ErrDisk is a disk that fails to write the audit.
	ErrDisk = fault.New(fault.Busy, "audit.disk",
		fault.T("审计记录写入失败，已暂停应答", "the audit could not be written, so nothing is answered")).
		Fix(fault.T("请检查磁盘状态及数据目录权限后重试", "check the disk and the permissions of the data folder, then try again"))
	// ErrClosed is an Append after Close.
	ErrClosed = fault.New(fault.Busy, "audit.closed", fault.T("审计已关闭", "the audit is closed")).
			Fix(fault.T("服务正在停止，请在其重新启动后重试", "the server is stopping; try again when it is back"))
	// ErrDamaged is a chain that is not what was written, found when it was opened or read.
	ErrDamaged = fault.New(fault.Internal, "audit.damaged",
		fault.T("审计记录已损坏或被改动", "the audit is damaged or was changed")).
		Fix(fault.T("请保留现有文件，用 chengshu verify audit 查明位置，并从备份恢复", "keep the files, find the place with chengshu verify audit, and restore a backup"))
	// ErrMissing is an entry nobody wrote.
	ErrMissing = fault.New(fault.Missing, "audit.missing", fault.T("没有这条审计记录", "there is no such audit entry")).
			Fix(fault.T("请核对编号；记录在审计页面中查找", "check the id, or look it up on the audit page"))
)

// Options of an audit; Dir, Head, Store and the keys are required.
type Options struct {
	Dir  string // of the segments
	Head string // file that says how far the chain went, outside Dir
	// Store keeps entries of changes until they are in the chain, and the search index.
	Store     store.Store
	Signer    func() gm.Signer                       // the key that signs from now on
	PublicKey func(id string) *ecdsa.PublicKey       // of any version; nil: unknown
	Now       func() time.Time                       // time.Now
	Segment   int64                                  // bytes of a segment: 32 MiB
	Retention Retention                              // none: nothing is archived
	Log       *slog.Logger                           // none
	write     func(f file, b []byte, at int64) error // of tests
	buffered  bool                                   // of tests: no ring
}

// Audit is an open chain. It is safe for concurrent use.
type Audit struct {
	opt   Options
	chain string

	queue   chan *request
	closing chan struct{}
	closed  sync.Once
	ended   chan struct{} // the writer's goroutines are gone
	w       *writer
	fresh   fresh
	tail    tail

	mu       sync.RWMutex // of what follows; never held while waiting for the disk
	now      state        // durable
	segments []segment    // oldest first; the last one grows
	end      int64        // of the last segment's durable bytes

	wake    chan struct{} // entries of changes wait
	packed  int           // segments known to be packed; of keeping
	keeping sync.Mutex    // of moving, packing, indexing and the head
	stuck   []string      // moved entries that could not be taken out of the store yet
	marked  struct {
		done bool
		seq  int64
	}
}

//go:embed schema1.sql
var schema1 string

//go:embed schema2.sql
var schema2 string

//go:embed schema3.sql
var schema3 string

// Open opens the chain, beginning one in an empty folder, and drops the torn end a crash
// may have left. The caller owns the data folder. A chain that lost or changed what it had
// acknowledged gives ErrDamaged.
func Open(ctx context.Context, o Options) (*Audit, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Segment <= 0 {
		o.Segment = 32 << 20
	}
	o.Segment = int64(aligned(int(o.Segment)))
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.write == nil {
		o.write = func(f file, b []byte, at int64) error { _, err := f.WriteAt(b, at); return err }
	}
	if err := o.Store.Migrate(ctx, "audit", []store.Migration{{Version: 1, SQL: schema1}, {Version: 2, SQL: schema2}, {Version: 3, SQL: schema3}}); err != nil {
		return nil, err
	}
	a := &Audit{opt: o, queue: make(chan *request, maxEntries), closing: make(chan struct{}), ended: make(chan struct{}), wake: make(chan struct{}, 1)}
	moved, err := a.recover(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.forget(ctx, moved); err != nil {
		return nil, err
	}
	if a.w, err = newWriter(a); err != nil {
		return nil, err
	}
	go a.w.run()
	a.nudge()
	return a, nil
}

// Append makes an entry durable and gives its number. It returns what a batch's write
// says: ErrFull, ErrDisk, ErrClosed. A context that ends before the entry was taken up
// gives its error; later the outcome is waited for.
func (a *Audit) Append(ctx context.Context, e Entry) (seq int64, err error) {
	if e.At.IsZero() {
		e.At = a.opt.Now()
	}
	r, err := newRequest(ctx, &e)
	if err != nil {
		return 0, err
	}
	defer r.release()
	return a.enqueue(r)
}

func (a *Audit) enqueue(r *request) (int64, error) {
	select {
	case <-a.closing:
		return 0, ErrClosed
	default:
	}
	select {
	case a.queue <- r:
		return a.wait(r)
	default: // the queue is full
	}
	select {
	case a.queue <- r:
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	case <-a.closing:
		return 0, ErrClosed
	}
	return a.wait(r)
}

func (a *Audit) wait(r *request) (int64, error) {
	select {
	case err := <-r.done:
		return r.outcome(err)
	case <-r.ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return 0, r.ctx.Err()
		}
	case <-a.ended:
		if r.taken.CompareAndSwap(false, true) {
			return 0, ErrClosed
		}
	}
	return r.outcome(<-r.done)
}

// Chain is the id of this installation's chain.
func (a *Audit) Chain() string { return a.chain }

// Last is the number of the last durable entry.
func (a *Audit) Last() int64 {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.now.seq
}

// Close writes what was taken up, and the head. Entries of changes that still wait are
// moved at the next start.
func (a *Audit) Close() error {
	a.closed.Do(func() { close(a.closing) })
	<-a.ended
	a.keeping.Lock()
	defer a.keeping.Unlock()
	err := errors.Join(a.mark(context.Background()), a.w.close())
	if err != nil {
		return fmt.Errorf("close the audit: %w", err)
	}
	return nil
}

// damaged names the place.
func damaged(path string, at int64, zh, en string, args ...any) error {
	e := ErrDamaged.At("%s@%d", filepath.Base(path), at)
	e.Text = fault.T("审计记录已损坏或被改动："+zh, "the audit is damaged or was changed: "+en, args...)
	return e
}
