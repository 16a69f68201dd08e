package region

import (
	"math"
	"strconv"
)

// divisionTable is the history of codes at county level and above: an open addressing table
// by code, one slot a span of years.
type divisionTable struct {
	slots []span
	names map[string]string // the latest name
	last  int               // the last year in which anything changed
}

// span is the years a code was in force, both ends included.
type span struct {
	code     uint32
	from, to int16
}

const spanBits = 14

func readDivisions(text string) *divisionTable {
	t := &divisionTable{slots: make([]span, 1<<spanBits), names: map[string]string{}}
	latest := map[string]int16{}
	for _, rec := range records(text) {
		s := span{code: uint32(year(rec[0], 0)), from: int16(year(rec[2], 0)), to: int16(year(rec[3], math.MaxInt16))}
		t.last = max(t.last, year(rec[2], 0), year(rec[3], 0))
		if s.to >= latest[rec[0]] {
			latest[rec[0]], t.names[rec[0]] = s.to, rec[1]
		}
		i := spanPlace(s.code)
		for t.slots[i].code != 0 {
			i = (i + 1) & (1<<spanBits - 1)
		}
		t.slots[i] = s
	}
	return t
}

func year(s string, open int) int {
	if s == "" {
		return open
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("region: divisions_history.csv: " + err.Error())
	}
	return n
}

func spanPlace(code uint32) uint32 { return code * 2654435769 >> (32 - spanBits) }

// until is the last year in which the code was in force, looking at spans that begin by
// `by`; 0 where there is none.
func (t *divisionTable) until(code uint32, by int) (last int) {
	for i := spanPlace(code); t.slots[i].code != 0; i = (i + 1) & (1<<spanBits - 1) {
		s := t.slots[i]
		if s.code == code && int(s.from) <= by && int(s.to) >= last {
			last = int(s.to)
		}
	}
	return last
}

// Division reports whether a citizen id (GB 11643) of somebody born in that year may begin
// with these six digits: the code was in force then or at some time since. The number keeps
// the division of the day it was issued, which is the birth or later: nobody born before
// 1984 got one at birth, and late registrations never ceased. A code abolished before the
// birth does not do. The data ends about 2021; later years are judged as its last.
func (b *Book) Division(six []byte, year int) bool {
	code, ok := sixDigits(six)
	if !ok {
		return false
	}
	t := b.divisions()
	last := t.until(code, math.MaxInt16)
	return last != 0 && last >= min(year, t.last)
}

// InForce reports whether the code was a division in that very year.
func (b *Book) InForce(six []byte, year int) bool {
	code, ok := sixDigits(six)
	if !ok {
		return false
	}
	t := b.divisions()
	year = min(year, t.last)
	last := t.until(code, year)
	return last != 0 && last >= year
}

func sixDigits(six []byte) (uint32, bool) {
	if len(six) != 6 {
		return 0, false
	}
	head, _, ok := split(six)
	return head / 1000, ok && head != 0
}
