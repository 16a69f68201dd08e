package spec_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shelf and lamp are two kinds with every shape a declaration may have.
type shelf struct {
	Kind   string            `yaml:"kind"`
	Name   string            `yaml:"name"`
	Title  string            `yaml:"title,omitempty"`
	Open   bool              `yaml:"open,omitempty"`
	Height *float64          `yaml:"height,omitempty"`
	Count  int               `yaml:"count,omitempty"`
	Tint   tint              `yaml:"tint,omitempty" jsonschema:"title=颜色"`
	Labels map[string]string `yaml:"labels,omitempty"`
	Boards []board           `yaml:"boards,omitempty"`
	common `yaml:",inline"`
}

type common struct {
	Owner string `yaml:"owner,omitempty"`
}

type board struct {
	Name  string   `yaml:"name"`
	Width int      `yaml:"width,omitempty"`
	Steps []step   `yaml:"steps,omitempty"`
	Tags  []string `yaml:"tags,omitempty"`
}

type lamp struct {
	Kind string `yaml:"kind"`
	Watt int    `yaml:"watt"`
}

// tint reads itself from text, step from a word or a mapping.
type tint string

func (t *tint) UnmarshalText(b []byte) error {
	if string(b) != "red" && string(b) != "blue" {
		return fault.New(fault.Invalid, "tint", fault.T("没有颜色 %q", "there is no tint %q", string(b)))
	}
	*t = tint(b)
	return nil
}

type step struct {
	Do   string            `yaml:"do"`
	With map[string]string `yaml:"with,omitempty"`
}

func (s *step) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		s.Do = n.Value
		return nil
	}
	type plain step
	return n.Decode((*plain)(s))
}

func kinds() spec.Kinds[any] {
	return spec.Kinds[any]{
		"shelf": func() any { return new(shelf) },
		"lamp":  func() any { return new(lamp) },
	}
}

const good = `
kind: shelf
name: a1
title: 2024-01-01
open: true
height: 1.5
tint: red
owner: 档案科
labels: {01: 男, "02": 女, y: 是}
boards:
  - &first
    name: top
    width: 3
    steps: [trim, {do: map, with: {a: b}}]
    tags: [x, 12]
  - {<<: *first, name: low}
---
kind: lamp
watt: 5
---
`

func TestDecode(t *testing.T) {
	docs, err := spec.Decode("a.yaml", []byte(good), kinds())
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 || docs[0].Kind != "shelf" || docs[1].Kind != "lamp" || docs[1].Line != 18 {
		t.Fatalf("documents: %+v", docs)
	}
	height := 1.5
	steps := []step{{Do: "trim"}, {Do: "map", With: map[string]string{"a": "b"}}}
	tags := []string{"x", "12"}
	want := &shelf{Kind: "shelf", Name: "a1", Title: "2024-01-01", Open: true, Height: &height, Tint: "red",
		Labels: map[string]string{"01": "男", "02": "女", "y": "是"},
		Boards: []board{{"top", 3, steps, tags}, {"low", 3, steps, tags}},
		common: common{Owner: "档案科"}}
	if !reflect.DeepEqual(docs[0].Value, want) {
		t.Errorf("got  %+v\nwant %+v", docs[0].Value, want)
	}
}

func TestDecodeJSON(t *testing.T) {
	in := "\ufeff" + `{"kind":"shelf", "name":"a\u4e2d\ud83d\ude00", "open":true, "count":3, "height":2e0, "title":null,
	"labels":{"01":"男"}, "boards":[{"name":"b","steps":["trim",{"do":"map"}]}]}
{"kind":"lamp","watt":7}`
	docs, err := spec.Decode("in", []byte(strings.SplitN(in, "\n{", 2)[0]), kinds())
	if err != nil || len(docs) != 1 || docs[0].Value.(*shelf).Name != "a中😀" || docs[0].Value.(*shelf).Count != 3 {
		t.Fatalf("one document: %+v, %v", docs, err)
	}
	docs, err = spec.Decode("in.json", []byte(in), kinds())
	if err != nil || len(docs) != 2 || docs[1].Line != 3 || docs[1].Value.(*lamp).Watt != 7 {
		t.Fatalf("two documents: %+v, %v", docs, err)
	}
}

