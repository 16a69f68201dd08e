package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// packCommand is the command of packs: check and test work on a folder alone, the others on
// what is installed.
func (a *app) packCommand() *cobra.Command {
	c := group(&cobra.Command{Use: "pack", Short: "应用包 / packs: begin, check, test, install, list, undo"})
	c.AddCommand(a.packNew(), a.packSchema(), a.packCheck(), a.packTest(), a.packReplay(), a.packDocs(), a.packInstall(), a.packList(), a.packUndo())
	return c
}

func (a *app) packCheck() *cobra.Command {
	return &cobra.Command{Use: "check DIR", Short: "检查应用包，列出全部错误 / check a pack's folder and tell every error", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack check packs/examples/pothole",
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := folder(args[0])
			if err != nil {
				return err
			}
			out := struct {
				OK        bool     `json:"ok"`
				Pack      string   `json:"pack"`
				Version   string   `json:"version"`
				Registers []string `json:"registers"`
				Flows     []string `json:"flows"`
				Tests     int      `json:"tests"`
			}{true, p.ID, p.Version, p.Names("entity"), p.Names("flow"), len(p.Entries("tests"))}
			return a.print(out, func(w io.Writer) {
				fmt.Fprintln(w, a.say("%s %s：登记表 %d 个，流程 %d 个，测试 %d 项，没有错误", "%s %s: %d registers, %d flows, %d tests, no errors",
					p.ID, p.Version, len(out.Registers), len(out.Flows), out.Tests))
			})
		}}
}

type planLine struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Act    string `json:"act"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
}

type packPlan struct {
	Pack      string     `json:"pack"`
	Title     string     `json:"title"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Changes   []planLine `json:"changes"`
	Forbidden int        `json:"forbidden"`
	Running   int64      `json:"running"`
	Move      bool       `json:"move"`
}

func (a *app) printPlan(p packPlan, zh, en string) error {
	return a.print(p, func(w io.Writer) {
		table(w, "", p.Changes, func(c planLine) []any { return []any{c.Act, c.Kind + "." + c.Name, c.Text, c.Remedy} })
		fmt.Fprintln(w, a.say(zh, en, p.Title, p.To, p.Running))
	})
}

func (a *app) packInstall() *cobra.Command {
	var plan, move bool
	c := &cobra.Command{Use: "install DIR", Short: "安装或升级应用包 / install a pack's folder, or upgrade to it", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack install packs/examples/pothole --plan",
		RunE: func(cmd *cobra.Command, args []string) error {
			_, zip, err := archive(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(c *client) error {
				path := "/packs"
				if plan {
					path += "?check=true"
				}
				var out packPlan
				if err := c.call(cmd.Context(), "POST", path, map[string]any{"zip": zip, "move": move}, &out); err != nil {
					return err
				}
				if plan {
					return a.printPlan(out, "计划：%s 升至 %s，在办案件 %d 件；没有执行", "plan: %s to %s, %d open cases; nothing was done")
				}
				return a.printPlan(out, "已安装 %s %s，在办案件 %d 件", "installed %s %s, %d open cases")
			})
		}}
	c.Flags().BoolVar(&plan, "plan", false, "只显示变更计划 / show the plan alone")
	c.Flags().BoolVar(&move, "move", false, "在办案件转到新版本 / open cases come along to the new version")
	return c
}

func (a *app) packUndo() *cobra.Command {
	var move bool
	c := &cobra.Command{Use: "undo PACK", Short: "退回应用包的上一版本 / take a pack back to the version before", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(c *client) error {
				var out packPlan
				if err := c.call(cmd.Context(), "POST", "/packs/"+args[0]+"/undo", map[string]any{"move": move}, &out); err != nil {
					return err
				}
				return a.printPlan(out, "%s 已退回 %s，在办案件 %d 件", "took %s back to %s, %d open cases")
			})
		}}
	c.Flags().BoolVar(&move, "move", false, "在办案件一并退回 / open cases go back with it")
	return c
}

func (a *app) packList() *cobra.Command {
	type line struct {
		ID      string `json:"id"`
		Version string `json:"version"`
		Title   string `json:"title"`
		Open    int64  `json:"open"`
	}
	return &cobra.Command{Use: "list", Short: "已安装的应用包 / the packs that are installed", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []line `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/packs", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("标识\t版本\t名称\t在办", "name\tversion\ttitle\topen"), l.Items, func(p line) []any { return []any{p.ID, p.Version, p.Title, p.Open} })
			})
		})
	}}
}
