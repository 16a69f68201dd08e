package console

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type signInIn struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type changePasswordIn struct {
	Body struct {
		Old      string `json:"old" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024" doc:"the new one"`
	}
}

type actionBody struct {
	Action policy.Action `json:"action"`
	Scope  string        `json:"scope" enum:"own,office,descendants,all"`
}

type whoBody struct {
	ID          string        `json:"id" doc:"of the user"`
	Login       string        `json:"login"`
	Name        string        `json:"name"`
	Office      string        `json:"office"`
	OfficeTitle string        `json:"office_title"`
	Roles       []people.Role `json:"roles"`
	MustChange  bool          `json:"must_change" doc:"the password has to be changed first; until then there are no actions"`
	Until       *time.Time    `json:"until" doc:"when the session ends at the latest; null for a local command"`
	CSRF        string        `json:"csrf" doc:"goes into the header X-CSRF-Token of every change"`
	Actions     []actionBody  `json:"actions" doc:"what the actor may do, and how far"`
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      whoBody
}

func (c *Console) sessions() {
	huma.Register(c.api, huma.Operation{OperationID: "sign-in", Method: http.MethodPost, Path: "/api/v1/session", Summary: "登录 / Sign in",
		Errors: []int{400, 403, 413, 415, 422, 500, 503}}, func(ctx context.Context, in *signInIn) (*signedIn, error) {
		if err := written(reflect.ValueOf(in)); err != nil {
			return nil, c.problem(ctx, err)
		}
		a := *askerOf(ctx)
		var err error
		if a.Signed, a.token, err = c.People.SignIn(ctx, in.Body.Login, in.Body.Password, a.place); err != nil {
			return nil, c.problem(ctx, err)
		}
		out, err := c.whoIs(ctx, &a)
		return &signedIn{a.cookie(a.token, 0), out}, c.problem(ctx, err)
	})
	route(c, http.MethodGet, "/session", "who-am-i", "当前登录 / Who is signed in", func(ctx context.Context, _ *struct{}) (whoBody, error) {
		return c.whoIs(ctx, askerOf(ctx))
	})
	huma.Register(c.api, huma.Operation{OperationID: "sign-out", Method: http.MethodDelete, Path: "/api/v1/session", Summary: "退出登录 / Sign out",
		DefaultStatus: http.StatusNoContent, Errors: []int{401, 403, 500, 503}}, func(ctx context.Context, _ *struct{}) (*struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
	}, error) {
		a := askerOf(ctx)
		if a.Session.ID != "" {
			if err := c.People.EndSession(ctx, a.Actor, a.Session.ID); err != nil {
				return nil, c.problem(ctx, err)
			}
		}
		return &struct {
			SetCookie http.Cookie `header:"Set-Cookie"`
		}{a.cookie("", -1)}, nil
	})
	route(c, http.MethodPost, "/session/password", "change-password", "修改本人密码 / Change one's own password", func(ctx context.Context, in *changePasswordIn) (whoBody, error) {
		a := *askerOf(ctx)
		if a.token == "" {
			return whoBody{}, people.ErrSession // a local command has no password
		}
		if err := c.People.ChangePassword(ctx, a.Signed, in.Body.Old, in.Body.Password, a.place); err != nil {
			return whoBody{}, err
		}
		var err error
		if a.Signed, err = c.People.Authenticate(ctx, a.token); err != nil {
			return whoBody{}, err
		}
		return c.whoIs(ctx, &a)
	})
}

// cookie carries a session's token: no script reads it, no other site sends it.
func (a *asker) cookie(token string, age int) http.Cookie {
	return http.Cookie{Name: cookieName, Value: token, Path: "/", MaxAge: age, HttpOnly: true, Secure: a.tls, SameSite: http.SameSiteStrictMode}
}

func (c *Console) whoIs(ctx context.Context, a *asker) (out whoBody, err error) {
	out = whoBody{ID: a.Actor.ID, Login: a.Actor.Name, Name: a.User.Name, Office: a.Actor.Office, Roles: a.Actor.Roles, MustChange: a.MustChange,
		Actions: []actionBody{}}
	if out.Roles == nil {
		out.Roles = []people.Role{}
	}
	if a.token != "" {
		out.CSRF, out.Until = people.CSRF(a.token), &a.Session.Until
	}
	for _, info := range policy.Actions() {
		if s := policy.Reaching(a.Actor, info.Name).Scope; s != policy.None {
			out.Actions = append(out.Actions, actionBody{info.Name, s.String()})
		}
	}
	if out.Office != "" {
		o, err := c.Catalog.Office(ctx, out.Office)
		if err != nil {
			return out, err
		}
		out.OfficeTitle = o.Title
	}
	return out, nil
}
