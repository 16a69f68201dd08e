package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"os"
	"slices"
)

// sorter puts rows that come and go into the order of their places, within a bound of
// memory: it parts them by the first eight bits of their place and, past the bound, spills
// the parts into one file that has no name. Rows that come and go alike cancel out.
type sorter struct {
	dir    string
	bound  int64 // bytes held before they are spilled; a part beyond it is parted again
	shift  uint  // bits of the place that all rows here share
	parts  [256]part
	held   int64
	total  int64 // records
	file   *os.File
	length int64
}

// part is one 256th.
type part struct {
	buf     []byte
	last    int // where the last record begins
	spilled []extent
	size    int64 // of what is spilled
}

type extent struct{ from, length int64 }

// A record is the place, the count by which a row comes (or, negative, goes), the length of
// the row, and its bytes.
const recordHead = 8 + 8 + 4

// defaultBound is what a build or a refresh holds in rows.
const defaultBound = 64 << 20

func newSorter(dir string, bound int64) *sorter {
	if bound <= 0 {
		bound = defaultBound
	}
	return &sorter{dir: dir, bound: bound}
}

// close forgets what was spilled.
func (s *sorter) close() {
	if s.file != nil {
		s.file.Close()
	}
	s.file = nil
}

func (s *sorter) add(p place, by int64, content []byte) error {
	t := &s.parts[p<<s.shift>>56]
	s.total++
	if t.join(p, by, content) {
		return nil
	}
	t.last = len(t.buf)
	t.buf = binary.LittleEndian.AppendUint64(t.buf, uint64(p))
	t.buf = binary.LittleEndian.AppendUint64(t.buf, uint64(by))
	t.buf = binary.LittleEndian.AppendUint32(t.buf, uint32(len(content)))
	t.buf = append(t.buf, content...)
	if s.held += recordHead + int64(len(content)); s.held < s.bound {
		return nil
	}
	return s.spill()
}

// join adds to the last record of the part where that is the same row: a table of equal
// rows stays small.
func (t *part) join(p place, by int64, content []byte) bool {
	if len(t.buf) == 0 {
		return false
	}
	r := t.buf[t.last:]
	if place(binary.LittleEndian.Uint64(r)) != p || !bytes.Equal(r[recordHead:], content) {
		return false
	}
	binary.LittleEndian.PutUint64(r[8:], binary.LittleEndian.Uint64(r[8:])+uint64(by))
	return true
}

// spill writes every part to the file.
func (s *sorter) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "spill-*"+freshEnd)
		if err != nil {
			return err
		}
		s.file = f
		if err := os.Remove(f.Name()); err != nil {
			return err
		}
	}
	for i := range s.parts {
		t := &s.parts[i]
		n := int64(len(t.buf))
		if n == 0 {
			continue
		}
		if _, err := s.file.WriteAt(t.buf, s.length); err != nil {
			return err
		}
		t.spilled = append(t.spilled, extent{s.length, n})
		s.length, t.size = s.length+n, t.size+n
		if t.buf = t.buf[:0]; int64(cap(t.buf)) > s.bound/64 {
			t.buf = nil // most rows fell into this part; others may follow
		}
	}
	s.held = 0
	return nil
}

// run is a stretch of rows in order. Its bytes are the consumer's.
type run struct{ rows []sorted }

type sorted struct {
	place   place
	by      int64
	content []byte
}

// runs gives all rows in order, equal ones added up, part after part. It reads and sorts
// one part ahead of the caller, on another goroutine.
func (s *sorter) runs(ctx context.Context, use func(run) error) error {
	ctx, stop := context.WithCancel(ctx)
	ahead, failed := make(chan run, 1), make(chan error, 1)
	go func() {
		defer close(ahead)
		failed <- s.each(func(r run) error {
			select {
			case ahead <- r:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var err error
	for r := range ahead {
		if err == nil {
			if err = use(r); err != nil {
				stop()
			}
		}
	}
	stop()
	return cmp.Or(err, <-failed)
}

func (s *sorter) each(give func(run) error) error {
	for i := range s.parts {
		t := &s.parts[i]
		if t.size+int64(len(t.buf)) > s.bound && s.shift < 56 {
			if err := s.again(t, give); err != nil {
				return err
			}
			continue
		}
		b, err := s.whole(t)
		if err != nil {
			return err
		}
		if r := inOrder(b); len(r.rows) > 0 {
			if err := give(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole reads a part into memory; the sorter forgets its buffer.
func (s *sorter) whole(t *part) ([]byte, error) {
	if t.size == 0 {
		b := t.buf
		t.buf = nil
		return b, nil
	}
	b := make([]byte, t.size, t.size+int64(len(t.buf)))
	at := int64(0)
	for _, e := range t.spilled {
		if _, err := s.file.ReadAt(b[at:at+e.length], e.from); err != nil {
			return nil, err
		}
		at += e.length
	}
	return append(b, t.buf...), nil
}

// again parts a part that is too large, by the next eight bits.
func (s *sorter) again(t *part, give func(run) error) error {
	next := &sorter{dir: s.dir, bound: s.bound, shift: s.shift + 8}
	defer next.close()
	pass := func(b []byte) error {
		for len(b) > 0 {
			r, rest := cut(b)
			if err := next.add(r.place, r.by, r.content); err != nil {
				return err
			}
			b = rest
		}
		return nil
	}
	for _, e := range t.spilled {
		b := make([]byte, e.length)
		if _, err := s.file.ReadAt(b, e.from); err != nil {
			return err
		}
		if err := pass(b); err != nil {
			return err
		}
	}
	if err := pass(t.buf); err != nil {
		return err
	}
	t.buf = nil
	return next.each(give)
}

func cut(b []byte) (sorted, []byte) {
	end := recordHead + int(binary.LittleEndian.Uint32(b[16:]))
	return sorted{place(binary.LittleEndian.Uint64(b)), int64(binary.LittleEndian.Uint64(b[8:])), b[recordHead:end:end]}, b[end:]
}

// inOrder sorts records and adds equal ones up; those that cancel out are left out.
func inOrder(b []byte) run {
	var all []sorted
	for len(b) > 0 {
		r, rest := cut(b)
		all, b = append(all, r), rest
	}
	slices.SortFunc(all, func(a, b sorted) int {
		if a.place != b.place {
			return cmp.Compare(a.place, b.place)
		}
		return bytes.Compare(a.content, b.content)
	})
	out := all[:0]
	for _, r := range all {
		if n := len(out) - 1; n >= 0 && out[n].place == r.place && bytes.Equal(out[n].content, r.content) {
			out[n].by += r.by
			continue
		}
		out = append(out, r)
	}
	return run{slices.DeleteFunc(out, func(r sorted) bool { return r.by == 0 })}
}
