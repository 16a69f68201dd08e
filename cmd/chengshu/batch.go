package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
)

type batches struct {
	Items []batch `json:"items"`
	Next  *string `json:"next"`
}

// batch groups the commands on batches: list, show, decide.
func (a *app) batch() *cobra.Command {
	c := group(&cobra.Command{Use: "batch", Short: "批次 / batches: list, show, release, return, discard, cancel, retry"})
	c.AddCommand(a.batchList(), &cobra.Command{Use: "show BATCH", Short: "批次 / show one", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var b batch
			if err := c.call(cmd.Context(), "GET", "/batches/"+url.PathEscape(args[0]), nil, &b); err != nil {
				return err
			}
			return a.print(b, func(w io.Writer) { a.writeBatch(w, b) })
		})
	}})
	for _, d := range [][2]string{{"release", "放行合格行 / publish the good rows of a held batch"}, {"return", "退回 / return a held batch to its office"},
		{"discard", "丢弃 / discard a held batch"}, {"cancel", "取消 / cancel a running load"}} {
		c.AddCommand(a.decide(d[0], d[1]))
	}
	c.AddCommand(a.batchRetry())
	return c
}

func (a *app) batchRetry() *cobra.Command {
	return &cobra.Command{Use: "retry BATCH", Short: "重试写入 / write a judged batch whose writing failed", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var b batch
			if err := c.call(cmd.Context(), "POST", "/batches/"+url.PathEscape(args[0])+"/retry", nil, &b); err != nil {
				return err
			}
			return a.follow(cmd.Context(), c, b)
		})
	}}
}

func (a *app) batchList() *cobra.Command {
	var directory, state string
	c := &cobra.Command{Use: "list", Short: "批次列表 / list the newest batches", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l batches
			q := url.Values{"directory": {directory}, "state": {state}, "limit": {"100"}}
			if err := c.call(cmd.Context(), "GET", "/batches?"+q.Encode(), nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("批次\t目录\t状态\t读入\t发布\t问题\t待放行\t等级", "batch\tdirectory\tstate\tread\tpublished\tquarantined\theld\tgrade"), l.Items, func(b batch) []any {
					grade := ""
					if b.Grade != nil {
						grade = *b.Grade
					}
					return []any{b.Label, b.Directory, a.standsAt(b), thousands(b.RowsIn), thousands(b.Published), thousands(b.Quarantined), thousands(b.Held), grade}
				})
			})
		})
	}}
	c.Flags().StringVar(&directory, "directory", "", "只列该目录的批次 / only batches of this directory")
	c.Flags().StringVar(&state, "state", "", "只列这些状态的批次，用逗号分隔 / only batches in these states, with commas between")
	return c
}

func (a *app) decide(verb, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: verb + " BATCH --reason TEXT", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var b batch
			if err := c.call(cmd.Context(), "POST", "/batches/"+url.PathEscape(args[0])+"/"+verb, map[string]string{"reason": reason}, &b); err != nil {
				return err
			}
			if err := a.print(b, func(w io.Writer) { a.writeBatch(w, b) }); err != nil || !b.stalled() {
				return err
			}
			return exit(1) // it was decided, and is not done yet
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	if verb != "cancel" {
		_ = c.MarkFlagRequired("reason")
	}
	return c
}

func (a *app) replay() *cobra.Command {
	var directory string
	c := &cobra.Command{
		Use:   "replay [BATCH] [--directory NAME]",
		Short: "重放问题数据 / judge quarantined rows again under the directory as it is now",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (directory != "") {
				return fault.New(fault.Invalid, "command", fault.T("请指明一个批次，或用 --directory 指明目录", "name a batch, or a directory with --directory"))
			}
			return a.with(cmd.Context(), func(c *client) error {
				ctx := cmd.Context()
				if directory == "" {
					var b batch
					if err := c.call(ctx, "POST", "/batches/"+url.PathEscape(args[0])+"/replay", map[string]any{}, &b); err != nil {
						return err
					}
					return a.follow(ctx, c, b)
				}
				return a.replayAll(ctx, c, directory)
			})
		},
	}
	c.Flags().StringVar(&directory, "directory", "", "该目录所有有问题数据的批次 / every quarantined batch of this directory")
	return c
}

// replayAll waits for all replays of a directory, whatever comes of one of them.
func (a *app) replayAll(ctx context.Context, c *client, directory string) (worst error) {
	var all struct {
		Batches []batch  `json:"batches"`
		Refused *problem `json:"refused,omitempty"`
	}
	if err := c.call(ctx, "POST", "/replays", map[string]string{"directory": directory}, &all); err != nil {
		return err
	}
	for i, b := range all.Batches {
		b, err := a.wait(ctx, c, b)
		if err != nil {
			return err
		}
		all.Batches[i] = b
		if came := b.outcome(); worst == nil || came == exit(1) {
			worst = came
		}
	}
	if all.Refused != nil {
		worst = exit(1)
	}
	err := a.print(all, func(w io.Writer) {
		for _, b := range all.Batches {
			a.writeBatch(w, b)
		}
		if all.Refused != nil {
			fmt.Fprintln(w, a.say("未能重放：", "not replayed: ")+all.Refused.fault().In(a.settings.Lang))
		}
		if len(all.Batches) == 0 {
			fmt.Fprintln(w, a.say("该目录没有问题数据", "the directory has no quarantined rows"))
		}
	})
	return cmp.Or(err, worst)
}
