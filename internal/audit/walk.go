package audit

import (
	"bytes"
	"crypto/ecdsa"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// Flaw is the first thing that is wrong with a chain.
type Flaw struct {
	Seq     int64      `json:"seq"`     // first entry that is wrong or missing
	Segment string     `json:"segment"` // its file
	Offset  int64      `json:"offset"`  // in it, of the line that does not fit
	Code    string     `json:"code"`    // changed, order, batch, chain, signature, key, missing, line, head
	What    fault.Text `json:"what"`
}

func flaw(seq int64, at int, code, zh, en string, args ...any) *Flaw {
	return &Flaw{Seq: seq, Offset: int64(at), Code: code, What: fault.T(zh, en, args...)}
}

// walker goes over batches and proves that each continues the chain.
type walker struct {
	chain  string
	key    func(id string) *ecdsa.PublicKey
	hash   *hasher
	roots  bool // prove the trees as well
	leaves []gm.Digest
	spans  [][]byte // JSON of the batch's entries
	opened []byte
	h      header // of the last batch
	text   []byte // its signed bytes
	sig    []byte
}

func newWalker(chain string, key func(string) *ecdsa.PublicKey) *walker {
	return &walker{chain: chain, key: key, hash: newHasher(), roots: true}
}

// next proves one batch that begins at data[at] and continues from, without its signature.
// It gives the place behind it. see is told the JSON of each entry of a batch that holds; it may be nil.
func (w *walker) next(data []byte, at int, from state, see func(entry []byte)) (int, state, *Flaw) {
	w.leaves, w.spans = w.leaves[:0], w.spans[:0]
	to := from
	for {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			seq := to.seq + 1
			if bytes.HasPrefix(data[at:], []byte("b ")) {
				seq = from.seq + 1
			}
			return at, from, flaw(seq, at, "line", "行不完整", "the line has no end")
		}
		line := data[at : at+end]
		if len(line) > entryAt && line[0] == 'e' && line[1] == ' ' {
			if f := w.entry(line, &to, at); f != nil {
				return at, from, f
			}
			if see != nil {
				w.spans = append(w.spans, line[entryAt:])
			}
			at += end + 1
			continue
		}
		if f := w.header(line, from, &to, at); f != nil {
			return at, from, f
		}
		for _, e := range w.spans {
			see(e)
		}
		return at + end + 1, to, nil
	}
}

func (w *walker) entry(line []byte, to *state, at int) *Flaw {
	seq := to.seq + 1
	w.opened = opening(w.opened[:0], seq)
	leaf := w.hash.leaf(&to.leaf, line[entryAt:])
	var want [checkChars]byte
	check(want[:], &leaf)
	if !bytes.Equal(want[:], line[2:2+checkChars]) || line[entryAt-1] != ' ' {
		var other struct{ Seq int64 }
		if e, err := parse(line[entryAt:]); err == nil {
			other.Seq = e.Seq
		}
		if other.Seq != 0 && other.Seq != seq {
			return flaw(seq, at, "order", "此处应为第 %d 条，却是第 %d 条", "entry %d should stand here, there is %d", seq, other.Seq)
		}
		return flaw(seq, at, "changed", "第 %d 条记录的内容与其散列不符", "entry %d does not match its hash", seq)
	}
	if !bytes.HasPrefix(line[entryAt:], w.opened) {
		return flaw(seq, at, "order", "此处应为第 %d 条记录", "entry %d should stand here", seq)
	}
	to.seq, to.leaf = seq, leaf
	w.leaves = append(w.leaves, leaf)
	return nil
}

func (w *walker) header(line []byte, from state, to *state, at int) *Flaw {
	next := to.seq + 1
	text, sig, ok := splitHeader(line)
	if !ok {
		return flaw(next, at, "line", "第 %d 条处的行无法识别", "the line where entry %d should stand cannot be read", next)
	}
	h, ok := parseHeader(text)
	first := from.seq + 1
	switch {
	case !ok || h.V != formatVersion || h.Chain != w.chain:
		return flaw(first, at, "batch", "自第 %d 条起的批次头被改动", "the header of the batch from entry %d was changed", first)
	case h.First > next || h.First == next && len(w.leaves) == 0 && h.First != first:
		return flaw(next, at, "missing", "第 %d 条起有记录缺失", "entries are missing from %d on", next)
	case h.First == first && h.Count > int64(len(w.leaves)):
		return flaw(next, at, "missing", "第 %d 条起有记录缺失", "entries are missing from %d on", next)
	case h.First != first || h.Count != int64(len(w.leaves)):
		return flaw(first, at, "batch", "自第 %d 条起的批次与其批次头不符", "the batch from entry %d does not match its header", first)
	case !bytes.Equal(h.Leaf, from.leaf[:]) || !bytes.Equal(h.Prev, from.batch[:]):
		return flaw(first, at, "chain", "自第 %d 条起的批次与前一批次不衔接", "the batch from entry %d does not continue the one before", first)
	}
	if w.roots {
		if root := w.hash.root(w.leaves); !bytes.Equal(h.Root, root[:]) {
			return flaw(first, at, "batch", "自第 %d 条起的批次与其根散列不符", "the batch from entry %d does not match its root", first)
		}
	}
	if w.key(h.Key) == nil {
		return flaw(first, at, "key", "自第 %d 条起的批次由未知密钥 %s 签名", "the batch from entry %d is signed by the unknown key %s", first, h.Key)
	}
	w.h, w.text, w.sig = h, text, sig
	to.batch = w.hash.batch(line)
	return nil
}

// signed proves the signature of the batch that next saw last.
func (w *walker) signed(at int) *Flaw {
	if gm.Verify(w.key(w.h.Key), w.text, w.sig) {
		return nil
	}
	return flaw(w.h.First, at, "signature", "自第 %d 条起的批次签名无效", "the signature of the batch from entry %d does not hold", w.h.First)
}

// torn tells whether what stands behind the last good batch is the rest of one write that
// a crash stopped: it lacks its end, or pages of it are still zero. A whole batch that
// does not fit was changed.
func torn(rest []byte) bool {
	data := bytes.TrimRight(rest, "\x00")
	if len(data) > maxBytes+maxEntries*64+4*maxEntry {
		return false
	}
	if bytes.IndexByte(data, 0) >= 0 || data[len(data)-1] != '\n' {
		return true
	}
	last := data[bytes.LastIndexByte(data[:len(data)-1], '\n')+1:]
	return !bytes.HasPrefix(last, []byte("b "))
}

func blank(rest []byte) bool { return len(bytes.TrimRight(rest, "\x00")) == 0 }
