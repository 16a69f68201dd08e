package catalog_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
)

// Every field that a declaration may have is told of once, in both languages; nothing else is.
func TestFieldsAreThoseOfADeclaration(t *testing.T) {
	var want []string
	var walk func(prefix string, of reflect.Type)
	walk = func(prefix string, of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			in := f.Type
			for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
				in = in.Elem()
			}
			own := in.Kind() == reflect.Struct && in.PkgPath() == of.PkgPath()
			if name != "kind" && (!own || f.Type.Kind() != reflect.Struct) {
				want = append(want, prefix+name)
			}
			if own {
				walk(prefix+name+".", in)
			}
		}
	}
	walk("", reflect.TypeFor[catalog.Directory]())
	var got []string
	for _, f := range catalog.Fields() {
		if f.Title.ZH == "" || f.Title.EN == "" || f.Help.ZH == "" || f.Help.EN == "" {
			t.Errorf("%s is without words", f.Path)
		}
		if len(f.Words) > 0 && f.Example != "" && !slices.ContainsFunc(f.Words, func(w catalog.Word) bool { return w.Name == f.Example }) {
			t.Errorf("%s: the example %s is none of its words", f.Path, f.Example)
		}
		got = append(got, f.Path)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("fields %v\nwant   %v", got, want)
	}
}
