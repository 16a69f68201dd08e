package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/search"
)

type searchIn struct {
	Q      string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"words, pinyin or initials, with blanks between; each must be found"`
	Cursor string `query:"cursor" doc:"next of the page before" maxLength:"16"`
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100"`
}

// searchHit is a directory that was found, with the texts cut where the words are.
type searchHit struct {
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Office      string            `json:"office"`
	OfficeTitle string            `json:"office_title"`
	State       string            `json:"state" enum:"draft,published,withdrawn"`
	Score       float64           `json:"score"`
	Fragments   []search.Fragment `json:"fragments"`
}

func (c *Console) searching() {
	route(c, http.MethodGet, "/search", "search-directories", "搜索目录 / Search directories", c.search)
}

// search finds directories, the best first.
func (c *Console) search(ctx context.Context, in *searchIn) (List[searchHit], error) {
	from := 0
	if in.Cursor != "" {
		n, err := strconv.Atoi(in.Cursor)
		if err != nil || n < 0 || n > 10000 {
			return List[searchHit]{}, catalog.ErrCursor
		}
		from = n
	}
	hits, total, err := c.Search.Find(ctx, in.Q, from, in.Limit)
	if err != nil {
		return List[searchHit]{}, err
	}
	names := make([]string, len(hits))
	for i, h := range hits {
		names[i] = h.Name
	}
	entries, err := c.Catalog.Entries(ctx, names...)
	if err != nil {
		return List[searchHit]{}, err
	}
	out := make([]searchHit, len(hits))
	for i, h := range hits {
		e := entries[h.Name]
		out[i] = searchHit{h.Name, e.Title, e.Office, e.OfficeTitle, string(e.State), h.Score, h.Fragments}
	}
	next := ""
	if from+len(hits) < total {
		next = strconv.Itoa(from + len(hits))
	}
	l, n := page(out, next), int64(total)
	l.Total = &n
	return l, nil
}
