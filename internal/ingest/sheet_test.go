package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/ingest"
)

// book writes a workbook: a covering note, then a worksheet a month with rows "id,word".
func (w *world) book(months ...[]string) string {
	w.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w.must(f.SetSheetName("Sheet1", "说明"))
	w.must(f.SetCellStr("说明", "A1", "每月一表"))
	for i, rows := range months {
		name := fmt.Sprintf("%d月", i+1)
		_, err := f.NewSheet(name)
		w.must(err)
		for n, line := range append([]string{"编号,词"}, rows...) {
			cells := strings.Split(line, ",")
			w.must(f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &cells))
		}
	}
	path := w.file("book.xlsx", "")
	w.must(f.SaveAs(path))
	return path
}

// TestWorksheets: each worksheet of a workbook is a batch of its own, however it is named;
// what is judged again is the worksheet that was read.
func TestWorksheets(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", blocking, plain)
	path := w.book([]string{"1,a", "2,b"}, []string{"3,a", "4,x"})
	first := w.load("people", path)
	if again := w.end(w.begin(ingest.Request{Directory: "people", Sheet: " 1月"}, path)); again.ID != first.ID || again.Version != 1 || first.Sheet != "1月" {
		t.Errorf("the same worksheet: %s and %s, %q", first.ID, again.ID, first.Sheet)
	}
	second := w.end(w.begin(ingest.Request{Directory: "people", Sheet: "2月"}, path))
	if second.ID == first.ID || second.Sheet != "2月" {
		t.Errorf("another worksheet: %+v", second)
	}
	w.is(first, ingest.Published, 2, 2, 0, 0, 0)
	w.is(second, ingest.Held, 2, 0, 1, 1, 0)
	w.declare("people", "a, b, x", blocking, plain)
	if again := w.end(w.Ingest.Replay(ctx, string(second.ID), nil)); again.ID != second.ID || again.Version != 2 {
		t.Errorf("judged again: %+v", again)
	}
	w.is(second, ingest.Published, 2, 2, 0, 0, 0)
	w.published("people", "1 a", "2 b", "3 a", "4 x")
	w.books()
	w.tidy()
}

// TestWrongWorksheet: whoever names a worksheet that is not there, or that is another table,
// learns which there are.
func TestWrongWorksheet(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	path := w.book([]string{"1,a"})
	for sheet, code := range map[string]string{"3月": "source.sheet", "说明": "source.rows.none"} {
		_, err := w.begin(ingest.Request{Directory: "people", Sheet: sheet}, path)
		refused(t, err, code, "book.xlsx")
		if !strings.Contains(err.Error(), "1月") || !strings.Contains(err.Error(), "--sheet") {
			t.Errorf("%s: %v", sheet, err)
		}
	}
	w.put(strings.Replace(fmt.Sprintf(people, "others", "a", "", plain), "title: 编号", "title: 户号", 1))
	_, err := w.begin(ingest.Request{Directory: "others"}, path)
	refused(t, err, "load.column.missing", "book.xlsx:1月")
	if !strings.Contains(err.Error(), "说明") {
		t.Errorf("the others are not named: %v", err)
	}
	w.published("people")
	w.tidy()
}
