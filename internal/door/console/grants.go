package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/policy"
)

type GrantIn struct {
	ID string `path:"id" maxLength:"64"`
}

type grantItemBody struct {
	Item  string `json:"item"`
	Mask  string `json:"mask" doc:"empty: shown whole"`
	Basis string `json:"basis" doc:"of showing a personal item whole"`
}

type grantEventBody struct {
	State  string    `json:"state"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"by_name" doc:"empty where it was no user"`
	Reason string    `json:"reason"`
}

type grantBody struct {
	ID        string           `json:"id"`
	Grantee   policy.Grantee   `json:"grantee"`
	Directory string           `json:"directory"`
	Office    string           `json:"office" doc:"the provider"`
	Items     []grantItemBody  `json:"items"`
	AllRows   bool             `json:"all_rows"`
	Rows      []policy.RowRule `json:"rows" doc:"conditions that every row meets"`
	Purpose   string           `json:"purpose"`
	Basis     string           `json:"basis"`
	From      time.Time        `json:"from"`
	Until     time.Time        `json:"until"`
	PerSecond int              `json:"per_second"`
	PerDay    int              `json:"per_day"`
	State     string           `json:"state" enum:"active,revoked,expired"`
	MadeAt    time.Time        `json:"made_at"`
	MadeBy    string           `json:"made_by"`
	EndedAt   *time.Time       `json:"ended_at"`
	EndedBy   string           `json:"ended_by"`
	EndReason string           `json:"end_reason"`
	History   []grantEventBody `json:"history,omitempty" doc:"of one grant, the first first"`
}

func grantOf(g policy.Grant) grantBody {
	b := grantBody{ID: g.ID, Grantee: g.Grantee, Directory: g.Directory, Office: g.Office, AllRows: g.Rows.All, Rows: g.Rows.Rules,
		Purpose: g.Purpose, Basis: g.Basis, From: g.From, Until: g.Until, PerSecond: g.PerSecond, PerDay: g.PerDay, State: string(g.State),
		MadeAt: g.MadeAt, MadeBy: g.MadeBy, EndedAt: g.EndedAt, EndedBy: g.EndedBy, EndReason: g.EndReason}
	for _, it := range g.Items {
		b.Items = append(b.Items, grantItemBody{it.Item, it.Mask.String(), it.Basis})
	}
	return b
}

type grantedItem struct {
	Item  string `json:"item" maxLength:"63"`
	Mask  string `json:"mask,omitempty" maxLength:"32" doc:"name, id, birth, phone, address, account, hash, range(n) or null"`
	Basis string `json:"basis,omitempty" maxLength:"500"`
}

// grantDraft is what a grant is to say.
type grantDraft struct {
	Grantee   policy.Grantee   `json:"grantee"`
	Directory string           `json:"directory" maxLength:"63"`
	Items     []grantedItem    `json:"items" maxItems:"1000"`
	AllRows   bool             `json:"all_rows,omitempty"`
	Rows      []policy.RowRule `json:"rows,omitempty" maxItems:"100"`
	Purpose   string           `json:"purpose"`
	Basis     string           `json:"basis"`
	From      *time.Time       `json:"from,omitempty" doc:"left out: at once"`
	Until     time.Time        `json:"until"`
	PerSecond int              `json:"per_second"`
	PerDay    int              `json:"per_day"`
}

type makeGrantIn struct {
	Check bool `query:"check" doc:"only check, change nothing"`
	Body  grantDraft
}

// previewGrantIn is a draft that may still lack words, term and quotas.
type previewGrantIn struct {
	Body grantDraft
}

func (b grantDraft) draft() (policy.Draft, error) {
	d := policy.Draft{Grantee: b.Grantee, Directory: b.Directory, Rows: policy.Rows{All: b.AllRows, Rules: b.Rows}, Purpose: b.Purpose, Basis: b.Basis,
		Until: b.Until, PerSecond: b.PerSecond, PerDay: b.PerDay}
	if b.From != nil {
		d.From = *b.From
	}
	for _, it := range b.Items {
		m, err := policy.ParseMask(it.Mask)
		if err != nil {
			return d, err
		}
		d.Items = append(d.Items, policy.GrantItem{Item: it.Item, Mask: m, Basis: it.Basis})
	}
	return d, nil
}

type listGrantsIn struct {
	Paging
	Directory string    `query:"directory" maxLength:"63"`
	App       string    `query:"app" maxLength:"63"`
	Office    string    `query:"office" maxLength:"63" doc:"the grantee"`
	State     string    `query:"state" enum:"active,revoked,expired"`
	Before    time.Time `query:"until_before" doc:"those that end before it"`
}

type revokeGrantIn struct {
	GrantIn
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (c *Console) grants() {
	route(c, http.MethodGet, "/grants", "list-grants", "授权列表 / Grants", c.listGrants)
	route(c, http.MethodGet, "/grants/{id}", "get-grant", "授权 / A grant", c.getGrant)
	route(c, http.MethodPost, "/grants", "make-grant", "授权 / Make a grant", func(ctx context.Context, in *makeGrantIn) (grantBody, error) {
		d, err := in.Body.draft()
		if err != nil {
			return grantBody{}, err
		}
		if in.Check {
			if err := c.allowedDirectory(ctx, "make-grant", d.Directory); err != nil {
				return grantBody{}, err
			}
			return grantOf(policy.Grant{Draft: d}), c.Grants.Check(ctx, d)
		}
		g, err := c.Grants.Make(ctx, actor(ctx), d)
		return grantOf(g), err
	})
	route(c, http.MethodPost, "/grants/{id}/revoke", "revoke-grant", "撤销授权 / Revoke a grant", func(ctx context.Context, in *revokeGrantIn) (grantBody, error) {
		g, err := c.Grants.Revoke(ctx, actor(ctx), in.ID, trimmed(in.Body.Reason))
		return grantOf(g), err
	})
}

func (c *Console) listGrants(ctx context.Context, in *listGrantsIn) (List[grantBody], error) {
	f := policy.Filter{Directory: in.Directory, State: policy.State(in.State), Before: in.Before}
	switch {
	case in.App != "":
		f.Grantee = policy.Grantee{Kind: policy.ToApp, Name: in.App}
	case in.Office != "":
		f.Grantee = policy.Grantee{Kind: policy.ToOffice, Name: in.Office}
	}
	grants, next, err := c.Grants.List(ctx, f.Seen(policy.Reaching(actor(ctx), policy.GrantRead)), in.Cursor, in.Limit)
	var out []grantBody
	for _, g := range grants {
		out = append(out, grantOf(g))
	}
	return page(out, next), err
}

func (c *Console) getGrant(ctx context.Context, in *GrantIn) (grantBody, error) {
	g, err := c.Grants.Get(ctx, in.ID)
	if err == nil {
		err = g.Seen(actor(ctx))
	}
	if err != nil {
		return grantBody{}, err
	}
	out := grantOf(g)
	history, err := c.Grants.History(ctx, in.ID)
	for _, h := range history {
		out.History = append(out.History, grantEventBody{string(h.State), h.At, h.By, c.personName(ctx, h.By), h.Reason})
	}
	return out, err
}

// personName is the name of a user by id; empty for what is none, such as a local command.
func (c *Console) personName(ctx context.Context, id string) string {
	u, _ := c.People.User(ctx, id)
	return u.Name
}
