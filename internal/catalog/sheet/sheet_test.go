package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/sheet"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

var offices = []catalog.Office{{Name: "rsj", Title: "区人社局"}, {Name: "mzj", Title: "区民政局"}}

// book makes a workbook of rows.
func book(t *testing.T, rows [][]string, merge ...string) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	t.Cleanup(func() { _ = f.Close() })
	for i, r := range rows {
		for j, s := range r {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStr("Sheet1", cell, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merge {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func places(faults []*fault.Error) (out []string) {
	for _, f := range faults {
		out = append(out, f.Where+" "+f.Code)
		if f.Remedy.ZH == "" || f.Text.EN == "" {
			out = append(out, "says not enough")
		}
	}
	return out
}

// A sheet as offices keep it: a line above the header, groups over it, cells merged or left
// blank below a directory's first row, Chinese words, no English names.
func TestReadsTheUsualSheet(t *testing.T) {
	f := book(t, [][]string{
		{"江岸区信息资源目录"},
		{"序号", "信息资源名称", "提供部门", "信息资源摘要", "共享类型", "共享条件", "更新周期", "数据分级", "数据项名称", "数据类型", "数据长度", "是否主键", "是否必填", "个人信息"},
		{"1", "低保对象", "区民政局", "领取低保的家庭", "有条件共享", "业务办理", "每月", "一般 3 级", "公民身份号码", "字符型", "18", "是", "是", "证件号码"},
		{"2", "", "", "", "", "", "", "", "月补助金额", "数值型", "10,2", "", "否", ""},
		{"3", "低保对象", "区民政局", "", "", "", "", "", "批准日期", "日期", "", "", "", ""},
		{},
		{"4", "养老机构", "mzj", "登记的机构", "无条件", "", "每年", "L1", "机构名称", "text", "", "", "√", ""},
	}, "B3:B4", "C3:C4")
	b, err := sheet.Read(f, sheet.Known{Offices: offices})
	if err != nil || len(b.Faults) > 0 {
		t.Fatal(places(b.Faults), err)
	}
	most := 18.0
	want := []catalog.Directory{
		{Kind: "directory", Name: "dibaoduixiang", Title: "低保对象", Office: "mzj", Abstract: "领取低保的家庭", Share: catalog.Share{Type: "conditional", Condition: "业务办理"}, Update: "monthly", Level: "L3",
			Items: []catalog.Item{{Name: "gongminshenfenhaoma", Title: "公民身份号码", Required: true, Personal: "id"},
				{Name: "yuebuzhujine", Title: "月补助金额", Type: row.Type{Kind: row.Decimal, Precision: 10, Scale: 2}}, {Name: "pizhunriqi", Title: "批准日期", Type: row.DateType}},
			Rules: []rule.Decl{{Kind: "length", Item: "gongminshenfenhaoma", Max: &most}}, Load: &catalog.Load{Mode: "merge", Key: []string{"gongminshenfenhaoma"}}},
		{Kind: "directory", Name: "yanglaojigou", Title: "养老机构", Office: "mzj", Abstract: "登记的机构", Share: catalog.Share{Type: "free"}, Update: "yearly", Level: "L1",
			Items: []catalog.Item{{Name: "jigoumingcheng", Title: "机构名称", Required: true}}},
	}
	for i, e := range b.Directories {
		if i >= len(want) || !reflect.DeepEqual(e.Directory, want[i]) {
			t.Errorf("%d: %+v", i, e.Directory)
		}
	}
	if len(b.Directories) != len(want) {
		t.Errorf("%d directories", len(b.Directories))
	}
}

func TestFaultsAreAtTheirCells(t *testing.T) {
	f := book(t, [][]string{
		{"信息资源名称", "信息资源提供方", "共享类型", "更新周期", "信息项名称", "数据类型", "必填", "共享方法", "更新周期"},
		{"", "区民政局", "", "", "甲"},
		{"低保对象", "区民政", "公开", "每月", "姓名", "照片", "也许"},
		{"低保对象", "区民政", "", "每年", ""},
	})
	b, err := sheet.Read(f, sheet.Known{Offices: offices})
	want := []string{"Sheet1!H1 import.column", "Sheet1!I1 import.column.twice", "Sheet1!A2 import.title", "Sheet1!B3 import.office", "Sheet1!C3 import.word",
		"Sheet1!F3 import.type", "Sheet1!G3 import.yes", "Sheet1!D4 import.differs", "Sheet1!E4 import.item"}
	if got := places(b.Faults); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q %v\nwant %q", got, err, want)
	}
	for _, f := range b.Faults {
		if strings.HasPrefix(f.Where, "Sheet1!B3") && !strings.Contains(f.Remedy.ZH, "区民政局") {
			t.Errorf("the remedy is %s", f.Remedy.ZH)
		}
	}
	if len(b.Directories) != 1 {
		t.Fatalf("%d directories", len(b.Directories))
	}
	found := b.Directories[0].Locate(fault.All("x", fault.T("错", "wrong"), []*fault.Error{
		fault.New(fault.Invalid, "a", fault.T("错", "wrong")).At("items[0].type"), fault.New(fault.Invalid, "b", fault.T("错", "wrong")).At("items[0].name"),
		fault.New(fault.Invalid, "c", fault.T("错", "wrong")).At("share.condition"), fault.New(fault.Invalid, "d", fault.T("错", "wrong")).At("share.type")}))
	var cells []string
	for _, f := range found {
		cells = append(cells, f.Where)
	}
	if want := []string{"Sheet1!F3", "Sheet1!E3", "Sheet1!A3", "Sheet1!C3"}; !reflect.DeepEqual(cells, want) {
		t.Errorf("%q, want %q", cells, want)
	}
	var out bytes.Buffer
	if err := sheet.Mark(&out, f, b.Faults, "zh"); err != nil {
		t.Fatal(err)
	}
	marked, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer marked.Close()
	notes, err := marked.GetComments("Sheet1")
	if rows, _ := marked.GetRows("错误"); err != nil || len(notes) != len(want) || len(rows) != len(want) || rows[3][0] != "Sheet1!B3" {
		t.Errorf("%d notes, %v, %v", len(notes), rows, err)
	}
}

// What the sheet does not tell of a directory that is there already stays as it is.
func TestKeepsWhatTheSheetDoesNotTell(t *testing.T) {
	old := catalog.Directory{Kind: "directory", Name: "low", Title: "低保对象", Office: "mzj", Abstract: "旧", Code: "1/1", Format: "table",
		Items: []catalog.Item{{Name: "who", Title: "姓名", Aka: []string{"名字"}, Clean: []rule.Step{{Do: "trim"}}}, {Name: "gone", Title: "已删"}},
		Rules: []rule.Decl{{Kind: "length", Item: "who"}}}
	f := book(t, [][]string{{"信息资源名称", "信息资源提供方", "信息资源摘要", "信息项名称", "长度"}, {"低保对象", "区民政局", "新", "姓名", "30"}, {"", "", "", "性别", ""}})
	b, err := sheet.Read(f, sheet.Known{Offices: offices, Existing: func(office, title, name string) (catalog.Directory, bool) {
		return old, office == "mzj" && title == "低保对象" && name == ""
	}})
	if err != nil || len(b.Faults) > 0 {
		t.Fatal(places(b.Faults), err)
	}
	want := old
	want.Abstract, want.Items = "新", []catalog.Item{old.Items[0], {Name: "xingbie", Title: "性别"}}
	if got := b.Directories[0].Directory; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// The template, filled in, is read without a fault.
func TestTemplateIsRead(t *testing.T) {
	for _, l := range []string{"zh", "en"} {
		var out bytes.Buffer
		if err := sheet.Template(&out, offices, l); err != nil {
			t.Fatal(err)
		}
		f, err := sheet.Open(&out)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sheet.Read(f, sheet.Known{}); fault.From(err).Code != "import.empty" {
			t.Errorf("an empty template: %v", err)
		}
		head, err := f.GetRows("目录")
		if err != nil || len(head) != 1 {
			t.Fatal(head, err)
		}
		for j, h := range head[0] {
			v := map[string]string{"信息资源名称": "低保对象", "信息资源提供方": "区民政局", "信息项名称": "姓名", "数据类型": "文本", "主键": "是"}[h]
			cell, _ := excelize.CoordinatesToCellName(j+1, 2)
			if err := f.SetCellStr("目录", cell, v); err != nil {
				t.Fatal(err)
			}
		}
		b, err := sheet.Read(f, sheet.Known{Offices: offices})
		if err != nil || len(b.Faults) > 0 || len(b.Directories) != 1 || fmt.Sprint(b.Directories[0].Directory.Load.Key) != "[xingming]" {
			t.Errorf("%+v %v %v", b.Directories, places(b.Faults), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRefuses(t *testing.T) {
	if _, err := sheet.Open(strings.NewReader("no workbook")); fault.From(err).Code != "import.file" {
		t.Error(err)
	}
	if _, err := sheet.Read(book(t, [][]string{{"甲", "乙"}, {"1", "2"}}), sheet.Known{}); fault.From(err).Code != "import.header" {
		t.Error(err)
	}
}

// A workbook without the parts that Excel always writes is read, and refused rather than
// marked.
func TestBareWorkbook(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	const office, packaged = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006/relationships"
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="` + packaged + `"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="` + packaged + `"><Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/s1.xml"/></Relationships>`,
		"xl/worksheets/s1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>信息资源名称</t></is></c><c r="B1" t="inlineStr"><is><t>信息项名称</t></is></c></row>` +
			`<row r="2"><c r="B2" t="inlineStr"><is><t>甲</t></is></c></row></sheetData></worksheet>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := sheet.Open(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := sheet.Read(f, sheet.Known{})
	if got := places(b.Faults); err != nil || !reflect.DeepEqual(got, []string{"表!A2 import.title"}) {
		t.Errorf("%q, %v", got, err)
	}
	if err := sheet.Mark(&bytes.Buffer{}, f, b.Faults, "zh"); fault.From(err).Code != "import.mark" {
		t.Errorf("marked: %v", err)
	}
}
