package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackCommands: a pack is checked with all its errors, tried, installed, listed, upgraded
// by a plan and taken back.
func TestPackCommands(t *testing.T) {
	data := t.TempDir()
	command := func(want int, args ...string) string {
		t.Helper()
		var out, errs strings.Builder
		if got := run(t.Context(), append(args, "--data", data, "--json"), &out, &errs); got != want {
			t.Fatalf("%v gives %d: %s%s", args, got, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	pothole := "../../packs/examples/pothole"
	command(0, "pack", "check", pothole)
	if out := command(0, "pack", "test", pothole); !strings.Contains(out, `"failed": 0`) && !strings.Contains(out, `"failed":0`) {
		t.Errorf("tests: %s", out)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.MkdirAll(bad, 0o755); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(pothole + "/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.NewReplacer("code(road_class)", "code(road_clas)", "by: desk@district", "by: dsk@district", "to: assigned", "to: asigned", "need: [method, area, after]", "need: [metod, area, after]").Replace(string(text))
	if err := os.WriteFile(filepath.Join(bad, "pack.yaml"), []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	out := command(1, "pack", "check", bad)
	for _, want := range []string{"road_class", "desk", "assigned", "method", "pack.yaml:"} {
		if !strings.Contains(out, want) {
			t.Errorf("the check does not say %s: %s", want, out)
		}
	}
	command(0, "pack", "install", pothole, "--plan")
	command(0, "pack", "install", pothole)
	newer := strings.Replace(string(text), "version: 1.0.0", "version: 1.1.0", 1)
	newer = strings.Replace(newer, "      score:", "      depth: {title: 深度, type: number}\n      score:", 1)
	if err := os.WriteFile(filepath.Join(bad, "pack.yaml"), []byte(newer), 0o644); err != nil {
		t.Fatal(err)
	}
	var plan packPlan
	if err := json.Unmarshal([]byte(command(0, "pack", "install", bad)), &plan); err != nil || plan.From != "1.0.0" || plan.To != "1.1.0" || len(plan.Changes) == 0 {
		t.Errorf("plan %+v, %v", plan, err)
	}
	if out := command(0, "pack", "list"); !strings.Contains(out, "1.1.0") {
		t.Errorf("list %s", out)
	}
	var replayed struct{ Cases, Left int }
	if err := json.Unmarshal([]byte(command(0, "pack", "replay", bad, "--since", "2026-01-01")), &replayed); err != nil || replayed.Cases != 0 {
		t.Errorf("replay %+v, %v", replayed, err)
	}
	command(1, "pack", "replay", bad, "--since", "last month")
	command(0, "pack", "undo", "pothole")
	if out := command(0, "pack", "list"); !strings.Contains(out, "1.0.0") {
		t.Errorf("after the undo %s", out)
	}
}
