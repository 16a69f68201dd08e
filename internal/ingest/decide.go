package ingest

import (
	"context"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// Release publishes the good rows of a held batch.
func (e *Engine) Release(ctx context.Context, id, reason string) (*Batch, error) {
	return e.decide(ctx, id, release, reason)
}

// Return gives a held batch back to its office with its report: none of its rows stay.
func (e *Engine) Return(ctx context.Context, id, reason string) (*Batch, error) {
	return e.decide(ctx, id, giveBack, reason)
}

// Discard throws a held batch away.
func (e *Engine) Discard(ctx context.Context, id, reason string) (*Batch, error) {
	return e.decide(ctx, id, discard, reason)
}

// decide makes the decision durable and waits until settle has done what it says. Of two
// decisions at once the second is refused.
func (e *Engine) decide(ctx context.Context, id, action, reason string) (*Batch, error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.State != Held && !(action == discard && b.Lost()) || b.job == nil {
		return nil, fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 未被拦截，无需判定", "batch %s is not held, there is nothing to decide", b.Label)).
			Fix(fault.T("请刷新批次列表", "refresh the list of batches"))
	}
	if reason == "" {
		return nil, fault.New(fault.Invalid, "batch.reason", fault.T("请填写理由", "a reason is needed")).At("reason").
			Fix(fault.T("请写明判定的依据", "say what the decision rests on"))
	}
	b.Decision, b.job.Blocked, b.Error = &Decision{Action: action, Reason: reason, At: e.Now()}, false, nil
	err = e.move(ctx, b, Publishing, func(ctx context.Context, tx store.Tx) error { return e.announce(ctx, tx, b) })
	if err != nil {
		return nil, err
	}
	return e.Wait(ctx, b.ID)
}
