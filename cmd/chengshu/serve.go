package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/node"
)

func (a *app) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "启动服务 / run the server on a data folder",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.served(cmd.Context(), func(address string, _ *node.Node) error {
				return a.print(map[string]any{"ok": true, "address": "http://" + address, "data": a.settings.Data}, func(w io.Writer) {
					fmt.Fprintln(w, a.say("城枢已启动：http://%s（数据目录 %s）", "chengshu is ready: http://%s (data folder %s)", address, a.settings.Data))
				})
			})
		},
	}
}

// served opens the folder, listens, tells ready and runs until the context ends.
func (a *app) served(ctx context.Context, ready func(address string, n *node.Node) error) error {
	n, err := node.Open(ctx, a.settings, a.options())
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
