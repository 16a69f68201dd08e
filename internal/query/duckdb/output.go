package duckdb

import (
	"errors"
	"fmt"
	"io/fs"
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

// rowGroup is how many bytes one thread may gather before it writes: wide rows would fill the
// memory otherwise.
const rowGroup = 64 << 20

func parquetOptions(codec string, s row.Schema, ids map[string]lake.FieldID) string {
	if codec == "" || codec == "zstd" {
		codec = "zstd, COMPRESSION_LEVEL 1"
	} else {
		codec = text(codec)
	}
	options := fmt.Sprintf("FORMAT parquet, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT %d, ROW_GROUP_SIZE_BYTES %d, COMPRESSION %s", dictionary, rowGroup, codec)
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

// write writes a query's rows to a Parquet file in a folder and gives its path. It writes no file for no rows.
func (l *load) write(sql string, args []any, ids map[string]lake.FieldID, to string) ([]string, error) {
	file := filepath.Join(to, "judged.parquet")
	if err := l.session.exec(l.ctx, "COPY ("+sql+") TO "+text(file)+" ("+l.parquet(ids)+", WRITE_EMPTY_FILE false)", args...); err != nil {
		return nil, err
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return []string{file}, nil
}
