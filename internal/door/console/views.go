package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/view"
)

type viewBody struct {
	ID    string    `json:"id"`
	Page  string    `json:"page"`
	Name  string    `json:"name"`
	Query string    `json:"query" doc:"of the page's address: filters, order and columns"`
	At    time.Time `json:"at"`
}

type saveViewIn struct {
	Body struct {
		Page  string `json:"page" maxLength:"200" doc:"path of the page, without its query"`
		Name  string `json:"name" maxLength:"100" doc:"one of the same name is replaced"`
		Query string `json:"query" maxLength:"4000"`
	}
}

type removedViewBody struct {
	Removed bool `json:"removed"`
}

func viewOf(v view.View) viewBody {
	return viewBody{v.ID, v.Page, v.Name, v.Query, v.At}
}

// views registers what readers keep of lists. It is theirs alone, and says nothing of anybody:
// no audit has it.
func (c *Console) views() {
	route(c, http.MethodGet, "/views", "list-views", "本人保存的视图 / One's views of a page", func(ctx context.Context, in *struct {
		Page string `query:"page" required:"true" maxLength:"200" doc:"path of the page, without its query"`
	}) (List[viewBody], error) {
		all, err := c.Views.List(ctx, actor(ctx).ID, in.Page)
		var out []viewBody
		for _, v := range all {
			out = append(out, viewOf(v))
		}
		return page(out, ""), err
	})
	route(c, http.MethodPost, "/views", "save-view", "保存视图 / Keep a view of a page", func(ctx context.Context, in *saveViewIn) (viewBody, error) {
		v, err := c.Views.Save(ctx, view.View{Person: actor(ctx).ID, Page: in.Body.Page, Name: in.Body.Name, Query: in.Body.Query})
		return viewOf(v), err
	})
	route(c, http.MethodPost, "/views/{id}/remove", "remove-view", "删除视图 / Remove a view", func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"64"`
	}) (out removedViewBody, err error) {
		out.Removed = true
		return out, c.Views.Remove(ctx, actor(ctx).ID, in.ID)
	})
}
