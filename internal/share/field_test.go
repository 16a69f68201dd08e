package share_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/share"
)

// Every field that a service's declaration may have is told of once; nothing else is.
func TestFieldsAreThoseOfADeclaration(t *testing.T) {
	var want, got []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[share.Declaration]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "kind" {
			want = append(want, share.Kind+"."+name)
		}
	}
	for _, f := range share.Fields() {
		got = append(got, f.Path)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("fields %v\nwant   %v", got, want)
	}
}
