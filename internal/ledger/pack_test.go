package ledger_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew); got\n%s", name, got)
	}
}

// TestMistakes reads a pack with many mistakes: each is told once, at its line, with what
// was meant.
func TestMistakes(t *testing.T) {
	text, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = read(t, string(text))
	if err == nil {
		t.Fatal("it was taken")
	}
	golden(t, "mistakes.txt", fault.From(err).In("zh")+"\n\n"+fault.From(err).In("en")+"\n")
	lines := strings.Split(string(text), "\n")
	for i, l := range lines {
		wrong := strings.Contains(l, "# wrong")
		told := strings.Contains(fault.From(err).In("en"), "pack.yaml:"+itoa(i+1)+":")
		if wrong != told {
			t.Errorf("line %d: wrong %v, told %v: %s", i+1, wrong, told, l)
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestSchemas(t *testing.T) {
	var sections []spec.Section
	for _, k := range ledger.Kinds(nil) {
		sections = append(sections, k.Section())
	}
	out, err := spec.FolderSchema(sections)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "schema.json", string(out))
}

// TestUpgrade shows what an upgrade may do while there are records, what it may not, and
// that going back loses nothing.
func TestUpgrade(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	made, err := w.create(e, lin, full())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.create(e, lin, ledger.Values{"name": "沿江大道", "class": "01", "region": "420102001", "score": int64(5)}); err != nil {
		t.Fatal(err)
	}
	next := func(version string, changes ...string) (*pack.Pack, error) {
		return w.packs.Read(folder(strings.NewReplacer(append(changes, "1.0.0", version)...).Replace(roads)))
	}
	for _, c := range []struct {
		name, says string
		changes    []string
	}{
		{"a field with values goes", "路名 在 2 条记录中有值", []string{"      name:    {type: text(20), title: 路名, required: true}\n", "", "show: name", "show: phone2", "[[name, region]]", "[]", "phone:   {type: text,", "phone2: text\n      phone:   {type: text,"}},
		{"a type is narrowed", "由数改为整数，1 条记录的值会丢失", []string{"length:  {type: number,", "length:  {type: integer,"}},
		{"a text is shortened", "2 个字，2 条记录更长", []string{"text(20)", "text(2)"}},
		{"a code in use goes", "主干路 在 2 条记录中使用", []string{`    - {code: "01", name: {zh: 主干路, en: main road}}` + "\n", "", "class == '01'", "class == '02'"}},
		{"a word in use goes", "asphalt 在 1 条记录中使用", []string{`"enum(asphalt, concrete)"`, `"enum(concrete, stone)"`}},
		{"duplicates become unique", "有 1 组重复", []string{"score:   {type: rating,", "score:   {type: rating, unique: true,"}},
		{"the register goes", "登记表 道路 有 2 条记录", []string{"  road:\n", "  street:\n", "reference(road)", "reference(street)"}},
	} {
		p, err := next("1.1.0", c.changes...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		plan, err := w.packs.Plan(t.Context(), p, false)
		if err != nil || len(plan.Forbidden()) != 1 || !strings.Contains(plan.Forbidden()[0].Text.ZH, c.says) || plan.Forbidden()[0].Remedy.ZH == "" {
			t.Errorf("%s: %v %+v", c.name, err, plan.Changes)
		}
		if _, err := w.packs.Install(t.Context(), lin, p, "1.0.0", false); !errors.Is(err, pack.ErrForbidden) {
			t.Errorf("%s was installed: %v", c.name, err)
		}
	}
	p, err := next("1.1.0", "      lanes:", "      note: {type: text, required: true, title: 备注}\n      lanes:", "title: 长度", "title: 全长, index: true", `"enum(asphalt, concrete)"`, `"enum(asphalt, concrete, stone)"`,
		"      opened:  {type: date, title: 通车日期}\n", "      opened:  {type: text, title: 通车}\n")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := w.packs.Install(t.Context(), lin, p, "1.0.0", false)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range plan.Changes {
		lines = append(lines, string(c.Act)+" "+c.Name+": "+c.Text.ZH)
	}
	golden(t, "plan.txt", strings.Join(lines, "\n")+"\n")
	newer, _ := ledger.Of(p, "road")
	if _, err := w.update(newer, lin, made.ID, ledger.Values{"lanes": int64(3)}, 0); faults(err) != "note value.missing" {
		t.Errorf("a record that lacks what is required now: %v", err)
	}
	if _, err := w.update(newer, lin, made.ID, ledger.Values{"note": "双向"}, 0); err != nil {
		t.Error(err)
	}
	if _, err := w.packs.Undo(t.Context(), lin, "roads", false); err != nil {
		t.Fatal(err)
	}
	back, err := w.Get(t.Context(), w.store.Read(), e, made.ID)
	if err != nil || back.Version != 2 || back.Values["opened"] != "2020-10-01" {
		t.Errorf("after the undo %+v: %v", back, err)
	}
	if _, err := w.create(e, lin, ledger.Values{"name": "新路", "class": "02"}); err != nil {
		t.Errorf("after the undo: %v", err)
	}
	if _, err := w.packs.Install(t.Context(), lin, p, "1.0.0", false); err != nil {
		t.Fatal(err)
	}
	if again, err := w.Get(t.Context(), w.store.Read(), newer, made.ID); err != nil || again.Values["note"] != "双向" {
		t.Errorf("what the older version did not know: %v %v", again.Values["note"], err)
	}
}

const seeded = `
pack: {id: seeds, version: 1.0.0, title: 初始}
entity:
  place:
    fields: {name: {type: text, required: true, unique: true}, kind: "enum(park, square)", fee: money, since: date, at: point}
seed:
  place:
    rows:
      - {name: 中山公园, kind: park, fee: 12.5, since: 1929-01-01, at: [114.27, 30.59]}
  more: {entity: place, file: fixtures/places.csv}
`

func TestSeeds(t *testing.T) {
	w := open(t)
	e := w.install(seeded, "place", "fixtures/places.csv", "\ufeffname,kind,fee\n洪山广场,square,\n沙湖公园,park,3\n")
	got, _, err := w.Find(t.Context(), e, ledger.Query{Reach: ledger.Reach{All: true}, Sort: "key", Asc: true})
	if err != nil || len(got) != 3 || got[0].Values["fee"] != int64(1250) || got[0].Values["since"] != "1929-01-01" || got[2].Values["kind"] != "park" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := w.update(e, lin, got[0].ID, ledger.Values{"fee": int64(0)}, 0); err != nil {
		t.Fatal(err)
	}
	w.install(strings.Replace(seeded, "1.0.0", "1.0.1", 1), "place", "fixtures/places.csv", "name,kind,fee\n洪山广场,square,\n沙湖公园,park,4\n")
	if n, err := w.Count(t.Context(), e, ledger.Query{Reach: ledger.Reach{All: true}}); err != nil || n != 3 {
		t.Errorf("%d records after an upgrade: %v", n, err)
	}
	_, err = read(t, seeded, "fixtures/places.csv", "name,knd\nx,park\n")
	if err == nil || !strings.Contains(err.Error(), `did you mean "kind"`) {
		t.Errorf("a wrong column: %v", err)
	}
	_, err = read(t, seeded, "fixtures/places.csv", "name,kind\nx,park\n,lake\n")
	if err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("a wrong row: %v", err)
	}
}
