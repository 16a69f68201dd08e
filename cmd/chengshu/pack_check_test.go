package main

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nnot\n%s", file, got, want)
	}
}

// TestTwentyMistakes: a pack with twenty different mistakes, one of which ends the parser's
// reading of its file, gets twenty errors in one run, each with its line and what to do.
func TestTwentyMistakes(t *testing.T) {
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"pack", "check", "testdata/mistakes", "--json"}, &out, &errs); code != 1 {
		t.Fatalf("the check ends with %d", code)
	}
	var told struct {
		Error struct {
			Parts []struct{ Code, Where, Detail, Remedy string }
		}
	}
	if err := json.Unmarshal([]byte(out.String()+errs.String()), &told); err != nil {
		t.Fatal(err)
	}
	if n := len(told.Error.Parts); n != 20 {
		t.Errorf("%d errors", n)
	}
	place := regexp.MustCompile(`^[a-z/]+\.yaml:\d+(:\d+)?$`)
	seen := map[string]bool{}
	for _, p := range told.Error.Parts {
		if !place.MatchString(p.Where) || p.Remedy == "" || p.Code == "" {
			t.Errorf("no place or remedy: %+v", p)
		}
		if line := p.Where + p.Detail; seen[line] {
			t.Errorf("told twice: %s", line)
		} else {
			seen[line] = true
		}
	}
	for lang, file := range map[string]string{"zh-CN": "testdata/mistakes.txt", "en": "testdata/mistakes.en.txt"} {
		out.Reset()
		errs.Reset()
		run(t.Context(), []string{"pack", "check", "testdata/mistakes", "--lang", lang}, &out, &errs)
		golden(t, file, out.String()+errs.String())
	}
}

// A path that is no folder of a pack is told with what to give instead.
func TestPackFolder(t *testing.T) {
	for _, path := range []string{"testdata/nowhere", "testdata/mistakes.txt"} {
		got := command(t, "pack", "check", path, "--json")
		if got.code != 1 || !strings.Contains(got.errs, `"code":"pack.folder"`) || !strings.Contains(got.errs, path) || !strings.Contains(got.errs, `"remedy":"`) {
			t.Errorf("%s: %+v", path, got)
		}
	}
}
