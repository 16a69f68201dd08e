package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

type ServiceIn struct {
	Name string `path:"name" maxLength:"63"`
}

type serviceBody struct {
	Name      string    `json:"name"`
	Title     string    `json:"title"`
	Abstract  string    `json:"abstract" doc:"what it is for, told to callers"`
	Directory string    `json:"directory"`
	Key       []string  `json:"key" doc:"items a look-up gives, in order; none: lists alone"`
	Filter    []string  `json:"filter" doc:"items a list may be filtered by"`
	Sort      []string  `json:"sort" doc:"items a list may be sorted by"`
	Stopped   bool      `json:"stopped"`
	Office    string    `json:"office"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
	Served    *served   `json:"served" doc:"the file that look-ups are answered from; null: there is none"`
}

// served is how far the file of a service has come.
type served struct {
	Behind  int       `json:"behind" doc:"changes of the table that it has not yet"`
	Rows    int64     `json:"rows" doc:"rows that can be found"`
	Unkeyed int64     `json:"unkeyed" doc:"rows without a key, which nobody finds"`
	Built   time.Time `json:"built" doc:"when it was built; it follows the table since"`
}

func serviceOf(s share.Service) serviceBody {
	return serviceBody{Name: s.Name, Title: s.Title, Abstract: s.Abstract, Directory: s.Directory, Key: s.Key, Filter: s.Filter, Sort: s.Sort, Stopped: s.Stopped,
		Office: s.Office, Version: s.Version, CreatedAt: s.CreatedAt, ChangedAt: s.ChangedAt}
}

type removeServiceIn struct {
	ServiceIn
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (c *Console) services(mux *http.ServeMux) {
	route(c, http.MethodGet, "/services", "list-services", "数据服务列表 / Data services", c.listServices)
	route(c, http.MethodGet, "/services/{name}", "get-service", "数据服务 / A data service", func(ctx context.Context, in *ServiceIn) (serviceBody, error) {
		s, err := c.Share.Get(in.Name)
		out := serviceOf(s)
		if err == nil {
			out.Served, err = c.served(ctx, s)
		}
		return out, err
	})
	route(c, http.MethodPost, "/services/{name}/remove", "remove-service", "删除数据服务 / Remove a data service", func(ctx context.Context, in *removeServiceIn) (serviceBody, error) {
		s, err := c.Share.Get(in.Name)
		if err != nil {
			return serviceBody{}, err
		}
		if err := allowed(ctx, "remove-service", s.Office); err != nil {
			return serviceBody{}, err
		}
		return serviceOf(s), c.Share.Remove(ctx, actor(ctx), in.Name, in.Body.Reason)
	})
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	c.api.OpenAPI().AddOperation(&huma.Operation{OperationID: "put-service", Method: http.MethodPost, Path: "/api/v1/services",
		Summary: "登记或修改数据服务 / Declare or change data services",
		Parameters: []*huma.Param{{Name: "check", In: "query", Description: "only check, change nothing", Schema: &huma.Schema{Type: "boolean"}},
			{Name: "places", In: "query", Description: "how errors name their places: lines of the document, or paths such as key[0]", Schema: &huma.Schema{Type: "string", Enum: []any{"lines", "paths"}}},
			{Name: "X-File-Name", In: "header", Description: "what errors name as the file", Schema: &huma.Schema{Type: "string"}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/yaml": text, "application/json": text}},
		Responses:   c.responses(http.MethodPost, http.StatusOK, savedServices{})})
	mux.HandleFunc("POST /api/v1/services", c.guarded("put-service", declared(c, "service.large", c.declareServices)))
}

func (c *Console) served(ctx context.Context, s share.Service) (*served, error) {
	st, behind, err := c.Share.Served(ctx, s)
	if fault.KindOf(err) == fault.Missing {
		return nil, nil
	}
	return &served{behind, st.Rows, st.Unkeyed, st.Built}, err
}

type listServicesIn struct {
	Directory string `query:"directory" maxLength:"63"`
	Q         string `query:"q" maxLength:"100" doc:"part of a name or title, the service's or its directory's"`
	Office    string `query:"office" maxLength:"63"`
	State     string `query:"state" enum:"running,stopped"`
}

func (c *Console) listServices(ctx context.Context, in *listServicesIn) (List[serviceBody], error) {
	services := c.Share.Services(in.Directory, reachedOffices(ctx, policy.ServiceRead))
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.Directory
	}
	entries, err := c.Catalog.Entries(ctx, names...)
	var out []serviceBody
	for _, s := range services {
		if in.fits(s, entries[s.Directory].Title) {
			out = append(out, serviceOf(s))
		}
	}
	return page(out, ""), err
}

// fits says whether a service of a directory with that title is one that was asked for.
func (in *listServicesIn) fits(s share.Service, directory string) bool {
	q := strings.TrimSpace(in.Q)
	found := slices.ContainsFunc([]string{s.Name, s.Title, s.Directory, directory}, func(x string) bool { return strings.Contains(x, q) })
	return found && (in.Office == "" || s.Office == in.Office) && (in.State == "" || s.Stopped == (in.State == "stopped"))
}

type savedService struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Created bool   `json:"created"`
	Changed bool   `json:"changed"`
}

type savedServices struct {
	Services []savedService `json:"services" doc:"every service of the document, in order"`
}

// declareServices takes every service of a document or, if one has errors, none.
func (c *Console) declareServices(ctx context.Context, in document) (out savedServices, err error) {
	docs, err := share.Decode(in.file, in.text)
	if err != nil {
		return out, err
	}
	var parts []*fault.Error
	for _, d := range docs {
		if err := fault.Except(fault.Missing, c.allowedDirectory(ctx, "put-service", d.Value.Directory)); err != nil {
			return out, err
		}
		if err := c.Share.Check(ctx, *d.Value); err != nil {
			if !in.paths {
				err = d.Locate(err)
			}
			parts = append(parts, fault.From(err))
		}
	}
	if err = fault.All("service.invalid", fault.T("服务声明有误", "the declarations have errors"), parts); err != nil || in.check {
		return out, err
	}
	for _, d := range docs {
		s, created, changed, err := c.Share.Put(ctx, actor(ctx), *d.Value)
		if err != nil {
			return out, err
		}
		out.Services = append(out.Services, savedService{s.Name, s.Version, created, changed})
	}
	return out, nil
}

// trimmed is a reason as it is kept.
func trimmed(s string) string { return strings.TrimSpace(s) }
