package node

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/packs"
)

// elders is a district with two streets that keep the register of the example.
func elders(t *testing.T) *world {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "houhu", Title: "后湖街道办", Region: "420102017000"}, {Name: "tazihu", Title: "塔子湖街道办", Region: "420102018000"}}))
	for _, name := range []string{"examples/elders", "examples/pothole"} {
		w.install(fs.Sub(packs.Files, name))
	}
	w.must(w.Store.Drain(t.Context()))
	return w
}

const elderRoad = "/registers/elders/elder"

func elder(office, phone string) string {
	return `{"values":{"name":"李试","born":"1940-01-02","phone":"` + phone + `","office":"` + office + `","region":"420102017001","risk":"low","health":"well"}}`
}

// TestRecordOfAnOffice: who may enter the records of one street enters none of another, nor
// gives theirs away; who keeps the district's does both.
func TestRecordOfAnOffice(t *testing.T) {
	w := elders(t)
	if status, text := w.looks("elders.visitor", "houhu", elderRoad, elder("houhu", "027-00000001")); status != 200 {
		t.Fatalf("one's own street: %d %s", status, text)
	}
	if status, text := w.looks("elders.visitor", "houhu", elderRoad, elder("tazihu", "027-00000002")); status != 403 || !strings.Contains(text, "record.office") {
		t.Errorf("another street: %d %s", status, text)
	}
	var page struct {
		Items []struct {
			ID       string
			Version  int
			CanWrite bool `json:"can_write"`
		}
		Total int
	}
	status, text := w.looks("elders.visitor", "houhu", elderRoad, "")
	w.must(json.Unmarshal([]byte(text), &page))
	if status != 200 || page.Total != 1 || !page.Items[0].CanWrite {
		t.Fatalf("what was refused is not there: %d %s", status, text)
	}
	id := page.Items[0].ID
	if status, text := w.looks("elders.visitor", "houhu", elderRoad+"/"+id, `{"values":{"office":"tazihu"},"version":1}`); status != 403 || !strings.Contains(text, "record.office") {
		t.Errorf("given to another street: %d %s", status, text)
	}
	if status, text := w.looks("elders.keeper", "tazihu", elderRoad+"/"+id, `{"values":{"office":"tazihu"},"version":1}`); status != 200 {
		t.Errorf("given by the keeper, who reaches all: %d %s", status, text)
	}
	if status, _ := w.looks("elders.visitor", "houhu", elderRoad+"/"+id, ""); status != 200 {
		t.Error("who entered it sees it no more")
	}
	if status, text := w.looks("elders.visitor", "tazihu", elderRoad, ""); status != 200 || !strings.Contains(text, id) {
		t.Errorf("the street that got it: %d %s", status, text)
	}
}

// TestChangeRecords: each of several records is changed for itself, and what is refused says
// why and stays as it was.
func TestChangeRecords(t *testing.T) {
	w := elders(t)
	var ids []string
	for _, phone := range []string{"027-00000001", "027-00000002", "027-00000003"} {
		ids = append(ids, w.enter("elders.visitor", "houhu", elderRoad, elder("houhu", phone)))
	}
	if status, text := w.looks("elders.visitor", "houhu", elderRoad+"/"+ids[1], `{"values":{"risk":"middle"},"version":1}`); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	body := `{"records":[{"id":"` + ids[0] + `","version":1},{"id":"` + ids[1] + `","version":1},{"id":"` + ids[2] + `"},{"id":"none"}],"values":{"risk":"high"},"reason":"月度评估"}`
	status, text := w.looks("elders.visitor", "houhu", "/record-changes/elders/elder", body)
	var out struct {
		Items []struct {
			Changed bool
			Version int
			Error   *struct{ Code string }
		}
	}
	w.must(json.Unmarshal([]byte(text), &out))
	var got []string
	for _, x := range out.Items {
		switch {
		case x.Error != nil:
			got = append(got, x.Error.Code)
		case x.Changed && x.Version == 2:
			got = append(got, "changed")
		}
	}
	if want := "changed record.changed changed record.unknown"; status != 200 || strings.Join(got, " ") != want {
		t.Fatalf("%d %v, want %s\n%s", status, got, want, text)
	}
	if _, text := w.looks("elders.visitor", "houhu", elderRoad+"/"+ids[0]+"/history", ""); !strings.Contains(text, "月度评估") || !strings.Contains(text, `"from":"低风险"`) {
		t.Errorf("its history: %s", text)
	}
	if _, text := w.looks("elders.visitor", "houhu", elderRoad+"/"+ids[1], ""); !strings.Contains(text, `"risk":"middle"`) {
		t.Errorf("the refused one: %s", text)
	}
	for name, body := range map[string]string{"no reason": `{"records":[{"id":"x"}],"values":{"risk":"high"},"reason":" "}`, "no field": `{"records":[{"id":"x"}],"values":{},"reason":"试"}`} {
		if status, text := w.looks("elders.visitor", "houhu", "/record-changes/elders/elder", body); status != 422 {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
}

// TestMenu: everybody sees of the applications what they may use.
func TestMenu(t *testing.T) {
	w := elders(t)
	if _, text := w.looks("elders.visitor", "houhu", "/menu", ""); !strings.Contains(text, `"path":"/registers/elders/elder"`) || !strings.Contains(text, `"path":"/registers/elders/elder?list=high_risk"`) {
		t.Errorf("a visitor's menu: %s", text)
	}
	if _, text := w.looks(people.Officer, "houhu", "/menu", ""); strings.Contains(text, "elders") {
		t.Errorf("an officer's menu: %s", text)
	}
	if _, text := w.looks("elders.visitor", "houhu", elderRoad+"?list=high_risk", ""); !strings.Contains(text, `"total":0`) {
		t.Errorf("nobody is at high risk: %s", text)
	}
}

// TestRegisterOfCases: of a register whose records are cases it is told so, and which fields
// their flow asks for later.
func TestRegisterOfCases(t *testing.T) {
	w := elders(t)
	status, text := w.looks("pothole.desk", "houhu", "/registers/pothole/hole", "")
	for _, want := range []string{`"flow":true`, `"later":["method","area","after","score"]`, `"may":{"write":false,"start":true,"export":true}`} {
		if status != 200 || !strings.Contains(text, want) {
			t.Errorf("%d lacks %s: %s", status, want, text)
		}
	}
}
