package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/chengshu/chengshu/internal/policy"
)

type pingBody struct {
	Now time.Time `json:"now"`
}

// How often a stream sends what has gathered, shows that it lives, and asks whether its
// session still stands.
const (
	flushEvery = 250 * time.Millisecond
	pingEvery  = 15 * time.Second
	askEvery   = time.Second
)

// tellEvents says of the stream what one event of it is: its data is JSON in a text.
func (c *Console) tellEvents() {
	event := func(kind string, data any) *huma.Schema {
		return &huma.Schema{Type: "object", Required: []string{"event", "data"}, Properties: map[string]*huma.Schema{"event": {Type: "string", Enum: []any{kind}},
			"data": {Type: "string", Extensions: map[string]any{"contentMediaType": "application/json", "contentSchema": c.schema(data)}}}}
	}
	op := c.api.OpenAPI().Paths["/api/v1/events"].Get
	op.Responses["200"].Description = "server-sent events; the schema is of each"
	op.Responses["200"].Content["text/event-stream"] = &huma.MediaType{Schema: &huma.Schema{OneOf: []*huma.Schema{event("batch", batchBody{}), event("unread", unreadBody{}), event("ping", pingBody{})}}}
}

// events streams changes of batches, the last state of each at most four times a second, and
// how many notices the user has not read, at once and when it changes. A stream ends when its session does, and when its user's roles or office change: a page
// opens it again, with the rights it has then.
func (c *Console) events() {
	sse.Register(c.api, huma.Operation{OperationID: "stream-events", Method: http.MethodGet, Path: "/api/v1/events",
		Summary: "实时变动 / Changes as they happen", Errors: []int{http.StatusUnauthorized, http.StatusForbidden}}, map[string]any{"batch": batchBody{}, "unread": unreadBody{}, "ping": pingBody{}},
		func(ctx context.Context, _ *struct{}, send sse.Sender) {
			w := &watcher{c: c, asker: askerOf(ctx), reach: policy.Reaching(actor(ctx), policy.BatchRead), latest: map[string]bool{}, unread: -1, send: send}
			w.run(ctx)
		})
}

// watcher is one open stream.
type watcher struct {
	c      *Console
	asker  *asker
	reach  policy.Reach
	latest map[string]bool // batches that changed
	unread int64           // as it was told; -1: not yet
	send   sse.Sender
}

func (w *watcher) run(ctx context.Context) {
	changes := w.c.Ingest.Watch(ctx)
	flush, ping, ask := time.NewTicker(flushEvery), time.NewTicker(pingEvery), time.NewTicker(askEvery)
	defer flush.Stop()
	defer ping.Stop()
	defer ask.Stop()
	alive := w.ping() && w.notices(ctx)
	for alive {
		select {
		case <-ctx.Done():
			return
		case ch, ok := <-changes:
			if !ok {
				return
			}
			w.latest[string(ch.Batch.ID)] = true
		case <-flush.C:
			alive = w.flush(ctx)
		case <-ask.C:
			alive = w.stands(ctx) && w.notices(ctx)
		case <-ping.C:
			alive = w.ping()
		}
	}
}

func (w *watcher) ping() bool { return w.send.Data(pingBody{w.c.Now()}) == nil }

// notices tells how many are not read, where that changed.
func (w *watcher) notices(ctx context.Context) bool {
	n, err := w.c.Notices.Unread(ctx, actor(ctx).ID)
	if err != nil || n == w.unread {
		return err == nil
	}
	w.unread = n
	return w.send.Data(unreadBody{n}) == nil
}

// stands says whether the session is there, with the same rights.
func (w *watcher) stands(ctx context.Context) bool {
	if w.asker.token == "" {
		return true // a local command
	}
	now, err := w.c.People.Stands(ctx, w.asker.token)
	was := w.asker.Signed
	return err == nil && now.MustChange == was.MustChange && now.Actor.Office == was.Actor.Office &&
		slices.Equal(now.Actor.Roles, was.Actor.Roles) && slices.Equal(now.Actor.Below, was.Actor.Below)
}

// flush sends the batches that changed, once it is sure that they may be seen.
func (w *watcher) flush(ctx context.Context) bool {
	if len(w.latest) == 0 {
		return true
	}
	if !w.stands(ctx) {
		return false
	}
	for id := range w.latest {
		b, err := w.c.Ingest.Batch(ctx, id)
		if err != nil {
			continue
		}
		d, err := w.c.Catalog.Directory(ctx, b.Directory)
		if err != nil || !w.reach.Covers(policy.Target{Office: d.Office}) {
			continue
		}
		body, err := w.c.batch(ctx, b)
		if err != nil || w.send.Data(body) != nil {
			return false
		}
	}
	clear(w.latest)
	return true
}
