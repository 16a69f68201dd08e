package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
)

// mostSampleLines is how many rows a fact names.
const mostSampleLines = 10

// found tells of each rule whether rows of the batch broke it: what orders are opened and
// closed by. A file speaks for its directory. A replay speaks only where it took up all that
// waited in its batch's quarantine: then what passed is mended.
func (e *Engine) found(ctx context.Context, tx store.Tx, b *Batch, d catalog.Directory, whole bool, j rule.Judgement) error {
	for _, f := range j.Findings {
		if f.Of == 0 || b.Parent != "" && (!whole || f.Rows > 0) {
			continue
		}
		kind := event.QualityPassed
		if f.Rows > 0 {
			kind = event.QualityFound
		}
		about := b.Directory + "/" + f.Rule
		body := event.Finding{About: about, Batch: string(b.ID), Label: b.Label, Directory: b.Directory, Title: d.Title, Office: d.Office, Rule: f.Rule, Name: f.Title,
			Items: strings.Join(f.Items, "、"), Severity: string(f.Do), Rows: f.Of, Bad: f.Rows, Share: float64(f.Rows) / float64(f.Of), Samples: sampleLines(j, f.Rule)}
		if err := tx.Emit(ctx, kind, about, body); err != nil {
			return err
		}
	}
	return nil
}

// sampleLines names rows that broke a rule by their lines in the file.
func sampleLines(j rule.Judgement, name string) string {
	var lines []string
	for _, s := range j.Samples {
		if s.Line > 0 && len(lines) < mostSampleLines && slices.Contains(s.Rules, name) {
			lines = append(lines, fmt.Sprint(s.Line))
		}
	}
	return strings.Join(lines, ", ")
}

// takesAll says whether a replay judged every row that waited in its batch's quarantine.
func (e *Engine) takesAll(ctx context.Context, b *Batch, judged int64) (bool, error) {
	if b.Parent == "" {
		return true, nil
	}
	p, err := e.Batch(ctx, string(b.Parent))
	if err != nil {
		return false, err
	}
	return judged >= p.Quarantined-p.Replayed, nil
}
