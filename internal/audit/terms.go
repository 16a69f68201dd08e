package audit

import (
	"sync"
	"time"
)

// blockSize is how many entries the index speaks of at once: for each block it knows the
// values that occur, so a search reads only blocks that may hold what is sought, and the
// index is a hundredth of the chain.
const blockSize = 2048

// sought is what an entry is found by: its time, and the values of its fields; and what it
// is counted by beside these.
type sought struct {
	at      time.Time
	values  [len(fields)]string
	outcome string
	rows    int64
}

// fields only grows, at its end: a block is indexed by as many as there were then.
var fields = [...]string{"action", "actor", "app", "service", "directory", "grant", "target", "office"}

func (e *Entry) sought() sought {
	return sought{e.At.Truncate(time.Microsecond), [...]string{e.Action, e.Actor, e.App, e.Service, e.Directory, e.Grant, e.Target, e.Office}, e.Outcome, e.Rows}
}

// term is a value of a field.
type term struct {
	field int
	value string
}

func (t term) String() string { return fields[t.field] + "=" + t.value }

// block is what the index says of blockSize entries.
type block struct {
	number         int64
	entries        int
	oldest, newest time.Time
	terms          map[term]struct{}
	calls          counts
	last           [len(fields)]string // values of the entry before, which mostly come again
}

func newBlock(number int64) *block {
	return &block{number: number, terms: map[term]struct{}{}, calls: counts{}}
}

func (b *block) add(s *sought) {
	b.entries++
	b.calls.add(s)
	if b.oldest.IsZero() || s.at.Before(b.oldest) {
		b.oldest = s.at
	}
	if s.at.After(b.newest) {
		b.newest = s.at
	}
	for i, v := range s.values {
		if v != b.last[i] {
			b.terms[term{i, v}] = struct{}{}
			b.last[i] = v
		}
	}
}

// mostFresh is how many blocks wait for the index at most; what is dropped is read again.
const mostFresh = 64

// fresh gathers blocks as they become durable, so that the index need not read them.
type fresh struct {
	now   *block // grows; of the writer alone
	mu    sync.Mutex
	whole map[int64]*block
}

// add notes an entry that is durable. Entries come in order.
func (f *fresh) add(seq int64, s *sought) {
	number := (seq - 1) / blockSize
	if f.now == nil || f.now.number != number {
		f.now = newBlock(number)
	}
	f.now.add(s)
	if f.now.entries < blockSize {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.whole == nil || len(f.whole) >= mostFresh {
		f.whole = map[int64]*block{}
	}
	f.whole[number] = f.now
}

// take gives a block that was gathered whole, nil for any other.
func (f *fresh) take(number int64) *block {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.whole[number]
	delete(f.whole, number)
	return b
}
