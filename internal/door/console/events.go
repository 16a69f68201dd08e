package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/chengshu/chengshu/internal/policy"
)

type pingBody struct {
	Now time.Time `json:"now"`
}

// events streams changes of batches: the last state of each at most four times a second.
func (c *Console) events() {
	sse.Register(c.api, huma.Operation{OperationID: "stream-events", Method: http.MethodGet, Path: "/api/v1/events",
		Summary: "实时变动 / Changes as they happen", Errors: []int{http.StatusUnauthorized, http.StatusForbidden}}, map[string]any{"batch": batchBody{}, "ping": pingBody{}},
		func(ctx context.Context, _ *struct{}, send sse.Sender) {
			changes := c.Ingest.Watch(ctx)
			reach := policy.Reaching(actor(ctx), policy.BatchRead)
			latest := map[string]bool{}
			flush := time.NewTicker(250 * time.Millisecond)
			defer flush.Stop()
			ping := time.NewTicker(15 * time.Second)
			defer ping.Stop()
			if send.Data(pingBody{c.Now()}) != nil {
				return
			}
			for {
				select {
				case <-ctx.Done():
					return
				case ch, ok := <-changes:
					if !ok {
						return
					}
					latest[string(ch.Batch.ID)] = true
				case <-flush.C:
					for id := range latest {
						b, err := c.Ingest.Batch(ctx, id)
						if err != nil {
							continue
						}
						d, err := c.Catalog.Directory(ctx, b.Directory)
						if err != nil || !reach.Covers(policy.Target{Office: d.Office}) {
							continue
						}
						body, err := c.batch(ctx, b)
						if err != nil || send.Data(body) != nil {
							return
						}
					}
					clear(latest)
				case <-ping.C:
					if send.Data(pingBody{c.Now()}) != nil {
						return
					}
				}
			}
		})
}
