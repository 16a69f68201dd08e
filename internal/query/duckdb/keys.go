package duckdb

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// hashed is a key as it is counted: the part of the keys it lies in, and 64 bits more.
// Among 64 million keys two different ones are taken for the same once in about five
// million loads.
type hashed struct{ part, keep uint64 }

const parts = 512

func hash(key []byte, seed uint64) hashed {
	h := xxh3.Hash128Seed(key, seed)
	return hashed{h.Hi % parts, h.Lo | 1}
}

// key is one rule of uniqueness while it is counted and judged.
type key struct {
	args []int // the arguments that are its parts
	one  bool  // all copies but one are marked, and NULLs are alike
	seed uint64
	dups set // keys that occur more than once
	mu   sync.Mutex
	kept set // with one: keys of which a copy has passed
}

// hash gives the key of row i; ok is false where it is equal to nothing.
func (k *key) hash(texts []row.Texts, i int, buf *[]byte) (hashed, bool) {
	if len(texts) == 1 && !k.one {
		b, ok := cell(&texts[0], i)
		return hash(b, k.seed), ok && len(b) > 0
	}
	*buf = (*buf)[:0]
	for t := range texts {
		b, _ := cell(&texts[t], i)
		if len(b) == 0 && !k.one {
			return hashed{}, false
		}
		*buf = binary.AppendUvarint(*buf, uint64(len(b)))
		*buf = append(*buf, b...)
	}
	return hash(*buf, k.seed), true
}

// kernel marks the copies.
func (k *key) kernel() row.Kernel {
	pool := sync.Pool{New: func() any { return new([]byte) }}
	return func(texts []row.Texts, n int, bit uint64, out []uint64) {
		buf := pool.Get().(*[]byte)
		defer pool.Put(buf)
		for i := range n {
			h, ok := k.hash(texts, i, buf)
			if ok && k.dups.has(h) && (!k.one || k.again(h)) {
				out[i] |= bit
			}
		}
	}
}

// again says whether a copy of the key has passed before.
func (k *key) again(h hashed) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept.add(h)
}

// set is a set of hashed keys, with a filter before it that is small enough for the cache.
// One thread at a time may add; any may ask while nobody adds.
type set struct {
	slots  []uint64 // keep; 0 is free; a power of two
	used   int
	filter []uint64
}

func (s *set) add(h hashed) bool {
	if s.used*2 >= len(s.slots) {
		s.grow()
	}
	keep := h.keep ^ h.part<<1
	i := find(s.slots, keep)
	if s.slots[i] == keep {
		return true
	}
	s.slots[i] = keep
	s.used++
	s.filter[s.bit(keep)/64] |= 1 << (s.bit(keep) % 64)
	return false
}

// bit is a key's place in the filter, which has eight bits a slot.
func (s *set) bit(keep uint64) uint64 { return keep >> 20 & uint64(len(s.filter)*64-1) }

func (s *set) grow() {
	old := s.slots
	s.slots = make([]uint64, max(64, 2*len(old)))
	s.filter = make([]uint64, len(s.slots)/8)
	for _, keep := range old {
		if keep != 0 {
			s.slots[find(s.slots, keep)] = keep
			s.filter[s.bit(keep)/64] |= 1 << (s.bit(keep) % 64)
		}
	}
}

func (s *set) has(h hashed) bool {
	if len(s.slots) == 0 {
		return false
	}
	keep := h.keep ^ h.part<<1
	if s.filter[s.bit(keep)/64]&(1<<(s.bit(keep)%64)) == 0 {
		return false
	}
	return s.slots[find(s.slots, keep)] == keep
}

// find gives the place of a key, or the free one where it belongs.
func find(slots []uint64, keep uint64) int {
	mask := uint64(len(slots) - 1)
	i := keep >> 1 & mask
	for slots[i] != 0 && slots[i] != keep {
		i = (i + 1) & mask
	}
	return int(i)
}

// values is what another table's column holds.
type values struct {
	set  set
	seed uint64
}

// absent marks texts that are not among the values; NULL passes.
func (v *values) absent(texts []row.Texts, n int, bit uint64, out []uint64) {
	for i := range n {
		if b, ok := cell(&texts[0], i); ok && len(b) > 0 && !v.set.has(hash(b, v.seed)) {
			out[i] |= bit
		}
	}
}

// count is the function that sees every row before the load is judged. It only collects
// the keys, by parts; settle then looks at one part after the other, each small enough for
// the cache. There are several passes when there are more keys than may be held at once:
// pass by pass other parts of them.
type count struct {
	keys     []*key
	pass, of uint64
	rows     atomic.Int64
	mu       sync.Mutex
	free     []*collector
	all      []*collector
}

// held is how many keys are held at once: 512 MB.
const held = 64 << 20

func newCount(keys []*key, rows int64) *count {
	return &count{keys: keys, of: uint64(rows*int64(len(keys))/held) + 1}
}

// collector is what one thread collects: per rule and part, blocks of hashes.
type collector struct {
	texts  []row.Texts
	buf    []byte
	blocks [][parts]blocks
}

type blocks struct {
	full [][]uint64
	last []uint64
}

const blockSize = 512

func (b *blocks) add(keep uint64) {
	if len(b.last) == cap(b.last) {
		if b.last != nil {
			b.full = append(b.full, b.last)
		}
		b.last = make([]uint64, 0, blockSize)
	}
	b.last = append(b.last, keep)
}

func (c *count) collector() *collector {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.free); n > 0 {
		t := c.free[n-1]
		c.free = c.free[:n-1]
		return t
	}
	t := &collector{blocks: make([][parts]blocks, len(c.keys))}
	c.all = append(c.all, t)
	return t
}

func (c *count) release(t *collector) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = append(c.free, t)
}

// run gives true for every row, so that the engine has something to count.
func (c *count) run(in []column, n int, out duck.Vector) {
	c.rows.Add(int64(n))
	t := c.collector()
	defer c.release(t)
	for r, k := range c.keys {
		t.texts = t.texts[:0]
		for _, a := range k.args {
			t.texts = append(t.texts, in[a].texts())
		}
		to := &t.blocks[r]
		for i := range n {
			if h, ok := k.hash(t.texts, i, &t.buf); ok && (c.of == 1 || h.part%c.of == c.pass) {
				to[h.part].add(h.keep)
			}
		}
	}
	truth := cells[bool](view(out), n)
	for i := range truth {
		truth[i] = true
	}
}

// settle finds the keys that were collected more than once and forgets the others.
func (c *count) settle() {
	var wait sync.WaitGroup
	for r, k := range c.keys {
		wait.Go(func() { c.settleKey(r, k) })
	}
	wait.Wait()
	c.free, c.all = nil, nil
}

func (c *count) settleKey(r int, k *key) {
	var slots []uint64
	for part := range uint64(parts) {
		n := 0
		for _, t := range c.all {
			b := &t.blocks[r][part]
			n += len(b.full)*blockSize + len(b.last)
		}
		size := 64
		for size < 2*n {
			size *= 2
		}
		if cap(slots) < size {
			slots = make([]uint64, size)
		}
		slots = slots[:size]
		clear(slots)
		for _, t := range c.all {
			b := &t.blocks[r][part]
			for _, block := range append(b.full, b.last) {
				for _, keep := range block {
					if i := find(slots, keep); slots[i] == keep {
						k.dups.add(hashed{part, keep})
					} else {
						slots[i] = keep
					}
				}
			}
			*b = blocks{}
		}
	}
}
