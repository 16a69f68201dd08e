package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// search finds directories by words, pinyin and initials.
func (a *app) search() *cobra.Command {
	return &cobra.Command{Use: "search WORDS ...", Short: "搜索目录，可用汉字、拼音、首字母 / find directories by words, pinyin or initials", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var l struct {
				Items []struct {
					Name        string `json:"name"`
					Title       string `json:"title"`
					OfficeTitle string `json:"office_title"`
					State       string `json:"state"`
					Fragments   []struct {
						Field  string `json:"field"`
						Pieces []struct {
							Text string `json:"text"`
							Hit  bool   `json:"hit"`
						} `json:"pieces"`
					} `json:"fragments"`
				} `json:"items"`
				Next  *string `json:"next"`
				Total int64   `json:"total"`
			}
			q := url.Values{"q": {strings.Join(args, " ")}, "limit": {"100"}}
			if err := c.call(cmd.Context(), "GET", "/search?"+q.Encode(), nil, &l); err != nil {
				return err
			}
			return a.print(l, func(w io.Writer) {
				for _, h := range l.Items {
					fmt.Fprintf(w, "%s  %s  %s  %s\n", h.Name, h.Title, h.OfficeTitle, a.standing(h.State))
					for _, f := range h.Fragments {
						var b strings.Builder
						for _, p := range f.Pieces {
							if p.Hit {
								p.Text = "【" + p.Text + "】"
							}
							b.WriteString(p.Text)
						}
						fmt.Fprintf(w, "    %s\n", b.String())
					}
				}
				fmt.Fprintln(w, a.say("找到 %s 个目录", "%s directories found", thousands(l.Total)))
			})
		})
	}}
}
