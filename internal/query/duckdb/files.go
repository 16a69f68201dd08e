package duckdb

import (
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// local is a file's path as the engine is told it.
func local(path string) string {
	if rest, ok := strings.CutPrefix(path, "file://"); ok {
		return rest
	}
	return strings.TrimPrefix(path, "file:")
}

func locals(files []lake.File) []string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = local(f.Path)
	}
	return paths
}

// table prints a relation of the live rows of files with exactly the columns of s; a file
// that lacks one gives NULL. With places it also has query.FileColumn and query.PosColumn.
func (p *printer) table(files []lake.File, s row.Schema, places bool) (string, error) {
	if places || deleted(files) {
		for _, f := range s {
			if n := strings.ToLower(f.Name); n == "filename" || n == "file_row_number" {
				return "", fault.New(fault.Invalid, "query.reserved", fault.T("列名 %s 为引擎保留名", "the engine keeps the column name %s for itself", f.Name)).
					Fix(fault.T("请为该信息项改名", "give the item another name"))
			}
		}
	}
	return "(SELECT " + strings.Join(outputs(s, places), ", ") + " FROM (" + p.union(files, s, places) + "))", nil
}

func outputs(s row.Schema, places bool) []string {
	out := make([]string, 0, len(s)+2)
	for _, f := range s {
		out = append(out, "CAST("+name(f.Name)+" AS "+sqlType(f.Type)+") AS "+name(f.Name))
	}
	if places {
		out = append(out, name(query.FileColumn), name(query.PosColumn))
	}
	return out
}

// union puts the files together by column names, after an empty relation that has every
// column of the schema.
func (p *printer) union(files []lake.File, s row.Schema, places bool) string {
	empty := make([]string, 0, len(s)+2)
	for _, f := range s {
		empty = append(empty, "NULL::"+sqlType(f.Type)+" AS "+name(f.Name))
	}
	if places {
		empty = append(empty, "NULL::VARCHAR AS "+name(query.FileColumn), "NULL::BIGINT AS "+name(query.PosColumn))
	}
	parts := []string{"SELECT " + strings.Join(empty, ", ") + " WHERE FALSE"}
	var whole, torn []lake.File
	for _, f := range files {
		if len(f.Deletes) > 0 {
			torn = append(torn, f)
		} else {
			whole = append(whole, f)
		}
	}
	if len(whole) > 0 {
		parts = append(parts, p.scan(whole, places))
	}
	if len(torn) > 0 {
		parts = append(parts, p.live(torn, places))
	}
	return strings.Join(parts, " UNION ALL BY NAME ")
}

func deleted(files []lake.File) bool {
	for _, f := range files {
		if len(f.Deletes) > 0 {
			return true
		}
	}
	return false
}

func (p *printer) scan(files []lake.File, places bool) string {
	columns := "*"
	if places {
		columns = "*, " + p.path(files) + " AS " + name(query.FileColumn) + ", file_row_number AS " + name(query.PosColumn)
	}
	return "SELECT " + columns + " FROM read_parquet(" + p.bind(locals(files)) + "::VARCHAR[], union_by_name=true, hive_partitioning=false)"
}

// path prints the file's path as the lake knows it.
func (p *printer) path(files []lake.File) string {
	known := make([]string, len(files))
	same := true
	for i, f := range files {
		known[i] = f.Path
		same = same && f.Path == local(f.Path)
	}
	if same {
		return "filename"
	}
	return "list_extract(" + p.bind(known) + "::VARCHAR[], list_position(" + p.bind(locals(files)) + "::VARCHAR[], filename)::BIGINT)"
}

// live reads files without the rows that position-delete files name.
func (p *printer) live(files []lake.File, places bool) string {
	kept := "*"
	if !places {
		kept = "* EXCLUDE (" + name(query.FileColumn) + ", " + name(query.PosColumn) + ")"
	}
	return "SELECT " + kept + " FROM (" + p.scan(files, true) + ") AS t ANTI JOIN (" + p.deletes(files) + ") AS d" +
		" ON t." + name(query.FileColumn) + " = d.file_path AND t." + name(query.PosColumn) + " = d.pos"
}

// deletes reads every delete file of files once.
func (p *printer) deletes(files []lake.File) string {
	seen, paths := map[string]bool{}, []string{}
	for _, f := range files {
		for _, d := range f.Deletes {
			if d = local(d); !seen[d] {
				seen[d] = true
				paths = append(paths, d)
			}
		}
	}
	return "SELECT file_path, pos FROM read_parquet(" + p.bind(paths) + "::VARCHAR[], union_by_name=true, hive_partitioning=false)"
}
