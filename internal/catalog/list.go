package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
)

// Entry is one line of a list of directories.
type Entry struct {
	Name        string    `json:"name" bun:"name"`
	Title       string    `json:"title" bun:"title"`
	Code        string    `json:"code" bun:"code"`
	Office      string    `json:"office" bun:"office"`
	OfficeTitle string    `json:"office_title" bun:"office_title"`
	Class       string    `json:"class" bun:"class"`
	Domain      string    `json:"domain" bun:"domain"`
	Update      string    `json:"update" bun:"period"`
	Level       string    `json:"level" bun:"level"`
	ShareType   string    `json:"share_type" bun:"share_type"`
	Items       int       `json:"items_count" bun:"items"`
	Rules       int       `json:"rules_count" bun:"rules"`
	Mounted     bool      `json:"mounted" bun:"mounted"`
	Version     int       `json:"version" bun:"version"`
	ChangedAt   time.Time `json:"changed_at" bun:"changed_at"`
	State       State     `json:"state" bun:"state"`

	PublishedVersion int `json:"published_version" bun:"published_version"` // 0 for none; below Version where it changed since
}

// Filter narrows a list; the zero value lets everything through.
type Filter struct {
	Office  string
	Class   string
	Domain  string
	Level   string
	Update  string
	Share   string
	Mounted *bool
	State   State
	Names   []string // only these, in this order: what a search found; nil: all, by name
	Only    []string // only these as well, in no order; nil: all
}

const (
	usual = 50
	most  = 500
)

// ErrCursor is a cursor that no list or search of directories gave.
var ErrCursor = fault.New(fault.Invalid, "list.cursor", fault.T("分页游标无效", "the cursor is not valid")).
	Fix(fault.T("请从第一页重新读取", "begin again with the first page"))

// List gives the directories of a filter by name, after the one named by cursor ("" from
// the start), and the cursor of the next page, "" at the end. limit 0 means 50; 500 is the
// most.
func (c *Catalog) List(ctx context.Context, f Filter, cursor string, limit int) (page []Entry, next string, err error) {
	if cursor != "" && ident.Check(cursor) != nil {
		return nil, "", ErrCursor
	}
	if limit <= 0 {
		limit = usual
	}
	limit = min(limit, most)
	if f.Names != nil {
		return c.ranked(ctx, f, cursor, limit)
	}
	q := c.entries(f.narrow).Order("d.name").Limit(int64(limit) + 1)
	if cursor != "" {
		q = q.Where("d.name > ?", cursor)
	}
	page = []Entry{}
	if err := q.Scan(ctx, &page); err != nil {
		return nil, "", fmt.Errorf("catalog: list: %w", err)
	}
	if len(page) > limit {
		page = page[:limit]
		next = page[limit-1].Name
	}
	return page, next, nil
}

// ranked is List in the order of the filter's names.
func (c *Catalog) ranked(ctx context.Context, f Filter, cursor string, limit int) (page []Entry, next string, err error) {
	page = []Entry{}
	if err := c.entries(f.narrow).Scan(ctx, &page); err != nil {
		return nil, "", fmt.Errorf("catalog: list: %w", err)
	}
	rank := make(map[string]int, len(f.Names))
	for i, n := range f.Names {
		rank[n] = i
	}
	slices.SortFunc(page, func(a, b Entry) int { return rank[a.Name] - rank[b.Name] })
	if at, found := rank[cursor]; found {
		page = slices.DeleteFunc(page, func(e Entry) bool { return rank[e.Name] <= at })
	}
	if len(page) > limit {
		page, next = page[:limit], page[limit-1].Name
	}
	return page, next, nil
}

// All gives every directory of a filter, by name.
func (c *Catalog) All(ctx context.Context, f Filter) ([]Entry, error) {
	out := []Entry{}
	if err := c.entries(f.narrow).Order("d.name").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("catalog: list: %w", err)
	}
	return out, nil
}

// Total counts the directories of a filter.
func (c *Catalog) Total(ctx context.Context, f Filter) (int, error) {
	n, err := c.entries(f.narrow).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("catalog: count: %w", err)
	}
	return int(n), nil
}

