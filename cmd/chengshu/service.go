package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

type serviceLine struct {
	Name      string   `json:"name"`
	Title     string   `json:"title"`
	Directory string   `json:"directory"`
	Key       []string `json:"key"`
	Filter    []string `json:"filter"`
	Sort      []string `json:"sort"`
	Stopped   bool     `json:"stopped"`
	Office    string   `json:"office"`
	Version   int      `json:"version"`
}

func (a *app) service() *cobra.Command {
	c := &cobra.Command{Use: "service", Short: "数据服务 / data services: add, check, list, show, remove"}
	c.AddCommand(a.servicePut("add", "登记或修改数据服务 / add or change data services", false),
		a.servicePut("check", "检查服务声明 / check declarations, change nothing", true), a.serviceList(), a.serviceShow(), a.serviceRemove())
	return c
}

// putServices is what came of a file with services.
type putServices struct {
	Services []struct {
		Name    string `json:"name"`
		Version int    `json:"version"`
		Created bool   `json:"created"`
		Changed bool   `json:"changed"`
	} `json:"services"`
}

func (a *app) servicePut(verb, short string, check bool) *cobra.Command {
	return declares(a, verb, short, "/services", check, func(w io.Writer, path string, out putServices) {
		if check {
			fmt.Fprintln(w, a.say("%s 合规", "%s is valid", path))
		}
		for _, s := range out.Services {
			switch {
			case s.Created:
				fmt.Fprintln(w, a.say("已登记服务 %s", "added service %s", s.Name))
			case s.Changed:
				fmt.Fprintln(w, a.say("服务 %s 已更新为第 %d 版", "service %s is now version %d", s.Name, s.Version))
			default:
				fmt.Fprintln(w, a.say("服务 %s 没有变化", "service %s has not changed", s.Name))
			}
		}
	})
}

func (a *app) serviceList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "数据服务列表 / list data services", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []serviceLine `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/services", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("名称\t标题\t目录\t查询键\t停用\t版本", "name\ttitle\tdirectory\tkey\tstopped\tversion"), l.Items, func(s serviceLine) []any {
					return []any{s.Name, s.Title, s.Directory, strings.Join(s.Key, ", "), s.Stopped, s.Version}
				})
			})
		})
	}}
}

func (a *app) serviceShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "数据服务 / show a data service", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var s serviceLine
			if err := c.call(cmd.Context(), "GET", "/services/"+url.PathEscape(args[0]), nil, &s); err != nil {
				return err
			}
			return a.print(s, func(w io.Writer) {
				fmt.Fprintf(w, "kind: service\nname: %s\ntitle: %s\ndirectory: %s\nkey: [%s]\nfilter: [%s]\nsort: [%s]\n",
					s.Name, s.Title, s.Directory, strings.Join(s.Key, ", "), strings.Join(s.Filter, ", "), strings.Join(s.Sort, ", "))
				if s.Stopped {
					fmt.Fprintln(w, "stopped: true")
				}
			})
		})
	}}
}

func (a *app) serviceRemove() *cobra.Command {
	var reason string
	c := &cobra.Command{Use: "remove NAME", Short: "删除数据服务 / remove a data service; its next call is refused", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var s serviceLine
			if err := c.call(cmd.Context(), "POST", "/services/"+url.PathEscape(args[0])+"/remove", map[string]string{"reason": reason}, &s); err != nil {
				return err
			}
			return a.print(s, func(w io.Writer) { fmt.Fprintln(w, a.say("已删除服务 %s", "removed service %s", s.Name)) })
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由 / why")
	return c
}
