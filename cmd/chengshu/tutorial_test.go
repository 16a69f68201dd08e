package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var written = regexp.MustCompile(`(?ms)^cat >>? pothole/(\S+) <<'YAML'\n(.*?)^YAML$`)

// TestTheTutorialWritesTheExample: what the tutorial has its readers write, piece by piece,
// is the example pack to the letter, in both languages. That its commands do what it says is
// run by the test of the documentation.
func TestTheTutorialWritesTheExample(t *testing.T) {
	for _, page := range []string{"first-pack.md", "first-pack.zh-CN.md"} {
		text, err := os.ReadFile("../../docs/tutorial/" + page)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, m := range written.FindAllStringSubmatch(string(text), -1) {
			files[m[1]] += m[2]
		}
		if len(files) != 2 {
			t.Fatalf("%s writes %d files", page, len(files))
		}
		for name, got := range files {
			want, err := os.ReadFile("../../packs/examples/pothole/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s: %s is not the example's:\n%s", page, name, got)
			}
		}
		if n := strings.Count(files["pack.yaml"], "\n"); n > 60 {
			t.Errorf("the pack has %d lines", n)
		}
	}
}