// Entries gives the lines of the directories named, by name; unknown names are left out.
func (c *Catalog) Entries(ctx context.Context, names ...string) (map[string]Entry, error) {
	out := map[string]Entry{}
	if len(names) == 0 {
		return out, nil
	}
	var rows []Entry
	err := c.entries(func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("d.name IN (?)", bun.List(names))
	}).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("catalog: entries: %w", err)
	}
	for _, r := range rows {
		out[r.Name] = r
	}
	return out, nil
}

// Of gives the names of the directories of offices.
func (c *Catalog) Of(ctx context.Context, offices []string) ([]string, error) {
	if len(offices) == 0 {
		return nil, nil
	}
	var names []string
	err := c.store.Read().NewSelect().TableExpr("catalog_directory").Column("name").Where("office IN (?)", bun.List(offices)).Order("name").Scan(ctx, &names)
	return names, err
}

// entries is the query behind every list.
func (c *Catalog) entries(narrow func(*bun.SelectQuery) *bun.SelectQuery) *bun.SelectQuery {
	q := c.store.Read().NewSelect().TableExpr("catalog_directory AS d").
		ColumnExpr("d.name, d.title, d.code, d.office, COALESCE(o.title, d.office) AS office_title").
		ColumnExpr("d.class, d.domain, d.period, d.level, d.share_type, d.items, d.rules, d.mounted, d.version, d.changed_at, d.state, d.published_version").
		Join("LEFT JOIN catalog_office AS o ON o.name = d.office")
	return narrow(q)
}

// equal are the columns a filter may hold a value of.
func (f Filter) equal() map[string]string {
	return map[string]string{"office": f.Office, "class": f.Class, "domain": f.Domain, "level": f.Level, "period": f.Update, "share_type": f.Share, "state": string(f.State)}
}

func (f Filter) narrow(q *bun.SelectQuery) *bun.SelectQuery {
	for column, value := range f.equal() {
		if value != "" {
			q = q.Where("d.? = ?", bun.Ident(column), value)
		}
	}
	for _, names := range [][]string{f.Names, f.Only} {
		if names != nil {
			q = q.Where("d.name IN (?)", bun.List(append([]string{""}, names...)))
		}
	}
	if f.Mounted != nil {
		q = q.Where("d.mounted = ?", *f.Mounted)
	}
	return q
}

// Counts are the catalog's numbers for the overview.
type Counts struct {
	Directories int `json:"directories" bun:"directories"`
	Mounted     int `json:"mounted" bun:"mounted"`
	Items       int `json:"items" bun:"items"`
	Offices     int `json:"offices" bun:"offices"`
}

// Counts counts the whole catalog.
func (c *Catalog) Counts(ctx context.Context) (Counts, error) {
	var n Counts
	err := c.store.Read().NewSelect().TableExpr("catalog_directory").
		ColumnExpr("COUNT(*) AS directories").
		ColumnExpr("COALESCE(SUM(CASE WHEN mounted THEN 1 ELSE 0 END), 0) AS mounted").
		ColumnExpr("COALESCE(SUM(items), 0) AS items").
		ColumnExpr("(SELECT COUNT(*) FROM catalog_office) AS offices").
		Scan(ctx, &n)
	if err != nil {
		return Counts{}, fmt.Errorf("catalog: counts: %w", err)
	}
	return n, nil
}

// Referring gives the directories whose rules look into the rows of one.
func (c *Catalog) Referring(ctx context.Context, name string) ([]string, error) {
	if ident.Check(name) != nil {
		return nil, nil // no directory is called so
	}
	var names []string
	like := `%"table":"` + strings.ReplaceAll(name, "_", `\_`) + `"%`
	err := c.store.Read().NewSelect().TableExpr("catalog_directory AS d").Column("d.name").
		Join("JOIN catalog_version AS v ON v.name = d.name AND v.version = d.version").
		Where(`CAST(v.body AS TEXT) LIKE ? ESCAPE '\'`, like).Order("d.name").Scan(ctx, &names)
	if err != nil {
		return nil, fmt.Errorf("catalog: who refers to %s: %w", name, err)
	}
	return names, nil
}

// Titled gives the directories of an office that bear a title.
func (c *Catalog) Titled(ctx context.Context, office, title string) (names []string, err error) {
	err = c.store.Read().NewSelect().TableExpr("catalog_directory").Column("name").Where("office = ? AND title = ?", office, title).Order("name").Scan(ctx, &names)
	return names, err
}
