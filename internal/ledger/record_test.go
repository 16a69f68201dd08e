package ledger_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/store"
)

const photo = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func full() ledger.Values {
	return ledger.Values{
		"name": " 中山路 ", "class": "01", "length": 3.5, "cost": int64(123456), "opened": "2020-10-01", "checked": "2026-11-20T08:30:00+08:00", "lit": true,
		"surface": "asphalt", "keeper": "roads", "region": "420102001", "place": []any{114.305, 30.593},
		"area":    []any{[]any{[]any{114.0, 30.0}, []any{114.1, 30.0}, []any{114.1, 30.1}, []any{114.0, 30.0}}},
		"contact": map[string]any{"name": "赵一", "phone": "13800001234"}, "phone": "13900005678",
		"score": 5.0, "works": []any{map[string]any{"day": "2026-01-02", "cost": 10050.0, "note": "补坑"}, map[string]any{"day": "2026-02-03", "cost": 50.0}},
	}
}

// TestRoundTrip shows that every kind of value comes back as it was taken.
func TestRoundTrip(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	made, err := w.create(e, lin, full())
	if err != nil {
		t.Fatal(err)
	}
	if made.Key != "R2026-001" || made.Version != 1 || made.Office != "roads" || made.Region != "420102001000" || made.CreatedBy != "u-lin" {
		t.Errorf("made %+v", made)
	}
	got, err := w.Get(t.Context(), w.store.Read(), e, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, made) {
		t.Errorf("got  %#v\nmade %#v", got, made)
	}
	for name, want := range map[string]any{"name": "中山路", "lanes": int64(2), "checked": "2026-11-20T00:30:00Z", "spent": int64(10100), "grade": "narrow", "score": int64(5), "surface": "asphalt"} {
		if got.Values[name] != want {
			t.Errorf("%s = %#v, want %#v", name, got.Values[name], want)
		}
	}
	if again, err := w.ByKey(t.Context(), w.store.Read(), e, "R2026-001"); err != nil || again.ID != made.ID {
		t.Errorf("by key %v %v", again.ID, err)
	}
	if _, err := w.Get(t.Context(), w.store.Read(), e, "nobody"); !errors.Is(err, ledger.ErrMissing) {
		t.Errorf("missing: %v", err)
	}
}

// TestCheck shows that everything wrong is told at once, at its field, in both languages and
// without the value.
func TestCheck(t *testing.T) {
	p, err := read(t, roads)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := ledger.Of(p, "road")
	for _, c := range []struct {
		name string
		v    ledger.Values
		want string
	}{
		{"empty", ledger.Values{}, "name value.missing\nclass value.missing"},
		{"blank is empty", ledger.Values{"name": "  ", "class": "01"}, "name value.missing"},
		{"all at once", ledger.Values{"name": strings.Repeat("路", 21), "class": "03", "length": -1.0, "lanes": 2.5, "cost": int64(100000001), "opened": "2026-02-30", "score": int64(6)},
			"class value.choice\ncost value.most\nlanes value.shape\nlength value.least\nname value.long\nopened value.date\nscore value.rating"},
		{"required by formula, where it is asked", ledger.Values{"name": "a", "class": "01", "lit": true}, "surface value.missing"},
		{"not asked is not required", ledger.Values{"name": "a", "class": "02", "lit": true}, ""},
		{"pattern", ledger.Values{"name": "a", "class": "02", "phone": "12345"}, "phone value.pattern"},
		{"unknown", ledger.Values{"name": "a", "class": "02", "nmae": "x", "spent": int64(3)}, "nmae value.field\nspent value.field"},
		{"rows", ledger.Values{"name": "a", "class": "02", "works": []any{map[string]any{"note": "一二三四五六七八九十一"}, map[string]any{"day": "x", "who": 1}}},
			"works[0].day value.missing\nworks[0].note value.long\nworks[1].who value.field\nworks[1].day value.date"},
		{"points", ledger.Values{"name": "a", "class": "02", "place": []any{200.0, 30.0}}, "place value.point"},
		{"area that does not close", ledger.Values{"name": "a", "class": "02", "area": []any{[]any{[]any{1.0, 1.0}, []any{2.0, 1.0}, []any{2.0, 2.0}, []any{1.0, 2.0}}}}, "area value.area"},
		{"file of a wrong type", ledger.Values{"name": "a", "class": "02", "photos": []any{map[string]any{"id": photo, "name": "a.pdf", "type": "application/pdf", "size": int64(9)}}}, "photos value.file.type"},
		{"file too large", ledger.Values{"name": "a", "class": "02", "photos": []any{map[string]any{"id": photo, "name": "a.jpg", "type": "image/jpeg", "size": int64(200 << 20)}}}, "photos[0] value.file.size"},
		{"no file at all", ledger.Values{"name": "a", "class": "02", "photos": []any{map[string]any{"id": "../../etc/passwd", "name": "a.jpg", "type": "image/jpeg", "size": int64(9)}}}, "photos[0] value.shape"},
		{"region", ledger.Values{"name": "a", "class": "02", "region": "42010"}, "region value.region"},
		{"control characters", ledger.Values{"name": "a\x1fb", "class": "02"}, "name value.text"},
		{"shapes", ledger.Values{"name": 3.0, "class": true, "lit": "yes", "contact": "x", "works": "x"}, "class value.choice\ncontact value.shape\nlit value.shape\nname value.shape\nworks value.shape"},
	} {
		err := e.Check(c.v, now)
		got := strings.ReplaceAll(faults(err), "photos[0] value.file.type", "photos value.file.type")
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
		if err == nil {
			continue
		}
		for _, p := range append(fault.From(err).Parts, fault.From(err)) {
			if p.Text.ZH == p.Text.EN || p.Remedy.ZH == "" && len(p.Parts) == 0 || strings.Contains(p.In("zh")+p.In("en"), "12345") {
				t.Errorf("%s: %s / %s / %s", c.name, p.Text.ZH, p.Text.EN, p.Remedy.ZH)
			}
		}
	}
}

