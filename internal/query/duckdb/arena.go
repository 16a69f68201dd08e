package duckdb

import (
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// arena fills a vector of texts. The engine copies one long text per call; the arena hands
// it all long ones at once and then points into that copy, so a whole vector costs one call
// instead of one a value.
type arena struct {
	values []textCell
	long   []byte
	spots  []int // where in long the i-th long value begins, in order of ats
	ats    []int
}

// textCell is the engine's layout of a text: up to twelve bytes inline, else a prefix of
// four and a pointer into memory of the vector.
type textCell struct {
	length uint32
	inline [12]byte
}

func (a *arena) begin(values []textCell) {
	a.values, a.long, a.spots, a.ats = values, a.long[:0], a.spots[:0], a.ats[:0]
}

func (a *arena) set(i int, b []byte) {
	c := &a.values[i]
	c.length = uint32(len(b))
	c.inline = [12]byte{}
	if len(b) <= 12 {
		copy(c.inline[:], b)
		return
	}
	copy(c.inline[:4], b)
	a.spots, a.ats = append(a.spots, len(a.long)), append(a.ats, i)
	a.long = append(a.long, b...)
}

// end gives the long texts to the vector; v must be the one whose values begin was given.
func (a *arena) end(v duck.Vector) {
	if len(a.ats) == 0 {
		return
	}
	first := a.ats[0]
	keep := a.values[first]
	duck.UnsafeVectorAssignStringElementLen(v, duck.IdxT(first), a.long)
	base := *(*uintptr)(unsafe.Pointer(&a.values[first].inline[4]))
	a.values[first] = keep
	for k, i := range a.ats {
		*(*uintptr)(unsafe.Pointer(&a.values[i].inline[4])) = base + uintptr(a.spots[k])
	}
}
