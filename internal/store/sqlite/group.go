package sqlite

import (
	"errors"

	"github.com/chengshu/chengshu/internal/store"
)

// group is one transaction on its way: the closures whose work stands so far.
type group struct {
	w       *writer
	s       *session
	kept    []*request
	afters  []func()
	emitted bool
	current *request // its closure runs
	over    bool     // committed or lost, everybody answered
}

func (w *writer) begin() (*group, error) {
	if w.session == nil {
		s, err := connect(w.db)
		if err != nil {
			return nil, err
		}
		w.session = s
	}
	if err := w.session.begin.run(); err != nil {
		w.reconnect()
		return nil, err
	}
	return &group{w: w, s: w.session}, nil
}

// reconnect drops a connection whose state is in doubt; closing it rolls back.
func (w *writer) reconnect() {
	if w.session != nil {
		_ = w.session.close() // its error was the reason
		w.session = nil
	}
}

// run gives one closure its savepoint and answers it if it fails. It says whether the
// transaction still stands.
func (g *group) run(r *request) bool {
	if !r.taken.CompareAndSwap(false, true) {
		return true
	}
	if err := r.ctx.Err(); err != nil {
		r.done <- err
		return true
	}
	g.current = r
	if err := g.s.savepoint.run(); err != nil {
		g.lose(err)
		return false
	}
	t := &tx{Conn: g.s.conn, s: g.s, now: g.w.now}
	err := perform(r.ctx, r.do, t)
	t.dead = true
	if g.s.raw.AutoCommit() { // SQLite, or the closure, ended the transaction
		g.lose(err)
		return false
	}
	if err != nil {
		return g.undo(err)
	}
	if err := g.s.release.run(); err != nil {
		g.lose(err)
		return false
	}
	g.current = nil
	g.kept = append(g.kept, r)
	g.afters = append(g.afters, t.afters...)
	g.emitted = g.emitted || t.emitted
	return true
}

// undo takes back what the current closure wrote.
func (g *group) undo(why error) bool {
	if err := errors.Join(g.s.undo.run(), g.s.release.run()); err != nil {
		g.lose(errors.Join(why, err))
		return false
	}
	g.current.done <- translate(why, g.w.name)
	g.current = nil
	return true
}

// lose ends a group whose transaction is gone: nobody's work is kept.
func (g *group) lose(why error) {
	if g.over {
		return
	}
	g.over = true
	g.w.reconnect()
	if why == nil {
		why = store.ErrUndone
	}
	why = translate(why, g.w.name)
	others := error(store.ErrUndone.Wrap(why))
	if errors.Is(why, store.ErrFull) || errors.Is(why, store.ErrDisk) {
		others = why
	}
	for _, r := range g.kept {
		r.done <- others
	}
	if g.current != nil {
		g.current.done <- why
	}
}

// abandon answers everybody when a closure left through runtime.Goexit.
func (g *group) abandon() { g.lose(store.ErrPanic.Wrap(errors.New("a closure ended its goroutine"))) }

// commit makes the group durable, then tells everybody.
func (g *group) commit() {
	if g.over {
		return
	}
	if err := g.s.commit.run(); err != nil {
		g.lose(err)
		return
	}
	g.over = true
	for _, f := range g.afters {
		f()
	}
	for _, r := range g.kept {
		r.done <- nil
	}
	if g.emitted {
		g.w.wake()
	}
}
