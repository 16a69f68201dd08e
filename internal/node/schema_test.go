package node_test

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/packs"
)

// packSchema compiles what editors are given, by a library that is not the one that made it.
func packSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := node.PackSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pack.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("pack.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEditorsTakeEveryPack: the schema finds nothing in the packs that come with the program.
func TestEditorsTakeEveryPack(t *testing.T) {
	s, files := packSchema(t), 0
	err := fs.WalkDir(packs.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" {
			return err
		}
		files++
		text, err := fs.ReadFile(packs.Files, name)
		if err != nil {
			return err
		}
		if err := s.Validate(value(t, string(text))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil || files < 4 {
		t.Fatalf("%d files, %v", files, err)
	}
}

// TestEditorsSeeMistakes: what an editor underlines while it is typed.
func TestEditorsSeeMistakes(t *testing.T) {
	s := packSchema(t)
	for mistake, text := range map[string]string{
		"no section":          "entities: {}",
		"unknown key":         "entity: {hole: {fields: {road: {type: text, requird: true}}}}",
		"no type of field":    "entity: {hole: {fields: {road: {type: txt}}}}",
		"no type, in a word":  "entity: {hole: {fields: {road: txt}}}",
		"no fields":           "entity: {hole: {title: 坑洼}}",
		"personal class":      "entity: {hole: {fields: {road: {type: text, personal: fone}}}}",
		"reach of a role":     "roles: {desk: {title: 坐席, reach: everywhere}}",
		"a list for a name":   "roles: [desk]",
		"budget":              "flow: {hole: {states: {a: {by: desk, within: 2 days}}}}",
		"percent":             "ladder: {std: [{at: 80}]}",
		"no id":               "pack: {version: 1.0.0, title: 坑洼}",
		"word for true":       "flow: {hole: {states: {a: {end: yes please}}}}",
		"test without given":  "tests: [{name: x}]",
		"unknown expectation": "tests: [{name: x, given: {hole: {}}, when: [{do: x, then: {stat: y}}]}]",
	} {
		if err := s.Validate(value(t, text)); err == nil {
			t.Errorf("%s: nothing is found in %s", mistake, text)
		}
	}
	if err := s.Validate(value(t, "entity: {hole: {fields: {road: text, open: {type: bool, default: true, required: true}, cost: {type: money, default: 2.5, visible: open == true}}}}")); err != nil {
		t.Error(err)
	}
}

// value is YAML as JSON has it.
func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.NewDecoder(strings.NewReader(text)).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
