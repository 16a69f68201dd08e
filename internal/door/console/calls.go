package console

import (
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

type ReceiptIn struct {
	ID string `path:"id" maxLength:"64" doc:"id of a receipt, as an answer's X-Chengshu-Receipt has it"`
}

type KeyIn struct {
	ID string `path:"id" maxLength:"64" doc:"id of a signing key, as a receipt names it"`
}

type signingKeyBody struct {
	ID          string `json:"id"`
	Fingerprint string `json:"fingerprint"`
	PEM         string `json:"pem"`
	Certified   bool   `json:"certified" doc:"kept by a certified module (密码机)"`
}

func (c *Console) calls() {
	c.receiptNaming()
	route(c, http.MethodGet, "/receipts/{id}", "get-receipt", "回执 / A receipt", func(ctx context.Context, in *ReceiptIn) (audit.Receipt, error) {
		e, err := c.seenEntry(ctx, in.ID)
		if err != nil {
			return audit.Receipt{}, err
		}
		return c.Audit.Receipt(ctx, e.Seq)
	})
	route(c, http.MethodGet, "/keys/{id}", "get-public-key", "公钥 / A public key", func(_ context.Context, in *KeyIn) (out signingKeyBody, err error) {
		pub := c.Keys.PublicKey(in.ID)
		if pub == nil {
			return out, fault.New(fault.Missing, "key.unknown", fault.T("没有该签名密钥", "there is no such signing key")).
				Fix(fault.T("请核对密钥编号；现有密钥见密钥页面", "check the key's id; the keys there are on the page of keys")).At("%s", in.ID)
		}
		pem, err := gm.PublicPEM(pub)
		if err != nil {
			return out, err
		}
		print, err := gm.Fingerprint(pub)
		return signingKeyBody{in.ID, print, string(pem), gm.Certified}, err
	})
}
