package spec_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

type thing struct {
	Title  spec.Label          `yaml:"title"`
	Size   int                 `yaml:"size,omitempty"`
	Parts  spec.Map[partThing] `yaml:"parts,omitempty"`
	Others map[string]string   `yaml:",inline"`
}

type partThing struct {
	Title spec.Label `yaml:"title,omitempty"`
	Count int        `yaml:"count,omitempty"`
}

type head struct {
	ID string `yaml:"id"`
}

func sections() []spec.Section {
	return []spec.Section{
		{Name: "head", Shape: spec.One, New: func() any { return new(head) }},
		{Name: "thing", Shape: spec.Named, New: func() any { return new(thing) }},
		{Name: "tests", Shape: spec.Listed, New: func() any { return new(partThing) }},
	}
}

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestReadFolder(t *testing.T) {
	f, faults := spec.ReadFolder(folder(map[string]string{
		"pack.yaml":        "head: {id: a}\nthing:\n  lamp:\n    title: 路灯\n    colour: 白\n    parts: {z: {count: 1}, a: {title: {zh: 座, en: base}}}\n",
		"tests/first.yaml": "tests:\n  - {title: 一}\n  - {title: 二, count: 2}\n",
		"more.yaml":        "thing: {post: {title: 柱}}\n",
	}), sections())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var names []string
	for _, e := range f.Entries {
		names = append(names, e.Section+":"+e.Name+":"+e.File)
	}
	want := []string{"thing:post:more.yaml", "head::pack.yaml", "thing:lamp:pack.yaml", "tests::tests/first.yaml", "tests::tests/first.yaml"}
	if !slices.Equal(names, want) {
		t.Errorf("entries %v, want %v", names, want)
	}
	lamp := f.Entries[2].Value.(*thing)
	if lamp.Title.ZH != "路灯" || lamp.Others["colour"] != "白" || !slices.Equal(lamp.Parts.Names(), []string{"z", "a"}) {
		t.Errorf("lamp: %+v", lamp)
	}
	if base, _ := lamp.Parts.Get("a"); base.Title.In("en") != "base" || base.Title.In("zh") != "座" {
		t.Errorf("a label in two languages: %+v", base)
	}
	if at := f.Entries[2].Place("parts.a.title"); at != "pack.yaml:6:39" {
		t.Errorf("place %s", at)
	}
}

// What is broken is told and cut out; the rest is there to be checked.
func TestReadFolderBroken(t *testing.T) {
	f, faults := spec.ReadFolder(folder(map[string]string{
		"pack.yaml": strings.Join([]string{
			"haed: {id: a}",              // 1: unknown section
			"thing:",                     //
			"  lamp:",                    //
			"    title: 路灯",              //
			"    size: gross",            // 5: no number
			"    parts:",                 //
			"      a: {cuont: 1}",        // 7: unknown key
			"      b: [1]",               // 8: a list for a mapping
			"      c: {count: 3}",        //
			"  post: 7",                  // 10: no mapping
			"  twin: {title: 双}",         //
			"tests:",                     //
			"  - {title: 一, count: 1.5}", // 13
		}, "\n"),
		"z.yaml": "thing: {twin: {title: again}}\nhead: {id: b}\n", // 1: twin twice
	}), sections())
	var got []string
	for _, f := range faults {
		got = append(got, f.Where+" "+f.Code)
	}
	want := []string{"pack.yaml:1:1 spec.section.unknown", "pack.yaml:5:11 spec.value", "pack.yaml:7:11 spec.key.unknown", "pack.yaml:8:10 spec.shape",
		"pack.yaml:10:9 spec.shape", "pack.yaml:13:23 spec.value", "z.yaml:1:9 spec.key.twice"}
	if !slices.Equal(got, want) {
		t.Errorf("faults\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var lamp *thing
	for _, e := range f.Entries {
		if e.Name == "twin" {
			t.Error("of two that are called alike one is taken")
		}
		if e.Name == "lamp" {
			lamp = e.Value.(*thing)
			if !e.Broken {
				t.Error("lamp is not told broken")
			}
		}
	}
	if lamp == nil || lamp.Title.ZH != "路灯" || lamp.Size != 0 || !slices.Equal(lamp.Parts.Names(), []string{"a", "c"}) {
		t.Errorf("what is left of lamp: %+v", lamp)
	}
	if !slices.Contains(f.Lost["thing"], "twin") || !slices.Contains(f.Lost["head"], "id") {
		t.Errorf("lost: %v", f.Lost)
	}
	if !strings.Contains(faults[0].In("en"), `"head"`) {
		t.Errorf("no near word: %s", faults[0].In("en"))
	}
	if all := spec.Sorted([]*fault.Error{faults[6], faults[4], faults[1], faults[1]}); len(all) != 3 || all[0] != faults[1] || all[2] != faults[6] {
		t.Errorf("sorted: %v", all)
	}
}

func TestFolderSchema(t *testing.T) {
	out, err := spec.FolderSchema(sections())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"parts"`, `"additionalProperties": false`, `"tests"`, `"oneOf"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the schema lacks %s:\n%s", want, out)
		}
	}
}

// What a file declares that cannot be read at all, or a section whose key is misspelt, is known
// to be unknown: that it is not there is told nowhere else.
func TestWhatCannotBeReadIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		code  string
		blind bool
		lost  string
	}{
		"a file that is no text":        {map[string]string{"pack.yaml": "head: {id: a}\n", "b.yaml": "thing: {lamp: \xc2\xb7\xc5\xcc}\n"}, "spec.encoding", true, ""},
		"a file with a NUL":             {map[string]string{"pack.yaml": "head: {id: a}\n", "b.YAML": "thing: {lamp: {title: a\x00b}}\n"}, "spec.control", true, ""},
		"a file that is a list":         {map[string]string{"pack.yaml": "head: {id: a}\n", "b.yml": "- thing\n"}, "spec.shape", true, ""},
		"a section that is misspelt":    {map[string]string{"pack.yaml": "head: {id: a}\nthings: {lamp: {title: a}}\n"}, "spec.section.unknown", false, "lamp"},
		"a section that is there twice": {map[string]string{"pack.yaml": "head: {id: a}\nthing: {lamp: {title: a}}\nthing: {post: {title: a}}\n"}, "spec.key.twice", false, "post"},
	} {
		t.Run(name, func(t *testing.T) {
			f, faults := spec.ReadFolder(folder(c.files), sections())
			if len(faults) != 1 || faults[0].Code != c.code || faults[0].Remedy.ZH == "" {
				t.Errorf("told %v", faults)
			}
			if f.Blind != c.blind || c.lost != "" && !slices.Contains(f.Lost["thing"], c.lost) {
				t.Errorf("blind %v, lost %v", f.Blind, f.Lost)
			}
		})
	}
}

func TestMeantOf(t *testing.T) {
	known := []spec.Word{{Name: "text", Title: fault.T("文本", "text")}, {Name: "text", Title: fault.T("字符串", "string")}, {Name: "date", Title: fault.T("日期", "date")}}
	for word, want := range map[string]string{"txt": `did you mean "text"?`, "文本": `did you mean "text"?`, "String": `did you mean "text"?`, "日期": `did you mean "date"?`, "zzzz": "there are: text, date"} {
		if got := spec.MeantOf(word, known).EN; got != want {
			t.Errorf("%s: %s", word, got)
		}
	}
	if got := spec.Meant("x", nil).EN; got != "none is declared; declare it first" {
		t.Errorf("among none: %s", got)
	}
}
