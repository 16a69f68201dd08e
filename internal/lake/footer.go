package lake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/apache/iceberg-go"

	"github.com/chengshu/chengshu/internal/fault"
)

// The reserved field ids of position-delete files.
const (
	deleteFilePathID = 2147483546
	deletePosID      = 2147483545
)

const boundBytes = 16 // texts in bounds are cut to so many bytes, batches and paths never

// footer is what a Parquet file says of itself.
type footer struct {
	rows, bytes   int64
	columns       map[string]footerColumn
	values, nulls map[int]int64
	lower, upper  map[int][]byte
}

type footerColumn struct {
	FieldID
	physical parquet.Type
	list     bool
}

// readFooter reads a Parquet file's footer, never its rows.
func readFooter(path string) (f footer, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return f, err
	}
	r, err := file.OpenParquetFile(path, false)
	if err != nil {
		return f, ErrFile.At("%s", info.Name()).Wrap(err)
	}
	defer r.Close()
	f = footer{bytes: info.Size(), rows: r.NumRows(), columns: map[string]footerColumn{},
		values: map[int]int64{}, nulls: map[int]int64{},
		lower: map[int][]byte{}, upper: map[int][]byte{}}
	sc := r.MetaData().Schema
	root := sc.Root()
	for i := range root.NumFields() {
		n := root.Field(i)
		f.columns[n.Name()] = footerColumn{FieldID: FieldID{ID: int(n.FieldID())}}
	}
	for i := range sc.NumColumns() {
		if err := f.column(r, sc.Column(i), i); err != nil {
			return f, ErrFile.At("%s", info.Name()).Wrap(err)
		}
	}
	return f, nil
}

func (f *footer) column(r *file.Reader, c *schema.Column, i int) error {
	id := int(c.SchemaNode().FieldID())
	top := c.ColumnPath()[0]
	list := c.MaxRepetitionLevel() > 0
	known := f.columns[top]
	known.physical, known.list = c.PhysicalType(), list
	if list {
		known.Element = id
	}
	f.columns[top] = known
	if id < 0 {
		return nil
	}
	b := bound{whole: top == BatchColumn || id == deleteFilePathID, ok: true}
	for g := range r.NumRowGroups() {
		chunk, err := r.MetaData().RowGroup(g).ColumnChunk(i)
		if err != nil {
			return err
		}
		f.values[id] += chunk.NumValues()
		stats, err := chunk.Statistics()
		if err != nil || stats == nil {
			b.ok = false
			continue
		}
		if stats.HasNullCount() {
			f.nulls[id] += stats.NullCount()
		}
		b.add(stats, chunk.NumValues())
	}
	if low, high, ok := b.encode(c.LogicalType()); ok && !list {
		f.lower[id], f.upper[id] = low, high
	}
	return nil
}

// bound gathers the least and greatest value of a column over row groups.
type bound struct {
	ok, whole, any bool
	low, high      metadata.TypedStatistics
}

func (b *bound) add(s metadata.TypedStatistics, values int64) {
	if !s.HasMinMax() {
		b.ok = b.ok && s.HasNullCount() && s.NullCount() == values // only NULLs: no bound needed
		return
	}
	if !b.any || less(s, b.low, true) {
		b.low = s
	}
	if !b.any || less(b.high, s, false) {
		b.high = s
	}
	b.any = true
}

// less compares two least or two greatest values of the same column.
func less(a, b metadata.TypedStatistics, least bool) bool {
	switch a := a.(type) {
	case *metadata.Int32Statistics:
		b := b.(*metadata.Int32Statistics)
		return pick(least, a.Min() < b.Min(), a.Max() < b.Max())
	case *metadata.Int64Statistics:
		b := b.(*metadata.Int64Statistics)
		return pick(least, a.Min() < b.Min(), a.Max() < b.Max())
	case *metadata.Float64Statistics:
		b := b.(*metadata.Float64Statistics)
		return pick(least, a.Min() < b.Min(), a.Max() < b.Max())
	case *metadata.BooleanStatistics:
		b := b.(*metadata.BooleanStatistics)
		return pick(least, !a.Min() && b.Min(), !a.Max() && b.Max())
	case *metadata.ByteArrayStatistics:
		b := b.(*metadata.ByteArrayStatistics)
		return pick(least, bytes.Compare(a.Min(), b.Min()) < 0, bytes.Compare(a.Max(), b.Max()) < 0)
	}
	return false
}

func pick(first, a, b bool) bool {
	if first {
		return a
	}
	return b
}

