package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
)

type grantLine struct {
	ID      string `json:"id"`
	Grantee struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"grantee"`
	Directory string `json:"directory"`
	Office    string `json:"office"`
	Items     []struct {
		Item  string `json:"item"`
		Mask  string `json:"mask"`
		Basis string `json:"basis"`
	} `json:"items"`
	AllRows bool `json:"all_rows"`
	Rows    []struct {
		Item   string   `json:"item"`
		Op     string   `json:"op"`
		Values []string `json:"values"`
	} `json:"rows"`
	Purpose   string    `json:"purpose"`
	Basis     string    `json:"basis"`
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"`
	PerSecond int       `json:"per_second"`
	PerDay    int       `json:"per_day"`
	State     string    `json:"state"`
	EndReason string    `json:"end_reason"`
}

func (a *app) grant() *cobra.Command {
	c := &cobra.Command{Use: "grant", Short: "授权 / grants: add, preview, list, show, revoke"}
	c.AddCommand(a.grantAdd(), a.grantPreview(), a.grantList(), a.grantShow(), a.grantRevoke())
	return c
}

// granting are the flags of a new grant.
type granting struct {
	app, office, directory, purpose, basis, until string
	items, rows                                   []string
	all                                           bool
	perSecond, perDay                             int
}

func (a *app) grantAdd() *cobra.Command {
	var g granting
	c := &cobra.Command{Use: "add", Short: "授权 / make a grant", Args: cobra.NoArgs,
		Example: `  chengshu grant add --app elder_care --directory pension --item id_no=id --item person=name --item amount \
    --row region:under:420102 --purpose 高龄津贴资格核验 --basis 政务数据共享条例第二十一条 --until 2027-12-31`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			body, err := g.body()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(c *client) error {
				var out grantLine
				if err := c.call(cmd.Context(), "POST", "/grants", body, &out); err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) { fmt.Fprintln(w, a.say("已授权 %s", "granted %s", out.ID)) })
			})
		}}
	g.what(c)
	f := c.Flags()
	f.StringVar(&g.purpose, "purpose", "", "用途 / what for")
	f.StringVar(&g.basis, "basis", "", "依据：法律、法规或其他文件及条款 / law, regulation or other document, with its article")
	f.StringVar(&g.until, "until", "", "截止日，如 2027-12-31 / last day, such as 2027-12-31")
	f.IntVar(&g.perSecond, "per-second", 50, "每秒次数 / calls in a second")
	f.IntVar(&g.perDay, "per-day", 100_000, "每日次数 / calls in a day")
	return c
}

// what are the flags of what a grant gives, and to whom.
func (g *granting) what(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&g.app, "app", "", "被授权的应用 / the application it is for")
	f.StringVar(&g.office, "office", "", "或部门，含其所有应用 / or the office, with all its applications")
	f.StringVar(&g.directory, "directory", "", "目录 / the directory")
	f.StringArrayVar(&g.items, "item", nil, "信息项，或 信息项=脱敏方式：name、id、birth、phone、address、account、hash、range(n)、null；个人信息不脱敏的写明依据：信息项=脱敏方式:依据 或 信息项=:依据 / an item, or ITEM=MASK: name, id, birth, phone, address, account, hash, range(n), null; ITEM=MASK:BASIS or ITEM=:BASIS with the basis of a personal item shown whole")
	f.BoolVar(&g.all, "all-rows", false, "全部行 / all rows")
	f.StringArrayVar(&g.rows, "row", nil, "或满足条件的行：信息项:运算:值[,值]；运算为 eq、in、under、ge、le / or rows that meet ITEM:OP:VALUE[,VALUE]; OP: eq, in, under, ge, le")
}

func (g granting) body() (map[string]any, error) {
	wrong := func(flag string) error {
		return fault.New(fault.Invalid, "flag.form", fault.T("参数写法有误", "the flag is not of its form")).At("--%s", flag).Fix(fault.T("见 chengshu grant add --help", "see chengshu grant add --help"))
	}
	grantee := map[string]string{"kind": "app", "name": g.app}
	if g.office != "" {
		if g.app != "" {
			return nil, wrong("office")
		}
		grantee = map[string]string{"kind": "office", "name": g.office}
	}
	items := []map[string]string{}
	for _, it := range g.items {
		name, mask, _ := strings.Cut(it, "=")
		mask, basis, _ := strings.Cut(mask, ":")
		items = append(items, map[string]string{"item": name, "mask": mask, "basis": basis})
	}
	rows := []map[string]any{}
	for _, r := range g.rows {
		parts := strings.SplitN(r, ":", 3)
		if len(parts) != 3 {
			return nil, wrong("row")
		}
		values := []string{parts[2]}
		if parts[1] == "in" || parts[1] == "under" {
			values = strings.Split(parts[2], ",")
		}
		rows = append(rows, map[string]any{"item": parts[0], "op": parts[1], "values": values})
	}
	last, err := time.ParseInLocation(time.DateOnly, g.until, time.Local)
	if err != nil {
		return nil, wrong("until")
	}
	return map[string]any{"grantee": grantee, "directory": g.directory, "items": items, "all_rows": g.all, "rows": rows, "purpose": g.purpose,
		"basis": g.basis, "until": last.AddDate(0, 0, 1), "per_second": g.perSecond, "per_day": g.perDay}, nil
}

