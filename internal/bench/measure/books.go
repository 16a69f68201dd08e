package measure

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// Books are a store and a signed audit of their own, as a node has them.
type Books struct {
	Store *sqlite.Store
	Audit *audit.Audit
}

// OpenBooks makes them in a folder.
func OpenBooks(ctx context.Context, dir string) (*Books, error) {
	ring, err := gm.OpenRing(gm.RingOptions{Path: filepath.Join(dir, "keys.json"), MasterFile: filepath.Join(dir, "master.key")})
	if err != nil {
		return nil, err
	}
	b := &Books{}
	if b.Store, err = sqlite.Open(ctx, filepath.Join(dir, "state.db"), sqlite.Options{}); err != nil {
		return nil, err
	}
	b.Audit, err = audit.Open(ctx, audit.Options{Dir: filepath.Join(dir, "audit"), Head: filepath.Join(dir, "audit.head"), Store: b.Store,
		Signer: func() gm.Signer { return ring.Current(gm.Audit) }, PublicKey: ring.PublicKey})
	return b, err
}

// Record writes a change into the audit as the console's door does.
func (b *Books) Record(ctx context.Context, tx store.Tx, c people.Change) error {
	body, err := audit.Change(c.Text, c.Detail)
	if err != nil {
		return err
	}
	return b.Audit.Record(ctx, tx, audit.Entry{At: c.At, Action: c.Action, Door: "console", Actor: c.Actor.ID, Office: c.Office, Outcome: "ok", Target: c.Kind + "/" + c.Key, Change: body})
}

// Close closes them.
func (b *Books) Close() error { return errors.Join(b.Audit.Close(), b.Store.Close()) }
