package audit

import (
	"hash"

	"github.com/chengshu/chengshu/internal/gm"
)

// What is hashed says by its first byte what it is, so that none passes for another.
const (
	leafMark  = 0x00 // leaf:  SM3(00 ‖ leaf before ‖ entry)
	nodeMark  = 0x01 // node:  SM3(01 ‖ left ‖ right), the tree of RFC 6962
	batchMark = 0x02 // batch: SM3(02 ‖ its line)
)

// hasher makes the chain's hashes without allocating. One goroutine uses it.
type hasher struct {
	h    hash.Hash
	buf  [1 + 2*gm.Size]byte
	tree []gm.Digest
}

func newHasher() *hasher { return &hasher{h: gm.New3()} }

func (h *hasher) leaf(before *gm.Digest, entry []byte) (d gm.Digest) {
	h.buf[0] = leafMark
	copy(h.buf[1:], before[:])
	h.h.Reset()
	h.h.Write(h.buf[:1+gm.Size])
	h.h.Write(entry)
	h.h.Sum(d[:0])
	return d
}

func (h *hasher) node(left, right *gm.Digest) (d gm.Digest) {
	h.buf[0] = nodeMark
	copy(h.buf[1:], left[:])
	copy(h.buf[1+gm.Size:], right[:])
	h.h.Reset()
	h.h.Write(h.buf[:])
	h.h.Sum(d[:0])
	return d
}

func (h *hasher) batch(line []byte) (d gm.Digest) {
	h.buf[0] = batchMark
	h.h.Reset()
	h.h.Write(h.buf[:1])
	h.h.Write(line)
	h.h.Sum(d[:0])
	return d
}

// root of the tree over at least one leaf. Pairs are joined level by level and an odd one
// is carried up, which gives RFC 6962's shape.
func (h *hasher) root(leaves []gm.Digest) gm.Digest {
	h.tree = append(h.tree[:0], leaves...)
	for level := h.tree; len(level) > 1; {
		n := 0
		for i := 0; i < len(level); i += 2 {
			if i+1 < len(level) {
				level[n] = h.node(&level[i], &level[i+1])
			} else {
				level[n] = level[i]
			}
			n++
		}
		level = level[:n]
	}
	return h.tree[0]
}

// path is what joins a leaf to the root, from the leaf up.
func (h *hasher) path(leaves []gm.Digest, index int) (path []gm.Digest) {
	level := append([]gm.Digest(nil), leaves...)
	for ; len(level) > 1; index /= 2 {
		if other := index ^ 1; other < len(level) {
			path = append(path, level[other])
		}
		n := 0
		for i := 0; i < len(level); i += 2 {
			if i+1 < len(level) {
				level[n] = h.node(&level[i], &level[i+1])
			} else {
				level[n] = level[i]
			}
			n++
		}
		level = level[:n]
	}
	return path
}

// climb joins a leaf to the root by its path; false when the path does not fit.
func (h *hasher) climb(leaf gm.Digest, index, count int64, path []gm.Digest) (gm.Digest, bool) {
	if index < 0 || index >= count {
		return leaf, false
	}
	for ; count > 1; index, count = index/2, (count+1)/2 {
		if index^1 >= count {
			continue
		}
		if len(path) == 0 {
			return leaf, false
		}
		if index%2 == 0 {
			leaf = h.node(&leaf, &path[0])
		} else {
			leaf = h.node(&path[0], &leaf)
		}
		path = path[1:]
	}
	return leaf, len(path) == 0
}
