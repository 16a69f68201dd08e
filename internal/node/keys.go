package node

import (
	"context"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

// RotateKey makes a new key of a purpose, current from now on; the old ones stay for what
// they signed and sealed.
func (n *Node) RotateKey(ctx context.Context, by people.Actor, p gm.Purpose, reason string) (k *gm.Key, err error) {
	e := act(by, "key.rotate", "key/"+string(p))
	return k, n.twice(ctx, e, fault.T("更换用途为 %s 的密钥", "rotated the key of %s", string(p)), map[string]string{"reason": reason}, func(detail map[string]string) error {
		if k, err = n.Keys.Rotate(p); err == nil {
			detail["key"] = k.ID()
		}
		return err
	})
}

// RotateMaster seals the key ring under another master key: under to, or under one of its
// own where the master key is in a file of the platform.
func (n *Node) RotateMaster(ctx context.Context, by people.Actor, to gm.Master, reason string) error {
	e := act(by, "key.master", "key/master")
	return n.twice(ctx, e, fault.T("更换主密钥", "changed the master key"), map[string]string{"reason": reason}, func(map[string]string) error {
		return n.Keys.Remaster(to)
	})
}

// act is the entry of what somebody does.
func act(by people.Actor, action, target string) audit.Entry {
	return audit.Entry{Action: action, Door: by.Door(), Actor: by.ID, Office: by.Office, Target: target}
}

// twice does what no transaction of the store holds between two entries: one that says that
// it begins, durable before, and one of what came of it. Of what a dying process began there
// is the first alone.
func (n *Node) twice(ctx context.Context, e audit.Entry, text fault.Text, detail map[string]string, do func(detail map[string]string) error) error {
	if detail["reason"] == "" {
		delete(detail, "reason")
	}
	put := func() (seq int64, err error) {
		e.At = n.now()
		if e.Change, err = audit.Change(text, detail); err != nil {
			return 0, err
		}
		return n.Audit.Append(context.WithoutCancel(ctx), e)
	}
	e.Outcome = "begun"
	seq, err := put()
	if err != nil {
		return err
	}
	done := do(detail)
	if e.Of, e.Outcome = seq, "ok"; done != nil {
		e.Outcome = fault.From(done).Code
	}
	if _, err := put(); err != nil && done == nil {
		return err
	}
	return done
}
