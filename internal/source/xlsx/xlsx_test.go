package xlsx_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/source/xlsx"
)

var limits = xlsx.Limits{Ratio: 200, Unpack: 1 << 30, Cell: 1 << 20}

func open(t testing.TB, content []byte) (*xlsx.Book, error) {
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return xlsx.Open(path, "x.xlsx", limits)
}

func all(t testing.TB, content []byte, sheet string) (out []string, err error) {
	b, err := open(t, content)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	rows, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for {
		line, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, fmt.Sprintf("%d:%s", line, strings.Join(cells, "|")))
	}
}

func TestCells(t *testing.T) {
	type cell struct {
		value any
		code  string // number format
		want  string
	}
	cells := []cell{
		{420102199001011234, "", "420102199001011234"},
		{4.40106199001011e17, "", "440106199001011000"},
		{1e20, "", "100000000000000000000"},
		{0.1, "", "0.1"}, {1.1 + 2.2, "", "3.3"}, {-0.5, "0%", "-0.5"}, {12.5, "0.00", "12.5"}, {1e-9, "0.00E+00", "0.000000001"},
		{420, "000000", "000420"}, {1234567, "000000", "1234567"}, {0, "", "0"},
		{45351, "yyyy-mm-dd", "2024-02-29"}, {45351, "yyyy\"年\"m\"月\"d\"日\"", "2024-02-29"}, {45351, "[$-804]yyyy/m/d;@", "2024-02-29"},
		{45351.5, "yyyy-mm-dd hh:mm", "2024-02-29 12:00:00"}, {45351.999999, "yyyy-mm-dd hh:mm", "2024-03-01"}, {0.75, "hh:mm:ss", "18:00:00"},
		{1.25, "[h]:mm", "30:00:00"}, {1, "yyyy-mm-dd", "1900-01-01"}, {59, "yyyy-mm-dd", "1900-02-28"}, {61, "yyyy-mm-dd", "1900-03-01"},
		{2958465, "yyyy-mm-dd", "9999-12-31"}, {2958466, "yyyy-mm-dd", "2958466"}, {-1, "yyyy-mm-dd", "-1"},
		{45351, "0\"days\"", "45351"}, {45351, "[Red]0", "45351"}, {45351, "G/通用格式", "45351"}, {45351, "General\" d\"", "45351"},
		{true, "", "TRUE"}, {false, "", "FALSE"}, {" 前后 ", "", " 前后 "}, {"a<b>&\"'\n", "", "a<b>&\"'\n"}, {"_x0041_", "", "_x0041_"}, {"a_x000D_\nb", "", "a\r\nb"}, {"_x005F_x000D_", "", "_x000D_"}, {"_x00", "", "_x00"},
	}
	f := excelize.NewFile()
	defer f.Close()
	for i, c := range cells {
		at := fmt.Sprintf("B%d", i+1)
		if err := f.SetCellValue("Sheet1", at, c.value); err != nil {
			t.Fatal(err)
		}
		if c.code != "" {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.code})
			if err == nil {
				err = f.SetCellStyle("Sheet1", at, at, id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	got, err := all(t, b.Bytes(), "")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cells {
		if want := fmt.Sprintf("%d:|%s", i+1, c.want); got[i] != want {
			t.Errorf("%v with %q: %q, want %q", c.value, c.code, got[i], want)
		}
	}
}

// What excelize writes by its stream writer and reads back must be what we read.
func TestReadsWhatExcelizeReads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	pieces := []any{nil, "", "张三", "a&b", "<t>", " x ", 1, -7, 3.25, true, "]]>", "多\n行"}
	for n := 1; n <= 2000; n++ {
		row := make([]any, r.IntN(12))
		for i := range row {
			row[i] = pieces[r.IntN(len(pieces))]
		}
		if err := w.SetRow(fmt.Sprintf("A%d", n), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	back, err := excelize.OpenReader(bytes.NewReader(b.Bytes()), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	rows, err := back.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := all(t, b.Bytes(), "Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for n, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		for k, c := range row {
			if v, err := back.GetCellType("Sheet1", fmt.Sprintf("%c%d", 'A'+k, n+1)); err == nil && v == excelize.CellTypeBool {
				row[k] = map[string]string{"1": "TRUE", "0": "FALSE"}[c]
			}
		}
		if len(row) == 0 {
			continue
		}
		if want := fmt.Sprintf("%d:%s", n+1, strings.Join(row, "|")); i >= len(got) || got[i] != want {
			t.Fatalf("row %d: %q, want %q", n+1, got[min(i, len(got)-1)], want)
		}
		i++
	}
	if i != len(got) {
		t.Errorf("%d rows, want %d", len(got), i)
	}
}

func FuzzRows(f *testing.F) {
	book := excelize.NewFile()
	book.SetCellValue("Sheet1", "A1", "编号")
	book.SetCellValue("Sheet1", "B2", 1.5)
	b, err := book.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, content []byte) {
		_, _ = all(t, content, "")
	})
}
