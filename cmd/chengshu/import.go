package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
)

type importedDirectory struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	OfficeTitle string `json:"office_title"`
	Items       int    `json:"items"`
	Sheet       string `json:"sheet"`
	Created     bool   `json:"created"`
	Changed     bool   `json:"changed"`
	Change      string `json:"change"`
}

// directoryImport takes every directory of a workbook, or none and tells each wrong cell.
func (a *app) directoryImport() *cobra.Command {
	var check bool
	var marked string
	c := &cobra.Command{Use: "import FILE.xlsx", Short: "从 Excel 导入目录 / import directories from a workbook, one row for each item; all of them or none", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		book, err := readFile(args[0])
		if err != nil {
			return err
		}
		return a.with(cmd.Context(), func(c *client) error {
			var out struct {
				Directories []importedDirectory `json:"directories"`
				Saved       bool                `json:"saved"`
			}
			err := c.call(cmd.Context(), "POST", fmt.Sprintf("/directory-imports?check=%t", check), workbook(book), &out)
			if err != nil {
				if marked != "" && fault.KindOf(err) == fault.Invalid {
					if e := c.save(cmd.Context(), "POST", "/directory-imports/marked", workbook(book), marked); e != nil {
						return e
					}
				}
				return err
			}
			return a.print(out, func(w io.Writer) {
				table(w, a.say("目录\t标题\t部门\t信息项\t结果", "directory\ttitle\toffice\titems\tresult"), out.Directories, func(d importedDirectory) []any {
					return []any{d.Name, d.Title, d.OfficeTitle, d.Items, a.importWords(d)}
				})
				if out.Saved {
					fmt.Fprintln(w, a.say("已导入 %d 个目录", "imported %d directories", len(out.Directories)))
				}
			})
		})
	}}
	c.Flags().BoolVar(&check, "check", false, "只检查，不作改动 / only check, change nothing")
	c.Flags().StringVar(&marked, "marked", "", "有错误时，将标出错误单元格的工作簿写入此文件 / where there are errors, write the workbook with its wrong cells marked to this file")
	return c
}

func (a *app) importWords(d importedDirectory) string {
	switch {
	case d.Created:
		return a.say("新建", "new")
	case d.Changed:
		return a.say("修改：%s", "changed: %s", d.Change)
	}
	return a.say("无变化", "as it was")
}

func (a *app) directoryTemplate() *cobra.Command {
	return &cobra.Command{Use: "template FILE.xlsx", Short: "目录导入模板 / write the template of an import to a file", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			if err := c.save(cmd.Context(), "GET", "/directory-imports/template", nil, args[0]); err != nil {
				return err
			}
			return a.print(map[string]string{"file": args[0]}, func(w io.Writer) { fmt.Fprintln(w, a.say("已写入 %s", "written to %s", args[0])) })
		})
	}}
}
