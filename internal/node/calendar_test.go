package node

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/packs"
)

// notice2027 is written as such notices are; its days are invented.
const notice2027 = "国务院办公厅关于2027年部分节假日安排的通知 国办发明电〔2026〕9号 一、元旦：1月1日（周五）至4日（周一）放假，共4天。二、春节：2月5日至12日放假调休，共8天。2月14日（周日）、2月20日（周六）上班。" +
	"三、清明节：4月3日至5日放假，共3天。四、劳动节：5月1日至5日放假调休，共5天。五、端午节：6月9日放假，共1天。六、中秋节：9月15日放假，共1天。七、国庆节：10月1日至7日放假调休，共7天。"

type calendarAnswer struct {
	Version, Source string
	Year            int
	Assumed         bool
	Working         int
	Changed         []struct{ Date, Before, After string }
	Moves           struct{ Open, Moved, Later, Late, Freed, MostLater int64 }
	Packs           []struct {
		Title       string
		Open, Moved int64
	}
	Days    []struct{ Date, Kind, Origin, Title string }
	Changes []struct {
		Number      int
		Source      string
		ByName      string `json:"by_name"`
		Publishes   []int
		Open, Moved int64
		Days        []struct{ Date string }
	}
}

// newYear is a district on the last working day of a year whose next is not published, with a
// pothole reported an hour before the office closes.
func newYear(t *testing.T) (w *world, id string) {
	at := time.Date(2026, 12, 31, 16, 30, 0, 0, region.Beijing)
	w = open(t, t.TempDir(), func() time.Time { return at })
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "urban", Title: "区城管局", Region: "420102000000"}}))
	w.install(fs.Sub(packs.Files, "examples/pothole"))
	w.must(w.Store.Drain(t.Context()))
	return w, w.enter("pothole.desk", "urban", "/cases", `{"pack":"pothole","flow":"hole","values":{"road":"后湖大道","class":"main","region":"420102017000"}}`)
}

func (w *world) calendarOf(path, body string, want int) (out calendarAnswer) {
	w.t.Helper()
	status, text := w.looks(people.DataAdmin, "", path, body)
	if status != want {
		w.t.Fatalf("%s: %d %s", path, status, text)
	}
	text = strings.NewReplacer("most_later", "mostlater").Replace(text)
	w.must(json.Unmarshal([]byte(text), &out))
	return out
}

// clockOf is when a case is due, and whether that is assumed.
func (w *world) clockOf(id string) (due string, assumed bool) {
	_, text := w.looks("pothole.desk", "urban", "/cases/"+id, "")
	var c struct {
		Clocks []struct {
			Due     time.Time
			Assumed bool
		}
	}
	w.must(json.Unmarshal([]byte(text), &c))
	return c.Clocks[0].Due.In(region.Beijing).Format("2006-01-02 15:04"), c.Clocks[0].Assumed
}

// TestNewYear: a year without a published calendar is flagged; its notice, pasted, moves what
// is due in it and says so, before and after; a day set here is told apart from the notice's.
func TestNewYear(t *testing.T) {
	w, id := newYear(t)
	if due, assumed := w.clockOf(id); due != "2027-01-04 10:00" || !assumed {
		t.Fatalf("due %s, assumed %t", due, assumed)
	}
	if y := w.calendarOf("/calendar?year=2027", "", 200); !y.Assumed || len(y.Changes) != 0 || y.Days[0].Origin != "assumed" {
		t.Errorf("before: %+v", y)
	}
	body, err := json.Marshal(map[string]string{"notice": notice2027})
	w.must(err)
	for _, path := range []string{"/calendar/changes?check=true", "/calendar/changes"} {
		r := w.calendarOf(path, string(body), 200)
		if m := r.Moves; m.Open != 1 || m.Moved != 1 || m.Later != 1 || m.MostLater != 24*3600 || len(r.Packs) != 1 || r.Packs[0].Moved != 1 || r.Year != 2027 || r.Source != "国办发明电〔2026〕9号" {
			t.Errorf("%s: %+v", path, r)
		}
		if d := r.Changed[2]; d.Date != "2027-01-04" || d.Before != "working" || d.After != "holiday" {
			t.Errorf("%s: %+v", path, r.Changed)
		}
		if due, _ := w.clockOf(id); strings.HasSuffix(path, "check=true") && due != "2027-01-04 10:00" {
			t.Errorf("a look ahead moved it to %s", due)
		}
	}
	w.must(w.Store.Drain(t.Context()))
	if due, assumed := w.clockOf(id); due != "2027-01-05 10:00" || assumed {
		t.Errorf("due %s, assumed %t", due, assumed)
	}
	own := w.calendarOf("/calendar/changes", `{"days":[{"date":"2027-01-04","kind":"working","title":"抗雪"}],"source":"区应急办通知"}`, 200)
	if own.Moves.Moved != 1 || own.Moves.Later != 0 {
		t.Errorf("back: %+v", own.Moves)
	}
	w.must(w.Store.Drain(t.Context()))
	if due, _ := w.clockOf(id); due != "2027-01-04 10:00" {
		t.Errorf("due %s", due)
	}
	y := w.calendarOf("/calendar?year=2027", "", 200)
	if d := y.Days[3]; y.Assumed || y.Days[0].Origin != "published" || d.Date != "2027-01-04" || d.Origin != "own" || d.Kind != "working" || d.Title != "抗雪" {
		t.Errorf("after: %+v", y.Days[:4])
	}
	if len(y.Changes) != 2 || y.Changes[0].Moved != 1 || y.Changes[0].Publishes[0] != 2027 || y.Changes[1].Source != "区应急办通知" || y.Changes[1].ByName != "试" {
		t.Errorf("changes %+v", y.Changes)
	}
}

