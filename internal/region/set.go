package region

import "encoding/binary"

// codeSet is every code that exists. Streets and what is above them stand in an open
// addressing table by their first nine digits; a street points to the last three digits of
// its communities. That is 2 MB in place of the 8 MB of a flat table, so that look-ups
// spread over the country stay near the processor.
type codeSet struct {
	slots []slot
	tails []uint16 // per street: how many, then the last three digits in ascending order
	size  int
}

type slot struct{ head, tails uint32 } // head 0: empty; tails 0: no communities

// slotBits makes 2^17 places for about 45,000 heads.
const slotBits = 17

func readCodes(data []byte) *codeSet {
	next := func() uint64 {
		n, w := binary.Uvarint(data)
		if w <= 0 {
			panic("region: communities.bin is cut short")
		}
		data = data[w:]
		return n
	}
	s := &codeSet{slots: make([]slot, 1<<slotBits), tails: make([]uint16, 1, 700_000)}
	var street uint32
	for n := next(); n > 0; n-- {
		street += uint32(next())
		s.add(street, uint32(len(s.tails)))
		count := next()
		s.tails = append(s.tails, uint16(count))
		s.size += int(count)
		var tail uint16
		for ; count > 0; count-- {
			tail += uint16(next())
			s.tails = append(s.tails, tail)
		}
		// Ascending order makes repeats of the levels above adjacent: add refuses them cheaply.
		s.add(street/1000*1000, 0)
		s.add(street/100_000*100_000, 0)
		s.add(street/10_000_000*10_000_000, 0)
	}
	return s
}

func (s *codeSet) add(head, tails uint32) {
	i := place(head)
	for s.slots[i].head != 0 {
		if s.slots[i].head == head {
			return
		}
		i = (i + 1) & (1<<slotBits - 1)
	}
	s.slots[i] = slot{head, tails}
}

func place(head uint32) uint32 { return head * 2654435769 >> (32 - slotBits) }

func (s *codeSet) find(head uint32) (slot, bool) {
	for i := place(head); ; i = (i + 1) & (1<<slotBits - 1) {
		switch s.slots[i].head {
		case head:
			return s.slots[i], true
		case 0:
			return slot{}, false
		}
	}
}

// has reports whether the street in that slot has a community with these last digits.
func (s *codeSet) has(at uint32, tail uint16) bool {
	if at == 0 {
		return false
	}
	list := s.tails[at+1 : at+1+uint32(s.tails[at])]
	for len(list) > 0 {
		m := len(list) / 2
		switch {
		case list[m] == tail:
			return true
		case list[m] < tail:
			list = list[m+1:]
		default:
			list = list[:m]
		}
	}
	return false
}

// Region reports the level of an existing code of 6, 9 or 12 digits, or of a grid's length:
// no list of grids exists, so a grid counts as existing when its community does and its own
// digits are not all zero. It allocates nothing and may be called from several threads: the
// region rule asks it for every row.
func (b *Book) Region(code []byte) (level string, ok bool) {
	if len(code) == b.form.grid() {
		level, ok := b.Region(code[:12])
		if !ok || level != string(Community) || !numbered(code[12:]) {
			return "", false
		}
		return string(Grid), true
	}
	head, tail, ok := split(code)
	if !ok || head == 0 {
		return "", false
	}
	s := b.codes()
	at, ok := s.find(head)
	switch {
	case !ok || tail != 0 && !s.has(at.tails, tail):
		return "", false
	case tail != 0:
		return string(Community), true
	case head%1000 != 0:
		return string(Street), true
	case head%100_000 != 0:
		return string(District), true
	case head%10_000_000 != 0:
		return string(City), true
	default:
		return string(Province), true
	}
}

// Communities is how many communities the list holds.
func (b *Book) Communities() int { return b.codes().size }

// numbered reports whether all are digits and one of them is not zero.
func numbered(tail []byte) bool {
	some := false
	for _, c := range tail {
		if c-'0' > 9 {
			return false
		}
		some = some || c != '0'
	}
	return some
}

// split reads the first nine and the last three digits, missing ones being zero.
func split(code []byte) (head uint32, tail uint16, ok bool) {
	n := len(code)
	if n != 6 && n != 9 && n != 12 {
		return 0, 0, false
	}
	for i, c := range code {
		d := c - '0'
		if d > 9 {
			return 0, 0, false
		}
		if i < 9 {
			head = head*10 + uint32(d)
		} else {
			tail = tail*10 + uint16(d)
		}
	}
	if n == 6 {
		head *= 1000
	}
	return head, tail, true
}
