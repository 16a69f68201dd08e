package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2"
	found "github.com/blevesearch/bleve/v2/search"
)

// Hit is a directory that was found, and where.
type Hit struct {
	Name      string     `json:"name"`
	Score     float64    `json:"score"`
	Fragments []Fragment `json:"fragments"`
}

// Fragment is a text of a directory, cut where the words were found.
type Fragment struct {
	Field  string  `json:"field" enum:"name,code,title,names,items,office,abstract"`
	Pieces []Piece `json:"pieces"`
}

// Piece is a part of a text; Hit says that it is what was sought.
type Piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// most is how many directories a question may find: nobody reads further.
const most = 10000

// Names are the directories that hold every one of the words, the best first.
func (x *Index) Names(ctx context.Context, q string) ([]string, error) {
	r, err := x.run(ctx, q, 0, most, false)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(r.Hits)) // never nil: nothing found is not everything
	for i, h := range r.Hits {
		out[i] = h.ID
	}
	return out, nil
}

// Find gives some of the directories that hold every one of the words, the best first, and
// how many there are.
func (x *Index) Find(ctx context.Context, q string, from, size int) ([]Hit, int, error) {
	r, err := x.run(ctx, q, from, size, true)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Hit, len(r.Hits))
	for i, h := range r.Hits {
		out[i] = Hit{h.ID, h.Score, fragments(h)}
	}
	return out, int(r.Total), nil
}

func (x *Index) run(ctx context.Context, q string, from, size int, where bool) (*bleve.SearchResult, error) {
	w := words(q)
	if len(w) == 0 {
		return &bleve.SearchResult{}, nil
	}
	if err := x.current(ctx); err != nil {
		return nil, err
	}
	defer x.mu.RUnlock()
	r := bleve.NewSearchRequestOptions(asked(w, x.known), size, from, false)
	r.SortBy([]string{"-_score", "_id"})
	if r.IncludeLocations = where; where {
		r.Fields = []string{"*"}
	}
	out, err := x.idx.SearchInContext(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return out, nil
}

// fragments cuts the texts of a hit where it was found.
func fragments(h *found.DocumentMatch) []Fragment {
	var out []Fragment
	for _, f := range fields {
		spans := map[uint64][][2]int{}
		for _, name := range []string{f.name, f.name + sound, f.name + letter} {
			for _, locations := range h.Locations[name] {
				for _, l := range locations {
					var at uint64
					if len(l.ArrayPositions) > 0 {
						at = l.ArrayPositions[0]
					}
					spans[at] = append(spans[at], [2]int{int(l.Start), int(l.End)})
				}
			}
		}
		for i, text := range texts(h.Fields[f.name]) {
			if s := spans[uint64(i)]; len(s) > 0 {
				out = append(out, Fragment{f.name, pieces(text, s)})
			}
		}
	}
	return out
}

// texts are the values of a stored field; a list of one comes as the one.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i := range v {
			out[i], _ = v[i].(string)
		}
		return out
	}
	return nil
}

// pieces cuts a text at spans of bytes, which may overlap.
func pieces(text string, spans [][2]int) (out []Piece) {
	slices.SortFunc(spans, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	add := func(s string, hit bool) {
		if n := len(out); n > 0 && out[n-1].Hit == hit {
			out[n-1].Text += s
		} else if s != "" {
			out = append(out, Piece{s, hit})
		}
	}
	at := 0
	for _, s := range spans {
		from, to := min(max(s[0], at), len(text)), min(max(s[1], at), len(text))
		if from < to {
			add(text[at:from], false)
			add(text[from:to], true)
			at = to
		}
	}
	add(text[at:], false)
	return out
}
