package node

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
)

const sights = `
pack: {id: sights, version: 1.0.0, title: 巡查}
roles: {worker: 巡查员}
entity:
  note:
    title: 巡查记录
    key: "N{seq:4}"
    fields:
      text: {type: text, title: 内容, required: true}
      caller: {type: text, title: 姓名, personal: name}
      phone: {type: text, title: 电话, personal: phone, index: true}
      photo: {type: files, title: 照片, accept: image}
      pole: {type: reference(pole), title: 灯杆}
    show: [text]
  pole:
    title: 灯杆
    key: "G{seq:4}"
    fields: {plate: {type: text, title: 编号牌, required: true, unique: true}, idno: {type: text, title: 责任人证件号, personal: id, unique: true}, keeper: {type: office, title: 管护部门}, remark: {type: text, title: 备注}}
    office: keeper
    show: [plate]
  job:
    title: 巡查任务
    key: "J{seq:4}"
    fields: {text: {type: text, title: 内容, required: true}, spot: {type: text, title: 地点, index: true}, keeper: {type: office, title: 归口部门}, photo: {type: files, title: 照片, accept: image}}
    office: keeper
    show: [text]
    merge: {same: [spot]}
import: {pole: {mode: update, match: [plate]}}
flow: {job: {states: {new: {by: worker, route: stay, joint: {assist: 2}, actions: {go: {to: done, joined: true}, split: {sub: job}, look: {edit: photo}}}, done: {end: true}}}}
notice: {ended: {flow: job, on: done, to: creator, text: "{text}：已办结"}}
`

const walker people.Role = "sights.worker"

// sighted is a district in which an office has two below it, and one stands beside it.
func sighted(t *testing.T) *world {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "urban", Title: "城管局", Region: "420102000000"}, {Name: "water", Title: "水务局", Region: "420102000000"},
		{Name: "houhu", Title: "后湖所", Region: "420102017000", Parent: "urban"}, {Name: "tazihu", Title: "塔子湖所", Region: "420102018000", Parent: "urban"}}))
	w.install(written(sights))
	for _, office := range []string{"urban", "water", "houhu", "tazihu"} {
		w.looks(walker, office, "/menu", "")
	}
	w.must(w.Flow.Learn(t.Context()))
	return w
}

