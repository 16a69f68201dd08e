package console

import (
	"cmp"
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type putOfficeIn struct {
	Body struct {
		Name   string `json:"name" maxLength:"63"`
		Title  string `json:"title" maxLength:"100"`
		Region string `json:"region" maxLength:"20" doc:"12 digits"`
		Credit string `json:"credit,omitempty" maxLength:"18" doc:"统一社会信用代码"`
		Parent string `json:"parent,omitempty" maxLength:"63" doc:"the office above it"`
	}
}

// keepOffices registers what the system administrator keeps offices with.
func (c *Console) keepOffices() {
	route(c, http.MethodPost, "/offices", "put-office", "登记或更正部门 / Enter or correct an office", func(ctx context.Context, in *putOfficeIn) (officeBody, error) {
		o := catalog.Office{Name: in.Body.Name, Title: trimmed(in.Body.Title), Region: in.Body.Region, Credit: in.Body.Credit, Parent: in.Body.Parent}
		if err := policy.Allowed(actor(ctx), policy.OfficeWrite, policy.Target{Office: o.Name}); err != nil {
			return officeBody{}, err
		}
		if err := c.Catalog.PutOffice(ctx, actor(ctx), o); err != nil {
			return officeBody{}, ofOne(err)
		}
		return officeBody{Name: o.Name, Title: o.Title, Region: o.Region, Credit: o.Credit, Parent: o.Parent}, nil
	})
}

// ofOne takes the place in a list out of the places of errors: there was one office.
func ofOne(err error) error {
	f := fault.From(err)
	if f.Kind != fault.Invalid {
		return err
	}
	const list = len("offices[0].")
	cut := func(f *fault.Error) *fault.Error {
		if len(f.Where) > list {
			return f.At("%s", f.Where[list:])
		}
		return f
	}
	var parts []*fault.Error
	for _, p := range f.Parts {
		parts = append(parts, cut(p))
	}
	if len(parts) == 0 {
		return cut(f)
	}
	return fault.All(f.Code, f.Text, parts)
}

type choiceBody struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// auditChoicesBody is what entries can be filtered by besides persons and times.
type auditChoicesBody struct {
	Services    []choiceBody `json:"services"`
	Grants      []choiceBody `json:"grants" doc:"by purpose, grantee and directory"`
	Apps        []choiceBody `json:"apps"`
	Directories []choiceBody `json:"directories"`
	Users       []choiceBody `json:"users"`
	Offices     []choiceBody `json:"offices"`
}

// auditChoices names things to those who read the audit and may not look at them.
func (c *Console) auditChoices(ctx context.Context, _ *struct{}) (out auditChoicesBody, err error) {
	for _, s := range c.Share.Services("", nil) {
		out.Services = append(out.Services, choiceBody{s.Name, s.Title})
	}
	for _, a := range c.People.Known() {
		out.Apps = append(out.Apps, choiceBody{a.Name, a.Title})
	}
	for cursor := ""; ; {
		ds, next, err := c.Catalog.List(ctx, catalog.Filter{}, cursor, 500)
		if err != nil {
			return out, err
		}
		for _, d := range ds {
			out.Directories = append(out.Directories, choiceBody{d.Name, d.Title})
		}
		if cursor = next; next == "" {
			break
		}
	}
	offices, err := c.Catalog.Offices(ctx)
	if err != nil {
		return out, err
	}
	for _, o := range offices {
		out.Offices = append(out.Offices, choiceBody{o.Name, o.Title})
	}
	if out.Grants, err = c.grantChoices(ctx, out); err != nil {
		return out, err
	}
	return out, c.People.EachUser(ctx, func(u people.User) { out.Users = append(out.Users, choiceBody{u.ID, u.Name}) })
}

// mostGrants bounds the grants that are offered, the newest first.
const mostGrants = 500

// grantChoices calls grants by what they are for, whose they are and of what.
func (c *Console) grantChoices(ctx context.Context, known auditChoicesBody) (out []choiceBody, err error) {
	titles, err := c.officeTitles(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range known.Apps {
		titles["app:"+a.Name] = a.Title
	}
	for _, d := range known.Directories {
		titles["directory:"+d.Name] = d.Title
	}
	grants, _, err := c.Grants.List(ctx, policy.Filter{}, "", mostGrants)
	for _, g := range grants {
		who := titles[g.Grantee.Name]
		if g.Grantee.Kind == policy.ToApp {
			who = titles["app:"+g.Grantee.Name]
		}
		out = append(out, choiceBody{g.ID, g.Purpose + " · " + cmp.Or(who, g.Grantee.Name) + " · " + cmp.Or(titles["directory:"+g.Directory], g.Directory)})
	}
	return out, err
}
