package duckdb

import (
	"math/bits"
	"strconv"
	"sync"
	"sync/atomic"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// judge is the one function that decides a row. It runs the kernels over the texts, adds
// the bits of the conditions that the engine computed, says whether the row is bad, and
// puts the raw texts of bad rows aside. It gives a struct: the words, bad.
type judge struct {
	words   int
	reject  []uint64 // per word
	kernels []kernel
	conds   []cond
	raw     []int // per item the argument that is its raw text
	samples *sampler
	aside   *aside
	rows    atomic.Int64 // rows seen
	scratch sync.Pool
}

// kernel is a check with its place and the arguments it reads.
type kernel struct {
	run  row.Kernel
	args []int
	word int
	bit  uint64
}

// cond is a check that the engine computed: argument arg is true where it is broken.
type cond struct {
	arg  int
	word int
	bit  uint64
}

type scratch struct {
	texts []row.Texts
	words [][]uint64
}

func newJudge(words int, reject []int64, samples *sampler, aside *aside) *judge {
	j := &judge{words: words, reject: make([]uint64, words), samples: samples, aside: aside}
	for i, m := range reject {
		j.reject[i] = uint64(m)
	}
	j.scratch.New = func() any { return &scratch{words: make([][]uint64, words)} }
	return j
}

// result is the type of the judgement.
func (j *judge) result() duck.LogicalType {
	big, flag := duck.CreateLogicalType(duck.TypeBigInt), duck.CreateLogicalType(duck.TypeBoolean)
	defer duck.DestroyLogicalType(&big)
	defer duck.DestroyLogicalType(&flag)
	var types []duck.LogicalType
	var names []string
	for w := range j.words {
		types, names = append(types, big), append(names, "w"+strconv.Itoa(w))
	}
	return duck.CreateStructType(append(types, flag), append(names, "bad"))
}

func (j *judge) run(in []column, n int, out duck.Vector) {
	j.rows.Add(int64(n))
	s := j.scratch.Get().(*scratch)
	defer j.scratch.Put(s)
	for w := range j.words {
		s.words[w] = cells[uint64](view(duck.StructVectorGetChild(out, duck.IdxT(w))), n)
		clear(s.words[w])
	}
	for _, k := range j.kernels {
		s.texts = s.texts[:0]
		for _, a := range k.args {
			s.texts = append(s.texts, in[a].texts())
		}
		k.run(s.texts, n, k.bit, s.words[k.word])
	}
	for _, c := range j.conds {
		c.add(in[c.arg], s.words[c.word])
	}
	bad := cells[bool](view(duck.StructVectorGetChild(out, duck.IdxT(j.words))), n)
	count := j.flag(s.words, bad)
	s.texts = s.texts[:0]
	for _, a := range j.raw {
		s.texts = append(s.texts, in[a].texts())
	}
	j.samples.look(s.words, s.texts, n)
	if count > 0 {
		j.aside.put(bad, count, s.texts, s.words)
	}
}

// add sets the bit where the condition is true; NULL is not broken.
func (c cond) add(in column, out []uint64) {
	truth := cells[uint8](in, len(out))
	if in.valid == nil {
		for i, b := range truth {
			out[i] |= c.bit * uint64(b&1)
		}
		return
	}
	for i, b := range truth {
		if b != 0 && !in.null(i) {
			out[i] |= c.bit
		}
	}
}

func (j *judge) flag(words [][]uint64, bad []bool) (count int) {
	for i := range bad {
		broken := uint64(0)
		for w := range words {
			broken |= words[w][i] & j.reject[w]
		}
		bad[i] = broken != 0
		count += int((broken | -broken) >> 63)
	}
	return count
}

func cell(t *row.Texts, i int) ([]byte, bool) {
	if t.Values == nil {
		return nil, false
	}
	return t.At(i)
}

// place turns a bit's number into its word and mask.
func place(bit int) (word int, mask uint64) {
	return bit / query.Places, bits.RotateLeft64(1, bit%query.Places)
}
