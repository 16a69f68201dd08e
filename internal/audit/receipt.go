package audit

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// Receipt proves that an entry is in the chain to anybody who has the public key. Entry
// and Header are the very bytes that were hashed and signed; docs/reference/receipt.md
// says how openssl checks them.
type Receipt struct {
	Version   int      `json:"version"`
	Entry     string   `json:"entry"`
	Prev      []byte   `json:"prev"`  // leaf before the entry
	Index     int64    `json:"index"` // of the entry in its batch
	Count     int64    `json:"count"` // of entries in the batch
	Path      [][]byte `json:"path"`  // from the leaf to the root
	Header    string   `json:"header"`
	Signature []byte   `json:"signature"`
	Key       string   `json:"key"`
}

// What is refused of a receipt. Compare with errors.Is.
var (
	ErrReceiptForm = fault.New(fault.Invalid, "receipt.form",
		fault.T("不是回执文件", "this is not a receipt")).
		Fix(fault.T("请使用服务返回的完整 JSON", "use the whole JSON the service gave"))
	ErrReceiptForged = fault.New(fault.Invalid, "receipt.forged",
		fault.T("回执不成立", "the receipt does not hold")).
		Fix(fault.T("内容被改动，或公钥不是签发方的；请重新获取回执和公钥", "it was changed, or the public key is another's; get receipt and key again"))
)

// Receipt makes the receipt of an entry.
func (a *Audit) Receipt(ctx context.Context, seq int64) (r Receipt, err error) {
	if err := ctx.Err(); err != nil {
		return r, err
	}
	p, err := a.locate(seq)
	if err != nil {
		return r, err
	}
	p.batches(func(entries [][]byte, h header, line []byte) bool {
		if seq >= h.First+h.Count {
			return true
		}
		index := seq - h.First
		if index < 0 || int64(len(entries)) != h.Count || len(h.Leaf) != gm.Size {
			return false
		}
		r = receiptOf(entries, index, h, line)
		return false
	})
	if r.Entry == "" {
		return r, damaged(p.segment.path, p.offset, "第 %d 条无法读出", "entry %d cannot be read", seq)
	}
	// A receipt that does not hold is not handed out.
	if _, err := VerifyReceipt(r, a.opt.PublicKey(r.Key)); err != nil {
		return Receipt{}, damaged(p.segment.path, p.offset, "第 %d 条与其签名不符", "entry %d does not match its signature", seq)
	}
	return r, nil
}

func receiptOf(entries [][]byte, index int64, h header, line []byte) Receipt {
	hash := newHasher()
	leaf := gm.Digest(h.Leaf)
	leaves := make([]gm.Digest, len(entries))
	r := Receipt{Version: formatVersion, Index: index, Count: h.Count, Key: h.Key, Path: [][]byte{}}
	for i, e := range entries {
		if int64(i) == index {
			r.Entry, r.Prev = string(e), bytes.Clone(leaf[:])
		}
		leaf = hash.leaf(&leaf, e)
		leaves[i] = leaf
	}
	for _, d := range hash.path(leaves, int(index)) {
		r.Path = append(r.Path, bytes.Clone(d[:]))
	}
	text, sig, _ := splitHeader(line)
	r.Header, r.Signature = string(text), sig
	return r
}

// ParseReceipt reads a receipt's JSON strictly.
func ParseReceipt(text []byte) (r Receipt, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, ErrReceiptForm.Wrap(err)
	}
	if r.Version != formatVersion {
		return r, ErrReceiptForm.At("version %d", r.Version)
	}
	return r, nil
}

// VerifyReceipt proves a receipt by the public key alone and gives its entry.
func VerifyReceipt(r Receipt, pub *ecdsa.PublicKey) (e Entry, err error) {
	bad := func(zh, en string) (Entry, error) {
		f := *ErrReceiptForged
		f.Text = fault.Text{ZH: "回执不成立：" + zh, EN: "the receipt does not hold: " + en}
		return Entry{}, &f
	}
	h, ok := parseHeader([]byte(r.Header))
	if !ok || h.V != formatVersion || h.Count != r.Count || h.Key != r.Key || len(h.Root) != gm.Size || len(r.Prev) != gm.Size {
		return bad("批次头不合规", "the batch's header is not well formed")
	}
	if !gm.Verify(pub, []byte(r.Header), r.Signature) {
		return bad("批次头的签名无效", "the signature of the batch's header does not hold")
	}
	path := make([]gm.Digest, len(r.Path))
	for i, p := range r.Path {
		if len(p) != gm.Size {
			return bad("路径不合规", "the path is not well formed")
		}
		path[i] = gm.Digest(p)
	}
	hash := newHasher()
	before := gm.Digest(r.Prev)
	root, ok := hash.climb(hash.leaf(&before, []byte(r.Entry)), r.Index, r.Count, path)
	if !ok || !bytes.Equal(root[:], h.Root) {
		return bad("记录不在该批次内", "the entry is not in the batch")
	}
	if e, err = parse([]byte(r.Entry)); err != nil {
		return bad("记录不合规", "the entry is not well formed")
	}
	if e.Seq != h.First+r.Index {
		return bad("记录的序号不符", "the entry's number does not fit")
	}
	return e, nil
}

// ReceiptID names an entry beyond this installation: eight digits of the chain, a dash, the
// number.
func (a *Audit) ReceiptID(seq int64) string { return a.mark8() + "-" + strconv.FormatInt(seq, 10) }

// ParseReceiptID is the reverse of ReceiptID; ids of other chains give ErrMissing.
func (a *Audit) ParseReceiptID(id string) (seq int64, err error) {
	n, err := fmt.Sscanf(id, a.mark8()+"-%d", &seq)
	if err != nil || n != 1 || a.ReceiptID(seq) != id {
		return 0, ErrMissing.At("%q", id)
	}
	return seq, nil
}

// mark8 is the end of the chain's id, which is random where its beginning is the time.
func (a *Audit) mark8() string { return a.chain[max(0, len(a.chain)-8):] }
