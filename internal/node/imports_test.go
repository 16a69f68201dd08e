package node

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
)

const wells = `
pack: {id: wells, version: 1.0.0, title: 井盖}
roles: {keeper: 管护员}
entity:
  well:
    title: 井盖
    key: "W{seq:3}"
    fields:
      place: {type: text, title: 位置, required: true}
      kind:  {type: "enum(rain, sewage)", title: 类别}
      cost:  {type: money, title: 造价}
      phone: {type: text, title: 联系电话, personal: phone}
      photo: {type: files, title: 照片, accept: image}
`

// keeper is somebody of an office who is signed in.
type keeper struct {
	w         *world
	token, id string
}

func (w *world) keeper(office string) keeper {
	w.t.Helper()
	return w.signed("k_"+office, "何管", office, "wells.keeper")
}

// signed is somebody of an office with a role, signed in.
func (w *world) signed(login, name, office string, role people.Role) keeper {
	w.t.Helper()
	given, err := w.People.Demonstrate(w.t.Context(), []people.Profile{{Login: login, Name: name, Office: office, Roles: []people.Role{role}}})
	w.must(err)
	s, token, err := w.People.SignIn(w.t.Context(), login, given[0], people.Place{})
	w.must(err)
	return keeper{w, token, s.User.ID}
}

func (k keeper) ask(method, path, body string, header ...string) reply {
	k.w.t.Helper()
	return k.w.request(method, "/api/v1"+path, body, append(header, "Cookie", "chengshu_session="+k.token, "X-CSRF-Token", people.CSRF(k.token))...)
}

func (k keeper) send(path, name string, data []byte) reply {
	k.w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	k.w.must(err)
	_, err = part.Write(data)
	k.w.must(errorsOf(err, m.Close()))
	return k.ask("POST", path, b.String(), "Content-Type", m.FormDataContentType())
}

type importAnswer struct {
	ID, State, Task string
	Made, Bad       int64
	Faults          []struct{ Where, Text string }
}

// worked waits for the task of an answer and gives the import as it is then.
func (k keeper) worked(r reply) importAnswer {
	k.w.t.Helper()
	return k.workedOn("wells/well", r)
}

func (k keeper) workedOn(register string, r reply) (out importAnswer) {
	k.w.t.Helper()
	if r.status != 202 || json.Unmarshal([]byte(r.body), &out) != nil || out.Task == "" {
		k.w.t.Fatalf("%d %s", r.status, r.body)
	}
	task, err := k.w.Tasks.Wait(k.w.t.Context(), out.Task)
	k.w.must(err)
	if task.Failure != nil {
		k.w.t.Fatal(task.Failure)
	}
	r = k.ask("GET", "/register-imports/"+register+"/"+out.ID, "")
	k.w.must(json.Unmarshal([]byte(r.body), &out))
	return out
}

// TestARegisterIsImportedAndExported walks a file of records through the door: tried with its
// errors at cells, corrected, loaded, taken out again, and taken back.
func TestARegisterIsImportedAndExported(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "water", Title: "水务局", Region: "420102000000"}, {Name: "roads", Title: "城管局", Region: "420102000000"}}))
	w.install(written(wells))
	k, other := w.keeper("water"), w.keeper("roads")

	bad := k.worked(k.send("/register-imports/wells/well", "井盖.csv", []byte("位置,类别,造价,联系电话\n中山路1号,rain,12.5,13800001234\n,sew,九,\n")))
	if bad.State != "refused" || bad.Bad != 3 || bad.Faults[0].Where != "井盖!B3" {
		t.Errorf("refused %+v", bad)
	}
	if r := k.ask("GET", "/register-imports/wells/well/"+bad.ID+"/marked", ""); r.status != 200 || !strings.HasPrefix(r.body, "PK") || r.header.Get("X-Chengshu-Receipt") == "" {
		t.Errorf("marked: %d %v", r.status, r.header)
	}
	if r := k.ask("POST", "/register-imports/wells/well/"+bad.ID+"/load", ""); r.status != 409 || r.problem.Code != "import.state" {
		t.Errorf("a refused file: %d %s", r.status, r.body)
	}
	good := k.worked(k.send("/register-imports/wells/well", "井盖.csv", []byte("位置,类别,造价,联系电话\n中山路1号,rain,12.5,13800001234\n\"=HYPERLINK(\"\"x\"\")\",sewage,,\n")))
	if good.State != "tried" {
		t.Fatalf("tried %+v", good)
	}
	if r := other.ask("GET", "/register-imports/wells/well/"+good.ID, ""); r.status != 404 {
		t.Errorf("another office sees it: %d", r.status)
	}
	if good = k.worked(k.ask("POST", "/register-imports/wells/well/"+good.ID+"/load", "")); good.State != "done" || good.Made != 2 {
		t.Fatalf("loaded %+v", good)
	}
	r := k.ask("GET", "/exports/registers/wells/well?format=csv&columns=key,place,kind,cost,phone,office&sort=key", "")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d %v %s", r.status, err, r.body)
	}
	text := fmt.Sprint(rows)
	if !strings.Contains(text, "W001 中山路1号 rain 12.50 138****1234 水务局") || strings.Contains(r.body, "\n=") || strings.Contains(r.body, ",=") || strings.Contains(r.body, "13800001234") {
		t.Errorf("exported %s", text)
	}
	if r := other.ask("GET", "/exports/registers/wells/well?format=csv", ""); strings.Contains(r.body, "W001") {
		t.Errorf("another office takes it: %s", r.body)
	}
	if good = k.worked(k.ask("POST", "/register-imports/wells/well/"+good.ID+"/take-back", "")); good.State != "undone" {
		t.Errorf("taken back %+v", good)
	}
	if r := k.ask("GET", "/register-templates/wells/well", ""); r.status != 200 || !strings.HasPrefix(r.body, "PK") {
		t.Errorf("template: %d", r.status)
	}
	if r := k.ask("GET", "/registers/wells/well", ""); strings.Contains(r.body, "W001") {
		t.Errorf("still there: %s", r.body)
	}
}

