package node

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
)

// enter makes a record or a case, and gives its id.
func (k keeper) enter(path, body string) string {
	k.w.t.Helper()
	r := k.ask("POST", path, body)
	return k.w.idOf(path, r.status, r.body)
}

// seats are one of each office of the district, signed in.
func (w *world) seats() (houhu, tazihu, urban, water keeper) {
	w.t.Helper()
	houhu, tazihu, urban, water = w.signed("s_houhu", "何后湖", "houhu", walker), w.signed("s_tazihu", "谭塔子", "tazihu", walker), w.signed("s_urban", "程管", "urban", walker), w.signed("s_water", "舒水", "water", walker)
	w.must(w.Flow.Learn(w.t.Context()))
	return houhu, tazihu, urban, water
}

// TestNothingIsFoundByWhatIsCovered seeks a record and a case by the person in them: the record
// by whole values, the numbers that slipped into a text by any part of them. Whoever sees them
// unmasked finds the record; whoever sees them covered is told of none, not by a count either.
func TestNothingIsFoundByWhatIsCovered(t *testing.T) {
	w := sighted(t)
	const words, phone, stray = "护栏松动", "13800005678", "13900001234"
	houhu, _, urban, _ := w.seats()
	data := w.signed("s_data", "戴数", "urban", people.DataAdmin)
	record := houhu.enter("/registers/sights/note", fmt.Sprintf(`{"values":{"text":"%s，联系%s","caller":"李试试","phone":"%s"}}`, words, stray, phone))
	matter := houhu.enter("/cases", fmt.Sprintf(`{"pack":"sights","flow":"job","values":{"text":"%s，联系%s"}}`, words, stray))

	q := url.QueryEscape
	for _, by := range []struct {
		name  string
		k     keeper
		plain bool
	}{{"its own office", houhu, true}, {"the office above", urban, false}, {"the data administrator", data, false}} {
		for _, ask := range []string{`{"where":["phone:is:` + phone + `"]}`, `{"where":["caller:is:李试试"]}`} {
			r := by.k.ask("POST", "/record-searches/sights/note", ask)
			if found := strings.Contains(r.body, record); r.status != 200 || found != by.plain || strings.Contains(r.body, `"total":1`) != by.plain || strings.Contains(r.body, phone) {
				t.Errorf("%s: %s: %d, found %v: %s", by.name, ask, r.status, found, r.body)
			}
		}
		for _, ask := range []string{"where=phone:is:" + phone, "where=" + q("caller:is:李试试")} { // no address has what is sought of a person
			for _, path := range []string{"/registers/sights/note?", "/exports/registers/sights/note?format=csv&"} {
				if r := by.k.ask("GET", path+ask, ""); r.status != 422 && r.status != 403 || strings.Contains(r.body, record) || strings.Contains(r.body, phone) {
					t.Errorf("%s: %s%s: %d %s", by.name, path, ask, r.status, r.body)
				}
			}
		}
		for _, ask := range []string{"q=" + stray, "q=9000", "q=00001", "where=text:has:139000"} {
			r := by.k.ask("GET", "/registers/sights/note?"+ask, "")
			if found := strings.Contains(r.body, record); r.status != 200 || found != by.plain || strings.Contains(r.body, `"total":1`) != by.plain || strings.Contains(r.body, stray) || strings.Contains(r.body, phone) {
				t.Errorf("%s: %s: %d, found %v: %s", by.name, ask, r.status, found, r.body)
			}
			if by.k == data { // takes no records out
				continue
			}
			if r := by.k.ask("GET", "/exports/registers/sights/note?format=csv&"+ask, ""); r.status != 200 || strings.Contains(r.body, words) != by.plain || strings.Contains(strings.ReplaceAll(r.body, ask, ""), stray) {
				t.Errorf("%s: a file by %s: %d %s", by.name, ask, r.status, r.body)
			}
		}
		for _, ask := range []string{"q=" + q(words), "q=139", "q=1234", "where=text:has:1234", "where=phone:filled"} { // what they see
			if r := by.k.ask("GET", "/registers/sights/note?"+ask, ""); r.status != 200 || !strings.Contains(r.body, record) || !strings.Contains(r.body, `"total":1`) || strings.Contains(r.body, stray) {
				t.Errorf("%s: %s: %d %s", by.name, ask, r.status, r.body)
			}
		}
		for _, ask := range []string{"sort=phone", "sort=-caller", "where=phone:has:1380", "where=phone:from:13800000000", "where=phone:not:1"} {
			if r := by.k.ask("GET", "/registers/sights/note?"+ask, ""); r.status != 422 || strings.Contains(r.body, record) {
				t.Errorf("%s: %s: %d %s", by.name, ask, r.status, r.body)
			}
		}
		if r := by.k.ask("GET", "/find?q="+stray, ""); r.status != 200 || strings.Contains(r.body, record) != by.plain || strings.Contains(r.body, stray) {
			t.Errorf("%s: anything: %d %s", by.name, r.status, r.body)
		}
		for _, path := range []string{"/cases?desk=all&q=" + stray, "/cases?desk=all&q=9000", "/exports/cases?desk=all&format=csv&q=00001"} {
			if r := by.k.ask("GET", path, ""); r.status != 200 || strings.Contains(r.body, words) {
				t.Errorf("%s: %s: %d %s", by.name, path, r.status, r.body)
			}
		}
		for _, path := range []string{"/cases?desk=all&q=1234", "/cases?desk=all&q=" + q(words), "/exports/cases?desk=all&format=csv"} {
			if r := by.k.ask("GET", path, ""); r.status != 200 || !strings.Contains(r.body, words) || strings.Contains(r.body, stray) {
				t.Errorf("%s: %s: %d %s", by.name, path, r.status, r.body)
			}
		}
	}
	w.signed("s_other", "何二", "houhu", walker).ask("POST", "/cases/"+matter+"/act", `{"action":"go"}`)
	if r := houhu.ask("GET", "/notices", ""); !strings.Contains(r.body, "139****1234：已办结") || strings.Contains(r.body, stray) {
		t.Errorf("told in the pack's words: %s", r.body)
	}
}

