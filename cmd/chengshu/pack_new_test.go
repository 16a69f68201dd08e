package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ran runs a command, which must end with a code, and gives what it says.
func ran(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs strings.Builder
	if got := run(t.Context(), args, &out, &errs); got != want {
		t.Fatalf("%v gives %d: %s%s", args, got, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// TestANewPackWorks: what the command writes passes check and tests at once, knows its
// schema, and a second time nothing is overwritten.
func TestANewPackWorks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "street-light")
	ran(t, 0, "pack", "new", dir)
	ran(t, 0, "pack", "check", dir)
	if out := ran(t, 0, "pack", "test", dir, "--lang", "en"); !strings.Contains(out, "2 passed, 0 failed") {
		t.Error(out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "pack.yaml"))
	if err != nil || !strings.Contains(string(text), "id: street_light,") || strings.Contains(string(text), "PACK") {
		t.Errorf("%v: %s", err, text)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	_, schema, _ := strings.Cut(line, "yaml-language-server: $schema=")
	written, err := os.ReadFile(filepath.Join(dir, schema))
	if err != nil || string(written) != ran(t, 0, "pack", "schema") {
		t.Errorf("the schema the first line names: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pack.yaml"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	ran(t, 1, "pack", "new", dir)
	if text, _ := os.ReadFile(filepath.Join(dir, "pack.yaml")); string(text) != "mine" {
		t.Error("it was overwritten")
	}
	if out := ran(t, 1, "pack", "new", filepath.Join(t.TempDir(), "Street Light")); !strings.Contains(out, "lower-case") && !strings.Contains(out, "小写") {
		t.Error(out)
	}
}

// TestExpectationsAreWrittenAnew: what is found takes the place of what was expected; every
// other letter of the file stays, and what is no expectation still fails.
func TestExpectationsAreWrittenAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "light")
	ran(t, 0, "pack", "new", dir)
	file := filepath.Join(dir, "tests.yaml")
	right, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.NewReplacer("state: working, office: street, told: worker", "state: reported, office: district, told: desk", `due: "2026-11-25 17:30"`, `due: "2026-12-01 17:30"`,
		"refused: case.need", "refused: case.turn", "state: closed, due: none", "state: void, due: none", "late: true, level: 1, score: 1", "late: false, level: 0, score: 7").Replace(string(right))
	if err := os.WriteFile(file, []byte(wrong), 0o644); err != nil {
		t.Fatal(err)
	}
	ran(t, 1, "pack", "test", dir)
	if now, _ := os.ReadFile(file); string(now) != wrong {
		t.Fatal("it was written without being asked")
	}
	if out := ran(t, 0, "pack", "test", dir, "--update", "--json"); strings.Count(out, `"path"`) != 9 {
		t.Errorf("updated %s", out)
	}
	if now, _ := os.ReadFile(file); string(now) != string(right) {
		t.Errorf("the file is\n%s", now)
	}
	broken := strings.Replace(string(right), "{do: done, as: worker, refused: case.need}", "{do: done, as: desk}", 1)
	if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	ran(t, 1, "pack", "test", dir, "--update")
	if now, _ := os.ReadFile(file); string(now) != broken {
		t.Errorf("an act that is refused was written over:\n%s", now)
	}
}

// TestPagesOfPacks: the page of the example in each language.
func TestPagesOfPacks(t *testing.T) {
	for lang, file := range map[string]string{"zh-CN": "testdata/pothole.md", "en": "testdata/pothole.en.md"} {
		golden(t, file, ran(t, 0, "pack", "docs", "../../packs/examples/pothole", "--lang", lang))
	}
	for lang, want := range map[string]string{"zh-CN": "# 数据质量工单", "en": "# Data-quality orders"} {
		if out := ran(t, 0, "pack", "docs", "../../packs/quality-orders", "--lang", lang); !strings.HasPrefix(out, want+"\n") || strings.Contains(out, "%!") {
			t.Errorf("%s", out)
		}
	}
}