// encode gives the bounds in Iceberg's single-value form; ok is false where there are none.
func (b *bound) encode(logical schema.LogicalType) (low, high []byte, ok bool) {
	if !b.ok || !b.any {
		return nil, nil, false
	}
	_, decimal := logical.(schema.DecimalLogicalType)
	switch l := b.low.(type) {
	case *metadata.Int32Statistics:
		h := b.high.(*metadata.Int32Statistics)
		if decimal {
			return unscaled(int64(l.Min())), unscaled(int64(h.Max())), true
		}
		return binary.LittleEndian.AppendUint32(nil, uint32(l.Min())), binary.LittleEndian.AppendUint32(nil, uint32(h.Max())), true
	case *metadata.Int64Statistics:
		h := b.high.(*metadata.Int64Statistics)
		if decimal {
			return unscaled(l.Min()), unscaled(h.Max()), true
		}
		return binary.LittleEndian.AppendUint64(nil, uint64(l.Min())), binary.LittleEndian.AppendUint64(nil, uint64(h.Max())), true
	case *metadata.Float64Statistics:
		lo, hi := l.Min(), b.high.(*metadata.Float64Statistics).Max()
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(lo)), binary.LittleEndian.AppendUint64(nil, math.Float64bits(hi)), lo <= hi
	case *metadata.BooleanStatistics:
		return flag(l.Min()), flag(b.high.(*metadata.BooleanStatistics).Max()), true
	case *metadata.ByteArrayStatistics:
		return b.texts(l.Min(), b.high.(*metadata.ByteArrayStatistics).Max())
	}
	return nil, nil, false
}

func (b *bound) texts(low, high parquet.ByteArray) ([]byte, []byte, bool) {
	if b.whole {
		return bytes.Clone(low), bytes.Clone(high), true
	}
	top, ok := cutAbove(high)
	return bytes.Clone(cutText(low)), top, ok
}

// cutText cuts a text at a character within boundBytes.
func cutText(t []byte) []byte {
	if len(t) <= boundBytes {
		return t
	}
	n := boundBytes
	for n > 0 && !utf8.RuneStart(t[n]) {
		n--
	}
	return t[:n]
}

// cutAbove gives a short text not below t: cut, with its last character raised.
func cutAbove(t []byte) ([]byte, bool) {
	cut := bytes.Clone(cutText(t))
	if len(cut) == len(t) {
		return cut, true
	}
	for len(cut) > 0 {
		r, n := utf8.DecodeLastRune(cut)
		cut = cut[:len(cut)-n]
		if r == utf8.RuneError || r == utf8.MaxRune {
			continue
		}
		if r++; r == 0xD800 {
			r = 0xE000
		}
		return utf8.AppendRune(cut, r), true
	}
	return nil, false
}

// unscaled writes a decimal's unscaled value as the shortest big-endian two's complement.
func unscaled(v int64) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(v))
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xFF && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

func flag(v bool) []byte {
	if v {
		return []byte{1}
	}
	return []byte{0}
}

// fits refuses columns that the table does not have under that name, id and type: readers
// go by id, and a value of another type would be misread.
func (f *footer) fits(ids map[string]FieldID, table *iceberg.Schema, name string) error {
	for column, got := range f.columns {
		want, ok := ids[column]
		if ok && got.FieldID == want {
			if field, _ := table.FindFieldByID(want.ID); got.list || slices.Contains(physical(field.Type), got.physical) {
				continue
			}
		}
		return ErrFile.At("%s", name).
			Wrap(fmt.Errorf("column %s is %v, the table has %v", column, got, want)).
			Fix(fault.T("列 %s 不在数据表中，或编号、类型不符", "column %s is not in the table, or has another field id or type", column))
	}
	return nil
}

// physical lists the Parquet types in which a type's values may lie.
func physical(t iceberg.Type) []parquet.Type {
	switch t.(type) {
	case iceberg.Int64Type, iceberg.TimestampType, iceberg.TimestampTzType:
		return []parquet.Type{parquet.Types.Int64}
	case iceberg.Int32Type, iceberg.DateType:
		return []parquet.Type{parquet.Types.Int32}
	case iceberg.Float64Type:
		return []parquet.Type{parquet.Types.Double}
	case iceberg.Float32Type:
		return []parquet.Type{parquet.Types.Float}
	case iceberg.BooleanType:
		return []parquet.Type{parquet.Types.Boolean}
	case iceberg.DecimalType:
		return []parquet.Type{parquet.Types.Int32, parquet.Types.Int64, parquet.Types.FixedLenByteArray}
	}
	return []parquet.Type{parquet.Types.ByteArray}
}

// dataFile describes the file at path, wherever it lies now.
func (f *footer) dataFile(spec iceberg.PartitionSpec, content iceberg.ManifestEntryContent, path string) (iceberg.DataFile, error) {
	b, err := iceberg.NewDataFileBuilder(spec, content, path, iceberg.ParquetFile, nil, nil, nil, f.rows, f.bytes)
	if err != nil {
		return nil, err
	}
	// The columns' sizes are left out: no plan here needs them, and they are a third of a manifest.
	b.ValueCounts(f.values).NullValueCounts(f.nulls)
	if len(f.lower) > 0 {
		b.LowerBoundValues(f.lower).UpperBoundValues(f.upper)
	}
	return b.Build(), nil
}
