package ledger

import (
	"context"
	"fmt"
	"sync"
)

// offices remembers the offices that are there. None goes, so that a name that was found
// need not be asked for again.
type offices struct {
	mu     sync.RWMutex
	titles map[string]string // by name
	names  map[string]string // by title
}

func (o *offices) title(name string) (string, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	t, ok := o.titles[name]
	return t, ok
}

func (o *offices) name(title string) (string, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	n, ok := o.names[title]
	return n, ok
}

func (l *Ledger) learnOffices(ctx context.Context) error {
	titles, err := l.opt.Offices(ctx)
	if err != nil {
		return fmt.Errorf("ledger: offices: %w", err)
	}
	names := make(map[string]string, len(titles))
	for n, t := range titles {
		names[t] = n
	}
	l.offices.mu.Lock()
	defer l.offices.mu.Unlock()
	l.offices.titles, l.offices.names = titles, names
	return nil
}

// knownOffice says whether an office is there.
func (l *Ledger) knownOffice(ctx context.Context, name string) (bool, error) {
	if l.opt.Offices == nil {
		return true, nil
	}
	if _, ok := l.offices.title(name); ok {
		return true, nil
	}
	if err := l.learnOffices(ctx); err != nil {
		return false, err
	}
	_, ok := l.offices.title(name)
	return ok, nil
}

// OfficeTitle is the title of an office, its name where it has none.
func (l *Ledger) OfficeTitle(ctx context.Context, name string) string {
	if ok, err := l.knownOffice(ctx, name); err != nil || !ok || l.opt.Offices == nil {
		return name
	}
	t, _ := l.offices.title(name)
	return t
}
