package duckdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// parquet prints the options of a Parquet file with field ids.
func (l *load) parquet(ids map[string]lake.FieldID) string {
	return parquetOptions(l.g.Codec, query.Table(l.g.Types, l.g.Words), ids)
}

// dictionary is how many different values a column may have to be written as a dictionary:
// enough for codes, and the writer gives names and numbers up early.
const dictionary = 4096

func parquetOptions(codec string, s row.Schema, ids map[string]lake.FieldID) string {
	if codec == "" || codec == "zstd" {
		codec = "zstd, COMPRESSION_LEVEL 1"
	} else {
		codec = text(codec)
	}
	options := fmt.Sprintf("FORMAT parquet, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT %d, COMPRESSION %s", dictionary, codec)
	var list []string
	for _, f := range s {
		id, ok := ids[f.Name]
		switch {
		case !ok:
		case f.Type.Kind == row.TextList:
			list = append(list, fmt.Sprintf("%s: {__duckdb_field_id: %d, element: %d}", text(f.Name), id.ID, id.Element))
		default:
			list = append(list, fmt.Sprintf("%s: %d", text(f.Name), id.ID))
		}
	}
	if len(list) > 0 {
		options += ", FIELD_IDS {" + strings.Join(list, ", ") + "}"
	}
	return options
}

// take moves the Parquet files of a folder that may not exist into another.
func take(from, to string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(from, "*.parquet"))
	if err != nil {
		return nil, err
	}
	var out []string
	for i, f := range found {
		path := filepath.Join(to, fmt.Sprintf("judged-%d.parquet", i))
		if err := os.Rename(f, path); err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// takeBad takes the bad rows over, written anew where the quarantine numbers its columns
// otherwise.
func (l *load) takeBad(from string) error {
	same := true
	for _, f := range query.Table(l.g.Types, l.g.Words) {
		same = same && l.g.GoodIDs[f.Name] == l.g.BadIDs[f.Name]
	}
	if same {
		var err error
		l.outcome.BadFiles, err = take(from, l.g.Bad)
		return err
	}
	found, err := filepath.Glob(filepath.Join(from, "*.parquet"))
	if err != nil || len(found) == 0 {
		return err
	}
	to := filepath.Join(l.g.Bad, "judged-0.parquet")
	sql := "COPY (SELECT * FROM read_parquet($1::VARCHAR[], hive_partitioning=false)) TO " + text(to) + " (" + l.parquet(l.g.BadIDs) + ")"
	if err := l.session.exec(l.ctx, sql, found); err != nil {
		return err
	}
	l.outcome.BadFiles = []string{to}
	return nil
}