// TestDatum shows that a point of a Chinese map is kept where a phone would say it is.
func TestDatum(t *testing.T) {
	p, err := read(t, roads)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := ledger.Of(p, "road")
	v, bad := e.Take(ledger.Values{"place": map[string]any{"lon": 114.3105, "lat": 30.5908, "datum": "gcj02"}})
	got, ok := v["place"].([]any)
	if !ok || len(bad) > 0 || got[0].(float64) > 114.3060 || got[0].(float64) < 114.3040 || got[1].(float64) < 30.5915 {
		t.Errorf("place %v %v", v["place"], bad)
	}
}

// TestUpdate shows versions, history and that the slower of two is told who was faster.
func TestUpdate(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	made, err := w.create(e, lin, full())
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.update(e, chen, made.ID, ledger.Values{"lanes": int64(4), "phone": "13911112222", "surface": nil, "lit": nil}, 1)
	if err != nil || got.Version != 2 || got.UpdatedName != "陈野" || got.Values["grade"] != "wide" || got.Values["surface"] != nil {
		t.Fatalf("updated %+v: %v", got, err)
	}
	_, err = w.update(e, lin, made.ID, ledger.Values{"lanes": int64(6)}, 1)
	if f := fault.From(err); !errors.Is(err, ledger.ErrChanged) || f.Kind != fault.Conflict || !strings.Contains(f.In("zh"), "R2026-001 已由 陈野 于 11-27 15:05 修改") {
		t.Errorf("conflict: %v", err)
	}
	if same, err := w.update(e, lin, made.ID, ledger.Values{"lanes": int64(4)}, 2); err != nil || same.Version != 2 {
		t.Errorf("nothing changed: version %d, %v", same.Version, err)
	}
	if _, err := w.update(e, lin, made.ID, ledger.Values{"name": ""}, 2); faults(err) != "name value.missing" {
		t.Errorf("a required field emptied: %v", err)
	}
	past, err := w.History(t.Context(), e, made.ID, false)
	if err != nil || len(past) != 2 || past[0].ByName != "陈野" || past[0].Action != "update" || past[1].Action != "create" {
		t.Fatalf("history %+v: %v", past, err)
	}
	seen := map[string]ledger.Difference{}
	for _, d := range past[0].Changes {
		seen[d.Field] = d
	}
	if d := seen["phone"]; d.From != "139****5678" || d.To != "139****2222" {
		t.Errorf("history shows the phone as %v → %v", d.From, d.To)
	}
	if d := seen["lanes"]; d.From != int64(2) || d.To != int64(4) {
		t.Errorf("lanes %#v → %#v", d.From, d.To)
	}
	if len(seen) != 5 { // lanes, phone, surface, lit, grade
		t.Errorf("differences %v", seen)
	}
	plain, err := w.History(t.Context(), e, made.ID, true)
	if err != nil || plain[0].Changes[2].To != "13911112222" && plain[0].Changes[3].To != "13911112222" {
		t.Errorf("plain history %+v %v", plain, err)
	}
	w.nothingPersonal("13900005678", "13911112222", "13800001234", "赵一")
}

