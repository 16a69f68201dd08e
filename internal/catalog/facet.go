package catalog

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Facet is how many directories of a filter have one value; Value is "" for those without.
type Facet struct {
	Value string `json:"value" bun:"value"`
	Title string `json:"title" bun:"title"`
	Count int    `json:"count" bun:"count"`
}

// Facets are the values of a list's columns with their counts, the most frequent first. What
// is chosen of a column does not narrow that column's own counts, so that another choice can
// be seen.
type Facets struct {
	Office  []Facet `json:"office"`
	Class   []Facet `json:"class"`
	Domain  []Facet `json:"domain"`
	Level   []Facet `json:"level"`
	Update  []Facet `json:"update"`
	Share   []Facet `json:"share"`
	State   []Facet `json:"state"`
	Mounted []Facet `json:"mounted"`
}

// Facets counts the directories of a filter by each of its columns.
func (c *Catalog) Facets(ctx context.Context, f Filter) (out Facets, err error) {
	without := func(clear func(*Filter)) Filter {
		g := f
		clear(&g)
		return g
	}
	for _, of := range []struct {
		into   *[]Facet
		column string
		f      Filter
	}{
		{&out.Office, "d.office", without(func(g *Filter) { g.Office = "" })},
		{&out.Class, "d.class", without(func(g *Filter) { g.Class = "" })},
		{&out.Domain, "d.domain", without(func(g *Filter) { g.Domain = "" })},
		{&out.Level, "d.level", without(func(g *Filter) { g.Level = "" })},
		{&out.Update, "d.period", without(func(g *Filter) { g.Update = "" })},
		{&out.Share, "d.share_type", without(func(g *Filter) { g.Share = "" })},
		{&out.State, "d.state", without(func(g *Filter) { g.State = "" })},
		{&out.Mounted, "CASE WHEN d.mounted THEN 'true' ELSE 'false' END", without(func(g *Filter) { g.Mounted = nil })},
	} {
		if *of.into, err = c.facet(ctx, of.column, of.f); err != nil {
			return out, err
		}
	}
	return out, nil
}

// facet counts by one column. The name of an office is its title in its own list.
func (c *Catalog) facet(ctx context.Context, column string, f Filter) ([]Facet, error) {
	title := "''"
	q := c.store.Read().NewSelect().TableExpr("catalog_directory AS d")
	if column == "d.office" {
		title = "COALESCE(MAX(o.title), d.office)"
		q = q.Join("LEFT JOIN catalog_office AS o ON o.name = d.office")
	}
	out := []Facet{}
	err := f.narrow(q.ColumnExpr("? AS value, ? AS title, COUNT(*) AS count", bun.Safe(column), bun.Safe(title))).
		GroupExpr("?", bun.Safe(column)).OrderExpr("count DESC, value").Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("catalog: count by %s: %w", column, err)
	}
	return out, nil
}
