package pack_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var admin = people.Actor{Kind: people.UserKind, ID: "u1", Name: "林树", Roles: []people.Role{people.DataAdmin}}

// noRecord keeps no audit.
func noRecord(context.Context, store.Tx, people.Change) error { return nil }

func folder(texts ...string) fstest.MapFS {
	return fstest.MapFS{"pack.yaml": &fstest.MapFile{Data: []byte(strings.Join(texts, "\n"))}}
}

type world struct {
	*pack.Packs
	store   store.Store
	changes []people.Change
}

func open(t *testing.T, dir string) *world {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(dir, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w := &world{store: st}
	w.Packs, err = pack.New(t.Context(), pack.Options{Store: st, Kinds: pack.Own(), Record: func(_ context.Context, _ store.Tx, c people.Change) error {
		w.changes = append(w.changes, c)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) read(t *testing.T, texts ...string) *pack.Pack {
	t.Helper()
	p, err := w.Read(folder(texts...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const first = "pack: {id: demo, version: 1.0.0, title: 演示}\ncodes: {size: [{code: s, name: 小, days: 3}]}\nroles: {desk: 坐席}\n"

func TestInstallUndo(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	one := w.read(t, first)
	plan, err := w.Plan(t.Context(), one, false)
	if err != nil || len(plan.Changes) != 2 || plan.From != "" {
		t.Fatalf("plan %+v: %v", plan, err)
	}
	if _, err := w.Install(t.Context(), admin, one, "", false); err != nil {
		t.Fatal(err)
	}
	if roles := w.Roles(); len(roles) != 1 || roles[0].Name != "demo.desk" || roles[0].Title.ZH != "演示·坐席" {
		t.Errorf("roles %+v", roles)
	}
	two := w.read(t, strings.Replace(strings.Replace(first, "1.0.0", "1.1.0", 1), "{code: s", "{code: l, name: 大}, {code: s", 1))
	if _, err := w.Install(t.Context(), admin, two, "0.9.0", false); !errors.Is(err, pack.ErrMoved) {
		t.Errorf("a plan made on another version: %v", err)
	}
	if _, err := w.Install(t.Context(), admin, two, "1.0.0", false); err != nil {
		t.Fatal(err)
	}
	same := w.read(t, strings.Replace(first, "1.0.0", "1.1.0", 1))
	if _, err := w.Install(t.Context(), admin, same, "1.1.0", false); fault.From(err).Code != "pack.version.old" {
		t.Errorf("other content under the same version: %v", err)
	}
	// Whoever opens the folder again finds what was installed.
	again := open(t, dir)
	if p, err := again.Current("demo"); err != nil || p.Version != "1.1.0" || p.Hash != two.Hash {
		t.Fatalf("after a restart: %+v, %v", p, err)
	}
	if l, _ := two.Codes("size"); len(l) != 2 || l[1].Attrs["days"] != "3" {
		t.Errorf("codes %+v", l)
	}
	if _, err := again.Undo(t.Context(), admin, "demo", false); err != nil {
		t.Fatal(err)
	}
	if p, _ := again.Current("demo"); p == nil || p.Version != "1.0.0" {
		t.Errorf("after the undo: %+v", p)
	}
	if _, err := again.Undo(t.Context(), admin, "demo", false); fault.From(err).Code != "pack.undo.none" {
		t.Errorf("a second undo: %v", err)
	}
	if _, err := again.Install(t.Context(), admin, same, "1.0.0", false); fault.From(err).Code != "pack.version.used" {
		t.Errorf("a version that was used before: %v", err)
	}
	turns, err := again.Turns(t.Context(), "demo")
	var acts []string
	for _, t := range turns {
		acts = append(acts, t.Act+" "+t.From+">"+t.To)
	}
	if want := []string{"undo 1.1.0>1.0.0", "install 1.0.0>1.1.0", "install >1.0.0"}; err != nil || !slices.Equal(acts, want) {
		t.Errorf("turns %v, %v", acts, err)
	}
	if len(w.changes) != 2 || w.changes[1].Action != "pack.install" || w.changes[1].Actor.ID != "u1" {
		t.Errorf("audit %+v", w.changes)
	}
}

func TestReadErrors(t *testing.T) {
	_, err := pack.Read(folder(
		"pack: {id: Demo, version: 1.0, title: ''}",            // 1: three
		"codes: {size: [{code: s, name: 小}, {code: s}]}",       // 2: two
		"roles: {desk: 坐席, lead: {title: 长, reach: far}, x: }", // 3: reach, no title
		"entty: {}", // 4
	), pack.Own())
	f := fault.From(err)
	var got []string
	for _, p := range f.Parts {
		got = append(got, strings.TrimPrefix(p.Where, "pack.yaml:")+" "+p.Code)
	}
	want := []string{"1:12 name.form", "1:27 pack.version", "1:39 pack.title", "2:36 pack.code.name", "2:43 pack.code.twice", "3:43 pack.role.reach",
		"3:49 pack.role.title", "4:1 spec.section.unknown"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("faults\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestOddFiles: a link in the folder is told beside all else that is wrong and not followed; a
// folder that is too large says so and where.
func TestOddFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"pack.yaml": first + "rolls: {}\n", "secret": "roles: {spy: 探子}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"more.yaml", ".#pack.yaml"} {
		if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := pack.Read(os.DirFS(dir), pack.Own())
	if f := fault.From(err); err == nil || len(f.Parts) != 2 || f.Parts[0].Code != "pack.link" || f.Parts[0].Where != "more.yaml" || f.Parts[1].Code != "spec.section.unknown" {
		t.Errorf("a link: %v", err)
	}
	large := fstest.MapFS{"pack.yaml": &fstest.MapFile{Data: []byte(first)}, "scan.csv": &fstest.MapFile{Data: make([]byte, 9<<20)}}
	if _, err := pack.Read(large, pack.Own()); err == nil || fault.From(err).Code != "pack.size" || fault.From(err).Where != "scan.csv" {
		t.Errorf("a large file: %v", err)
	}
}

// TestPlanSaysWhatChanges: attributes of codes and the reach of roles are told with what they
// were, in each language by its own titles.
func TestPlanSaysWhatChanges(t *testing.T) {
	w := open(t, t.TempDir())
	one := "pack: {id: demo, version: 1.0.0, title: 演示}\ncodes: {size: [{code: s, name: {zh: 小, en: small}, days: 3}, {code: m, name: 中}, {code: l, name: 大}]}\nroles: {desk: {title: {zh: 坐席, en: desk}, reach: office}}\n"
	if _, err := w.Install(t.Context(), admin, w.read(t, one), "", false); err != nil {
		t.Fatal(err)
	}
	two := strings.NewReplacer("1.0.0", "1.1.0", "days: 3", "days: 5, note: x", ", {code: m, name: 中}", "", "reach: office", "reach: all").Replace(one)
	plan, err := w.Plan(t.Context(), w.read(t, two), false)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range plan.Changes {
		lines = append(lines, string(c.Act)+" "+c.Text.ZH+" | "+c.Text.EN)
	}
	want := []string{"changed 代码集 size 的 小 有修改：days 3 → 5；note + x | size: small is changed: days 3 → 5; note + x", "removed 代码集 size 删除 m 中 | the code list size loses m 中",
		"changed 角色 坐席 有修改：reach office → all | the role desk is changed: reach office → all"}
	if !slices.Equal(lines, want) {
		t.Errorf("the plan is\n%s", strings.Join(lines, "\n"))
	}
}
