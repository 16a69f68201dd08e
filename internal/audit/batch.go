package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/gm"
)

// state is where the chain stands behind a batch.
type state struct {
	seq   int64     // of the last entry
	leaf  gm.Digest // of the last entry
	batch gm.Digest // of the last batch's line
}

// genesis is where the chain of an installation begins.
func genesis(chain string) state {
	d := gm.Sum3([]byte("chengshu audit\n"), []byte(chain))
	return state{leaf: d, batch: d}
}

const formatVersion = 1

// header is what is signed of a batch. Its JSON has these keys in this order.
type header struct {
	V     int       `json:"v"`
	Chain string    `json:"chain"` // the installation
	First int64     `json:"first"` // seq of its first entry
	Count int64     `json:"count"` // of its entries
	Prev  []byte    `json:"prev"`  // hash of the batch before
	Leaf  []byte    `json:"leaf"`  // leaf before its first entry
	Root  []byte    `json:"root"`  // of the tree over its leaves
	At    time.Time `json:"at"`
	Key   string    `json:"key"` // id of the key that signed
}

func (h *header) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"v":`...), int64(h.V), 10)
	b = word(b, "chain", h.Chain)
	b = strconv.AppendInt(append(b, `,"first":`...), h.First, 10)
	b = strconv.AppendInt(append(b, `,"count":`...), h.Count, 10)
	b = digest(b, "prev", h.Prev)
	b = digest(b, "leaf", h.Leaf)
	b = digest(b, "root", h.Root)
	b = append(h.At.UTC().AppendFormat(append(b, `,"at":"`...), timeForm), '"')
	b = word(b, "key", h.Key)
	return append(b, '}')
}

func digest(b []byte, key string, d []byte) []byte {
	b = append(append(append(b, `,"`...), key...), `":"`...)
	return append(base64.StdEncoding.AppendEncode(b, d), '"')
}

// Lines of a segment: "s HEAD", "e CHECK ENTRY", "b HEADER SIGNATURE". CHECK is base64 of
// the first nine bytes of the entry's leaf: it lets the first wrong entry be named.
const (
	checkBytes = 9
	checkChars = 12
	entryAt    = 2 + checkChars + 1
)

func check(into []byte, leaf *gm.Digest) { base64.StdEncoding.Encode(into, leaf[:checkBytes]) }

// splitHeader takes a batch's line apart.
func splitHeader(line []byte) (text, sig []byte, ok bool) {
	cut := bytes.LastIndexByte(line, ' ')
	if cut < 2 || line[0] != 'b' || line[1] != ' ' {
		return nil, nil, false
	}
	sig, err := base64.StdEncoding.Strict().AppendDecode(nil, line[cut+1:])
	return line[2:cut], sig, err == nil
}

func parseHeader(text []byte) (h header, ok bool) {
	if json.Unmarshal(text, &h) != nil {
		return h, false
	}
	return h, bytes.Equal(h.append(nil), text)
}

// segmentHead is the first line of a segment: where the chain stood.
type segmentHead struct {
	V     int    `json:"v"`
	Chain string `json:"chain"`
	First int64  `json:"first"`
	Leaf  []byte `json:"leaf"`
	Prev  []byte `json:"prev"`
}

func (h *segmentHead) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `s {"v":`...), int64(h.V), 10)
	b = word(b, "chain", h.Chain)
	b = strconv.AppendInt(append(b, `,"first":`...), h.First, 10)
	b = digest(b, "leaf", h.Leaf)
	b = digest(b, "prev", h.Prev)
	return append(b, '}', '\n')
}

func (s *state) head(chain string) *segmentHead {
	return &segmentHead{V: formatVersion, Chain: chain, First: s.seq + 1, Leaf: s.leaf[:], Prev: s.batch[:]}
}

// parseSegmentHead reads the first line, with its newline.
func parseSegmentHead(line []byte) (h segmentHead, s state, ok bool) {
	text, found := bytes.CutPrefix(line, []byte("s "))
	if !found || json.Unmarshal(text, &h) != nil || !bytes.Equal(h.append(nil), line) ||
		h.V != formatVersion || len(h.Leaf) != gm.Size || len(h.Prev) != gm.Size {
		return h, s, false
	}
	return h, state{seq: h.First - 1, leaf: gm.Digest(h.Leaf), batch: gm.Digest(h.Prev)}, true
}
