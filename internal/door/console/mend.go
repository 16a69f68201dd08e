package console

import (
	"context"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
)

type stepIn struct {
	BatchIn
	Body struct {
		Item string    `json:"item" maxLength:"63"`
		Step rule.Step `json:"step"`
	}
}

type tryIn struct {
	BatchIn
	Body struct {
		Item  string    `json:"item" maxLength:"63"`
		Step  rule.Step `json:"step"`
		Plain bool      `json:"plain,omitempty" doc:"personal cells of the sample as they are, for those who may see them so; masked unless asked for"`
	}
}

type trialBody struct {
	Of     int64      `json:"of"`
	Mends  int64      `json:"mends"`
	Sample []beforeTo `json:"sample"`
}

type beforeTo struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

type adoptedBody struct {
	Directory string `json:"directory"`
	Version   int    `json:"version"`
}

type replayIn struct {
	BatchIn
	Body struct {
		Rows []string `json:"rows,omitempty" maxItems:"5000" doc:"ids of rows; none: all"`
	}
}

type replaysBody struct {
	Batches []batchBody `json:"batches"`
	Refused *Problem    `json:"refused,omitempty" doc:"why some batches could not be replayed now, while those above are"`
}

// mending registers what mends a quarantine: the trial of a step, its adoption, replays.
func (c *Console) mending() {
	route(c, http.MethodPost, "/batches/{id}/trial", "try-step", "试算清洗步骤 / Try a cleaning step on the quarantine", func(ctx context.Context, in *tryIn) (trialBody, error) {
		b, err := c.batchFor(ctx, "try-step", in.ID)
		if err != nil {
			return trialBody{}, err
		}
		v, err := c.Catalog.Get(ctx, b.Directory)
		if err != nil {
			return trialBody{}, err
		}
		open, err := unmasked(ctx, in.Body.Plain, v.Directory.Office)
		if err != nil {
			return trialBody{}, err
		}
		a, err := c.Ingest.Try(ctx, string(b.ID), in.Body.Item, in.Body.Step)
		if err != nil {
			return trialBody{}, err
		}
		out := trialBody{Of: a.Of, Mends: a.Mends, Sample: []beforeTo{}}
		for _, cell := range a.Cells {
			if !open {
				cell[0], cell[1] = v.Directory.MaskCell(in.Body.Item, cell[0]), v.Directory.MaskCell(in.Body.Item, cell[1])
			}
			out.Sample = append(out.Sample, beforeTo{cell[0], cell[1]})
		}
		return out, show(ctx, look{directory: b.Directory, target: "batch/" + string(b.ID), items: []string{in.Body.Item}, rows: int64(len(out.Sample)), plain: open})
	})
	route(c, http.MethodPost, "/batches/{id}/adopt", "adopt-step", "采纳清洗步骤 / Add a cleaning step to the directory", func(ctx context.Context, in *stepIn) (adoptedBody, error) {
		b, err := c.batchFor(ctx, "adopt-step", in.ID)
		if err != nil {
			return adoptedBody{}, err
		}
		d, v, err := c.Ingest.Adopt(ctx, actor(ctx), string(b.ID), in.Body.Item, in.Body.Step)
		return adoptedBody{d, v}, err
	})
	route(c, http.MethodPost, "/batches/{id}/preview", "preview-replay", "预演重放 / What a replay of rows would do", c.previewReplay)
	route(c, http.MethodPost, "/replay-previews", "preview-replays", "预演批量重放 / What a replay of a directory would do", c.foreseeReplays)
	route2(c, huma.Operation{OperationID: "correct-rows", Method: http.MethodPost, Path: "/api/v1/batches/{id}/correct", DefaultStatus: http.StatusAccepted,
		Summary: "改正并重放 / Correct cells of quarantined rows and replay them", Errors: problems(http.MethodPost)}, c.correctRows)
	route2(c, huma.Operation{OperationID: "replay-batch", Method: http.MethodPost, Path: "/api/v1/batches/{id}/replay", DefaultStatus: http.StatusAccepted,
		Summary: "重放 / Judge quarantined rows again", Errors: problems(http.MethodPost)}, c.replay)
	route2(c, huma.Operation{OperationID: "replay-directory", Method: http.MethodPost, Path: "/api/v1/replays", DefaultStatus: http.StatusAccepted,
		Summary: "批量重放 / Replay every quarantined batch of a directory", Errors: problems(http.MethodPost)}, func(ctx context.Context, in *struct {
		Body struct {
			Directory string `json:"directory" maxLength:"64"`
		}
	}) (replaysBody, error) {
		if err := c.allowedDirectory(ctx, "replay-directory", in.Body.Directory); err != nil {
			return replaysBody{}, err
		}
		bs, some := c.Ingest.ReplayAll(ctx, in.Body.Directory)
		if some != nil && len(bs) == 0 {
			return replaysBody{}, some
		}
		bodies, err := c.bodies(ctx, bs)
		out := replaysBody{Batches: bodies}
		if some != nil {
			out.Refused = problemOf(fault.From(some), lang(ctx))
		}
		return out, err
	})
}

func (c *Console) replay(ctx context.Context, in *replayIn) (batchBody, error) {
	b, err := c.batchFor(ctx, "replay-batch", in.ID)
	if err != nil {
		return batchBody{}, err
	}
	rows, err := c.places(ctx, b, in.Body.Rows)
	if err != nil {
		return batchBody{}, err
	}
	if b, err = c.Ingest.Replay(ctx, string(b.ID), rows); err != nil {
		return batchBody{}, err
	}
	return c.batch(ctx, b)
}

// places turns row ids into files and numbers; a file that is gone means the rows changed.
func (c *Console) places(ctx context.Context, b *ingest.Batch, rows []string) ([]query.Pos, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	files, err := c.Lake.Files(ctx, ident.Ref{Space: ident.Quarantine, Name: b.Directory}, 0)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, f := range files {
		paths[filepath.Base(f.Path)] = f.Path
	}
	out := make([]query.Pos, len(rows))
	for i, r := range rows {
		cut := strings.LastIndexByte(r, ':')
		if cut < 0 {
			return nil, fault.New(fault.Invalid, "replay.row", fault.T("行标识不合规", "a row id is not one of ours")).
				Fix(fault.T("请使用问题数据列表给出的行标识", "use the ids that the list of bad rows gives")).At("rows[%d]", i)
		}
		n, err := strconv.ParseInt(r[cut+1:], 10, 64)
		if err != nil {
			return nil, fault.New(fault.Invalid, "replay.row", fault.T("行标识不合规", "a row id is not one of ours")).
				Fix(fault.T("请使用问题数据列表给出的行标识", "use the ids that the list of bad rows gives")).At("rows[%d]", i)
		}
		path := paths[r[:cut]]
		if path == "" {
			return nil, fault.New(fault.Conflict, "replay.stale", fault.T("所选问题数据已变动", "the chosen rows have changed meanwhile")).
				Fix(fault.T("请刷新列表后重选", "reload the list and choose again"))
		}
		out[i] = query.Pos{File: path, Pos: n}
	}
	return out, nil
}
