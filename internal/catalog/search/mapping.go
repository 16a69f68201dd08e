package search

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/single"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/chengshu/chengshu/internal/catalog"
)

// form is the version of what is written below: an index of another is built anew.
const form = "1"

// field is one thing a search looks at, and how much a hit there counts.
type field struct {
	name     string
	weight   float64
	words    bool // Chinese text, found by words; else a name, found by any part of it
	pinyin   bool
	initials bool // not of long texts, where any few letters are found
}

var fields = []field{
	{"name", 6, false, false, false},
	{"code", 6, false, false, false},
	{"title", 5, true, true, true},
	{"names", 2, false, false, false}, // of items
	{"items", 2, true, true, true},    // titles of items and the other headers they come under
	{"office", 2, true, true, true},
	{"abstract", 1, true, true, false},
}

// document is what the index holds of a directory.
func document(t catalog.Text) map[string]any {
	d := t.Directory
	var names, items []string
	for _, it := range d.Items {
		names = append(names, it.Name)
		items = append(append(items, it.Title), it.Aka...)
	}
	return map[string]any{"name": d.Name, "code": d.Code, "title": d.Title, "abstract": d.Abstract, "office": t.Office, "names": names, "items": items}
}

const (
	whole    = "whole" // analyzers
	bySound  = "by_sound"
	byLetter = "by_letter"
)

func newMapping() (*mapping.IndexMappingImpl, error) {
	m := bleve.NewIndexMapping()
	for name, a := range map[string]map[string]any{
		whole:    {"type": custom.Name, "tokenizer": single.Name, "token_filters": []string{lowercase.Name}},
		bySound:  {"type": custom.Name, "tokenizer": syllables},
		byLetter: {"type": custom.Name, "tokenizer": initials},
	} {
		if err := m.AddCustomAnalyzer(name, a); err != nil {
			return nil, err
		}
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, f := range fields {
		doc.AddFieldMappingsAt(f.name, f.mappings()...)
	}
	m.DefaultMapping = doc
	return m, nil
}

func (f field) mappings() []*mapping.FieldMapping {
	as := func(name, analyzer string, store bool) *mapping.FieldMapping {
		m := bleve.NewTextFieldMapping()
		m.Name, m.Analyzer, m.Store, m.DocValues, m.IncludeInAll = name, analyzer, store, false, false
		return m
	}
	out := []*mapping.FieldMapping{as(f.name, whole, true)}
	if f.words {
		out[0].Analyzer = cjk.AnalyzerName
	}
	if f.pinyin {
		out = append(out, as(f.name+sound, bySound, false))
	}
	if f.initials {
		out = append(out, as(f.name+letter, byLetter, false))
	}
	return out
}

// What is added to a field's name for its pinyin and its initials.
const (
	sound  = "_sound"
	letter = "_letter"
)
