// Package people owns who acts: users with their passwords and sessions, applications with
// their keys, the roles they may hold, and the rule that keeps the three administrators
// (三员) apart. It says who somebody is and never what that somebody may do: package policy
// does. It never keeps a password, a key or a token, only what is needed to know one again;
// the secrets of signed requests are sealed by the key ring.
//
// Read first: Actor, Roles, People.SignIn, People.Authenticate, People.AppByKey.
package people

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

//go:embed schema2.sql
var schema2 string

// Offices is the tree of offices.
type Offices interface {
	// Known is nil for an office that is there, else a fault.
	Known(ctx context.Context, office string) error
	// Descendants are the offices under one.
	Descendants(ctx context.Context, office string) ([]string, error)
}

// Sealer keeps secrets that have to be read again: the key ring.
type Sealer interface {
	Seal(p gm.Purpose, plain, aad []byte) ([]byte, error)
	Open(p gm.Purpose, sealed, aad []byte) ([]byte, error)
}

// Options are what the room stands on; all but Now and Cost are needed.
type Options struct {
	Store   store.Store
	Offices Offices
	Sealer  Sealer
	Record  Record
	// Allow says whether an actor may do something to what is somebody's: package policy.
	Allow func(by Actor, action, owner, office string) error
	// PackRoles are the roles that installed packs declare; nil: none.
	PackRoles func() []RoleInfo
	Now       func() time.Time // time.Now
	Cost      Cost             // of passwords; zero: the usual one
}

func (p *People) packRoles() []RoleInfo {
	if p.opt.PackRoles == nil {
		return nil
	}
	return p.opt.PackRoles()
}

// People is the room. It is safe for concurrent use.
type People struct {
	opt    Options
	hasher *hasher
	book   *book
}

// New brings the room's tables up and learns the applications.
func New(ctx context.Context, o Options) (*People, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Allow == nil || o.Record == nil || o.Offices == nil || o.Sealer == nil {
		return nil, errors.New("people: an option is missing")
	}
	if err := o.Store.Migrate(ctx, "people", []store.Migration{{Version: 1, SQL: schema1}, {Version: 2, SQL: schema2}}); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	h, err := newHasher(o.Cost)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	p := &People{opt: o, hasher: h, book: newBook()}
	return p, p.learn(ctx)
}

// The rights this room asks for, as package policy names them.
const (
	mayAccounts = "account.write"
	mayPassword = "account.password"
	mayRoles    = "role.assign"
	mayDuty     = "duty.write"
	mayEnd      = "session.end"
	mayApps     = "app.write"
	mayKeys     = "app.key"
)

// change does something in one transaction with its audit entry. do says what it was.
func (p *People) change(ctx context.Context, by Actor, right, owner string, do func(ctx context.Context, tx store.Tx, c *Change) error) error {
	if err := p.opt.Allow(by, right, owner, ""); err != nil {
		return err
	}
	return p.write(ctx, by, right, do)
}

// write is change without asking for a right.
func (p *People) write(ctx context.Context, by Actor, action string, do func(ctx context.Context, tx store.Tx, c *Change) error) error {
	err := p.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c := Change{At: p.opt.Now().UTC(), Actor: by, Action: action}
		if err := do(ctx, tx, &c); err != nil {
			return err
		}
		switch c.Kind {
		case "":
			return nil // nothing was changed
		case "user":
			if err := tx.Emit(ctx, event.UserChanged, c.Key, struct{}{}); err != nil {
				return err
			}
		case "app":
			if err := tx.Emit(ctx, event.AppChanged, c.Key, struct{}{}); err != nil {
				return err
			}
		}
		return p.opt.Record(ctx, tx, c)
	})
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return fmt.Errorf("people: %s: %w", action, err)
	}
	return err
}