// TestBad reads every declaration of testdata/bad and compares what is said about it, in
// both languages, with the text beside it.
func TestBad(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.*")
	tried := 0
	for _, file := range files {
		ext := filepath.Ext(file)
		if ext == ".txt" {
			continue
		}
		tried++
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			docs, err := spec.Decode(filepath.Base(file), data, kinds())
			if err == nil || docs != nil {
				t.Fatal("it was accepted")
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %v", fault.KindOf(err))
			}
			golden(t, strings.TrimSuffix(file, ext)+".txt", fault.From(err).In("zh-CN")+"\n\n"+fault.From(err).In("en")+"\n")
		})
	}
	if tried < 15 {
		t.Errorf("only %d bad declarations were tried", tried)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBounds(t *testing.T) {
	bomb := "kind: shelf\nlabels:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("  %c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 10))
	}
	many := "kind: shelf\n" + strings.Repeat("kine: x\n", 300)
	for _, c := range []struct{ name, file, in, code string }{
		{"alias bomb", "a.yaml", bomb, "spec.alias"},
		{"alias in itself", "a.yaml", "kind: shelf\nboards: &a\n  - name: x\n    steps: *a\n", "spec.depth"},
		{"deep flow", "a.yaml", "kind: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "spec.depth"},
		{"deeper than the parser goes", "a.yaml", "kind: " + strings.Repeat("[", 20000), "spec.syntax"},
		{"deep JSON", "a.json", strings.Repeat(`{"a":`, 500), "spec.depth"},
		{"deep JSON list", "a.json", strings.Repeat("[", 100000), "spec.depth"},
		{"large", "a.yaml", "# " + strings.Repeat("x", 16<<20), "spec.size"},
		{"many errors", "a.yaml", many, "spec.invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := spec.Decode(c.file, []byte(c.in), kinds())
			f := fault.From(err)
			if err == nil || f.Code != c.code {
				t.Fatalf("got %.300v", err)
			}
			if len(f.Parts) > 101 {
				t.Errorf("%d parts", len(f.Parts))
			}
		})
	}
}

func TestLocate(t *testing.T) {
	docs, err := spec.Decode("a.yaml", []byte(good), kinds())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"", "a.yaml:2:1"},
		{"name", "a.yaml:3:7"},
		{"boards[0].steps[1].do", "a.yaml:14:24"},
		{"boards[1].name", "a.yaml:16:24"},
		{"boards[0].colour", "a.yaml:11:5"},
		{"boards[7].name", "a.yaml:11:3"},
		{"labels.01", "a.yaml:9:14"},
	} {
		if got := docs[0].Place(c.path); got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
	}
	said := fault.T("坏", "bad")
	err = fault.All("x", said, []*fault.Error{
		fault.New(fault.Invalid, "one", said).At("name"), fault.New(fault.Invalid, "two", said)})
	f := fault.From(docs[0].Locate(err))
	if f.Parts[0].Where != "a.yaml:2:1" || f.Parts[1].Where != "a.yaml:3:7" {
		t.Errorf("located: %v", f)
	}
	other := errors.New("other")
	if got := docs[0].Locate(other); got != other {
		t.Errorf("an error that is no fault became %v", got)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"name", "title", "abstract", "share_type", "items"}
	for _, c := range []struct{ word, want string }{
		{"nmae", "name"}, {"Title", "title"}, {"abstrct", "abstract"}, {"share-type", "share_type"},
		{"item", "items"}, {"zzz", ""}, {"", ""}, {"摘要", ""},
	} {
		if got := spec.Nearest(c.word, known); got != c.want {
			t.Errorf("%q: got %q, want %q", c.word, got, c.want)
		}
	}
}

func TestSchema(t *testing.T) {
	out, err := spec.Schema("shelf", &shelf{})
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out) {
		t.Fatal("not JSON")
	}
	golden(t, "testdata/shelf.schema.json", string(out))
}

// FuzzDecode: no input may panic, hang or be accepted and then be placeless.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"kind":"lamp","watt":1}`))
	files, _ := filepath.Glob("testdata/bad/*.*")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && filepath.Ext(file) != ".txt" {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"f.yaml", "f.json"} {
			docs, err := spec.Decode(name, data, kinds())
			if (err == nil) != (len(docs) > 0) {
				t.Fatalf("%d documents and error %v", len(docs), err)
			}
			if err != nil && fault.From(err).Kind != fault.Invalid {
				t.Fatalf("not invalid: %v", err)
			}
			for _, d := range docs {
				if d.Line < 1 || d.Place("boards[0].name") == "" {
					t.Fatalf("no place: %+v", d)
				}
			}
		}
	})
}
