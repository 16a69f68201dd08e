package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/policy"
)

type BatchIn struct {
	ID string `path:"id" maxLength:"128" doc:"id or label of a batch"`
}

type reasonIn struct {
	BatchIn
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (c *Console) batches() {
	route(c, http.MethodGet, "/batches", "list-batches", "批次列表 / Batches", c.listBatches)
	route(c, http.MethodGet, "/batches/{id}", "get-batch", "批次 / A batch", func(ctx context.Context, in *BatchIn) (batchBody, error) {
		b, err := c.batchFor(ctx, "get-batch", in.ID)
		if err != nil {
			return batchBody{}, err
		}
		return c.batch(ctx, b)
	})
	route(c, http.MethodGet, "/batches/{id}/report", "get-report", "质量报告 / The report of a batch", c.report)
	route(c, http.MethodGet, "/batches/{id}/quarantine", "list-quarantine", "问题数据 / Quarantined rows", c.quarantine)
	for _, d := range []struct {
		verb, summary string
		do            func(context.Context, string, string) (*ingest.Batch, error)
	}{
		{"release", "放行合格行 / Publish the good rows of a held batch", c.Ingest.Release},
		{"return", "退回源头 / Return a held batch to its office", c.Ingest.Return},
		{"discard", "丢弃 / Discard a held batch", c.Ingest.Discard},
		{"cancel", "取消装载 / Cancel a running load", c.Ingest.Cancel},
	} {
		route(c, http.MethodPost, "/batches/{id}/"+d.verb, d.verb+"-batch", d.summary, func(ctx context.Context, in *reasonIn) (batchBody, error) {
			b, err := c.batchFor(ctx, d.verb+"-batch", in.ID)
			if err != nil {
				return batchBody{}, err
			}
			if b, err = d.do(ctx, string(b.ID), strings.TrimSpace(in.Body.Reason)); err != nil {
				return batchBody{}, err
			}
			return c.batch(ctx, b)
		})
	}
	route(c, http.MethodPost, "/batches/{id}/retry", "retry-batch", "重试写入 / Settle a batch that stalled", func(ctx context.Context, in *BatchIn) (batchBody, error) {
		b, err := c.batchFor(ctx, "retry-batch", in.ID)
		if err != nil {
			return batchBody{}, err
		}
		if b, err = c.Ingest.Retry(ctx, string(b.ID)); err != nil {
			return batchBody{}, err
		}
		return c.batch(ctx, b)
	})
	c.mending()
}

type listBatchesIn struct {
	Paging
	Directory string `query:"directory" maxLength:"64"`
	Parent    string `query:"parent" maxLength:"128"`
	State     string `query:"state" maxLength:"200" doc:"states, with commas between"`
	Day       string `query:"day" maxLength:"10" doc:"those that began on this day of Beijing time, as 2006-01-02"`
}

// states are what a batch can be asked for by.
var states = []ingest.State{ingest.Queued, ingest.Judging, ingest.Publishing, ingest.Published, ingest.Held, ingest.Returned,
	ingest.Discarded, ingest.Failed, ingest.Cancelled, ingest.Superseded}

func (c *Console) listBatches(ctx context.Context, in *listBatchesIn) (List[batchBody], error) {
	f := ingest.Filter{Directory: in.Directory, Parent: ident.Batch(in.Parent)}
	if in.State != "" {
		for _, s := range strings.Split(in.State, ",") {
			state := ingest.State(strings.TrimSpace(s))
			if !slices.Contains(states, state) {
				return List[batchBody]{}, fault.New(fault.Invalid, "batch.state", fault.T("没有状态 %s", "there is no state %s", s)).
					Fix(fault.T("可用的状态：%v", "the states are %v", states))
			}
			f.States = append(f.States, state)
		}
	}
	if in.Day != "" {
		var err error
		if f.From, err = dayOf("day", in.Day); err != nil {
			return List[batchBody]{}, err
		}
		f.Until = f.From.AddDate(0, 0, 1)
	}
	if in.Directory != "" {
		if _, err := c.Catalog.Get(ctx, in.Directory); err != nil {
			return List[batchBody]{}, err
		}
	}
	names, all, err := c.reached(ctx, policy.BatchRead)
	if err != nil {
		return List[batchBody]{}, err
	}
	f.Limited, f.Directories = !all, names
	bs, next, err := c.Ingest.Batches(ctx, f, in.Cursor, in.Limit)
	if err != nil {
		return List[batchBody]{}, err
	}
	bodies, err := c.bodies(ctx, bs)
	return page(bodies, next), err
}

// batch renders one batch.
func (c *Console) batch(ctx context.Context, b *ingest.Batch) (batchBody, error) {
	bodies, err := c.bodies(ctx, []*ingest.Batch{b})
	if err != nil {
		return batchBody{}, err
	}
	return bodies[0], nil
}

// bodies renders batches with their directories' and offices' titles, asked for once.
func (c *Console) bodies(ctx context.Context, bs []*ingest.Batch) ([]batchBody, error) {
	names := make([]string, len(bs))
	for i, b := range bs {
		names[i] = b.Directory
	}
	titles, err := c.Catalog.Entries(ctx, names...)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(bs))
	var parentIDs []string
	for i, b := range bs {
		ids[i] = string(b.ID)
		if b.Parent != "" {
			parentIDs = append(parentIDs, string(b.Parent))
		}
	}
	parents, err := c.Ingest.Named(ctx, parentIDs...)
	if err != nil {
		return nil, err
	}
	grades, err := c.Quality.Grades(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]batchBody, len(bs))
	for i, b := range bs {
		out[i] = c.body(b, lang(ctx))
		out[i].DirectoryTitle, out[i].OfficeTitle = titles[b.Directory].Title, titles[b.Directory].OfficeTitle
		if g, ok := grades[ids[i]]; ok {
			out[i].Score = g.Score
			if g.Grade != "" { // an empty batch has none
				out[i].Grade = &g.Grade
			}
		}
		if p := parents[string(b.Parent)]; p != nil {
			out[i].ParentLabel = &p.Label
		}
	}
	return out, nil
}

