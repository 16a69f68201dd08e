package flow_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/packs"
)

// checking is the pothole pack with other words for whose turn the check is.
func checking(t *testing.T, by string) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(packs.Files, "examples/pothole/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const was = "by: checker@street, except"
	if !strings.Contains(string(text), was) {
		t.Fatalf("the pack has no %q", was)
	}
	return fstest.MapFS{"pack.yaml": {Data: []byte(strings.Replace(string(text), was, "by: "+by+", except", 1))}}
}

// TestTurnByFormula: whose turn it is depends on the record as it was when the case came
// there, on desks as in refusals; where nothing holds, the case waits on the desk.
func TestTurnByFormula(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(checking(t, `["checker@street if area < 2", "desk@district if area >= 2 && area < 5"]`), "", false)
	mended := func(area float64) flow.Case {
		c := w.do(mender, w.do(desk, w.report(desk, nil), "accept"), "sign")
		return w.do(mender, c, "done", with(map[string]any{"method": "cold", "area": area, "after": shot}))
	}
	todo := func(c flow.Case) (out []string) {
		for _, u := range everybody {
			list, _, err := w.List(t.Context(), u, flow.Filter{Desk: flow.DeskTodo}, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				if l.ID == c.ID {
					out = append(out, u.ID)
				}
			}
		}
		return out
	}
	small := mended(1)
	if got := strings.Join(todo(small), " "); got != "ma cai" || small.Office != "tazihu" { // both hold the role
		t.Errorf("a small one is the turn of %s, at %s", got, small.Office)
	}
	large := mended(2)
	if got := strings.Join(todo(large), " "); got != "duan" || large.Office != "operations" {
		t.Errorf("a large one is the turn of %s, at %s", got, large.Office)
	}
	if _, err := w.try(checker, large, "pass"); !errors.Is(err, flow.ErrTurn) || !strings.Contains(fault.From(err).In("zh"), "现在不由您办理") {
		t.Errorf("whoever checks small ones: %v", err)
	}
	if c := w.do(desk, large, "pass"); c.State != "closed" {
		t.Errorf("%+v", c)
	}
	if huge := mended(9); !huge.Stray || strings.Join(todo(huge), " ") != "duan" {
		t.Errorf("a huge one is nobody's, and waits on the desk: %+v, of %v", huge, todo(huge))
	}
}

// TestTurnFormulaFaults: what a condition may not say is told with its place.
func TestTurnFormulaFaults(t *testing.T) {
	w := open(t, t.TempDir())
	for by, code := range map[string]string{
		`checker@street if size < 2`:                "formula.name",
		`checker@street if actor.level == 'street'`: "formula.name", // it is decided before anybody acts
		`checker@street if area`:                    "formula.result",
		`keeper@street if area < 2`:                 "flow.role",
	} {
		_, err := w.packs.Read(checking(t, `"`+by+`"`))
		if err == nil {
			t.Errorf("%s is taken", by)
			continue
		}
		f := fault.From(err)
		if len(f.Parts) == 1 {
			f = f.Parts[0]
		}
		if f.Code != code || !strings.HasPrefix(f.Where, "pack.yaml:") || f.Remedy.ZH == "" {
			t.Errorf("%s: %s at %s: %s", by, f.Code, f.Where, f.In("en"))
		}
	}
}
