package audit

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
)

// head says how far the chain went: a witness outside the segments, without which nobody
// would miss entries cut off its end. It is a signed line like a batch's: "h HEAD SIGNATURE".
type head struct {
	V       int       `json:"v"`
	Chain   string    `json:"chain"`
	Seq     int64     `json:"seq"`     // last entry
	Leaf    []byte    `json:"leaf"`    // its leaf
	Prev    []byte    `json:"prev"`    // hash of its batch
	Segment int64     `json:"segment"` // first entry of the segment it is in; 0: none yet
	Offset  int64     `json:"offset"`  // behind its batch
	At      time.Time `json:"at"`
	Key     string    `json:"key"`
}

func (h *head) state() state {
	return state{seq: h.Seq, leaf: gm.Digest(h.Leaf), batch: gm.Digest(h.Prev)}
}

func (h *head) sealed(s gm.Signer) ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	sig, err := s.Sign(text)
	return fmt.Appendf(nil, "h %s %s\n", text, base64.StdEncoding.EncodeToString(sig)), err
}

// readHead gives nil where there is no file.
func readHead(path string, key func(string) *ecdsa.PublicKey) (*head, error) {
	line, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	bad := func() (*head, error) { return nil, damaged(path, 0, "链头文件被改动", "the head was changed") }
	line, whole := bytes.CutSuffix(line, []byte("\n"))
	line, ours := bytes.CutPrefix(line, []byte("h "))
	text, sig, ok := splitHeader(append([]byte("b "), line...))
	h := new(head)
	if !whole || !ours || !ok || json.Unmarshal(text, h) != nil || len(h.Leaf) != gm.Size || len(h.Prev) != gm.Size || !gm.Verify(key(h.Key), text, sig) {
		return bad()
	}
	return h, nil
}

// mark writes the head, to its file first and to the store second. The caller holds
// keeping. While moved entries are still in the store it waits: recovery finds them behind
// the head.
func (a *Audit) mark(ctx context.Context) error {
	if len(a.stuck) > 0 {
		return nil
	}
	a.mu.RLock()
	s := a.now
	h := head{V: formatVersion, Chain: a.chain, Seq: s.seq, Leaf: s.leaf[:], Prev: s.batch[:], At: a.opt.Now().UTC().Truncate(time.Microsecond)}
	if n := len(a.segments); n > 0 && a.end > 0 {
		h.Segment, h.Offset = a.segments[n-1].first, a.end
	} else if n > 1 { // the last segment was begun and nothing is in it
		h.Segment = a.segments[n-1].first
	}
	a.mu.RUnlock()
	if a.marked.done && a.marked.seq == s.seq {
		return nil
	}
	signer := a.opt.Signer()
	h.Key = signer.ID()
	line, err := h.sealed(signer)
	if err != nil {
		return err
	}
	if err := replace(a.opt.Head, line); err != nil {
		return err
	}
	if err := a.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO audit_mark (one, chain, seq, leaf) VALUES (1, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET chain = excluded.chain, seq = excluded.seq, leaf = excluded.leaf`,
			a.chain, s.seq, base64.StdEncoding.EncodeToString(s.leaf[:]))
		return err
	}); err != nil {
		return err
	}
	a.marked.done, a.marked.seq = true, s.seq
	return nil
}

// stored is the mark in the store; ok is false before the first.
func (a *Audit) stored(ctx context.Context) (chain string, seq int64, leaf string, ok bool, err error) {
	err = a.opt.Store.Read().QueryRowContext(ctx, `SELECT chain, seq, leaf FROM audit_mark WHERE one = 1`).Scan(&chain, &seq, &leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, "", false, nil
	}
	return chain, seq, leaf, err == nil, err
}
