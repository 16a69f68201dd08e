package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// audit is the command of what was done, and of the files it is kept in.
func (a *app) audit() *cobra.Command {
	c := group(&cobra.Command{Use: "audit", Short: "审计 / the audit: list, check, segments, archive, moved"})
	c.AddCommand(a.auditList(), a.auditCheck(), a.auditSegments(), a.auditArchive(), a.auditMoved())
	return c
}

type auditEntry struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Action    string    `json:"action"`
	Door      string    `json:"door"`
	Actor     string    `json:"actor"`
	App       string    `json:"app"`
	Service   string    `json:"service"`
	Directory string    `json:"directory"`
	Purpose   string    `json:"purpose"`
	Rows      int64     `json:"rows"`
	Target    string    `json:"target"`
	Outcome   string    `json:"outcome"`
}

func (a *app) auditList() *cobra.Command {
	q := map[string]*string{}
	var limit int
	c := &cobra.Command{Use: "list", Short: "查阅审计 / list audit entries, the newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			values := url.Values{"limit": {strconv.Itoa(limit)}}
			for name, v := range q {
				if *v != "" {
					values.Set(name, *v)
				}
			}
			var raw rawJSON
			var l struct {
				Items []auditEntry `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/audit?"+values.Encode(), nil, &raw); err != nil {
				return err
			}
			if a.json {
				_, err := a.out.Write(append(raw, '\n'))
				return err
			}
			if err := raw.into(&l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("序号\t时间\t入口\t操作者\t动作\t对象\t行数\t结果", "number\ttime\tdoor\twho\taction\twhat\trows\toutcome"), l.Items, func(e auditEntry) []any {
					return []any{e.Seq, e.At.Local().Format(time.DateTime), e.Door, first(e.Actor, e.App), e.Action, first(e.Service, e.Directory, e.Target), e.Rows, e.Outcome}
				})
			})
		})
	}}
	for _, f := range [][2]string{{"action", "操作，如 rows.read、grant.revoke / what was done, such as rows.read or grant.revoke"}, {"actor", "操作者 / who did it"}, {"app", "应用 / an application"}, {"service", "服务 / a service"},
		{"directory", "目录 / a directory"}, {"grant", "授权编号 / a grant"}, {"target", "被更改的对象，如 grant/编号 / what was changed, such as grant/ID"}, {"from", "不早于此时（RFC 3339） / from this time on (RFC 3339)"}, {"until", "早于此时（RFC 3339） / before this time (RFC 3339)"}} {
		q[f[0]] = c.Flags().String(f[0], "", f[1])
	}
	c.Flags().IntVar(&limit, "limit", 50, "条数 / how many")
	return c
}

// first is the first that says something.
func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

type auditSegment struct {
	First    int64      `json:"first"`
	Last     int64      `json:"last"`
	File     string     `json:"file"`
	Bytes    int64      `json:"bytes"`
	Archived *time.Time `json:"archived"`
	Moved    *struct {
		Where  string    `json:"where"`
		Reason string    `json:"reason"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	} `json:"moved"`
}

func (a *app) auditSegments() *cobra.Command {
	return &cobra.Command{Use: "segments", Short: "审计文件 / the files of the audit, archived ones and those that are elsewhere too", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []auditSegment `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/audit/segments", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("首条\t末条\t字节\t文件\t归档", "first\tlast\tbytes\tfile\tarchived"), l.Items, func(s auditSegment) []any {
					file, when := filepath.Base(s.File), ""
					if s.File == "" {
						file = a.say("不在本机", "not here")
					}
					if s.Archived != nil {
						when = s.Archived.Local().Format(time.DateOnly)
					}
					if s.Moved != nil {
						when += " " + s.Moved.Where
					}
					return []any{s.First, s.Last, thousands(s.Bytes), file, when}
				})
			})
		})
	}}
}

func (a *app) auditArchive() *cobra.Command {
	var days int
	c := &cobra.Command{Use: "archive", Short: "归档审计文件 / move finished files of the audit into the archive; the server does so by itself as configured", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out struct {
				Segments int `json:"segments"`
			}
			if err := c.call(cmd.Context(), "POST", "/audit/archive", map[string]int{"days": days}, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) { fmt.Fprintln(w, a.say("已归档 %d 个文件", "archived %d files", out.Segments)) })
		})
	}}
	c.Flags().IntVar(&days, "days", 0, "只归档全部记录都早于此天数的文件；0 为所有写满的文件 / only files all of whose entries are older than so many days; 0: every finished file")
	return c
}

func (a *app) auditMoved() *cobra.Command {
	var where, reason string
	c := &cobra.Command{Use: "moved FIRST --where PLACE", Short: "声明归档文件存放处 / declare that an archived file, named by its first entry, is kept elsewhere", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var out auditSegment
			if err := c.call(cmd.Context(), "POST", "/audit/segments/"+url.PathEscape(args[0])+"/moved", map[string]string{"where": where, "reason": reason}, &out); err != nil {
				return err
			}
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("已声明 %d 至 %d 条所在的文件存放于：%s", "the file with the entries %d to %d is declared to be at: %s", out.First, out.Last, where))
			})
		})
	}}
	c.Flags().StringVar(&where, "where", "", "存放处 / where it is kept")
	c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	_ = c.MarkFlagRequired("where")
	return c
}
