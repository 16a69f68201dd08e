package export_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/export"
)

var row = []any{"一", export.Number("3120.50"), int64(-5), 0.25, true, export.Day(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)),
	time.Date(2026, 11, 10, 9, 8, 7, 0, time.FixedZone("", 8*3600)), nil, int64(1234567890123456789), export.Number("1234567890123456.5"), export.Day(time.Date(1850, 1, 2, 0, 0, 0, 0, time.UTC))}

func columns(n int) (out []export.Column) {
	for i := range n {
		out = append(out, export.Column{Title: "列" + string(rune('A'+i))})
	}
	return out
}

func made(t *testing.T, o export.Options, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	o.Temp = t.TempDir()
	f, err := export.New(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, r := range rows {
		if err := f.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.End([2]string{"行数", "1"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSXKeepsKinds(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(made(t, export.Options{Format: export.XLSX, Name: "目录/列表", Columns: columns(len(row))}, row)))
	if err != nil {
		t.Fatal(err)
	}
	if names := f.GetSheetList(); len(names) != 1 || names[0] != "目录_列表" {
		t.Fatalf("sheets %v", names)
	}
	for i, want := range []struct {
		kind excelize.CellType
		text string
	}{{excelize.CellTypeInlineString, "一"}, {excelize.CellTypeUnset, "3120.5"}, {excelize.CellTypeUnset, "-5"}, {excelize.CellTypeUnset, "0.25"}, {excelize.CellTypeBool, "TRUE"},
		{excelize.CellTypeUnset, "2026-11-10"}, {excelize.CellTypeUnset, "2026-11-10 09:08:07"}, {excelize.CellTypeUnset, ""},
		{excelize.CellTypeInlineString, "1234567890123456789"}, {excelize.CellTypeInlineString, "1234567890123456.5"}, {excelize.CellTypeInlineString, "1850-01-02"}} {
		at, _ := excelize.CoordinatesToCellName(i+1, 2)
		kind, err := f.GetCellType("目录_列表", at)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := f.GetCellValue("目录_列表", at); err != nil || text != want.text || kind != want.kind {
			t.Errorf("%s is %q of kind %v, want %q of %v, %v", at, text, kind, want.text, want.kind, err)
		}
	}
}

func TestCSVKeepsKinds(t *testing.T) {
	text := made(t, export.Options{Format: export.CSV, Columns: columns(len(row))}, row)
	bare, ok := bytes.CutPrefix(text, []byte("\ufeff"))
	if !ok {
		t.Error("Excel would not know the text as UTF-8")
	}
	got, err := csv.NewReader(bytes.NewReader(bare)).ReadAll()
	if err != nil || len(got) != 2 || strings.Join(got[1], "|") != "一|3120.50|-5|0.25|true|2026-11-10|2026-11-10 09:08:07||1234567890123456789|1234567890123456.5|1850-01-02" {
		t.Errorf("%q, %v", got, err)
	}
	if without := made(t, export.Options{Format: export.CSV, NoBOM: true, Columns: columns(len(row))}, row); !bytes.Equal(without, bare) {
		t.Errorf("without the mark: %q", without)
	}
}

// No text is a formula, in neither form; numbers below zero stay numbers.
func TestNoTextIsAFormula(t *testing.T) {
	for _, bad := range []string{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)"} {
		for name, cell := range map[string]any{"text": bad, "what claims to be a number": export.Number(bad)} {
			cells := []any{cell, int64(-7), export.Number("-7.5")}
			got, err := csv.NewReader(bytes.NewReader(made(t, export.Options{Format: export.CSV, NoBOM: true, Columns: columns(3)}, cells))).ReadAll()
			if want := "'" + bad; err != nil || got[1][0] != want || got[1][1] != "-7" || got[1][2] != "-7.5" {
				t.Errorf("%s of CSV: %q, %v", name, got, err)
			}
			f, err := excelize.OpenReader(bytes.NewReader(made(t, export.Options{Format: export.XLSX, Name: "x", Columns: columns(3)}, cells)))
			if err != nil {
				t.Fatal(err)
			}
			kind, _ := f.GetCellType("x", "A2")
			formula, _ := f.GetCellFormula("x", "A2")
			number, _ := f.GetCellType("x", "B2")
			if kind != excelize.CellTypeInlineString || formula != "" || number != excelize.CellTypeUnset {
				t.Errorf("%s %q of XLSX is %v with formula %q; the number is %v", name, bad, kind, formula, number)
			}
			if text, _ := f.GetCellValue("x", "A2"); strings.TrimSpace(text) != strings.TrimSpace(bad) {
				t.Errorf("%s of XLSX: %q became %q", name, bad, text)
			}
		}
	}
	if got := made(t, export.Options{Format: export.CSV, NoBOM: true, Columns: []export.Column{{Title: "=A1"}}}); !bytes.HasPrefix(got, []byte("'=A1")) {
		t.Errorf("a header: %q", got)
	}
}

func TestMark(t *testing.T) {
	mark := &export.Mark{Name: "导出说明", Lines: [][2]string{{"导出人", "=赵一"}}, Foot: "导出人 赵一 & 钱二", Join: [2]string{"：", "；"}}
	f, err := excelize.OpenReader(bytes.NewReader(made(t, export.Options{Format: export.XLSX, Name: "名单", Columns: columns(1), Mark: mark}, []any{"一"})))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); strings.Join(got, " ") != "导出说明 名单" || f.GetActiveSheetIndex() != 0 {
		t.Errorf("sheets %v, the first seen %d", got, f.GetActiveSheetIndex())
	}
	rows, err := f.GetRows("导出说明")
	if err != nil || len(rows) != 2 || rows[0][1] != "=赵一" || rows[1][0] != "行数" || rows[1][1] != "1" {
		t.Errorf("the mark: %q, %v", rows, err)
	}
	if formula, _ := f.GetCellFormula("导出说明", "B1"); formula != "" {
		t.Errorf("the mark has the formula %q", formula)
	}
	foot, err := f.GetHeaderFooter("名单")
	if err != nil || foot == nil || !strings.Contains(foot.OddFooter, "赵一 && 钱二") {
		t.Errorf("the foot: %+v, %v", foot, err)
	}
	got, err := csv.NewReader(bytes.NewReader(made(t, export.Options{Format: export.CSV, NoBOM: true, Columns: columns(3), Mark: mark}, []any{"一", "二", nil}))).ReadAll()
	if err != nil || len(got) != 3 || got[2][0] != "导出说明；导出人：=赵一；行数：1" || got[2][1] != "" {
		t.Errorf("of CSV: %q, %v", got, err)
	}
}

func TestWhatDoesNotFit(t *testing.T) {
	f, err := export.New(io.Discard, export.Options{Format: export.XLSX, Name: "x", Columns: columns(1), Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Row([]any{strings.Repeat("长", 32_768)}); err == nil {
		t.Error("a cell was cut")
	}
	if _, err := export.New(io.Discard, export.Options{Format: "ods"}); err == nil {
		t.Error("another format was taken")
	}
}

// flow counts what comes and watches how much memory is alive meanwhile.
type flow struct {
	bytes, next int64
	most        uint64
}

func (f *flow) Write(p []byte) (int, error) {
	if f.bytes += int64(len(p)); f.bytes >= f.next {
		f.next = f.bytes + 4<<20
		f.most = max(f.most, alive())
	}
	return len(p), nil
}

func alive() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A sheet takes as many rows as there are, and one more is an error; neither form keeps rows
// in memory. The library keeps some 16 MiB before it begins a temporary file.
func TestMemoryStaysFlat(t *testing.T) {
	const bound = 48 << 20
	for _, format := range []export.Format{export.CSV, export.XLSX} {
		before, to, temp := alive(), &flow{}, t.TempDir()
		f, err := export.New(to, export.Options{Format: format, Name: "x", Columns: columns(3), Temp: temp})
		if err != nil {
			t.Fatal(err)
		}
		wide := strings.Repeat("宽", 30)
		for i := range export.MostRows {
			if err := f.Row([]any{int64(i), wide, export.Number("12.5")}); err != nil {
				t.Fatal(i, err)
			}
			if i%200_000 == 0 {
				to.most = max(to.most, alive())
			}
		}
		if err := f.Row([]any{int64(0), wide, nil}); format == export.XLSX && !errors.Is(err, export.ErrRows) {
			t.Errorf("one row more: %v", err)
		}
		if err := f.End(); err != nil {
			t.Fatal(err)
		}
		if grown := int64(to.most) - int64(before); grown > bound || to.bytes == 0 {
			t.Errorf("%s: %d MiB were alive for %d MiB written", format, grown>>20, to.bytes>>20)
		}
		t.Logf("%s: %d KiB more alive, %d MiB written", format, (int64(to.most)-int64(before))>>10, to.bytes>>20)
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s left %v, %v", format, left, err)
		}
	}
}
