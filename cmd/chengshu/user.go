package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/people"
)

// user is the command of accounts.
func (a *app) user() *cobra.Command {
	c := group(&cobra.Command{Use: "user", Short: "账号 / accounts: add, list, roles, disable, enable, reset"})
	c.AddCommand(a.userAdd(), a.userList(), a.userRoles(), a.userState("disable", "停用账号 / disable an account and end its sessions"),
		a.userState("enable", "启用账号 / enable an account"), a.userReset())
	return c
}

type givenPassword struct {
	User     people.User `json:"user"`
	Password string      `json:"password"`
}

func (a *app) userAdd() *cobra.Command {
	var name, office string
	var roles []string
	c := &cobra.Command{Use: "add LOGIN", Short: "新建账号 / add an account; its first password is told once", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out givenPassword
			body := map[string]any{"login": args[0], "name": name, "office": office, "roles": roles}
			if err := c.call(cmd.Context(), "POST", "/users", body, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) { a.tellPassword(w, out) })
		})
	}}
	c.Flags().StringVar(&name, "name", "", "姓名 / the person's name")
	c.Flags().StringVar(&office, "office", "", "所在部门 / the office they work for")
	c.Flags().StringSliceVar(&roles, "role", []string{}, "角色：system_admin、security_admin、audit_admin、data_admin、officer、reviewer / roles: system_admin, security_admin, audit_admin, data_admin, officer, reviewer")
	return c
}

func (a *app) tellPassword(w io.Writer, g givenPassword) {
	fmt.Fprintln(w, a.say("账号 %s 的密码（只显示这一次，首次登录须修改）：%s", "password of %s (shown this once, to be changed at the first sign-in): %s", g.User.Login, g.Password))
}

func (a *app) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "账号列表 / list accounts", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []people.User `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/users?limit=500", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("登录名\t姓名\t部门\t角色\t状态", "login\tname\toffice\troles\tstate"), l.Items, func(u people.User) []any {
					return []any{u.Login, u.Name, u.Office, roleWords(u.Roles), u.State}
				})
			})
		})
	}}
}

func roleWords(roles []people.Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return strings.Join(out, ",")
}

func (a *app) userRoles() *cobra.Command {
	return &cobra.Command{Use: "roles LOGIN [ROLE ...]", Short: "分配角色 / give roles in place of those held", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var u people.User
			if err := c.call(cmd.Context(), "POST", "/users/"+url.PathEscape(args[0])+"/roles", map[string]any{"roles": args[1:]}, &u); err != nil {
				return err
			}
			return a.print(u, func(w io.Writer) {
				fmt.Fprintln(w, a.say("账号 %s 的角色：%s", "roles of %s: %s", u.Login, roleWords(u.Roles)))
			})
		})
	}}
}

func (a *app) userState(verb, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: verb + " LOGIN", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		var body any
		if verb == "disable" {
			body = map[string]string{"reason": reason}
		}
		return a.with(cmd.Context(), func(c *client) error {
			var u people.User
			if err := c.call(cmd.Context(), "POST", "/users/"+url.PathEscape(args[0])+"/"+verb, body, &u); err != nil {
				return err
			}
			return a.print(u, func(w io.Writer) {
				fmt.Fprintln(w, a.say("账号 %s 的状态：%s", "account %s is %s", u.Login, u.State))
			})
		})
	}}
	if verb == "disable" {
		c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	}
	return c
}

func (a *app) userReset() *cobra.Command {
	return &cobra.Command{Use: "reset LOGIN", Short: "重置密码 / give a new first password, told once", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out givenPassword
			if err := c.call(cmd.Context(), "POST", "/users/"+url.PathEscape(args[0])+"/reset", nil, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) { a.tellPassword(w, out) })
		})
	}}
}
