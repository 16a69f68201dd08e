package ingest

import (
	"cmp"
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/source"
)

// Foreseen is what replaying every batch of a directory would do now. Of many batches the
// newest are judged, of a held one the first rows of its file; what was not is counted.
type Foreseen struct {
	Batches  []ForeseenBatch // the newest first
	Rest     int             // batches beyond them
	RestRows int64           // rows of those
	Findings []rule.Finding  // of all that were judged, the most broken rows first
}

// ForeseenBatch is what the replay of one batch would do.
type ForeseenBatch struct {
	Batch     *Batch
	Judgement rule.Judgement
	First     bool         // a held batch of whose file only the first rows were judged
	Refused   *fault.Error // why it cannot be replayed now
}

const (
	mostForeseen = 12     // batches judged
	firstRows    = 10_000 // of a held batch's file
)

// Foresee judges the batches that ReplayAll would replay and keeps nothing.
func (e *Engine) Foresee(ctx context.Context, directory string) (out Foreseen, err error) {
	err = e.each(ctx, Filter{Directory: directory, States: []State{Published, Held}}, func(b *Batch) error {
		switch {
		case !b.replayable():
			return nil
		case len(out.Batches) == mostForeseen:
			out.Rest, out.RestRows = out.Rest+1, out.RestRows+waiting(b)
			return nil
		}
		f, err := e.foresee(ctx, b)
		out.Batches = append(out.Batches, f)
		return err
	})
	out.Findings = gathered(out.Batches)
	return out, err
}

// waiting are the rows of a batch that a replay judges.
func waiting(b *Batch) int64 {
	if b.State == Held {
		return b.In
	}
	return b.Quarantined
}

func (e *Engine) foresee(ctx context.Context, b *Batch) (f ForeseenBatch, err error) {
	f.Batch = b
	if b.State == Held {
		f.First = b.In > firstRows
		f.Judgement, err = e.TryFile(ctx, Request{Directory: b.Directory, Sheet: b.Sheet,
			File: &source.Spooled{Path: b.Spool, Name: b.File, Hash: b.Hash, Bytes: b.Bytes}}, firstRows)
	} else if _, err = e.replays(ctx, b); err == nil {
		f.Judgement, err = e.preview(ctx, b, nil, nil)
	}
	if err == nil || ctx.Err() != nil || fault.KindOf(err) == fault.Internal {
		return f, err
	}
	f.Refused = fault.From(err)
	return f, nil
}

// gathered adds up what the rows of all batches break.
func gathered(batches []ForeseenBatch) (out []rule.Finding) {
	at := map[string]int{}
	for _, b := range batches {
		for _, f := range b.Judgement.Findings {
			i, there := at[f.Rule]
			if !there {
				at[f.Rule] = len(out)
				out = append(out, f)
				continue
			}
			out[i].Rows, out[i].Of = out[i].Rows+f.Rows, out[i].Of+f.Of
			if f.Verdict != rule.VerdictPassed {
				out[i].Verdict = f.Verdict
			}
		}
	}
	slices.SortStableFunc(out, func(a, b rule.Finding) int { return cmp.Compare(b.Rows, a.Rows) })
	return out
}
