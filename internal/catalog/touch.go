package catalog

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/store"
)

// Text is what a search finds of a directory.
type Text struct {
	Directory Directory
	Office    string // its title
}

// Last is the number of the last change of what a search finds; 0 for an empty catalog.
func (c *Catalog) Last(ctx context.Context) (last int64, err error) {
	if err := c.store.Read().NewRaw("SELECT COALESCE(MAX(touched), 0) FROM catalog_directory").Scan(ctx, &last); err != nil {
		return 0, fmt.Errorf("catalog: last change: %w", err)
	}
	return last, nil
}

// Texts gives what a search finds of the directories changed after a number, in the order
// of their changes, at most limit, and the number of the last one given.
func (c *Catalog) Texts(ctx context.Context, after int64, limit int) (out []Text, last int64, err error) {
	var rows []struct {
		Name, Office string
		Touched      int64
	}
	err = c.store.Read().NewRaw(`SELECT d.name, COALESCE(o.title, d.office) AS office, d.touched FROM catalog_directory AS d
		LEFT JOIN catalog_office AS o ON o.name = d.office WHERE d.touched > ? ORDER BY d.touched LIMIT ?`, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, after, fmt.Errorf("catalog: texts: %w", err)
	}
	last = after
	for _, r := range rows {
		v, err := c.Get(ctx, r.Name)
		if err != nil {
			return nil, after, err
		}
		out, last = append(out, Text{v.Directory, r.Office}), r.Touched
	}
	return out, last, nil
}

// touch gives every directory of that name, or of that office, a number of its own after
// all others.
func touch(ctx context.Context, tx store.Tx, column, value string) error {
	_, err := tx.NewRaw(`UPDATE catalog_directory SET touched = (SELECT MAX(touched) FROM catalog_directory)
		+ (SELECT COUNT(*) FROM catalog_directory AS o WHERE o.? = ? AND o.name <= catalog_directory.name) WHERE ? = ?`,
		bun.Ident(column), value, bun.Ident(column), value).Exec(ctx)
	return err
}
