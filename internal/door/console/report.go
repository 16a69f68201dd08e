package console

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/rule"
)

func (c *Console) report(ctx context.Context, in *BatchIn) (out reportBody, err error) {
	b, err := c.batchFor(ctx, "get-report", in.ID)
	if err != nil {
		return out, err
	}
	kept, err := c.Quality.Report(ctx, string(b.ID))
	if err != nil {
		return out, err
	}
	if out, err = c.render(ctx, b.Directory, b.Ruleset, kept.Judgement, kept.Report); err != nil {
		return out, err
	}
	if out.Batch, err = c.batch(ctx, b); err != nil {
		return out, err
	}
	out.Balance = balanceBody{b.In, b.Published, b.Quarantined, b.Held, b.Replayed, b.Balanced()}
	trend, batches, err := c.trend(ctx, b.Directory)
	if err != nil {
		return out, err
	}
	for _, t := range trend {
		o := batches[t.Batch]
		if o != nil && o.Parent == "" && o.State != ingest.Failed {
			out.Trend = append(out.Trend, trendPoint{t.Batch, o.Label, t.At, t.Score, t.RowsIn, t.Quarantined})
		}
	}
	return out, show(ctx, look{directory: b.Directory, target: "batch/" + string(b.ID), items: itemsOf(out), rows: int64(len(out.Samples))})
}

func itemsOf(r reportBody) []string {
	out := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = c.Name
	}
	return out
}

// trend gives the last points of a directory and their batches.
func (c *Console) trend(ctx context.Context, directory string) ([]quality.Point, map[string]*ingest.Batch, error) {
	points, err := c.Quality.Trend(ctx, directory, 30)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(points))
	for i, p := range points {
		ids[i] = p.Batch
	}
	batches, err := c.Ingest.Named(ctx, ids...)
	return points, batches, err
}

// render makes the report of a judgement; version 0 is the directory as it is now.
func (c *Console) render(ctx context.Context, directory string, version int, j rule.Judgement, g quality.Report) (out reportBody, err error) {
	v, err := c.Catalog.Get(ctx, directory)
	if version > 0 {
		v, err = c.Catalog.At(ctx, directory, version)
	}
	if err != nil {
		return out, err
	}
	d := v.Directory
	l := lang(ctx)
	out = reportBody{Samples: masked(d, j.Samples), Columns: columnsOf(d), Suspicion: covered(d, j.Suspicion), Score: g.Score, Grade: g.Grade,
		Trend: []trendPoint{}, Findings: []quality.Measure{}, Dimensions: []dimensionScore{}, Four: []wordScore{}}
	out.Findings = append(out.Findings, g.Findings...)
	for _, s := range g.Dimensions {
		out.Dimensions = append(out.Dimensions, dimensionScore{string(s.Dim), s.Title.In(l), s.Score, s.Rules})
	}
	for _, s := range g.Four {
		out.Four = append(out.Four, wordScore{string(s.Name), s.Title.In(l), s.Score})
	}
	p, err := c.rules(v)
	if err != nil {
		return out, err
	}
	out.Reasons = reasonsOf(p, l)
	return out, nil
}

// masked hides personal cells of samples by their items' class.
func masked(d catalog.Directory, samples []rule.Sample) []rule.Sample {
	out := make([]rule.Sample, len(samples))
	for i, s := range samples {
		s.Cells = d.MaskRow(s.Cells)
		out[i] = s
	}
	return out
}

// covered hides the values of personal items that bad rows share.
func covered(d catalog.Directory, s *rule.Suspicion) *rule.Suspicion {
	if s == nil {
		return nil
	}
	out := *s
	out.By = slices.Clone(s.By)
	for i, c := range out.By {
		if c.Kind == "value" {
			out.By[i].Value = d.MaskCell(c.Item, c.Value)
		}
	}
	return &out
}
