package console

import (
	"context"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// page reads a part of a table in the order in which its rows came: file by file, and in
// each by place. Pages of one snapshot never overlap and leave no row out; only the files
// of the page are read.
func (c *Console) page(ctx context.Context, q row.Query, files []lake.File, s row.Schema) (values [][]any, total int64, err error) {
	alive, err := c.alive(ctx, files, s)
	if err != nil {
		return nil, 0, err
	}
	from, want := int64(q.Offset), q.Limit
	for _, f := range files {
		n, began := alive[f.Path], total
		total += n
		if n == 0 || from >= total || len(values) >= want {
			continue
		}
		part := q
		part.Offset, part.Limit = int(max(from-began, 0)), want-len(values)
		part.Order = []row.Order{{X: row.Column(query.PosColumn)}}
		rows, err := query.Values(ctx, c.Reader, part, []lake.File{f}, s)
		if err != nil {
			return nil, 0, err
		}
		values = append(values, rows...)
	}
	return values, total, nil
}

// alive counts the live rows of each file; only files with deletes are looked into.
func (c *Console) alive(ctx context.Context, files []lake.File, s row.Schema) (map[string]int64, error) {
	out := map[string]int64{}
	var named []lake.File
	for _, f := range files {
		if len(f.Deletes) == 0 {
			out[f.Path] = f.Rows
			continue
		}
		named = append(named, f)
	}
	if len(named) == 0 {
		return out, nil
	}
	file := row.Column(query.FileColumn)
	counts, err := query.Values(ctx, c.Reader, row.Query{Select: []row.Named{{Name: "file", X: file}, {Name: "n", Agg: row.Count}}, Group: []row.Expr{file}}, named, s)
	for _, v := range counts {
		path, _ := v[0].(string)
		out[path], _ = v[1].(int64)
	}
	return out, err
}
