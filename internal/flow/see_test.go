package flow_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/packs"
)

// potholes is the pack of potholes with some of its text replaced.
func potholes(t *testing.T, pairs ...string) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(packs.Files, "examples/pothole/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(string(text), pairs[i]) {
			t.Fatalf("the pack has no %q", pairs[i])
		}
	}
	return fstest.MapFS{"pack.yaml": {Data: []byte(strings.NewReplacer(pairs...).Replace(string(text)))}}
}

// narrow has every role of the pack see no further than its own office.
func narrow(t *testing.T, pairs ...string) fs.FS {
	return potholes(t, append(pairs, "{zh: 坐席, en: desk}}", "{zh: 坐席, en: desk}, reach: office}", "{zh: 养护员, en: mender}}", "{zh: 养护员, en: mender}, reach: office}")...)
}

// joins are the reports that the history of a case names to somebody, of how many it has.
func (w *world) joins(by people.Actor, c flow.Case) (named []string, all int) {
	w.t.Helper()
	whole, err := w.Get(w.t.Context(), by, c.ID)
	if err != nil {
		w.t.Fatalf("%s: %v", by.ID, err)
	}
	for _, s := range whole.Steps {
		if s.Action != flow.ActMerge {
			continue
		}
		if all++; s.Detail.Case == "" && s.Detail.Key == "" {
			continue
		}
		named = append(named, s.Detail.Key)
		if _, err := w.Get(w.t.Context(), by, s.Detail.Case); err != nil {
			w.t.Errorf("%s is told of %s and may not open it: %v", by.ID, s.Detail.Key, err)
		}
	}
	return named, all
}

func (w *world) sees(by people.Actor, c flow.Case) bool {
	w.t.Helper()
	_, err := w.Get(w.t.Context(), by, c.ID)
	if f := fault.From(err); err != nil && f.Code != "case.unknown" {
		w.t.Fatal(err)
	}
	return err == nil
}

// TestHistoryNamesWhatIsSeen: the reports that joined a case are named in its history to whoever
// may open them, and to nobody else who sees the case.
func TestHistoryNamesWhatIsSeen(t *testing.T) {
	w := open(t, t.TempDir())
	above, other := person("pian", "urban", "pothole.mender"), person("zhan", "urban", "pothole.desk")
	w.people.all = append(w.people.all[:len(w.people.all):len(w.people.all)], above, other)
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.put(narrow(t), "", false)
	spot := ledger.Values{"place": []any{114.3000, 30.6000}}
	c := w.report(desk, spot)
	w.report(outside, spot)
	w.report(mender, spot)
	if w.sees(above, c) {
		t.Fatal("the office above sees it before it has climbed there")
	}
	for _, x := range []struct {
		by   people.Actor
		want int
	}{{desk, 2}, {outside, 1}, {mender, 1}} {
		if named, all := w.joins(x.by, c); len(named) != x.want || all != 2 {
			t.Errorf("%s: %v of %d", x.by.ID, named, all)
		}
	}
	w.people.gone = []string{"ma", "hu", "pian"} // nobody mends: it waits on the desk, wherever that sits
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c = w.do(desk, c, "accept"); !c.Stray {
		t.Fatalf("%+v", c)
	}
	if named, all := w.joins(other, c); len(named) != 0 || all != 2 {
		t.Errorf("whose turn alone it is: %v of %d", named, all)
	}
	w.people.gone = nil
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	c = w.do(mender, w.do(desk, c, flow.ActAssign, to("tazihu")), "sign")
	w.at("2026-11-23 12:00")
	for n := 1; n > 0; {
		var err error
		if n, err = w.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c = w.get(c).Case; c.Raised != "urban" {
		t.Fatalf("it has climbed to %q", c.Raised)
	}
	if named, all := w.joins(above, c); len(named) != 2 || all != 2 {
		t.Errorf("the office it climbed to: %v of %d", named, all)
	}
}

// TestNamedSeeTheCase: a comment is addressed to whoever sees the case, not to all who once had
// to do with it.
func TestNamedSeeTheCase(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(narrow(t), "", false)
	c := w.do(second, w.do(desk, w.report(desk, nil), "accept"), "return", because("不属本街道管养"))
	naming := func(in *flow.Input) { in.Reason, in.Named = "请说明", []string{"hu"} }
	c = w.do(desk, c, flow.ActComment, naming)
	if !slices.Contains(w.get(c).Concerned, "hu") {
		t.Fatal("who acted is not among those it concerns")
	}
	all := w.people.all
	w.people.all = append(slices.DeleteFunc(slices.Clone(all), func(a people.Actor) bool { return a.ID == "hu" }), person("hu", "water", "pothole.mender"))
	if err := w.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.refused(desk, c, flow.ActComment, "case.named", naming)
	if slices.Contains(w.get(c).Concerned, "hu") {
		t.Error("who went to another office is still offered")
	}
}

// TestWidestRoleCounts: of two roles the one that reaches further says how far somebody sees.
func TestWidestRoleCounts(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(potholes(t, "{zh: 养护员, en: mender}}", "{zh: 养护员, en: mender}, reach: office}"), "", false)
	c := w.do(desk, w.report(desk, nil), "accept")
	for _, roles := range [][]people.Role{{"pothole.desk", "pothole.mender"}, {"pothole.mender", "pothole.desk"}} {
		if by := person("liang", "urban", roles...); !w.sees(by, c) {
			t.Errorf("%v does not see what is below its office", roles)
		}
	}
	if w.sees(person("liang", "urban", "pothole.mender"), c) {
		t.Error("a role of its own office sees what is below")
	}
	if by := person("liang", "urban", "pothole.gone"); w.sees(by, c) {
		t.Error("a role the pack does not have sees its cases")
	}
}
