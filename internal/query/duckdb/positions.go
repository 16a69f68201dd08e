package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// The ids that Iceberg gives to the columns of position-delete files.
const (
	pathID = 2147483546
	posID  = 2147483545
)

// ByKey writes to out the positions of the live rows of old whose key equals a staged one;
// see lake.Positions.
func (d *DB) ByKey(ctx context.Context, old []lake.File, staged []string, key, except []string, out string) (map[string]int64, error) {
	return d.positions(ctx, out, func(s *session, p *printer) (string, error) {
		keys, err := s.types(ctx, staged, key)
		if err != nil || len(old) == 0 || len(staged) == 0 {
			return "", err
		}
		if len(except) > 0 {
			keys = append(keys, batchField)
		}
		from, err := p.table(old, keys, true)
		if err != nil {
			return "", err
		}
		from += " AS o SEMI JOIN (SELECT " + quoted(key) + " FROM read_parquet(" + p.bind(paths(staged)) +
			"::VARCHAR[], union_by_name=true, hive_partitioning=false)) AS n ON " + same(key)
		if len(except) > 0 {
			from += " WHERE NOT list_contains(" + p.bind(except) + "::VARCHAR[], o." + name(query.BatchColumn) + ")"
		}
		return from, nil
	})
}

var batchField = row.Field{Name: query.BatchColumn, Type: row.TextType}

func same(key []string) string {
	var parts []string
	for _, k := range key {
		parts = append(parts, "o."+name(k)+" = n."+name(k))
	}
	return strings.Join(parts, " AND ")
}

// Outrun writes to out the positions of staged rows whose key a row of some batches has; see
// lake.Positions.
func (d *DB) Outrun(ctx context.Context, staged []lake.Staged, old []lake.File, batches, key []string, out string) (map[string]int64, error) {
	return d.positions(ctx, out, func(s *session, p *printer) (string, error) {
		var files []lake.File
		var lies, goes []string
		for _, f := range staged {
			files, lies, goes = append(files, lake.File{Path: f.Lies}), append(lies, f.Lies), append(goes, f.Goes)
		}
		keys, err := s.types(ctx, lies, key)
		if err != nil || len(old) == 0 || len(staged) == 0 {
			return "", err
		}
		from, err := p.table(files, keys, true)
		if err != nil {
			return "", err
		}
		news, err := p.table(old, append(keys, batchField), false)
		if err != nil {
			return "", err
		}
		goal := "list_extract(" + p.bind(goes) + "::VARCHAR[], list_position(" + p.bind(lies) + "::VARCHAR[], " + name(query.FileColumn) + ")::BIGINT)"
		return "(SELECT * REPLACE (" + goal + " AS " + name(query.FileColumn) + ") FROM " + from + ") AS o SEMI JOIN (SELECT " + quoted(key) +
			" FROM " + news + " WHERE list_contains(" + p.bind(batches) + "::VARCHAR[], " + name(query.BatchColumn) + ")) AS n ON " + same(key), nil
	})
}

// ByBatch does the same for the rows of a batch.
func (d *DB) ByBatch(ctx context.Context, old []lake.File, batch string, out string) (map[string]int64, error) {
	return d.positions(ctx, out, func(_ *session, p *printer) (string, error) {
		from, err := p.table(old, row.Schema{{Name: query.BatchColumn, Type: row.TextType}}, true)
		return from + " WHERE " + name(query.BatchColumn) + " = " + p.bind(batch) + "::VARCHAR", err
	})
}

// positions writes the places of the rows of a relation, in order, and counts them by file.
// Where there are none it leaves no file.
func (d *DB) positions(ctx context.Context, out string, relation func(*session, *printer) (string, error)) (map[string]int64, error) {
	s, err := d.session()
	if err != nil {
		return nil, err
	}
	defer s.close()
	p := &printer{}
	from, err := relation(s, p)
	if err != nil || from == "" {
		return map[string]int64{}, err
	}
	sql := fmt.Sprintf("COPY (SELECT %s AS file_path, %s::BIGINT AS pos FROM %s ORDER BY 1, 2) TO %s (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {file_path: %d, pos: %d})",
		name(query.FileColumn), name(query.PosColumn), from, text(local(out)), pathID, posID)
	if err := s.exec(ctx, sql, p.args...); err != nil {
		return nil, err
	}
	found := map[string]int64{}
	err = s.each(ctx, "SELECT file_path, count(*) FROM read_parquet($1, hive_partitioning=false) GROUP BY 1", []any{local(out)}, func(v []any) error {
		found[v[0].(string)] = v[1].(int64)
		return nil
	})
	if err == nil && len(found) == 0 {
		err = os.Remove(local(out))
	}
	return found, err
}

// Rewrite writes the live rows of files into one new file in dir; see lake.Positions.
func (d *DB) Rewrite(ctx context.Context, files []lake.File, s row.Schema, ids map[string]lake.FieldID, dir string) ([]string, error) {
	to := filepath.Join(local(dir), "rewritten.parquet")
	n, err := d.write(ctx, files, nil, s, ids, to)
	if err != nil || n == 0 {
		return nil, err
	}
	return []string{to}, nil
}

// Carry writes the live rows that where names into one file in dir and counts them.
func (d *DB) Carry(ctx context.Context, table []lake.File, where row.Expr, schema row.Schema, ids map[string]lake.FieldID, dir string) (int64, error) {
	return d.write(ctx, table, where, schema, ids, filepath.Join(local(dir), "carried.parquet"))
}

func (d *DB) write(ctx context.Context, files []lake.File, where row.Expr, schema row.Schema, ids map[string]lake.FieldID, to string) (n int64, err error) {
	if len(files) == 0 {
		return 0, nil
	}
	s, err := d.session()
	if err != nil {
		return 0, err
	}
	defer s.close()
	p := &printer{column: columnsOf(schema, true)}
	from, err := p.table(files, schema, where != nil)
	if err != nil {
		return 0, err
	}
	if where != nil {
		sql, _, err := p.expr(where)
		if err != nil {
			return 0, err
		}
		from += " WHERE " + sql
	}
	columns := make([]string, len(schema))
	for i, f := range schema {
		columns[i] = f.Name
	}
	sql := "COPY (SELECT " + quoted(columns) + " FROM " + from + ") TO " + text(to) + " (" + parquetOptions("", schema, ids) + ")"
	err = s.each(ctx, sql, p.args, func(v []any) error { n, _ = v[0].(int64); return nil })
	if err == nil && n == 0 {
		err = os.Remove(to)
	}
	return n, err
}

func paths(list []string) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = local(p)
	}
	return out
}

func quoted(columns []string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = name(c)
	}
	return strings.Join(out, ", ")
}

// types gives the types of columns of Parquet files.
func (s *session) types(ctx context.Context, files, columns []string) (row.Schema, error) {
	var out row.Schema
	if len(files) == 0 {
		return nil, nil
	}
	sql := "SELECT column_name, column_type FROM (DESCRIBE SELECT " + quoted(columns) + " FROM read_parquet(" + texts(paths(files)) + ", union_by_name=true, hive_partitioning=false))"
	err := s.each(ctx, sql, nil, func(v []any) error {
		t, err := parseType(v[1].(string))
		out = append(out, row.Field{Name: v[0].(string), Type: t})
		return err
	})
	return out, err
}

func parseType(s string) (row.Type, error) {
	for _, t := range []row.Type{row.TextType, row.IntType, row.FloatType, row.BoolType, row.DateType, row.TimeType, row.ListType} {
		if sqlType(t) == s {
			return t, nil
		}
	}
	return row.ParseType(strings.ToLower(s))
}
