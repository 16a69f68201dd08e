package ledger_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
)

const owned = `
pack: {id: owned, version: 1.0.0, title: 设施}
codes:
  sort:
    - {code: lamp, name: 路灯, life: 10, step: 0.5, keeper: 区城管局}
    - {code: bench, name: 座椅, life: 5, keeper: 区水务局}
entity:
  owner:
    key: "{code}"
    show: name
    unique: [[name]]
    fields: {code: {type: text(9), required: true}, name: {type: text(30), required: true}, contact: {type: text, personal: name}}
  twin:
    show: [name]
    fields: {name: {type: text, index: true}, plain: text}
  asset:
    fields:
      ends: {type: computed, formula: built + later}
      later: {type: integer, formula: sort.life * 2}
      sort: {type: code(sort), title: 类别, required: true}
      built: {type: integer, title: 建成年份}
      owner: {type: reference(owner), title: 权属单位}
      twin: {type: reference(twin), title: 关联}
      office: {type: office, title: 管养单位}
      parts: {type: table, columns: {name: text, price: money, on: date}}
      cost: {type: money, formula: sum(parts.price)}
seed:
  owner: {file: owners.csv}
  twin: {rows: [{name: 甲}, {name: 甲}, {name: 乙}]}
  asset:
    rows:
      - {sort: 路灯, built: 2020, owner: 区园林所, office: 区水务局, twin: 乙, parts: [{name: 灯头, price: 12.5, on: 2020-01-01}, {name: 灯杆, price: 100}]}
      - {sort: bench, built: 2021, owner: O2, office: roads}
`

const owners = "code,name\nO1,区城管所\nO2,区园林所\n"

// TestSeedsNameOthers: seeds name offices by title or name, other records by number or by what
// stands for them where that is indexed, and write the rows of tables as single values are
// written. What names nothing refuses the installation at its line.
func TestSeedsNameOthers(t *testing.T) {
	w := open(t)
	e := w.install(owned, "asset", "owners.csv", owners)
	got, _, err := w.Find(t.Context(), e, ledger.Query{Reach: ledger.Reach{All: true}, Sort: "key", Asc: true})
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	v := got[0].Values
	if v["owner"] == nil || v["owner"] != got[1].Values["owner"] || v["twin"] == nil || v["office"] != "water" || got[0].Office != "water" || got[1].Office != "roads" {
		t.Errorf("named %v and %v", v, got[1].Values)
	}
	if v["cost"] != int64(11250) || v["later"] != int64(20) || v["ends"] != 2040.0 || got[1].Values["ends"] != 2031.0 {
		t.Errorf("computed %v and %v", v, got[1].Values)
	}
	for _, c := range []struct{ was, is, says string }{
		{"owner: O2, office: roads", "owner: O3, office: roads", "pack.yaml:33:43: 权属单位: there is no such record"},
		{"office: roads", "office: 区教育局", "pack.yaml:33:55: 管养单位: there is no such office"},
		{"twin: 乙", "twin: 甲", "or there are several"},
	} {
		w := open(t)
		p, err := w.packs.Read(folder(strings.Replace(owned, c.was, c.is, 1), "owners.csv", owners))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.packs.Install(t.Context(), lin, p, "", false)
		if f := fault.From(err); err == nil || !strings.Contains(f.Where+": "+f.Text.EN, c.says) {
			t.Errorf("%s: %v", c.is, err)
		}
	}
}

// TestImportsNameOthers: a cell names a record by its number or by what stands for it.
func TestImportsNameOthers(t *testing.T) {
	w := open(t)
	e := w.install(owned, "asset", "owners.csv", owners)
	j := w.send(e, usual(e), "a.csv", bytes.NewBufferString("类别,权属单位,关联,管养单位\n座椅,区城管所,乙,区城管局\n座椅,O1,,water\n座椅,区教育所,甲,\n"))
	if got := told(j); got != "a!B4 value.reference\na!C4 value.reference" {
		t.Errorf("told %s", got)
	}
}

// TestFormulasOfFields: computed fields are computed in the order in which they need each
// other, wherever they stand; a circle is told once, with the way round; a formula reads what
// a code has; what a field may be and what people call it is known.
func TestFormulasOfFields(t *testing.T) {
	pack := func(fields ...string) string {
		return "pack: {id: f, version: 1.0.0, title: 公式}\ncodes: {level: [{code: high, name: 高, days: 3}, {code: low, name: 低, days: 9, note: x}]}\nentity:\n  x:\n    fields:\n      n: {type: integer, title: 数量}\n      level: {type: code(level), title: 等级}\n      kind: {type: \"enum(park, lake)\"}\n      " + strings.Join(fields, "\n      ") + "\n"
	}
	for name, c := range map[string]struct {
		fields []string
		told   []string
	}{
		"two of each other":         {[]string{"a: {type: computed, formula: b + 1}", "b: {type: computed, formula: a + 1}"}, []string{"a cannot stand here; they are made of each other: a → b → a"}},
		"three of each other":       {[]string{"a: {type: integer, formula: b}", "b: {type: integer, formula: c}", "c: {type: integer, formula: a + n}", "d: {type: computed, formula: a + b}"}, []string{"a → b → c → a"}},
		"one of itself":             {[]string{"a: {type: computed, formula: a + 1}"}, []string{"a → a"}},
		"in any order":              {[]string{"a: {type: computed, formula: b + 1}", "b: {type: computed, formula: c * 2}", "c: {type: integer, formula: n + level.days}"}, nil},
		"a broken one is told once": {[]string{"a: {type: computed, formula: b + 1}", "b: {type: computed, formula: m * 2}"}, []string{`there is no name "m"; did you mean "n"?`}},
		"of now":                    {[]string{"a: {type: computed, formula: 'year(now)'}"}, []string{"now cannot stand here; what is computed is kept with the record"}},
		"an unknown type":           {[]string{"a: {type: formula, formula: n + 1}", "b: {type: computed, formula: a * 2}"}, []string{`there is no type of field "formula"; did you mean "computed"?`}},
		"types of other tools":      {[]string{"a: string", "b: 小数", "c: datetime", "d: Compute"}, []string{`did you mean "text"?`, `did you mean "number"?`, `did you mean "time"?`, `did you mean "computed"?`}},
		"a word it never is":        {[]string{"a: {type: text, required: level == '高'}", "b: {type: text, visible: \"kind in ['park', 'see']\"}"}, []string{`it is never "高"; did you mean "high"?`, `it is never "see"; there are: park, lake`}},
		"a name of people":          {[]string{"a: {type: text, required: 数量 > 3}"}, []string{`there is no name "数量"; did you mean "n"?`}},
		"an attribute":              {[]string{"a: {type: computed, formula: level.day}"}, []string{`level has no "day"; did you mean "days"?`}},
		"no condition":              {[]string{"a: {type: text, required: 是}", "b: {type: text, required: yes}"}, []string{`"是" is no condition; write true, or a formula`, `"yes" is no condition; write true, or a formula`}},
		"a default that is no date": {[]string{"a: {type: date, default: now}"}, []string{"or today for the day it is entered"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, pack(c.fields...))
			f := fault.From(err)
			parts := []*fault.Error{}
			if err != nil {
				if parts = f.Parts; len(parts) == 0 {
					parts = append(parts, f)
				}
			}
			if len(parts) != len(c.told) {
				t.Fatalf("told %v", err)
			}
			for i, p := range parts {
				if !strings.Contains(p.In("en"), c.told[i]) {
					t.Errorf("told %s, not %s", p.In("en"), c.told[i])
				}
			}
		})
	}
}
