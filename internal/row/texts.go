package row

import "unsafe"

// Texts is a view of one column of text inside the engine's memory: 16 bytes a value, the
// length in the first four, then twelve bytes inline or four of prefix and a pointer. It is
// valid only during the call that received it.
type Texts struct {
	Values   unsafe.Pointer // n × 16 bytes
	Validity *uint64        // bit i set: value i is there; nil: all are
	keep     [][]byte       // what Values points into, for views made by TextsOf
}

// At gives value i without copying; ok is false for NULL. The bytes must not be kept.
func (t *Texts) At(i int) (b []byte, ok bool) {
	if t.Validity != nil {
		word := *(*uint64)(unsafe.Add(unsafe.Pointer(t.Validity), i/64*8))
		if word&(1<<(i%64)) == 0 {
			return nil, false
		}
	}
	p := unsafe.Add(t.Values, i*16)
	n := *(*uint32)(p)
	if n <= 12 {
		return unsafe.Slice((*byte)(unsafe.Add(p, 4)), n), true
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(p, 8)), n), true
}

// TextsOf lays texts out as the engine does; nil is NULL. For tests and references.
func TextsOf(values []*string) Texts {
	n := len(values)
	mem := make([]uint64, 2*n+1)
	valid := make([]uint64, n/64+1)
	t := Texts{Values: unsafe.Pointer(&mem[0]), Validity: &valid[0]}
	for i, v := range values {
		if v == nil {
			continue
		}
		valid[i/64] |= 1 << (i % 64)
		b := []byte(*v)
		p := unsafe.Add(t.Values, i*16)
		*(*uint32)(p) = uint32(len(b))
		if len(b) <= 12 {
			copy(unsafe.Slice((*byte)(unsafe.Add(p, 4)), 12), b)
			continue
		}
		copy(unsafe.Slice((*byte)(unsafe.Add(p, 4)), 4), b)
		*(**byte)(unsafe.Add(p, 8)) = &b[0]
		t.keep = append(t.keep, b)
	}
	return t
}

// Kernel judges a run of n rows: for every row that breaks the rule it sets bit in out.
// A kernel only adds bits, keeps nothing, and is safe to call from several threads.
type Kernel func(args []Texts, n int, bit uint64, out []uint64)
