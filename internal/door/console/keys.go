package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// ringKeyBody is a key of the ring, without what is secret of it.
type ringKeyBody struct {
	ID          string    `json:"id"`
	Purpose     string    `json:"purpose"`
	Use         string    `json:"use" doc:"what keys of the purpose do"`
	Effect      string    `json:"effect" doc:"what rotating it changes, and what it does not"`
	Kind        string    `json:"kind" enum:"sm2,secret"`
	Version     int       `json:"version"`
	Current     bool      `json:"current" doc:"what is signed or sealed from now on is by this one"`
	CreatedAt   time.Time `json:"created_at"`
	Fingerprint string    `json:"fingerprint" doc:"of the public key; empty for a secret"`
	Certified   bool      `json:"certified" doc:"kept by a certified module (密码机)"`
}

type rotatedBody struct {
	Key    ringKeyBody `json:"key"`
	Effect string      `json:"effect" doc:"what the rotation changes, and what it does not"`
}

type remasteredBody struct {
	Keys int `json:"keys" doc:"that are sealed by the new master key"`
}

type rotateIn struct {
	Purpose string `path:"purpose" maxLength:"32"`
	Body    struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type remasterIn struct {
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

// keys registers what the security administrator keeps the ring by.
func (c *Console) keys() {
	route(c, http.MethodGet, "/keys", "list-keys", "系统密钥 / The system's keys", func(ctx context.Context, _ *struct{}) (List[ringKeyBody], error) {
		var out []ringKeyBody
		for _, k := range c.Keys.Keys() {
			b, err := c.ringKey(ctx, k)
			if err != nil {
				return List[ringKeyBody]{}, err
			}
			out = append(out, b)
		}
		return page(out, ""), nil
	})
	route(c, http.MethodPost, "/keys/{purpose}/rotate", "rotate-key", "更换系统密钥 / Rotate a key of the system", func(ctx context.Context, in *rotateIn) (out rotatedBody, err error) {
		p := gm.Purpose(in.Purpose)
		info, ok := p.Info()
		if !ok {
			return out, fault.New(fault.Missing, "gm.purpose", fault.T("没有用途为 %s 的密钥", "there is no key for %s", in.Purpose)).At("purpose").
				Fix(fault.T("用途见密钥列表", "the list of keys has the purposes"))
		}
		k, err := c.RotateKey(ctx, actor(ctx), p, trimmed(in.Body.Reason))
		if err != nil {
			return out, err
		}
		out.Effect = info.Effect.In(lang(ctx))
		out.Key, err = c.ringKey(ctx, k)
		return out, err
	})
	route(c, http.MethodPost, "/master-key/rotate", "rotate-master", "更换主密钥 / Change the master key", func(ctx context.Context, in *remasterIn) (out remasteredBody, err error) {
		err = c.RotateMaster(ctx, actor(ctx), nil, trimmed(in.Body.Reason))
		return remasteredBody{len(c.Keys.Keys())}, err
	})
}

func (c *Console) ringKey(ctx context.Context, k *gm.Key) (b ringKeyBody, err error) {
	info, used := k.Purpose().Info()
	b = ringKeyBody{ID: k.ID(), Purpose: string(k.Purpose()), Use: info.Use.In(lang(ctx)), Effect: info.Effect.In(lang(ctx)), Kind: string(k.Kind()), Version: k.Version(),
		CreatedAt: k.Created(), Certified: gm.Certified, Current: used && c.Keys.Current(k.Purpose()).ID() == k.ID()}
	if pub := k.Public(); pub != nil {
		b.Fingerprint, err = gm.Fingerprint(pub)
	}
	return b, err
}
