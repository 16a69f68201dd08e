package people

import (
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// Change is what the audit keeps of a change: who did what to which thing. Detail holds
// what became of it, never a secret and never personal data of a dataset.
type Change struct {
	At     time.Time
	Actor  Actor
	Action string // a thing and a verb: "grant.revoke", "account.disable"
	Kind   string // of the thing: "grant", "user", "app", "setting"
	Key    string // its id
	Office string // whose it is
	Text   fault.Text
	Detail map[string]string
}

// Record saves the entry of a change in the transaction that makes the change: both are
// there or neither is.
type Record func(ctx context.Context, tx store.Tx, c Change) error
