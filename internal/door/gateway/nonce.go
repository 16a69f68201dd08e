package gateway

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
)

// What is refused of a signed call's time and nonce.
var (
	errWindow = fault.New(fault.Denied, "sign.window", fault.T("请求时间与平台时间相差过大", "the call's time is too far from the platform's")).
			Fix(fault.T("请校准时钟，时间戳须在平台时间前 5 分钟至后 1 分钟之内", "set the clock: a timestamp is at most 5 minutes old and 1 minute ahead"))
	errReplay = fault.New(fault.Denied, "sign.replay", fault.T("该随机数已使用过", "the nonce was used before")).
			Fix(fault.T("每次请求请使用新的随机数并重新签名", "use a new nonce for every call and sign again"))
	errRestart = fault.New(fault.Denied, "sign.restart", fault.T("请求签名于平台重启之前", "the call was signed before the platform was started anew")).
			Fix(fault.T("请以当前时间重新签名", "sign again with the time now"))
	errNonces = fault.New(fault.Busy, "sign.many", fault.T("短时间内签名请求过多", "too many signed calls in a short time")).
			Fix(fault.T("请稍后重试", "try again later"))
)

const (
	oldest    = 300 // seconds a timestamp may be behind
	newest    = 60  // seconds it may be ahead
	ahead     = 3   // seconds by which the horizon is moved beyond what it has to be
	mostKept  = 4 << 20
	perBucket = 60 // seconds
)

// nonces remembers which nonces were used. Two bounds make a replay impossible across a
// restart with only one time kept: no timestamp up to the horizon in the store is taken
// by a new process, and no process takes one beyond it before moving it. Nor does a clock
// that is set back help: what was forgotten here lies behind the floor, which never falls.
type nonces struct {
	store store.Store
	start int64 // timestamps before are of another process

	mu      sync.Mutex
	used    map[int64]map[[16]byte]struct{} // by minute of the timestamp
	count   int
	high    int64 // the latest timestamp taken
	horizon int64 // in the store: no timestamp taken by anybody lies beyond
}

func newNonces(ctx context.Context, st store.Store, now time.Time) (*nonces, error) {
	n := &nonces{store: st, start: now.Unix(), used: map[int64]map[[16]byte]struct{}{}}
	err := st.Read().QueryRowContext(ctx, "SELECT horizon FROM gateway_clock WHERE id = 1").Scan(&n.horizon)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("gateway: the horizon of nonces: %w", err)
	}
	n.start = max(n.start, n.horizon+1)
	return n, nil
}

// use takes a nonce once.
func (n *nonces) use(ctx context.Context, key, nonce string, at int64, now time.Time) error {
	if d := now.Unix() - at; d > oldest || d < -newest {
		return errWindow
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case at < n.start:
		return errRestart
	case at <= n.high-oldest-newest:
		return errWindow
	case n.count >= mostKept:
		return errNonces
	}
	sum := gm.Sum3([]byte(key+"\x00"), []byte(nonce))
	id := [16]byte(sum[:16])
	bucket := at / perBucket
	for _, ids := range n.used { // at most eight: a nonce is used once, whatever time it is stamped with
		if _, seen := ids[id]; seen {
			return errReplay
		}
	}
	if at > n.horizon {
		if err := n.move(ctx, at+ahead); err != nil {
			return err
		}
	}
	if n.used[bucket] == nil {
		n.used[bucket] = map[[16]byte]struct{}{}
	}
	n.used[bucket][id] = struct{}{}
	n.count++
	if at > n.high {
		n.high = at
		n.forget()
	}
	return nil
}

// forget drops what lies behind the floor.
func (n *nonces) forget() {
	for b, ids := range n.used {
		if (b+1)*perBucket <= n.high-oldest-newest {
			n.count -= len(ids)
			delete(n.used, b)
		}
	}
}

func (n *nonces) move(ctx context.Context, to int64) error {
	err := n.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		s, err := tx.Prepared(ctx, `INSERT INTO gateway_clock (id, horizon) VALUES (1, $1)
			ON CONFLICT (id) DO UPDATE SET horizon = CASE WHEN gateway_clock.horizon > excluded.horizon THEN gateway_clock.horizon ELSE excluded.horizon END`)
		if err != nil {
			return err
		}
		_, err = s.ExecContext(ctx, to)
		return err
	})
	if err == nil {
		n.horizon = to
	}
	return err
}
