package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) directory() *cobra.Command {
	c := group(&cobra.Command{Use: "directory", Short: "目录 / directories: add, check, import, template, publish, withdraw, guess, list, show, rows"})
	c.AddCommand(a.directoryPut("add", "登记或修改目录 / add or change directories", false), a.directoryPut("check", "检查目录声明 / check declarations, change nothing", true), a.directoryImport(), a.directoryTemplate(),
		a.directoryTurn("publish", "发布目录 / publish directories"), a.directoryTurn("withdraw", "撤下目录 / withdraw directories"), a.directoryGuess(), a.directoryList(), a.directoryShow(), a.directoryRows())
	return c
}

type directoryLine struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	OfficeTitle string `json:"office_title"`
	Mounted     bool   `json:"mounted"`
	Rows        int64  `json:"rows"`
	Quarantined int64  `json:"quarantined"`
	Version     int    `json:"version"`
	State       string `json:"state"`
}

// putDirectory is what came of a file with directories.
type putDirectory struct {
	Name        string   `json:"name"`
	Version     int      `json:"version"`
	Created     bool     `json:"created"`
	Changed     bool     `json:"changed"`
	Directories []string `json:"directories"`
}

func (a *app) directoryPut(verb, short string, check bool) *cobra.Command {
	return declares(a, verb, short, "/directories", check, func(w io.Writer, path string, out putDirectory) {
		switch {
		case check:
			fmt.Fprintln(w, a.say("%s 合规", "%s is valid", path))
		case out.Name == "": // offices alone
			fmt.Fprintln(w, a.say("已登记 %s", "added %s", path))
		case out.Created:
			fmt.Fprintln(w, a.say("已登记目录 %s", "added directory %s", out.Name))
		case out.Changed:
			fmt.Fprintln(w, a.say("目录 %s 已更新为第 %d 版", "directory %s is now version %d", out.Name, out.Version))
		default:
			fmt.Fprintln(w, a.say("目录 %s 没有变化", "directory %s has not changed", out.Name))
		}
	})
}

// declares is a command that sends files with declarations, each for itself, and tells what
// came of it.
func declares[T any](a *app, verb, short, to string, check bool, words func(w io.Writer, path string, out T)) *cobra.Command {
	return &cobra.Command{Use: verb + " FILE.yaml ...", Short: short, Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			for _, path := range args {
				text, err := readFile(path)
				if err != nil {
					return err
				}
				var out T
				if err := c.call(cmd.Context(), "POST", fmt.Sprintf("%s?check=%t", to, check), declaration{filepath.Base(path), text}, &out); err != nil {
					return err
				}
				if err := a.print(out, func(w io.Writer) { words(w, path, out) }); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

func (a *app) directoryGuess() *cobra.Command {
	var office, name, title, sheet string
	c := &cobra.Command{Use: "guess FILE", Short: "由文件生成目录声明初稿 / write a first declaration for a file", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		path, err := readable(args[0])
		if err != nil {
			return err
		}
		return a.with(cmd.Context(), func(c *client) error {
			var g map[string]any
			if err := c.call(cmd.Context(), "POST", "/guesses", map[string]string{"path": path, "sheet": sheet, "office": office, "name": name, "title": title}, &g); err != nil {
				return err
			}
			return a.print(g, func(w io.Writer) { fmt.Fprint(w, g["yaml"]) })
		})
	}}
	c.Flags().StringVar(&office, "office", "", "提供部门 / the office that provides it")
	c.Flags().StringVar(&name, "name", "", "目录标识，缺省由文件名生成 / the directory's name; by default made from the file's")
	c.Flags().StringVar(&sheet, "sheet", "", "工作簿的工作表，缺省为第一个有表格的 / worksheet of a workbook; by default the first that holds a table")
	c.Flags().StringVar(&title, "title", "", "目录标题，缺省为文件名 / the directory's title; by default the file's name")
	return c
}

func (a *app) directoryList() *cobra.Command {
	return &cobra.Command{Use: "list [WORDS]", Short: "目录列表 / list directories", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []directoryLine `json:"items"`
				Total int64           `json:"total"`
			}
			q := url.Values{"limit": {"500"}}
			if len(args) == 1 {
				q.Set("q", args[0])
			}
			if err := c.call(cmd.Context(), "GET", "/directories?"+q.Encode(), nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("名称\t标题\t提供方\t已挂接\t数据行\t问题行\t版本\t状态", "name\ttitle\toffice\tmounted\trows\tquarantined\tversion\tstate"), l.Items, func(d directoryLine) []any {
					return []any{d.Name, d.Title, d.OfficeTitle, d.Mounted, thousands(d.Rows), thousands(d.Quarantined), d.Version, a.standing(d.State)}
				})
			})
		})
	}}
}

func (a *app) directoryShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "目录声明 / print a directory's declaration", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var d map[string]any
			if err := c.call(cmd.Context(), "GET", "/directories/"+url.PathEscape(args[0]), nil, &d); err != nil {
				return err
			}
			return a.print(d, func(w io.Writer) { fmt.Fprint(w, d["yaml"]) })
		})
	}}
}

func (a *app) directoryRows() *cobra.Command {
	var limit int
	var plain bool
	c := &cobra.Command{Use: "rows NAME", Short: "已发布数据 / print published rows", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var r struct {
				Columns []struct {
					Name  string `json:"name"`
					Title string `json:"title"`
				} `json:"columns"`
				Items    [][]*string `json:"items"`
				Next     *string     `json:"next"`
				Total    int64       `json:"total"`
				Snapshot string      `json:"snapshot"`
			}
			if err := c.call(cmd.Context(), "GET", fmt.Sprintf("/directories/%s/rows?limit=%d&plain=%t", url.PathEscape(args[0]), limit, plain), nil, &r); err != nil {
				return err
			}
			return a.print(r, func(w io.Writer) {
				titles := make([]string, len(r.Columns))
				for i, c := range r.Columns {
					titles[i] = c.Title
				}
				table(w, strings.Join(titles, "\t"), r.Items, cellsOf)
				fmt.Fprintln(w, a.say("共 %s 行，数据版本 %s", "%s rows, snapshot %s", thousands(r.Total), r.Snapshot))
			})
		})
	}}
	c.Flags().IntVar(&limit, "limit", 20, "行数 / how many rows")
	c.Flags().BoolVar(&plain, "plain", false, "个人信息显示原值；不加则脱敏 / personal items as they are; masked without")
	return c
}
