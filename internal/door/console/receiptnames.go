package console

import (
	"cmp"
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/policy"
)

// receiptNames are the titles of what an entry names by codes. They are told apart from the
// receipt, which is what was hashed and holds no word that could change.
type receiptNames struct {
	App       string       `json:"app"`
	Actor     string       `json:"actor"`
	Office    string       `json:"office"`
	Service   string       `json:"service"`
	Directory string       `json:"directory"`
	Action    string       `json:"action"`
	Grant     string       `json:"grant" doc:"its purpose"`
	Items     []choiceBody `json:"items"`
}

// seenEntry is the entry of a receipt that somebody may read.
func (c *Console) seenEntry(ctx context.Context, id string) (audit.Entry, error) {
	seq, err := c.Audit.ParseReceiptID(id)
	if err != nil {
		return audit.Entry{}, err
	}
	e, err := c.Audit.Entry(ctx, seq)
	if err != nil {
		return e, err
	}
	return e, policy.Allowed(actor(ctx), policy.ReceiptRead, policy.Target{Owner: e.App, Office: e.Office})
}

func (c *Console) receiptNaming() {
	route(c, http.MethodGet, "/receipts/{id}/names", "get-receipt-names", "回执所涉名称 / What a receipt names, by title", func(ctx context.Context, in *ReceiptIn) (out receiptNames, err error) {
		e, err := c.seenEntry(ctx, in.ID)
		if err != nil {
			return out, err
		}
		directory := e.Directory
		for _, s := range c.Share.Services("", nil) {
			if s.Name == e.Service {
				out.Service, directory = s.Title, cmp.Or(directory, s.Directory)
			}
		}
		entries, err := c.Catalog.Entries(ctx, directory)
		if err != nil {
			return out, err
		}
		apps, err := c.People.AppTitles(ctx, e.App)
		if err != nil {
			return out, err
		}
		offices, err := c.officeTitles(ctx)
		if err != nil {
			return out, err
		}
		out.App, out.Office, out.Directory, out.Action = apps[e.App], offices[e.Office], entries[directory].Title, policy.Action(e.Action).Title().In(lang(ctx))
		if e.Actor != "" && e.App == "" {
			names, err := c.People.Names(ctx, e.Actor)
			if err != nil {
				return out, err
			}
			out.Actor = names[e.Actor]
		}
		if e.Grant != "" {
			grants, err := c.Grants.Named(ctx, e.Grant)
			if err != nil {
				return out, err
			}
			out.Grant = grants[e.Grant].Purpose
		}
		out.Items = c.itemTitles(ctx, e)
		return out, nil
	})
}

// itemTitles are the titles of an entry's items, as its directory has them now; one that is
// gone has none.
func (c *Console) itemTitles(ctx context.Context, e audit.Entry) (out []choiceBody) {
	if e.Directory == "" || len(e.Items) == 0 {
		return nil
	}
	v, err := c.Catalog.Get(ctx, e.Directory)
	if err != nil {
		return nil
	}
	titles := map[string]string{}
	for _, it := range v.Directory.Items {
		titles[it.Name] = it.Title
	}
	for _, name := range e.Items {
		if t := titles[name]; t != "" {
			out = append(out, choiceBody{name, t})
		}
	}
	return out
}
