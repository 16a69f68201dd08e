package ingest

import (
	"context"
	"sort"
	"time"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

const (
	samplesPerRule = 20
	suspectUpTo    = 200_000 // rows up to which a batch that is not blocked is searched, too
)

// judgement makes the report's facts out of what the statement staged.
func (w *work) judgement(ctx context.Context, g query.Governed, o query.Outcome) (rule.Judgement, error) {
	j := rule.Judgement{In: o.In, Good: o.Good, Bad: o.Bad, Unparsed: o.Unparsed}
	for _, r := range w.program.Rules {
		f, err := w.finding(ctx, r, o)
		if err != nil {
			return j, err
		}
		j.Findings = append(j.Findings, f)
	}
	staged := query.Staged{Items: w.items, Words: g.Words, Good: files(o.GoodFiles), Bad: files(o.BadFiles)}
	samples := o.Samples
	if w.job.Replay == nil {
		if err := w.db.Lines(ctx, g, samples); err != nil {
			return j, err
		}
	}
	sort.SliceStable(samples, func(a, b int) bool { return samples[a].Line < samples[b].Line })
	byBit := map[int]rule.Compiled{}
	for _, r := range w.program.Rules {
		byBit[r.Bit] = r
	}
	for _, s := range samples {
		j.Samples = append(j.Samples, w.sample(s, byBit))
	}
	var err error
	if !w.job.Trial {
		j.Suspicion, err = w.suspect(ctx, g, staged, j.Findings)
	}
	return j, err
}

func files(paths []string) []lake.File {
	out := make([]lake.File, len(paths))
	for i, p := range paths {
		out[i] = lake.File{Path: p}
	}
	return out
}

func (w *work) finding(ctx context.Context, r rule.Compiled, o query.Outcome) (rule.Finding, error) {
	f := rule.Finding{Rule: r.Name, Kind: r.Kind, Title: r.Title, Items: r.Reads, Do: r.Do, Norm: r.Norm, Dim: r.Dim,
		Bad: r.Bad, Of: o.In, Verdict: rule.VerdictPassed, Limit: r.Above}
	if r.Bit < 0 {
		return w.ofBatch(ctx, r, f, o)
	}
	f.Rows = o.Counts[r.Bit]
	if f.Rows > 0 {
		f.Verdict = rule.VerdictBroken
	}
	if r.Do == rule.Block && over(f.Rows, f.Of, r.Above) {
		f.Verdict = rule.VerdictBlocked
	}
	return f, nil
}

// over says whether rows of all are more than the limit in per cent; without one, any are.
func over(rows, all int64, limit *float64) bool {
	if limit == nil {
		return rows > 0
	}
	return all > 0 && float64(rows)*100 > *limit*float64(all)
}

// ofBatch judges the rules that look at the batch as a whole. What there is nothing to
// compare with is not judged and counts in no score.
func (w *work) ofBatch(ctx context.Context, r rule.Compiled, f rule.Finding, o query.Outcome) (rule.Finding, error) {
	var broken, judged bool
	switch r.Kind {
	case rule.RowCount:
		if w.job.Last != nil {
			f.Value, broken, judged = r.JudgeCount(o.In, w.job.Last.Rows)
		}
	case rule.Freshness:
		newest, err := w.newest(ctx, r.Column, o)
		if err != nil {
			return f, err
		}
		if !newest.IsZero() {
			days := int(w.job.Today.Sub(newest).Hours() / 24)
			f.Value, broken, judged = r.JudgeAge(days, rule.UpdateDays(w.job.Directory.Update))
		}
	}
	f.Of = 0
	if judged {
		f.Of = 1
	}
	if broken {
		f.Rows, f.Verdict = 1, rule.VerdictBroken
		if r.Do == rule.Block {
			f.Verdict = rule.VerdictBlocked
		}
	}
	return f, nil
}

// newest is the latest date of an item; without an item, the time of the batch before.
func (w *work) newest(ctx context.Context, column string, o query.Outcome) (time.Time, error) {
	if column == "" {
		if w.job.Last == nil {
			return time.Time{}, nil
		}
		return w.job.Last.At, nil
	}
	var newest time.Time
	for _, paths := range [][]string{o.GoodFiles, o.BadFiles} {
		if len(paths) == 0 {
			continue
		}
		q := row.Query{Select: []row.Named{{Name: "newest", Agg: row.Max, X: row.Column(column)}},
			Where: row.F(row.Le, row.Column(column), row.F(row.Today))}
		rows, err := query.Values(ctx, w.db, q, files(paths), query.Table(w.items, w.program.Words()))
		if err != nil {
			return newest, err
		}
		for _, v := range rows {
			if t, ok := v[0].(time.Time); ok && t.After(newest) {
				newest = t
			}
		}
	}
	return newest, nil
}

func (w *work) sample(s query.Sample, byBit map[int]rule.Compiled) rule.Sample {
	out := rule.Sample{Line: s.Line, Cells: s.Cells}
	seen := map[string]bool{}
	for _, bit := range s.Bits {
		r, ok := byBit[bit]
		if !ok {
			continue
		}
		out.Rules = append(out.Rules, r.Name)
		for _, it := range r.Reads {
			if !seen[it] && r.Kind != rule.DuplicateRow {
				seen[it] = true
				out.Broken = append(out.Broken, it)
			}
		}
	}
	return out
}

// suspect looks for what the broken rows of the worst rule have in common.
func (w *work) suspect(ctx context.Context, g query.Governed, staged query.Staged, all []rule.Finding) (*rule.Suspicion, error) {
	worst := -1
	for i, f := range all {
		if w.program.Rules[i].Bit < 0 || f.Kind == rule.Parse || f.Do == rule.Warn || f.Rows == 0 {
			continue
		}
		if worst < 0 || f.Verdict == rule.VerdictBlocked && all[worst].Verdict != rule.VerdictBlocked ||
			f.Verdict == all[worst].Verdict && f.Rows > all[worst].Rows {
			worst = i
		}
	}
	if worst < 0 || all[worst].Verdict != rule.VerdictBlocked && all[worst].Of > suspectUpTo {
		return nil, nil
	}
	r := w.program.Rules[worst]
	found, err := w.db.Concentrations(ctx, staged, r.Bit, r.Reads)
	if err != nil {
		return nil, err
	}
	sort.SliceStable(found, func(a, b int) bool { return found[a].Share-found[a].Base > found[b].Share-found[b].Base })
	s := &rule.Suspicion{Rule: r.Name}
	for _, c := range found {
		s.By = append(s.By, rule.Concentration{Item: c.Item, Kind: c.Kind, Value: c.Value, Rows: c.Rows, Share: c.Share, Base: c.Base})
	}
	s.Cure, err = w.cure(ctx, g, staged, r)
	return s, err
}
