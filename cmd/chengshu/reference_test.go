package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var chinese = regexp.MustCompile(`\p{Han}`)

// What commands and flags say they say in Chinese, a slash, and in English; the pages of the
// reference have one language each.
func TestCommandsSpeakBothLanguages(t *testing.T) {
	root := new(app).root()
	both := func(of, words string) {
		zh, en, ok := strings.Cut(words, " / ")
		if !ok || zh == "" || en == "" || chinese.MatchString(en) && !chinese.MatchString(zh) {
			t.Errorf("%s says %q, not Chinese / English", of, words)
		}
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" {
			return
		}
		if c != root {
			both(c.CommandPath(), c.Short)
		}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && f.Name != "version" {
				both(c.CommandPath()+" --"+f.Name, f.Usage)
			}
		})
		for _, s := range c.Commands() {
			walk(s)
		}
	}
	walk(root)
	zh, en := commandsPage(root, "zh-CN"), commandsPage(root, "en")
	if strings.Contains(zh, "where it is kept") || !strings.Contains(zh, "存放处") || !strings.Contains(en, "where it is kept") || strings.Contains(en, "存放处") {
		t.Error("a page has the other language's words")
	}
	if strings.Count(zh, "\n## ") != strings.Count(en, "\n## ") || strings.Count(zh, "\n## ") < 50 {
		t.Errorf("the pages tell %d and %d commands", strings.Count(zh, "\n## "), strings.Count(en, "\n## "))
	}
}