// TestPhotosOfRecords sends photos, good and bad, and asks for them.
func TestPhotosOfRecords(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "water", Title: "水务局", Region: "420102000000"}, {Name: "roads", Title: "城管局", Region: "420102000000"}}))
	w.install(written(wells))
	k, other := w.keeper("water"), w.keeper("roads")

	for name, data := range map[string][]byte{"a.jpg": []byte("<svg onload=alert(1)>"), "b.jpg": []byte("MZ\x90\x00"), "c.png": nil} {
		if r := k.send("/files", name, data); r.status != 422 || !strings.HasPrefix(r.problem.Code, "blob.") || r.problem.Remedy == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil))
	r := k.send("/files", "现场.jpg", b.Bytes())
	var f struct {
		ID, Name, Type string
		Place          []float64
	}
	if r.status != 201 || json.Unmarshal([]byte(r.body), &f) != nil || f.Type != "image/jpeg" || len(f.Place) > 0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r = k.ask("POST", "/registers/wells/well", fmt.Sprintf(`{"values":{"place":"中山路","photo":[{"id":%q,"name":%q}]}}`, f.ID, f.Name), "Content-Type", "application/json")
	var made struct{ ID string }
	if json.Unmarshal([]byte(r.body), &made) != nil || made.ID == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	at := "/register-files/wells/well/" + made.ID + "/" + f.ID
	for _, path := range []string{at, at + "?small=true"} {
		r = k.ask("GET", path, "")
		if r.status != 200 || !strings.HasPrefix(r.body, "\xff\xd8") || r.header.Get("Content-Type") != "image/jpeg" || r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %d %v", path, r.status, r.header)
		}
	}
	if r := other.ask("GET", at, ""); r.status != 404 {
		t.Errorf("another office sees it: %d", r.status)
	}
	if r := k.ask("GET", "/register-files/wells/well/"+made.ID+"/"+strings.Repeat("0", 64), ""); r.status != 404 {
		t.Errorf("a file that is not there: %d", r.status)
	}
}

const patrol = `
pack: {id: patrol, version: 1.0.0, title: 巡查}
roles: {walker: 巡查员}
entity:
  walk:
    fields:
      place:  {type: point, title: 位置, required: true}
      photos: {type: files, title: 照片, accept: image}
flow:
  walk:
    states:
      new:
        by: walker
        route: stay
        actions:
          done: {to: closed, need: [photos], check: "distance(photos.place, place) <= metres(50)"}
      closed: {end: true}
`

// TestNobodySaysWhereAPhotoWasTaken acts on a case with a photo that says no place, and a
// request that says one: the check goes by the photo.
func TestNobodySaysWhereAPhotoWasTaken(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "water", Title: "水务局", Region: "420102000000"}}))
	w.install(written(patrol))
	by := people.Actor{Kind: people.UserKind, ID: "u", Name: "何巡", Office: "water", Roles: []people.Role{"patrol.walker"}}
	c, _, err := w.Flow.Open(t.Context(), by, flow.Opening{Pack: "patrol", Flow: "walk", Values: ledger.Values{"place": []any{114.3, 30.6}}})
	w.must(err)
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil))
	f, err := w.Ledger.Keep(t.Context(), by, "a.jpg", &b)
	w.must(err)
	f["place"] = []any{114.3, 30.6}
	after, err := w.Flow.Act(t.Context(), by, c.ID, flow.Input{Action: "done", Values: ledger.Values{"photos": []any{f}}})
	if err == nil || after.State == "closed" || fault.From(err).Code != "case.check" {
		t.Errorf("the case is %s: %v", after.State, err)
	}
}
