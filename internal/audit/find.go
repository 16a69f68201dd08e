package audit

import (
	"bytes"
	"context"
	"io"
	"sort"
)

// place is where a batch begins in a segment, with the bytes from there on.
type place struct {
	segment segment
	offset  int64
	data    []byte
}

// near is how much of a segment is read when the batch is known to be in it.
const near = 256 << 10

// locate finds the segment with an entry and its bytes from the batch on. Within the
// segment it halves the way to the batch by the headers it meets: there is no index to
// keep and little to read.
func (a *Audit) locate(seq int64) (place, error) {
	a.mu.RLock()
	segments, end, last := a.segments, a.end, a.now.seq
	a.mu.RUnlock()
	if seq < 1 || seq > last {
		return place{}, ErrMissing.At("%d", seq)
	}
	i := sort.Search(len(segments), func(i int) bool { return segments[i].first > seq }) - 1
	if i < 0 {
		return place{}, ErrMissing.At("%d", seq)
	}
	p := place{segment: segments[i]}
	f, size, err := a.openAt(i, p.segment)
	if err != nil {
		return p, err
	}
	defer f.Close()
	if i < len(segments)-1 {
		end = size
	}
	lo, hi := int64(0), end
	for hi-lo > near {
		mid := (lo + hi) / 2
		h, behind, ok := headerAfter(f, mid, end)
		switch {
		case ok && h.First+h.Count <= seq:
			lo = behind
		default:
			hi = mid
		}
		if ok && h.First <= seq && seq < h.First+h.Count {
			break
		}
	}
	p.offset = lo
	p.data = make([]byte, min(end, hi+2*maxBytes)-lo)
	if n, err := f.ReadAt(p.data, lo); err != nil && err != io.EOF {
		return p, err
	} else {
		p.data = p.data[:n]
	}
	return p, nil
}

// openAt opens a segment, which may have been archived since it was looked up.
func (a *Audit) openAt(i int, s segment) (readable, int64, error) {
	f, size, err := openSegment(s.path)
	if err == nil {
		return f, size, nil
	}
	a.mu.RLock()
	s = a.segments[i]
	a.mu.RUnlock()
	if f, size, err = openSegment(s.path); err != nil && s.moved != nil {
		return nil, 0, ErrAway.At("%s", s.moved.Where)
	}
	return f, size, err
}

// headerAfter is the first whole batch header behind a place.
func headerAfter(f io.ReaderAt, at, end int64) (h header, behind int64, ok bool) {
	buf := make([]byte, 0, near)
	for from := at; from < end; {
		n := min(end-from, near)
		buf = append(buf, make([]byte, n)...)
		m, _ := f.ReadAt(buf[len(buf)-int(n):], from)
		buf, from = buf[:len(buf)-int(n)+m], from+int64(m)
		if i := bytes.Index(buf, []byte("\nb ")); i >= 0 {
			if j := bytes.IndexByte(buf[i+1:], '\n'); j >= 0 {
				text, _, good := splitHeader(buf[i+1 : i+1+j])
				if good {
					h, good = parseHeader(text)
				}
				return h, at + int64(i+1+j+1), good
			}
		}
		if m == 0 {
			break
		}
	}
	return h, 0, false
}

// lines goes over the batches of a place: entries of one, then its header. do says whether
// to go on.
func (p *place) batches(do func(entries [][]byte, h header, line []byte) bool) {
	data := p.data
	if bytes.HasPrefix(data, []byte("s ")) {
		data = data[bytes.IndexByte(data, '\n')+1:]
	}
	var entries [][]byte
	for {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return
		}
		line := data[:end]
		data = data[end+1:]
		if len(line) > entryAt && line[0] == 'e' {
			entries = append(entries, line[entryAt:])
			continue
		}
		text, _, ok := splitHeader(line)
		if !ok {
			return
		}
		h, ok := parseHeader(text)
		if !ok || !do(entries, h, line) {
			return
		}
		entries = entries[:0]
	}
}

// Entry reads one entry.
func (a *Audit) Entry(ctx context.Context, seq int64) (e Entry, err error) {
	r, err := a.Receipt(ctx, seq)
	if err != nil {
		return e, err
	}
	return parse([]byte(r.Entry))
}
