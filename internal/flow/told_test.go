package flow_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/packs"
)

// telling is the pothole pack with notices of its own.
func telling(t *testing.T, notices string) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(packs.Files, "examples/pothole/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"pack.yaml": {Data: text}, "notices.yaml": {Data: []byte("notice:\n" + notices)}}
}

// said is the last notice of somebody.
func (w *world) said(u people.Actor) fault.Text {
	w.t.Helper()
	all, _, err := w.notices.List(w.t.Context(), u.ID, notice.Query{Limit: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(all) == 0 {
		return fault.Text{}
	}
	return all[0].Text
}

// TestNotices: what a pack wants told is told in its words, to those it names, in place of
// what they would have been told anyway, and only if its condition holds.
func TestNotices(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(telling(t, `
  sent: {on: assigned, to: mender, text: {zh: "{class} {road} 有坑洼（{key}），{state}", en: "a pothole in {road}, {class} ({key}): {state}"}}
  done: {on: [pass, reject], to: creator, if: "method == 'hot'", text: "{road}已修补，面积 {area} 平方米，{method}"}
`), "", false)
	c := w.do(desk, w.report(checker, nil), "accept")
	if got := w.said(mender); got.ZH != "主干道 香港路 有坑洼（P20261120-0001），待签收" || got.EN != "a pothole in 香港路, main road (P20261120-0001): Sent out" {
		t.Errorf("the mender is told %+v", got)
	}
	if n, _ := w.notices.Unread(t.Context(), mender.ID); n != 1 {
		t.Errorf("the mender is told %d times", n)
	}
	finish := func(method string) {
		w.do(second, w.do(second, c, "sign"), "done", with(map[string]any{"method": method, "area": 1.5, "after": shot}))
		w.do(mender, w.get(c).Case, "pass")
	}
	finish("cold")
	if got := w.said(checker); strings.Contains(got.ZH, "已修补") {
		t.Errorf("a cold patch is told: %+v", got)
	}
	c = w.do(desk, w.report(checker, nil), "accept")
	finish("hot")
	if got := w.said(checker); got.ZH != "香港路已修补，面积 1.5 平方米，热补" {
		t.Errorf("the creator is told %+v", got)
	}
}

// TestNoticeFaults: notices are checked with the pack; what is personal cannot get into one.
func TestNoticeFaults(t *testing.T) {
	w := open(t, t.TempDir())
	for text, code := range map[string]string{
		`{on: asigned, to: mender, text: 已派}`:                  "notice.on",
		`{on: assigned, to: menders, text: 已派}`:                "flow.role",
		`{on: assigned, to: mender, text: "{caller} 反映"}`:      "notice.personal",
		`{on: assigned, to: mender, text: "{rode} 已派"}`:        "notice.field",
		`{on: assigned, to: mender, text: "{place} 已派"}`:       "notice.type",
		`{on: assigned, to: mender}`:                           "notice.empty",
		`{on: assigned, to: mender, if: area, text: 已派}`:       "formula.result",
		`{flow: holes, on: assigned, to: mender, text: 已派}`:    "notice.flow",
		`{on: assigned, to: "mender if area < 2", text: "已派"}`: "flow.if",
	} {
		_, err := w.packs.Read(telling(t, "  one: "+text+"\n"))
		if err == nil {
			t.Errorf("%s is taken", text)
			continue
		}
		f := fault.From(err)
		if len(f.Parts) == 1 {
			f = f.Parts[0]
		}
		if f.Code != code || !strings.HasPrefix(f.Where, "notices.yaml:2:") || f.Remedy.ZH == "" {
			t.Errorf("%s: %s at %s: %s", text, f.Code, f.Where, f.In("en"))
		}
	}
}