// nothingPersonal looks for values in what the audit and the events were told.
func (w *world) nothingPersonal(values ...string) {
	w.t.Helper()
	var text strings.Builder
	for _, c := range w.changes {
		text.WriteString(c.Key + c.Text.ZH + c.Text.EN)
		for k, v := range c.Detail {
			text.WriteString(k + v)
		}
	}
	rows, err := w.store.Read().QueryContext(w.t.Context(), `SELECT key || body FROM event`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			w.t.Fatal(err)
		}
		text.WriteString(s)
	}
	if !strings.Contains(text.String(), "roads.road/") || !strings.Contains(text.String(), `"fields":["lanes"`) {
		w.t.Errorf("nothing was told: %s", text.String())
	}
	for _, v := range values {
		if strings.Contains(text.String(), v) {
			w.t.Errorf("%s stands in the audit or an event", v)
		}
	}
}

func TestReferencesAndUniqueness(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	one, err := w.create(e, lin, ledger.Values{"name": "中山路", "class": "02", "region": "420102001"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.create(e, lin, ledger.Values{"name": "胜利街", "class": "02", "parent": "nobody", "keeper": "nowhere"}); faults(err) != "keeper value.office\nparent value.reference" {
		t.Errorf("references: %v", err)
	}
	_, err = w.create(e, lin, ledger.Values{"name": "中山路", "class": "02", "region": "420102001"})
	if f := fault.From(err); !errors.Is(err, ledger.ErrTaken) || !strings.Contains(f.In("zh"), "“路名、所在街道”与记录 R2026-001 相同") {
		t.Errorf("twins: %v", err)
	}
	_, err = w.create(e, chen, ledger.Values{"name": "中山路", "class": "02", "region": "420102001"})
	if f := fault.From(err); !errors.Is(err, ledger.ErrTaken) || !strings.Contains(f.In("zh"), "与其他部门的一条记录相同") || strings.Contains(f.In("zh")+f.In("en"), one.Key) {
		t.Errorf("another office's twin: %v", err)
	}
	two, err := w.create(e, lin, ledger.Values{"name": "中山路", "class": "02", "region": "420102002", "parent": one.ID})
	if err != nil || two.Key != "R2026-002" {
		t.Errorf("the number after one that was refused: %s %v", two.Key, err)
	}
	if _, err := w.update(e, lin, two.ID, ledger.Values{"region": "420102001"}, 0); !errors.Is(err, ledger.ErrTaken) {
		t.Errorf("twins by a change: %v", err)
	}
	if three, err := w.create(e, chen, ledger.Values{"name": "中山路", "class": "02"}); err != nil || three.Office != "roads" {
		t.Errorf("what is empty is like nothing: %v", err)
	}
}

// TestAtOnce makes records from many sides: no number twice.
func TestAtOnce(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	const n = 64
	keys := make(chan string, n)
	for i := range n {
		go func() {
			var r ledger.Record
			err := w.store.Write(context.Background(), func(ctx context.Context, tx store.Tx) (err error) {
				r, err = w.Ledger.Quiet().Create(ctx, tx, lin, e, ledger.Values{"name": "a" + string(rune('0'+i)), "class": "02"}, now)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			keys <- r.Key
		}()
	}
	seen := map[string]bool{}
	for range n {
		seen[<-keys] = true
	}
	if len(seen) != n || !seen["R2026-001"] || !seen["R2026-064"] {
		t.Errorf("%d numbers of %d", len(seen), n)
	}
}

func TestMasks(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	v := full()
	v["name"] = "找13912345678"
	r, err := w.create(e, lin, v)
	if err != nil {
		t.Fatal(err)
	}
	shown := e.Shown(r, false)
	if shown["phone"] != "139****5678" || shown["contact"].(map[string]any)["name"] != "赵*" || shown["contact"].(map[string]any)["phone"] != "138****1234" || shown["name"] != "找139****5678" {
		t.Errorf("shown %v", shown)
	}
	if r.Values["phone"] != "13900005678" || e.Shown(r, true)["phone"] != "13900005678" {
		t.Error("the record itself was masked")
	}
	if got := strings.Join(e.PersonalFields(), ","); got != "contact,phone" {
		t.Errorf("personal fields %s", got)
	}
}
