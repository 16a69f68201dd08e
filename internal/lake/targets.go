package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// targets gives the rows a delete file deletes per data file; read once, then known.
func (tb *table) targets(path string) (map[string]int64, error) {
	tb.know.Lock()
	defer tb.know.Unlock()
	if n, ok := tb.counts[path]; ok {
		return n, nil
	}
	n, err := countTexts(path, "file_path")
	if err == nil {
		tb.learnTargets(path, n)
	}
	return n, err
}

func (tb *table) learnTargets(path string, n map[string]int64) {
	if tb.counts == nil {
		tb.counts = map[string]map[string]int64{}
	}
	tb.counts[path] = n
}

// holds tells whether a data file has, or had, rows of a batch. The batches of a mixed file
// are read once, then known.
func (tb *table) holds(e *entry, batch string) (bool, error) {
	if e.batch != "" {
		return e.batch == batch, nil
	}
	known, err := tb.batchesOf(e)
	return known[batch], err
}

func (tb *table) batchesOf(e *entry) (map[string]bool, error) {
	if e.batch != "" {
		return map[string]bool{e.batch: true}, nil
	}
	tb.know.Lock()
	defer tb.know.Unlock()
	if b, ok := tb.batches[e.path]; ok {
		return b, nil
	}
	counts, err := countTexts(e.path, BatchColumn)
	if err != nil {
		return nil, err
	}
	b := map[string]bool{}
	for k := range counts {
		b[k] = true
	}
	tb.learnBatches(e.path, b)
	return b, nil
}

func (tb *table) learnBatches(path string, b map[string]bool) {
	if tb.batches == nil {
		tb.batches = map[string]map[string]bool{}
	}
	tb.batches[path] = b
}

// countTexts counts the values of a text column of a Parquet file, NULLs apart.
func countTexts(path, column string) (map[string]int64, error) {
	r, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	at := r.MetaData().Schema.ColumnIndexByName(column)
	if at < 0 {
		return nil, fmt.Errorf("lake: %s has no column %s", path, column)
	}
	counts := map[string]int64{}
	for g := range r.NumRowGroups() {
		if err := countGroup(r.RowGroup(g), at, counts); err != nil {
			return nil, fmt.Errorf("lake: %s of %s: %w", column, path, err)
		}
	}
	return counts, nil
}

func countGroup(g *file.RowGroupReader, column int, counts map[string]int64) error {
	c, err := g.Column(column)
	if err != nil {
		return err
	}
	reader, ok := c.(*file.ByteArrayColumnChunkReader)
	if !ok {
		return fmt.Errorf("it is no text")
	}
	values := make([]parquet.ByteArray, 4096)
	levels := make([]int16, 4096)
	last, run := "", int64(0)
	for reader.HasNext() {
		_, n, err := reader.ReadBatch(int64(len(values)), values, levels, nil)
		if err != nil {
			return err
		}
		for _, v := range values[:n] {
			if run > 0 && string(v) == last {
				run++
				continue
			}
			counts[last] += run
			last, run = string(v), 1
		}
	}
	counts[last] += run
	if counts[""] == 0 {
		delete(counts, "")
	}
	return reader.Err()
}
