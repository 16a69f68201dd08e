package duckdb

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestMatcherIsTheRegularExpression(t *testing.T) {
	patterns := []string{
		``, `a`, `[0-9]{17}[0-9X]`, `4[0-9]{8}`, `[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?`,
		`(?i)ab|汉+`, `.*号`, `.`, `(?s).`, `[^0-9]*`, `\d+-\w*\s?`, `(a|b)*c{2,3}`, `[\x{4e00}-\x{9fa5}]{2,4}(·[\x{4e00}-\x{9fa5}]+)?`, `(?i)ſk`,
	}
	for _, p := range patterns {
		m, ok := newMatcher(p)
		if !ok {
			t.Fatalf("%q was not taken", p)
		}
		re := regexp.MustCompile(`\A(?:` + p + `)\z`)
		rapid.Check(t, func(t *rapid.T) {
			s := rapid.OneOf(
				rapid.StringMatching(p),
				rapid.StringOfN(rapid.SampledFrom([]rune("0123456789X.+-eEaAbBcC汉字号·kKſ \n\x00é😀")), 0, 20, -1),
			).Draw(t, "s")
			if got, want := m.match([]byte(s)), re.MatchString(s); got != want {
				t.Fatalf("%q on %q: %v, want %v", p, s, got, want)
			}
		})
	}
	for _, p := range []string{`\ba`, `^a`, `(`} {
		if _, ok := newMatcher(p); ok {
			t.Errorf("%q was taken", p)
		}
	}
}
