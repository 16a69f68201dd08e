package spec_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/spec"
)

type chunky struct {
	Type string `yaml:"type"`
	Most int    `yaml:"most,omitempty"`
}

func things(name string) spec.Section {
	return spec.Section{Name: name, Shape: spec.Named, New: func() any { return new(chunky) }}
}

// TestASectionThatCannotBeReadHidesNoOther: what the parser gives up on is told by its line,
// the sections around it are read and checked, and what it declared is known by name. An
// anchor of another section is no mistake of the one that uses it.
func TestASectionThatCannotBeReadHidesNoOther(t *testing.T) {
	text := "one:\n  a: {type: x}\n\ntwo:\n  b: {type: [x}\n  c: {type: y}\n\nthree:\n  d: {type: z, tpye: z}\n  e: &e {type: z}\n\nfour:\n  f: *e\n\nfive:\n  g: \"no end\n"
	f, faults := spec.ReadFolder(fstest.MapFS{"p.yaml": {Data: []byte(text)}}, []spec.Section{things("one"), things("two"), things("three"), things("four"), things("five")})
	var told []string
	for _, x := range faults {
		told = append(told, x.Where+" "+x.Code)
	}
	want := []string{"p.yaml:5 spec.syntax", "p.yaml:9:16 spec.key.unknown", "p.yaml:16 spec.syntax"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	var names []string
	for _, e := range f.Entries {
		names = append(names, e.Section+"."+e.Name)
	}
	if !slices.Equal(names, []string{"one.a", "three.d", "three.e"}) {
		t.Errorf("read %q", names)
	}
	if !slices.Contains(f.Lost["two"], "c") || !slices.Contains(f.Lost["four"], "f") || !slices.Contains(f.Lost["five"], "g") {
		t.Errorf("lost %v", f.Lost)
	}
}

// TestACommaInBracketsIsOneMistake: in a mapping on one line it cuts a value in two; the rest is
// read as if it were quoted.
func TestACommaInBracketsIsOneMistake(t *testing.T) {
	for text, want := range map[string]int{
		"one: {a: {type: enum(low, high)}}":    1,
		"one: {a: {type: enum(low, b, high)}}": 1,
		"one: {a: {type: enum(low), high}}":    1,
		"one: {a: {type: low, high)}}":         1,
		"one: {a: {type: \"enum(low, b)\"}}":   0,
	} {
		if _, faults := spec.ReadFolder(fstest.MapFS{"p.yaml": {Data: []byte(text)}}, []spec.Section{things("one")}); len(faults) != want {
			t.Errorf("%s: %v", text, faults)
		}
	}
}