func (a *app) grantList() *cobra.Command {
	var directory, app, state string
	c := &cobra.Command{Use: "list", Short: "授权列表 / list grants, the newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []grantLine `json:"items"`
			}
			q := url.Values{"limit": {"500"}}
			for k, v := range map[string]string{"directory": directory, "app": app, "state": state} {
				if v != "" {
					q.Set(k, v)
				}
			}
			if err := c.call(cmd.Context(), "GET", "/grants?"+q.Encode(), nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("编号\t被授权方\t目录\t用途\t截止\t状态", "id\tgrantee\tdirectory\tpurpose\tuntil\tstate"), l.Items, func(g grantLine) []any {
					return []any{g.ID, g.Grantee.Kind + ":" + g.Grantee.Name, g.Directory, g.Purpose, g.Until.Add(-time.Second).Local().Format(time.DateOnly), g.State}
				})
			})
		})
	}}
	c.Flags().StringVar(&directory, "directory", "", "某目录的 / of a directory")
	c.Flags().StringVar(&app, "app", "", "授予某应用的 / to an application")
	c.Flags().StringVar(&state, "state", "", "active 有效、revoked 已撤销、expired 已过期 / active, revoked or expired")
	return c
}

func (a *app) grantShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "授权 / show a grant", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var g grantLine
			if err := c.call(cmd.Context(), "GET", "/grants/"+url.PathEscape(args[0]), nil, &g); err != nil {
				return err
			}
			return a.print(g, func(w io.Writer) {
				fmt.Fprintf(w, "%s  %s:%s  %s  %s\n%s；%s\n", g.ID, g.Grantee.Kind, g.Grantee.Name, g.Directory, g.State, g.Purpose, g.Basis)
				for _, it := range g.Items {
					fmt.Fprintln(w, " ", it.Item, it.Mask, it.Basis)
				}
				for _, r := range g.Rows {
					fmt.Fprintln(w, a.say("  仅 ", "  only"), r.Item, r.Op, strings.Join(r.Values, ","))
				}
				fmt.Fprintln(w, a.say("每秒 %d 次，每日 %d 次，至 %s", "%d a second, %d a day, until %s", g.PerSecond, g.PerDay, g.Until.Local().Format(time.DateTime)))
				if g.EndReason != "" {
					fmt.Fprintln(w, g.EndReason)
				}
			})
		})
	}}
}

func (a *app) grantRevoke() *cobra.Command {
	var reason string
	c := &cobra.Command{Use: "revoke ID", Short: "撤销授权 / revoke a grant; its next call is refused", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var g grantLine
			if err := c.call(cmd.Context(), "POST", "/grants/"+url.PathEscape(args[0])+"/revoke", map[string]string{"reason": reason}, &g); err != nil {
				return err
			}
			return a.print(g, func(w io.Writer) { fmt.Fprintln(w, a.say("已撤销 %s", "revoked %s", g.ID)) })
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	return c
}

// receipt fetches the receipt of an answer.
func (a *app) receipt() *cobra.Command {
	var file, key string
	c := &cobra.Command{Use: "receipt ID", Short: "回执 / fetch the receipt of an answer, and the key that proves it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var r rawJSON
			if err := c.call(cmd.Context(), "GET", "/receipts/"+url.PathEscape(args[0]), nil, &r); err != nil {
				return err
			}
			if key != "" {
				if err := c.signingKey(cmd.Context(), r, key); err != nil {
					return err
				}
			}
			if file != "" {
				return os.WriteFile(file, r, 0o600)
			}
			_, err := a.out.Write(append(r, '\n'))
			return err
		})
	}}
	c.Flags().StringVarP(&file, "out", "o", "", "写入文件 / write it to a file")
	c.Flags().StringVar(&key, "key-out", "", "将签名公钥写入文件 / write the public key that signed it to a file")
	return c
}

// signingKey writes the public key of a receipt to a file.
func (c *client) signingKey(ctx context.Context, receipt []byte, file string) error {
	var r struct{ Key string }
	if err := json.Unmarshal(receipt, &r); err != nil {
		return err
	}
	var key struct{ PEM string }
	if err := c.call(ctx, "GET", "/keys/"+url.PathEscape(r.Key), nil, &key); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(key.PEM), 0o644)
}

// rawJSON keeps an answer's bytes.
type rawJSON []byte

// into reads them.
func (r rawJSON) into(v any) error { return json.Unmarshal(r, v) }

// UnmarshalJSON is part of json.Unmarshaler.
func (r *rawJSON) UnmarshalJSON(b []byte) error {
	*r = append((*r)[:0], b...)
	return nil
}
