package lakebench

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

func number(i int) string { return fmt.Sprintf("%05d", i) }

// write writes rows of invented people with the table's field ids.
func (b *bench) write(path, batch string, rows int) (err error) {
	rb := array.NewRecordBuilder(memory.DefaultAllocator, b.schema())
	defer rb.Release()
	for range rows {
		b.next++
		for i, f := range columns {
			put(rb.Field(i), f.Name, b.next, batch)
		}
	}
	rec := rb.NewRecordBatch()
	defer rec.Release()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := pqarrow.NewFileWriter(rec.Schema(), f,
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)), pqarrow.DefaultWriterProps())
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(w.Write(rec), w.Close())
}

func put(to array.Builder, column string, n int, batch string) {
	switch to := to.(type) {
	case *array.Int64Builder:
		to.Append(int64(n))
	case *array.Float64Builder:
		to.Append(float64(n%9973) * 1.5)
	case *array.Date32Builder:
		to.Append(arrow.Date32(n % 20000))
	case *array.TimestampBuilder:
		to.Append(arrow.Timestamp(1_700_000_000_000_000 + int64(n)*1000))
	case *array.StringBuilder:
		if column == "_batch" {
			to.Append(batch)
			return
		}
		to.Append(column + strconv.Itoa(n*7919%1_000_003))
	default:
		to.AppendNull()
	}
}

func (b *bench) schema() *arrow.Schema {
	plain := columns.Arrow()
	fields := make([]arrow.Field, plain.NumFields())
	for i, f := range plain.Fields() {
		id := b.ids[f.Name]
		f.Metadata = fieldID(id.ID)
		if id.Element != 0 {
			f.Type = arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String, Nullable: true, Metadata: fieldID(id.Element)})
		}
		fields[i] = f
	}
	return arrow.NewSchema(fields, nil)
}

func fieldID(id int) arrow.Metadata {
	return arrow.MetadataFrom(map[string]string{"PARQUET:field_id": strconv.Itoa(id)})
}
