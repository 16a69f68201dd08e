package main

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
)

// exportLists are the lists one can take out, and those that are of one thing.
var exportLists = []string{"directories", "rows", "batches", "quarantine", "services", "grants", "apps", "calls", "audit", "users"}

func exportPath(list string, of []string) (string, error) {
	wrong := fault.New(fault.Invalid, "export.list", fault.T("没有列表 %s", "there is no list %s", strings.Join(append([]string{list}, of...), " "))).
		Fix(fault.T("可用：%s；rows 后写目录，quarantine 后写批次", "use %s; with a directory after rows, with a batch after quarantine", strings.Join(exportLists, ", ")))
	one := list == "rows" || list == "quarantine"
	if !slices.Contains(exportLists, list) || one != (len(of) == 1) {
		return "", wrong
	}
	switch list {
	case "rows":
		return "/exports/directories/" + url.PathEscape(of[0]) + "/rows", nil
	case "quarantine":
		return "/exports/batches/" + url.PathEscape(of[0]) + "/quarantine", nil
	}
	return "/exports/" + list, nil
}

// export takes a list out as a file.
func (a *app) export() *cobra.Command {
	var out, columns, purpose string
	var where []string
	var plain bool
	c := &cobra.Command{Use: "export LIST [NAME] --out FILE", Short: "导出列表 / export a list to a file: " + strings.Join(exportLists, ", ") + "; rows takes a directory, quarantine a batch", Args: cobra.RangeArgs(1, 2),
		Example: "  chengshu export rows pension --columns id_no,amount --purpose 核对发放名单 --out pension.xlsx\n  chengshu export batches --where state=held --out held.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := exportPath(args[0], args[1:])
			if err != nil {
				return err
			}
			q := url.Values{"format": {"xlsx"}, "columns": {columns}, "purpose": {purpose}}
			if strings.HasSuffix(strings.ToLower(out), ".csv") {
				q.Set("format", "csv")
			}
			if plain {
				q.Set("plain", "true")
			}
			for _, w := range where {
				k, v, ok := strings.Cut(w, "=")
				if !ok {
					return fault.New(fault.Invalid, "flag.form", fault.T("参数写法有误", "the flag is not of its form")).At("--where").Fix(fault.T("写作 名称=值", "write NAME=VALUE"))
				}
				q.Set(k, v)
			}
			return a.with(cmd.Context(), func(c *client) error {
				if err := c.save(cmd.Context(), "GET", path+"?"+q.Encode(), nil, out); err != nil {
					return err
				}
				return a.print(map[string]string{"file": out}, func(w io.Writer) { fmt.Fprintln(w, a.say("已导出到 %s", "exported to %s", out)) })
			})
		}}
	f := c.Flags()
	f.StringVarP(&out, "out", "o", "", "输出文件；以 .csv 结尾为 CSV，其余为 XLSX / the file; one that ends in .csv is CSV, any other XLSX")
	f.StringVar(&columns, "columns", "", "列的标识，按次序用逗号分隔；缺省为全部列 / keys of columns in their order, with commas between; all without")
	f.StringArrayVar(&where, "where", nil, "列表的筛选条件，如 state=held，可多次给出 / a filter of the list, such as state=held; may be given several times")
	f.BoolVar(&plain, "plain", false, "个人信息显示原值；不加则脱敏 / personal items as they are; masked without")
	f.StringVar(&purpose, "purpose", "", "导出用途，记入审计 / what the rows are taken out for; kept in the audit")
	_ = c.MarkFlagRequired("out")
	return c
}
