package people

import (
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
)

// book is what this process knows of the applications, for recognising callers without
// asking the store. Of two versions of an application the greater counts, in whatever
// order their news arrive.
type book struct {
	mu     sync.RWMutex
	apps   map[string]App
	byHash map[string]*keyRow // API keys by hash
	byID   map[string]*known  // keys that sign, by id
}

// known is a key that signs, with its secret or public key once it was needed.
type known struct {
	row  *keyRow
	once sync.Once
	mac  []byte
	pub  *ecdsa.PublicKey
	err  error
}

func newBook() *book {
	return &book{apps: map[string]App{}, byHash: map[string]*keyRow{}, byID: map[string]*known{}}
}

func (b *book) put(a App, keys []keyRow) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.apps[a.Name]; ok && old.Version >= a.Version {
		return
	}
	b.apps[a.Name] = a
	for i := range keys {
		k := &keys[i]
		switch {
		case k.Kind == APIKey:
			b.byHash[k.Secret] = k
		case b.byID[k.ID] == nil:
			b.byID[k.ID] = &known{row: k}
		case b.byID[k.ID].row.State != k.State:
			b.byID[k.ID] = &known{row: k}
		}
	}
}

// learn reads every application at the start.
func (p *People) learn(ctx context.Context) error {
	var rows []appRow
	if err := p.opt.Store.Read().NewSelect().Model(&rows).Scan(ctx); err != nil {
		return fmt.Errorf("people: applications: %w", err)
	}
	for _, r := range rows {
		a, keys, err := p.load(ctx, p.opt.Store.Read(), r)
		if err != nil {
			return err
		}
		p.book.put(a, keys)
	}
	return nil
}

// Follow is the consumer by which a node learns what other nodes did to applications.
func (p *People) Follow(node string) store.Consumer {
	return store.Consumer{
		Name: "people." + node, Kinds: []event.Kind{event.AppChanged},
		Handle: func(ctx context.Context, e event.Event) (store.Writes, error) {
			a, keys, err := p.find(ctx, e.Key)
			if errors.Is(err, ErrApp) {
				return nil, nil
			}
			if err == nil {
				p.book.put(a, keys)
			}
			return nil, err
		},
	}
}

// ErrKey is a key or signature that is nobody's, was withdrawn or is over. It does not say
// which: a caller that has no key learns nothing from it.
var ErrKey = fault.New(fault.Denied, "key.wrong", fault.T("密钥或签名无效", "the key or signature is not valid")).
	Fix(fault.T("请核对密钥是否正确、是否已收回或过期", "check the key, and whether it was withdrawn or is over"))

// Caller is an application that has shown who it is.
type Caller struct {
	Actor Actor
	Key   Key
}

// AppByKey says which application an API key is of. It asks no store and is meant for
// every call. Refusals: ErrKey, ErrAppDisabled.
func (p *People) AppByKey(secret string) (Caller, error) {
	p.book.mu.RLock()
	defer p.book.mu.RUnlock()
	return p.book.caller(p.book.byHash[hashOf(secret)], p.opt.Now())
}

// caller checks that a key stands. The lock is held.
func (b *book) caller(k *keyRow, now time.Time) (Caller, error) {
	if k == nil || k.State != Enabled || k.Until != nil && !now.Before(*k.Until) {
		return Caller{}, ErrKey
	}
	a, ok := b.apps[k.App]
	if !ok {
		return Caller{}, ErrKey
	}
	if a.State != Enabled {
		return Caller{}, ErrAppDisabled
	}
	return Caller{Actor{Kind: AppKind, ID: a.Name, Name: a.Title, Office: a.Office, Roles: []Role{Application}}, k.key()}, nil
}

// AppBySignature says which application signed a message: with HMAC-SM3 or SM2, as the key
// it names is. What the message is made of, and that it is not used twice, is the
// gateway's. Refusals: ErrKey, ErrAppDisabled.
func (p *People) AppBySignature(id string, message, signature []byte) (Caller, error) {
	p.book.mu.RLock()
	k := p.book.byID[id]
	p.book.mu.RUnlock()
	if k == nil {
		return Caller{}, ErrKey
	}
	k.once.Do(func() { k.err = p.open(k) })
	if k.err != nil {
		return Caller{}, k.err
	}
	good := false
	if k.row.Kind == HMACKey {
		sum := gm.HMAC3(k.mac, message)
		good = gm.Equal(sum[:], signature)
	} else {
		good = gm.Verify(k.pub, message, signature)
	}
	if !good {
		return Caller{}, ErrKey
	}
	p.book.mu.RLock() // asked again: it may have been withdrawn meanwhile
	defer p.book.mu.RUnlock()
	if k = p.book.byID[id]; k == nil {
		return Caller{}, ErrKey
	}
	return p.book.caller(k.row, p.opt.Now())
}

// open makes a key ready to verify with.
func (p *People) open(k *known) (err error) {
	if k.row.Kind == PublicKey {
		k.pub, err = gm.ParsePublic([]byte(k.row.Secret))
		return err
	}
	sealed, err := base64.StdEncoding.DecodeString(k.row.Secret)
	if err == nil {
		k.mac, err = p.opt.Sealer.Open(gm.App, sealed, k.row.binding())
	}
	return err
}

// AppKnown is nil for an application that may be granted something, else a fault.
func (p *People) AppKnown(name string) error {
	p.book.mu.RLock()
	defer p.book.mu.RUnlock()
	a, ok := p.book.apps[name]
	switch {
	case !ok:
		e := *ErrApp.At("%s", name)
		e.Kind = fault.Invalid // what was asked for is there; what it names is not
		return &e
	case a.State != Enabled:
		return ErrAppDisabled.At("%s", name)
	}
	return nil
}

// Known gives the applications, by name, without their keys: whom something can be granted.
func (p *People) Known() []App {
	p.book.mu.RLock()
	defer p.book.mu.RUnlock()
	out := make([]App, 0, len(p.book.apps))
	for _, a := range p.book.apps {
		a.Keys = nil
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b App) int { return strings.Compare(a.Name, b.Name) })
	return out
}
