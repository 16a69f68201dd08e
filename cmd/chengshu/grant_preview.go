package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// grantPreview shows what a grant would show, and makes none.
func (a *app) grantPreview() *cobra.Command {
	g := granting{until: "2999-12-31", perSecond: 1, perDay: 1} // a preview is of no term
	c := &cobra.Command{Use: "preview", Short: "预览授权所见 / show what a grant would show, and make none", Args: cobra.NoArgs,
		Example: "  chengshu grant preview --app elder_care --directory pension --item id_no=id --item amount --row region:under:420102",
		RunE: func(cmd *cobra.Command, _ []string) error {
			body, err := g.body()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(c *client) error {
				var out struct {
					Columns []struct {
						Item     string `json:"item"`
						Mask     string `json:"mask"`
						Invented bool   `json:"invented"`
						Shown    string `json:"shown"`
					} `json:"columns"`
					Rows     [][]*string `json:"rows"`
					Matched  int64       `json:"matched"`
					Total    int64       `json:"total"`
					Snapshot string      `json:"snapshot"`
				}
				if err := c.call(cmd.Context(), "POST", "/grant-previews", body, &out); err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) {
					heads := make([]string, len(out.Columns))
					for i, col := range out.Columns {
						if heads[i] = col.Item; col.Mask != "" {
							heads[i] += "=" + col.Mask
						}
					}
					table(w, strings.Join(heads, "\t"), out.Rows, cellsOf)
					fmt.Fprintln(w, a.say("范围内 %s 行，全部 %s 行", "%s rows in its range, of %s", thousands(out.Matched), thousands(out.Total)))
				})
			})
		}}
	g.what(c)
	return c
}

// cellsOf are the cells of a row as a table prints them.
func cellsOf(cells []*string) []any {
	out := make([]any, len(cells))
	for i, c := range cells {
		if out[i] = ""; c != nil {
			out[i] = *c
		}
	}
	return out
}
