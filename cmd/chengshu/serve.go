package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
)

func (a *app) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "启动服务 / run the server on a data folder",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.served(cmd.Context(), a.options(), func(address string, n *node.Node) error {
				firsts, err := n.People.Bootstrap(cmd.Context())
				if err != nil {
					return err
				}
				said := map[string]any{"ok": true, "address": a.url(address), "data": a.settings.Data}
				if len(firsts) > 0 {
					said["accounts"] = firsts
				}
				return a.print(said, func(w io.Writer) {
					fmt.Fprintln(w, a.say("城枢已启动：%s（数据目录 %s）", "chengshu is ready: %s (data folder %s)", a.url(address), a.settings.Data))
					a.tellFirsts(w, firsts)
				})
			})
		},
	}
}

// url is the address a browser takes.
func (a *app) url(address string) string {
	if a.settings.TLS.Cert != "" {
		return "https://" + address
	}
	return "http://" + address
}

// tellFirsts shows the accounts of the first start; their passwords are kept nowhere.
func (a *app) tellFirsts(w io.Writer, firsts []people.First) {
	if len(firsts) == 0 {
		return
	}
	fmt.Fprintln(w, a.say("已建立首批账号，密码只显示这一次，首次登录须修改：", "the first accounts; their passwords are shown this once, to be changed at the first sign-in:"))
	for _, f := range firsts {
		fmt.Fprintf(w, "  %-12s %s  (%s)\n", f.Login, f.Password, f.Role)
	}
}

// served opens the folder, listens, tells ready and runs until the context ends, by a clock.
func (a *app) served(ctx context.Context, o node.Options, ready func(address string, n *node.Node) error) error {
	n, err := node.Open(ctx, a.settings, o)
	if err != nil {
		return err
	}
	var said error
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err = n.Serve(ctx, func(address string) {
		if said = ready(address, n); said != nil {
			stop()
		}
	})
	return errors.Join(said, err, n.Close())
}
