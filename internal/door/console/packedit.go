package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/spec"
)

type packArchiveIn struct {
	PackIn
	Version string `query:"version" maxLength:"20" doc:"the installed one unless given"`
}

type addFieldIn struct {
	PackIn
	Check bool `query:"check" doc:"show the plan, change nothing"`
	Body  struct {
		Register string       `json:"register" maxLength:"20"`
		Name     string       `json:"name" maxLength:"40"`
		Title    string       `json:"title" maxLength:"100"`
		English  string       `json:"title_en,omitempty" maxLength:"100"`
		Type     string       `json:"type" maxLength:"200" doc:"as a pack declares it: text(60), money, code(road_class), reference(road)"`
		Options  []optionBody `json:"options,omitempty" maxItems:"200" doc:"of an enum"`
		Required bool         `json:"required,omitempty"`
		Personal string       `json:"personal,omitempty" enum:"name,id,birth,phone,address,account,other" doc:"kind of personal information"`
		From     string       `json:"from,omitempty" maxLength:"20" doc:"the version the plan began at; another one meanwhile is a conflict"`
	}
}

type optionBody struct {
	Value   string `json:"value" maxLength:"40"`
	Title   string `json:"title" maxLength:"100"`
	English string `json:"title_en,omitempty" maxLength:"100"`
}

type addedFieldBody struct {
	Plan planBody       `json:"plan"`
	File string         `json:"file" doc:"of the pack, in which the field is written"`
	Line int            `json:"line"`
	Text string         `json:"text" doc:"the field as it is written there"`
	Diff []packLineBody `json:"diff" doc:"what is written into the files, with the lines about it"`
}

type packLineBody struct {
	File string `json:"file"`
	Sign string `json:"sign" enum:"same,added,removed"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// editPacks registers what is done with a pack's files.
func (c *Console) editPacks() {
	op := huma.Operation{OperationID: "get-pack-archive", Method: http.MethodGet, Path: "/api/v1/packs/{pack}/archive", Summary: "下载应用包 / A pack as a zip archive", Errors: problems(http.MethodGet),
		Responses: map[string]*huma.Response{"200": {Description: "the pack's files", Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}}
	huma.Register(c.api, op, func(ctx context.Context, in *packArchiveIn) (*huma.StreamResponse, error) {
		p, data, err := c.archive(ctx, in)
		if err != nil {
			return nil, c.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", "application/zip")
			h.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(p.ID+"-"+p.Version+".zip"))
			_, _ = h.BodyWriter().Write(data)
		}}, nil
	})
	route(c, http.MethodPost, "/packs/{pack}/fields", "add-pack-field", "为登记表增加字段 / Add a field to a register", c.addField)
}

func (c *Console) archive(ctx context.Context, in *packArchiveIn) (p *pack.Pack, data []byte, err error) {
	if in.Version == "" {
		p, err = c.Packs.Current(in.Pack)
	} else {
		p, err = c.Packs.At(ctx, in.Pack, in.Version)
	}
	if err != nil {
		return nil, nil, err
	}
	data, err = pack.Zip(p.Files)
	return p, data, err
}

// addField writes a field into the pack's file and installs the version that has it: screen
// and file are one.
func (c *Console) addField(ctx context.Context, in *addFieldIn) (out addedFieldBody, err error) {
	b := in.Body
	d := pack.FieldDraft{Entity: b.Register, Name: b.Name, Title: spec.Label{ZH: b.Title, EN: b.English}, Type: b.Type, Required: b.Required, Personal: b.Personal}
	for _, o := range b.Options {
		d.Options = append(d.Options, pack.Option{Value: o.Value, Title: spec.Label{ZH: o.Title, EN: o.English}})
	}
	p, edit, err := c.Packs.AddField(ctx, in.Pack, d)
	if err != nil {
		return out, err
	}
	out.File, out.Line, out.Text = edit.File, edit.Line, edit.Text
	now, err := c.Packs.Current(in.Pack)
	if err != nil {
		return out, err
	}
	for _, l := range pack.Compared(now.Files, p.Files) {
		out.Diff = append(out.Diff, packLineBody{l.File, l.Sign, l.At, l.Text})
	}
	var plan pack.Plan
	if in.Check {
		plan, err = c.Packs.Plan(ctx, p, false)
	} else {
		plan, err = c.Packs.Install(ctx, actor(ctx), p, cmp.Or(b.From, now.Version), false)
	}
	out.Plan = planOf(plan, lang(ctx))
	return out, err
}

// mostHolders are shown of a role; all are counted.
const mostHolders = 500

// holders says who holds a role of a pack. Names are for those who answer for the pack.
func (c *Console) holders(ctx context.Context, b *packRoleBody) error {
	users, _, err := c.People.Users(ctx, people.UserFilter{Role: people.Role(b.Name)}, "", mostHolders)
	if err != nil {
		return err
	}
	b.Held = len(users)
	a := actor(ctx)
	if policy.Allowed(a, policy.PackInstall, policy.Target{}) != nil && ownOnly(ctx, policy.AccountRead) != "" {
		return nil
	}
	for _, u := range users {
		b.Holders = append(b.Holders, packHolderBody{Name: u.Name, OfficeTitle: c.Flow.Tree().Title(u.Office), Enabled: u.State == people.Enabled})
	}
	return nil
}
