package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
)

// Template writes an empty sheet with its header, lists of words to choose from,
// and what each column means. l is the language of the second sheet.
func Template(out io.Writer, offices []catalog.Office, l string) error {
	f := excelize.NewFile()
	defer f.Close()
	t := &template{file: f, lang: l, fields: map[string]catalog.Field{}}
	for _, x := range catalog.Fields() {
		t.fields[x.Path] = x
	}
	for _, step := range []func() error{t.head, t.about, func() error { return t.choices(offices) }} {
		if err := step(); err != nil {
			return fmt.Errorf("sheet: template: %w", err)
		}
	}
	return f.Write(out)
}

const (
	mainSheet  = "目录"
	aboutSheet = "填写说明"
	listSheet  = "取值"
	lastRow    = 5000 // to which the lists reach
)

type template struct {
	file   *excelize.File
	lang   string
	fields map[string]catalog.Field
}

func (t *template) title(path string) string {
	if o, ok := own[path]; ok {
		return o[0]
	}
	return t.fields[path].Title.ZH
}

func (t *template) head() error {
	if err := t.file.SetSheetName("Sheet1", mainSheet); err != nil {
		return err
	}
	needed, err := t.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "B42318"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0F2F5"}}})
	if err != nil {
		return err
	}
	plain, err := t.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0F2F5"}}})
	if err != nil {
		return err
	}
	for j, c := range columns() {
		cell, _ := excelize.CoordinatesToCellName(j+1, 1)
		style := plain
		if f := t.fields[c.path]; f.Required && c.path != "name" && c.path != "items.name" { // names are made of titles
			style = needed
		}
		letter, _ := excelize.ColumnNumberToName(j + 1)
		for _, err := range []error{t.file.SetCellStr(mainSheet, cell, t.title(c.path)), t.file.SetCellStyle(mainSheet, cell, cell, style), t.file.SetColWidth(mainSheet, letter, letter, 16)} {
			if err != nil {
				return err
			}
		}
	}
	return t.file.SetPanes(mainSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (t *template) about() error {
	if _, err := t.file.NewSheet(aboutSheet); err != nil {
		return err
	}
	say := func(row int, cells ...string) error {
		for j, s := range cells {
			cell, _ := excelize.CoordinatesToCellName(j+1, row)
			if err := t.file.SetCellStr(aboutSheet, cell, s); err != nil {
				return err
			}
		}
		return nil
	}
	intro := fault.T("在“目录”表中一行填写一个信息项；目录的各列填在它的第一行，其余各行可重复、合并或留空。一个文件可有多个目录。红色表头必填。有一处错误则全部不导入。",
		"One row for each item; the directory's columns go into its first row and may be repeated, merged or blank below. Several directories may be in one file. Red headers are needed. One error, and nothing is imported.")
	if err := say(1, intro.In(t.lang)); err != nil {
		return err
	}
	if err := say(2, fault.T("列", "column").In(t.lang), fault.T("填写要求", "what to write").In(t.lang), fault.T("例", "example").In(t.lang), fault.T("可填", "may be").In(t.lang)); err != nil {
		return err
	}
	for i, c := range columns() {
		f := t.fields[c.path]
		var words []string
		for _, w := range f.Words {
			words = append(words, w.Title.ZH)
		}
		help, example := f.Help.In(t.lang), f.Example
		switch c.path {
		case "length":
			help, example = fault.T("文本填最多字符数；小数填“总位数,小数位”。", "the most characters of a text; of a decimal its digits and places").In(t.lang), "18"
		case "key":
			help, example = fault.T("填“是”的各项合起来唯一，装载时按主键合并。", "items marked yes are unique together; loads merge by them").In(t.lang), "是"
		case "name", "items.name":
			help += fault.T("留空则由名称的拼音生成。", " Left blank it is made of the title.").In(t.lang)
		}
		for _, w := range f.Words {
			if w.Name == example {
				example = w.Title.ZH
			}
		}
		if err := say(3+i, t.title(c.path), help, example, strings.Join(words, "、")); err != nil {
			return err
		}
	}
	for letter, w := range map[string]float64{"A": 18, "B": 90, "C": 30, "D": 60} {
		if err := t.file.SetColWidth(aboutSheet, letter, letter, w); err != nil {
			return err
		}
	}
	return nil
}

// choices lets cells be chosen from lists, which stand on a hidden sheet: a list within the
// rule itself may hold no more than 255 characters.
func (t *template) choices(offices []catalog.Office) error {
	if _, err := t.file.NewSheet(listSheet); err != nil {
		return err
	}
	n := 0
	for j, c := range columns() {
		var words []string
		switch f := t.fields[c.path]; {
		case c.path == "office":
			for _, o := range offices {
				words = append(words, o.Title)
			}
		case c.path == "key":
			words = []string{"是", "否"}
		default:
			for _, w := range f.Words {
				words = append(words, w.Title.ZH)
			}
		}
		if len(words) == 0 {
			continue
		}
		n++
		list, _ := excelize.ColumnNumberToName(n)
		for i, w := range words {
			if err := t.file.SetCellStr(listSheet, fmt.Sprintf("%s%d", list, i+1), w); err != nil {
				return err
			}
		}
		letter, _ := excelize.ColumnNumberToName(j + 1)
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, lastRow))
		v.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listSheet, list, list, len(words)))
		if err := t.file.AddDataValidation(mainSheet, v); err != nil {
			return err
		}
	}
	return t.file.SetSheetVisible(listSheet, false)
}

// Mark writes the workbook with every cell that a fault names filled and its reason in a
// note, and all faults on a sheet of their own.
func Mark(out io.Writer, f *excelize.File, faults []*fault.Error, l string) (err error) {
	defer func() { // the library stumbles over workbooks that lack parts which Excel always writes
		if p := recover(); p != nil {
			err = fault.New(fault.Invalid, "import.mark", fault.T("该文件无法标注", "this file cannot be marked")).
				Fix(fault.T("请用 Excel 或 WPS 打开后另存为 .xlsx，再试一次", "open it in Excel or WPS, save it as .xlsx and try again")).Wrap(fmt.Errorf("%v", p))
		}
	}()
	style, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FDECEB"}}, Font: &excelize.Font{Color: "B42318"}})
	if err != nil {
		return err
	}
	sheet := fault.T("错误", "errors").In(l)
	if _, err := f.NewSheet(sheet); err != nil {
		return err
	}
	notes := map[string]string{}
	for i, e := range faults {
		for j, s := range []string{e.Where, e.Text.In(l), e.Remedy.In(l)} {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := f.SetCellStr(sheet, cell, s); err != nil {
				return err
			}
		}
		notes[e.Where] = strings.TrimSpace(notes[e.Where] + "\n" + e.Text.In(l) + "。" + e.Remedy.In(l))
	}
	for where, note := range notes {
		cut := strings.LastIndexByte(where, '!')
		if cut < 0 {
			continue
		}
		name, cell := where[:cut], where[cut+1:]
		if err := f.SetCellStyle(name, cell, cell, style); err != nil {
			return err
		}
		if err := f.AddComment(name, excelize.Comment{Cell: cell, Author: "chengshu", Text: note, Width: 260, Height: 90}); err != nil {
			return err
		}
	}
	return f.Write(out)
}
