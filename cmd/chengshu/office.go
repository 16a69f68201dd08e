package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

type officeLine struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Region      string `json:"region"`
	RegionTitle string `json:"region_title"`
	Credit      string `json:"credit"`
	Parent      string `json:"parent"`
	Directories int    `json:"directories"`
	Mounted     int    `json:"mounted"`
}

// office is the command of offices.
func (a *app) office() *cobra.Command {
	c := group(&cobra.Command{Use: "office", Short: "部门 / offices: add, list"})
	c.AddCommand(a.officeAdd(), a.officeList())
	return c
}

func (a *app) officeAdd() *cobra.Command {
	var o struct {
		Name   string `json:"name"`
		Title  string `json:"title"`
		Region string `json:"region"`
		Credit string `json:"credit,omitempty"`
		Parent string `json:"parent,omitempty"`
	}
	c := &cobra.Command{Use: "add NAME", Short: "登记或更正部门 / enter an office, or correct one", Args: cobra.ExactArgs(1),
		Example: "  chengshu office add mzj --title 区民政局 --region 420102000000",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(c *client) error {
				var out officeLine
				if o.Name = args[0]; o.Region == "" {
					o.Region = a.settings.Place.Region
				}
				if err := c.call(cmd.Context(), "POST", "/offices", o, &out); err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) {
					fmt.Fprintln(w, a.say("已登记部门 %s %s", "entered office %s %s", out.Name, out.Title))
				})
			})
		}}
	f := c.Flags()
	f.StringVar(&o.Title, "title", "", "名称 / what it is called")
	f.StringVar(&o.Region, "region", "", "12 位区划代码，缺省为 place.region / 12 digits; by default those of place.region")
	f.StringVar(&o.Credit, "credit", "", "统一社会信用代码 / unified credit code")
	f.StringVar(&o.Parent, "parent", "", "上级部门 / the office above it")
	return c
}

func (a *app) officeList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "部门列表 / list offices", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []officeLine `json:"items"`
			}
			if err := c.call(cmd.Context(), "GET", "/offices", nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				table(w, a.say("标识\t名称\t区划\t上级\t目录\t已挂接", "name\ttitle\tregion\tabove it\tdirectories\tmounted"), l.Items, func(o officeLine) []any {
					return []any{o.Name, o.Title, first(o.RegionTitle, o.Region), o.Parent, o.Directories, o.Mounted}
				})
			})
		})
	}}
}
