package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

type ringKey struct {
	ID          string    `json:"id"`
	Purpose     string    `json:"purpose"`
	Use         string    `json:"use"`
	Kind        string    `json:"kind"`
	Version     int       `json:"version"`
	Current     bool      `json:"current"`
	CreatedAt   time.Time `json:"created_at"`
	Fingerprint string    `json:"fingerprint"`
	Certified   bool      `json:"certified"`
}

// keys is the command of the key ring.
func (a *app) keys() *cobra.Command {
	c := group(&cobra.Command{Use: "keys", Short: "系统密钥 / the system's keys: list, rotate, master"})
	c.AddCommand(a.keysList(), a.keysRotate(), a.keysMaster())
	return c
}

func (a *app) keysList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "系统密钥列表 / list the system's keys, without what is secret of them", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []ringKey `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/keys", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("编号\t当前\t建立时间\t用途", "id\tcurrent\tmade\tuse"), l.Items, func(k ringKey) []any {
					now := ""
					if k.Current {
						now = a.say("是", "yes")
					}
					return []any{k.ID, now, k.CreatedAt.Local().Format(time.DateTime), k.Use}
				})
			})
		})
	}}
}

func (a *app) keysRotate() *cobra.Command {
	var reason string
	c := &cobra.Command{Use: "rotate PURPOSE", Short: "更换密钥 / make a new key of a purpose (audit, mask, app, page, subject); the old ones stay for what they signed and sealed", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out struct {
				Key    ringKey `json:"key"`
				Effect string  `json:"effect"`
			}
			if err := c.call(cmd.Context(), "POST", "/keys/"+url.PathEscape(args[0])+"/rotate", map[string]string{"reason": reason}, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("已启用新密钥 %s：%s", "the key is now %s: %s", out.Key.ID, out.Effect))
			})
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由，记入审计 / why; kept in the audit")
	return c
}

func (a *app) keysMaster() *cobra.Command {
	var reason, to string
	c := &cobra.Command{Use: "master", Short: "更换主密钥 / seal the key ring under a new master key", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		var out struct {
			Keys int `json:"keys"`
		}
		done := func() error {
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("已用新主密钥密封 %d 个密钥；请备份新主密钥，旧备份仍须旧主密钥", "%d keys are sealed by the new master key; back it up, and keep the old one for old backups", out.Keys))
			})
		}
		if to != "" {
			n, err := a.remaster(cmd, to, reason)
			if err != nil {
				return err
			}
			out.Keys = n
			return done()
		}
		return a.with(cmd.Context(), func(c *client) error {
			if err := c.call(cmd.Context(), "POST", "/master-key/rotate", map[string]string{"reason": reason}, &out); err != nil {
				return err
			}
			return done()
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由，记入审计 / why; kept in the audit")
	c.Flags().StringVar(&to, "to", "", "新主密钥的文件（主密钥不由平台文件保管时）；须先停止服务 / file with the new master key, where it is kept elsewhere than in a file of the platform; no server may be running")
	return c
}

// remaster seals the ring of a folder nobody serves under the master key of a file.
func (a *app) remaster(cmd *cobra.Command, file, reason string) (keys int, err error) {
	text, err := readFile(file)
	if err != nil {
		return 0, err
	}
	to, err := gm.ParseMaster(string(text))
	if err != nil {
		return 0, fault.From(err).At("%s", file)
	}
	settings := a.settings
	settings.Listen = ""
	o := a.options()
	o.Log = slog.New(slog.DiscardHandler) // a command answers in words, not in a log
	n, err := node.Open(cmd.Context(), settings, o)
	if errors.Is(err, store.ErrLocked) {
		return 0, fault.From(err).Fix(fault.T("请先停止服务", "stop the server first"))
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	return len(n.Keys.Keys()), n.RotateMaster(cmd.Context(), people.Local(), to, reason)
}
