package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/ingest"
)

// TestGuess: what is guessed of a file can be declared, and judges the file itself well: a
// column with blanks is not said to be required.
func TestGuess(t *testing.T) {
	w := open(t)
	rows := []string{"编号,备注,状态"}
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%d,%s,%s", i+1, []string{"", "第二次", " "}[i%3], []string{"在册", "注销"}[i%2]))
	}
	path := w.file("户.csv", strings.Join(rows, "\n")+"\n")
	f, err := w.Ingest.Spooled(ctx, path)
	w.must(err)
	g, err := w.Ingest.Guess(ctx, f, ingest.GuessAs{Name: "homes", Office: "tests"})
	w.must(err)
	w.must(f.Remove())
	got := map[string]string{}
	for _, c := range g.Columns {
		kinds := []string{}
		for _, r := range c.Rules {
			kinds = append(kinds, r.Decl.Kind)
		}
		got[c.Header] = fmt.Sprint(c.Type, c.Blank, c.Distinct, kinds)
	}
	for header, want := range map[string]string{"编号": "int0 40 [required]", "备注": "text27 1 []", "状态": "text0 2 [required values]"} {
		if got[header] != want {
			t.Errorf("%s: guessed %s, want %s", header, got[header], want)
		}
	}
	w.put(g.YAML)
	w.is(w.load("homes", path), ingest.Published, 40, 40, 0, 0, 0)
	w.books()
}
