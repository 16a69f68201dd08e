package console

import (
	"context"
	"net/http"
	"net/url"

	"github.com/chengshu/chengshu/internal/menu"
)

type menuPackBody struct {
	Pack  string         `json:"pack"`
	Title string         `json:"title"`
	Items []menuItemBody `json:"items"`
}

type menuItemBody struct {
	Title string `json:"title"`
	Path  string `json:"path" doc:"of the page in the console"`
	Sort  string `json:"sort" enum:"desk,register"`
}

// menu registers what of the packs somebody may use, as the navigation shows it.
func (c *Console) menu() {
	route(c, http.MethodGet, "/menu", "get-menu", "治理应用菜单 / The menu of applications", func(ctx context.Context, _ *struct{}) (List[menuPackBody], error) {
		var out []menuPackBody
		for _, p := range c.Packs.Installed() {
			if !c.Flow.Sees(actor(ctx), p.ID) {
				continue
			}
			b := menuPackBody{Pack: p.ID, Title: p.Title.In(lang(ctx))}
			for _, to := range menu.Of(p) {
				b.Items = append(b.Items, menuItemOf(p.ID, to, lang(ctx)))
			}
			out = append(out, b)
		}
		return page(out, ""), nil
	})
}

func menuItemOf(packID string, to menu.To, l string) menuItemBody {
	q := url.Values{}
	if to.Desk {
		q.Set("pack", packID)
		if to.Flow != "" {
			q.Set("flow", to.Flow)
		}
		return menuItemBody{to.Title.In(l), "/cases?" + q.Encode(), "desk"}
	}
	path := "/registers/" + packID + "/" + to.Register
	if to.List != "" {
		q.Set("list", to.List)
		path += "?" + q.Encode()
	}
	return menuItemBody{to.Title.In(l), path, "register"}
}
