package console

import (
	"context"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
)

type listDirectoriesIn struct {
	Paging
	Q       string `query:"q" maxLength:"100"`
	Office  string `query:"office" maxLength:"63"`
	Class   string `query:"class" maxLength:"16"`
	Domain  string `query:"domain" maxLength:"16"`
	Level   string `query:"level" maxLength:"16"`
	Update  string `query:"update" maxLength:"16"`
	Share   string `query:"share" maxLength:"16"`
	Mounted string `query:"mounted" enum:"true,false"`
	State   string `query:"state" enum:"draft,published,withdrawn"`
	Fresh   string `query:"fresh" enum:"fresh,stale,never" doc:"whether the last file came within the update period"`
	Facets  bool   `query:"facets" doc:"count the directories by each column as well"`
}

// directoriesBody is a page of directories, with the counts of their columns where asked for.
type directoriesBody struct {
	List[DirectorySummary]
	Facets *facetsBody `json:"facets"`
}

type facetsBody struct {
	catalog.Facets
	Fresh []catalog.Facet `json:"fresh"`
}

func (c *Console) listDirectories(ctx context.Context, in *listDirectoriesIn) (out directoriesBody, err error) {
	f, err := c.filter(ctx, in)
	if err != nil {
		return out, err
	}
	due, err := c.due(ctx)
	if err != nil {
		return out, err
	}
	if in.Facets {
		if out.Facets, err = c.facets(ctx, f, due); err != nil {
			return out, err
		}
	}
	if in.Fresh != "" {
		f.Only = due.names(in.Fresh)
	}
	ds, next, err := c.Catalog.List(ctx, f, in.Cursor, in.Limit)
	if err != nil {
		return out, err
	}
	bodies, err := c.summaries(ctx, ds, due)
	if err != nil {
		return out, err
	}
	out.List = page(bodies, next)
	n, err := c.Catalog.Total(ctx, f)
	total := int64(n)
	out.Total = &total
	return out, err
}

// filter is what a list of directories asks for, but for how fresh they are.
func (c *Console) filter(ctx context.Context, in *listDirectoriesIn) (f catalog.Filter, err error) {
	f = catalog.Filter{Office: in.Office, Class: in.Class, Domain: in.Domain, Level: in.Level, Update: in.Update, Share: in.Share, State: catalog.State(in.State)}
	if strings.TrimSpace(in.Q) != "" {
		if f.Names, err = c.Search.Names(ctx, in.Q); err != nil {
			return f, err
		}
	}
	if in.Mounted != "" {
		m := in.Mounted == "true"
		f.Mounted = &m
	}
	return f, nil
}

// facets counts the directories of a filter by each column.
func (c *Console) facets(ctx context.Context, f catalog.Filter, due dues) (*facetsBody, error) {
	out := new(facetsBody)
	for _, fresh := range []string{"stale", "never", "fresh"} {
		g := f
		g.Only = due.names(fresh)
		n, err := c.Catalog.Total(ctx, g)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out.Fresh = append(out.Fresh, catalog.Facet{Value: fresh, Count: n})
		}
	}
	var err error
	out.Facets, err = c.Catalog.Facets(ctx, f)
	return out, err
}

// dues are when the next file of each mounted directory with an update period is due, and
// whether any came.
type dues struct {
	now  time.Time
	at   map[string]time.Time
	came map[string]time.Time
}

func (c *Console) due(ctx context.Context) (out dues, err error) {
	out = dues{now: c.Now(), at: map[string]time.Time{}}
	if out.came, err = c.Ingest.Came(ctx); err != nil {
		return out, err
	}
	entries, err := c.Catalog.All(ctx, catalog.Filter{Mounted: new(true)})
	for _, e := range entries {
		if at, is := dataDue(e, out.came); is {
			out.at[e.Name] = at
		}
	}
	return out, err
}

// fresh is how a directory stands, and when its next file is due.
func (d dues) fresh(name string) (string, *time.Time) {
	at, ok := d.at[name]
	_, ever := d.came[name]
	switch {
	case !ok:
		return "none", nil
	case at.Before(d.now):
		return "stale", &at
	case !ever:
		return "never", &at
	}
	return "fresh", &at
}

// names are the directories that stand so; never nil, as none is not all.
func (d dues) names(fresh string) []string {
	out := []string{}
	for name := range d.at {
		if is, _ := d.fresh(name); is == fresh {
			out = append(out, name)
		}
	}
	return out
}

// summaries joins directories with what their tables hold, in two questions.
func (c *Console) summaries(ctx context.Context, ds []catalog.Entry, due dues) ([]DirectorySummary, error) {
	names := make([]string, len(ds))
	for i, d := range ds {
		names[i] = d.Name
	}
	data, err := c.Ingest.Datasets(ctx, names)
	if err != nil {
		return nil, err
	}
	var last []string
	for _, t := range data {
		if t.Last != nil {
			last = append(last, string(t.Last.ID))
		}
	}
	grades, err := c.Quality.Grades(ctx, last...)
	if err != nil {
		return nil, err
	}
	out := make([]DirectorySummary, len(ds))
	for i, d := range ds {
		t := data[d.Name]
		out[i] = DirectorySummary{Name: d.Name, Title: d.Title, Code: d.Code, Office: d.Office, OfficeTitle: d.OfficeTitle, Class: d.Class, Domain: d.Domain, Update: d.Update,
			Level: d.Level, ShareType: d.ShareType, ItemsCount: d.Items, Mounted: d.Mounted, Rows: t.Rows,
			Quarantined: t.Quarantined, Version: d.Version,
			State: string(d.State), PublishedVersion: d.PublishedVersion}
		out[i].Fresh, out[i].DueAt = due.fresh(d.Name)
		if b := t.Last; b != nil {
			out[i].LastBatch = &lastBatch{string(b.ID), b.Label, string(b.State), b.StartedAt, grades[string(b.ID)].Grade}
		}
	}
	return out, nil
}
