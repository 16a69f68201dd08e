package duckdb

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

const shards = 1 << 14

// keySet is a set of hashed keys that several threads fill. It keeps 63 bits of a hash and
// fourteen more by the shard: among 64 million keys two different ones are taken for the
// same about once in fifty million loads.
type keySet struct {
	seed  uint64
	shard [shards]shard
}

type shard struct {
	mu    sync.Mutex
	slots []uint64 // 0 is free; a power of two
	used  int
}

// hashed is a key as sets know it.
type hashed struct{ where, keep uint64 }

func (s *keySet) hash(key []byte) hashed {
	h := xxh3.Hash128Seed(key, s.seed)
	return hashed{h.Hi % shards, h.Lo | 1<<63}
}

// add puts a key in and says whether it was there.
func (s *keySet) add(k hashed) bool {
	sh := &s.shard[k.where]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.used*4 >= len(sh.slots)*3 {
		sh.grow()
	}
	i := find(sh.slots, k.keep)
	if sh.slots[i] == k.keep {
		return true
	}
	sh.slots[i] = k.keep
	sh.used++
	return false
}

func (sh *shard) grow() {
	old := sh.slots
	sh.slots = make([]uint64, max(8, 2*len(old)))
	for _, keep := range old {
		if keep != 0 {
			sh.slots[find(sh.slots, keep)] = keep
		}
	}
}

// has says whether a key is there; nobody may be adding.
func (s *keySet) has(k hashed) bool {
	slots := s.shard[k.where].slots
	return len(slots) > 0 && slots[find(slots, k.keep)] == k.keep
}

// find gives the place of a key, or the free one where it belongs.
func find(slots []uint64, keep uint64) int {
	mask := uint64(len(slots) - 1)
	i := keep & mask
	for slots[i] != 0 && slots[i] != keep {
		i = (i + 1) & mask
	}
	return int(i)
}

// key is one rule of uniqueness while it is counted and judged.
type key struct {
	args []int // the arguments that are its parts
	one  bool  // all copies but one are marked, and NULLs are alike
	all  *keySet
	dups *keySet // keys that occur more than once
	kept *keySet // with one: keys of which a copy has passed
}

// hash gives the key of row i; ok is false where it is equal to nothing.
func (k *key) hash(texts []row.Texts, i int, buf *[]byte) (hashed, bool) {
	if len(texts) == 1 && !k.one {
		b, ok := cell(&texts[0], i)
		return k.all.hash(b), ok && len(b) > 0
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
	return k.all.hash(*buf), true
}

// count is the function that sees every row before the load is judged. Keys are counted in
// several passes when there are too many to be held at once: pass by pass another part of
// them.
type count struct {
	keys     []*key
	pass, of uint64
	rows     atomic.Int64
	scratch  sync.Pool
}

// held is how many keys are held at once: about 700 MB.
const held = 64 << 20

func newCount(keys []*key, rows int64) *count {
	c := &count{keys: keys, of: uint64(rows*int64(len(keys))/held) + 1}
	c.scratch.New = func() any { return &countScratch{} }
	return c
}

type countScratch struct {
	texts []row.Texts
	buf   []byte
}

// run gives true for every row, so that the engine has something to count.
func (c *count) run(in []column, n int, out duck.Vector) {
	c.rows.Add(int64(n))
	s := c.scratch.Get().(*countScratch)
	defer c.scratch.Put(s)
	for _, k := range c.keys {
		s.texts = s.texts[:0]
		for _, a := range k.args {
			s.texts = append(s.texts, textsOf(in, a))
		}
		for i := range n {
			h, ok := k.hash(s.texts, i, &s.buf)
			if ok && h.where%c.of == c.pass && k.all.add(h) {
				k.dups.add(h)
			}
		}
	}
	truth := cells[bool](view(out), n)
	for i := range truth {
		truth[i] = true
	}
}

// kernel marks the copies.
func (k *key) kernel() row.Kernel {
	pool := sync.Pool{New: func() any { return new([]byte) }}
	return func(texts []row.Texts, n int, bit uint64, out []uint64) {
		buf := pool.Get().(*[]byte)
		defer pool.Put(buf)
		for i := range n {
			h, ok := k.hash(texts, i, buf)
			if ok && k.dups.has(h) && (!k.one || k.kept.add(h)) {
				out[i] |= bit
			}
		}
	}
}

// absent marks texts that are not in the set; NULL passes.
func (s *keySet) absent(texts []row.Texts, n int, bit uint64, out []uint64) {
	for i := range n {
		if b, ok := cell(&texts[0], i); ok && len(b) > 0 && !s.has(s.hash(b)) {
			out[i] |= bit
		}
	}
}

// textsOf is argument a as texts; −1 is a column that the file does not have.
func textsOf(in []column, a int) row.Texts {
	if a < 0 {
		return row.Texts{}
	}
	return in[a].texts()
}
