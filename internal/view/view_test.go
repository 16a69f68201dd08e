package view_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/internal/view"
)

func open(t *testing.T) *view.Views {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	v, err := view.New(t.Context(), st, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestViews: a view is its owner's and its page's; one of the same name takes its place; what
// is another's cannot be removed.
func TestViews(t *testing.T) {
	v, ctx := open(t), t.Context()
	save := func(person, page, name, query string) view.View {
		x, err := v.Save(ctx, view.View{Person: person, Page: page, Name: name, Query: query})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	names := func(person, page string) (out string) {
		all, err := v.List(ctx, person, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			out += x.Name + "=" + x.Query + " "
		}
		return out
	}
	save("lin", "/a", "b", "q=1")
	mine := save("lin", "/a", " a ", "q=2")
	save("lin", "/a", "b", "q=3")
	save("lin", "/b", "b", "q=4")
	save("chen", "/a", "b", "q=5")
	if got := names("lin", "/a"); got != "a=q=2 b=q=3 " {
		t.Errorf("lin has %q", got)
	}
	if err := v.Remove(ctx, "chen", mine.ID); fault.KindOf(err) != fault.Missing {
		t.Errorf("another's was removed: %v", err)
	}
	if err := v.Remove(ctx, "lin", mine.ID); err != nil {
		t.Error(err)
	}
	if got := names("lin", "/a") + names("lin", "/b") + names("chen", "/a"); got != "b=q=3 b=q=4 b=q=5 " {
		t.Errorf("left are %q", got)
	}
}

// TestBounds: a name is short, a page has so many views.
func TestBounds(t *testing.T) {
	v, ctx := open(t), t.Context()
	for _, bad := range []view.View{{Name: " "}, {Name: strings.Repeat("长", 41)}, {Name: "a", Query: strings.Repeat("q", 4001)}} {
		if _, err := v.Save(ctx, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%.20q was kept: %v", bad.Name, err)
		}
	}
	for i := range 30 {
		if _, err := v.Save(ctx, view.View{Person: "lin", Page: "/a", Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Save(ctx, view.View{Person: "lin", Page: "/a", Name: "one more"}); fault.From(err).Code != "view.many" {
		t.Errorf("the 31st: %v", err)
	}
	if _, err := v.Save(ctx, view.View{Person: "lin", Page: "/a", Name: "7", Query: "q=1"}); err != nil {
		t.Errorf("one of the 30 anew: %v", err)
	}
}
