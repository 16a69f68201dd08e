package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/catalog"
)

// directoryTurn publishes or withdraws directories.
func (a *app) directoryTurn(verb, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: verb + " NAME ...", Short: short, Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			for _, name := range args {
				var out struct {
					State   string `json:"state"`
					Version int    `json:"version"`
					At      string `json:"at"`
					By      string `json:"by"`
					Reason  string `json:"reason"`
				}
				if err := c.call(cmd.Context(), "POST", "/directories/"+url.PathEscape(name)+"/"+verb, map[string]string{"reason": reason}, &out); err != nil {
					return err
				}
				err := a.print(out, func(w io.Writer) {
					fmt.Fprintln(w, a.say("目录 %s 第 %d 版：%s", "directory %s, version %d: %s", name, out.Version, a.standing(out.State)))
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}}
	c.Flags().StringVar(&reason, "reason", "", "理由，予以保留（撤下须填写） / why; it is kept (withdrawing needs one)")
	return c
}

// standing is a directory's state in words.
func (a *app) standing(state string) string {
	for _, s := range catalog.States() {
		if s.Name == state {
			return s.Title.In(a.settings.Lang)
		}
	}
	return state
}
