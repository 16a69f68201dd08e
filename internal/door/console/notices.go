package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/notice"
)

type noticeBody struct {
	ID   string     `json:"id"`
	Why  string     `json:"why" enum:"turn,warning,raised,action,urged,demand,asked,agreed,refused,joint,moved,owed,named,notice"`
	Text string     `json:"text"`
	Link string     `json:"link" doc:"path in the console"`
	At   time.Time  `json:"at"`
	Read *time.Time `json:"read_at"`
}

type listNoticesIn struct {
	Paging
	Unread bool   `query:"unread" doc:"only those not read yet"`
	Why    string `query:"why" maxLength:"20" doc:"only of this kind"`
}

type unreadBody struct {
	Unread int64 `json:"unread"`
}

func (c *Console) notices() {
	route(c, http.MethodGet, "/notices", "list-notices", "本人的通知 / One's notices", func(ctx context.Context, in *listNoticesIn) (List[noticeBody], error) {
		all, next, err := c.Notices.List(ctx, actor(ctx).ID, notice.Query{Unread: in.Unread, Why: in.Why, Before: in.Cursor, Limit: in.Limit})
		var out []noticeBody
		for _, n := range all {
			out = append(out, noticeBody{n.ID, n.Why, n.Text.In(lang(ctx)), n.Link, n.At, n.Read})
		}
		return page(out, next), err
	})
	route(c, http.MethodPost, "/notices/read", "read-notices", "标为已读 / Mark notices as read", func(ctx context.Context, in *struct {
		Body struct {
			IDs []string `json:"ids,omitempty" maxItems:"500" doc:"all without"`
		}
	}) (out unreadBody, err error) {
		if err := c.Notices.MarkRead(ctx, actor(ctx).ID, in.Body.IDs); err != nil {
			return out, err
		}
		out.Unread, err = c.Notices.Unread(ctx, actor(ctx).ID)
		return out, err
	})
}
