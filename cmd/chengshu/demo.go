package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/demo"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
)

// demo builds the demo district 江岸区 and serves it, or with --once only builds and proves
// it in a folder that is gone afterwards.
func (a *app) demo() *cobra.Command {
	var once bool
	var now string
	c := &cobra.Command{
		Use:   "demo [--once]",
		Short: "演示区 / build the demo district and serve it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.settings.Place.Demo = true
			given := cmd.Flags().Changed("data")
			if once {
				return a.demoOnce(cmd.Context(), given, now)
			}
			if !given {
				a.settings.Data = "data/demo"
			}
			return a.demoServe(cmd.Context(), now)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "建成并核对演示区后即结束，不监听 / build and verify the district without a listener, then end")
	c.Flags().StringVar(&now, "now", "", "演示区时钟停在的时刻，如 2026-11-26T16:00:00+08:00：同一时刻得到同一演示区 / the moment at which the district's clock stands still, like 2026-11-26T16:00:00+08:00: the same moment gives the same district")
	return c
}

type demoResult struct {
	OK      bool        `json:"ok"`
	Seconds float64     `json:"seconds"`
	Steps   []demo.Step `json:"steps"`
}

// demoClock is the real time, or one that stands at a moment.
func (a *app) demoClock(now string) (*demo.Clock, error) {
	if now == "" {
		return demo.NewClock(a.settings.Data, time.Now)
	}
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		return nil, fault.New(fault.Invalid, "demo.now", fault.T("--now 不是时刻：%q", "--now is no moment: %q", now)).Fix(fault.T("请写成 2026-11-26T16:00:00+08:00 的形式", "write it like 2026-11-26T16:00:00+08:00"))
	}
	return demo.StillClock(a.settings.Data, at)
}

func (a *app) demoOnce(ctx context.Context, keep bool, now string) error {
	if !keep {
		dir, err := os.MkdirTemp("", "chengshu-once-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		a.settings.Data = dir
	}
	began := time.Now()
	clock, err := a.demoClock(now)
	if err != nil {
		return err
	}
	n, err := node.Open(ctx, a.settings, clock.Options(a.options()))
	if err != nil {
		return err
	}
	r := demoResult{Steps: []demo.Step{}}
	err = demo.Stage(ctx, n, clock, func(s demo.Step) {
		r.Steps = append(r.Steps, s)
		a.demoStep(s)
	})
	if closed := n.Close(); closed != nil {
		err = errors.Join(err, closed)
	}
	r.OK, r.Seconds = err == nil, time.Since(began).Seconds()
	if printed := a.print(r, func(w io.Writer) {
		fmt.Fprintln(w, a.say("演示区就绪，用时 %.1f 秒", "the demo district is complete after %.1f s", r.Seconds))
	}); printed != nil {
		return printed
	}
	if err != nil {
		if !a.json {
			a.fail(err)
		}
		return exit(1)
	}
	return nil
}

// demoStep shows a step as it ends.
func (a *app) demoStep(s demo.Step) {
	if a.json {
		return
	}
	mark, more := "✓", s.State
	if !s.OK {
		mark, more = "✗", s.Error
	}
	fmt.Fprintf(a.out, "%s %-32s %10s  %5.2f s  %s\n", mark, s.Name, thousands(s.Rows), s.Seconds, more)
}

func (a *app) demoServe(ctx context.Context, now string) error {
	clock, err := a.demoClock(now)
	if err != nil {
		return err
	}
	return a.served(ctx, clock.Options(a.options()), func(address string, n *node.Node) error {
		began := time.Now()
		if err := demo.Stage(ctx, n, clock, a.demoStep); err != nil && ctx.Err() == nil {
			fmt.Fprintln(a.errs, err) // a district with one failed load is still worth looking at
		}
		users, err := demo.Users(ctx, n)
		if err != nil {
			return err
		}
		url := a.url(address)
		return a.print(map[string]any{"ok": true, "address": url, "seconds": time.Since(began).Seconds(), "users": users}, func(w io.Writer) {
			fmt.Fprintln(w, a.say(`
城枢演示区「江岸区」已就绪（演示数据，人员与企业均为虚构）：%[1]s
  今日              %[1]s/
  一个被拦截的批次  %[1]s/batches?state=held
  目录              %[1]s/directories
  装载自己的文件    %[1]s/load
  接口文档          %[1]s/openapi.json
用户（均为虚构，密码每次启动重新生成）：`, `
The demo district 江岸区 is ready (demonstration data; all people and enterprises are invented): %[1]s
  today                 %[1]s/
  a batch that is held  %[1]s/batches?state=held
  directories           %[1]s/directories
  load a file of yours  %[1]s/load
  the API               %[1]s/openapi.json
Users (all invented; each start gives them new passwords):`, url))
			a.tellUsers(w, users)
			fmt.Fprintln(w, a.say("按 Ctrl-C 停止。", "Ctrl-C stops it."))
		})
	})
}

// tellUsers shows whom one can sign in as, and what of theirs is worth looking at.
func (a *app) tellUsers(w io.Writer, users []demo.User) {
	titles := map[people.Role]string{}
	for _, r := range people.Roles() {
		titles[r.Name] = r.Title.In(a.settings.Lang)
	}
	table(w, "", users, func(u demo.User) []any {
		return []any{"  " + u.Login, u.Password, cmp.Or(titles[u.Role], string(u.Role)), u.Office, u.Name}
	})
}
