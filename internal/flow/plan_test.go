package flow_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/flow"
)

// TestPlanSaysWhatAFlowChanges: limits, ladders and notices that change are told with what they
// were; a state that comes or goes is told as such alone.
func TestPlanSaysWhatAFlowChanges(t *testing.T) {
	w := open(t, t.TempDir())
	old := w.install("examples/pothole")
	text := string(old.Files["pack.yaml"])
	for _, c := range [][2]string{{"1.0.0", "1.1.0"}, {"except: mender, within: 1wd", "except: mender, within: 4wh"}, {"{at: 80%, notify: holder}, ", "{at: 75%, notify: holder}, "},
		{"reject: {title: {zh: 不予受理, en: Reject}, to: void, need: reason}", "reject: {title: {zh: 不予受理, en: Reject}, to: gone, need: reason}"}, {"      void: ", "      gone: "}, {"budget: 2wd", "budget: 3wd"}} {
		if !strings.Contains(text, c[0]) {
			t.Fatalf("no %s", c[0])
		}
		text = strings.Replace(text, c[0], c[1], 1)
	}
	text += "\nnotice:\n  mended: {on: done, to: checker, text: '{key}'}\n"
	p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := w.packs.Plan(t.Context(), p, false)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range plan.Changes {
		lines = append(lines, string(c.Act)+" "+c.Text.EN)
	}
	want := []string{
		"changed road_class: side road is changed: budget 2wd → 3wd",
		"changed changes the ladder std: [1].at 80% → 75%",
		"added the flow Pothole gets the state Rejected", "removed the flow Pothole loses the state Rejected; open cases stay on their version",
		"changed the flow Pothole is changed: states.reported.actions.reject.to void → gone; states.checking.within 1wd → 4wh",
		"added adds the notice mended",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("the plan is\n%s", strings.Join(lines, "\n"))
	}
}

// TestRefusalsSayWhatIsLacking: who may not do an act that every flow has is told who may, or
// what it waits for, not whose turn the case is.
func TestRefusalsSayWhatIsLacking(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(matterFiles(), "", false)
	c := w.working()
	for act, says := range map[string]string{flow.ActAnswer: "no answer is demanded", flow.ActAssist: "your office was not asked to assist", flow.ActAssign: "the case has its office",
		flow.ActSupervise: "it is for", flow.ActUrge: "it is for"} {
		if f := w.refused(plumber, c, act, "case.turn", because("雨"), to("urban")); f == nil || !strings.Contains(f.Remedy.EN, says) {
			t.Errorf("%s: %v", act, f)
		}
	}
	w.do(plumber, c, "extend", because("雨"), budget("2wd"))
	if f := w.refused(plumber, c, flow.ActAgree, "case.turn"); !strings.Contains(f.Remedy.EN, "it is for") || strings.Contains(f.Remedy.EN, "turn") {
		t.Errorf("agree: %v", f)
	}
}
