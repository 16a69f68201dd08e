package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

func (a *app) packReplay() *cobra.Command {
	var since string
	c := &cobra.Command{Use: "replay DIR", Short: "用历史案件回放修改后的应用包：哪些会超期、改派、以其他方式办结 / replay past cases through a changed pack: which would have been late, routed or closed otherwise", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack replay packs/examples/pothole --since 30d\n  chengshu pack replay packs/examples/pothole --since 2026-11-01 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := moment(since, time.Now())
			if err != nil {
				return err
			}
			p, zip, err := archive(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(c *client) error {
				var out console.PackReplay
				if err := c.call(cmd.Context(), "POST", "/packs/"+url.PathEscape(p.ID)+"/replay", map[string]any{"zip": zip, "since": from}, &out); err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) { a.printReplay(w, out) })
			})
		}}
	c.Flags().StringVar(&since, "since", "30d", "自何时受理的案件：30d 或 2026-11-01 / cases opened since: 30d, or 2026-11-01")
	return c
}

// moment reads so many days back, or a date of Beijing.
func moment(text string, now time.Time) (time.Time, error) {
	var days int
	if n, err := fmt.Sscanf(text, "%dd", &days); err == nil && n == 1 && days > 0 && fmt.Sprintf("%dd", days) == text {
		return now.AddDate(0, 0, -days), nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, region.Beijing)
	if err != nil {
		return at, fault.New(fault.Invalid, "pack.replay.since", fault.T("--since 须写作 30d 或 2026-11-01", "--since is written 30d or 2026-11-01")).
			Fix(fault.T("请改写", "write it so")).Wrap(err)
	}
	return at, nil
}

func (a *app) printReplay(w io.Writer, out console.PackReplay) {
	table(w, "", out.Differ, func(d console.ReplayCase) []any {
		var what []string
		for _, x := range []struct {
			on     bool
			zh, en string
		}{{d.Late && d.Now.LateAt != nil, "会超期", "would be late"}, {d.Late && d.Now.LateAt == nil, "不再超期", "would not be late"}, {d.Routed, "改派", "routed otherwise"},
			{d.Ended, "办结不同", "ends otherwise"}, {d.Refused, "有动作被拒绝", "an act is refused"}} {
			if x.on {
				what = append(what, fault.Text{ZH: x.zh, EN: x.en}.In(a.settings.Lang))
			}
		}
		return []any{d.Key, strings.Join(what, a.say("，", ", ")), path(d.Was) + " → " + path(d.Now), refusal(d.Now)}
	})
	fmt.Fprintln(w, a.say("%s %s → %s：回放 %d 件，%d 件不同", "%s %s → %s: %d cases replayed, %d go another way", out.Pack, out.From, out.To, out.Cases, len(out.Differ)))
	if out.Left > 0 {
		fmt.Fprintln(w, a.say("%d 件的流程在新包中已不存在", "%d are of flows the changed pack does not have", out.Left))
	}
	if out.Unclear > 0 {
		fmt.Fprintln(w, a.say("%d 件按原声明也无法重走（人员或部门已变动）", "%d do not repeat on their own declaration either: people or offices have changed", out.Unclear))
	}
}

func path(p console.ReplayPath) string {
	if p.Office == "" {
		return p.State
	}
	return p.State + "@" + p.Office
}

func refusal(p console.ReplayPath) string {
	if p.Refusal == nil {
		return ""
	}
	return p.Refusal.At.In(region.Beijing).Format("2006-01-02 15:04") + " " + p.Refusal.Action + ": " + p.Refusal.Text
}
