package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// KeyKind is how an application shows who it is.
type KeyKind string

// The kinds.
const (
	APIKey    KeyKind = "api"  // sent with each call; only its hash is kept
	HMACKey   KeyKind = "hmac" // signs calls with HMAC-SM3; sealed by the key ring
	PublicKey KeyKind = "sm2"  // the application signs with SM2 and keeps its private key
)

// Key is a key of an application, without its secret.
type Key struct {
	ID        string     `json:"id"` // signed calls name it
	Kind      KeyKind    `json:"kind"`
	State     State      `json:"state"`
	Hint      string     `json:"hint"` // its last characters, or the public key's fingerprint
	CreatedAt time.Time  `json:"created_at"`
	Until     *time.Time `json:"until"` // nil: until it is withdrawn
	EndedAt   *time.Time `json:"ended_at"`
	Addresses []string   `json:"addresses"` // networks it may be used from; none: from anywhere
}

type keyRow struct {
	bun.BaseModel `bun:"table:people_key,alias:k"`
	ID            string `bun:"id,pk"`
	App           string
	Kind          KeyKind
	State         State
	Secret        string // hash, sealed secret or public key in PEM, by kind
	Hint          string
	CreatedAt     time.Time
	Until         *time.Time
	EndedAt       *time.Time
	Addresses     string // networks, a blank between
}

func (r keyRow) key() Key {
	k := Key{ID: r.ID, Kind: r.Kind, State: r.State, Hint: r.Hint, CreatedAt: r.CreatedAt.UTC(), Addresses: strings.Fields(r.Addresses)}
	for _, t := range []struct{ from, to **time.Time }{{&r.Until, &k.Until}, {&r.EndedAt, &k.EndedAt}} {
		if *t.from != nil {
			at := (*t.from).UTC()
			*t.to = &at
		}
	}
	return k
}

// What is refused. Compare with errors.Is.
var (
	// ErrKeyMissing is a key the application has not.
	ErrKeyMissing = fault.New(fault.Missing, "key.unknown", fault.T("该应用没有此密钥", "the application has no such key")).
			Fix(fault.T("请核对密钥编号", "check the key's id"))
	// ErrKeyKind is none of the kinds.
	ErrKeyKind = fault.New(fault.Invalid, "key.kind", fault.T("没有这种密钥", "there is no such kind of key")).At("kind").
			Fix(fault.T("可用：api、hmac、sm2", "use api, hmac or sm2"))
	// ErrKeyUntil is a key that would be over already.
	ErrKeyUntil = fault.New(fault.Invalid, "key.until", fault.T("有效期已过", "it would be over already")).At("until").
			Fix(fault.T("请填写将来的时间", "write a time to come"))
)

// KeySpec says what key to give.
type KeySpec struct {
	Kind   KeyKind   `json:"kind" enum:"api,hmac,sm2"`
	Public string    `json:"public,omitempty"` // sm2: the public key in PEM
	Until  time.Time `json:"until,omitzero"`
	// Addresses are the networks it may be used from, as addresses or in CIDR; none: anywhere.
	Addresses []string `json:"addresses,omitempty"`
}

// AddKey gives an application a key. The secret of an API or HMAC key is told once, here;
// an SM2 key has none that we know.
func (p *People) AddKey(ctx context.Context, by Actor, app string, s KeySpec) (Key, string, error) {
	now := p.opt.Now().UTC()
	r := keyRow{ID: ident.New(), App: app, Kind: s.Kind, State: Enabled, CreatedAt: now}
	if !s.Until.IsZero() {
		until := s.Until.UTC()
		if r.Until = &until; !until.After(now) {
			return Key{}, "", ErrKeyUntil
		}
	}
	nets, err := networks(s.Addresses)
	if err != nil {
		return Key{}, "", err
	}
	r.Addresses = strings.Join(nets, " ")
	secret, err := p.cut(&r, s.Public)
	if err != nil {
		return Key{}, "", err
	}
	_, err = p.alterApp(ctx, by, mayKeys, app, func(ctx context.Context, tx store.Tx, a *appRow, c *Change) error {
		a.tell(c, "app.key.add", fault.T("为应用 %s 发放密钥", "gave the application %s a key", a.Name))
		c.Detail["key"], c.Detail["kind"] = r.ID, string(r.Kind)
		if r.Addresses != "" {
			c.Detail["addresses"] = r.Addresses
		}
		_, err := tx.NewInsert().Model(&r).Exec(ctx)
		return err
	})
	if err != nil {
		return Key{}, "", err
	}
	return r.key(), secret, nil
}

// cut makes the secret of a key and fills in what is kept of it.
func (p *People) cut(r *keyRow, public string) (secret string, err error) {
	switch r.Kind {
	case PublicKey:
		pub, err := gm.ParsePublic([]byte(public))
		if err != nil {
			return "", fault.From(err).At("public")
		}
		r.Secret = public
		r.Hint, err = gm.Fingerprint(pub)
		return "", err
	case APIKey, HMACKey:
	default:
		return "", ErrKeyKind
	}
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	secret = base64.RawURLEncoding.EncodeToString(b)
	if r.Kind == APIKey {
		secret = "cs_" + secret
		r.Secret = hashOf(secret)
	} else {
		sealed, err := p.opt.Sealer.Seal(gm.App, []byte(secret), r.binding())
		if err != nil {
			return "", err
		}
		r.Secret = base64.StdEncoding.EncodeToString(sealed)
	}
	r.Hint = "…" + secret[len(secret)-4:]
	return secret, nil
}

// binding ties a sealed secret to its row: moved to another, it does not open.
func (r *keyRow) binding() []byte { return []byte("people_key\x00" + r.App + "\x00" + r.ID) }

// EndKey withdraws a key: the next call with it is refused.
func (p *People) EndKey(ctx context.Context, by Actor, app, id, reason string) (App, error) {
	return p.alterApp(ctx, by, mayKeys, app, func(ctx context.Context, tx store.Tx, a *appRow, c *Change) error {
		res, err := tx.NewUpdate().Model((*keyRow)(nil)).Set("state = ?", Disabled).Set("ended_at = ?", c.At).
			Where("id = ? AND app = ? AND state = ?", id, app, Enabled).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrKeyMissing.At("%s", id)
		}
		a.tell(c, "app.key.end", fault.T("收回应用 %s 的密钥", "withdrew a key of the application %s", a.Name))
		c.Detail["key"], c.Detail["reason"] = id, reason
		return nil
	})
}
