package catalog

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/rule"
)

// Difference is one thing that a version changed against the one before.
type Difference struct {
	Kind   string `json:"kind" enum:"added,removed,changed,moved"`
	Path   string `json:"path" doc:"of the field, without the places in lists: title, share.type, items.type"`
	Name   string `json:"name" doc:"of the item, rule or code list; empty for a field of the directory"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Differences says everything that one declaration has otherwise than another: fields by
// their paths, items, rules and code lists by their names.
func Differences(before, after Directory) []Difference {
	out := fields("", "", flat(head(before)), flat(head(after)))
	out = append(out, named("items", items(before.Items), items(after.Items))...)
	out = append(out, named("rules", rules(before.Rules), rules(after.Rules))...)
	return append(out, named("codes", lists(before.Codes), lists(after.Codes))...)
}

// head is a declaration without its lists of things that have names.
func head(d Directory) Directory {
	d.Kind, d.Items, d.Rules, d.Codes = "", nil, nil, nil
	return d
}

// named compares two lists of named things: those that came, went, changed, or only stand
// elsewhere.
func named(path string, before, after []part) (out []Difference) {
	old, now := map[string]any{}, map[string]bool{}
	var stood, stand []string
	for _, p := range before {
		old[p.name] = p.body
	}
	for _, p := range after {
		now[p.name] = true
	}
	for _, p := range before {
		if !now[p.name] {
			out = append(out, Difference{Kind: "removed", Path: path, Name: p.name, Before: said(p.body)})
			continue
		}
		stood = append(stood, p.name)
	}
	for _, p := range after {
		was, known := old[p.name]
		if !known {
			out = append(out, Difference{Kind: "added", Path: path, Name: p.name, After: said(p.body)})
			continue
		}
		stand = append(stand, p.name)
		out = append(out, fields(path+".", p.name, flat(was), flat(p.body))...)
	}
	if !slices.Equal(stood, stand) {
		out = append(out, Difference{Kind: "moved", Path: path, Before: strings.Join(stood, " "), After: strings.Join(stand, " ")})
	}
	return out
}

// said is a thing in one line: its title, else what it is.
func said(body any) string {
	switch b := body.(type) {
	case Item:
		return b.Title
	case rule.Decl:
		if b.Title != "" {
			return b.Title
		}
		return b.Kind
	case CodeList:
		return b.Title
	}
	return ""
}

// fields compares two flat things field by field, in the order of their paths.
func fields(prefix, name string, before, after map[string]string) (out []Difference) {
	var paths []string
	for p := range before {
		paths = append(paths, p)
	}
	for p := range after {
		if _, both := before[p]; !both {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	for _, p := range paths {
		was, is := before[p], after[p]
		if was == is {
			continue
		}
		d := Difference{Kind: "changed", Path: prefix + p, Name: name, Before: was, After: is}
		if _, had := before[p]; !had {
			d.Kind = "added"
		} else if _, has := after[p]; !has {
			d.Kind = "removed"
		}
		out = append(out, d)
	}
	return out
}

// flat gives the fields of a thing as texts by their paths. Lists stay whole: they read as
// one value.
func flat(v any) map[string]string {
	out := map[string]string{}
	text, err := json.Marshal(v)
	if err != nil {
		return out
	}
	var tree map[string]any
	if json.Unmarshal(text, &tree) == nil {
		flatten(out, "", tree)
	}
	return out
}

func flatten(out map[string]string, prefix string, tree map[string]any) {
	for k, v := range tree {
		switch v := v.(type) {
		case map[string]any:
			if k == "codes" || k == "map" { // keys that the user wrote are values
				out[prefix+k] = written(v)
				continue
			}
			flatten(out, prefix+k+".", v)
		case string:
			if v != "" {
				out[prefix+k] = v
			}
		case nil:
		default:
			if !reflect.ValueOf(v).IsZero() {
				out[prefix+k] = written(v)
			}
		}
	}
}

// written is a value as JSON, a list of texts with blanks between.
func written(v any) string {
	if l, ok := v.([]any); ok {
		texts := make([]string, len(l))
		for i, x := range l {
			s, ok := x.(string)
			if !ok {
				s = written(x)
			}
			texts[i] = s
		}
		return strings.Join(texts, " ")
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
