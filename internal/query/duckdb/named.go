package duckdb

import (
	"context"
	"strings"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Named reads the rows of files, their own position deletes applied, that the position-delete
// files named name: what left a table between two snapshots that share these data files.
func (d *DB) Named(ctx context.Context, files []lake.File, named []string, s row.Schema) (row.Reader, error) {
	p := &printer{}
	from, err := p.table(files, s, true)
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(s))
	for i, f := range s {
		columns[i] = "t." + name(f.Name)
	}
	deletes := p.deletes([]lake.File{{Deletes: named}})
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM " + from + " AS t SEMI JOIN (" + deletes + ") AS d" +
		" ON t." + name(query.FileColumn) + " = d.file_path AND t." + name(query.PosColumn) + " = d.pos"
	return d.stream(ctx, sql, p.args, s)
}
