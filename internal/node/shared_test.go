package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
)

// like says that something reads as one that is not there does.
func (k keeper) like(name, path, body, id string) {
	k.w.t.Helper()
	ask := func(path string) reply {
		if body == "" {
			return k.ask("GET", path, "")
		}
		return k.ask("POST", path, body)
	}
	nothing := strings.NewReplacer(id, "00000000-none")
	a, b := ask(path), ask(nothing.Replace(path))
	if a.status < 400 || a.status != b.status || nothing.Replace(a.body) != b.body {
		k.w.t.Errorf("%s: %s is told apart from one that is not there:\n%d %s\n%d %s", name, path, a.status, a.body, b.status, b.body)
	}
}

// TestSightOfACaseShared shares a case with an office that assists: it sees the case, its files
// and what is said there, and nothing of the cases below it; the others see none of it. Who
// goes to another office sees no more, neither by what they watch nor by what they were told.
func TestSightOfACaseShared(t *testing.T) {
	w := sighted(t)
	houhu, tazihu, urban, water := w.seats()
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil))
	sent := houhu.send("/files", "现场.jpg", b.Bytes())
	var photo struct{ ID, Name string }
	w.must(json.Unmarshal([]byte(sent.body), &photo))
	const words = "护栏松动"
	field := fmt.Sprintf(`[{"id":%q,"name":%q}]`, photo.ID, photo.Name)
	opened := houhu.ask("POST", "/cases", fmt.Sprintf(`{"pack":"sights","flow":"job","values":{"text":"%s","photo":%s}}`, words, field))
	id := w.idOf("/cases", opened.status, opened.body)
	var c struct{ Case struct{ Key, Record string } }
	w.must(json.Unmarshal([]byte(opened.body), &c))
	key, file := c.Case.Key, "/register-files/sights/job/"+c.Case.Record+"/"+photo.ID
	own := tazihu.enter("/cases", `{"pack":"sights","flow":"job","values":{"text":"另一处"}}`)
	act := func(k keeper, body string, want int) reply {
		t.Helper()
		r := k.ask("POST", "/cases/"+id+"/act", body)
		if r.status != want {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
		return r
	}
	for range 3 {
		act(houhu, `{"action":"split"}`, 200)
	}

	// Before it is shared, and for its siblings after that as well.
	strangers := []keeper{tazihu, water}
	for range 2 {
		for i, k := range strangers {
			name := fmt.Sprintf("stranger %d", i)
			k.like(name, "/cases/"+id, "", id)
			k.like(name, file, "", c.Case.Record)
			k.like(name, file+"?small=true", "", c.Case.Record)
			k.like(name, "/cases/"+id+"/act", `{"action":"comment","reason":"看看"}`, id)
			k.like(name, "/cases/"+id+"/act", `{"action":"assist","reason":"看看"}`, id)
			if r := k.ask("GET", "/cases?desk=all&parent="+id, ""); strings.Contains(r.body, words) {
				t.Errorf("%s: below it: %s", name, r.body)
			}
			if r := k.ask("GET", "/notices", ""); strings.Contains(r.body, key) {
				t.Errorf("%s was told: %s", name, r.body)
			}
		}
		if len(strangers) == 2 {
			r := act(houhu, fmt.Sprintf(`{"action":"comment","reason":"请看","named":[%q]}`, water.id), 422)
			if r.problem.Code != "case.values" && !strings.Contains(r.body, "case.named") || strings.Contains(r.body, "舒水") {
				t.Errorf("naming who does not see it: %s", r.body)
			}
			act(houhu, `{"action":"invite","to":"water"}`, 200)
		}
		strangers = strangers[:1]
	}
	if r := tazihu.ask("GET", "/register-files/sights/job/"+c.Case.Record+"/"+photo.ID, ""); r.status != 404 {
		t.Errorf("a photo by the record it is of: %d", r.status)
	}
	var mine struct{ Record string }
	w.must(json.Unmarshal([]byte(tazihu.ask("GET", "/cases/"+own, "").body), &mine))
	if r := tazihu.ask("GET", "/register-files/sights/job/"+mine.Record+"/"+photo.ID, ""); mine.Record == "" || r.status != 404 {
		t.Errorf("a photo by a record of one's own: %d", r.status)
	}

	// What whoever assists sees.
	page := func(k keeper) (x struct {
		Children struct {
			All, Open int
			Items     []struct{ ID string }
		}
		Offers []struct {
			Action  string
			Choices []struct{ Value string }
		}
	}) {
		t.Helper()
		r := k.ask("GET", "/cases/"+id, "")
		if r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		w.must(json.Unmarshal([]byte(r.body), &x))
		return x
	}
	for _, x := range []struct {
		k    keeper
		want int
	}{{houhu, 3}, {urban, 3}, {water, 0}} {
		p := page(x.k)
		if p.Children.All != x.want || p.Children.Open != x.want || len(p.Children.Items) != x.want {
			t.Errorf("below it: %+v, want %d", p.Children, x.want)
		}
		if r := x.k.ask("GET", "/cases?desk=all&parent="+id, ""); strings.Count(r.body, `"title":"`+words+`"`) != x.want {
			t.Errorf("the list of those below: %s", r.body)
		}
		for _, o := range p.Offers {
			for _, choice := range o.Choices {
				if o.Action == "comment" && choice.Value == tazihu.id {
					t.Errorf("who does not see it may be named")
				}
			}
		}
	}
	if r := act(houhu, `{"action":"go"}`, 409); strings.ContainsAny(r.problem.Detail, "0123456789") {
		t.Errorf("what keeps it open is counted: %s", r.problem.Detail)
	}
	for _, path := range []string{file, file + "?small=true"} {
		if r := water.ask("GET", path, ""); r.status != 200 || !strings.HasPrefix(r.body, "\xff\xd8") {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	act(water, `{"action":"comment","reason":"已到场"}`, 200)
	act(houhu, fmt.Sprintf(`{"action":"comment","reason":"请看","named":[%q]}`, water.id), 200)
	if r := water.ask("POST", "/cases/"+id+"/watch", `{"on":true}`); r.status != 200 {
		t.Errorf("watching: %d", r.status)
	}
	notices := func() string { return water.ask("GET", "/notices", "").body }
	if text := notices(); strings.Count(text, key) != 2 || strings.Count(text, `"link":"/cases/`+id+`"`) != 2 {
		t.Errorf("told: %s", text)
	}
	views := "?page=%2Fcases"
	if r := water.ask("POST", "/views", `{"page":"/cases","name":"后湖所的","query":"desk=all&office=houhu"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var view struct{ Items []struct{ ID string } }
	w.must(json.Unmarshal([]byte(water.ask("GET", "/views"+views, "").body), &view))
	if r := tazihu.ask("GET", "/views"+views, ""); strings.Contains(r.body, "后湖所的") || len(view.Items) != 1 {
		t.Errorf("another's view: %s", r.body)
	}
	if r := tazihu.ask("POST", "/views/"+view.Items[0].ID+"/remove", `{}`); strings.Contains(r.body, "后湖所的") || !strings.Contains(water.ask("GET", "/views"+views, "").body, "后湖所的") {
		t.Errorf("another's view is removed: %d %s", r.status, r.body)
	}
	if r := tazihu.ask("GET", "/cases?desk=all&office=houhu", ""); r.status != 200 || !strings.Contains(r.body, `"items":[]`) {
		t.Errorf("cases of an office that is not theirs: %s", r.body)
	}

	// The assisting person goes to another office.
	_, err := w.People.Correct(t.Context(), people.Local(), water.id, "舒水", "tazihu")
	w.must(err)
	w.must(w.Store.Drain(t.Context()))
	water.like("who has left", "/cases/"+id, "", id)
	if text := notices(); strings.Contains(text, key) || strings.Contains(text, id) || strings.Count(text, "已不在您可查看的范围内") != 2 {
		t.Errorf("still told: %s", text)
	}
	if r := water.ask("GET", "/cases?desk=watch", ""); !strings.Contains(r.body, `"items":[]`) {
		t.Errorf("still watched: %s", r.body)
	}
	if r := water.ask("GET", "/case-desks", ""); !strings.Contains(r.body, `"watch":0`) {
		t.Errorf("still counted: %s", r.body)
	}
	act(houhu, fmt.Sprintf(`{"action":"comment","reason":"请看","named":[%q]}`, water.id), 422)
}

// TestSightOfWhoAssists: an office that assists sees the case, and so does the one above it; what
// stands beside it does not.
func TestSightOfWhoAssists(t *testing.T) {
	w := sighted(t)
	houhu, tazihu, urban, water := w.seats()
	id := water.enter("/cases", `{"pack":"sights","flow":"job","values":{"text":"护栏松动"}}`)
	for _, k := range []keeper{houhu, urban} {
		k.like("before it is asked", "/cases/"+id, "", id)
	}
	if r := water.ask("POST", "/cases/"+id+"/act", `{"action":"invite","to":"houhu"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for name, k := range map[string]keeper{"who assists": houhu, "the office above": urban} {
		if r := k.ask("GET", "/cases/"+id, ""); r.status != 200 || !strings.Contains(k.ask("GET", "/cases?desk=all", "").body, id) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	tazihu.like("a sibling", "/cases/"+id, "", id)
	tazihu.like("a sibling", "/cases/"+id+"/act", `{"action":"assist","reason":"已到场"}`, id)
	if r := tazihu.ask("GET", "/cases?desk=all", ""); strings.Contains(r.body, id) || strings.Contains(tazihu.ask("GET", "/find?q=J0001", "").body, "J0001") {
		t.Errorf("a sibling's list: %s", r.body)
	}
}

// TestSightOfARecordsCase gives a case's record to another office: that one reads the record,
// and is told neither of the case nor of how far it is. How many cases run is told to whoever
// sees them all.
func TestSightOfARecordsCase(t *testing.T) {
	w := sighted(t)
	houhu, _, _, water := w.seats()
	data := w.signed("s_data", "戴数", "urban", people.DataAdmin)
	id := houhu.enter("/cases", `{"pack":"sights","flow":"job","values":{"text":"护栏松动","keeper":"water"}}`)
	if r := water.ask("GET", "/registers/sights/job", ""); !strings.Contains(r.body, "护栏松动") || strings.Contains(r.body, id) || !strings.Contains(r.body, `"case":"","state":""`) {
		t.Errorf("the record's office: %d %s", r.status, r.body)
	}
	if r := data.ask("GET", "/registers/sights/job", ""); !strings.Contains(r.body, `"case":"`+id+`"`) {
		t.Errorf("who sees the case: %d %s", r.status, r.body)
	}
	for _, path := range []string{"/packs", "/packs/sights"} {
		if r := houhu.ask("GET", path, ""); r.status != 200 || !strings.Contains(r.body, `"open":null`) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		if r := data.ask("GET", path, ""); !strings.Contains(r.body, `"open":1`) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestPartedByTheDoor joins two cases, and takes them apart again: by whose turn it is, with a
// reason, in their histories and the audit.
func TestPartedByTheDoor(t *testing.T) {
	w := sighted(t)
	houhu, tazihu, _, _ := w.seats()
	first := houhu.enter("/cases", `{"pack":"sights","flow":"job","values":{"text":"护栏松动"}}`)
	second := houhu.enter("/cases", `{"pack":"sights","flow":"job","values":{"text":"护栏松动"}}`)
	act := func(k keeper, id, body string, want int) string {
		t.Helper()
		r := k.ask("POST", "/cases/"+id+"/act", body)
		if r.status != want {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
		return r.body
	}
	act(houhu, second, fmt.Sprintf(`{"action":"merge_into","to":%q,"reason":"同一处"}`, first), 200)
	if r := houhu.ask("GET", "/cases/"+first, ""); !strings.Contains(r.body, `"joined":{"all":1`) || !strings.Contains(houhu.ask("GET", "/cases?desk=all&into="+first, "").body, second) {
		t.Errorf("joined: %s", r.body)
	}
	if r := tazihu.ask("GET", "/cases?desk=all&into="+first, ""); !strings.Contains(r.body, `"items":[]`) {
		t.Errorf("joined, to a stranger: %s", r.body)
	}
	tazihu.like("a stranger", "/cases/"+second+"/act", `{"action":"unmerge","reason":"不是同一处"}`, second)
	act(houhu, second, `{"action":"unmerge","reason":" "}`, 422)
	if text := act(houhu, second, `{"action":"unmerge","reason":"不是同一处"}`, 200); !strings.Contains(text, `"state":"new"`) || !strings.Contains(text, "撤销并单") || !strings.Contains(text, `"into":null`) {
		t.Errorf("parted: %s", text)
	}
	if r := houhu.ask("GET", "/cases/"+first, ""); !strings.Contains(r.body, `"merged":0`) || !strings.Contains(r.body, "并入的上报撤出") || !strings.Contains(r.body, `"joined":{"all":0`) {
		t.Errorf("the other: %s", r.body)
	}
	w.must(w.Store.Drain(t.Context()))
	if e := w.lastLook("case.unmerge"); e.Office != "houhu" || !strings.HasSuffix(e.Target, second) {
		t.Errorf("the audit: %+v", e)
	}
}
