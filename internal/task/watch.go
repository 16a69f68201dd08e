package task

import (
	"context"
	"sync"
)

// Update is a task whose state or progress has changed.
type Update struct{ Task }

// Watch gives changes of tasks in this process until ctx ends, and then closes. A slow
// reader misses steps between, never the last of a task.
func (t *Tasks) Watch(ctx context.Context) <-chan Update {
	w := &watcher{latest: map[string]Update{}, news: make(chan struct{}, 1)}
	t.mu.Lock()
	t.watchers[w] = struct{}{}
	t.mu.Unlock()
	out := make(chan Update)
	go func() {
		defer close(out)
		w.pump(ctx, out)
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.watchers, w)
	}()
	return out
}

// publish hands a task to every watcher. It never blocks.
func (t *Tasks) publish(s Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for w := range t.watchers {
		w.put(Update{s})
	}
}

// watcher keeps the latest update of each task until its reader comes.
type watcher struct {
	mu     sync.Mutex
	latest map[string]Update
	order  []string
	news   chan struct{}
}

func (w *watcher) put(u Update) {
	w.mu.Lock()
	if _, waiting := w.latest[u.ID]; !waiting {
		w.order = append(w.order, u.ID)
	}
	w.latest[u.ID] = u
	w.mu.Unlock()
	select {
	case w.news <- struct{}{}:
	default:
	}
}

func (w *watcher) take() (Update, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.order) == 0 {
		return Update{}, false
	}
	id := w.order[0]
	w.order = w.order[1:]
	u := w.latest[id]
	delete(w.latest, id)
	return u, true
}

func (w *watcher) pump(ctx context.Context, out chan<- Update) {
	for {
		u, ok := w.take()
		if !ok {
			select {
			case <-w.news:
				continue
			case <-ctx.Done():
				return
			}
		}
		select {
		case out <- u:
		case <-ctx.Done():
			return
		}
	}
}