func (c *Console) body(b *ingest.Batch, lang string) batchBody {
	o := batchBody{ID: string(b.ID), Label: b.Label, Directory: b.Directory, State: string(b.State), File: b.File, Sheet: b.Sheet,
		Encoding: b.Encoding, Bytes: b.Bytes, Version: b.Version, Ruleset: b.Ruleset, RowsIn: b.In, Published: b.Published,
		Quarantined: b.Quarantined, Held: b.Held, Replayed: b.Replayed, Outrun: b.Outrun, StartedAt: b.StartedAt, Seconds: b.Seconds,
		Decision: b.Decision}
	if b.Parent != "" {
		p := string(b.Parent)
		o.Parent = &p
	}
	if !b.EndedAt.IsZero() {
		o.EndedAt = &b.EndedAt
	}
	if b.Error != nil {
		o.Error = problemOf(b.Error, lang)
	}
	if b.State == ingest.Held {
		s := int64(c.Now().Sub(b.EndedAt).Seconds())
		o.HeldSeconds = &s
	}
	if p, ok := c.Ingest.ProgressOf(string(b.ID)); ok && b.State.Running() {
		o.Progress = &progressBody{p.Stage, p.Rows, p.Total, p.RowsPerSecond, p.SecondsLeft}
	}
	return o
}

func columnsOf(d catalog.Directory) []columnBody {
	out := make([]columnBody, len(d.Items))
	for i, it := range d.Items {
		out[i] = columnBody{it.Name, it.Title, it.Type.String(), it.Personal}
	}
	return out
}

// errCursor is a cursor that no list gave.
var errCursor = fault.New(fault.Invalid, "cursor", fault.T("分页游标不合规", "the cursor is not one of ours")).At("cursor")

// offset reads the cursor of a list over an immutable snapshot or a batch's own rows.
func offset(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 0 {
		return 0, errCursor
	}
	return n, nil
}
