package console

import (
	"context"

	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/rule"
)

type foreseeIn struct {
	Body struct {
		Directory string `json:"directory" maxLength:"64"`
	}
}

// foreseenBody is what replaying every batch of a directory would do.
type foreseenBody struct {
	Of       int64           `json:"of" doc:"rows judged"`
	Mends    int64           `json:"mends" doc:"of them, that would be published"`
	Batches  []foreseenBatch `json:"batches" doc:"the newest first"`
	Rest     int             `json:"rest" doc:"batches beyond these, replayed with them and not judged here"`
	RestRows int64           `json:"rest_rows" doc:"rows of those"`
	Rules    []previewRule   `json:"rules" doc:"what the rows break, the most first"`
	Columns  []columnBody    `json:"columns"`
	Samples  []foreseenRow   `json:"samples" doc:"some rows that would stay in quarantine"`
}

type foreseenBatch struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	State   string   `json:"state" enum:"published,held"`
	Of      int64    `json:"of"`
	Mends   int64    `json:"mends"`
	First   bool     `json:"first" doc:"a held batch of whose file the first rows alone were judged"`
	Refused *Problem `json:"refused" doc:"why it cannot be replayed now; null: it can"`
}

type foreseenRow struct {
	Batch  string    `json:"batch" doc:"label of its batch"`
	Cells  []*string `json:"cells" doc:"raw texts in item order, personal ones masked"`
	Broken []string  `json:"broken" doc:"items whose cells break a rule"`
	Why    []string  `json:"why"`
}

const (
	samplesOfBatch = 3
	samplesShown   = 10
)

// foreseeReplays judges what a replay of a directory would judge, and keeps nothing.
func (c *Console) foreseeReplays(ctx context.Context, in *foreseeIn) (out foreseenBody, err error) {
	if err := c.allowedDirectory(ctx, "preview-replays", in.Body.Directory); err != nil {
		return out, err
	}
	v, err := c.Catalog.Get(ctx, in.Body.Directory)
	if err != nil {
		return out, err
	}
	why, err := c.reasons(ctx, in.Body.Directory, 0)
	if err != nil {
		return out, err
	}
	f, err := c.Ingest.Foresee(ctx, in.Body.Directory)
	if err != nil {
		return out, err
	}
	out.Rest, out.RestRows, out.Columns = f.Rest, f.RestRows, columnsOf(v.Directory)
	out.Rules = still(rule.Judgement{Findings: f.Findings}, why)
	for _, b := range f.Batches {
		out.Of, out.Mends = out.Of+b.Judgement.In, out.Mends+b.Judgement.Good
		out.Batches = append(out.Batches, foreseenOf(b, lang(ctx)))
		samples := masked(v.Directory, b.Judgement.Samples[:min(samplesOfBatch, len(b.Judgement.Samples))])
		for _, s := range samples {
			if len(out.Samples) < samplesShown && len(s.Cells) == len(out.Columns) {
				out.Samples = append(out.Samples, foreseenRow{b.Batch.Label, s.Cells, s.Broken, words(s.Rules, why)})
			}
		}
	}
	return out, show(ctx, look{directory: in.Body.Directory, target: "directory/" + in.Body.Directory, items: names(v.Directory), rows: int64(len(out.Samples))})
}

func words(rules []string, why map[string]string) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = why[r]
	}
	return out
}

func foreseenOf(b ingest.ForeseenBatch, lang string) foreseenBatch {
	out := foreseenBatch{ID: string(b.Batch.ID), Label: b.Batch.Label, State: string(b.Batch.State), Of: b.Judgement.In, Mends: b.Judgement.Good, First: b.First}
	if b.Refused != nil {
		out.Refused = problemOf(b.Refused, lang)
	}
	return out
}