// TestSightOfEveryRead asks every way of reading a street's record and case as the office
// itself, the one above, its sibling, a stranger, and somebody without a role: who may not see
// them learns of them neither by a list, a count, a file, a search nor an error.
func TestSightOfEveryRead(t *testing.T) {
	w := sighted(t)
	const words = "翠柳街护栏松动"
	record := w.enter(walker, "houhu", "/registers/sights/note", `{"values":{"text":"`+words+`","caller":"李试试"}}`)
	matter := w.enter(walker, "houhu", "/cases", `{"pack":"sights","flow":"job","values":{"text":"`+words+`"}}`)
	lists := []string{"/registers/sights/note", "/registers/sights/note?q=%E7%BF%A0%E6%9F%B3", "/registers/sights/note?where=text:has:%E7%BF%A0%E6%9F%B3", "/registers/sights/note?sort=-text", "/registers/sights/job",
		"/cases?desk=all", "/cases?desk=all&key=J", "/cases?desk=all&state=new", "/cases?desk=all&open=yes", "/exports/cases?desk=all&format=csv", "/exports/registers/sights/note?format=csv", "/exports/registers/sights/job?format=csv",
		"/find?q=%E7%BF%A0%E6%9F%B3%E8%A1%97", "/find?q=N0001", "/find?q=J0001"}
	things := []string{"/registers/sights/note/" + record, "/registers/sights/note/" + record + "/history", "/registers/sights/note/" + record + "/plain?purpose=%E6%A0%B8%E5%AF%B9", "/cases/" + matter, "/cases/" + matter + "/plain?purpose=%E6%A0%B8%E5%AF%B9"}
	for _, who := range []struct {
		office string
		role   people.Role
		sees   bool
	}{{"houhu", walker, true}, {"urban", walker, true}, {"tazihu", walker, false}, {"water", walker, false}, {"houhu", people.Officer, false}, {"urban", people.Reviewer, false}} {
		name := who.office + " " + string(who.role)
		for _, path := range lists {
			status, text := w.looks(who.role, who.office, path, "")
			if seen := strings.Contains(text, words) || strings.Contains(text, matter); seen != (who.sees && status == 200) || who.sees && status != 200 {
				t.Errorf("%s: %s: %d, sees it: %v\n%s", name, path, status, seen, text)
			}
			if !who.sees && (strings.Contains(text, "N0001") || strings.Contains(text, "J0001") || strings.Contains(text, `"total":1`)) {
				t.Errorf("%s: %s tells of it: %s", name, path, text)
			}
		}
		for _, path := range things {
			status, text := w.looks(who.role, who.office, path, "")
			whole := who.sees && (who.office == "houhu" || !strings.Contains(path, "/plain")) // unmasked for the office itself
			if (status == 200) != whole || who.sees && !whole && status != 403 {
				t.Errorf("%s: %s: %d %s", name, path, status, text)
			}
			nothing := strings.NewReplacer(record, "00000000-none", matter, "00000000-none")
			if other, told := w.looks(who.role, who.office, nothing.Replace(path), ""); !who.sees && (other != status || told != nothing.Replace(text)) {
				t.Errorf("%s: %s is told apart from one that is not there:\n%d %s\n%d %s", name, path, status, text, other, told)
			}
		}
		for path, body := range map[string]string{"/cases/" + matter + "/watch": `{"on":true}`, "/cases/" + matter + "/act": `{"action":"comment","reason":"看看"}`} {
			status, text := w.looks(who.role, who.office, path, body)
			nothing := strings.NewReplacer(matter, "00000000-none")
			if other, told := w.looks(who.role, who.office, nothing.Replace(path), body); (status == 200) != who.sees || !who.sees && (other != status || told != nothing.Replace(text)) {
				t.Errorf("%s: %s: %d %s\n%d %s", name, path, status, text, other, told)
			}
		}
	}
	if _, text := w.looks(walker, "urban", "/find?q=%E7%BF%A0%E6%9F%B3%E8%A1%97", ""); !strings.Contains(text, `"kind":"record","id":"sights/note/`+record+`","title":"`+words+`","of":"巡查记录 N0001"`) {
		t.Errorf("found: %s", text)
	}
	if _, text := w.looks(walker, "houhu", "/find?q=%E6%9D%8E%E8%AF%95%E8%AF%95", ""); strings.Contains(text, record) {
		t.Errorf("found by a person's name: %s", text)
	}
}

// TestExportsHoldNoFormulas enters what a spreadsheet would run, and takes it out of every
// list of records and cases.
func TestExportsHoldNoFormulas(t *testing.T) {
	w := sighted(t)
	bad := []string{`=HYPERLINK("http://x","a")`, `+cmd|' /C calc'!A0`, `-2+3`, `@SUM(A1)`, "\t=1+1", `＝1+1`}
	for _, s := range bad {
		value, err := json.Marshal(s)
		w.must(err)
		w.enter(walker, "houhu", "/registers/sights/note", `{"values":{"text":`+string(value)+`}}`)
		w.enter(walker, "houhu", "/cases", `{"pack":"sights","flow":"job","values":{"text":`+string(value)+`}}`)
	}
	for _, path := range []string{"/exports/registers/sights/note", "/exports/registers/sights/job", "/exports/cases?desk=all"} {
		join := "?"
		if strings.Contains(path, "?") {
			join = "&"
		}
		rows, guarded := w.csvOf(walker, "houhu", path+join+"format=csv"), 0
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%s: %q is run", path, cell)
				}
				if strings.HasPrefix(cell, "'") {
					guarded++
				}
			}
		}
		if guarded < len(bad)-1 { // a blank at its beginning may have gone when it was entered
			t.Errorf("%s: %d of %d are there: %q", path, guarded, len(bad), rows)
		}
		status, text := w.looks(walker, "houhu", path+join+"format=xlsx", "")
		book, err := excelize.OpenReader(bytes.NewReader([]byte(text)))
		if err != nil || status != 200 {
			t.Fatalf("%s: %d %v", path, status, err)
		}
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			w.must(err)
			for y, row := range rows {
				for x := range row {
					at, err := excelize.CoordinatesToCellName(x+1, y+1)
					w.must(err)
					if f, err := book.GetCellFormula(sheet, at); f != "" || err != nil {
						t.Errorf("%s: %s of %s is the formula %q, %v", path, at, sheet, f, err)
					}
				}
			}
		}
		w.must(book.Close())
	}
}
