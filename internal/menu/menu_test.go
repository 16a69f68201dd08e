package menu_test

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/menu"
	"github.com/chengshu/chengshu/internal/pack"
)

const head = `
pack: {id: roads, version: 1.0.0, title: {zh: 道路, en: Roads}}
entity:
  road: {title: {zh: 道路, en: Road}, fields: {name: text, class: text}}
  bridge: {title: {zh: 桥梁台账, en: Bridges}, fields: {name: text}}
list:
  main: {entity: road, title: {zh: 主干道, en: Main roads}, where: {class: main}}
`

func read(t *testing.T, more string) (*pack.Pack, error) {
	t.Helper()
	var fsys fs.FS = fstest.MapFS{"pack.yaml": &fstest.MapFile{Data: []byte(head + more)}}
	return pack.Read(fsys, append(append(pack.Own(), ledger.Kinds(nil)...), menu.Kinds()...))
}

// TestOf: a pack without a menu has each register; one that declares a menu has that, in its
// order.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		name, declared string
		want           []menu.To
	}{
		{"the usual one", "", []menu.To{{Title: fault.Text{ZH: "道路台账", EN: "Road register"}, Register: "road"}, {Title: fault.Text{ZH: "桥梁台账", EN: "Bridges"}, Register: "bridge"}}},
		{"a declared one", "menu: [{list: main}, {title: 桥, register: bridge}]\n", []menu.To{{Title: fault.Text{ZH: "主干道", EN: "Main roads"}, Register: "road", List: "main"}, {Title: fault.Text{ZH: "桥", EN: "桥"}, Register: "bridge"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := read(t, c.declared)
			if err != nil {
				t.Fatal(err)
			}
			if got := menu.Of(p); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v\nwant\n%+v", got, c.want)
			}
		})
	}
}

// TestMistakes: each entry leads to one thing that is there.
func TestMistakes(t *testing.T) {
	_, err := read(t, "menu: [{list: mian}, {register: road, list: main}, {title: 空}, {flow: road}]\n")
	all := fault.From(err).In("en")
	for _, want := range []string{`there is no list "mian"`, "main", "an entry leads to one of", `there is no flow "road"`} {
		if !strings.Contains(all, want) {
			t.Errorf("%s\nlacks %s", all, want)
		}
	}
	if n := len(fault.From(err).Parts); n != 4 {
		t.Errorf("%d errors: %s", n, all)
	}
}
