package querytest

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// The suite's table: identifiers that hurt where they are not quoted, a column of every
// type.
var schema = row.Schema{
	{Name: `te"xt`, Type: row.TextType},
	{Name: "select", Type: row.TextType},
	{Name: "数 量", Type: row.IntType},
	{Name: "d'ec", Type: row.Type{Kind: row.Decimal, Precision: 18, Scale: 2}},
	{Name: "f;--", Type: row.FloatType},
	{Name: `b\`, Type: row.BoolType},
	{Name: "日期", Type: row.DateType},
	{Name: "$1", Type: row.TimeType},
}

// texts are values that hurt where they are not bound.
var texts = []string{
	"", " ", "'", `"`, `\`, "%", "_", "$1", "?", "\x00", "a\nb", "'; DROP TABLE t; --", "' OR '1'='1", "江岸区", "０１２ｘ", "Élan", "😀é",
	" x ", "\u3000x\u3000", "\ufeffx", "abc", "ABC", "a|b", "a-1-2", "12", "-7", "007", "12.345", "-.5", "5.", "1e3", "1e400", "nan", "0x1f", "1_0",
	"9223372036854775807", "9223372036854775808", "9999999999999999.994", "9999999999999999.995", "true", "FALSE", "1", "t",
	"2024-02-29", "2023-02-29", "2024-2-9", "2024/02/09", "2024年2月9日", "20240209", "9 Feb 2024", "0000-01-01", "0001-01-01", "2024-02-29 23:59:59.123456", "2024-02-29T10:00",
	"a text that is longer than twelve bytes", "一段超过十二个字节的文本",
}

var numbers = []int64{0, 1, -1, 2, 7, 63, -300, 1 << 40, 9223372036854775807, -9223372036854775808}

// cells makes the rows of the table.
func cells() [][]any {
	var out [][]any
	cents := []int64{0, 150, -5, 999999999999999999, -100}
	floats := []float64{0, 1.5, -2.25, 1e10, 0.1, 3}
	for i := range 120 {
		r := []any{texts[i%len(texts)], texts[(i*7+3)%len(texts)], numbers[i%len(numbers)],
			big.NewRat(cents[i%len(cents)], 100), floats[i%len(floats)], i%3 == 0, date(19000 + i*37%400 - 200), instant(1.7e15 + int64(i%9)*1e6 + int64(i%2)*5000)}
		for c := range r {
			if (i*11+c*5)%13 == 0 {
				r[c] = nil
			}
		}
		out = append(out, r)
	}
	return out
}

// table writes the rows to three files: one plain, one without a column, one of which rows
// have been deleted. It gives the files and the rows that live.
func table(t *testing.T, dir string) ([]lake.File, [][]any) {
	t.Helper()
	all := cells()
	const lacking = 4
	parts := [][][]any{all[:40], all[40:80], all[80:]}
	var files []lake.File
	var alive [][]any
	for i, rows := range parts {
		s := append(row.Schema{}, schema...)
		if i == 1 {
			s = append(s[:lacking], s[lacking+1:]...)
		}
		f := lake.File{Path: filepath.Join(dir, fmt.Sprintf("o'brien %d.parquet", i)), Rows: int64(len(rows))}
		write(t, f.Path, s, rows, schema)
		if i == 2 {
			f.Deletes = []string{filepath.Join(dir, "deletes.parquet")}
			places := row.Schema{{Name: "file_path", Type: row.TextType}, {Name: "pos", Type: row.IntType}}
			write(t, f.Deletes[0], places, [][]any{{f.Path, int64(3)}, {f.Path, int64(7)}, {files[0].Path, int64(1)}, {f.Path, int64(39)}}, places)
		}
		files = append(files, f)
		for n, r := range rows {
			if i == 1 {
				r[lacking] = nil
			}
			if i != 2 || n != 3 && n != 7 && n != 39 {
				alive = append(alive, r)
			}
		}
	}
	return files, alive
}

// write writes the columns s of rows, whose cells are those of the schema of.
func write(t *testing.T, path string, s row.Schema, rows [][]any, of row.Schema) {
	t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, s.Arrow())
	for _, r := range rows {
		for c, f := range s {
			for k := range of {
				if of[k].Name == f.Name {
					put(b.Field(c), r[k], f.Type)
				}
			}
		}
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(s.Arrow(), file, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(b.NewRecordBatch()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func put(b array.Builder, v any, t row.Type) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Date32Builder:
		b.Append(arrow.Date32(v.(date)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.(instant)))
	case *array.Decimal128Builder:
		scaled := new(big.Rat).Mul(v.(*big.Rat), new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)))
		b.Append(decimal128.FromBigInt(scaled.Num()))
	}
}

// take reads a cell of an answer back.
func take(a arrow.Array, i int, t row.Type) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Boolean:
		return a.Value(i)
	case *array.Date32:
		return date(a.Value(i))
	case *array.Timestamp:
		return instant(a.Value(i))
	case *array.Decimal128:
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)
		return new(big.Rat).SetFrac(a.Value(i).BigInt(), scale)
	}
	panic(fmt.Sprintf("no cell of %T", a))
}

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}
