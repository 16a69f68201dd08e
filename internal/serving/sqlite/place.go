package sqlite

import (
	"encoding/binary"
	"errors"

	"github.com/zeebo/xxh3"
)

// A row's place is 64 bits: the first 40 from the hash of its key, the last 24 from the
// hash of its bytes. It is the integer key of the one table, so a look-up is one descent of
// a tree with the widest nodes SQLite has, whatever the key is made of. What shares a place
// lies in one bucket; keys and rows are compared, so that a hash decides nothing.
//
// The rows are kept as a set of bytes with counts, not by where the lake has them: rows
// that leave are found by what they are, so compaction changes nothing here.
const contentBits = 24

type place uint64

func placeOf(key, content uint64) place {
	return place(key>>contentBits<<contentBits | content>>(64-contentBits))
}

// rangeOf gives the first and last place of a key.
func rangeOf(key uint64) (first, last place) {
	return placeOf(key, 0), placeOf(key, ^uint64(0))
}

// rowid keeps the order of places in SQLite's signed integers.
func (p place) rowid() int64 { return int64(p ^ 1<<63) }

func hash(b []byte, seed uint64) uint64 { return xxh3.HashSeed(b, seed) }

// A bucket holds the rows of one place: for each the uvarint of its count, that of its
// length, and its bytes.

var errBucket = errors.New("serving: a bucket cannot be read")

func appendEntry(dst []byte, count uint64, content []byte) []byte {
	dst = binary.AppendUvarint(dst, count)
	dst = binary.AppendUvarint(dst, uint64(len(content)))
	return append(dst, content...)
}

// nextEntry cuts the first entry off a bucket.
func nextEntry(b []byte) (count uint64, content, rest []byte, err error) {
	count, n := binary.Uvarint(b)
	if n <= 0 || count == 0 {
		return 0, nil, nil, errBucket
	}
	b = b[n:]
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return 0, nil, nil, errBucket
	}
	return count, b[n : n+int(size)], b[n+int(size):], nil
}

// errDrift says that the file does not hold what the lake says leaves: it is built anew.
var errDrift = errors.New("serving: the file differs from the lake")

// change gives the bucket after a row came (or left) so many times.
func change(bucket []byte, by int64, content []byte) ([]byte, error) {
	var out []byte
	found := false
	for rest := bucket; len(rest) > 0; {
		count, c, next, err := nextEntry(rest)
		if err != nil {
			return nil, err
		}
		rest = next
		n := int64(count)
		if string(c) == string(content) {
			n, found = n+by, true
		}
		switch {
		case n < 0:
			return nil, errDrift
		case n > 0:
			out = appendEntry(out, uint64(n), c)
		}
	}
	switch {
	case found:
		return out, nil
	case by < 0:
		return nil, errDrift
	}
	return appendEntry(out, uint64(by), content), nil
}
