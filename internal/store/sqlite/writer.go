package sqlite

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

// writer is the one goroutine that writes. It takes what waits, gives each closure a
// savepoint and commits once for all of them.
type writer struct {
	db    *bun.DB
	name  string
	group int
	now   func() time.Time
	wake  func() // after a commit that held an Emit

	waiting chan *request
	closing chan struct{}
	once    sync.Once
	ended   chan struct{}

	session *session // nil when the next group has to connect; the loop's own
	// gathering is true while closures run; gatherer is the code they run under.
	gathering atomic.Bool
	gatherer  uintptr
}

// groupTime bounds how long the first of a group waits for the later ones' work.
const groupTime = 20 * time.Millisecond

type request struct {
	ctx   context.Context
	do    func(ctx context.Context, tx store.Tx) error
	taken atomic.Bool // by the writer, or by a caller who gave up
	done  chan error
}

func newWriter(db *bun.DB, name string, group int, now func() time.Time, wake func()) *writer {
	w := &writer{
		db: db, name: name, group: group, now: now, wake: wake,
		waiting: make(chan *request, group), closing: make(chan struct{}), ended: make(chan struct{}),
		gatherer: reflect.ValueOf((*writer).gather).Pointer(),
	}
	go w.loop()
	return w
}

type inside struct{} // key of the context a closure gets

func (w *writer) write(ctx context.Context, do func(ctx context.Context, tx store.Tx) error) error {
	if ctx.Value(inside{}) != nil || w.gathering.Load() && within(w.gatherer) {
		return store.ErrNested
	}
	r := &request{ctx: ctx, do: do, done: make(chan error, 1)}
	select {
	case <-w.closing:
		return store.ErrClosed
	default:
	}
	select {
	case w.waiting <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return store.ErrClosed
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-r.done // begun: it may commit, so its outcome is waited for
	case <-w.ended:
		// The last look of the writer may have come before our place in the queue.
		if r.taken.CompareAndSwap(false, true) {
			return store.ErrClosed
		}
		return <-r.done
	}
}

// within finds a function on the caller's stack: a closure that kept an outer context, or
// what runs after a commit, would wait for itself.
func within(entry uintptr) bool {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc - 1); f != nil && f.Entry() == entry {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

// perform runs one closure and turns its panic into an error.
func perform(ctx context.Context, do func(context.Context, store.Tx) error, t store.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = store.ErrPanic.Wrap(fmt.Errorf("%v\n%s", p, debug.Stack()))
		}
	}()
	return do(context.WithValue(context.WithoutCancel(ctx), inside{}, true), t)
}

func (w *writer) loop() {
	finished := false
	defer func() {
		if finished {
			close(w.ended)
			return
		}
		go w.loop() // a closure ended this goroutine with runtime.Goexit
	}()
	for {
		select {
		case r := <-w.waiting:
			w.gather(r)
			continue
		default:
		}
		select {
		case r := <-w.waiting:
			w.gather(r)
		case <-w.closing:
			if len(w.waiting) == 0 {
				finished = true
				return
			}
		}
	}
}

// gather runs the first closure and all that wait meanwhile, and commits them. It is never
// inlined, so that within can find it.
//
//go:noinline
func (w *writer) gather(first *request) {
	g, err := w.begin()
	if err != nil {
		if first.taken.CompareAndSwap(false, true) {
			first.done <- translate(err, w.name)
		}
		return
	}
	w.gathering.Store(true)
	defer w.gathering.Store(false)
	defer g.abandon()
	began := time.Now()
	for r := first; r != nil && g.run(r) && len(g.kept) < w.group && time.Since(began) < groupTime; {
		select {
		case r = <-w.waiting:
		default:
			r = nil
		}
	}
	g.commit()
}

// close lets what waits finish, then closes the connections.
func (w *writer) close() error {
	w.once.Do(func() { close(w.closing) })
	<-w.ended
	var err error
	if w.session != nil {
		err = w.session.close()
		w.session = nil
	}
	return errors.Join(err, w.db.Close())
}
