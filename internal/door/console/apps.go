package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type AppIn struct {
	Name string `path:"name" maxLength:"63"`
}

type addAppIn struct {
	Body struct {
		Name   string `json:"name" maxLength:"63"`
		Title  string `json:"title" maxLength:"100"`
		Office string `json:"office" maxLength:"63"`
	}
}

type reasonedAppIn struct {
	AppIn
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

type addKeyIn struct {
	AppIn
	Body struct {
		Kind      people.KeyKind `json:"kind" enum:"api,hmac,sm2"`
		Public    string         `json:"public,omitempty" maxLength:"4096" doc:"sm2: the public key in PEM"`
		Until     *time.Time     `json:"until,omitempty" doc:"left out: until it is withdrawn"`
		Addresses []string       `json:"addresses,omitempty" maxItems:"50" doc:"addresses or networks (CIDR) it may be used from; none: from anywhere"`
	}
}

type givenKeyBody struct {
	Key    people.Key `json:"key"`
	Secret string     `json:"secret" doc:"told once, here; empty for sm2"`
}

type endKeyIn struct {
	AppIn
	Key  string `path:"key" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (c *Console) apps() {
	route(c, http.MethodGet, "/apps", "list-apps", "应用列表 / Applications", c.listApps)
	route(c, http.MethodGet, "/apps/{name}", "get-app", "应用 / An application", func(ctx context.Context, in *AppIn) (people.App, error) {
		a, err := c.People.App(ctx, in.Name)
		if err != nil {
			return a, err
		}
		return a, policy.Allowed(actor(ctx), policy.AppRead, policy.Target{Owner: a.Name, Office: a.Office})
	})
	route(c, http.MethodPost, "/apps", "add-app", "登记应用 / Register an application", func(ctx context.Context, in *addAppIn) (people.App, error) {
		return c.People.AddApp(ctx, actor(ctx), in.Body.Name, in.Body.Title, in.Body.Office)
	})
	route(c, http.MethodPost, "/apps/{name}/disable", "disable-app", "停用应用 / Disable an application", func(ctx context.Context, in *reasonedAppIn) (people.App, error) {
		return c.People.DisableApp(ctx, actor(ctx), in.Name, trimmed(in.Body.Reason))
	})
	route(c, http.MethodPost, "/apps/{name}/enable", "enable-app", "启用应用 / Enable an application", func(ctx context.Context, in *AppIn) (people.App, error) {
		return c.People.EnableApp(ctx, actor(ctx), in.Name)
	})
	route(c, http.MethodPost, "/apps/{name}/keys", "add-key", "发放密钥 / Give an application a key", func(ctx context.Context, in *addKeyIn) (out givenKeyBody, err error) {
		s := people.KeySpec{Kind: in.Body.Kind, Public: in.Body.Public, Addresses: in.Body.Addresses}
		if in.Body.Until != nil {
			s.Until = *in.Body.Until
		}
		out.Key, out.Secret, err = c.People.AddKey(ctx, actor(ctx), in.Name, s)
		return out, err
	})
	route(c, http.MethodPost, "/apps/{name}/keys/{key}/end", "end-key", "收回密钥 / Withdraw a key", func(ctx context.Context, in *endKeyIn) (people.App, error) {
		return c.People.EndKey(ctx, actor(ctx), in.Name, in.Key, trimmed(in.Body.Reason))
	})
}

func (c *Console) listApps(ctx context.Context, in *Paging) (List[people.App], error) {
	a := actor(ctx)
	offices, all := policy.Reaching(a, policy.AppRead).Offices()
	apps, next, err := c.People.Apps(ctx, !all, offices, a.ID, in.Cursor, in.Limit)
	return page(apps, next), err
}
