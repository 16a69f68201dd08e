package console

import (
	"cmp"
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/rule"
)

type correctedCell struct {
	Row  string  `json:"row" maxLength:"300" doc:"id of the row"`
	Item string  `json:"item" maxLength:"63"`
	Text *string `json:"text" maxLength:"10000" doc:"in the place of what came; null: blank"`
}

type previewIn struct {
	BatchIn
	Body struct {
		Rows  []string        `json:"rows,omitempty" maxItems:"5000" doc:"ids of rows; none: those of the cells, or all"`
		Cells []correctedCell `json:"cells,omitempty" maxItems:"2000" doc:"cells as they would be"`
	}
}

// previewBody is what a replay would do. It holds no cell.
type previewBody struct {
	Of    int64         `json:"of" doc:"rows judged"`
	Mends int64         `json:"mends" doc:"that would be published"`
	Rules []previewRule `json:"rules" doc:"what the others break, the most first"`
}

type previewRule struct {
	Rule  string   `json:"rule"`
	Title string   `json:"title"`
	Why   string   `json:"why"`
	Items []string `json:"items"`
	Do    string   `json:"do" enum:"reject,warn,block"`
	Rows  int64    `json:"rows"`
}

type correctIn struct {
	BatchIn
	Body struct {
		Cells []correctedCell `json:"cells" minItems:"1" maxItems:"2000"`
	}
}

// previewReplay judges rows again, with cells as they are being typed, by the very rules and
// program of a load.
func (c *Console) previewReplay(ctx context.Context, in *previewIn) (out previewBody, err error) {
	b, err := c.batchFor(ctx, "preview-replay", in.ID)
	if err != nil {
		return out, err
	}
	cells, err := c.corrections(ctx, b, in.Body.Cells)
	if err != nil {
		return out, err
	}
	asked := in.Body.Rows
	if len(asked) == 0 {
		for _, x := range in.Body.Cells {
			asked = append(asked, x.Row)
		}
	}
	rows, err := c.places(ctx, b, asked)
	if err != nil {
		return out, err
	}
	j, err := c.Ingest.Preview(ctx, string(b.ID), rows, cells)
	if err != nil {
		return out, err
	}
	why, err := c.reasons(ctx, b.Directory, 0)
	return previewBody{j.In, j.Good, still(j, why)}, err
}

// still is what rows break after a replay.
func still(j rule.Judgement, why map[string]string) (out []previewRule) {
	for _, f := range j.Findings {
		if f.Rows > 0 && f.Verdict != rule.VerdictPassed {
			out = append(out, previewRule{Rule: f.Rule, Title: f.Title, Why: why[f.Rule], Items: f.Items, Do: string(f.Do), Rows: f.Rows})
		}
	}
	slices.SortStableFunc(out, func(a, b previewRule) int { return cmp.Compare(b.Rows, a.Rows) })
	return out
}

// correctRows writes cells anew and replays their rows: for those who see the office's rows
// as they are, since whoever corrects a cell answers for it.
func (c *Console) correctRows(ctx context.Context, in *correctIn) (batchBody, error) {
	b, err := c.batchFor(ctx, "correct-rows", in.ID)
	if err != nil {
		return batchBody{}, err
	}
	v, err := c.Catalog.Get(ctx, b.Directory)
	if err != nil {
		return batchBody{}, err
	}
	if err := policy.Allowed(actor(ctx), policy.RowsPlain, policy.Target{Office: v.Directory.Office}); err != nil {
		return batchBody{}, err
	}
	cells, err := c.corrections(ctx, b, in.Body.Cells)
	if err != nil {
		return batchBody{}, err
	}
	if b, err = c.Ingest.Correct(ctx, actor(ctx), string(b.ID), cells); err != nil {
		return batchBody{}, err
	}
	return c.batch(ctx, b)
}

func (c *Console) corrections(ctx context.Context, b *ingest.Batch, cells []correctedCell) ([]ingest.Correction, error) {
	ids := make([]string, len(cells))
	for i, x := range cells {
		ids[i] = x.Row
	}
	places, err := c.places(ctx, b, ids)
	if err != nil {
		return nil, err
	}
	out := make([]ingest.Correction, len(cells))
	for i, x := range cells {
		out[i] = ingest.Correction{Row: places[i], Item: x.Item, Text: x.Text}
	}
	return out, nil
}
