package console

import (
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
	Apps        []choiceBody `json:"apps"`
	Directories []choiceBody `json:"directories"`
	Users       []choiceBody `json:"users"`
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
	return out, c.People.EachUser(ctx, func(u people.User) { out.Users = append(out.Users, choiceBody{u.ID, u.Name}) })
}
