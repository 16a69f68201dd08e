package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/notice"
)

type noticeBody struct {
	ID   string     `json:"id"`
	Why  string     `json:"why" enum:"turn,warning,raised,action,urged,demand,asked,agreed,refused,joint,moved,owed,named,notice"`
	Text string     `json:"text"`
	Link string     `json:"link" doc:"path in the console; empty where the reader sees its case no more"`
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

// noMore stands for what was said of a case to somebody who sees it no more.
var noMore = fault.T("该案件已不在您可查看的范围内", "you no longer see the case that this was about")

func (c *Console) notices() {
	route(c, http.MethodGet, "/notices", "list-notices", "本人的通知 / One's notices", func(ctx context.Context, in *listNoticesIn) (List[noticeBody], error) {
		all, next, err := c.Notices.List(ctx, actor(ctx).ID, notice.Query{Unread: in.Unread, Why: in.Why, Before: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[noticeBody]{}, err
		}
		about := make([]string, len(all))
		for i, n := range all {
			about[i] = n.About
		}
		shown, err := c.Flow.Shown(ctx, actor(ctx), about)
		var out []noticeBody
		for _, n := range all {
			if !shown[n.About] {
				n.Text, n.Link = noMore, ""
			}
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
