package serving_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

var columns = row.Schema{
	{Name: "text", Type: row.TextType}, {Name: "int", Type: row.IntType}, {Name: "dec", Type: row.Type{Kind: row.Decimal, Precision: 38, Scale: 3}},
	{Name: "float", Type: row.FloatType}, {Name: "bool", Type: row.BoolType}, {Name: "date", Type: row.DateType},
	{Name: "time", Type: row.TimeType}, {Name: "list", Type: row.ListType},
}

// A cell is valid JSON and reads back as the value it was made of.
func TestCellsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, n := rapid.String().Draw(t, "text"), rapid.Int64().Draw(t, "int")
		dec := decimal128.New(rapid.Int64Range(-5e18, 5e18).Draw(t, "high"), rapid.Uint64().Draw(t, "low"))
		if rapid.Bool().Draw(t, "small") {
			dec = decimal128.FromI64(rapid.Int64Range(-2000, 2000).Draw(t, "low"))
		}
		f, yes := rapid.Float64().Draw(t, "float"), rapid.Bool().Draw(t, "bool")
		day := int64(rapid.IntRange(-800_000, 3_000_000).Draw(t, "day"))
		at := rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "time")
		b := array.NewRecordBuilder(memory.DefaultAllocator, columns.Arrow())
		b.Field(0).(*array.StringBuilder).Append(text)
		b.Field(1).(*array.Int64Builder).Append(n)
		b.Field(2).(*array.Decimal128Builder).Append(dec)
		b.Field(3).(*array.Float64Builder).Append(f)
		b.Field(4).(*array.BooleanBuilder).Append(yes)
		b.Field(5).(*array.Date32Builder).Append(arrow.Date32(day))
		b.Field(6).(*array.TimestampBuilder).Append(arrow.Timestamp(at))
		list := b.Field(7).(*array.ListBuilder)
		list.Append(true)
		list.ValueBuilder().(*array.StringBuilder).Append(text)
		list.ValueBuilder().AppendNull()
		bytes, _, err := serving.AppendRow(nil, nil, b.NewRecordBatch().Columns(), 0)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := serving.ReadCells(bytes, columns)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []any{text, n, unscaled(dec), f, yes, time.Unix(day*86400, 0).UTC(), time.UnixMicro(at).UTC()} {
			got, err := cells.Value(i)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) && !(want == 0.0 && got == 0.0) {
				t.Errorf("%s reads %v, %v; want %v (%s)", columns[i].Name, got, err, want, cells.JSON(i))
			}
			if !json.Valid(cells.JSON(i)) {
				t.Errorf("%s is no JSON: %s", columns[i].Name, cells.JSON(i))
			}
			key, found, err := serving.AppendKey(nil, columns[i:i+1], []any{got})
			if cell, _, _ := serving.NextCell(key); err != nil || !found || string(cell) != string(cells.JSON(i)) {
				t.Errorf("%s as a key is %s (%v, %v), the cell %s", columns[i].Name, cell, found, err, cells.JSON(i))
			}
		}
		if got, err := cells.Value(7); err != nil || *got.([]*string)[0] != text || got.([]*string)[1] != nil {
			t.Errorf("list reads %v, %v", got, err)
		}
	})
}

// unscaled writes a decimal of three places by its digits alone.
func unscaled(n decimal128.Num) string {
	b := n.BigInt()
	sign := ""
	if b.Sign() < 0 {
		sign = "-"
		b.Neg(b)
	}
	digits := b.String()
	for len(digits) < 4 {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-3] + "." + digits[len(digits)-3:]
}

func TestKeysAsTheyAreWritten(t *testing.T) {
	dec := row.Type{Kind: row.Decimal, Precision: 10, Scale: 2}
	shanghai := time.FixedZone("", 8*3600)
	for _, c := range []struct {
		t     row.Type
		v     any
		want  string
		found bool
	}{
		{row.TextType, `a"b`, `"a\"b"`, true},
		{row.IntType, "007", "7", true}, {row.IntType, "-0", "0", true}, {row.IntType, "1.0", "1", true}, {row.IntType, "1.5", "", false}, {row.IntType, 12, "12", true},
		{dec, "12.5", "12.50", true}, {dec, "012.500", "12.50", true}, {dec, "12.505", "", false}, {dec, ".5", "0.50", true}, {dec, 3, "3.00", true}, {dec, "-0.00", "0.00", true},
		{row.FloatType, "1e3", "1000", true}, {row.FloatType, math.Copysign(0, -1), "0", true}, {row.FloatType, "NaN", `"NaN"`, true},
		{row.BoolType, "1", "true", true}, {row.BoolType, false, "false", true},
		{row.DateType, "2024-02-29", `"2024-02-29"`, true}, {row.DateType, time.Date(2024, 1, 1, 1, 0, 0, 0, shanghai), `"2024-01-01"`, true},
		{row.TimeType, "2024-01-01T08:00:00.10+08:00", `"2024-01-01T00:00:00.1Z"`, true},
		{row.TextType, nil, "", false},
	} {
		key, found, err := serving.AppendKey(nil, row.Schema{{Name: "k", Type: c.t}}, []any{c.v})
		cell, _, _ := serving.NextCell(key)
		if err != nil || found != c.found || found && string(cell) != c.want {
			t.Errorf("%s %v: %s, %v, %v", c.t, c.v, cell, found, err)
		}
	}
	for _, c := range []struct {
		t row.Type
		v any
	}{{row.IntType, "1e3"}, {row.IntType, ""}, {row.DateType, "2024-02-30"}, {row.DateType, "yesterday"}, {row.BoolType, "ja"}, {row.TimeType, "12:00"}, {row.ListType, "x"}, {row.TextType, []byte("x")}} {
		if _, _, err := serving.AppendKey(nil, row.Schema{{Name: "k", Type: c.t}}, []any{c.v}); err == nil {
			t.Errorf("%s took %v", c.t, c.v)
		}
	}
}

// Damaged bytes give an error, never a panic or a read beyond.
func FuzzReadCells(f *testing.F) {
	f.Add([]byte{3, '"', '"', 0, 2, '7'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		cells, err := serving.ReadCells(b, columns)
		if err != nil {
			return
		}
		for i := range columns {
			_, _ = cells.Value(i)
			_ = cells.Text(i)
		}
	})
}
