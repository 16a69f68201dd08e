package source

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

func parquetOf(t testing.TB, rows int, names ...string) string {
	t.Helper()
	fields := make([]arrow.Field, len(names))
	for i, n := range names {
		fields[i] = arrow.Field{Name: n, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range names {
		for range rows {
			b.Field(i).AppendValueFromString("值")
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &out, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err == nil {
		err = w.Write(batch)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestParquet(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	sh, r, err := walk(t, "x.parquet", parquetOf(t, 1000, "编号", "姓名"), o)
	if err != nil {
		t.Fatal(err)
	}
	if sh.Format != Parquet || !reflect.DeepEqual(sh.Columns, []string{"编号", "姓名"}) || sh.RowsEstimate != 1000 || len(sh.Sample) != sampleRows || sh.Sample[3][1] != "值" {
		t.Errorf("shape %+v", sh)
	}
	if r.Format != Parquet || len(r.Files) != 1 || r.Rows != 1000 || len(left(t, o.Dir)) != 1 {
		t.Errorf("ready %+v", r)
	}
}

func TestBadParquet(t *testing.T) {
	good := parquetOf(t, 1000, "编号", "姓名")
	tests := map[string]struct{ content, code string }{
		"cut off":           {good[:len(good)/2], "source.parquet"},
		"only the magic":    {"PAR1", "source.parquet"},
		"no rows":           {parquetOf(t, 0, "编号"), "source.rows.none"},
		"duplicate columns": {parquetOf(t, 1, "编号", "编号"), "source.header.duplicate"},
		"encrypted":         {"PARE" + good[4:], "source.encrypted"},
	}
	for i := 1; i < 40; i++ { // bytes of the footer turned over
		b := []byte(good)
		b[len(b)-i*7] ^= 0x55
		if _, _, err := walk(t, "x.parquet", string(b), Options{Dir: t.TempDir()}); err != nil && code(err) == "internal" {
			t.Errorf("turned over %d: %v", i, err)
		}
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			if _, _, err := walk(t, "x.parquet", c.content, Options{Dir: t.TempDir()}); code(err) != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}
