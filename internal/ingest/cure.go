package ingest

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

const cureTries = 2000 // broken rows on which candidate steps are compared

// cure looks for the cleaning step that would mend most of the rows breaking a rule: each
// candidate is tried on some of them, the best on all. It is sought for blocked batches.
func (w *work) cure(ctx context.Context, g query.Governed, staged query.Staged, r rule.Compiled) (*rule.Cure, error) {
	if r.Do != rule.Block || len(r.Reads) == 0 || len(staged.Bad) == 0 {
		return nil, nil
	}
	word, mask := query.Place(r.Bit)
	in := query.Input{Format: "raw", Table: staged.Bad, Columns: names(w.items), Limit: cureTries,
		Where: row.F(row.HasBits, row.Column(query.Broken(word)), row.Num(mask))}
	var best *rule.Cure
	for _, step := range candidates() {
		for _, item := range r.Reads {
			d, ok := withStep(w.job.Directory, item, step)
			if !ok {
				continue
			}
			mends, of, err := w.try(ctx, g, d, in, r.Name)
			if err != nil {
				return nil, err
			}
			if mends*10 >= of && (best == nil || mends > best.Mends) {
				best = &rule.Cure{Item: item, Step: step, Mends: mends, Of: of}
			}
		}
	}
	if best == nil || best.Of < cureTries {
		return best, nil
	}
	in.Limit = 0
	d, _ := withStep(w.job.Directory, best.Item, best.Step)
	var err error
	best.Mends, best.Of, err = w.try(ctx, g, d, in, r.Name)
	return best, err
}

// candidates are the steps that mend how a value is written. Steps that blank a value or cut
// something off it are not among them: they would hide a fault.
func candidates() []rule.Step {
	var out []rule.Step
	for _, do := range []string{"trim", "half_width", "x_mark", "upper", "collapse", "date", "phone"} {
		out = append(out, rule.Step{Do: do})
	}
	return out
}

// try judges rows again with another declaration and counts those that break the rule no more.
func (w *work) try(ctx context.Context, g query.Governed, d catalog.Directory, in query.Input, name string) (mends, of int64, err error) {
	p, err := compile(d, w.job.Today, w.lists)
	if err != nil {
		return 0, 0, err
	}
	j := *w.job
	j.Directory, j.Replay = d, nil
	trial := &work{job: &j, db: w.db, program: p, items: w.items}
	dir, err := os.MkdirTemp(w.job.Temp, "trial-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	t := trial.governed()
	t.Input, t.Uniques = in, nil // counting keys among the broken rows alone would say nothing
	if t.Good, t.Bad, err = stages(dir); err != nil {
		return 0, 0, err
	}
	o, err := w.db.Govern(ctx, t, func(query.Progress) {})
	if err != nil {
		return 0, 0, err
	}
	for _, r := range p.Rules {
		if r.Name == name {
			return o.In - o.Counts[r.Bit], o.In, nil
		}
	}
	return 0, o.In, nil
}

func stages(dir string) (good, bad string, err error) {
	good, bad = filepath.Join(dir, "good"), filepath.Join(dir, "bad")
	if err := os.Mkdir(good, 0o700); err != nil {
		return "", "", err
	}
	return good, bad, os.Mkdir(bad, 0o700)
}

func names(s row.Schema) []string {
	out := make([]string, len(s))
	for i, f := range s {
		out[i] = f.Name
	}
	return out
}

// withStep adds a cleaning step to an item; ok is false when it has the step or there is no
// such item.
func withStep(d catalog.Directory, item string, step rule.Step) (_ catalog.Directory, ok bool) {
	items := slices.Clone(d.Items)
	for i, it := range items {
		if it.Name != item {
			continue
		}
		for _, s := range it.Clean {
			if s.Do == step.Do && step.Do != "map" && step.Do != "replace" {
				return d, false
			}
		}
		items[i].Clean = append(slices.Clone(it.Clean), step)
		d.Items = items
		return d, true
	}
	return d, false
}
