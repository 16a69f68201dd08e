package console

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
)

type stepFileBody struct {
	Field string         `json:"field_title"`
	File  map[string]any `json:"file" doc:"id, name, type, size, place and time"`
}

// stepFiles puts the files of a case with the steps that brought them: what a later step
// exchanged stays with the step that brought it, as far as the field is nobody's personal
// information.
func (c *Console) stepFiles(ctx context.Context, out *caseBody, w flow.Whole, l string) error {
	e := w.Machine.Entity()
	var fields []*ledger.Compiled
	for _, f := range e.Fields {
		if f.Type.Kind == ledger.Files && f.Class() == "" {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 || len(out.Steps) == 0 {
		return nil
	}
	history, err := c.Ledger.History(ctx, e, w.Listed.Record.ID, false)
	if err != nil {
		return err
	}
	for _, f := range fields {
		held := filesIn(w.Listed.Record.Values[f.Name])
		at := func(step int, files []map[string]any) {
			for _, x := range files {
				out.Steps[step].Files = append(out.Steps[step].Files, stepFileBody{f.Label().In(l), x})
			}
		}
		for _, h := range history { // the latest first: what it changed is taken back
			for _, x := range h.Changes {
				if x.Field != f.Name || h.Version == 1 {
					continue
				}
				before := filesIn(x.From)
				i := slices.IndexFunc(w.Steps, func(s flow.StepLine) bool { return s.At.Equal(h.At) && slices.Contains(s.Detail.Fields, f.Name) })
				if i < 0 { // it was corrected in the register: with what the step before left
					i = max(0, slices.IndexFunc(w.Steps, func(s flow.StepLine) bool { return s.At.After(h.At) })-1)
				}
				at(i, without(held, before))
				held = before
			}
		}
		at(0, held)
	}
	return nil
}

func filesIn(v any) (out []map[string]any) {
	list, _ := v.([]any)
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func without(all, some []map[string]any) (out []map[string]any) {
	for _, x := range all {
		if !slices.ContainsFunc(some, func(y map[string]any) bool { return x["id"] == y["id"] }) {
			out = append(out, x)
		}
	}
	return out
}