// TestATwinIsNotTold enters, types and imports what a record of another office has already:
// that there is one is said, as it must be, and neither its number nor whose it is.
func TestATwinIsNotTold(t *testing.T) {
	w := sighted(t)
	houhu, tazihu, _, water := w.seats()
	const values = `{"plate":"后湖-17","idno":"420102195603120031"}`
	houhu.enter("/registers/sights/pole", `{"values":`+values+`}`)
	fields := []string{`{"plate":"后湖-17"}`, `{"plate":"另一","idno":"420102195603120031"}`, `{"plate":"后湖-17","keeper":"houhu"}`}
	hidden := func(k keeper, what string, r reply) {
		t.Helper()
		for _, s := range []string{"G0001", "houhu", "后湖所"} {
			if strings.Contains(strings.ReplaceAll(r.body, "后湖-17", ""), s) {
				t.Errorf("%s tells %s: %d %s", what, s, r.status, r.body)
			}
		}
		if !strings.Contains(r.body, "其他部门的一条记录相同") {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	for _, v := range fields {
		for _, k := range []keeper{tazihu, water} {
			hidden(k, "typing "+v, k.ask("POST", "/register-forms/sights/pole", `{"values":`+v+`}`))
			r := k.ask("POST", "/registers/sights/pole", `{"values":`+v+`}`)
			if hidden(k, "entering "+v, r); r.status < 400 {
				t.Errorf("entered: %s", r.body)
			}
		}
		if r := houhu.ask("POST", "/register-forms/sights/pole", `{"values":`+v+`}`); !strings.Contains(r.body, "G0001") {
			t.Errorf("its own office: %s", r.body)
		}
	}
	// An update names what it is about: of others' records it is as if they were not there.
	told := func(k keeper, csv string) string {
		t.Helper()
		j := k.workedOn("sights/pole", k.send("/register-imports/sights/pole", "杆.csv", []byte(csv)))
		return strings.NewReplacer("后湖-17", "", "没有-1", "").Replace(fmt.Sprint(j.State, j.Bad, j.Faults))
	}
	if there, not := told(tazihu, "编号牌,备注\n后湖-17,锈蚀\n"), told(tazihu, "编号牌,备注\n没有-1,锈蚀\n"); there != not || !strings.HasPrefix(there, "refused1") {
		t.Errorf("a row about another office's record: %s\nabout none: %s", there, not)
	}
	if own := told(houhu, "编号牌,备注\n后湖-17,锈蚀\n"); own != "tried0 []" {
		t.Errorf("about its own: %s", own)
	}
	adds := func(k keeper, csv string) string {
		t.Helper()
		j := k.workedOn("sights/note", k.send("/register-imports/sights/note", "记.csv", []byte(csv)))
		return fmt.Sprint(j.State, j.Bad, j.Faults)
	}
	if there, not := adds(tazihu, "内容,灯杆\n锈蚀,G0001\n"), adds(tazihu, "内容,灯杆\n锈蚀,G0009\n"); there != not || !strings.HasPrefix(there, "refused1") {
		t.Errorf("a row that refers to another office's record: %s\nto none: %s", there, not)
	}
	if own := adds(houhu, "内容,灯杆\n锈蚀,G0001\n"); own != "tried0 []" {
		t.Errorf("to its own: %s", own)
	}
}