// TestHoursOfAnOffice: other hours move the cases that run by them, and the answer says how many.
func TestHoursOfAnOffice(t *testing.T) {
	w, id := newYear(t)
	r := w.calendarOf("/office-hours?check=true", `{"office":"urban","week":["","09:00-18:30","09:00-18:30","09:00-18:30","09:00-18:30","09:00-18:30",""],"reason":"延时服务"}`, 200)
	if r.Moves.Open != 1 || r.Moves.Moved != 1 || r.Moves.Later != 0 {
		t.Errorf("%+v", r.Moves)
	}
	w.calendarOf("/office-hours", `{"office":"urban","week":["","09:00-18:30","09:00-18:30","09:00-18:30","09:00-18:30","09:00-18:30",""],"reason":"延时服务"}`, 200)
	if status, text := w.looks(people.DataAdmin, "", "/office-hours", ""); status != 200 || !strings.Contains(text, `"office":"urban"`) {
		t.Errorf("not told of at once: %d %s", status, text)
	}
	w.must(w.Store.Drain(t.Context()))
	if due, _ := w.clockOf(id); due != "2026-12-31 18:30" {
		t.Errorf("due %s", due)
	}
	for body, want := range map[string][2]string{
		`{"office":"urban","week":["","25:00-26:00","","","","",""]}`: {"clock.hours", "week[1]"},
		`{"office":"urban","week":["","","","","","",""]}`:            {"clock.hours", "week"},
		`{"week":["","09:00-12:00","","","","",""],"holiday":"x"}`:    {"clock.hours", "holiday"},
		`{"office":"nobody"}`: {"calendar.office", "office"},
	} {
		w.faultOf("/office-hours", body, want)
	}
	for body, want := range map[string][2]string{
		`{"source":"试"}`: {"clock.change", "days"},
		`{"days":[{"date":"2026-12-31","kind":"holiday"}]}`:                                                     {"calendar.source", "source"},
		`{"days":[{"date":"2026-12-31","kind":"holiday"},{"date":"2026-13-01","kind":"holiday"}],"source":"试"}`: {"clock.date", "days[1].date"},
		`{"days":[{"date":"2026-12-31","kind":"holiday"},{"date":"2026-12-30","kind":"makeup"}],"source":"试"}`:  {"clock.kind", "days[1].kind"},
		`{"days":[{"date":"2101-01-01","kind":"holiday"}],"source":"试"}`:                                        {"clock.range", "days[0].date"},
		`{"notice":"一、元旦：1月1日放假","source":"试"}`:                                                                 {"clock.notice", "notice"},
		`{"notice":"x","days":[{"date":"2026-12-31","kind":"holiday"}],"source":"试"}`:                           {"calendar.both", "notice"},
	} {
		w.faultOf("/calendar/changes?check=true", body, want)
	}
}

func (w *world) faultOf(path, body string, want [2]string) {
	w.t.Helper()
	status, text := w.looks(people.DataAdmin, "", path, body)
	var p struct{ Code, Where string }
	w.must(json.Unmarshal([]byte(text), &p))
	if status < 400 || p.Code != want[0] || p.Where != want[1] {
		w.t.Errorf("%s: %d %s", body, status, text)
	}
}
