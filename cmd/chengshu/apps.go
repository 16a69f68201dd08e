package main

import (
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

type appKey struct {
	ID    string     `json:"id"`
	Kind  string     `json:"kind"`
	State string     `json:"state"`
	Hint  string     `json:"hint"`
	Until *time.Time `json:"until"`
}

type appLine struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Office string   `json:"office"`
	State  string   `json:"state"`
	Keys   []appKey `json:"keys"`
}

// application is the command of applications, which call services.
func (a *app) application() *cobra.Command {
	c := &cobra.Command{Use: "app", Short: "应用 / applications: add, list, show, key, end-key, disable, enable"}
	c.AddCommand(a.appAdd(), a.appList(), a.appShow(), a.appKey(), a.appEndKey(), a.appState("disable", "停用应用 / disable an application; its next call is refused"),
		a.appState("enable", "启用应用 / enable an application"))
	return c
}

func (a *app) appAdd() *cobra.Command {
	var title, office string
	c := &cobra.Command{Use: "add NAME", Short: "登记应用 / register an application", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out appLine
			if err := c.call(cmd.Context(), "POST", "/apps", map[string]string{"name": args[0], "title": title, "office": office}, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) { fmt.Fprintln(w, a.say("已登记应用 %s", "registered application %s", out.Name)) })
		})
	}}
	c.Flags().StringVar(&title, "title", "", "名称 / what it is called")
	c.Flags().StringVar(&office, "office", "", "所属部门 / the office it is of")
	return c
}

func (a *app) appList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "应用列表 / list applications", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []appLine `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/apps?limit=500", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("名称\t标题\t部门\t状态\t密钥", "name\ttitle\toffice\tstate\tkeys"), l.Items, func(p appLine) []any {
					return []any{p.Name, p.Title, p.Office, p.State, len(p.Keys)}
				})
			})
		})
	}}
}

func (a *app) appShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "应用及其密钥 / show an application and its keys", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var p appLine
			if err := c.call(cmd.Context(), "GET", "/apps/"+url.PathEscape(args[0]), nil, &p); err != nil {
				return err
			}
			return a.print(p, func(w io.Writer) {
				fmt.Fprintf(w, "%s  %s  %s  %s\n", p.Name, p.Title, p.Office, p.State)
				table(w, "", p.Keys, func(k appKey) []any {
					return []any{k.ID, k.Kind, k.State, k.Hint}
				})
			})
		})
	}}
}

func (a *app) appKey() *cobra.Command {
	var kind, public string
	var days int
	var from []string
	c := &cobra.Command{Use: "key NAME", Short: "发放密钥 / give an application a key; its secret is told once", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		body := map[string]any{"kind": kind}
		if public != "" {
			pem, err := readFile(public)
			if err != nil {
				return err
			}
			body["public"] = string(pem)
		}
		if days > 0 {
			body["until"] = time.Now().AddDate(0, 0, days)
		}
		if len(from) > 0 {
			body["addresses"] = from
		}
		return a.with(cmd.Context(), func(c *client) error {
			var out struct {
				Key    appKey `json:"key"`
				Secret string `json:"secret"`
			}
			if err := c.call(cmd.Context(), "POST", "/apps/"+url.PathEscape(args[0])+"/keys", body, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("密钥编号 %s", "key %s", out.Key.ID))
				if out.Secret != "" {
					fmt.Fprintln(w, a.say("密钥（只显示这一次）：%s", "secret (shown this once): %s", out.Secret))
				}
			})
		})
	}}
	c.Flags().StringVar(&kind, "kind", "api", "api、hmac 或 sm2 / api, hmac or sm2")
	c.Flags().StringVar(&public, "public", "", "sm2：PEM 公钥文件 / sm2: file with the public key in PEM")
	c.Flags().IntVar(&days, "days", 0, "有效天数；0 为直至收回 / days until it is over; 0: until it is withdrawn")
	c.Flags().StringArrayVar(&from, "from", nil, "可使用的地址或网段（CIDR），可多次给出 / an address or network (CIDR) it may be used from; may be given several times")
	return c
}

func (a *app) appEndKey() *cobra.Command {
	var reason string
	c := &cobra.Command{Use: "end-key NAME KEY", Short: "收回密钥 / withdraw a key; the next call with it is refused", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out appLine
			path := "/apps/" + url.PathEscape(args[0]) + "/keys/" + url.PathEscape(args[1]) + "/end"
			if err := c.call(cmd.Context(), "POST", path, map[string]string{"reason": reason}, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) { fmt.Fprintln(w, a.say("已收回密钥 %s", "withdrew key %s", args[1])) })
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	return c
}

func (a *app) appState(verb, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: verb + " NAME", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		var body any
		if verb == "disable" {
			body = map[string]string{"reason": reason}
		}
		return a.with(cmd.Context(), func(c *client) error {
			var out appLine
			if err := c.call(cmd.Context(), "POST", "/apps/"+url.PathEscape(args[0])+"/"+verb, body, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("应用 %s 的状态：%s", "application %s is %s", out.Name, out.State))
			})
		})
	}}
	if verb == "disable" {
		c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	}
	return c
}
