package lake_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// The tests' tables: a number, a text and the batch.
var people = row.Schema{{Name: "id", Type: row.IntType}, {Name: "name", Type: row.TextType}, {Name: "_batch", Type: row.TextType}}

type person struct {
	id    int64
	name  string
	batch string
}

// slow is the slow, plain Positions of these tests, on Arrow's Parquet reader and writer.
type slow struct{}

func (slow) ByKey(_ context.Context, old []lake.File, staged []string, key, except []string, out string) (map[string]int64, error) {
	keys := map[string]bool{}
	for _, path := range staged {
		rows, err := readRows(path)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			keys[r.key(key)] = true
		}
	}
	return positions(old, out, func(r person) bool { return keys[r.key(key)] && !slices.Contains(except, r.batch) })
}

func (slow) Outrun(_ context.Context, staged []lake.Staged, old []lake.File, batches, key []string, out string) (map[string]int64, error) {
	keys := map[string]bool{}
	for _, f := range old {
		rows, dead, err := live(f)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if !dead[int64(i)] && slices.Contains(batches, r.batch) {
				keys[r.key(key)] = true
			}
		}
	}
	var files []lake.File
	goes := map[string]string{}
	for _, f := range staged {
		files = append(files, lake.File{Path: f.Lies})
		goes[f.Lies] = f.Goes
	}
	return positionsAs(files, out, goes, func(r person) bool { return keys[r.key(key)] })
}

func (slow) ByBatch(_ context.Context, old []lake.File, batch string, out string) (map[string]int64, error) {
	return positions(old, out, func(r person) bool { return r.batch == batch })
}

func (slow) Rewrite(_ context.Context, files []lake.File, s row.Schema, ids map[string]lake.FieldID, dir string) ([]string, error) {
	var all []person
	for _, f := range files {
		rows, dead, err := live(f)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if !dead[int64(i)] {
				all = append(all, r)
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	out := filepath.Join(dir, "rewritten.parquet")
	return []string{out}, writeRows(out, ids, all)
}

func (r person) key(columns []string) string {
	var parts []string
	for _, c := range columns {
		switch c {
		case "id":
			parts = append(parts, strconv.FormatInt(r.id, 10))
		case "name":
			parts = append(parts, r.name)
		}
	}
	return strings.Join(parts, "\x00")
}

// live gives a file's rows and the positions its deletes name.
func live(f lake.File) ([]person, map[int64]bool, error) {
	rows, err := readRows(f.Path)
	if err != nil {
		return nil, nil, err
	}
	dead := map[int64]bool{}
	for _, d := range f.Deletes {
		paths, err := readColumn[parquet.ByteArray](d, "file_path")
		if err != nil {
			return nil, nil, err
		}
		pos, err := readColumn[int64](d, "pos")
		if err != nil {
			return nil, nil, err
		}
		for i := range pos {
			if string(paths[i]) == f.Path {
				dead[pos[i]] = true
			}
		}
	}
	return rows, dead, nil
}

func positions(old []lake.File, out string, match func(person) bool) (map[string]int64, error) {
	return positionsAs(old, out, nil, match)
}

// positionsAs names files otherwise than where they lie.
func positionsAs(old []lake.File, out string, as map[string]string, match func(person) bool) (map[string]int64, error) {
	sc := arrow.NewSchema([]arrow.Field{
		field("file_path", arrow.BinaryTypes.String, 2147483546, false),
		field("pos", arrow.PrimitiveTypes.Int64, 2147483545, false)}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, sc)
	found := map[string]int64{}
	for _, f := range old {
		rows, dead, err := live(f)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if match(r) && !dead[int64(i)] {
				path := f.Path
				if as != nil {
					path = as[path]
				}
				b.Field(0).(*array.StringBuilder).Append(path)
				b.Field(1).(*array.Int64Builder).Append(int64(i))
				found[path]++
			}
		}
	}
	if len(found) == 0 {
		return found, nil
	}
	return found, writeParquet(out, b)
}

func field(name string, t arrow.DataType, id int, null bool) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: null,
		Metadata: arrow.MetadataFrom(map[string]string{"PARQUET:field_id": strconv.Itoa(id)})}
}

func writeRows(path string, ids map[string]lake.FieldID, rows []person) error {
	sc := arrow.NewSchema([]arrow.Field{
		field("id", arrow.PrimitiveTypes.Int64, ids["id"].ID, true),
		field("name", arrow.BinaryTypes.String, ids["name"].ID, true),
		field("_batch", arrow.BinaryTypes.String, ids["_batch"].ID, true)}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, sc)
	for _, r := range rows {
		b.Field(0).(*array.Int64Builder).Append(r.id)
		b.Field(1).(*array.StringBuilder).Append(r.name)
		b.Field(2).(*array.StringBuilder).Append(r.batch)
	}
	return writeParquet(path, b)
}

func writeParquet(path string, b *array.RecordBuilder) error {
	rec := b.NewRecordBatch()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := pqarrow.NewFileWriter(rec.Schema(), f, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := w.Write(rec); err != nil {
		return err
	}
	return w.Close()
}

func readRows(path string) ([]person, error) {
	id, err := readColumn[int64](path, "id")
	if err != nil {
		return nil, err
	}
	name, err := readColumn[parquet.ByteArray](path, "name")
	if err != nil {
		return nil, err
	}
	batch, err := readColumn[parquet.ByteArray](path, "_batch")
	if err != nil {
		return nil, err
	}
	rows := make([]person, len(id))
	for i := range id {
		rows[i] = person{id[i], string(name[i]), string(batch[i])}
	}
	return rows, nil
}

// readColumn reads a column without NULLs.
func readColumn[T int64 | parquet.ByteArray](path, column string) ([]T, error) {
	r, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []T
	for g := range r.NumRowGroups() {
		c, err := r.RowGroup(g).Column(r.MetaData().Schema.ColumnIndexByName(column))
		if err != nil {
			return nil, err
		}
		reader, ok := c.(interface {
			ReadBatch(int64, []T, []int16, []int16) (int64, int, error)
		})
		if !ok {
			return nil, fmt.Errorf("%s of %s has another type", column, path)
		}
		for left := r.RowGroup(g).NumRows(); left > 0; {
			values := make([]T, left)
			n, _, err := reader.ReadBatch(left, values, make([]int16, left), nil)
			if err != nil {
				return nil, err
			}
			for _, v := range values[:n] {
				if b, ok := any(v).(parquet.ByteArray); ok {
					v = any(parquet.ByteArray(strings.Clone(string(b)))).(T)
				}
				all = append(all, v)
			}
			left -= n
		}
	}
	return all, nil
}
