package spec

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v3"
)

// Schema is the JSON Schema (draft 2020-12) of a kind for editors, indented. Keys are those
// of the yaml tags, a key without omitempty is required, unknown keys are refused;
// jsonschema tags add titles and allowed values. A struct that also reads itself from a
// bare word is offered as either. The same type always gives the same bytes.
func Schema(kind string, value any) ([]byte, error) {
	t := reflect.TypeOf(value)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	s := schemaOf(t)
	s.ID = jsonschema.ID("https://chengshu.dev/schema/" + kind + ".json")
	s.Title = kind
	if s.Properties != nil {
		s.Properties.Set("kind", &jsonschema.Schema{Type: "string", Const: kind})
	}
	if !slices.Contains(s.Required, "kind") {
		s.Required = append([]string{"kind"}, s.Required...)
	}
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("spec: schema of %s: %w", kind, err)
	}
	return append(out, '\n'), nil
}

func schemaOf(top reflect.Type) *jsonschema.Schema {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", DoNotReference: true, Anonymous: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		if t == top {
			return nil
		}
		return ownReader(t)
	}}
	return r.ReflectFromType(top)
}

// ownReader describes types that read themselves: text for those that read text, the word
// or the mapping for structs that read YAML. nil for all others.
func ownReader(t reflect.Type) *jsonschema.Schema {
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(orderedType):
		return &jsonschema.Schema{Type: "object", AdditionalProperties: part(reflect.New(t).Interface().(ordered).element())}
	case ptr.Implements(reflect.TypeFor[yaml.Unmarshaler]()) && t.Kind() == reflect.Struct:
		full := inside(t)
		word := &jsonschema.Schema{Type: "string"}
		if f, ok := reflect.New(t).Interface().(formed); ok {
			word.Pattern = f.Form()
		}
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{word, full}}
	case ptr.Implements(reflect.TypeFor[yaml.Unmarshaler]()) && t.Kind() == reflect.Slice: // a word or a list of them
		word := &jsonschema.Schema{Type: "string"}
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{word, {Type: "array", Items: word}}}
	case ptr.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		if f, ok := reflect.New(t).Interface().(formed); ok {
			return &jsonschema.Schema{Type: "string", Pattern: f.Form()}
		}
		return scalarSchema()
	}
	return nil
}

// formed is what a type that reads itself from text tells editors of that text's form: a
// regular expression over the whole of it.
type formed interface{ Form() string }

// scalarSchema is text as YAML has it: true and 2.5 are words too.
func scalarSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}}
}

// part is the schema of a type inside another.
func part(t reflect.Type) *jsonschema.Schema {
	if own := ownReader(t); own != nil {
		return own
	}
	return inside(t)
}

// inside is the schema of a type as it stands in another, without the version a whole one has.
func inside(t reflect.Type) *jsonschema.Schema {
	s := schemaOf(t)
	s.Version = ""
	return s
}

// SectionSchema is the JSON Schema of a section's declaration as an editor needs it: without
// the key kind, which a section's own key stands for.
func SectionSchema(value any) *jsonschema.Schema {
	t := reflect.TypeOf(value)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return part(t)
}

// FolderSchema is the JSON Schema of the files of a folder with these sections, indented.
func FolderSchema(sections []Section) ([]byte, error) {
	top := &jsonschema.Schema{Version: jsonschema.Version, ID: "https://chengshu.dev/schema/pack.json", Title: "pack", Type: "object",
		Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, s := range sections {
		one := SectionSchema(s.New())
		switch s.Shape {
		case Named:
			one = &jsonschema.Schema{Type: "object", AdditionalProperties: one}
		case Listed:
			one = &jsonschema.Schema{Type: "array", Items: one}
		}
		top.Properties.Set(s.Name, one)
	}
	out, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("spec: schema of a folder: %w", err)
	}
	return append(out, '\n'), nil
}
