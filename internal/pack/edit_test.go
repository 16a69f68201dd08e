package pack_test

import (
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// openWhole opens a shelf that knows registers.
func openWhole(t *testing.T) *world {
	t.Helper()
	st, err := sqlite.Open(t.Context(), t.TempDir()+"/state.db", sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w := &world{store: st}
	l, err := ledger.New(t.Context(), ledger.Options{Store: st, Record: noRecord})
	if err != nil {
		t.Fatal(err)
	}
	w.Packs, err = pack.New(t.Context(), pack.Options{Store: st, Kinds: append(pack.Own(), ledger.Kinds(l)...), Record: noRecord})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A field is written into the file as its author wrote it: whatever the style, every other
// line stays, comments included.
func TestAddFieldKeepsTheText(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"block": {`# 树木
pack:
  id: trees
  version: 1.0.0 # 首版
  title: 树木
entity:
  tree:
    # 现场登记
    fields:
      name: {type: text(60), required: true} # 俗名
      place:
        type: point   # 树干处

    # 之后
    show: [name]
`, `# 树木
pack:
  id: trees
  version: 1.0.1 # 首版
  title: 树木
entity:
  tree:
    # 现场登记
    fields:
      name: {type: text(60), required: true} # 俗名
      place:
        type: point   # 树干处
      height: {title: {zh: 树高（米）, en: Height}, type: number, required: true}

    # 之后
    show: [name]
`},
		"flow": {`pack: {title: {zh: 树木, en: Warden's trees}, id: trees, version: "1.0.0"}
entity: {tree: {fields: {name: {type: text, title: {zh: 名, en: Warden's name}},   # 俗名
  note: text }, show: name}}
`, `pack: {title: {zh: 树木, en: Warden's trees}, id: trees, version: "1.0.1"}
entity: {tree: {fields: {name: {type: text, title: {zh: 名, en: Warden's name}},   # 俗名
  note: text, height: {title: {zh: 树高（米）, en: Height}, type: number, required: true} }, show: name}}
`},
		"form, no end of line": {`pack: {id: trees, version: 1.0.0, title: 树木}
form: {tree: {groups: [{fields: name}, {title: 其他, fields: [note]}]}}
entity:
  tree:
    fields:
      name: text
      note: text`, `pack: {id: trees, version: 1.0.1, title: 树木}
form: {tree: {groups: [{fields: name}, {title: 其他, fields: [note, height]}]}}
entity:
  tree:
    fields:
      name: text
      note: text
      height: {title: {zh: 树高（米）, en: Height}, type: number, required: true}
`},
	} {
		t.Run(name, func(t *testing.T) {
			w := openWhole(t)
			if _, err := w.Install(t.Context(), admin, w.read(t, c.before), "", false); err != nil {
				t.Fatal(err)
			}
			p, edit, err := w.AddField(t.Context(), "trees", pack.FieldDraft{Entity: "tree", Name: "height", Title: spec.Label{ZH: "树高（米）", EN: "Height"}, Type: "number", Required: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(p.Files["pack.yaml"]); got != c.after {
				t.Errorf("written\n%s\nwant\n%s", got, c.after)
			}
			if lines := strings.Split(c.after, "\n"); edit.File != "pack.yaml" || !strings.Contains(lines[edit.Line-1], edit.Text) {
				t.Errorf("edit %+v", edit)
			}
		})
	}
}

func TestAddFieldInstalls(t *testing.T) {
	w := openWhole(t)
	text := "pack: {id: trees, version: 1.0.0, title: 树木}\nentity: {tree: {fields: {name: text}}}\n"
	if _, err := w.Install(t.Context(), admin, w.read(t, text), "", false); err != nil {
		t.Fatal(err)
	}
	enum := pack.FieldDraft{Entity: "tree", Name: "state", Title: spec.Label{ZH: "状况: 好"}, Type: "enum", Options: []pack.Option{{"good", spec.Label{ZH: "良好"}}, {"bad", spec.Label{ZH: "否"}}}}
	p, _, err := w.AddField(t.Context(), "trees", enum)
	if err != nil {
		t.Fatal(err)
	}
	if plan, err := w.Install(t.Context(), admin, p, "1.0.0", false); err != nil || plan.To != "1.0.1" || len(plan.Changes) != 1 || plan.Changes[0].Act != pack.Added {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if _, err := w.Undo(t.Context(), admin, "trees", false); err != nil {
		t.Fatal(err)
	}
	// 1.0.1 was used: the next field gets a version of its own.
	if p, _, err = w.AddField(t.Context(), "trees", pack.FieldDraft{Entity: "tree", Name: "height", Type: "number"}); err != nil || p.Version != "1.0.2" {
		t.Errorf("after an undo: %+v, %v", p, err)
	}
	for want, d := range map[string]pack.FieldDraft{
		"pack.edit.twice":  {Entity: "tree", Name: "name", Type: "text"},
		"pack.edit.entity": {Entity: "bush", Name: "x", Type: "text"},
		"name.form":        {Entity: "tree", Name: "Höhe", Type: "text"},
		"field.codes":      {Entity: "tree", Name: "kind", Type: "code(none)"},
	} {
		if _, _, err := w.AddField(t.Context(), "trees", d); fault.From(err).Code != want {
			t.Errorf("%+v: %v", d, err)
		}
	}
	shared := "pack: {id: shared, version: 1.0.0, title: 共用}\nentity: {a: {fields: &f {name: text}}, b: {fields: *f}}\n"
	if _, err := w.Install(t.Context(), admin, w.read(t, shared), "", false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.AddField(t.Context(), "shared", pack.FieldDraft{Entity: "b", Name: "x", Type: "text"}); fault.From(err).Code != "pack.edit.form" {
		t.Errorf("fields that stand elsewhere: %v", err)
	}
}
