package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A workbook's worksheet is named to guess and to load; a name that is not there is refused
// with those that are.
func TestSheet(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range []string{"一月", "二月"} {
		if i == 0 {
			must(t, f.SetSheetName("Sheet1", s))
		} else {
			_, err := f.NewSheet(s)
			must(t, err)
		}
		must(t, f.SetSheetRow(s, "A1", &[]any{"编号", s + "数"}))
		must(t, f.SetSheetRow(s, "A2", &[]any{"a", i}))
	}
	must(t, f.SaveAs("book.xlsx"))
	in := func(args ...string) said {
		return command(t, append(args, "--data", filepath.Join(dir, "data"), "--lang", "en")...)
	}
	for _, c := range []struct{ sheet, has, not string }{{"", "一月数", "二月数"}, {"二月", "二月数", "一月数"}} {
		got := in("directory", "guess", "book.xlsx", "--name", "months", "--office", "o", "--sheet", c.sheet)
		if got.code != 0 || !strings.Contains(got.out, c.has) || strings.Contains(got.out, c.not) {
			t.Errorf("guess of %q: %+v", c.sheet, got)
		}
		put(t, dir, "months.yaml", got.out) // the last is of 二月
	}
	if got := in("directory", "add", "months.yaml"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if got := in("load", "book.xlsx", "--directory", "months"); got.code != 1 || !strings.Contains(got.errs, "book.xlsx:一月") || !strings.Contains(got.errs, "二月: --sheet") {
		t.Errorf("the usual worksheet does not fit: %+v", got)
	}
	if got := in("load", "book.xlsx", "--directory", "months", "--sheet", "三月"); got.code != 1 || !strings.Contains(got.errs, "一月、二月") || !strings.Contains(got.errs, "--sheet") {
		t.Errorf("no such worksheet: %+v", got)
	}
	if got := in("load", "book.xlsx", "--directory", "months", "--sheet", "二月"); got.code != 0 || !strings.Contains(got.out, "worksheet “二月”") {
		t.Errorf("loaded: %+v", got)
	}
	got := in("load", "book.xlsx", "--directory", "months", "--sheet", "二月", "--json")
	var b batch
	must(t, json.Unmarshal([]byte(got.out), &b))
	if b.Sheet != "二月" || b.Published != 1 {
		t.Errorf("batch %+v", b)
	}
	if got := in("load", put(t, dir, "a.csv", "编号,二月数\nb,2\n"), "--directory", "months", "--sheet", "二月"); got.code != 1 || !strings.Contains(got.errs, "no workbook") {
		t.Errorf("a text file: %+v", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
