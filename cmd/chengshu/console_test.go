package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const persons = `kind: directory
name: persons
title: 人员
office: mzj
abstract: 演练
class: department
format: table
update: monthly
level: L1
share: {type: conditional, way: exchange, condition: 用于演练}
items:
  - {name: id_no, title: 证件号, type: text, personal: id}
  - {name: amount, title: 金额, type: "decimal(10,2)"}
load: {mode: replace}
`

// What the console does, commands do: offices, directories of a workbook, what a grant would
// show, files of lists, the verification of the audit; beside a server and without one.
func TestWhatTheConsoleDoesCommandsDo(t *testing.T) {
	for name, running := range map[string]bool{"through the server": true, "alone": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			data := filepath.Join(dir, "data")
			if running {
				served(t, data)
			}
			do := func(args ...string) said { return command(t, append(args, "--data", data, "--lang", "en")...) }
			good := func(want string, args ...string) {
				t.Helper()
				if got := do(args...); got.code != 0 || !strings.Contains(got.out, want) {
					t.Fatalf("%v: %+v", args, got)
				}
			}
			good("entered office mzj", "office", "add", "mzj", "--title", "区民政局", "--region", "420102000000")
			good("区民政局", "office", "list")

			template := filepath.Join(dir, "template.xlsx")
			good("written to", "directory", "template", template)
			filled, wrong, marked := filepath.Join(dir, "filled.xlsx"), filepath.Join(dir, "wrong.xlsx"), filepath.Join(dir, "marked.xlsx")
			fillIn(t, template, filled, "区民政局")
			fillIn(t, template, wrong, "没有的局")
			if got := do("directory", "import", wrong, "--marked", marked); got.code != 1 || !strings.Contains(got.errs, "目录!") {
				t.Errorf("a wrong cell: %+v", got)
			}
			if book, err := excelize.OpenFile(marked); err != nil {
				t.Error(err)
			} else if notes, err := book.GetComments("目录"); err != nil || len(notes) == 0 {
				t.Errorf("the wrong cell is not marked: %v, %v", notes, err)
			}
			good("new", "directory", "import", filled, "--check")
			if got := do("directory", "show", "relief"); got.code != 1 {
				t.Errorf("a check added it: %+v", got)
			}
			good("imported 1 directories", "directory", "import", filled)
			good("name: relief", "directory", "show", "relief")

			good("added", "directory", "add", put(t, dir, "persons.yaml", persons))
			good("published", "load", put(t, dir, "persons.csv", "证件号,金额\n000000195001010011,3120.50\n000000195102020022,=1+1\n"), "--directory", "persons")
			good("published", "directory", "publish", "persons")
			good("elder", "app", "add", "elder", "--title", "高龄津贴", "--office", "mzj")
			good("000000********0011", "grant", "preview", "--app", "elder", "--directory", "persons", "--item", "id_no=id", "--item", "amount", "--all-rows")
			if got := do("grant", "list"); got.code != 0 || strings.Contains(got.out, "persons") {
				t.Errorf("the preview made a grant: %+v", got)
			}

			csv, book := filepath.Join(dir, "rows.csv"), filepath.Join(dir, "quarantine.xlsx")
			good("exported to", "export", "rows", "persons", "--columns", "amount,id_no", "--out", csv)
			if text, err := os.ReadFile(csv); err != nil || !strings.HasPrefix(string(text), "\ufeff金额,证件号\n3120.50,000000********0011\n\"about this file; content: 人员; ") {
				t.Errorf("the file: %q, %v", text, err)
			}
			label := labelOf(t, do("batch", "list", "--json"))
			good("exported to", "export", "quarantine", label, "--plain", "--out", book)
			if f, err := excelize.OpenFile(book); err != nil {
				t.Error(err)
			} else if rows, err := f.GetRows(f.GetSheetList()[1]); err != nil || len(rows) != 2 || rows[1][1] != "=1+1" {
				t.Errorf("the workbook: %q, %v", rows, err)
			}
			good("exported to", "export", "batches", "--where", "state=published", "--out", filepath.Join(dir, "batches.csv"))
			for _, bad := range [][]string{{"rows"}, {"none"}, {"batches", "one"}, {"batches", "--where", "state"}, {"batches", "--columns", "none"}} {
				if got := do(append(append([]string{"export"}, bad...), "--out", filepath.Join(dir, "none.csv"))...); got.code != 1 || !strings.Contains(got.errs, "chengshu:") {
					t.Errorf("%v: %+v", bad, got)
				}
			}
			if left, err := filepath.Glob(filepath.Join(dir, "*none*")); err != nil || len(left) > 0 {
				t.Errorf("a refusal left %v", left)
			}
			good("the chain holds", "audit", "check")
			good("audit.check", "audit", "list", "--action", "audit.check")
		})
	}
}

func labelOf(t *testing.T, list said) string {
	t.Helper()
	var l batches
	if err := json.Unmarshal([]byte(list.out), &l); err != nil || len(l.Items) == 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	return l.Items[0].Label
}

// fillIn writes one directory of one item into the template.
func fillIn(t *testing.T, template, to, office string) {
	t.Helper()
	f, err := excelize.OpenFile(template)
	if err != nil {
		t.Fatal(err)
	}
	heads, err := f.GetRows("目录")
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range heads[0] {
		v, ok := map[string]string{"信息资源名称": "救助对象", "英文名": "relief", "信息资源提供方": office, "信息资源摘要": "演练", "信息项名称": "姓名", "数据类型": "text"}[h]
		if ok {
			at, _ := excelize.CoordinatesToCellName(i+1, 2)
			if err := f.SetCellStr("目录", at, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SaveAs(to); err != nil {
		t.Fatal(err)
	}
}
