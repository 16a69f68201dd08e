package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
)

// book makes a workbook with a note on its first sheet and rows on the second.
func book(t *testing.T, rows ...[]any) *bytes.Buffer {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return &b
}

func usual(e *ledger.Entity) ledger.Import { return ledger.Import{Entity: e.Name, Mode: "add"} }

// send receives a file and tries it.
func (w *world) send(e *ledger.Entity, d ledger.Import, name string, file *bytes.Buffer) ledger.Job {
	w.t.Helper()
	j, err := w.Receive(w.t.Context(), lin, "1.0.0", e, name, "", file)
	if err == nil {
		j, err = w.Try(w.t.Context(), e, d, j.ID, nil)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return j
}

func told(j ledger.Job) string {
	var out []string
	for _, f := range j.Faults {
		out = append(out, f.Where+" "+f.Code)
	}
	return strings.Join(out, "\n")
}

var head = []any{"路名*", "等级", "长度", "造价", "通车日期", "有路灯", "养护单位", "所在街道", "位置", "联系人", "上级道路"}

func TestImport(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	up, err := w.create(e, lin, ledger.Values{"name": "总路", "class": "02"})
	if err != nil {
		t.Fatal(err)
	}
	j := w.send(e, usual(e), "道路.xlsx", book(t, head,
		[]any{"中山路", "主干路", 3.5, "1,200.50", "2020/10/1", "否", "区城管局", "420102001", "114.3,30.6", "赵一 13800001234", up.Key},
		[]any{}, []any{"", "", ""},
		[]any{"胜利街", "02", nil, 80, nil, "", "roads"}))
	if j.State != ledger.Tried || j.Rows != 2 || j.Bad != 0 {
		t.Fatalf("tried: %+v\n%s", j, told(j))
	}
	if n, _ := w.Count(t.Context(), e, ledger.Query{Reach: everybody}); n != 1 {
		t.Errorf("a trial made %d records", n-1)
	}
	j, err = w.Load(t.Context(), e, usual(e), j.ID, nil)
	if err != nil || j.State != ledger.Done || j.Made != 2 {
		t.Fatalf("loaded: %+v %v", j, err)
	}
	r, err := w.ByKey(t.Context(), w.store.Read(), e, "R2026-002")
	if err != nil || r.Values["cost"] != int64(120050) || r.Values["opened"] != "2020-10-01" || r.Values["lit"] != false || r.Office != "roads" || r.Values["parent"] != up.ID || r.Values["lanes"] != int64(2) {
		t.Errorf("imported %+v %v", r, err)
	}
	if _, err := w.Load(t.Context(), e, usual(e), j.ID, nil); fault.From(err).Code != "import.state" {
		t.Errorf("loaded twice: %v", err)
	}
	for _, c := range w.changes {
		if strings.Contains(c.Text.ZH+fmt.Sprint(c.Detail), "13800001234") {
			t.Error("a phone number is in the audit")
		}
	}
	if j, err = w.TakeBack(t.Context(), chen, e, j.ID); err != nil || j.State != ledger.Undone || j.Kept != 0 {
		t.Fatalf("taken back: %+v %v", j, err)
	}
	if n, _ := w.Count(t.Context(), e, ledger.Query{Reach: everybody}); n != 1 {
		t.Errorf("%d records after it was taken back", n)
	}
}

// TestImportFaults shows every error at its cell, and that the marked file, once corrected,
// is taken.
func TestImportFaults(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	if _, err := w.create(e, lin, ledger.Values{"name": "总路", "class": "02", "region": "420102001"}); err != nil {
		t.Fatal(err)
	}
	j := w.send(e, usual(e), "道路.xlsx", book(t, head,
		[]any{"中山路", "主干", "长", "1.234", "2020-13-01", "也许", "区水利局", "4201", "武汉", "", "R2026-999"},
		[]any{"", "02"},
		[]any{"新路", "02", 1, 1, "", "", "", "420102002"},
		[]any{"新路", "02", 500, 1, "", "是", "", "420102002"},
		[]any{"总路", "01", 1, 1, "", "", "", "420102001"},
		[]any{"新路", "02", 2, 1, "", "", "", "420102002"}))
	want := strings.Join([]string{"Sheet1!B2 value.choice", "Sheet1!C2 value.number", "Sheet1!D2 value.money", "Sheet1!E2 value.date", "Sheet1!F2 value.bool", "Sheet1!G2 value.office",
		"Sheet1!I2 value.point", "Sheet1!K2 value.reference", "Sheet1!H2 value.region", "Sheet1!A3 value.missing", "Sheet1!C5 value.most", "Sheet1!A6 record.taken", "Sheet1!A7 import.twice"}, "\n")
	if got := told(j); j.State != ledger.Refused || got != want || j.Bad != 13 {
		t.Fatalf("%s %d\ngot\n%s\nwant\n%s", j.State, j.Bad, got, want)
	}
	if _, err := w.Load(t.Context(), e, usual(e), j.ID, nil); fault.From(err).Code != "import.state" {
		t.Errorf("a refused file was loaded: %v", err)
	}
	var marked bytes.Buffer
	if err := w.Marked(t.Context(), e, usual(e), j.ID, "zh", &marked); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&marked)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cell := func(at string) string { v, _ := f.GetCellValue("Sheet1", at); return v }
	if cell("A1") != "错误说明" || cell("B1") != "路名*" || !strings.Contains(cell("A2"), "“等级”不在可选范围内；是否应为“主干路”？") || cell("C2") != "主干" {
		t.Errorf("marked %q %q %q %q", cell("A1"), cell("B1"), cell("A2"), cell("C2"))
	}
	red, _ := f.GetCellStyle("Sheet1", "C2")
	plain, _ := f.GetCellStyle("Sheet1", "B2")
	if red == 0 || red == plain {
		t.Errorf("styles %d %d", red, plain)
	}
	for at, v := range map[string]any{"C2": "主干路", "D2": 3, "E2": 1.23, "F2": "2020-12-01", "G2": "否", "H2": "区水务局", "I2": "420102003", "J2": "114.3 30.6", "L2": "", "B3": "补名", "D5": 5, "B5": "又一路", "G5": "否", "B6": "总路二", "B7": "新路三"} {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	var again bytes.Buffer
	if err := f.Write(&again); err != nil {
		t.Fatal(err)
	}
	if j = w.send(e, usual(e), "改正.xlsx", &again); j.State != ledger.Tried || j.Rows != 6 {
		t.Errorf("corrected: %s\n%s", j.State, told(j))
	}
}

func TestImportHeaders(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	j := w.send(e, usual(e), "a.xlsx", book(t, []any{"道路名称", "等级", "长度", "长 度", "登记时间", "养护记录"}, []any{"a", "02"}))
	if got := told(j); got != "Sheet1!A1 import.header\nSheet1!D1 import.header.twice\nSheet1!1 import.column.missing" {
		t.Errorf("got\n%s", got)
	}
	d := usual(e)
	d.Columns = append(d.Columns, struct {
		Name  string
		Value ledger.Words
	}{"name", ledger.Words{"道路名称"}})
	if j = w.send(e, d, "a.xlsx", book(t, []any{"道路名称", "class"}, []any{"a", "支路"})); j.State != ledger.Tried {
		t.Errorf("another header: %s", told(j))
	}
	text, err := simplifiedchinese.GBK.NewEncoder().String("路名,等级,造价\r\n中山路,支路,\"1,200.50\"\r\n\r\n胜利街,支路,九\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if j = w.send(e, usual(e), "道路.csv", bytes.NewBufferString(text)); told(j) != "道路!C4 value.money" {
		t.Errorf("GBK: %s %s", j.State, told(j))
	}
	for name, data := range map[string]string{"a.xlsx": "<html>", "b.xlsx": "PK\x03\x04broken", "c.csv": "", "d.json": `[{"name": 1}]`} {
		j, err := w.Receive(t.Context(), lin, "1.0.0", e, name, "", strings.NewReader(data))
		if err == nil {
			_, err = w.Try(t.Context(), e, usual(e), j.ID, nil)
		}
		if k := fault.KindOf(err); err == nil || k != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestImportMerge changes records that are there by their number.
func TestImportMerge(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	one, err := w.create(e, lin, full())
	if err != nil {
		t.Fatal(err)
	}
	d := ledger.Import{Mode: "merge", Match: ledger.Words{"key"}}
	j := w.send(e, d, "a.xlsx", book(t, []any{"编号", "路名", "等级", "车道数"}, []any{one.Key, "中山大道", "01", 6}, []any{"", "新路", "02", ""}))
	if j.State != ledger.Tried {
		t.Fatal(told(j))
	}
	if j, err = w.Load(t.Context(), e, d, j.ID, nil); err != nil || j.Made != 1 || j.Changed != 1 {
		t.Fatalf("%+v %v", j, err)
	}
	got, err := w.Get(t.Context(), w.store.Read(), e, one.ID)
	if err != nil || got.Version != 2 || got.Values["name"] != "中山大道" || got.Values["lanes"] != int64(6) || got.Values["phone"] != "13900005678" || got.Values["grade"] != "wide" {
		t.Errorf("changed %+v %v", got, err)
	}
	if j, err = w.TakeBack(t.Context(), lin, e, j.ID); err != nil || j.State != ledger.Undone {
		t.Fatalf("%+v %v", j, err)
	}
	if got, _ = w.Get(t.Context(), w.store.Read(), e, one.ID); got.Version != 3 || got.Values["name"] != "中山路" || got.Values["lanes"] != int64(2) || got.Values["grade"] != "narrow" {
		t.Errorf("taken back %+v", got.Values)
	}
	d.Mode = "update"
	if j = w.send(e, d, "a.xlsx", book(t, []any{"编号", "车道数"}, []any{"R2026-999", 6}, []any{one.Key, 2})); told(j) != "Sheet1!A2 import.match.none" {
		t.Errorf("update: %s", told(j))
	}
}

// TestImportAllOrNothing has a row that becomes wrong between the trial and the load, behind
// several batches: nothing of the file stays.
// TestImportWithin: a row whose record would be, or is, of an office beyond the importer's right
// is an error at its cell, and is not loaded either where the trial passed it before.
func TestImportWithin(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	theirs, err := w.create(e, chen, ledger.Values{"name": "桥头路", "class": "02", "keeper": "roads"})
	if err != nil {
		t.Fatal(err)
	}
	d := ledger.Import{Entity: e.Name, Mode: "merge", Match: ledger.Words{"key"}, Within: &ledger.Reach{Offices: []string{"water"}}}
	heads := []any{"编号", "路名", "等级", "养护单位"}
	j := w.send(e, d, "a.xlsx", book(t, heads, []any{"", "甲路", "02", "区城管局"}, []any{theirs.Key, "乙路", "02", "区水务局"}, []any{"", "丙路", "02", "区水务局"}))
	if got := told(j); j.State != ledger.Refused || got != "Sheet1!D2 import.office\nSheet1!D3 import.office" {
		t.Errorf("%s\n%s", j.State, got)
	}
	j = w.send(e, ledger.Import{Entity: e.Name, Mode: "add"}, "b.xlsx", book(t, heads[1:], []any{"丁路", "02", "区城管局"}))
	if j.State != ledger.Tried {
		t.Fatalf("%s %s", j.State, told(j))
	}
	d.Mode, d.Match = "add", nil
	if j, _ = w.Load(t.Context(), e, d, j.ID, nil); j.State == ledger.Done || j.Made != 0 {
		t.Errorf("loaded though it is beyond: %+v", j)
	}
	if n, _ := w.Count(t.Context(), e, ledger.Query{Reach: everybody}); n != 1 {
		t.Errorf("%d records", n)
	}
}

func TestImportAllOrNothing(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	rows := [][]any{{"路名", "等级", "所在街道"}}
	for i := range 700 {
		rows = append(rows, []any{fmt.Sprintf("路%d", i), "02", "420102001"})
	}
	j := w.send(e, usual(e), "a.xlsx", book(t, rows...))
	if _, err := w.create(e, lin, ledger.Values{"name": "路690", "class": "02", "region": "420102001"}); err != nil {
		t.Fatal(err)
	}
	j, err := w.Load(t.Context(), e, usual(e), j.ID, nil)
	if err != nil || j.State != ledger.Undone || told(j) != "Sheet1!A692 record.taken" || j.Kept != 0 {
		t.Fatalf("%+v %v %s", j.State, err, told(j))
	}
	if n, _ := w.Count(t.Context(), e, ledger.Query{Reach: everybody}); n != 1 {
		t.Errorf("%d records stayed", n-1)
	}
}

// TestImportGivenUp takes an import back that was cancelled half way, while its load still
// wants to go on: no row of it comes after.
func TestImportGivenUp(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	rows := [][]any{{"路名", "等级"}}
	for i := range 1200 {
		rows = append(rows, []any{fmt.Sprintf("路%d", i), "02"})
	}
	j := w.send(e, usual(e), "a.xlsx", book(t, rows...))
	batches := 0
	_, err := w.Load(t.Context(), e, usual(e), j.ID, func(int64) {
		if batches++; batches != 2 {
			return
		}
		if j, err := w.TakeBack(t.Context(), lin, e, j.ID); err != nil || j.State != ledger.Undone {
			t.Errorf("taken back: %s %v", j.State, err)
		}
	})
	if fault.From(err) == nil || fault.From(err).Code != "import.state" || batches != 2 {
		t.Errorf("the load went on for %d batches: %v", batches, err)
	}
	if n, _ := w.Count(t.Context(), e, ledger.Query{Reach: everybody}); n != 0 {
		t.Errorf("%d records stayed", n)
	}
}

func TestTemplate(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	var b bytes.Buffer
	if err := w.Template(t.Context(), e, usual(e), "zh", &b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	top, _ := f.GetRows("道路")
	if len(top) != 1 || top[0][0] != "路名" || slices.Contains(top[0], "养护记录") || slices.Contains(top[0], "养护费") {
		t.Errorf("header %v", top)
	}
	v, err := f.GetDataValidations("道路")
	if err != nil || len(v) != 4 { // class, lit, surface, keeper
		t.Errorf("%d lists %v", len(v), err)
	}
	row := []any{"一路", "支路"}
	if err := f.SetSheetRow("道路", "A2", &row); err != nil {
		t.Fatal(err)
	}
	var filled bytes.Buffer
	if err := f.Write(&filled); err != nil {
		t.Fatal(err)
	}
	if j := w.send(e, usual(e), "t.xlsx", &filled); j.State != ledger.Tried || j.Rows != 1 {
		t.Errorf("%s %s", j.State, told(j))
	}
}

// TestImportKilled kills a process in the middle of a load, again and again, until one comes
// through: every row is there once.
func TestImportKilled(t *testing.T) {
	if dir := os.Getenv("CHENGSHU_TEST_IMPORT"); dir != "" {
		loadAndDie(t, dir)
		return
	}
	dir := t.TempDir()
	const rows = 2000
	w := openIn(t, dir)
	e := w.install(roads, "road")
	lines := [][]any{{"路名", "等级"}}
	for i := range rows {
		lines = append(lines, []any{fmt.Sprintf("路%d", i), "02"})
	}
	j := w.send(e, usual(e), "a.xlsx", book(t, lines...))
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for range rows {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestImportKilled$")
		cmd.Env = append(os.Environ(), "CHENGSHU_TEST_IMPORT="+dir, "CHENGSHU_TEST_JOB="+j.ID)
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%v\n%s", err, out)
		}
		kills++
	}
	w = openIn(t, dir)
	e = w.current("roads", "road")
	n, err := w.Count(t.Context(), e, ledger.Query{Reach: everybody})
	if err != nil || n != rows || kills < 2 {
		t.Errorf("%d records after %d kills: %v", n, kills, err)
	}
	names := map[any]bool{}
	for r, err := range w.Each(t.Context(), e, ledger.Query{Reach: everybody}) {
		if err != nil {
			t.Fatal(err)
		}
		names[r.Values["name"]] = true
	}
	if len(names) != rows {
		t.Errorf("%d different roads", len(names))
	}
	if j, err = w.Job(t.Context(), j.ID); err != nil || j.State != ledger.Done || j.Made != rows {
		t.Errorf("job %+v %v", j, err)
	}
}

// loadAndDie loads three batches and kills its own process.
func loadAndDie(t *testing.T, dir string) {
	w := openIn(t, dir)
	e := w.current("roads", "road")
	batches := 0
	j, err := w.Load(context.Background(), e, usual(e), os.Getenv("CHENGSHU_TEST_JOB"), func(int64) {
		if batches++; batches == 3 {
			p, _ := os.FindProcess(os.Getpid())
			_ = p.Kill()
			select {}
		}
	})
	if fault.From(err) != nil && fault.From(err).Code == "import.state" && j.State == ledger.Done {
		return // it died behind its last batch
	}
	if err != nil || j.State != ledger.Done {
		t.Fatalf("%s %v", j.State, err)
	}
}

func (w *world) current(id, entity string) *ledger.Entity {
	w.t.Helper()
	p, err := w.packs.Current(id)
	if err != nil {
		w.t.Fatal(err)
	}
	e, ok := ledger.Of(p, entity)
	if !ok {
		w.t.Fatal("no register")
	}
	return e
}
