package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type UserIn struct {
	Who string `path:"who" maxLength:"200" doc:"login or id"`
}

type listUsersIn struct {
	Paging
	Q      string `query:"q" maxLength:"100" doc:"part of a login or name"`
	Office string `query:"office" maxLength:"63"`
	Role   string `query:"role" maxLength:"32"`
	State  string `query:"state" enum:"enabled,disabled"`
}

type addUserIn struct {
	Body struct {
		Login  string        `json:"login" maxLength:"63"`
		Name   string        `json:"name" maxLength:"100"`
		Office string        `json:"office,omitempty" maxLength:"63"`
		Roles  []people.Role `json:"roles,omitempty" maxItems:"10" doc:"needs the right to give roles; may be left to the security administrator"`
	}
}

type correctUserIn struct {
	UserIn
	Body struct {
		Name   string `json:"name" maxLength:"100"`
		Office string `json:"office,omitempty" maxLength:"63"`
	}
}

type reasonedUserIn struct {
	UserIn
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type setRolesIn struct {
	UserIn
	Body struct {
		Roles []people.Role `json:"roles" maxItems:"10"`
	}
}

type givenPasswordBody struct {
	User     people.User `json:"user"`
	Password string      `json:"password" doc:"told once, here; changed at the first sign-in"`
}

type listSessionsIn struct {
	User string `query:"user" maxLength:"200" doc:"login or id of the user; all without"`
}

type endedBody struct {
	ID string `json:"id" doc:"of the session"`
}

type SessionIn struct {
	ID string `path:"id" maxLength:"64"`
}

// users registers what the system and the security administrator keep accounts with.
func (c *Console) users() {
	route(c, http.MethodGet, "/users", "list-users", "账号列表 / Accounts", c.listUsers)
	route(c, http.MethodPost, "/users", "add-user", "新建账号 / Add an account", func(ctx context.Context, in *addUserIn) (out givenPasswordBody, err error) {
		out.User, out.Password, err = c.People.AddUser(ctx, actor(ctx), people.Profile{Login: in.Body.Login, Name: in.Body.Name, Office: in.Body.Office, Roles: in.Body.Roles})
		return out, err
	})
	route(c, http.MethodPost, "/users/{who}", "correct-user", "更正账号 / Correct an account", func(ctx context.Context, in *correctUserIn) (people.User, error) {
		return c.People.Correct(ctx, actor(ctx), in.Who, in.Body.Name, in.Body.Office)
	})
	route(c, http.MethodPost, "/users/{who}/disable", "disable-user", "停用账号 / Disable an account", func(ctx context.Context, in *reasonedUserIn) (people.User, error) {
		return c.People.DisableUser(ctx, actor(ctx), in.Who, trimmed(in.Body.Reason))
	})
	route(c, http.MethodPost, "/users/{who}/enable", "enable-user", "启用账号 / Enable an account", func(ctx context.Context, in *UserIn) (people.User, error) {
		return c.People.EnableUser(ctx, actor(ctx), in.Who)
	})
	route(c, http.MethodPost, "/users/{who}/reset", "reset-user", "重置密码 / Give a new first password", func(ctx context.Context, in *UserIn) (out givenPasswordBody, err error) {
		out.User, out.Password, err = c.People.ResetUser(ctx, actor(ctx), in.Who)
		return out, err
	})
	route(c, http.MethodPost, "/users/{who}/roles", "set-roles", "分配角色 / Give roles", func(ctx context.Context, in *setRolesIn) (people.User, error) {
		return c.People.SetRoles(ctx, actor(ctx), in.Who, in.Body.Roles)
	})
	route(c, http.MethodGet, "/sessions", "list-sessions", "会话列表 / Sessions", c.listSessions)
	route(c, http.MethodPost, "/sessions/{id}/end", "end-session", "结束会话 / End a session", func(ctx context.Context, in *SessionIn) (out endedBody, err error) {
		out.ID = in.ID
		return out, c.People.EndSession(ctx, actor(ctx), in.ID)
	})
	route(c, http.MethodGet, "/roles", "list-roles", "角色与权限 / Roles and rights", c.roles)
	route(c, http.MethodGet, "/account-rules", "get-account-rules", "安全策略 / Security rules", func(ctx context.Context, _ *struct{}) (people.Rules, error) {
		return c.People.Rules(ctx)
	})
	route(c, http.MethodPost, "/account-rules", "set-account-rules", "设置安全策略 / Set the security rules", func(ctx context.Context, in *struct{ Body people.Rules }) (people.Rules, error) {
		return in.Body, c.People.SetRules(ctx, actor(ctx), in.Body)
	})
}

func (c *Console) listUsers(ctx context.Context, in *listUsersIn) (List[people.User], error) {
	users, next, err := c.People.Users(ctx, people.UserFilter{Text: strings.TrimSpace(in.Q), Office: in.Office, Owner: ownOnly(ctx, policy.AccountRead), Role: people.Role(in.Role), State: people.State(in.State)}, in.Cursor, in.Limit)
	return page(users, next), err
}

// ownOnly is the actor's own id where a list may show no more than what is theirs.
func ownOnly(ctx context.Context, act policy.Action) string {
	if _, all := policy.Reaching(actor(ctx), act).Offices(); all {
		return ""
	}
	return actor(ctx).ID
}

func (c *Console) listSessions(ctx context.Context, in *listSessionsIn) (List[people.Session], error) {
	owner := ownOnly(ctx, policy.SessionRead)
	if owner == "" && in.User != "" {
		u, err := c.People.User(ctx, in.User)
		if err != nil {
			return List[people.Session]{}, err
		}
		owner = u.ID
	}
	sessions, err := c.People.Sessions(ctx, owner)
	return page(sessions, ""), err
}

type roleBody struct {
	Name  people.Role `json:"name"`
	Title string      `json:"title"`
	Duty  string      `json:"duty"`
	Users bool        `json:"users" doc:"may be given to a user"`
	Pack  string      `json:"pack,omitempty" doc:"title of the pack that declares it"`
	Short string      `json:"short,omitempty" doc:"its title within the pack"`
}

type rightBody struct {
	Action policy.Action          `json:"action"`
	Title  string                 `json:"title"`
	Change bool                   `json:"change"`
	Scopes map[people.Role]string `json:"scopes" doc:"how far it reaches, by role: none, own, office, descendants, all"`
}

type rolesBody struct {
	Roles  []roleBody  `json:"roles"`
	Rights []rightBody `json:"rights"`
}

// roles is the table of rights.
func (c *Console) roles(ctx context.Context, _ *struct{}) (out rolesBody, err error) {
	l := lang(ctx)
	for _, r := range append(people.Roles(), c.Packs.Roles()...) {
		b := roleBody{Name: r.Name, Title: r.Title.In(l), Duty: r.Duty.In(l), Users: r.Users}
		if id, name := r.Name.Split(); id != "" {
			if p, err := c.Packs.Current(id); err == nil {
				declared, _ := p.Role(name)
				b.Pack, b.Short = p.Title.In(l), declared.Title.Text().In(l)
			}
		}
		out.Roles = append(out.Roles, b)
	}
	for _, a := range policy.Actions() {
		b := rightBody{a.Name, a.Title.In(l), a.Change, map[people.Role]string{}}
		for _, r := range append(people.Roles(), c.Packs.Roles()...) {
			held := r.Name
			if held.OfPack() {
				held = people.PackRole
			}
			b.Scopes[r.Name] = policy.Scoped(held, a.Name).String()
		}
		out.Rights = append(out.Rights, b)
	}
	return out, nil
}
