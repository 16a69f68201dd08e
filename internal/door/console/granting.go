package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

// What is asked for before a grant is made, and before one is revoked.

// candidateBody is an application as those see it who grant: no keys, nothing else of it.
type candidateBody struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Office      string `json:"office"`
	OfficeTitle string `json:"office_title"`
	State       string `json:"state" enum:"enabled,disabled"`
}

type grantSampleColumn struct {
	Item     string `json:"item"`
	Mask     string `json:"mask" doc:"empty: shown whole"`
	Invented bool   `json:"invented" doc:"an invented value is shown: the asker may not see what the grant would show"`
	Shown    string `json:"shown" doc:"of an invented value; empty otherwise"`
}

type grantSampleBody struct {
	Columns  []grantSampleColumn `json:"columns"`
	Rows     [][]*string         `json:"rows" doc:"the first rows of the grant's range as its grantee would get them"`
	Matched  int64               `json:"matched" doc:"rows in its range"`
	Total    int64               `json:"total"`
	Snapshot string              `json:"snapshot" doc:"the snapshot read; empty where the directory was never loaded"`
}

type affectedService struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Stopped bool   `json:"stopped"`
}

type affectedApp struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Office      string `json:"office"`
	OfficeTitle string `json:"office_title"`
	Keeps       bool   `json:"keeps" doc:"another grant stands: its calls of the directory go on by that one"`
}

type recentCallsBody struct {
	Days    int        `json:"days"`
	Calls   int64      `json:"calls"`
	Refused int64      `json:"refused"`
	Last    *time.Time `json:"last" doc:"the last call; null where there was none"`
}

type grantEffectBody struct {
	Services []affectedService `json:"services" doc:"that are called by the grant"`
	Apps     []affectedApp     `json:"apps" doc:"that call by it"`
	Recent   recentCallsBody   `json:"recent" doc:"calls by this grant lately"`
}

// effectDays is how many days of calls are told before a grant is revoked.
const effectDays = 30

func (c *Console) granting() {
	route(c, http.MethodGet, "/grantees", "list-grantees", "可授权的应用 / Applications that may be granted something", c.listGrantees)
	route(c, http.MethodPost, "/grant-previews", "preview-grant", "预览授权所见 / What a grant would show", c.previewGrant)
	route(c, http.MethodGet, "/grants/{id}/effect", "get-grant-effect", "撤销授权的影响 / What revoking a grant stops", c.grantEffect)
}

func (c *Console) listGrantees(ctx context.Context, _ *struct{}) (List[candidateBody], error) {
	titles, err := c.officeTitles(ctx)
	var out []candidateBody
	for _, a := range c.People.Known() {
		out = append(out, granteeOf(a, titles))
	}
	return page(out, ""), err
}

func granteeOf(a people.App, titles map[string]string) candidateBody {
	return candidateBody{a.Name, a.Title, a.Office, titles[a.Office], string(a.State)}
}

func (c *Console) officeTitles(ctx context.Context) (map[string]string, error) {
	offices, err := c.Catalog.Offices(ctx)
	out := map[string]string{}
	for _, o := range offices {
		out[o.Name] = o.Title
	}
	return out, err
}

func (c *Console) previewGrant(ctx context.Context, in *previewGrantIn) (out grantSampleBody, err error) {
	d, err := in.Body.draft()
	if err != nil {
		return out, err
	}
	s, err := c.Share.Preview(ctx, actor(ctx), d)
	if err != nil {
		return out, err
	}
	v, err := c.Catalog.Directory(ctx, d.Directory)
	if err != nil {
		return out, err
	}
	seen := look{directory: d.Directory, target: "grantee/" + d.Grantee.String(), rows: int64(len(s.Rows))}
	for _, col := range s.Columns {
		out.Columns = append(out.Columns, grantSampleColumn{col.Item, col.Mask.String(), col.Invented, col.Shown})
		if !col.Invented {
			seen.items = append(seen.items, col.Item)
			seen.plain = seen.plain || col.Mask.Kind == policy.MaskNone && personal(v, col.Item)
		}
	}
	out.Matched, out.Total, out.Snapshot = s.Matched, s.Total, snapshotText(s.Snapshot)
	for _, r := range s.Rows {
		out.Rows = append(out.Rows, texts(r))
	}
	return out, show(ctx, seen)
}

func personal(d policy.Directory, item string) bool {
	for _, it := range d.Items {
		if it.Name == item {
			return it.Personal != ""
		}
	}
	return true
}

func (c *Console) grantEffect(ctx context.Context, in *GrantIn) (out grantEffectBody, err error) {
	g, err := c.Grants.Get(ctx, in.ID)
	if err == nil {
		err = g.Seen(actor(ctx))
	}
	if err != nil {
		return out, err
	}
	for _, s := range c.Share.Services(g.Directory, nil) {
		out.Services = append(out.Services, affectedService{s.Name, s.Title, s.Stopped})
	}
	titles, err := c.officeTitles(ctx)
	if err != nil {
		return out, err
	}
	keeps, err := c.Share.Covered(ctx, g.Directory, g.ID)
	if err != nil {
		return out, err
	}
	for _, a := range c.People.Known() {
		if g.Grantee.Kind == policy.ToApp && a.Name != g.Grantee.Name || g.Grantee.Kind == policy.ToOffice && a.Office != g.Grantee.Name {
			continue
		}
		out.Apps = append(out.Apps, affectedApp{a.Name, a.Title, a.Office, titles[a.Office], keeps(a.Name, a.Office)})
	}
	out.Recent, err = c.recentCalls(ctx, g.ID)
	return out, err
}

// recentCalls counts the calls of a grant in the last days, and finds the last of them.
func (c *Console) recentCalls(ctx context.Context, grant string) (out recentCallsBody, err error) {
	out.Days = effectDays
	day := func(back int) string { return c.Now().In(region.Beijing).AddDate(0, 0, -back).Format(time.DateOnly) }
	sums, err := c.Audit.Count(ctx, audit.CallFilter{Grant: grant, From: day(effectDays - 1), Until: day(0)}, audit.ByGrant)
	if err != nil {
		return out, err
	}
	for _, s := range sums {
		out.Calls, out.Refused = out.Calls+s.Calls.Calls, out.Refused+s.Refused
	}
	p, err := c.Audit.Search(ctx, audit.Filter{Grant: grant, Limit: 20})
	for _, e := range p.Entries {
		if e.App != "" { // no change of the grant itself
			out.Last = &e.At
			break
		}
	}
	return out, err
}
