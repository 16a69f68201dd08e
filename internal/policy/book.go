package policy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
)

// book is what this process knows of the grants that stand, for asking at every call. A
// grant that has ended never comes back, in whatever order its news arrive.
type book struct {
	mu       sync.RWMutex
	live     map[slot][]Grant // by directory and grantee, the newest first; slices are replaced, never changed
	ended    map[string]bool
	watchers map[int]func(Grant)
	next     int
	turn     atomic.Uint64
}

type slot struct {
	directory string
	grantee   Grantee
}

func newBook() *book {
	return &book{live: map[slot][]Grant{}, ended: map[string]bool{}, watchers: map[int]func(Grant){}}
}

// put takes a grant as it is now.
func (b *book) put(g Grant) {
	b.mu.Lock()
	k := slot{g.Directory, g.Grantee}
	if b.ended[g.ID] {
		b.mu.Unlock()
		return
	}
	old := b.live[k]
	known := slices.ContainsFunc(old, func(o Grant) bool { return o.ID == g.ID })
	if g.State == Active && known {
		b.mu.Unlock()
		return
	}
	list := slices.DeleteFunc(slices.Clone(old), func(o Grant) bool { return o.ID == g.ID })
	if g.State == Active {
		list = append(list, g)
		slices.SortFunc(list, func(x, y Grant) int { return strings.Compare(y.ID, x.ID) })
	} else {
		b.ended[g.ID] = true
	}
	if b.live[k] = list; len(list) == 0 {
		delete(b.live, k)
	}
	b.turn.Add(1)
	var watchers []func(Grant)
	for _, w := range b.watchers {
		watchers = append(watchers, w)
	}
	b.mu.Unlock()
	for _, w := range watchers {
		w(g)
	}
}

// For gives the standing grants of a directory to an application: its own before its
// office's, the newest first. Whether one is live at a time, Compile and Live say. It asks
// no store and is meant for every call.
func (g *Grants) For(directory, app, office string) []Grant {
	g.book.mu.RLock()
	defer g.book.mu.RUnlock()
	own := g.book.live[slot{directory, Grantee{ToApp, app}}]
	offices := g.book.live[slot{directory, Grantee{ToOffice, office}}]
	if len(offices) == 0 {
		return own[:len(own):len(own)]
	}
	return slices.Concat(own, offices)
}

// Turn grows with every change of a grant that this process learns of: what was compiled
// at another turn may stand no longer.
func (g *Grants) Turn() uint64 { return g.book.turn.Load() }

// Watch calls f with every grant that is made or ends, before the change's caller gets its
// answer; f must be quick and never writes. stop ends it.
func (g *Grants) Watch(f func(Grant)) (stop func()) {
	b := g.book
	b.mu.Lock()
	defer b.mu.Unlock()
	id := b.next
	b.next++
	b.watchers[id] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, id)
	}
}

// Follow is the consumer by which a node learns what other nodes did to grants.
func (g *Grants) Follow(node string) store.Consumer {
	return store.Consumer{
		Name:  "policy." + node,
		Kinds: []event.Kind{event.GrantMade, event.GrantRevoked, event.GrantExpired},
		Handle: func(ctx context.Context, e event.Event) (store.Writes, error) {
			gr, err := g.Get(ctx, e.Key)
			if errors.Is(err, ErrMissing) {
				return nil, nil
			}
			if err == nil {
				g.book.put(gr)
			}
			return nil, err
		},
	}
}
