package source

import "bytes"

// lineWatch looks for a line of text that no dialect could bring within the limit, while it is
// still coming in: a gigabyte without a line end is not worth a gigabyte of disk.
type lineWatch struct {
	limit  int
	text   bool
	begun  bool
	at     int64 // bytes passed
	start  int64 // of the line under way
	breaks [2]int64
}

// pass gives the place of the line that is too long once it is.
func (w *lineWatch) pass(b []byte) *place {
	if !w.begun {
		w.begun = true
		w.text = formatOf(b) == CSV && utf16Order(b) == ""
	}
	if !w.text || w.limit <= 0 {
		return nil
	}
	first, last := len(b), -1
	for i, c := range []byte{'\n', '\r'} {
		if f := bytes.IndexByte(b, c); f >= 0 {
			first, last = min(first, f), max(last, bytes.LastIndexByte(b, c))
		}
		defer func() { w.breaks[i] += int64(bytes.Count(b, []byte{c})) }()
	}
	if w.at+int64(first)-w.start > int64(w.limit) {
		return &place{off: w.start, line: w.line()}
	}
	if last >= 0 {
		w.start = w.at + int64(last) + 1
	}
	w.at += int64(len(b))
	return nil
}

// line is the number of the line under way; CR counts where there is no LF.
func (w *lineWatch) line() int64 {
	if w.breaks[0] > 0 {
		return w.breaks[0] + 1
	}
	return w.breaks[1] + 1
}
