package ledger

import (
	"github.com/chengshu/chengshu/internal/policy"
)

// Shown gives a record's values for showing them: personal information masked by its class
// unless plain, which is asked for only after the audit's entry of it is kept.
func (e *Entity) Shown(r Record, plain bool) Values {
	out := make(Values, len(r.Values))
	for _, f := range e.Fields {
		if v := r.Values[f.Name]; v != nil {
			if v = f.shown(v, plain); v != nil {
				out[f.Name] = v
			}
		}
	}
	return out
}

// shown is one value as it is shown. A text that is nobody's loses the numbers of persons
// that slipped into it where the register holds any.
func (f *Compiled) shown(v any, plain bool) any {
	if plain || v == nil {
		return v
	}
	class := f.Class()
	switch x := v.(type) {
	case string:
		if class != "" {
			return covered(class, x)
		}
		if f.Holds().Kind == Text {
			return policy.HideStrays(x)
		}
		return x
	case map[string]any:
		out := map[string]any{}
		for part, s := range x {
			if s, ok := s.(string); ok {
				out[part] = covered(part, s)
			}
		}
		return out
	case []any:
		if f.Type.Kind == Table {
			return f.shownRows(x)
		}
	}
	if class != "" {
		return nil
	}
	return v
}

// covered lays the mask of a class over a text; of what has no mask nothing is shown.
func covered(class, s string) any {
	m := policy.DefaultMask(class)
	if m.Kind == policy.MaskNull || m.Kind == policy.MaskNone {
		return nil
	}
	return policy.Hide(m.Kind, s)
}

func (f *Compiled) shownRows(rows []any) any {
	if f.Personal != "" {
		return nil
	}
	out := make([]any, len(rows))
	for i, r := range rows {
		row, _ := r.(map[string]any)
		kept := map[string]any{}
		for _, c := range f.Table {
			if v := c.shown(row[c.Name], false); v != nil {
				kept[c.Name] = v
			}
		}
		out[i] = kept
	}
	return out
}

// PersonalFields are the fields that hold personal information, for an audit entry.
func (e *Entity) PersonalFields() (out []string) {
	for _, f := range e.Fields {
		if f.Class() != "" {
			out = append(out, f.Name)
		}
	}
	return out
}
