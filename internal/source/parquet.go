package source

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/chengshu/chengshu/internal/fault"
)

// lookParquet reads the footer and a few rows. The library panics on some damaged files,
// which is told like any other damage.
func lookParquet(ctx context.Context, s *Spooled, o Options) (sh *Shape, err error) {
	defer func() {
		if p := recover(); p != nil {
			sh, err = nil, faultParquet(s.Name, fmt.Errorf("source: %v", p))
		}
	}()
	props := parquet.NewReaderProperties(memory.DefaultAllocator)
	props.BufferedStreamEnabled = true // pages as they are needed, not whole columns
	r, err := file.OpenParquetFile(s.Path, false, file.WithReadProps(props))
	if err != nil {
		return nil, faultParquet(s.Name, err)
	}
	defer r.Close()
	sh = &Shape{Format: Parquet, Header: true, RowsEstimate: r.NumRows(), Reasons: map[string]fault.Text{
		ReasonFormat: fault.T("内容是 Parquet", "its content is Parquet"),
		ReasonHeader: fault.T("列名取自文件尾部的元数据", "the column names stand in the file's footer"),
	}}
	root := r.MetaData().Schema.Root()
	for i := range root.NumFields() {
		sh.Columns = append(sh.Columns, root.Field(i).Name())
	}
	if r.NumRows() == 0 {
		return nil, faultNoRows(s.Name)
	}
	if _, err := columnNames(s.Name, sh.Columns, o.MaxColumns); err != nil {
		return sh, err
	}
	if sh.Sample, err = parquetSample(ctx, r); err != nil {
		return nil, faultParquet(s.Name, err)
	}
	return sh, nil
}

func parquetSample(ctx context.Context, r *file.Reader) ([][]string, error) {
	fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{BatchSize: sampleRows}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	batches, err := fr.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	defer batches.Release()
	if !batches.Next() {
		return nil, batches.Err()
	}
	batch := batches.RecordBatch()
	sample := make([][]string, min(int(batch.NumRows()), sampleRows))
	for i := range sample {
		sample[i] = make([]string, batch.NumCols())
		for j, col := range batch.Columns() {
			if col.IsValid(i) {
				sample[i][j] = col.ValueStr(i)
			}
		}
	}
	return sample, nil
}

func faultParquet(name string, cause error) error {
	return invalid("parquet", fault.T("Parquet 文件已损坏或不完整", "the Parquet file is damaged or incomplete")).At("%s", name).
		Fix(fault.T("请重新导出后提交", "export it again and send that")).Wrap(cause)
}
