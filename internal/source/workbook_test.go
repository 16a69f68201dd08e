package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/fault"
)

// workbookOf makes a workbook as a spreadsheet would; a row may be nil.
func workbookOf(t testing.TB, sheets map[string][][]any, order ...string) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range order {
		if i == 0 {
			f.SetSheetName("Sheet1", name)
		} else {
			f.NewSheet(name)
		}
		for n, row := range sheets[name] {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zipOf makes an archive of parts.
func zipOf(t testing.TB, parts ...[2]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err == nil {
			_, err = w.Write([]byte(p[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sheetOf makes a workbook with one sheet of the given XML.
func sheetOf(t testing.TB, sheet string, more ...[2]string) string {
	return zipOf(t, append([][2]string{
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet},
	}, more...)...)
}

func TestWorkbook(t *testing.T) {
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	content := workbookOf(t, map[string][][]any{
		"说明": {{"仅供参考"}},
		"人口": {
			{"江岸区人口登记表"},
			{"编号", "姓名", "身份证号", "登记日期", "备注"},
			{1, "张三", "420102199001011234", day, "a,\"b\"\n c"},
			nil,
			{2, "李四", int64(420102199001011234), day.Add(90 * time.Minute), nil},
			{3, "王五", 4.40106199001011e17, nil, nil, "多出"},
			{4.5, true, 0.1 + 0.2, 1e-7, " 前空"},
		},
	}, "说明", "人口")
	for _, sheet := range []string{"人口", ""} { // the one with a table is found
		o := Options{Dir: t.TempDir(), Sheet: sheet}
		sh, r, err := walk(t, "x.xlsx", content, o)
		if err != nil {
			t.Fatal(err)
		}
		columns := []string{"编号", "姓名", "身份证号", "登记日期", "备注"}
		if sh.Format != XLSX || !reflect.DeepEqual(sh.Sheets, []string{"说明", "人口"}) || sh.Skip != 2 || !reflect.DeepEqual(sh.Columns, columns) || len(sh.Sample) != 4 {
			t.Errorf("shape %+v", sh)
		}
		want := "column_1,column_2,column_3,column_4,column_5\n1,张三,420102199001011234,2024-02-29,\"a,\"\"b\"\"\n c\"\n" +
			"2,李四,420102199001011234,2024-02-29 01:30:00,\n" +
			"4.5,TRUE,0.3,0.0000001,\" 前空\"\n"
		if got := read(t, r.Files[0]); got != want {
			t.Errorf("prepared %q", got)
		}
		if r.Rows != 3 || r.Bad != 1 || r.Skip != 1 || !reflect.DeepEqual(r.Columns, columns) {
			t.Errorf("ready %+v", r)
		}
		if got := read(t, r.Rejects[0]); got != `{"line":6,"raw":"[\"3\",\"王五\",\"440106199001011000\",\"\",\"\",\"多出\"]"}`+"\n" {
			t.Errorf("rejects %q", got)
		}
		if err := r.Remove(); err != nil || len(left(t, o.Dir)) != 1 {
			t.Errorf("left %v, %v", left(t, o.Dir), err)
		}
	}
}

func TestBadWorkbooks(t *testing.T) {
	good := workbookOf(t, map[string][][]any{"a": {{"编号", "姓名"}, {1, "张三"}}, "空": {}}, "a", "空")
	cell := `<row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c></row>`
	tests := map[string]struct {
		content string
		o       Options
		code    string
	}{
		"no such sheet":     {good, Options{Sheet: "b"}, "source.sheet"},
		"empty sheet":       {good, Options{Sheet: "空"}, "source.empty"},
		"header only":       {workbookOf(t, map[string][][]any{"a": {{"编号", "姓名"}}}, "a"), Options{}, "source.rows.none"},
		"duplicate headers": {workbookOf(t, map[string][][]any{"a": {{"编号", "编号"}, {1, 2}}}, "a"), Options{}, "source.header.duplicate"},
		"blank header":      {workbookOf(t, map[string][][]any{"a": {{"编号", nil, "姓名"}, {1, 2, "a"}}}, "a"), Options{}, "source.header.blank"},
		"too many columns":  {workbookOf(t, map[string][][]any{"a": {{"a", "b", "c", "d"}, {1, 2, 3, 4}}}, "a"), Options{MaxColumns: 3}, "source.columns"},
		"cut off":           {good[:len(good)/2], Options{}, "source.xlsx.broken"},
		"plain zip":         {zipOf(t, [2]string{"a.csv", people}), Options{}, "source.format"},
		"binary workbook":   {zipOf(t, [2]string{"xl/workbook.bin", "x"}), Options{}, "source.format"},
		"open document":     {zipOf(t, [2]string{"mimetype", "x"}, [2]string{"content.xml", "x"}), Options{}, "source.format"},
		"empty zip":         {zipOf(t), Options{}, "source.format"},
		"bomb in the sheet": {sheetOf(t, `<worksheet><sheetData>`+cell+strings.Repeat(`<row r="2"><c r="A2"><v>1</v></c></row>`, 1<<20)+`</sheetData></worksheet>`), Options{}, "source.zip.bomb"},
		"bomb in the texts": {sheetOf(t, `<worksheet><sheetData>`+cell+`</sheetData></worksheet>`, [2]string{"xl/sharedStrings.xml", strings.Repeat(" ", 40<<20)}), Options{}, "source.zip.bomb"},
		"too much in all":   {good, Options{MaxUnpack: 1000}, "source.zip.bomb"},
		"cut off sheet":     {sheetOf(t, `<worksheet><sheetData>`+cell+`<row r="2"><c r="A2"><v>1</v></c>`), Options{}, "source.xlsx.broken"},
		"document type":     {sheetOf(t, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>`), Options{}, "source.xlsx.broken"},
		"missing text":      {sheetOf(t, `<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>`), Options{}, "source.xlsx.broken"},
		"cells run back":    {sheetOf(t, `<worksheet><sheetData><row><c r="B1"><v>7</v></c><c r="A1"><v>7</v></c></row></sheetData></worksheet>`), Options{}, "source.xlsx.broken"},
		"long text":         {sheetOf(t, `<worksheet><sheetData><row><c t="str"><v>`+strings.Repeat("长", 90<<10)+`</v></c></row></sheetData></worksheet>`), Options{MaxLine: 100 << 10}, "source.xlsx.broken"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			c.o.Dir = t.TempDir()
			_, r, err := walk(t, "x.xlsx", c.content, c.o)
			if f := fault.From(err); r != nil || f == nil || f.Code != c.code || f.Kind != fault.Invalid || f.Remedy.ZH == "" || !strings.HasPrefix(f.Where, "x.xlsx") {
				t.Fatalf("got %v, %v", r, err)
			}
			if l := left(t, c.o.Dir); len(l) != 1 {
				t.Errorf("beside the original: %v", l)
			}
		})
	}
}

// A bomb whose directory lies about its size is stopped at the size it told.
func TestBombsThatLie(t *testing.T) {
	content := []byte(sheetOf(t, `<worksheet><sheetData><row><c t="inlineStr"><is><t>编号</t></is></c></row>`+
		strings.Repeat(`<row><c><v>1</v></c></row>`, 2<<20)+`</sheetData></worksheet>`))
	at := bytes.LastIndex(content, []byte("xl/worksheets/sheet1.xml")) - 46 + 24 // the size in the central directory
	copy(content[at:], []byte{0, 1, 0, 0})
	o := Options{Dir: t.TempDir()}
	_, r, err := walk(t, "x.xlsx", string(content), o)
	if r != nil || code(err) != "source.xlsx.broken" || len(left(t, o.Dir)) != 1 {
		t.Errorf("got %v, %v, left %v", r, err, left(t, o.Dir))
	}
}

// hiddenIn is a workbook with sheets that a spreadsheet does not show.
func hiddenIn(t testing.TB, sheets map[string][][]any, hide []string, order ...string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(workbookOf(t, sheets, order...)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.SetActiveSheet(len(order) - 1)
	for i, name := range hide {
		if err := f.SetSheetVisible(name, false, i%2 == 1); err != nil { // every other one very hidden
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a spreadsheet does not show is neither offered nor taken unasked; whoever names it
// gets it.
func TestWhichSheet(t *testing.T) {
	table := func(header string) [][]any { return [][]any{{"编号", header}, {1, "x"}, {2, "y"}} }
	content := hiddenIn(t, map[string][][]any{"代码表": table("代码"), "字典": table("字典"), "说明": {{"仅供参考"}}, "一月": table("一月数"), "二月 ": table("二月数"), "空": {}},
		[]string{"代码表", "字典"}, "代码表", "字典", "说明", "一月", "空", "二月 ")
	for asked, want := range map[string]string{"": "一月", "一月": "一月", "二月": "二月 ", " 二月 ": "二月 ", "代码表": "代码表", "字典": "字典"} {
		sh, r, err := walk(t, "x.xlsx", content, Options{Dir: t.TempDir(), Sheet: asked})
		if err != nil {
			t.Fatalf("%q: %v", asked, err)
		}
		if sh.Sheet != want || sh.Usual != "一月" || !reflect.DeepEqual(sh.Sheets, []string{"说明", "一月", "空", "二月 "}) {
			t.Errorf("%q: read %q, usually %q, of %v", asked, sh.Sheet, sh.Usual, sh.Sheets)
		}
		if r.Rows != 2 || r.Columns[1] != sh.Columns[1] || !strings.HasPrefix(sh.Columns[1], strings.TrimSpace(want)[:len("一")]) {
			t.Errorf("%q: %+v of %v", asked, r, sh.Columns)
		}
	}
	for asked, want := range map[string]struct{ code, named, not string }{
		"三月": {"source.sheet", "说明、一月、空、二月 ", "代码表"},
		"空":  {"source.empty", "说明、一月、二月 ", "空、"},
		"说明": {"source.rows.none", "一月、空、二月 ", "代码表"},
	} {
		_, _, err := walk(t, "x.xlsx", content, Options{Dir: t.TempDir(), Sheet: asked})
		f := fault.From(err)
		if f == nil || f.Code != want.code {
			t.Errorf("%s: %v", asked, err)
			continue
		}
		for _, lang := range []string{"zh-CN", "en"} {
			if said := f.In(lang); !strings.Contains(said, want.named) || strings.Contains(said, want.not) || !strings.Contains(said, "--sheet") {
				t.Errorf("%s cannot be followed: %s", asked, said)
			}
		}
	}
}

func TestNoSheetToChoose(t *testing.T) {
	for name, c := range map[string]struct{ content, sheet, code string }{
		"delimited text": {people, "一月", "source.sheet.none"},
		"JSON":           {`[{"a":1}]`, "一月", "source.sheet.none"},
		"all empty":      {workbookOf(t, nil, "a", "b"), "", "source.empty"},
		"no sheet": {zipOf(t, [2]string{"xl/workbook.xml", `<workbook><sheets/></workbook>`},
			[2]string{"xl/_rels/workbook.xml.rels", `<Relationships/>`}), "", "source.sheet"},
	} {
		_, _, err := walk(t, "x", c.content, Options{Dir: t.TempDir(), Sheet: c.sheet})
		if f := fault.From(err); f == nil || f.Code != c.code || f.Where != "x" || f.Remedy.EN == "" || strings.Contains(f.In("zh"), "“”") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
